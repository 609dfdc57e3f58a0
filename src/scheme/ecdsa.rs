//! ECDSA verification (FIPS 186-5 section 6.4.2) on the four curves of KMS.
//!
//! Signatures are strict DER. Both (r, s) and (r, n - s) are accepted, as in the standard: KMS produces either.

use alloc::vec::Vec;

use super::hash::{HashFunction, Hasher, Input};
use super::{BadKey, Curve, answers_for};
use crate::backend::curve::{p256, p384, p521, secp256k1};
use crate::integer_pair::{encode_integer_pair, integer_pair};

/// A point of one of the four curves, other than infinity.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    P256(p256::Point),
    P384(p384::Point),
    P521(p521::Point),
    Secp256k1(secp256k1::Point),
}

/// A signature with the point to verify it.
#[derive(Debug)]
pub(crate) struct Signature<'k> {
    numbers: OnCurve<'k>,
    hash: HashFunction,
}

#[derive(Debug)]
enum OnCurve<'k> {
    P256(Numbers<'k, p256::Point>),
    P384(Numbers<'k, p384::Point>),
    P521(Numbers<'k, p521::Point>),
    Secp256k1(Numbers<'k, secp256k1::Point>),
}

/// The numbers r and s, each at least 1 and less than the order n of the curve.
#[derive(Debug)]
struct Numbers<'k, P: Point> {
    point: &'k P,
    r: P::Scalar,
    s: P::Scalar,
}

/// Evaluates the same expression for every curve.
macro_rules! on_each_curve {
    ($type:ident, $value:expr, $name:ident => $answer:expr) => {
        match $value {
            $type::P256($name) => $answer,
            $type::P384($name) => $answer,
            $type::P521($name) => $answer,
            $type::Secp256k1($name) => $answer,
        }
    };
}

impl PublicKey {
    /// Creates a key from the coordinates x || y of its point, each as long as the field prime.
    pub(crate) fn with(curve: Curve, coordinates: &[u8]) -> Result<Self, BadKey> {
        match curve {
            Curve::P256 => p256::Point::from_be_bytes(coordinates).map(Self::P256),
            Curve::P384 => p384::Point::from_be_bytes(coordinates).map(Self::P384),
            Curve::P521 => p521::Point::from_be_bytes(coordinates).map(Self::P521),
            Curve::Secp256k1 => secp256k1::Point::from_be_bytes(coordinates).map(Self::Secp256k1),
        }
        .ok_or(BadKey::NotOnCurve)
    }

    /// The coordinates x || y of the point with this x, and with an odd or an even y (SEC 1 section 2.3.4). Keys of KMS are
    /// never compressed: this only explains others. The point is on the curve, but is not a key until it is parsed.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn decompress(curve: Curve, x: &[u8], y_is_odd: bool) -> Option<Vec<u8>> {
        match curve {
            Curve::P256 => p256::Point::coordinates(x, y_is_odd),
            Curve::P384 => p384::Point::coordinates(x, y_is_odd),
            Curve::P521 => p521::Point::coordinates(x, y_is_odd),
            Curve::Secp256k1 => secp256k1::Point::coordinates(x, y_is_odd),
        }
    }

    /// The same key with precomputed tables.
    pub(crate) fn precomputed(&self) -> Self {
        match self {
            Self::P256(point) => Self::P256(point.precomputed()),
            Self::P384(point) => Self::P384(point.precomputed()),
            Self::P521(point) => Self::P521(point.precomputed()),
            Self::Secp256k1(point) => Self::Secp256k1(point.precomputed()),
        }
    }

    /// The size of the tables on the heap in bytes.
    pub(crate) fn table_size(&self) -> usize {
        on_each_curve!(Self, self, point => point.table_size())
    }

    /// Whether each signature over an input is valid.
    pub(crate) fn verify_many(&self, hash: HashFunction, pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        on_each_curve!(Self, self, point => verify_many(point, hash, pairs))
    }
}

impl<'k> Signature<'k> {
    /// Decodes a signature for this key. `None` unless it is strict DER, and r and s are in range.
    pub(crate) fn decode(key: &'k PublicKey, hash: HashFunction, bytes: &[u8]) -> Option<Self> {
        let numbers = match key {
            PublicKey::P256(point) => OnCurve::P256(Numbers::decode(point, bytes)?),
            PublicKey::P384(point) => OnCurve::P384(Numbers::decode(point, bytes)?),
            PublicKey::P521(point) => OnCurve::P521(Numbers::decode(point, bytes)?),
            PublicKey::Secp256k1(point) => OnCurve::Secp256k1(Numbers::decode(point, bytes)?),
        };
        Some(Self { numbers, hash })
    }

    pub(crate) fn hasher(&self) -> Hasher {
        Hasher::new(self.hash)
    }

    /// Whether the signature is valid for this digest.
    pub(crate) fn holds(&self, digest: &[u8]) -> bool {
        on_each_curve!(OnCurve, &self.numbers, numbers => numbers.holds(digest))
    }

    /// The DER encoding of the low-S form: of (r, s) or (r, n - s), whichever has the lower second number.
    pub(crate) fn to_der_with_low_s(&self) -> Vec<u8> {
        on_each_curve!(OnCurve, &self.numbers, numbers => numbers.to_der_with_low_s())
    }

    /// The points x || y of the keys on this curve for which this signature is valid for this digest.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn signers(&self, digest: &[u8]) -> Vec<Vec<u8>> {
        on_each_curve!(OnCurve, &self.numbers, numbers => numbers.signers(digest))
    }
}

/// As [`Numbers::decode`] and [`Numbers::holds`], with one inversion for all.
fn verify_many<P: Point>(point: &P, hash: HashFunction, pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
    let decoded: Vec<_> = pairs
        .iter()
        .map(|(input, signature)| {
            let (r, s) = P::numbers(signature)?;
            let e = input.hashed_by(|| Hasher::new(hash), P::from_digest);
            Some([r, s, e])
        })
        .collect();
    answers_for(&decoded, |decoded| {
        let all_s: Vec<_> = decoded.iter().map(|[_, s, _]| *s).collect();
        let Some(inverses) = P::invert_all(&all_s) else {
            return Vec::new();
        };
        let sums: Vec<_> = decoded
            .iter()
            .zip(inverses)
            .map(|(&[r, _, e], w)| [P::mul(e, w), P::mul(r, w), r])
            .collect();
        point.sums_have_x(&sums)
    })
}

impl<'k, P: Point> Numbers<'k, P> {
    /// Step 1 of FIPS 186-5 section 6.4.2: `None` unless both numbers are in range.
    fn decode(point: &'k P, bytes: &[u8]) -> Option<Self> {
        let (r, s) = P::numbers(bytes)?;
        Some(Self { point, r, s })
    }

    /// Steps 3 to 9 of FIPS 186-5 section 6.4.2; step 2 is the hasher.
    fn holds(&self, digest: &[u8]) -> bool {
        // Step 3.
        let e = P::from_digest(digest);
        // Step 4: s is not zero, so it has an inverse.
        let Some(w) = P::invert(self.s) else {
            return false;
        };
        // Steps 5 to 9: the point at infinity has no x; that of others, modulo n, is r.
        self.point.sum_has_x(P::mul(e, w), P::mul(self.r, w), self.r)
    }

    fn to_der_with_low_s(&self) -> Vec<u8> {
        encode_integer_pair(&P::to_be_bytes(self.r), &P::to_be_bytes(P::lower_of_both_signs(self.s)))
    }

    /// SEC 1 section 4.1.6, except for x not less than n, which have probability at most 2^-32.
    #[cfg(feature = "diagnosis")]
    fn signers(&self, digest: &[u8]) -> Vec<Vec<u8>> {
        let e = P::from_digest(digest);
        let Some(inverse) = P::invert(self.r) else {
            return Vec::new();
        };
        // Q = r^-1 (s R - e G), for either R whose x is r.
        let (u1, u2) = (P::mul(P::negate(e), inverse), P::mul(self.s, inverse));
        [false, true]
            .into_iter()
            .filter_map(|y_is_odd| P::from_x(self.r, y_is_odd)?.sum(u1, u2))
            .collect()
    }
}

/// The operations of the backend on a curve.
trait Point: Sized {
    type Scalar: Copy + core::fmt::Debug;

    /// r and s of a DER signature.
    fn numbers(signature: &[u8]) -> Option<(Self::Scalar, Self::Scalar)>;
    fn from_digest(digest: &[u8]) -> Self::Scalar;
    fn to_be_bytes(scalar: Self::Scalar) -> Vec<u8>;
    fn lower_of_both_signs(scalar: Self::Scalar) -> Self::Scalar;
    fn mul(a: Self::Scalar, b: Self::Scalar) -> Self::Scalar;
    fn invert(scalar: Self::Scalar) -> Option<Self::Scalar>;
    /// The inverses of all. `None` if one is zero.
    fn invert_all(scalars: &[Self::Scalar]) -> Option<Vec<Self::Scalar>>;

    /// Whether u1 G + u2 Q is a point, other than infinity, whose x-coordinate is congruent to `x` modulo n.
    fn sum_has_x(&self, u1: Self::Scalar, u2: Self::Scalar, x: Self::Scalar) -> bool;
    /// The same for each `[u1, u2, x]`.
    fn sums_have_x(&self, numbers: &[[Self::Scalar; 3]]) -> Vec<bool>;

    #[cfg(feature = "diagnosis")]
    fn negate(scalar: Self::Scalar) -> Self::Scalar;
    #[cfg(feature = "diagnosis")]
    fn from_x(x: Self::Scalar, y_is_odd: bool) -> Option<Self>;
    /// The coordinates of the point with this x, except for x not less than n.
    #[cfg(feature = "diagnosis")]
    fn coordinates(x: &[u8], y_is_odd: bool) -> Option<Vec<u8>>;
    /// The coordinates of u1 G + u2 Q.
    #[cfg(feature = "diagnosis")]
    fn sum(&self, u1: Self::Scalar, u2: Self::Scalar) -> Option<Vec<u8>>;
}

macro_rules! point {
    ($curve:ident, $bytes:literal) => {
        impl Point for $curve::Point {
            type Scalar = $curve::Scalar;

            fn numbers(signature: &[u8]) -> Option<(Self::Scalar, Self::Scalar)> {
                let (r, s) = integer_pair::<$bytes>(signature)?;
                Some((
                    $curve::Scalar::from_be_bytes(&r)?,
                    $curve::Scalar::from_be_bytes(&s)?,
                ))
            }

            fn from_digest(digest: &[u8]) -> Self::Scalar {
                $curve::Scalar::from_digest(digest)
            }

            fn to_be_bytes(scalar: Self::Scalar) -> Vec<u8> {
                scalar.to_be_bytes()
            }

            fn lower_of_both_signs(scalar: Self::Scalar) -> Self::Scalar {
                scalar.lower_of_both_signs()
            }

            fn mul(a: Self::Scalar, b: Self::Scalar) -> Self::Scalar {
                a.mul(b)
            }

            fn invert(scalar: Self::Scalar) -> Option<Self::Scalar> {
                scalar.invert_vartime()
            }

            fn invert_all(scalars: &[Self::Scalar]) -> Option<Vec<Self::Scalar>> {
                $curve::Scalar::invert_all_vartime(scalars)
            }

            fn sum_has_x(&self, u1: Self::Scalar, u2: Self::Scalar, x: Self::Scalar) -> bool {
                self.sum_has_x_vartime(u1, u2, x)
            }

            fn sums_have_x(&self, numbers: &[[Self::Scalar; 3]]) -> Vec<bool> {
                self.sums_have_x_vartime(numbers)
            }

            #[cfg(feature = "diagnosis")]
            fn negate(scalar: Self::Scalar) -> Self::Scalar {
                scalar.sub(scalar).sub(scalar)
            }

            #[cfg(feature = "diagnosis")]
            fn from_x(x: Self::Scalar, y_is_odd: bool) -> Option<Self> {
                Self::from_x(x, y_is_odd)
            }

            #[cfg(feature = "diagnosis")]
            fn coordinates(x: &[u8], y_is_odd: bool) -> Option<Vec<u8>> {
                let x: &[u8; $bytes] = x.try_into().ok()?;
                let x = $curve::Scalar::from_be_bytes(x)?;
                Some(Self::from_x(x, y_is_odd)?.to_be_bytes())
            }

            #[cfg(feature = "diagnosis")]
            fn sum(&self, u1: Self::Scalar, u2: Self::Scalar) -> Option<Vec<u8>> {
                Some(self.sum_vartime(u1, u2)?.to_be_bytes())
            }
        }
    };
}

point!(p256, 32);
point!(p384, 48);
point!(p521, 66);
point!(secp256k1, 32);
