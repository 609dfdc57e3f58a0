//! The traits of the crate `signature`.

use signature::hazmat::PrehashVerifier;
use signature::{Error, MultipartVerifier, Verifier};

use crate::{Message, Signature, VerifyingKey};

/// Requires the feature `signature`. With `ED25519_PH_SHA_512`, the message is hashed with SHA-512 first, as in
/// [`VerifyingKey::stream`].
///
/// The error has no source. [`VerifyingKey::verify_signature`] says why a call could not succeed.
impl Verifier<Signature> for VerifyingKey {
    fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        self.multipart_verify(&[message], signature)
    }
}

/// Requires the feature `signature`. The message is the concatenation of the slices.
impl MultipartVerifier<Signature> for VerifyingKey {
    fn multipart_verify(&self, message: &[&[u8]], signature: &Signature) -> Result<(), Error> {
        let mut stream = self.stream_signature(signature).map_err(|_| Error::new())?;
        for piece in message {
            stream.update(piece);
        }
        stream.finish().map_err(|_| Error::new())
    }
}

/// Requires the feature `signature`. The prehash is the DIGEST of KMS: see [`Message::Digest`]. `ED25519_SHA_512` and
/// `ML_DSA_SHAKE_256` do not support a DIGEST, so every call fails; for the mu of ML-DSA, see [`Message::ExternalMu`].
impl PrehashVerifier<Signature> for VerifyingKey {
    fn verify_prehash(&self, prehash: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_signature(Message::Digest(prehash), signature)
            .map_err(|_| Error::new())
    }
}
