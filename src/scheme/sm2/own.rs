//! SM2 on the arithmetic of this crate.

use crate::arith::curve::{KeyPoint, Scalar, Sm2};

/// A point of sm2p256v1, other than infinity.
#[derive(Clone, Debug)]
pub(super) struct Point(KeyPoint<Sm2>);

/// The numbers r and s, each at least 1 and less than the order n of the curve.
#[derive(Debug)]
pub(super) struct Pair {
    r: Scalar<Sm2>,
    s: Scalar<Sm2>,
}

impl Point {
    /// `None` if a coordinate is no field element, or if the point is not on the curve.
    pub(super) fn new(coordinates: &[u8; 64]) -> Option<Self> {
        KeyPoint::from_be_bytes(coordinates).map(Self)
    }

    pub(super) fn prepared(&self) -> Self {
        Self(self.0.prepared())
    }

    /// Whether the pair is a signature over the digest e (GB/T 32918.2 section 7.1, B5 to B7).
    pub(super) fn holds(&self, pair: &Pair, digest: &[u8]) -> bool {
        // B5.
        let t = pair.r.add(pair.s);
        if t.is_zero() {
            return false;
        }
        // B6.
        let sum = self.0.double_mul_vartime(pair.s, t);
        // B7: R = e + x1 is r, so x1 is r - e.
        sum.x_is_congruent_to(pair.r.sub(Scalar::from_digest(digest)))
    }
}

impl Pair {
    /// `None` unless both numbers are in range (GB/T 32918.2 section 7.1, B1 and B2).
    pub(super) fn new(r: [u8; 32], s: [u8; 32]) -> Option<Self> {
        Some(Self {
            r: Scalar::from_be_bytes(&r)?,
            s: Scalar::from_be_bytes(&s)?,
        })
    }
}
