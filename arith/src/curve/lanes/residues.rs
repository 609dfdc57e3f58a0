//! Residues modulo a prime in lanes, in Montgomery form with `R = 2^(52 L)`, in `L` limbs.
//!
//! A residue has many representatives: every number is below a small multiple of `p`, which its place determines, and
//! products take factors of up to several `p`. [`Bound`] follows these multiples, for assertions by the compiler.

use core::marker::PhantomData;

use super::bound::Bound;
use super::constants::{LIMB, cancelling, complement, lifted, times};
use super::field::{FourWords, LaneField};
use super::{LIMB_BITS, limbs};
use crate::integer::neg_inverse;
use crate::lanes::{ALL_LANES, EightLanes, Lanes, pair::Pair};

/// `count p`, in limbs from which those below `lift 2^52` can be subtracted, and from which `2^52` or more is left then.
pub(in super::super) const fn multiple_of_p<const L: usize, F: LaneField<L>>(count: u64, lift: u64) -> [u64; L] {
    lifted(times(count, &F::P), lift + 1)
}

/// Residues as factors: all limbs are below `2^52`.
#[derive(Clone, Copy)]
pub(in super::super) struct Residues<const N: usize, const L: usize, V: Lanes<N>, F> {
    pub(super) lanes: V,
    limbs: [V::Vector; L],
    field: PhantomData<F>,
}

/// Residues that are not factors until their limbs are [carried](Self::carry). Those of a product are below `2^57`.
#[derive(Clone, Copy)]
pub(in super::super) struct Sums<const N: usize, const L: usize, V: Lanes<N>, F>(pub(super) Residues<N, L, V, F>);

/// The columns of a product: those that a reduction cancels, and the others.
struct Columns<const L: usize, T> {
    low: [T; L],
    high: [T; L],
}

impl<const L: usize, T: Copy> Columns<L, T> {
    #[inline(always)]
    fn at(&mut self, i: usize) -> &mut T {
        if i < L { &mut self.low[i] } else { &mut self.high[i - L] }
    }
}

/// A loop over the limbs that the compiler is not free to leave as one. Its sums would be in memory then.
macro_rules! unrolled {
    ($i:ident below $end:ident: $body:expr) => {
        unrolled!($i below $end: $body; 0 1 2 3 4 5 6 7 8 9 10)
    };
    ($i:ident below $end:ident: $body:expr; $($value:literal)*) => {{
        const { assert!($end <= 11) };
        $(if $value < $end {
            let $i: usize = $value;
            $body;
        })*
    }};
}

impl<const N: usize, const L: usize, V: Lanes<N>, F: LaneField<L>> Residues<N, L, V, F> {
    /// What is added `m` times to cancel a limb.
    const P: [u64; L] = cancelling(&F::P);

    /// `-1 / p mod 2^52`.
    const NEG_INVERSE: u64 = neg_inverse(F::P[0]) & LIMB;

    /// A number in all lanes.
    #[inline(always)]
    pub(in super::super) fn splat(lanes: V, number: &[u64; L]) -> Self {
        let mut limbs = [lanes.splat(0); L];
        for (limb, number) in limbs.iter_mut().zip(number) {
            *limb = lanes.splat(*number);
        }
        Self::new(lanes, limbs)
    }

    #[inline(always)]
    fn new(lanes: V, limbs: [V::Vector; L]) -> Self {
        Self {
            lanes,
            limbs,
            field: PhantomData,
        }
    }

    #[inline(always)]
    fn with_limbs(self, limbs: [V::Vector; L]) -> Self {
        Self { limbs, ..self }
    }

    /// The elements that are held as these integers, which are below `2 p`.
    #[inline(always)]
    pub(in super::super) fn store(self) -> [F; N] {
        let mut rows = [[0; L]; N];
        for (i, limb) in self.limbs.iter().enumerate() {
            for (row, number) in rows.iter_mut().zip(self.lanes.store(*limb)) {
                row[i] = number;
            }
        }
        let mut elements = [F::ZERO; N];
        for (element, row) in elements.iter_mut().zip(&rows) {
            *element = F::from_limbs(row);
        }
        elements
    }

    #[cfg(test)]
    pub(in super::super) fn from_limbs(lanes: V, limbs: [V::Vector; L]) -> Self {
        Self::new(lanes, limbs)
    }

    #[cfg(test)]
    pub(in super::super) fn limbs(self) -> [V::Vector; L] {
        self.limbs
    }

    /// A function of each limb.
    #[inline(always)]
    pub(super) fn map(self, f: impl Fn(V::Vector) -> V::Vector) -> Self {
        let mut limbs = self.limbs;
        for limb in &mut limbs {
            *limb = f(*limb);
        }
        self.with_limbs(limbs)
    }

    /// A function of the limbs of both.
    #[inline(always)]
    pub(super) fn zip(self, other: Self, f: impl Fn(V::Vector, V::Vector) -> V::Vector) -> Self {
        let mut limbs = self.limbs;
        for (limb, other) in limbs.iter_mut().zip(other.limbs) {
            *limb = f(*limb, other);
        }
        self.with_limbs(limbs)
    }

    /// `self other / R`
    #[inline(always)]
    pub(in super::super) fn mul(self, other: Self) -> Sums<N, L, V, F> {
        if L > 5 {
            self.mul_by_rows(other)
        } else {
            self.mul_by_columns(other)
        }
    }

    /// All columns are in registers. Lower and higher halves are added up apart, so that less waits for what is before it.
    #[inline(always)]
    fn mul_by_columns(self, other: Self) -> Sums<N, L, V, F> {
        let lanes = self.lanes;
        let (mut sums, mut highs) = (self.no_columns(), self.no_columns());
        for column in 0..2 * L - 1 {
            for i in column.saturating_sub(L - 1)..L.min(column + 1) {
                let (x, y) = (self.limbs[i], other.limbs[column - i]);
                let (low, high) = (sums.at(column), highs.at(column + 1));
                *low = lanes.add_product_low(*low, x, y);
                *high = lanes.add_product_high(*high, x, y);
            }
        }
        for column in 0..2 * L {
            *sums.at(column) = lanes.add(*sums.at(column), *highs.at(column));
        }
        self.reduce(sums)
    }

    /// For more limbs than have all columns in registers: each limb of `self` in turn, with what cancels the lowest column.
    #[inline(always)]
    pub(in super::super) fn mul_by_rows(self, other: Self) -> Sums<N, L, V, F> {
        // A column gets less than this many terms, and a carry; so it stays below `2^57`.
        const {
            let (mut terms, mut j) = (2 * L, 0);
            while j < L {
                terms += if Self::P[j] == 0 { 0 } else { 2 };
                j += 1;
            }
            assert!(terms <= 32);
        }
        let mut sums = [self.lanes.splat(0); L];
        unrolled!(i below L: sums = other.add_row(sums, self.limbs[i]));
        Sums(self.with_limbs(sums))
    }

    /// `(sums + x self + m p) / 2^52`
    #[inline(always)]
    fn add_row(self, mut sums: [V::Vector; L], x: V::Vector) -> [V::Vector; L] {
        let Self { lanes, limbs, .. } = self;
        let (zero, mask) = (lanes.splat(0), lanes.splat(LIMB));
        let mut highs = [zero; L];
        unrolled!(j below L: sums[j] = lanes.add_product_low(sums[j], x, limbs[j]));
        let mut m = lanes.and(sums[0], mask);
        if Self::P[0] != 0 {
            m = lanes.add_product_low(zero, m, lanes.splat(Self::NEG_INVERSE));
        }
        unrolled!(j below L: highs[j] = lanes.add_product_high(highs[j], x, limbs[j]));
        unrolled!(j below L: {
            let p_j = Self::P[j];
            if p_j.is_power_of_two() {
                let shift = p_j.trailing_zeros();
                sums[j] = lanes.add(sums[j], lanes.and(lanes.shift_left(m, shift), mask));
                highs[j] = lanes.add(highs[j], lanes.shift_right(m, LIMB_BITS - shift));
            } else if p_j != 0 {
                sums[j] = lanes.add_product_low(sums[j], m, lanes.splat(p_j));
                highs[j] = lanes.add_product_high(highs[j], m, lanes.splat(p_j));
            }
        });
        highs[0] = lanes.add(highs[0], lanes.shift_right(sums[0], LIMB_BITS));
        unrolled!(j below L: if j > 0 {
            highs[j - 1] = lanes.add(highs[j - 1], sums[j]);
        });
        highs
    }

    /// `(a b + c d) / R`
    #[inline(always)]
    pub(in super::super) fn sum_of_products(a: Self, b: Self, c: Self, d: Self) -> Sums<N, L, V, F> {
        let mut sums = a.no_columns();
        a.add_product(b, &mut sums);
        c.add_product(d, &mut sums);
        a.reduce(sums)
    }

    /// `self^2 / R`: the products of different limbs occur twice.
    #[inline(always)]
    pub(in super::super) fn square(self) -> Sums<N, L, V, F> {
        let Self { lanes, limbs, .. } = self;
        let mut sums = self.no_columns();
        for i in 0..L {
            for j in i + 1..L {
                *sums.at(i + j) = lanes.add_product_low(*sums.at(i + j), limbs[i], limbs[j]);
                *sums.at(i + j + 1) = lanes.add_product_high(*sums.at(i + j + 1), limbs[i], limbs[j]);
            }
        }
        for (i, &x) in limbs.iter().enumerate() {
            let (even, odd) = (*sums.at(2 * i), *sums.at(2 * i + 1));
            *sums.at(2 * i) = lanes.add_product_low(lanes.add(even, even), x, x);
            *sums.at(2 * i + 1) = lanes.add_product_high(lanes.add(odd, odd), x, x);
        }
        self.reduce(sums)
    }

    #[inline(always)]
    fn no_columns(self) -> Columns<L, V::Vector> {
        let zeros = [self.lanes.splat(0); L];
        Columns {
            low: zeros,
            high: zeros,
        }
    }

    /// Each column gets at most `2 L` terms below `2^52`.
    #[inline(always)]
    fn add_product(self, other: Self, sums: &mut Columns<L, V::Vector>) {
        let lanes = self.lanes;
        for (i, &x) in self.limbs.iter().enumerate() {
            for (j, &y) in other.limbs.iter().enumerate() {
                *sums.at(i + j) = lanes.add_product_low(*sums.at(i + j), x, y);
                *sums.at(i + j + 1) = lanes.add_product_high(*sums.at(i + j + 1), x, y);
            }
        }
    }

    /// Divides by `R`: adds the multiples of `p` that cancel the limbs below.
    ///
    /// There are at most `4 L` terms below `2^52` of products in each column, and `2 L` more here, and carries; so all stay
    /// below `2^57` for one product of five limbs, and below `2^59` in any case.
    #[inline(always)]
    fn reduce(self, mut sums: Columns<L, V::Vector>) -> Sums<N, L, V, F> {
        let lanes = self.lanes;
        let (zero, mask) = (lanes.splat(0), lanes.splat(LIMB));
        for i in 0..L {
            let mut cancelled = *sums.at(i);
            let mut m = lanes.and(cancelled, mask);
            if Self::P[0] != 0 {
                m = lanes.add_product_low(zero, m, lanes.splat(Self::NEG_INVERSE));
                let p_0 = lanes.splat(Self::P[0]);
                cancelled = lanes.add_product_low(cancelled, m, p_0);
                *sums.at(i + 1) = lanes.add_product_high(*sums.at(i + 1), m, p_0);
            }
            let carry = lanes.shift_right(cancelled, LIMB_BITS);
            *sums.at(i + 1) = lanes.add(*sums.at(i + 1), carry);
            for j in 1..L {
                let p_j = Self::P[j];
                if p_j.is_power_of_two() {
                    // Instructions that take less time than products.
                    let shift = p_j.trailing_zeros();
                    let low = lanes.and(lanes.shift_left(m, shift), mask);
                    let high = lanes.shift_right(m, LIMB_BITS - shift);
                    *sums.at(i + j) = lanes.add(*sums.at(i + j), low);
                    *sums.at(i + j + 1) = lanes.add(*sums.at(i + j + 1), high);
                } else if p_j != 0 {
                    let p_j = lanes.splat(p_j);
                    *sums.at(i + j) = lanes.add_product_low(*sums.at(i + j), m, p_j);
                    *sums.at(i + j + 1) = lanes.add_product_high(*sums.at(i + j + 1), m, p_j);
                }
            }
        }
        Sums(self.with_limbs(sums.high))
    }

    /// In the lanes of the mask, these; in others, the other ones.
    #[inline(always)]
    pub(in super::super) fn select(self, mask: u8, other: Self) -> Self {
        let lanes = self.lanes;
        self.zip(
            other,
            #[inline(always)]
            |x, y| lanes.select(mask, x, y),
        )
    }

    #[inline(always)]
    pub(in super::super) fn to_sum(self) -> Sums<N, L, V, F> {
        Sums(self)
    }
}

impl<const L: usize, V: EightLanes, F: LaneField<L>> Residues<8, L, V, F> {
    #[inline(always)]
    pub(super) fn to_pair(self) -> Residues<4, L, Pair<V>, F> {
        Residues::new(Pair(self.lanes), self.limbs)
    }
}

impl<const L: usize, V: EightLanes, F: LaneField<L>> Residues<4, L, Pair<V>, F> {
    #[inline(always)]
    pub(super) fn to_eight(self) -> Residues<8, L, V, F> {
        Residues::new(self.lanes.0, self.limbs)
    }
}

impl<const N: usize, V: Lanes<N>, F: LaneField<5> + FourWords> Residues<N, 5, V, F> {
    /// The integers that hold these elements.
    #[inline(always)]
    pub(in super::super) fn load(lanes: V, elements: [&F; N]) -> Self {
        let words = lanes.load_transposed(elements.map(
            #[inline(always)]
            |element| element.words(),
        ));
        Self::new(lanes, limbs(lanes, words, LIMB_BITS))
    }

    /// 16 times the integers that hold these elements, with what fits no factor but those of [`Bound::times`] 16.
    #[inline(always)]
    pub(super) fn load_times_16(lanes: V, elements: [&F; N]) -> Self {
        let [a, b, c, d] = lanes.load_transposed(elements.map(
            #[inline(always)]
            |element| element.words(),
        ));
        let mask = lanes.splat(LIMB);
        let sums = [
            lanes.shift_left(a, 4),
            lanes.add(lanes.shift_right(a, 48), lanes.shift_left(b, 16)),
            lanes.add(lanes.shift_right(b, 36), lanes.shift_left(c, 28)),
            lanes.add(lanes.shift_right(c, 24), lanes.shift_left(d, 40)),
            lanes.shift_right(d, 12),
        ];
        Self::new(lanes, sums).map(
            #[inline(always)]
            |limb| lanes.and(limb, mask),
        )
    }
}

impl<const N: usize, const L: usize, V: Lanes<N>, F: LaneField<L>> Sums<N, L, V, F> {
    const COMPLEMENT: [i64; L] = complement(&F::P, F::TOP_BITS);

    /// All limbs below `2^52`, for a number below `2^(52 L)`.
    #[inline(always)]
    pub(in super::super) fn carry(self) -> Residues<N, L, V, F> {
        let lanes = self.0.lanes;
        let mask = lanes.splat(LIMB);
        let mut limbs = self.0.limbs;
        for i in 0..L - 1 {
            limbs[i + 1] = lanes.add(limbs[i + 1], lanes.shift_right(limbs[i], LIMB_BITS));
            limbs[i] = lanes.and(limbs[i], mask);
        }
        self.0.with_limbs(limbs)
    }

    #[inline(always)]
    pub(in super::super) fn add(self, other: Self) -> Self {
        let lanes = self.0.lanes;
        Self(self.0.zip(
            other.0,
            #[inline(always)]
            |x, y| lanes.add(x, y),
        ))
    }

    /// These limbs in all lanes.
    #[inline(always)]
    pub(in super::super) fn splat(lanes: V, limbs: &[u64; L]) -> Self {
        Self(Residues::splat(lanes, limbs))
    }

    /// `self - other`, where no limb is below that of the other.
    #[inline(always)]
    pub(in super::super) fn minus(self, other: Self) -> Self {
        let lanes = self.0.lanes;
        Self(self.0.zip(
            other.0,
            #[inline(always)]
            |x, y| lanes.sub_where(ALL_LANES, x, y),
        ))
    }

    /// `self + 2 p - other`.
    #[inline(always)]
    pub(in super::super) fn sub(self, other: Residues<N, L, V, F>) -> Self {
        let twice_p = Self::splat(self.0.lanes, const { &multiple_of_p::<L, F>(2, 1) });
        self.add(twice_p).minus(other.to_sum())
    }

    /// `2 p - self` in the lanes of the mask, of what was carried.
    #[inline(always)]
    pub(in super::super) fn negate_where(self, mask: u8) -> Self {
        let lanes = self.0.lanes;
        let twice_p = Self::splat(lanes, const { &multiple_of_p::<L, F>(2, 1) });
        Self(self.0.zip(
            twice_p.0,
            #[inline(always)]
            |x, twice_p| lanes.sub_where(mask, twice_p, x),
        ))
    }

    /// Without many spare bits, subtracts as many `p` as the number has in its bits above the length of `p`. The number is below
    /// `32 p`, and its limbs, but for the highest, are between `2^51` and `2^63`.
    ///
    /// Of a number `q 2^b + r`, this leaves `r + q (2^b - p)`. The lower limbs are not carried yet, so that `r` can be
    /// `2^(b - 36)` above `2^b`; and `q` is below 33. The sum is below `2^b + 2^(b - 25)`.
    #[inline(always)]
    pub(in super::super) fn shrink(self) -> Self {
        if !Bound::shrinks(F::SPARE_BITS) {
            return self;
        }
        let lanes = self.0.lanes;
        let mut limbs = self.0.limbs;
        let quotient = lanes.shift_right(limbs[L - 1], F::TOP_BITS);
        limbs[L - 1] = lanes.and(limbs[L - 1], lanes.splat((1 << F::TOP_BITS) - 1));
        for (limb, complement) in limbs.iter_mut().zip(Self::COMPLEMENT) {
            let magnitude = complement.unsigned_abs();
            if magnitude == 0 {
                continue;
            }
            let product = if magnitude.is_power_of_two() {
                lanes.shift_left(quotient, magnitude.trailing_zeros())
            } else {
                lanes.add_product_low(lanes.splat(0), quotient, lanes.splat(magnitude))
            };
            *limb = if complement > 0 {
                lanes.add(*limb, product)
            } else {
                lanes.sub_where(ALL_LANES, *limb, product)
            };
        }
        Self(self.0.with_limbs(limbs))
    }
}
