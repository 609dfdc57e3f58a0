//! ML-DSA verification (FIPS 204), from the representative mu on. Variable time: all of it is public.
//!
//! [`PublicKey`] is an encoded key, [`ExpandedKey`] what verification computes from it first, the matrix above all, and
//! [`Signature`] a decoded signature. [`ExpandedKey::verify`] decides.

mod challenge;
mod encoding;
mod expand;
mod ntt;
mod parameters;
mod rounding;
mod signature;
#[cfg(test)]
mod tests;
mod verify;

use alloc::sync::Arc;

pub use expand::ExpandedKey;
pub use signature::Signature;

use crate::keccak::Shake256;
use crate::simd::Backend;

/// The parameter sets (FIPS 204 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names are those of FIPS 204")]
pub enum ParameterSet {
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

/// An encoded public key. Making one costs a copy of its bytes.
#[derive(Clone, Debug)]
pub struct PublicKey {
    set: ParameterSet,
    encoded: Arc<[u8]>,
    backend: Backend,
}

impl PublicKey {
    /// The key with this encoding pk. Every encoding with the length of the parameter set (1312, 1952 or 2592 bytes) is one
    /// of a key; `None` for any other length.
    pub fn decode(set: ParameterSet, encoded: &[u8]) -> Option<Self> {
        Self::with_backend(set, encoded, Backend::detect())
    }

    pub(crate) fn with_backend(set: ParameterSet, encoded: &[u8], backend: Backend) -> Option<Self> {
        (encoded.len() == set.parameters().public_key_len()).then(|| Self {
            set,
            encoded: encoded.into(),
            backend,
        })
    }

    /// The parameter set of the key.
    pub fn parameter_set(&self) -> ParameterSet {
        self.set
    }

    /// tr = H(pk, 64), the hash of the key that every mu begins with.
    pub fn tr(&self) -> [u8; 64] {
        let mut hash = Shake256::new(self.backend);
        hash.update(&self.encoded);
        hash.finish()
    }

    /// Computes all that verification needs of the key: 20 to 64 KiB, and most of the time of a verification.
    pub fn expand(&self) -> ExpandedKey {
        ExpandedKey::new(self)
    }
}
