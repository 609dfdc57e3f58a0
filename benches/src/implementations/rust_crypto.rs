use kms_verify::{KeySpec, SigningAlgorithm};
use p256::ecdsa::signature::Verifier;
use rsa::{pkcs1v15, pss};
use sha2::Sha256;
use spki::DecodePublicKey as _;

use super::Implementation;
use crate::cases::Case;

const NAME: &str = "RustCrypto";

pub(super) fn of(case: &Case) -> Implementation {
    macro_rules! ml_dsa {
        ($parameters:ty) => {
            Implementation::new(
                NAME,
                case,
                |der| ml_dsa::VerifyingKey::<$parameters>::from_public_key_der(der).ok(),
                |key, message, signature| {
                    verify::<_, ml_dsa::Signature<$parameters>>(key, message, signature.try_into())
                },
            )
        };
    }
    match (case.key_spec, case.algorithm) {
        (_, SigningAlgorithm::RsassaPssSha256) => Implementation::new(
            NAME,
            case,
            |der| {
                Some(pss::VerifyingKey::<Sha256>::new(
                    rsa::PublicKey::from_public_key_der(der).ok()?,
                ))
            },
            |key, message, signature| verify::<_, pss::Signature>(key, message, signature.try_into()),
        ),
        (_, SigningAlgorithm::RsassaPkcs1V15Sha256) => Implementation::new(
            NAME,
            case,
            |der| {
                Some(pkcs1v15::VerifyingKey::<Sha256>::new(
                    rsa::PublicKey::from_public_key_der(der).ok()?,
                ))
            },
            |key, message, signature| verify::<_, pkcs1v15::Signature>(key, message, signature.try_into()),
        ),
        (KeySpec::EccNistP256, _) => Implementation::new(
            NAME,
            case,
            |der| p256::ecdsa::VerifyingKey::from_public_key_der(der).ok(),
            |key, message, signature| verify(key, message, p256::ecdsa::Signature::from_der(signature)),
        ),
        (KeySpec::EccNistP384, _) => Implementation::new(
            NAME,
            case,
            |der| p384::ecdsa::VerifyingKey::from_public_key_der(der).ok(),
            |key, message, signature| verify(key, message, p384::ecdsa::Signature::from_der(signature)),
        ),
        (KeySpec::EccNistP521, _) => Implementation::new(
            NAME,
            case,
            |der| p521::ecdsa::VerifyingKey::from_public_key_der(der).ok(),
            |key, message, signature| verify(key, message, p521::ecdsa::Signature::from_der(signature)),
        ),
        (KeySpec::EccSecgP256k1, _) => Implementation::new(
            NAME,
            case,
            |der| k256::ecdsa::VerifyingKey::from_public_key_der(der).ok(),
            |key, message, signature| {
                // It accepts only the lower s, and KMS returns either.
                let signature = k256::ecdsa::Signature::from_der(signature).map(|signature| signature.normalize_s());
                verify(key, message, signature)
            },
        ),
        (KeySpec::Sm2, _) => Implementation::new(
            NAME,
            case,
            |der| {
                let key = sm2::PublicKey::from_public_key_der(der).ok()?;
                sm2::dsa::VerifyingKey::new("1234567812345678", key).ok()
            },
            |key, message, signature| verify(key, message, sm2::dsa::Signature::from_der(signature)),
        ),
        (KeySpec::EccNistEdwards25519, _) => Implementation::new(
            "ed25519-dalek",
            case,
            |der| ed25519_dalek::VerifyingKey::from_public_key_der(der).ok(),
            |key, message, signature| {
                ed25519_dalek::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
            },
        ),
        (KeySpec::MlDsa44, _) => ml_dsa!(ml_dsa::MlDsa44),
        (KeySpec::MlDsa65, _) => ml_dsa!(ml_dsa::MlDsa65),
        (KeySpec::MlDsa87, _) => ml_dsa!(ml_dsa::MlDsa87),
        (key_spec, algorithm) => unreachable!("no case has {key_spec} with {algorithm}"),
    }
}

fn verify<K: Verifier<S>, S>(key: &K, message: &[u8], signature: Result<S, impl Sized>) -> bool {
    signature.is_ok_and(|signature| key.verify(message, &signature).is_ok())
}
