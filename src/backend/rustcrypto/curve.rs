//! Points and scalars from the RustCrypto crates: a generic implementation, and a module for each curve.

use alloc::vec::Vec;
use core::ops::{Add as _, Mul as _, Sub as _};

#[cfg(feature = "ecdsa")]
use ::p256::elliptic_curve as ec;
#[cfg(not(feature = "ecdsa"))]
use ::sm2::elliptic_curve as ec;
use ec::ff::{Field as _, PrimeField as _};
use ec::group::{Curve as _, Group as _};
use ec::ops::{LinearCombination, Reduce as _};
use ec::point::{AffineCoordinates as _, DecompressPoint};
use ec::scalar::IsHigh as _;
use ec::sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point};
use ec::subtle::Choice;
use ec::{CurveArithmetic, FieldBytes};

/// The bounds on a RustCrypto curve.
pub(crate) trait Curve:
    CurveArithmetic<AffinePoint: ToSec1Point<Self> + FromSec1Point<Self> + DecompressPoint<Self>>
    + ec::Curve<FieldBytesSize: ModulusSize>
{
}

impl<C> Curve for C where
    C: CurveArithmetic<AffinePoint: ToSec1Point<C> + FromSec1Point<C> + DecompressPoint<C>>
        + ec::Curve<FieldBytesSize: ModulusSize>
{
}

/// A point Q of the curve other than infinity.
#[derive(Clone, Debug)]
pub(crate) struct Point<C: Curve>(C::AffinePoint);

/// An integer modulo the order n of the curve.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar<C: Curve>(C::Scalar);

impl<C: Curve> Point<C> {
    /// From big-endian x || y, each as long as the field prime p. `None` if the length is wrong, if a coordinate is not
    /// less than p, or if the point is not on the curve.
    pub(crate) fn from_be_bytes(coordinates: &[u8]) -> Option<Self> {
        let encoded = Sec1Point::<C>::from_bytes([&[4], coordinates].concat()).ok()?;
        C::AffinePoint::from_sec1_point(&encoded).into_option().map(Self)
    }

    /// The point whose x-coordinate is this integer, and whose y-coordinate is odd or even. `None` if the curve has none.
    pub(crate) fn from_x(x: Scalar<C>, y_is_odd: bool) -> Option<Self> {
        let y_is_odd = Choice::from(u8::from(y_is_odd));
        C::AffinePoint::decompress(&x.0.to_repr(), y_is_odd)
            .into_option()
            .map(Self)
    }

    /// Big-endian x || y.
    pub(crate) fn to_be_bytes(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().iter().skip(1).copied().collect()
    }

    /// The same point: this backend has no tables.
    pub(crate) fn precomputed(&self) -> Self {
        self.clone()
    }

    pub(crate) fn table_size(&self) -> usize {
        0
    }

    /// u1 G + u2 Q.
    fn double_mul(&self, u1: Scalar<C>, u2: Scalar<C>) -> C::ProjectivePoint {
        type Terms<C> = [(<C as CurveArithmetic>::ProjectivePoint, <C as CurveArithmetic>::Scalar); 2];
        let terms: Terms<C> = [(C::ProjectivePoint::generator(), u1.0), (self.0.into(), u2.0)];
        <C::ProjectivePoint as LinearCombination<Terms<C>>>::lincomb_vartime(&terms)
    }

    /// u1 G + u2 Q. `None` for the point at infinity.
    pub(crate) fn sum_vartime(&self, u1: Scalar<C>, u2: Scalar<C>) -> Option<Self> {
        let sum = self.double_mul(u1, u2);
        (!bool::from(sum.is_identity())).then(|| Self(sum.to_affine()))
    }

    /// Whether u1 G + u2 Q is a point, other than infinity, whose x-coordinate is congruent to `x` modulo n.
    pub(crate) fn sum_has_x_vartime(&self, u1: Scalar<C>, u2: Scalar<C>, x: Scalar<C>) -> bool {
        self.sum_vartime(u1, u2)
            .is_some_and(|sum| C::Scalar::reduce(&sum.0.x()) == x.0)
    }

    /// [`sum_has_x_vartime`](Self::sum_has_x_vartime) for each u1, u2 and x.
    pub(crate) fn sums_have_x_vartime(&self, numbers: &[[Scalar<C>; 3]]) -> Vec<bool> {
        numbers
            .iter()
            .map(|[u1, u2, x]| self.sum_has_x_vartime(*u1, *u2, *x))
            .collect()
    }
}

impl<C: Curve> Scalar<C> {
    /// From as many big-endian bytes as n has. `None` unless the number is at least 1 and less than n.
    pub(crate) fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        let scalar = C::Scalar::from_repr(FieldBytes::<C>::try_from(bytes).ok()?).into_option()?;
        (!bool::from(scalar.is_zero())).then_some(Self(scalar))
    }

    /// A digest modulo n (FIPS 186-5 section 6.4.2, step 3). No digest in KMS has more bits than n.
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        let mut bytes = FieldBytes::<C>::default();
        bytes
            .iter_mut()
            .rev()
            .zip(digest.iter().rev())
            .for_each(|(to, from)| *to = *from);
        Self(C::Scalar::reduce(&bytes))
    }

    /// Big-endian.
    pub(crate) fn to_be_bytes(self) -> Vec<u8> {
        self.0.to_repr().to_vec()
    }

    /// The lower of x and n - x.
    pub(crate) fn lower_of_both_signs(self) -> Self {
        Self(if bool::from(self.0.is_high()) { -self.0 } else { self.0 })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0.is_zero().into()
    }

    pub(crate) fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0))
    }

    pub(crate) fn sub(self, other: Self) -> Self {
        Self(self.0.sub(other.0))
    }

    pub(crate) fn mul(self, other: Self) -> Self {
        Self(self.0.mul(other.0))
    }

    /// The inverse modulo n. `None` for 0.
    pub(crate) fn invert_vartime(self) -> Option<Self> {
        ec::ff::Field::invert(&self.0).into_option().map(Self)
    }

    /// The inverses of all modulo n. `None` if one is 0.
    pub(crate) fn invert_all_vartime(scalars: &[Self]) -> Option<Vec<Self>> {
        scalars.iter().map(|scalar| scalar.invert_vartime()).collect()
    }
}

/// The types of one curve.
macro_rules! curve {
    ($feature:literal, $module:ident, $curve:ty) => {
        #[cfg(feature = $feature)]
        pub(crate) mod $module {
            pub(crate) type Point = super::Point<$curve>;
            pub(crate) type Scalar = super::Scalar<$curve>;
        }
    };
}

curve!("ecdsa", p256, ::p256::NistP256);
curve!("ecdsa", p384, ::p384::NistP384);
curve!("ecdsa", p521, ::p521::NistP521);
curve!("ecdsa", secp256k1, ::k256::Secp256k1);
curve!("sm2", sm2, ::sm2::Sm2);
