//! Residues modulo a prime of 256 bits in eight lanes, in Montgomery form with `R = 2^260`.
//!
//! A residue has many representatives: every number is below a small multiple of `p`, which its place determines, and
//! products take factors of up to several `p`. [`Bound`] follows these multiples, for assertions by the compiler.

use core::marker::PhantomData;

use super::super::field::Field;
use super::super::montgomery::Modulus;
use super::limbs;
use crate::integer::Integer;
use crate::lanes::{ALL_LANES, EightLanes};

const LIMB_BITS: u32 = 52;

/// The lowest 52 bits.
const LIMB: u64 = (1 << LIMB_BITS) - 1;

/// A field whose elements can be loaded.
pub(in super::super) trait LaneField: Field<Int = [u64; 4]> {
    type Modulus: Modulus<Int = [u64; 4]>;

    /// The element `x` is held as the integer `2^SCALE x mod p`.
    const SCALE: usize;

    fn words(&self) -> &[u64; 4];

    /// From the integer `2^SCALE x mod p`, which is below `p`.
    fn from_words(words: [u64; 4]) -> Self;
}

/// Numbers below these 1024ths of `p`, for any `p` between `2^256 - 2^225` and `2^256`.
#[derive(Clone, Copy)]
pub(in super::super) struct Bound(pub(super) u64);

impl Bound {
    /// Integers below `p`.
    pub(super) const ONE: Self = Self(1024);

    /// `(x y + m p) / R`, where `m < R`: less than `x y p / 2^260 + p`.
    pub(in super::super) const fn product(self, other: Self) -> Self {
        Self((self.0 * other.0).div_ceil(1024 * 16) + 1024)
    }

    /// The same for the sum of two products.
    pub(in super::super) const fn sum_of_products(self, other: Self, third: Self, fourth: Self) -> Self {
        Self((self.0 * other.0 + third.0 * fourth.0).div_ceil(1024 * 16) + 1024)
    }

    pub(in super::super) const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    pub(in super::super) const fn is_within(self, multiples_of_p: u64) -> bool {
        self.0 <= 1024 * multiples_of_p
    }
}

/// Residues as factors: all limbs are below `2^52`.
#[derive(Clone, Copy)]
pub(in super::super) struct Residues<V: EightLanes, F> {
    lanes: V,
    limbs: [V::Vector; 5],
    field: PhantomData<F>,
}

/// Residues that are not factors until their limbs, below `2^60`, are [carried](Self::carry).
#[derive(Clone, Copy)]
pub(in super::super) struct Sums<V: EightLanes, F>(Residues<V, F>);

impl<V: EightLanes, F: LaneField> Residues<V, F> {
    /// `p`; or `p + 1`, if it ends with a limb of zeros: then m is the limb to cancel, and `m (p + 1) - m` cancels it.
    const P: [u64; 5] = {
        let mut p = limbs_of(&F::Modulus::VALUE, 0);
        if p[0] == LIMB {
            p[0] = 0;
            p[1] += 1;
            assert!(p[1] <= LIMB);
        }
        p
    };

    /// `-1 / p mod 2^52`.
    const NEG_INVERSE: u64 = F::Modulus::NEG_INVERSE & LIMB;

    /// A constant in all lanes.
    #[inline(always)]
    pub(in super::super) fn splat(lanes: V, number: &[u64; 4]) -> Self {
        Self::splat_limbs(lanes, &limbs_of(number, 0))
    }

    #[inline(always)]
    fn splat_limbs(lanes: V, number: &[u64; 5]) -> Self {
        let mut limbs = [lanes.splat(0); 5];
        for (limb, number) in limbs.iter_mut().zip(number) {
            *limb = lanes.splat(*number);
        }
        Self {
            lanes,
            limbs,
            field: PhantomData,
        }
    }

    /// The integers that hold these elements.
    #[inline(always)]
    pub(in super::super) fn load(lanes: V, elements: [&F; 8]) -> Self {
        let words = lanes.load_transposed(elements.map(
            #[inline(always)]
            |element| element.words(),
        ));
        Self {
            lanes,
            limbs: limbs(lanes, words, LIMB_BITS),
            field: PhantomData,
        }
    }

    /// The elements that are held as these integers, which are below `2 p`.
    #[inline(always)]
    pub(in super::super) fn store(self) -> [F; 8] {
        let mut limbs = [[0; 8]; 5];
        for (numbers, limb) in limbs.iter_mut().zip(self.limbs) {
            *numbers = self.lanes.store(limb);
        }
        let [a, b, c, d, e] = limbs;
        let mut elements = [F::ZERO; 8];
        for (lane, element) in elements.iter_mut().enumerate() {
            let (a, b, c, d, e) = (a[lane], b[lane], c[lane], d[lane], e[lane]);
            let words = [a | b << 52, b >> 12 | c << 40, c >> 24 | d << 28, d >> 36 | e << 16];
            *element = F::from_words(words.subtract_once(e >> 48 != 0, &F::Modulus::VALUE));
        }
        elements
    }

    #[cfg(test)]
    pub(in super::super) fn from_limbs(lanes: V, limbs: [V::Vector; 5]) -> Self {
        Self {
            lanes,
            limbs,
            field: PhantomData,
        }
    }

    #[cfg(test)]
    pub(in super::super) fn limbs(self) -> [V::Vector; 5] {
        self.limbs
    }

    #[inline(always)]
    fn with_limbs(self, limbs: [V::Vector; 5]) -> Self {
        Self { limbs, ..self }
    }

    /// `self other / R`.
    #[inline(always)]
    pub(in super::super) fn mul(self, other: Self) -> Sums<V, F> {
        let mut sums = [self.lanes.splat(0); 10];
        self.add_product(other, &mut sums);
        self.reduce(sums)
    }

    /// `(a b + c d) / R`
    #[inline(always)]
    pub(in super::super) fn sum_of_products(a: Self, b: Self, c: Self, d: Self) -> Sums<V, F> {
        let mut sums = [a.lanes.splat(0); 10];
        a.add_product(b, &mut sums);
        c.add_product(d, &mut sums);
        a.reduce(sums)
    }

    /// `self^2 / R`: the products of different limbs occur twice.
    #[inline(always)]
    pub(in super::super) fn square(self) -> Sums<V, F> {
        let Self { lanes, limbs, .. } = self;
        let mut sums = [lanes.splat(0); 10];
        for i in 0..5 {
            for j in i + 1..5 {
                sums[i + j] = lanes.add_product_low(sums[i + j], limbs[i], limbs[j]);
                sums[i + j + 1] = lanes.add_product_high(sums[i + j + 1], limbs[i], limbs[j]);
            }
        }
        for i in 0..5 {
            let (even, odd) = (sums[2 * i], sums[2 * i + 1]);
            sums[2 * i] = lanes.add_product_low(lanes.add(even, even), limbs[i], limbs[i]);
            sums[2 * i + 1] = lanes.add_product_high(lanes.add(odd, odd), limbs[i], limbs[i]);
        }
        self.reduce(sums)
    }

    /// Each sum gets at most ten terms below `2^52`.
    #[inline(always)]
    fn add_product(self, other: Self, sums: &mut [V::Vector; 10]) {
        let lanes = self.lanes;
        for (i, &x) in self.limbs.iter().enumerate() {
            for (j, &y) in other.limbs.iter().enumerate() {
                sums[i + j] = lanes.add_product_low(sums[i + j], x, y);
                sums[i + j + 1] = lanes.add_product_high(sums[i + j + 1], x, y);
            }
        }
    }

    /// Divides by `R`: adds the multiples of `p` that cancel the limbs below.
    ///
    /// There are at most 20 terms below `2^52` of products in each sum, and ten more here, and carries; so all stay below
    /// `2^58`.
    #[inline(always)]
    fn reduce(self, mut sums: [V::Vector; 10]) -> Sums<V, F> {
        let lanes = self.lanes;
        let (zero, mask) = (lanes.splat(0), lanes.splat(LIMB));
        for i in 0..5 {
            let low = lanes.and(sums[i], mask);
            let m;
            let mut cancelled = sums[i];
            if Self::P[0] == 0 {
                m = low;
            } else {
                m = lanes.add_product_low(zero, low, lanes.splat(Self::NEG_INVERSE));
                let p_0 = lanes.splat(Self::P[0]);
                cancelled = lanes.add_product_low(cancelled, m, p_0);
                sums[i + 1] = lanes.add_product_high(sums[i + 1], m, p_0);
            }
            let carry = lanes.shift_right(cancelled, LIMB_BITS);
            for j in 1..5 {
                if Self::P[j] != 0 {
                    let p_j = lanes.splat(Self::P[j]);
                    sums[i + j] = lanes.add_product_low(sums[i + j], m, p_j);
                    sums[i + j + 1] = lanes.add_product_high(sums[i + j + 1], m, p_j);
                }
            }
            sums[i + 1] = lanes.add(sums[i + 1], carry);
        }
        let [.., a, b, c, d, e] = sums;
        Sums(self.with_limbs([a, b, c, d, e]))
    }

    /// In the lanes of the mask, these; in others, the other ones.
    #[inline(always)]
    pub(in super::super) fn select(self, mask: u8, other: Self) -> Self {
        let mut limbs = self.limbs;
        for (limb, other) in limbs.iter_mut().zip(other.limbs) {
            *limb = self.lanes.select(mask, *limb, other);
        }
        self.with_limbs(limbs)
    }

    #[inline(always)]
    pub(in super::super) fn to_sum(self) -> Sums<V, F> {
        Sums(self)
    }
}

impl<V: EightLanes, F: LaneField> Sums<V, F> {
    /// `2 p` and `4 p`, in limbs from which those of one and of three residues can be subtracted, and one more.
    const TWICE_P: [u64; 5] = lifted(limbs_of(&F::Modulus::VALUE, 1), 1);
    const FOUR_P: [u64; 5] = lifted(limbs_of(&F::Modulus::VALUE, 2), 4);

    /// Limb by limb, multiples of `p`.
    const MULTIPLES: [[u64; 8]; 5] = multiples(&F::Modulus::VALUE);

    /// All limbs below `2^52`, for a number below `2^260`.
    #[inline(always)]
    pub(in super::super) fn carry(self) -> Residues<V, F> {
        let lanes = self.0.lanes;
        let mask = lanes.splat(LIMB);
        let mut limbs = self.0.limbs;
        for i in 0..4 {
            limbs[i + 1] = lanes.add(limbs[i + 1], lanes.shift_right(limbs[i], LIMB_BITS));
            limbs[i] = lanes.and(limbs[i], mask);
        }
        self.0.with_limbs(limbs)
    }

    #[inline(always)]
    fn zip(self, other: &[V::Vector; 5], f: impl Fn(V::Vector, V::Vector) -> V::Vector) -> Self {
        let mut limbs = self.0.limbs;
        for (limb, other) in limbs.iter_mut().zip(other) {
            *limb = f(*limb, *other);
        }
        Self(self.0.with_limbs(limbs))
    }

    #[inline(always)]
    pub(in super::super) fn add(self, other: Self) -> Self {
        let lanes = self.0.lanes;
        self.zip(
            &other.0.limbs,
            #[inline(always)]
            |x, y| lanes.add(x, y),
        )
    }

    #[inline(always)]
    fn sub_limbs(self, other: &[V::Vector; 5]) -> Self {
        let lanes = self.0.lanes;
        self.zip(
            other,
            #[inline(always)]
            |x, y| lanes.sub_where(ALL_LANES, x, y),
        )
    }

    /// `2 p` in the lanes.
    #[inline(always)]
    pub(in super::super) fn twice_p(lanes: V) -> Self {
        Self(Residues::splat_limbs(lanes, &Self::TWICE_P))
    }

    /// `self + 2 p - other`.
    #[inline(always)]
    pub(in super::super) fn sub(self, other: Residues<V, F>) -> Self {
        self.add(Self::twice_p(self.0.lanes)).sub_limbs(&other.limbs)
    }

    /// `2 p - self` in the lanes of the mask.
    #[inline(always)]
    pub(in super::super) fn negate_where(self, mask: u8) -> Self {
        let lanes = self.0.lanes;
        let twice_p = Self::twice_p(lanes);
        self.zip(
            &twice_p.0.limbs,
            #[inline(always)]
            |x, twice_p| lanes.sub_where(mask, twice_p, x),
        )
    }

    /// `self + 4 p - x - 2 y`, less a multiple of `p`, below `2^256 + 2^228`, for a number between `p / 4` and `8 p`.
    #[inline(always)]
    pub(in super::super) fn sub_and_sub_twice(self, x: Residues<V, F>, y: Residues<V, F>) -> Self {
        let lanes = self.0.lanes;
        let sum = self
            .add(Self(Residues::splat_limbs(lanes, &Self::FOUR_P)))
            .sub_limbs(&x.limbs)
            .sub_limbs(&y.limbs)
            .sub_limbs(&y.limbs);
        let quotient = lanes.shift_right(sum.0.limbs[4], 48);
        let mut limbs = sum.0.limbs;
        for (limb, multiples) in limbs.iter_mut().zip(&Self::MULTIPLES) {
            *limb = lanes.sub_where(ALL_LANES, *limb, lanes.look_up(multiples, quotient));
        }
        Self(self.0.with_limbs(limbs))
    }
}

/// `2^shift x` in limbs, for a shift of up to 3.
const fn limbs_of(x: &[u64; 4], shift: usize) -> [u64; 5] {
    let mut limbs = [0; 5];
    let mut bit = 0;
    while bit < 256 {
        let to = bit + shift;
        limbs[to / 52] |= (x[bit / 64] >> (bit % 64) & 1) << (to % 52);
        bit += 1;
    }
    limbs
}

/// The same number in limbs which, but for the highest, are larger by `count (2^52 - 1)` or more.
const fn lifted(mut limbs: [u64; 5], count: u64) -> [u64; 5] {
    let mut i = 4;
    while i > 0 {
        limbs[i] -= count;
        i -= 1;
        limbs[i] += count << LIMB_BITS;
    }
    limbs
}

/// Word `k` of table `i` is limb `i` of `k p`.
const fn multiples(p: &[u64; 4]) -> [[u64; 8]; 5] {
    let p = limbs_of(p, 0);
    let mut tables = [[0; 8]; 5];
    let mut k = 0;
    while k < 8 {
        let mut carry = 0;
        let mut i = 0;
        while i < 5 {
            let product = p[i] as u128 * k as u128 + carry;
            tables[i][k] = product as u64 & LIMB;
            carry = product >> LIMB_BITS;
            i += 1;
        }
        k += 1;
    }
    tables
}
