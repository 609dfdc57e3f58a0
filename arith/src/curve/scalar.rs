//! Integers modulo the order of a curve's group.

use alloc::vec::Vec;

use super::Curve;
use super::field::Invertible;
use super::montgomery::Modulus;
use crate::integer::{Integer, Words, is_below};

/// An integer modulo the order `n` of the curve's group, in `0..n`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scalar<C: Curve>(C::Int);

impl<C: Curve> Scalar<C> {
    pub(crate) const ZERO: Self = Scalar(C::Int::ZERO);

    /// A constant, which is less than the order.
    pub(super) const fn constant<const N: usize>(x: [u64; N]) -> Self
    where
        C: Curve<Int = [u64; N]>,
    {
        assert!(is_below(&x, &C::Order::VALUE));
        Scalar(x)
    }

    /// `x mod n`, for `x < 2n`.
    pub(super) fn from_below_twice_the_order(x: C::Int) -> Self {
        Scalar(x.subtract_once(false, &C::Order::VALUE))
    }

    /// `None` unless there are exactly as many bytes as the order has, and `0 < x < n`.
    pub(crate) fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != C::ORDER_BITS.div_ceil(8) {
            return None;
        }
        let x = Self::from_integer(C::Int::from_be_bytes(bytes)?)?;
        (x != Self::ZERO).then_some(x)
    }

    /// The leftmost bits of a digest, as many as the order has, modulo the order (FIPS 186-5, 6.4.1 step 2 and 6.4.2
    /// step 3).
    ///
    /// One subtraction reduces them: the top bit of `n` is set, so they are less than `2n`.
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        let bytes = C::ORDER_BITS.div_ceil(8);
        let excess_bits = if digest.len() >= bytes {
            bytes * 8 - C::ORDER_BITS
        } else {
            0
        };
        let leftmost = digest.get(..bytes).unwrap_or(digest);
        // `Int` has room for `bytes` bytes.
        let z = C::Int::from_be_bytes(leftmost).unwrap_or(C::Int::ZERO);
        Self::from_below_twice_the_order(z.shift_right(excess_bits))
    }

    /// The bytes of the integer, big-endian, with or without leading zeros.
    pub(crate) fn to_be_bytes(self) -> Vec<u8> {
        self.0
            .words()
            .iter()
            .rev()
            .flat_map(|word| word.to_be_bytes())
            .collect()
    }

    /// This number or its negative, whichever is the lower integer.
    pub(crate) fn lower_of_both_signs(self) -> Self {
        Scalar(self.to_signed().1)
    }

    /// `None` unless `x < n`.
    pub(super) fn from_integer(x: C::Int) -> Option<Self> {
        let (_, below) = x.sub_borrow(&C::Order::VALUE);
        below.then_some(Scalar(x))
    }

    pub(super) fn to_integer(self) -> C::Int {
        self.0
    }

    pub(crate) fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    pub(crate) fn add(self, other: Self) -> Self {
        Scalar(self.0.add_mod(&other.0, &C::Order::VALUE))
    }

    pub(crate) fn sub(self, other: Self) -> Self {
        Scalar(self.0.sub_mod(&other.0, &C::Order::VALUE))
    }

    /// `(negative, magnitude)`: `self` is plus or minus the magnitude modulo `n`, and the magnitude is at most `n / 2`.
    pub(super) fn to_signed(self) -> (bool, C::Int) {
        let (negated, _) = C::Order::VALUE.sub_borrow(&self.0);
        let (_, smaller) = negated.sub_borrow(&self.0);
        (smaller, C::Int::select(smaller, &negated, &self.0))
    }
}

impl<C: Curve> Invertible for Scalar<C> {
    const ONE: Self = Scalar(C::Int::ONE);

    /// The second product, by `R^2`, compensates for the `1 / R` of both.
    fn mul(self, other: Self) -> Self {
        let product = C::Order::montgomery_product(&self.0, &other.0);
        Scalar(C::Order::montgomery_product(&product, &C::Order::R_SQUARED))
    }

    fn invert_vartime(self) -> Option<Self> {
        C::Order::invert_vartime(&self.0).map(Scalar)
    }
}
