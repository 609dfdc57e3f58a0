//! A file with one public key, in the formats that are in use for it.

use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{KeyId, KeyIdError};
use crate::{Error, GetPublicKeyResponse, PublicKey, ResponseError};

/// The maximum length of the content in bytes: that of every input with a public key.
const MAX_INPUT: usize = 64 * 1024;

/// A public key as the content of a file, and the name of its KMS key if the content includes it. Requires the features
/// `std` and `json`.
///
/// ```
/// use kms_verify::{KeyFile, KeyFileFormat};
///
/// let file = KeyFile::from_bytes(&std::fs::read("tests/vectors/kms/eksa-bundle-minimal/public_key.pem")?)?;
/// assert_eq!(file.format(), KeyFileFormat::Pem);
/// assert_eq!(file.key_id(), None); // only a response has it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    format: KeyFileFormat,
    public_key: PublicKey,
    key_id: Option<KeyId>,
}

/// The format of a [`KeyFile`]. Requires the features `std` and `json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFileFormat {
    /// A SubjectPublicKeyInfo as DER, for [`PublicKey::from_der`].
    Der,
    /// A SubjectPublicKeyInfo as PEM, for [`PublicKey::from_pem`].
    Pem,
    /// Base64 (RFC 4648 section 4, padded) of the DER. White space is ignored.
    Base64,
    /// The JSON of a GetPublicKey response, for [`GetPublicKeyResponse::from_json`], with white space around it.
    GetPublicKey,
}

impl KeyFileFormat {
    /// A short description, such as `PEM`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Der => "DER",
            Self::Pem => "PEM",
            Self::Base64 => "base64 of DER",
            Self::GetPublicKey => "GetPublicKey JSON",
        }
    }

    /// Detects the format. Each format is recognized by its first bytes or by all of its characters, and input that
    /// fails to parse in that format is not tried in another: DER is never text.
    fn of(bytes: &[u8]) -> Self {
        // A byte order mark is skipped, and reported by the JSON parser.
        let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if unmarked.trim_ascii_start().starts_with(b"{") {
            Self::GetPublicKey
        } else if bytes.starts_with(b"-----BEGIN") {
            Self::Pem
        } else if bytes.len() > MAX_INPUT {
            // Any parser rejects it. It is not decoded before that.
            Self::Der
        } else if decode(bytes).is_some_and(|decoded| decoded.starts_with(&[0x30])) {
            Self::Base64
        } else {
            Self::Der
        }
    }
}

/// The reason the content of a file was rejected as a public key. Requires the features `std` and `json`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The content is JSON, but not the response of GetPublicKey for a signing key.
    #[error(transparent)]
    Response(#[from] ResponseError),

    /// The `KeyId` of the response is not the name of a KMS key.
    #[error(transparent)]
    KeyId(#[from] KeyIdError),

    /// The public key was rejected, in DER, PEM or base64.
    #[error(transparent)]
    PublicKey(#[from] Error),
}

impl KeyFile {
    /// The extensions of the names of key files, by which [`KeyRing::from_dir`](crate::KeyRing::from_dir) finds them. They
    /// do not determine the format.
    pub const EXTENSIONS: [&'static str; 4] = ["json", "pem", "der", "pub"];

    /// Parses the content of a file: the output of `aws kms get-public-key`, DER, PEM, or base64 of DER. The content
    /// determines the format, and the name of the file plays no part.
    ///
    /// # Errors
    ///
    /// A [`KeyFileError`] with the error of the parser for the detected format. Content of more than 64 KiB is an error,
    /// too.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyFileError> {
        let format = KeyFileFormat::of(bytes);
        let (public_key, key_id) = match format {
            KeyFileFormat::GetPublicKey => {
                let response = GetPublicKeyResponse::from_json(bytes)?;
                let key_id = response.key_id().parse()?;
                (response.public_key().clone(), Some(key_id))
            }
            KeyFileFormat::Base64 => (PublicKey::from_der(&decode(bytes).unwrap_or_default())?, None),
            KeyFileFormat::Der | KeyFileFormat::Pem => (PublicKey::from_der_or_pem(bytes)?, None),
        };
        Ok(Self {
            format,
            public_key,
            key_id,
        })
    }

    /// The detected format.
    #[must_use]
    pub fn format(&self) -> KeyFileFormat {
        self.format
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The `KeyId` of a GetPublicKey response, which KMS always fills with the key ARN. `None` for any other format.
    #[must_use]
    pub fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }
}

/// Decodes padded base64, ignoring white space.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(packed).ok()
}
