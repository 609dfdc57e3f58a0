//! ML-DSA verification (FIPS 204), from the representative mu on. In variable time: all inputs are public.
//!
//! [`PublicKey`] is an encoded key. Verification first expands it: it computes the matrix, which takes most of the
//! time. A [precomputed](PublicKey::precomputed) key keeps the matrix. [`Signature`] is a decoded signature with an
//! expanded key, and decides.

mod challenge;
mod encoding;
mod expand;
mod matrix;
mod ntt;
mod parameters;
mod rounding;
mod signature;
#[cfg(test)]
mod tests;
mod verify;

use alloc::sync::Arc;

use expand::ExpandedKey;
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

/// A public key. Clones are cheap, and share everything that was computed.
#[derive(Clone, Debug)]
pub struct PublicKey {
    set: ParameterSet,
    encoded: Arc<[u8]>,
    backend: Backend,
    expanded: Option<Arc<ExpandedKey>>,
}

impl PublicKey {
    /// Creates a key from its encoding pk. Every encoding with the length of the parameter set (1312, 1952 or 2592
    /// bytes) is a key. `None` for any other length. This only copies the bytes.
    pub fn decode(set: ParameterSet, encoded: &[u8]) -> Option<Self> {
        Self::with_backend(set, encoded, Backend::detect())
    }

    pub(crate) fn with_backend(set: ParameterSet, encoded: &[u8], backend: Backend) -> Option<Self> {
        (encoded.len() == set.parameters().public_key_len()).then(|| Self {
            set,
            encoded: encoded.into(),
            backend,
            expanded: None,
        })
    }

    /// The same key with its matrix computed.
    pub fn precomputed(&self) -> Self {
        let expand = || Arc::new(ExpandedKey::new(self));
        Self {
            expanded: Some(self.expanded.clone().unwrap_or_else(expand)),
            ..self.clone()
        }
    }

    /// The bytes on the heap that [`precomputed`](Self::precomputed) keeps: 0, 20, 36 or 64 KiB.
    pub fn table_size(&self) -> usize {
        self.expanded.as_ref().map_or(0, |expanded| expanded.size())
    }

    /// tr = H(pk, 64), the hash of the key, which is the first input to every mu.
    pub fn tr(&self) -> [u8; 64] {
        match &self.expanded {
            Some(expanded) => *expanded.tr(),
            None => {
                let mut hash = Shake256::new(self.backend);
                hash.update(&self.encoded);
                hash.finish()
            }
        }
    }
}
