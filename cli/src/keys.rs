//! Public keys: from a file, or from a key ring.

mod ring;

use std::path::Path;

use kms_verify::{GetPublicKeyResponse, KeyRing, KeyRingError, PublicKey, ResponseError, diagnose_public_key};

use crate::args::KeyArgs;
use crate::failure::Failure;
use crate::input::{Input, decode, is_json};
use crate::style::note;

pub(crate) use ring::{find, open_ring, ring_path};

/// Just over what the library looks at, so that it is the one to refuse more.
const MOST: u64 = 64 * 1024;

/// A public key, under the name that the answer gives it.
#[derive(Clone, Debug)]
pub(crate) struct NamedKey {
    pub(crate) key_id: String,
    pub(crate) key: PublicKey,
}

/// The key that the parameters name.
pub(crate) fn named(args: &KeyArgs, key_id: Option<&str>) -> Result<NamedKey, Failure> {
    if let Some(path) = &args.public_key {
        let file = KeyFile::read(path)?;
        if file.format == KeyFormat::Base64 {
            note(&format!(
                "--public-key {}: it is base64 text, and was decoded",
                path.display()
            ));
        }
        return file.named(key_id);
    }
    let Some(path) = ring_path(&args.ring) else {
        return Err(Failure::Parameter(
            "there is no public key; name one with --public-key FILE, or keys with --key-ring DIR or in the environment \
             variable KMS_VERIFY_KEY_RING (get a key with aws kms get-public-key --key-id ID > key.json)"
                .to_owned(),
        ));
    };
    let Some(key_id) = key_id else {
        return Err(Failure::Parameter(
            "--key-id is needed to find the key in the key ring; pass the key ARN, the key id or the alias".to_owned(),
        ));
    };
    find(&open_ring(&path)?, key_id)
}

/// How a key was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyFormat {
    Der,
    Pem,
    Base64,
    Json,
}

impl KeyFormat {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Der => "DER",
            Self::Pem => "PEM",
            Self::Base64 => "base64 of DER",
            Self::Json => "GetPublicKey JSON",
        }
    }

    /// What all of the bytes look like. Each is told by how it begins or by all of its characters, and nothing is tried
    /// as a second format after it failed as a first: DER is never text.
    fn of(bytes: &[u8]) -> Self {
        if is_json(bytes) {
            Self::Json
        } else if bytes.starts_with(b"-----BEGIN") {
            Self::Pem
        } else if decode(bytes).is_some_and(|decoded| decoded.starts_with(&[0x30])) {
            Self::Base64
        } else {
            Self::Der
        }
    }
}

/// A file with one public key.
pub(crate) struct KeyFile {
    pub(crate) format: KeyFormat,
    pub(crate) key: PublicKey,
    /// The name of the KMS key, if the file has it.
    pub(crate) key_id: Option<String>,
    name: String,
}

impl KeyFile {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let (name, bytes) = read_bytes(path)?;
        Self::parse(name, &bytes)
    }

    pub(crate) fn parse(name: String, bytes: &[u8]) -> Result<Self, Failure> {
        let format = KeyFormat::of(bytes);
        let refused = |bytes: &[u8], error: kms_verify::Error| Failure::PublicKey {
            text: format!("{name}: {error}"),
            diagnosis: Box::new(diagnose_public_key(bytes)),
        };
        let (key, key_id) = match format {
            KeyFormat::Json => {
                let response = GetPublicKeyResponse::from_json(bytes.trim_ascii())
                    .map_err(|error| response_refused(&name, error))?;
                // Whatever is no name of KMS is not repeated either: it may command a terminal.
                KeyRing::new()
                    .insert_response(&response)
                    .map_err(|error| Failure::Parameter(format!("{name}: {}", error.details())))?;
                (response.public_key().clone(), Some(response.key_id().to_owned()))
            }
            KeyFormat::Base64 => {
                let decoded = decode(bytes).unwrap_or_default();
                let key = PublicKey::from_der(&decoded).map_err(|error| refused(&decoded, error))?;
                (key, None)
            }
            KeyFormat::Der | KeyFormat::Pem => {
                let key = PublicKey::from_der_or_pem(bytes).map_err(|error| refused(bytes, error))?;
                (key, None)
            }
        };
        Ok(Self {
            format,
            key,
            key_id,
            name,
        })
    }

    /// The key, under the name that was asked for, which must not contradict the one in the file.
    pub(crate) fn named(self, asked_for: Option<&str>) -> Result<NamedKey, Failure> {
        let key_id = match (asked_for, self.key_id) {
            // Of which key an alias is, only KMS knows.
            (Some(asked_for), Some(key_id)) if !is_alias(asked_for) => {
                let mut ring = KeyRing::new();
                ring.insert(&key_id, self.key.clone())
                    .and_then(|()| ring.get(asked_for).map(drop))
                    .map_err(|error| match error {
                        KeyRingError::UnknownKey { .. } => Failure::Parameter(format!(
                            "{} is the public key of {key_id}, and --key-id is {asked_for}; leave out --key-id, or name the \
                             file of that key",
                            self.name
                        )),
                        error => Failure::Parameter(error.details().to_string()),
                    })?;
                key_id
            }
            (_, Some(key_id)) => key_id,
            (Some(asked_for), None) => asked_for.to_owned(),
            // Nothing else names this key.
            (None, None) => format!("sha256:{}", hex(&self.key.fingerprint())),
        };
        Ok(NamedKey { key_id, key: self.key })
    }
}

/// The bytes of a file that should be a public key, with the name of the file for errors.
pub(crate) fn read_bytes(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = format!("public key {}", path.display());
    let input = if path == Path::new("-") {
        Input::open("the public key", "-", crate::args::BinaryFormat::Base64)?
    } else {
        Input::file(path, name.clone(), true)?
    };
    Ok((name, input.read_at_most(MOST)?.0))
}

/// What is wrong with a GetPublicKey response.
fn response_refused(name: &str, error: ResponseError) -> Failure {
    match error {
        ResponseError::KeyUsage { .. } => Failure::key_usage(format!("{name}: {error}")),
        error => Failure::Parameter(format!("{name}: {error}")),
    }
}

fn is_alias(key_id: &str) -> bool {
    key_id.starts_with("alias/") || (key_id.starts_with("arn:") && key_id.contains(":alias/"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
