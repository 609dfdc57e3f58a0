//! Point decompression, and sums of points as coordinates, for public key recovery (SEC 1 section 4.1.6).

use alloc::vec::Vec;

use super::Tuning;
use super::double_scalar_mul::KeyPoint;
use super::field::Field;
use super::point::{AffinePoint, Sum as _, Xyzz};
use super::scalar::Scalar;
use crate::integer::Words as _;

impl<C: Tuning> KeyPoint<C> {
    /// The point whose x-coordinate is this integer, and whose y-coordinate is odd or even. `None` if the curve has none.
    pub(crate) fn from_x(x: Scalar<C>, y_is_odd: bool) -> Option<Self> {
        let x = C::Field::from_integer(&x.to_integer())?;
        let y = square_root(AffinePoint::<C>::y_squared(x))?;
        let is_odd = y.to_integer().words().first().is_some_and(|word| word & 1 == 1);
        let y = if is_odd == y_is_odd { y } else { y.negate() };
        Some(AffinePoint { x, y }.into())
    }

    /// `u1 G + u2 Q`, where `Q` is this point. `None` for infinity.
    pub(crate) fn sum_vartime(&self, u1: Scalar<C>, u2: Scalar<C>) -> Option<Self> {
        let sum = self.double_scalar_mul_vartime(u1, u2);
        if sum.is_infinity() {
            return None;
        }
        Xyzz::to_affine_all_vartime(&[sum]).first().copied().map(Self::from)
    }

    /// The big-endian coordinates `x || y`, each as long as `p`.
    pub(crate) fn to_be_bytes(&self) -> Vec<u8> {
        let AffinePoint { x, y } = self.point();
        let coordinate = |coordinate: &C::Field| {
            let integer = coordinate.to_integer();
            let bytes: Vec<u8> = integer
                .words()
                .iter()
                .rev()
                .flat_map(|word| word.to_be_bytes())
                .collect();
            let excess = bytes.len().saturating_sub(C::FIELD_BITS.div_ceil(8));
            bytes.into_iter().skip(excess)
        };
        coordinate(x).chain(coordinate(y)).collect()
    }
}

/// A square root, if there is one. The primes of all curves here are 3 modulo 4, so it is the power by `(p + 1) / 4`.
fn square_root<F: Field>(square: F) -> Option<F> {
    // (p + 1) / 4 is one more than (p - 1) / 4 rounded down: all bits of p - 1 but the lowest two, and one more factor.
    let minus_one = F::ZERO.sub(F::ONE).to_integer();
    let words = minus_one.words().iter();
    let bits = words.flat_map(|word| (0..u64::BITS).map(move |bit| word >> bit & 1 == 1));
    let bits: Vec<bool> = bits.skip(2).collect();
    let mut power = F::ONE;
    for &bit in bits.iter().rev() {
        power = power.square();
        if bit {
            power = power.mul(square);
        }
    }
    let root = power.mul(square);
    (root.square() == square).then_some(root)
}
