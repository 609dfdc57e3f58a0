//! Tables of multiples of a point, with which few doublings remain, or none.
//!
//! Scalars are recoded to signed digits: negating a point is free, so these halve the tables.

use crate::integer::Words;
use alloc::vec::Vec;

/// How a scalar is divided into windows of `width` bits, and which windows have a table.
///
/// Window `i` is for multiples of `2^(width * i)`. If `passes` is 1, every window has its own table. Otherwise every
/// `passes`-th window has one, and the windows in between use the table below them: they are added in earlier passes,
/// with `width` doublings of the sum between passes. (Lim and Lee, "More flexible exponentiation with precomputation",
/// 1994.)
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

    /// Multiples in each table: signed digits only need the positive half.
    const fn multiples(self) -> usize {
        1 << (self.width - 1)
    }
}

/// An upper bound on the number of windows of any curve.
const MAX_WINDOWS: usize = 80;

/// A sum to which multiples of points are added, each in the form `M`.
pub(crate) trait Accumulator<M> {
    fn double(&mut self);

    /// Adds the multiple, or subtracts it if `negative`.
    fn add(&mut self, multiple: &M, negative: bool);
}

/// A group with such tables.
pub(crate) trait Group: Copy + Accumulator<Self::Multiple> {
    /// A point in the form of the entries of a table.
    type Multiple: Copy;

    const SHAPE: Shape;

    /// The magnitudes to multiply by are less than `2^(SCALAR_BITS - 1)`.
    const SCALAR_BITS: usize;

    const NEUTRAL: Self;

    /// For each base, `1, 2, ..., count` times it. None of these is the point at infinity.
    fn multiples_vartime(bases: &[Self], count: usize) -> Vec<Self::Multiple>;
}

/// The tables for one point: the `t`-th holds `1, 2, ..., 2^(width - 1)` times `2^(width * passes * t)` times the
/// point.
#[derive(Clone, Debug)]
pub(crate) struct Comb<G: Group> {
    multiples: Vec<G::Multiple>,
}

impl<G: Group> Comb<G> {
    pub(super) const WINDOWS: usize = {
        let windows = G::SHAPE.windows(G::SCALAR_BITS);
        assert!(windows <= MAX_WINDOWS);
        windows
    };

    const TABLES: usize = G::SHAPE.tables(G::SCALAR_BITS);

    /// Bit positions at which digits are added: `0..LENGTH`.
    pub(super) const LENGTH: usize = G::SHAPE.width * (G::SHAPE.passes - 1) + 1;

    /// Whether there may be something to add at a bit position.
    #[inline(always)]
    pub(super) fn adds_at(position: usize) -> bool {
        position < Self::LENGTH && position.is_multiple_of(G::SHAPE.width)
    }

    /// The windows of the pass at a bit position where something is [added](Self::adds_at).
    #[inline(always)]
    pub(super) fn windows_at(position: usize) -> impl Iterator<Item = usize> {
        (position / G::SHAPE.width..Self::WINDOWS).step_by(G::SHAPE.passes)
    }

    /// Bytes on the heap of complete tables.
    #[cfg(test)]
    pub(super) const SIZE: usize = Self::TABLES * G::SHAPE.multiples() * core::mem::size_of::<G::Multiple>();

    /// For a point other than infinity. No multiple of a point of prime order by less than the order is infinity.
    pub(super) fn new(point: G) -> Self {
        let mut bases = Vec::with_capacity(Self::TABLES);
        let mut base = point;
        for _ in 0..Self::TABLES {
            bases.push(base);
            (0..G::SHAPE.width * G::SHAPE.passes).for_each(|_| base.double());
        }
        let multiples = G::multiples_vartime(&bases, G::SHAPE.multiples());
        Comb { multiples }
    }

    /// The last of the multiples.
    #[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
    pub(super) fn last(&self) -> Option<&G::Multiple> {
        self.multiples.last()
    }

    /// Bytes on the heap.
    pub(super) fn size(&self) -> usize {
        self.multiples.capacity() * size_of::<G::Multiple>()
    }
}

/// The table of a point, and the digits of the multiplier.
pub(crate) struct CombTerm<'a, G: Group> {
    comb: &'a Comb<G>,
    digits: [i16; MAX_WINDOWS],
}

impl<'a, G: Group> CombTerm<'a, G> {
    /// For the magnitude, or its negative.
    pub(super) fn new<I: Words>(comb: &'a Comb<G>, (negative, magnitude): (bool, I)) -> Self {
        let mut digits = [0; MAX_WINDOWS];
        fixed_windows(&magnitude, G::SHAPE.width, Comb::<G>::WINDOWS, |i, digit| {
            digits[i] = if negative { -digit } else { digit } as i16;
        });
        CombTerm { comb, digits }
    }

    /// Adds everything at a bit position, that is, all windows of a pass.
    #[inline(always)]
    pub(super) fn add_at(&self, position: usize, sum: &mut impl Accumulator<G::Multiple>) {
        if !Comb::<G>::adds_at(position) {
            return;
        }
        for window in Comb::<G>::windows_at(position) {
            if let Some((multiple, negative)) = self.multiple(window) {
                sum.add(multiple, negative);
            }
        }
    }

    /// The multiples to add, and whether to subtract them instead.
    pub(super) fn multiples(&self) -> impl Iterator<Item = (&'a G::Multiple, bool)> {
        (0..Comb::<G>::WINDOWS).filter_map(|window| self.multiple(window))
    }

    /// The multiple to add for a window, and whether to subtract it instead. `None` if there is nothing to add.
    #[inline(always)]
    pub(super) fn multiple(&self, window: usize) -> Option<(&'a G::Multiple, bool)> {
        let digit = self.digits[window];
        let place = usize::from(digit.unsigned_abs()).checked_sub(1)?;
        let table = window / G::SHAPE.passes * G::SHAPE.multiples();
        Some((&self.comb.multiples[table + place], digit < 0))
    }
}

/// The sum of two terms, on an accumulator that is neutral.
#[inline(always)]
pub(super) fn sum_of<G: Group, S: Accumulator<G::Multiple>>(neutral: S, terms: &[CombTerm<'_, G>; 2]) -> S {
    let mut sum = neutral;
    for position in (0..Comb::<G>::LENGTH).rev() {
        if position + 1 < Comb::<G>::LENGTH {
            sum.double();
        }
        for term in terms {
            term.add_at(position, &mut sum);
        }
    }
    sum
}

/// Calls `use_digit(i, digit)` for each digit of `magnitude = sum of digit * 2^(width * i)`, for `i` in `0..windows`.
/// Each digit is in `-2^(width - 1)..=2^(width - 1)`.
///
/// The carry never leaves the top window if the windows cover at least one bit more than the magnitude has: the top
/// digit is then at most `2^(width - 1) - 1` plus a carry.
#[inline(always)]
pub(super) fn fixed_windows<I: Words>(
    magnitude: &I,
    width: usize,
    windows: usize,
    mut use_digit: impl FnMut(usize, i32),
) {
    let half = 1 << (width - 1);
    let mut carry = 0;
    for i in 0..windows {
        let value = magnitude.bits(i * width, width) as i32 + carry;
        carry = i32::from(value > half);
        use_digit(i, value - (carry << width));
    }
    debug_assert_eq!(carry, 0);
}
