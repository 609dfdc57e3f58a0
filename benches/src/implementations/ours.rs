use kms_verify::{Message, PublicKey, VerifyingKey, verify_kms_signature};

use super::Implementation;
use crate::cases::Case;

/// The name of the arithmetic that kms-verify was built with.
pub const NAME: &str = if cfg!(kms_verify_backend = "serial") {
    "ours-serial"
} else if cfg!(kms_verify_backend = "avx2") {
    "ours-avx2"
} else if cfg!(kms_verify_backend = "portable") {
    "ours-RustCrypto"
} else {
    "ours"
};

pub(super) fn of(case: &Case) -> Implementation {
    let key = verifying_key(case);
    Implementation {
        name: NAME,
        parse: Some(Box::new(|case| PublicKey::from_der(&case.public_key).is_ok())),
        verify: Box::new(move |case| key.verify(Message::Raw(&case.message), &case.signature).is_ok()),
        one_shot: Box::new(verifies_in_one_shot),
    }
}

/// From DER, message and signature to the answer.
pub fn verifies_in_one_shot(case: &Case) -> bool {
    verify_kms_signature(
        &case.public_key,
        case.algorithm,
        Message::Raw(&case.message),
        &case.signature,
    )
    .is_ok()
}

fn verifying_key(case: &Case) -> VerifyingKey {
    PublicKey::from_der(&case.public_key)
        .and_then(|key| key.verifying_key(case.algorithm))
        .map(VerifyingKey::precomputed)
        .unwrap_or_else(|error| panic!("kms-verify rejects the key of {}: {error}", case.name))
}
