use kms_verify::{KeySpec, SigningAlgorithm};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::{Implementation, subject_public_key};
use crate::cases::Case;

/// The public API of ring parses the key in each verification.
pub(super) fn of(case: &Case) -> Option<Implementation> {
    let algorithm: &'static dyn VerificationAlgorithm = match (case.key_spec, case.algorithm) {
        (_, SigningAlgorithm::RsassaPssSha256) => &RSA_PSS_2048_8192_SHA256,
        (_, SigningAlgorithm::RsassaPkcs1V15Sha256) => &RSA_PKCS1_2048_8192_SHA256,
        (KeySpec::EccNistP256, _) => &ECDSA_P256_SHA256_ASN1,
        (KeySpec::EccNistP384, _) => &ECDSA_P384_SHA384_ASN1,
        (KeySpec::EccNistEdwards25519, _) => &ED25519,
        _ => return None,
    };
    let implementation = Implementation::new(
        "ring",
        case,
        move |der| Some(UnparsedPublicKey::new(algorithm, subject_public_key(der)?.to_vec())),
        |key, message, signature| key.verify(message, signature).is_ok(),
    );
    Some(implementation.without_parsed_key())
}
