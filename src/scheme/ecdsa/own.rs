//! ECDSA on the arithmetic of this crate.

use alloc::vec::Vec;

use super::Curve;
use crate::arith::curve::{self, KeyPoint, P256, P384, P521, Scalar, Secp256k1};
use crate::der::{encode_integer_pair, integer_pair};

/// A point of one of the four curves, other than infinity.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    P256(KeyPoint<P256>),
    P384(KeyPoint<P384>),
    P521(KeyPoint<P521>),
    Secp256k1(KeyPoint<Secp256k1>),
}

/// The numbers of a signature on one of the four curves, beside the point that they shall hold for.
#[derive(Debug)]
pub(crate) enum Signature<'k> {
    P256(&'k KeyPoint<P256>, Pair<P256>),
    P384(&'k KeyPoint<P384>, Pair<P384>),
    P521(&'k KeyPoint<P521>, Pair<P521>),
    Secp256k1(&'k KeyPoint<Secp256k1>, Pair<Secp256k1>),
}

/// The numbers r and s, each at least 1 and less than the order n of the curve.
#[derive(Debug)]
pub(crate) struct Pair<C: curve::Curve> {
    r: Scalar<C>,
    s: Scalar<C>,
}

impl PublicKey {
    /// The key at the point with the coordinates x || y. `None` if x or y is no field element, or if the point is not
    /// on the curve.
    pub(crate) fn new(curve: Curve, coordinates: &[u8]) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(KeyPoint::from_be_bytes(coordinates)?),
            Curve::P384 => Self::P384(KeyPoint::from_be_bytes(coordinates)?),
            Curve::P521 => Self::P521(KeyPoint::from_be_bytes(coordinates)?),
            Curve::Secp256k1 => Self::Secp256k1(KeyPoint::from_be_bytes(coordinates)?),
        })
    }

    /// The same key with the tables that make it fast.
    pub(crate) fn prepared(&self) -> Self {
        match self {
            Self::P256(point) => Self::P256(point.prepared()),
            Self::P384(point) => Self::P384(point.prepared()),
            Self::P521(point) => Self::P521(point.prepared()),
            Self::Secp256k1(point) => Self::Secp256k1(point.prepared()),
        }
    }
}

impl<'k> Signature<'k> {
    /// Decodes a signature for this key. `None` unless it is strict DER, and r and s are in range.
    pub(crate) fn decode(bytes: &[u8], key: &'k PublicKey) -> Option<Self> {
        Some(match key {
            PublicKey::P256(point) => Self::P256(point, Pair::new(integer_pair::<32>(bytes)?)?),
            PublicKey::P384(point) => Self::P384(point, Pair::new(integer_pair::<48>(bytes)?)?),
            PublicKey::P521(point) => Self::P521(point, Pair::new(integer_pair::<66>(bytes)?)?),
            PublicKey::Secp256k1(point) => Self::Secp256k1(point, Pair::new(integer_pair::<32>(bytes)?)?),
        })
    }

    /// Whether the signature is one over this digest.
    pub(crate) fn holds(&self, digest: &[u8]) -> bool {
        match self {
            Self::P256(point, pair) => pair.holds(point, digest),
            Self::P384(point, pair) => pair.holds(point, digest),
            Self::P521(point, pair) => pair.holds(point, digest),
            Self::Secp256k1(point, pair) => pair.holds(point, digest),
        }
    }

    /// The DER encoding of (r, s) or (r, n - s), whichever has the lower second number.
    pub(crate) fn to_der_with_low_s(&self) -> Vec<u8> {
        match self {
            Self::P256(_, pair) => pair.to_der_with_low_s(),
            Self::P384(_, pair) => pair.to_der_with_low_s(),
            Self::P521(_, pair) => pair.to_der_with_low_s(),
            Self::Secp256k1(_, pair) => pair.to_der_with_low_s(),
        }
    }
}

impl<C: curve::Curve> Pair<C> {
    /// `None` unless both numbers are in range (FIPS 186-5 section 6.4.2, step 1).
    fn new<const N: usize>((r, s): ([u8; N], [u8; N])) -> Option<Self> {
        Some(Self {
            r: Scalar::from_be_bytes(&r)?,
            s: Scalar::from_be_bytes(&s)?,
        })
    }

    /// The numbered steps are those of FIPS 186-5 section 6.4.2; step 2, the hash, is done.
    fn holds(&self, point: &KeyPoint<C>, digest: &[u8]) -> bool {
        // Step 3.
        let e = Scalar::from_digest(digest);
        // Step 4: s is not zero, so it has an inverse.
        let Some(w) = self.s.invert_vartime() else {
            return false;
        };
        // Steps 5 and 6.
        let sum = point.double_mul_vartime(e.mul(w), self.r.mul(w));
        // Steps 6 to 9: the point at infinity has no x; that of others, modulo n, is r.
        sum.x_is_congruent_to(self.r)
    }

    fn to_der_with_low_s(&self) -> Vec<u8> {
        encode_integer_pair(&self.r.to_be_bytes(), &self.s.lower_of_both_signs().to_be_bytes())
    }
}
