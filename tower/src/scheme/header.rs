//! A signature over the body, as base64 in a header.

use http::Extensions;
use http::header::HeaderName;
use http::request::Parts;

use super::{Pending, Scheme, Verification, Verified, headers};
use crate::key_source::{KeySource, KeySourceError};
use crate::rule::{Rejection, Rule};

/// The signature of KMS over the body, as base64 in a header: what `aws kms sign --message-type RAW` prints. Another
/// header names the key.
///
/// ```text
/// X-Signature: MEUCIQDx...
/// X-Key-Id: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
/// ```
///
/// Only the body is signed: not the method, not the path, not the time. Whoever has seen a request can send it again,
/// also to another path. Put what matters into the body, or use
/// [`StandardWebhooks`](crate::StandardWebhooks), which signs an identifier and a time.
///
/// KMS signs at most 4096 bytes as RAW. Longer bodies are signed as DIGEST, or through EXTERNAL_MU with ML-DSA, which
/// results in the same signatures. `ED25519_SHA_512` has neither. A [`PinnedRing`](crate::PinnedRing) can use Ed25519
/// keys with `ED25519_PH_SHA_512`: then the signature is that of KMS over the SHA-512 of the body.
#[derive(Clone, Debug)]
pub struct HeaderSignature {
    signature: HeaderName,
    key_id: KeyName,
}

#[derive(Clone, Debug)]
enum KeyName {
    In(HeaderName),
    Fixed(Box<str>),
}

impl HeaderSignature {
    /// Reads the headers `X-Signature` and `X-Key-Id`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            signature: HeaderName::from_static("x-signature"),
            key_id: KeyName::In(HeaderName::from_static("x-key-id")),
        }
    }

    /// Reads the signature from another header.
    #[must_use]
    pub fn signature_header(self, signature: HeaderName) -> Self {
        Self { signature, ..self }
    }

    /// Reads the name of the key from another header.
    #[must_use]
    pub fn key_id_header(self, name: HeaderName) -> Self {
        Self {
            key_id: KeyName::In(name),
            ..self
        }
    }

    /// Requires each request to be signed by the key with this name. No header names the key. If the source does not have
    /// it, requests are rejected with [`Rule::KeysUnavailable`].
    #[must_use]
    pub fn key_id(self, key_id: &str) -> Self {
        Self {
            key_id: KeyName::Fixed(key_id.into()),
            ..self
        }
    }
}

impl Default for HeaderSignature {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheme for HeaderSignature {
    type Verification = HeaderVerification;

    fn begin(&self, head: &Parts, keys: &impl KeySource) -> Result<HeaderVerification, Rejection> {
        let Some(signature) = headers::optional(&head.headers, &self.signature)? else {
            return Err(Rule::SignatureMissing.into());
        };
        let signature = headers::base64(signature)?;
        let trusted = match &self.key_id {
            KeyName::In(name) => keys.find(headers::required(&head.headers, name)?)?,
            KeyName::Fixed(key_id) => keys.find(key_id).map_err(KeySourceError::about_own_name)?,
        };
        Ok(HeaderVerification(Pending::new(&trusted, &signature)?))
    }
}

/// The verification of one request by [`HeaderSignature`].
pub struct HeaderVerification(Pending);

impl Verification for HeaderVerification {
    fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    fn finish(self, _: &mut Extensions) -> Result<Verified, Rejection> {
        self.0.finish()
    }
}
