//! HTTP message signatures (RFC 9421) with [`httpsig`] and keys of AWS KMS.
//!
//! - [`KmsKey`] is a key for `httpsig` and `httpsig-hyper`.
//! - [`MessageSignatures`] is a scheme for the layer of `kms-verify-tower`, which also checks the body against its
//!   `Content-Digest` (RFC 9530).

#![forbid(unsafe_code)]

mod digest;
mod scheme;

use httpsig::prelude::{AlgorithmName, HttpSigError, HttpSigResult};
use kms_verify::{KeySpec, Message, Signature, SigningAlgorithm, VerifyingKey};

pub use scheme::{MessageSignatures, MessageVerification};

/// A key of AWS KMS for `httpsig`.
///
/// | key | algorithm of KMS | name in RFC 9421 |
/// |---|---|---|
/// | P-256 | `ECDSA_SHA_256` | `ecdsa-p256-sha256` |
/// | P-384 | `ECDSA_SHA_384` | `ecdsa-p384-sha384` |
/// | Ed25519 | `ED25519_SHA_512` | `ed25519` |
///
/// RFC 9421 also has RSA. In `httpsig` it is the feature `rsa-signature`, but version 0.0.26 with that feature cannot be built
/// with version 0.10.0 of the crate `rsa`.
#[derive(Clone, Debug)]
pub struct KmsKey {
    key_id: String,
    key: VerifyingKey,
}

impl KmsKey {
    /// A key with the name that signatures give for it as `keyid`. `None` if its algorithm is none of these.
    pub fn new(key_id: &str, key: VerifyingKey) -> Option<Self> {
        algorithm_name(&key)?;
        Some(Self {
            key_id: key_id.to_owned(),
            key,
        })
    }
}

impl httpsig::prelude::VerifyingKey for KmsKey {
    fn verify(&self, data: &[u8], signature: &[u8]) -> HttpSigResult<()> {
        let algorithm = self.key.algorithm();
        let signature = match algorithm {
            // r || s (RFC 9421 sections 3.3.4 and 3.3.5).
            SigningAlgorithm::EcdsaSha256 | SigningAlgorithm::EcdsaSha384 => {
                Signature::from_p1363(algorithm, signature)
            }
            _ => Signature::from_kms(algorithm, signature),
        };
        signature
            .and_then(|signature| self.key.verify_signature(Message::Raw(data), &signature))
            .map_err(|error| HttpSigError::InvalidSignature(error.to_string()))
    }

    fn key_id(&self) -> String {
        self.key_id.clone()
    }

    fn alg(&self) -> AlgorithmName {
        // `new` has checked that there is one.
        algorithm_name(&self.key).unwrap_or(AlgorithmName::Ed25519)
    }
}

fn algorithm_name(key: &VerifyingKey) -> Option<AlgorithmName> {
    match (key.algorithm(), key.public_key().key_spec()) {
        (SigningAlgorithm::EcdsaSha256, KeySpec::EccNistP256) => Some(AlgorithmName::EcdsaP256Sha256),
        (SigningAlgorithm::EcdsaSha384, _) => Some(AlgorithmName::EcdsaP384Sha384),
        (SigningAlgorithm::Ed25519Sha512, _) => Some(AlgorithmName::Ed25519),
        _ => None,
    }
}
