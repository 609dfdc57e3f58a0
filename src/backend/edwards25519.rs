//! Points and scalars of Edwards25519 (RFC 8032 section 5.1), from `curve25519-dalek` and, if the backend has them,
//! precomputed tables.

use alloc::sync::Arc;

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar;
use curve25519_dalek::traits::IsIdentity as _;

use super::Tables;

/// A point A, optionally with tables of multiples of -A.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    encoded: [u8; 32],
    minus_a: EdwardsPoint,
    tables: Option<Arc<Tables>>,
}

/// An integer modulo the order L of the base point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar(scalar::Scalar);

impl Point {
    /// Decodes a point (RFC 8032 section 5.1.3), including non-canonical encodings.
    pub(crate) fn decode(encoded: &[u8; 32]) -> Option<Self> {
        Some(Self {
            encoded: *encoded,
            minus_a: -CompressedEdwardsY(*encoded).decompress()?,
            tables: None,
        })
    }

    pub(crate) fn is_small_order(&self) -> bool {
        self.minus_a.is_small_order()
    }

    /// The same point with tables. Clones share them.
    pub(crate) fn precomputed(&self) -> Self {
        let make = || Tables::of_negative(&self.encoded).map(Arc::new);
        Self {
            tables: self.tables.clone().or_else(make),
            ..*self
        }
    }

    /// The size of the tables on the heap in bytes.
    pub(crate) fn table_size(&self) -> usize {
        self.tables.as_ref().map_or(0, |tables| tables.size())
    }

    /// The encoding of S B - k A, and whether that point has small order.
    pub(crate) fn double_scalar_mul_vartime(&self, s: Scalar, k: Scalar) -> ([u8; 32], bool) {
        if let Some(tables) = &self.tables {
            return tables.double_scalar_mul_vartime(s.0.as_bytes(), k.0.as_bytes());
        }
        let sum = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k.0, &self.minus_a, &s.0);
        (sum.compress().0, sum.mul_by_cofactor().is_identity())
    }
}

impl Scalar {
    /// From 32 little-endian bytes. `None` unless the number is less than L.
    pub(crate) fn from_canonical_bytes(bytes: [u8; 32]) -> Option<Self> {
        scalar::Scalar::from_canonical_bytes(bytes).into_option().map(Self)
    }

    /// From 64 little-endian bytes, modulo L.
    pub(crate) fn from_bytes_mod_order_wide(bytes: &[u8; 64]) -> Self {
        Self(scalar::Scalar::from_bytes_mod_order_wide(bytes))
    }
}
