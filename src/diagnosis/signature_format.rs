//! Signature formats: a fixed length, or DER.

use crate::algorithm::{KeySpec, SignatureFormat};
use crate::integer_pair::integer_pair;

impl SignatureFormat {
    /// Whether these bytes have this format.
    pub(super) fn fits(self, signature: &[u8]) -> bool {
        match self {
            Self::Fixed(length) => signature.len() == length,
            Self::Der(32) => integer_pair::<32>(signature).is_some(),
            Self::Der(48) => integer_pair::<48>(signature).is_some(),
            Self::Der(_) => integer_pair::<66>(signature).is_some(),
        }
    }

    /// A description of the format.
    pub(super) fn words(self) -> String {
        match self {
            Self::Fixed(length) => format!("exactly {length} bytes"),
            Self::Der(length) => format!(
                "DER of two numbers of up to {length} bytes each, which begins with the byte 30 and has at most {} \
                 bytes",
                // Tags, lengths and a leading zero byte for each number.
                length.saturating_mul(2).saturating_add(if length > 60 { 7 } else { 8 })
            ),
        }
    }
}

/// What a signature in another format looks like.
pub(super) fn looks_like(signature: &[u8]) -> Option<String> {
    if signature.starts_with(b"-----BEGIN ") {
        return Some("PEM, such as a key or a certificate".into());
    }
    // A signature of a smaller curve also has the format of larger curves, so the smallest match is reported.
    let fitting = KeySpec::ALL
        .iter()
        .filter(|key_spec| key_spec.signature_format().fits(signature))
        .min_by_key(|key_spec| match key_spec.signature_format() {
            SignatureFormat::Fixed(length) | SignatureFormat::Der(length) => length,
        })?;
    Some(match fitting.signature_format() {
        SignatureFormat::Fixed(64) => {
            "an Ed25519 signature, or an ECDSA signature on a 256-bit curve in the format of JWTs".into()
        }
        SignatureFormat::Fixed(_) => format!("a signature of an {fitting} key"),
        SignatureFormat::Der(32) => "a DER signature on a 256-bit curve (P-256, secp256k1, SM2)".into(),
        SignatureFormat::Der(48) => "a DER signature on P-384".into(),
        SignatureFormat::Der(_) => "a DER signature on P-521".into(),
    })
}
