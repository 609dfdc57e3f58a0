//! The name of a key that is derived from it.

use core::fmt;

use super::base64url::Base64Url;

/// The SHA-256 thumbprint of a key (RFC 7638), which is often used as `kid`. Displayed as 43 characters of base64url.
///
/// ```
/// use kms_verify::PublicKey;
/// use kms_verify::jws::Thumbprint;
///
/// # let folder = "tests/vectors/kms/eksa-bundle-minimal";
/// let key = PublicKey::from_der(&std::fs::read(format!("{folder}/public_key.der"))?)?;
/// let kid = Thumbprint::of(&key)?.to_string();
/// assert_eq!(kid.len(), 43);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thumbprint(pub(super) [u8; 32]);

impl Thumbprint {
    /// The digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Base64Url::Plain.encode(self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
