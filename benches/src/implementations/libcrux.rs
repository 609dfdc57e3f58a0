use kms_verify::KeySpec;
use libcrux_ml_dsa::{MLDSASignature, MLDSAVerificationKey, ml_dsa_44, ml_dsa_65, ml_dsa_87};

use super::{Implementation, subject_public_key};
use crate::cases::Case;

/// The key of libcrux is its bytes, which every verification expands again.
pub(super) fn of(case: &Case) -> Option<Implementation> {
    macro_rules! implementation {
        ($module:ident) => {
            Implementation::new(
                "libcrux",
                case,
                |der| {
                    Some(MLDSAVerificationKey::new(
                        subject_public_key(der)?.try_into().ok()?,
                    ))
                },
                |key, message, signature| {
                    signature.try_into().is_ok_and(|signature| {
                        $module::verify(key, message, b"", &MLDSASignature::new(signature)).is_ok()
                    })
                },
            )
        };
    }
    let implementation = match case.key_spec {
        KeySpec::MlDsa44 => implementation!(ml_dsa_44),
        KeySpec::MlDsa65 => implementation!(ml_dsa_65),
        KeySpec::MlDsa87 => implementation!(ml_dsa_87),
        _ => return None,
    };
    Some(implementation.without_parsed_key())
}
