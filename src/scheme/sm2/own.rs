//! SM2 on the arithmetic of this crate.

use kms_verify_arith::curve::concrete::sm2;

/// A point of sm2p256v1, other than infinity.
#[derive(Clone, Debug)]
pub(super) struct Point(sm2::Point);

/// The numbers r and s, each at least 1 and less than the order n of the curve.
#[derive(Debug)]
pub(super) struct Pair {
    r: sm2::Scalar,
    s: sm2::Scalar,
}

impl Point {
    /// `None` if a coordinate is no field element, or if the point is not on the curve.
    pub(super) fn new(coordinates: &[u8; 64]) -> Option<Self> {
        sm2::Point::from_be_bytes(coordinates).map(Self)
    }

    pub(super) fn precomputed(&self) -> Self {
        Self(self.0.precomputed())
    }

    pub(super) fn table_size(&self) -> usize {
        self.0.table_size()
    }

    /// Whether the pair is a signature over the digest e (GB/T 32918.2 section 7.1, B5 to B7).
    pub(super) fn holds(&self, pair: &Pair, digest: &[u8]) -> bool {
        // B5.
        let t = pair.r.add(pair.s);
        if t.is_zero() {
            return false;
        }
        // B6 and B7: R = e + x1 is r, so x1 is r - e.
        let x = pair.r.sub(sm2::Scalar::from_digest(digest));
        self.0.sum_has_x_vartime(pair.s, t, x)
    }
}

impl Pair {
    /// `None` unless both numbers are in range (GB/T 32918.2 section 7.1, B1 and B2).
    pub(super) fn new(r: [u8; 32], s: [u8; 32]) -> Option<Self> {
        Some(Self {
            r: sm2::Scalar::from_be_bytes(&r)?,
            s: sm2::Scalar::from_be_bytes(&s)?,
        })
    }
}
