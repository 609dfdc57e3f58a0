//! ECDSA on the arithmetic of this crate.

use alloc::vec::Vec;

use kms_verify_arith::curve::concrete::{p256, p384, p521, secp256k1};

use super::Curve;
use crate::der::{encode_integer_pair, integer_pair};

/// A point of one of the four curves, other than infinity.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    P256(p256::Point),
    P384(p384::Point),
    P521(p521::Point),
    Secp256k1(secp256k1::Point),
}

/// The numbers of a signature on one of the four curves, beside the point that they shall hold for.
#[derive(Debug)]
pub(crate) enum Signature<'k> {
    P256(&'k p256::Point, Pair<p256::Point>),
    P384(&'k p384::Point, Pair<p384::Point>),
    P521(&'k p521::Point, Pair<p521::Point>),
    Secp256k1(&'k secp256k1::Point, Pair<secp256k1::Point>),
}

/// The numbers r and s, each at least 1 and less than the order n of the curve.
#[derive(Debug)]
pub(crate) struct Pair<P: Point> {
    r: P::Scalar,
    s: P::Scalar,
}

/// The arithmetic of one curve.
pub(crate) trait Point {
    type Scalar: Copy + core::fmt::Debug;
    fn scalar(bytes: &[u8]) -> Option<Self::Scalar>;
    fn to_be_bytes(scalar: Self::Scalar) -> Vec<u8>;
    fn lower_of_both_signs(scalar: Self::Scalar) -> Self::Scalar;
    /// FIPS 186-5 section 6.4.2, steps 3 to 9.
    fn holds(&self, r: Self::Scalar, s: Self::Scalar, digest: &[u8]) -> bool;
}

macro_rules! point {
    ($module:ident) => {
        impl Point for $module::Point {
            type Scalar = $module::Scalar;

            fn scalar(bytes: &[u8]) -> Option<$module::Scalar> {
                $module::Scalar::from_be_bytes(bytes)
            }

            fn to_be_bytes(scalar: $module::Scalar) -> Vec<u8> {
                scalar.to_be_bytes()
            }

            fn lower_of_both_signs(scalar: $module::Scalar) -> $module::Scalar {
                scalar.lower_of_both_signs()
            }

            fn holds(&self, r: $module::Scalar, s: $module::Scalar, digest: &[u8]) -> bool {
                // Step 3.
                let e = $module::Scalar::from_digest(digest);
                // Step 4: s is not zero, so it has an inverse.
                let Some(w) = s.invert_vartime() else {
                    return false;
                };
                // Steps 5 to 9: the point at infinity has no x; that of others, modulo n, is r.
                self.sum_has_x_vartime(e.mul(w), r.mul(w), r)
            }
        }
    };
}

point!(p256);
point!(p384);
point!(p521);
point!(secp256k1);

impl PublicKey {
    /// The key at the point with the coordinates x || y. `None` if x or y is no field element, or if the point is not
    /// on the curve.
    pub(crate) fn new(curve: Curve, coordinates: &[u8]) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(p256::Point::from_be_bytes(coordinates)?),
            Curve::P384 => Self::P384(p384::Point::from_be_bytes(coordinates)?),
            Curve::P521 => Self::P521(p521::Point::from_be_bytes(coordinates)?),
            Curve::Secp256k1 => Self::Secp256k1(secp256k1::Point::from_be_bytes(coordinates)?),
        })
    }

    /// The same key with the tables that make it fast.
    pub(crate) fn precomputed(&self) -> Self {
        match self {
            Self::P256(point) => Self::P256(point.precomputed()),
            Self::P384(point) => Self::P384(point.precomputed()),
            Self::P521(point) => Self::P521(point.precomputed()),
            Self::Secp256k1(point) => Self::Secp256k1(point.precomputed()),
        }
    }

    /// Bytes on the heap that the tables take.
    pub(crate) fn table_size(&self) -> usize {
        match self {
            Self::P256(point) => point.table_size(),
            Self::P384(point) => point.table_size(),
            Self::P521(point) => point.table_size(),
            Self::Secp256k1(point) => point.table_size(),
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

impl<P: Point> Pair<P> {
    /// `None` unless both numbers are in range (FIPS 186-5 section 6.4.2, step 1).
    fn new<const N: usize>((r, s): ([u8; N], [u8; N])) -> Option<Self> {
        Some(Self {
            r: P::scalar(&r)?,
            s: P::scalar(&s)?,
        })
    }

    fn holds(&self, point: &P, digest: &[u8]) -> bool {
        point.holds(self.r, self.s, digest)
    }

    fn to_der_with_low_s(&self) -> Vec<u8> {
        encode_integer_pair(&P::to_be_bytes(self.r), &P::to_be_bytes(P::lower_of_both_signs(self.s)))
    }
}
