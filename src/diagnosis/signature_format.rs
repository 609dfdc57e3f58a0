//! The form that signatures of each kind of key have: a length, or DER.

use crate::algorithm::{KeySpec, SignatureFormat};
use crate::integer_pair::integer_pair;

impl SignatureFormat {
    /// Whether these bytes have the form.
    pub(super) fn fits(self, signature: &[u8]) -> bool {
        match self {
            Self::Fixed(length) => signature.len() == length,
            Self::Der(32) => integer_pair::<32>(signature).is_some(),
            Self::Der(48) => integer_pair::<48>(signature).is_some(),
            Self::Der(_) => integer_pair::<66>(signature).is_some(),
        }
    }

    /// The form in words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Fixed(length) => format!("exactly {length} bytes"),
            Self::Der(length) => format!(
                "a DER encoding of two numbers of up to {length} bytes, which begins with the byte 30 and has at most {} \
                 bytes",
                // Tags and lengths, and a zero byte before each number.
                length.saturating_mul(2).saturating_add(if length > 60 { 7 } else { 8 })
            ),
        }
    }
}

/// Which signatures look like this one, or what else it looks like.
pub(super) fn looks_like(signature: &[u8]) -> Option<String> {
    if signature.starts_with(b"-----BEGIN ") {
        return Some("PEM text: a key or a certificate".into());
    }
    // Those of a smaller curve have the form of those of a larger one too, so the smallest one says it.
    let fitting = KeySpec::ALL
        .iter()
        .filter(|key_spec| key_spec.signature_format().fits(signature))
        .min_by_key(|key_spec| match key_spec.signature_format() {
            SignatureFormat::Fixed(length) | SignatureFormat::Der(length) => length,
        })?;
    Some(match fitting.signature_format() {
        SignatureFormat::Fixed(64) => {
            "a signature of an Ed25519 key, or one of ECDSA on a 256-bit curve as JWTs have it".into()
        }
        SignatureFormat::Fixed(_) => format!("a signature of an {fitting} key"),
        SignatureFormat::Der(32) => "a DER signature of a 256-bit curve (P-256, secp256k1, SM2)".into(),
        SignatureFormat::Der(48) => "a DER signature of P-384".into(),
        SignatureFormat::Der(_) => "a DER signature of P-521".into(),
    })
}
