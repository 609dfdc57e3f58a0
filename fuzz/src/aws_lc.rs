//! Verification by aws-lc-rs.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use kms_verify::{KeySpec, PublicKey, SigningAlgorithm};
use kms_verify_testing::fuzz::differential::Answer;

/// A key for one algorithm. `None` for SM2, which it does not have.
pub(crate) fn key(key: &PublicKey, algorithm: SigningAlgorithm) -> Option<Answer> {
    use SigningAlgorithm::*;
    let (verification, hash): (&'static dyn VerificationAlgorithm, _) = match (algorithm, key.key_spec()) {
        (EcdsaSha256, KeySpec::EccSecgP256k1) => (&signature::ECDSA_P256K1_SHA256_ASN1, &digest::SHA256),
        (EcdsaSha256, _) => (&signature::ECDSA_P256_SHA256_ASN1, &digest::SHA256),
        (EcdsaSha384, _) => (&signature::ECDSA_P384_SHA384_ASN1, &digest::SHA384),
        (EcdsaSha512, _) => (&signature::ECDSA_P521_SHA512_ASN1, &digest::SHA512),
        (RsassaPssSha256, _) => (&signature::RSA_PSS_2048_8192_SHA256, &digest::SHA256),
        (RsassaPssSha384, _) => (&signature::RSA_PSS_2048_8192_SHA384, &digest::SHA384),
        (RsassaPssSha512, _) => (&signature::RSA_PSS_2048_8192_SHA512, &digest::SHA512),
        (RsassaPkcs1V15Sha256, _) => (&signature::RSA_PKCS1_2048_8192_SHA256, &digest::SHA256),
        (RsassaPkcs1V15Sha384, _) => (&signature::RSA_PKCS1_2048_8192_SHA384, &digest::SHA384),
        (RsassaPkcs1V15Sha512, _) => (&signature::RSA_PKCS1_2048_8192_SHA512, &digest::SHA512),
        _ => return None,
    };
    let key = ParsedPublicKey::new(verification, key.to_der()).expect("a key that aws-lc-rs takes");
    Some(Box::new(move |digest, signature| {
        let digest = Digest::import_less_safe(digest, hash).expect("a digest of the hash function");
        key.verify_digest_sig(&digest, signature).is_ok()
    }))
}
