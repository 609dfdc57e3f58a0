use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519,
    ML_DSA_44, ML_DSA_65, ML_DSA_87, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    VerificationAlgorithm,
};
use kms_verify::{KeySpec, SigningAlgorithm};

use super::Implementation;
use crate::cases::Case;

pub fn of(case: &Case) -> Option<Implementation> {
    let algorithm: &'static dyn VerificationAlgorithm = match (case.key_spec, case.algorithm) {
        (_, SigningAlgorithm::RsassaPssSha256) => &RSA_PSS_2048_8192_SHA256,
        (_, SigningAlgorithm::RsassaPkcs1V15Sha256) => &RSA_PKCS1_2048_8192_SHA256,
        (KeySpec::EccNistP256, _) => &ECDSA_P256_SHA256_ASN1,
        (KeySpec::EccNistP384, _) => &ECDSA_P384_SHA384_ASN1,
        (KeySpec::EccNistP521, _) => &ECDSA_P521_SHA512_ASN1,
        (KeySpec::EccSecgP256k1, _) => &ECDSA_P256K1_SHA256_ASN1,
        (KeySpec::EccNistEdwards25519, _) => &ED25519,
        (KeySpec::MlDsa44, _) => &ML_DSA_44,
        (KeySpec::MlDsa65, _) => &ML_DSA_65,
        (KeySpec::MlDsa87, _) => &ML_DSA_87,
        _ => return None,
    };
    Some(Implementation::new(
        "aws-lc-rs",
        case,
        move |der| ParsedPublicKey::new(algorithm, der).ok(),
        |key, message, signature| key.verify_sig(message, signature).is_ok(),
    ))
}
