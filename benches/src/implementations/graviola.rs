use graviola::hashing::{Sha256, Sha384};
use graviola::signing::ecdsa::{self, P256, P384};
use graviola::signing::eddsa::Ed25519VerifyingKey;
use graviola::signing::rsa;
use kms_verify::{KeySpec, SigningAlgorithm};

use super::{Implementation, subject_public_key};
use crate::cases::Case;

const NAME: &str = "graviola";

pub(super) fn of(case: &Case) -> Option<Implementation> {
    if !runs_here() {
        return None;
    }
    let rsa_key = |der: &[u8]| rsa::VerifyingKey::from_pkcs1_der(subject_public_key(der)?).ok();
    Some(match (case.key_spec, case.algorithm) {
        (_, SigningAlgorithm::RsassaPssSha256) => {
            Implementation::new(NAME, case, rsa_key, |key, message, signature| {
                key.verify_pss_sha256(signature, message).is_ok()
            })
        }
        (_, SigningAlgorithm::RsassaPkcs1V15Sha256) => {
            Implementation::new(NAME, case, rsa_key, |key, message, signature| {
                key.verify_pkcs1_sha256(signature, message).is_ok()
            })
        }
        (KeySpec::EccNistP256, _) => Implementation::new(
            NAME,
            case,
            |der| ecdsa::VerifyingKey::<P256>::from_x962_uncompressed(subject_public_key(der)?).ok(),
            |key, message, signature| key.verify_asn1::<Sha256>(&[message], signature).is_ok(),
        ),
        (KeySpec::EccNistP384, _) => Implementation::new(
            NAME,
            case,
            |der| ecdsa::VerifyingKey::<P384>::from_x962_uncompressed(subject_public_key(der)?).ok(),
            |key, message, signature| key.verify_asn1::<Sha384>(&[message], signature).is_ok(),
        ),
        (KeySpec::EccNistEdwards25519, _) => Implementation::new(
            NAME,
            case,
            |der| Ed25519VerifyingKey::from_spki_der(der).ok(),
            |key, message, signature| key.verify(signature, message).is_ok(),
        ),
        _ => return None,
    })
}

/// graviola panics on a CPU without the required features.
fn runs_here() -> bool {
    #[cfg(target_arch = "x86_64")]
    let all = is_x86_feature_detected!("adx")
        && is_x86_feature_detected!("aes")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("pclmulqdq");
    #[cfg(target_arch = "aarch64")]
    let all = std::arch::is_aarch64_feature_detected!("aes")
        && std::arch::is_aarch64_feature_detected!("pmull")
        && std::arch::is_aarch64_feature_detected!("sha2");
    all
}
