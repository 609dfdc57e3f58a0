//! Points and scalars of Edwards25519 (RFC 8032 section 5.1), from `curve25519-dalek`. They have no tables.

use alloc::vec::Vec;

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar;
use curve25519_dalek::traits::IsIdentity as _;

/// The point -A of a public key A.
#[derive(Clone, Debug)]
pub(crate) struct Point(EdwardsPoint);

/// An integer modulo the order L of the base point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar(scalar::Scalar);

impl Point {
    /// Decodes a point (RFC 8032 section 5.1.3), including non-canonical encodings.
    pub(crate) fn decode(encoded: &[u8; 32]) -> Option<Self> {
        Some(Self(-CompressedEdwardsY(*encoded).decompress()?))
    }

    pub(crate) fn has_small_order(&self) -> bool {
        self.0.is_small_order()
    }

    /// The same point: there are no tables.
    pub(crate) fn precomputed(&self) -> Self {
        self.clone()
    }

    pub(crate) fn table_size(&self) -> usize {
        0
    }

    /// Whether `r` is the encoding of a point R that is not of small order, and S B = R + k A.
    ///
    /// S B - k A has one encoding, so no other encoding of R is accepted.
    pub(crate) fn equation_holds_vartime(&self, r: &[u8; 32], s: Scalar, k: Scalar) -> bool {
        let sum = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k.0, &self.0, &s.0);
        sum.compress().0 == *r && !sum.mul_by_cofactor().is_identity()
    }

    /// [`equation_holds_vartime`](Self::equation_holds_vartime) for each `r`, S and k.
    pub(crate) fn equations_hold_vartime(&self, equations: &[([u8; 32], Scalar, Scalar)]) -> Vec<bool> {
        equations
            .iter()
            .map(|(r, s, k)| self.equation_holds_vartime(r, *s, *k))
            .collect()
    }
}

impl Scalar {
    /// From 32 little-endian bytes. `None` unless the number is less than L.
    pub(crate) fn from_canonical_bytes(bytes: &[u8; 32]) -> Option<Self> {
        scalar::Scalar::from_canonical_bytes(*bytes).into_option().map(Self)
    }

    /// From 64 little-endian bytes, modulo L.
    pub(crate) fn from_bytes_mod_order_wide(bytes: &[u8; 64]) -> Self {
        Self(scalar::Scalar::from_bytes_mod_order_wide(bytes))
    }
}
