//! The form that signatures of each kind of key have: a length, or DER.

use crate::algorithm::KeySpec;
use crate::der::integer_pair;

/// The form of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Exactly as many bytes.
    Fixed(usize),
    /// DER of two numbers of at most as many bytes.
    Pair(usize),
}

impl Shape {
    pub(super) fn of(key_spec: KeySpec) -> Self {
        match key_spec {
            KeySpec::Rsa2048 => Self::Fixed(256),
            KeySpec::Rsa3072 => Self::Fixed(384),
            KeySpec::Rsa4096 => Self::Fixed(512),
            KeySpec::EccNistP256 | KeySpec::EccSecgP256k1 | KeySpec::Sm2 => Self::Pair(32),
            KeySpec::EccNistP384 => Self::Pair(48),
            KeySpec::EccNistP521 => Self::Pair(66),
            KeySpec::EccNistEdwards25519 => Self::Fixed(64),
            KeySpec::MlDsa44 => Self::Fixed(2420),
            KeySpec::MlDsa65 => Self::Fixed(3309),
            KeySpec::MlDsa87 => Self::Fixed(4627),
        }
    }

    /// Whether these bytes have the form.
    pub(super) fn fits(self, signature: &[u8]) -> bool {
        match self {
            Self::Fixed(length) => signature.len() == length,
            Self::Pair(32) => integer_pair::<32>(signature).is_some(),
            Self::Pair(48) => integer_pair::<48>(signature).is_some(),
            Self::Pair(_) => integer_pair::<66>(signature).is_some(),
        }
    }

    /// The form in words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Fixed(length) => format!("exactly {length} bytes"),
            Self::Pair(length) => format!(
                "a DER encoding of two numbers of up to {length} bytes, which begins with the byte 30 and has at most {} \
                 bytes",
                // Tags and lengths, and a zero byte before each number.
                length.saturating_mul(2).saturating_add(if length > 60 { 7 } else { 8 })
            ),
        }
    }
}

/// Which signatures look like this one, or what else it looks like.
pub(super) fn looks_like(signature: &[u8]) -> Option<&'static str> {
    Some(match signature.len() {
        _ if signature.starts_with(b"-----BEGIN ") => "PEM text: a key or a certificate",
        256 => "a signature of an RSA_2048 key",
        384 => "a signature of an RSA_3072 key",
        512 => "a signature of an RSA_4096 key",
        2420 => "a signature of an ML_DSA_44 key",
        3309 => "a signature of an ML_DSA_65 key",
        4627 => "a signature of an ML_DSA_87 key",
        64 => "a signature of an Ed25519 key, or one of ECDSA on a 256-bit curve as JWTs have it",
        _ if integer_pair::<32>(signature).is_some() => "a DER signature of a 256-bit curve (P-256, secp256k1, SM2)",
        _ if integer_pair::<48>(signature).is_some() => "a DER signature of P-384",
        _ if integer_pair::<66>(signature).is_some() => "a DER signature of P-521",
        _ => return None,
    })
}
