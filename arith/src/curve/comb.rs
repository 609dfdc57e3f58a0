//! Tables of multiples of a point that leave few doublings to do, or none.

use super::Curve;
use super::point::{AffinePoint, Extended, Jacobian, Sum};
use super::recode::fixed_windows;
use super::scalar::Scalar;
use alloc::vec::Vec;

/// How a scalar is cut into windows of `width` bits, and which windows have a table.
///
/// Window `i` stands for multiples of `2^(width * i)`. Every window has its own table if `passes` is 1. Otherwise only
/// each `passes`-th has, and the windows in between use the one below: they are added in earlier passes, with `width`
/// doublings of the sum between passes. (Lim and Lee, "More flexible exponentiation with precomputation", 1994.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) width: usize,
    pub(crate) passes: usize,
}

impl Shape {
    /// Windows that hold any magnitude below `2^(bits - 1)`, and the carry of its recoding.
    const fn windows(self, bits: usize) -> usize {
        bits.div_ceil(self.width)
    }

    const fn tables(self, bits: usize) -> usize {
        self.windows(bits).div_ceil(self.passes)
    }

    /// Multiples in each table: a signed digit needs the positive half only.
    const fn multiples(self) -> usize {
        1 << (self.width - 1)
    }
}

/// Upper bound of the number of windows of any curve.
const MAX_WINDOWS: usize = 80;

/// The tables for one point: the `t`-th holds `1, 2, ..., 2^(width - 1)` times `2^(width * passes * t)` times the
/// point.
#[derive(Clone, Debug)]
pub(crate) struct Comb<C: Curve> {
    multiples: Vec<AffinePoint<C>>,
}

impl<C: Curve> Comb<C> {
    const WINDOWS: usize = {
        let windows = C::COMB.windows(C::ORDER_BITS);
        assert!(windows <= MAX_WINDOWS);
        windows
    };

    /// Bytes on the heap of a complete table.
    #[cfg(test)]
    pub(super) const SIZE: usize =
        C::COMB.tables(C::ORDER_BITS) * C::COMB.multiples() * core::mem::size_of::<AffinePoint<C>>();

    /// Bit positions at which digits are added: `0..LENGTH`.
    pub(super) const LENGTH: usize = C::COMB.width * (C::COMB.passes - 1) + 1;

    /// No multiple of a point of prime order, by less than the order, is infinity.
    pub(crate) fn new(point: &AffinePoint<C>) -> Self {
        let mut multiples = Vec::with_capacity(C::COMB.tables(C::ORDER_BITS) * C::COMB.multiples());
        let mut table = Vec::with_capacity(C::COMB.multiples());
        for base in Self::bases(point) {
            let mut multiple: Extended<C> = base.into();
            table.clear();
            for _ in 0..C::COMB.multiples() {
                table.push(multiple);
                multiple.add(&base);
            }
            // Table by table: an inversion for each costs little, and all of them together four times the memory.
            multiples.extend(Extended::to_affine_all_vartime(&table));
        }
        Comb { multiples }
    }

    pub(super) fn of_generator() -> Self {
        Self::new(&AffinePoint::generator())
    }

    /// Bytes on the heap.
    pub(super) fn size(&self) -> usize {
        core::mem::size_of_val(self.multiples.as_slice())
    }

    /// The first multiple in each table.
    fn bases(point: &AffinePoint<C>) -> Vec<AffinePoint<C>> {
        let mut bases: Vec<Extended<C>> = Vec::new();
        let mut base: Jacobian<C> = (*point).into();
        for _ in 0..C::COMB.tables(C::ORDER_BITS) {
            bases.push(base.into());
            for _ in 0..C::COMB.width * C::COMB.passes {
                base.double();
            }
        }
        Extended::to_affine_all_vartime(&bases)
    }
}

/// The table of a point, and the digits of the number to multiply it by.
pub(super) struct CombTerm<'a, C: Curve> {
    comb: &'a Comb<C>,
    digits: [i16; MAX_WINDOWS],
}

impl<'a, C: Curve> CombTerm<'a, C> {
    pub(super) fn new(comb: &'a Comb<C>, scalar: Scalar<C>) -> Self {
        let (negative, magnitude) = scalar.to_signed();
        let mut digits = [0; MAX_WINDOWS];
        fixed_windows(&magnitude, C::COMB.width, Comb::<C>::WINDOWS, |i, digit| {
            digits[i] = if negative { -digit } else { digit } as i16;
        });
        CombTerm { comb, digits }
    }

    /// Adds what belongs at a bit position, that is, all windows of a pass.
    #[inline(always)]
    pub(super) fn add_at<S: Sum<C>>(&self, position: usize, sum: &mut S) {
        if position >= Comb::<C>::LENGTH || !position.is_multiple_of(C::COMB.width) {
            return;
        }
        let digits_of_pass = self.digits[..Comb::<C>::WINDOWS]
            .iter()
            .skip(position / C::COMB.width)
            .step_by(C::COMB.passes);
        for (&digit, table) in digits_of_pass.zip(self.comb.multiples.chunks_exact(C::COMB.multiples())) {
            if digit != 0 {
                let multiple = table[usize::from(digit.unsigned_abs()) - 1];
                sum.add(&multiple.with_sign_of(digit.into()));
            }
        }
    }
}
