//! `S B = R + k A`, decided by scalars of half the size.
//!
//! Let `v` be odd and `0 < |v| < L`. Points form a group of `8 L` elements, so multiplying by `v` takes no point but the
//! neutral one to the neutral one. So the equation holds exactly if `v S B - v R - v k A` is neutral, whatever parts of
//! small order R and A have. `v k` may be replaced by a `u` that is equal to it modulo `8 L`, and `v S` by a `w` that is
//! equal to it modulo `L`, which is the order of B. `u` and `v` have half the bits of `k`, so there are half as many
//! doublings, and R takes part in the sum.

use alloc::boxed::Box;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::super::comb::Accumulator;
use super::super::wnaf::NonAdjacentForm;
use super::half_size::{Fraction, half_size};
use super::point::{AffineNiels, Extended};
use super::scalar::{Order, Scalar};
use crate::curve::montgomery::Modulus;

/// A sum of points in extended coordinates, on any backend.
pub(super) trait Sum: Accumulator<AffineNiels> + Copy {
    /// A point in the form in which it is added.
    type Niels: Copy;

    fn to_niels(&self) -> Self::Niels;

    /// Doubles a sum that is not added to before it is doubled again.
    fn double_without_t(&mut self);

    /// Adds the point, or, if `negative`, subtracts it.
    fn add_niels(&mut self, other: &Self::Niels, negative: bool);
}

/// `8 L`, the number of points.
pub(super) const POINTS: [u64; 4] = {
    let [a, b, c, d] = Order::VALUE;
    [a << 3, b << 3 | a >> 61, c << 3 | b >> 61, d << 3 | c >> 61]
};

/// Bits of `u`, and so, but for a few, of `v`: half of those of `8 L`.
pub(super) const HALF: u32 = 128;

/// A `v` with more bits is given up. Less than 252, so that it is less than `L`.
pub(super) const MOST: u32 = 160;

/// Width of the non-adjacent forms of `u` and `v`.
const NAF_WIDTH: usize = 5;

/// The same of the halves of `w`, whose multiples are computed once.
const BASE_NAF_WIDTH: usize = 6;

/// The terms `w B + u (-A) + (-v) R`, where `w = low + 2^128 high`.
pub(super) struct HalfSizeTerms {
    /// The two halves of `w`.
    w: [NonAdjacentForm; 2],
    u: NonAdjacentForm,
    minus_v: NonAdjacentForm,
}

impl HalfSizeTerms {
    pub(super) fn new(s: Scalar, k: Scalar) -> Self {
        let Fraction { u, v: (negative, v) } = half_size(&POINTS, &k.to_integer(), HALF, MOST);
        let [a, b, c, d] = s.times(&v).to_integer();
        Self {
            w: [[a, b, 0, 0], [c, d, 0, 0]].map(|half| NonAdjacentForm::new(negative, &half, BASE_NAF_WIDTH)),
            u: NonAdjacentForm::new(false, &u, NAF_WIDTH),
            minus_v: NonAdjacentForm::new(!negative, &v, NAF_WIDTH),
        }
    }

    /// Their sum, beginning with a neutral one.
    #[inline(always)]
    pub(super) fn sum<S: Sum>(&self, neutral: S, minus_a: S, r: S) -> S {
        let base_multiples = base_multiples();
        let multiples = [odd_multiples(minus_a), odd_multiples(r)];
        let forms = [&self.u, &self.minus_v];
        let lengths = [&self.w[0], &self.w[1], &self.u, &self.minus_v].map(
            #[inline(always)]
            |form| form.length(),
        );
        let mut sum = neutral;
        for position in (0..lengths.into_iter().max().unwrap_or(0)).rev() {
            let base_digits = [self.w[0].digit(position), self.w[1].digit(position)];
            let digits = forms.map(
                #[inline(always)]
                |form| form.digit(position),
            );
            if digits == [0, 0] && base_digits == [0, 0] {
                sum.double_without_t();
                continue;
            }
            sum.double();
            // Digits are odd: 1, 3, 5, ... are at 0, 1, 2, ...
            for (digit, multiples) in digits.iter().zip(&multiples) {
                if *digit != 0 {
                    sum.add_niels(&multiples[digit.unsigned_abs() as usize / 2], *digit < 0);
                }
            }
            for (digit, multiples) in base_digits.iter().zip(base_multiples) {
                if *digit != 0 {
                    sum.add(&multiples[digit.unsigned_abs() as usize / 2], *digit < 0);
                }
            }
        }
        sum
    }
}

/// Multiples of B, and those of `2^128 B`.
type BaseMultiples = [[AffineNiels; 1 << (BASE_NAF_WIDTH - 2)]; 2];

/// 1, 3, 5, ... times B, and times `2^128 B`. The first call computes them, which takes about a third of the time of a sum.
fn base_multiples() -> &'static BaseMultiples {
    static MULTIPLES: OnceBox<BaseMultiples> = OnceBox::new();
    MULTIPLES.get_or_init(|| {
        let mut multiples = Vec::with_capacity(2 << (BASE_NAF_WIDTH - 2));
        for mut multiple in [Extended::BASE, Extended::BASE_128] {
            let mut twice = multiple;
            twice.double();
            let twice = Sum::to_niels(&twice);
            for _ in 0..1 << (BASE_NAF_WIDTH - 2) {
                multiples.push(multiple);
                Sum::add_niels(&mut multiple, &twice, false);
            }
        }
        let multiples = Extended::to_niels_all_vartime(&multiples);
        let (halves, _) = multiples.as_chunks();
        Box::new([halves[0], halves[1]])
    })
}

/// 1, 3, 5, ... times the point.
#[inline(always)]
fn odd_multiples<S: Sum>(point: S) -> [S::Niels; 1 << (NAF_WIDTH - 2)] {
    let mut twice = point;
    twice.double();
    let twice = twice.to_niels();
    let mut multiples = [point.to_niels(); 1 << (NAF_WIDTH - 2)];
    let mut multiple = point;
    for place in &mut multiples[1..] {
        multiple.add_niels(&twice, false);
        *place = multiple.to_niels();
    }
    multiples
}
