//! ML-DSA verification (FIPS 204), from the representative mu on. Variable time: all of it is public.
//!
//! [`PublicKey`] is an encoded key. Verification first expands it: computes its matrix, which takes most of the time. A
//! [precomputed](PublicKey::precomputed) key keeps that. [`Signature`] is a decoded signature beside an expanded key, and
//! decides.

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

use alloc::borrow::Cow;
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

/// A public key. Clones are cheap, and share what was computed.
#[derive(Clone, Debug)]
pub struct PublicKey {
    set: ParameterSet,
    encoded: Arc<[u8]>,
    backend: Backend,
    expanded: Option<Arc<ExpandedKey>>,
}

impl PublicKey {
    /// The key with this encoding pk. Every encoding with the length of the parameter set (1312, 1952 or 2592 bytes) is one
    /// of a key; `None` for any other length. It costs a copy of the bytes.
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

    /// The same key with its matrix.
    pub fn precomputed(&self) -> Self {
        let expand = || Arc::new(ExpandedKey::new(self));
        Self {
            expanded: Some(self.expanded.clone().unwrap_or_else(expand)),
            ..self.clone()
        }
    }

    /// Bytes on the heap that [`precomputed`](Self::precomputed) keeps: none, 20, 36 or 64 KiB.
    pub fn table_size(&self) -> usize {
        self.expanded.as_ref().map_or(0, |expanded| expanded.size())
    }

    /// tr = H(pk, 64), the hash of the key that every mu begins with.
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

    /// The expanded key, computed unless it is precomputed.
    fn expanded(&self) -> Cow<'_, ExpandedKey> {
        match &self.expanded {
            Some(expanded) => Cow::Borrowed(expanded),
            None => Cow::Owned(ExpandedKey::new(self)),
        }
    }
}
