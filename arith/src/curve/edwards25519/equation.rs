//! `S B = R + k A`, decided by scalars of half the size.
//!
//! Let `v` be odd and `0 < |v| < L`. Points form a group of `8 L` elements, so multiplying by `v` takes no point but the
//! neutral one to the neutral one. So the equation holds exactly if `v S B - v R - v k A` is neutral, whatever parts of
//! small order R and A have. `v k` may be replaced by a `u` that is equal to it modulo `8 L`, and `v S` by a `w` that is
//! equal to it modulo `L`, which is the order of B. `u` and `v` have half the bits of `k`, so there are half as many
//! doublings, and R takes part in the sum.

use super::super::comb::{Accumulator, Comb, CombTerm};
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

/// The terms `w B + u (-A) + (-v) R`.
pub(super) struct HalfSizeTerms<'t> {
    w: CombTerm<'t, Extended>,
    u: NonAdjacentForm,
    minus_v: NonAdjacentForm,
}

impl<'t> HalfSizeTerms<'t> {
    pub(super) fn new(base: &'t Comb<Extended>, s: Scalar, k: Scalar) -> Self {
        let Fraction { u, v: (negative, v) } = half_size(&POINTS, &k.to_integer(), HALF, MOST);
        Self {
            w: CombTerm::new(base, (negative, s.times(&v).to_integer())),
            u: NonAdjacentForm::new(false, &u, NAF_WIDTH),
            minus_v: NonAdjacentForm::new(!negative, &v, NAF_WIDTH),
        }
    }

    /// Their sum, beginning with a neutral one.
    #[inline(always)]
    pub(super) fn sum<S: Sum>(&self, neutral: S, minus_a: S, r: S) -> S {
        let multiples = [odd_multiples(minus_a), odd_multiples(r)];
        let forms = [&self.u, &self.minus_v];
        let length = Comb::<Extended>::LENGTH.max(self.u.length()).max(self.minus_v.length());
        let mut sum = neutral;
        for position in (0..length).rev() {
            let digits = forms.map(
                #[inline(always)]
                |form| form.digit(position),
            );
            if digits == [0, 0] && !Comb::<Extended>::adds_at(position) {
                sum.double_without_t();
                continue;
            }
            sum.double();
            for (digit, multiples) in digits.iter().zip(&multiples) {
                if *digit != 0 {
                    // The digit is odd: 1, 3, 5, ... are at 0, 1, 2, ...
                    sum.add_niels(&multiples[digit.unsigned_abs() as usize / 2], *digit < 0);
                }
            }
            self.w.add_at(position, &mut sum);
        }
        sum
    }
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
