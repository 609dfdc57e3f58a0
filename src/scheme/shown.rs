//! Properties of keys and signatures that diagnosis inspects. Diagnosis has no other access to the schemes.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Key, Mode, Scheme, Signature, ed25519};

impl Key {
    /// The encoded message that RSAVP1 recovers from an RSA signature, as long as the modulus. `None` if this is not an
    /// RSA key, or if the length or the range of the signature is invalid.
    pub(crate) fn encoded_message(&self, signature: &[u8]) -> Option<Box<[u8]>> {
        match self {
            Self::Rsa(key) => key.encoded_message(signature),
            Self::Ecdsa(_) | Self::Ed25519(_) | Self::MlDsa(_) | Self::Sm2(_) => None,
        }
    }

    /// The points x || y of the keys on this curve for which this ECDSA signature is valid for this digest.
    pub(crate) fn signers(&self, scheme: Scheme, digest: &[u8], signature: &[u8]) -> Vec<Vec<u8>> {
        match self.decode(scheme, signature) {
            Some(Signature::Ecdsa(signature)) => signature.signers(digest),
            Some(Signature::Rsa(_) | Signature::Ed25519(_) | Signature::MlDsa(_) | Signature::Sm2(_)) | None => {
                Vec::new()
            }
        }
    }

    /// Whether this is an Ed25519ph signature over a message with this SHA-512 digest, as in RFC 8032. In KMS, the
    /// digest itself is the message.
    pub(crate) fn is_rfc_8032_ed25519ph(&self, digest: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519::Signature::decode(key, Mode::Prehashed, signature)
                .is_some_and(|signature| signature.holds_for_prehash(digest)),
            Self::Rsa(_) | Self::Ecdsa(_) | Self::MlDsa(_) | Self::Sm2(_) => false,
        }
    }

    /// H of FIPS 204 section 3.7, with 64 bytes of output. `None` if this is not an ML-DSA key.
    pub(crate) fn shake256(&self, parts: &[&[u8]]) -> Option<[u8; 64]> {
        match self {
            Self::MlDsa(key) => Some(key.shake256(parts)),
            Self::Rsa(_) | Self::Ecdsa(_) | Self::Ed25519(_) | Self::Sm2(_) => None,
        }
    }

    /// SM3 of a message alone. `None` if this is not an SM2 key.
    pub(crate) fn sm3(&self, message: &[u8]) -> Option<[u8; 32]> {
        match self {
            Self::Sm2(key) => Some(key.sm3(message)),
            Self::Rsa(_) | Self::Ecdsa(_) | Self::Ed25519(_) | Self::MlDsa(_) => None,
        }
    }
}
