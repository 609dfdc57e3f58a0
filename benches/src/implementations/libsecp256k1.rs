use kms_verify::KeySpec;
use secp256k1::ecdsa::Signature;
use secp256k1::{Message, PublicKey};
use sha2::{Digest as _, Sha256};

use super::{Implementation, subject_public_key};
use crate::cases::Case;

pub(super) fn of(case: &Case) -> Option<Implementation> {
    if case.key_spec != KeySpec::EccSecgP256k1 {
        return None;
    }
    Some(Implementation::new(
        "libsecp256k1",
        case,
        |der| PublicKey::from_slice(subject_public_key(der)?).ok(),
        |key, message, signature| {
            Signature::from_der(signature).is_ok_and(|mut signature| {
                // It accepts only the lower s, and KMS returns either.
                signature.normalize_s();
                let digest = Message::from_digest(Sha256::digest(message).into());
                signature.verify(digest, key).is_ok()
            })
        },
    ))
}
