//! Fingerprints of public keys.

use core::fmt;

/// The SHA-256 digest of a DER-encoded SubjectPublicKeyInfo, computed by
/// [`PublicKey::fingerprint`](crate::PublicKey::fingerprint). It is displayed as 64 lower-case hexadecimal digits, and
/// ordered by its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Parses the text that [`Display`](fmt::Display) writes.
    #[cfg(feature = "serde")]
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut digest = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != digest.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
            *byte = (digit(*high)? << 4) | digit(*low)?;
        }
        Some(Self(digest))
    }

    /// The digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The value of a lower-case hexadecimal digit.
#[cfg(feature = "serde")]
fn digit(character: u8) -> Option<u8> {
    let digits = b"0123456789abcdef";
    u8::try_from(digits.iter().position(|digit| *digit == character)?).ok()
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
