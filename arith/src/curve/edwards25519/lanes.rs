//! A sum in extended coordinates on vectors: the lanes hold X, Y, Z and T.
//!
//! A doubling and an addition are two products of vectors each, of which the factors are arranged by permuting lanes. The
//! names of values are those of the formulas in [`point`](super::point).

use super::super::comb::Accumulator;
use super::super::field::Invertible as _;
use super::equation::Sum;
use super::field::Element;
use super::point::{AffineNiels, Extended, TWICE_D};

/// Vectors of four lanes of 64 bits, with a multiplier for numbers of 52 bits. The value itself is the proof that the CPU
/// has the instructions. In a mask, bit `i` stands for lane `i`.
pub(super) trait FourLanes: Copy {
    type Vector: Copy;

    /// `x` in each lane.
    fn splat(self, x: u64) -> Self::Vector;
    /// Lane `i` of vector `j` is word `j` of row `i`.
    fn load_transposed(self, rows: [&[u64; 4]; 4]) -> [Self::Vector; 4];
    fn store(self, x: Self::Vector) -> [u64; 4];

    /// `x + y`
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// `x - y` in the lanes of the mask, and `y` in the others.
    fn sub_where(self, mask: u8, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    fn and(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    fn shift_left<const COUNT: i32>(self, x: Self::Vector) -> Self::Vector;
    fn shift_right<const COUNT: i32>(self, x: Self::Vector) -> Self::Vector;
    /// `sum + (x y mod 2^52)`, for an x and a y below `2^52`.
    fn add_product_low(self, sum: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// `sum + floor(x y / 2^52)`, for the same.
    fn add_product_high(self, sum: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;

    /// In the lanes of the mask, the lane of `x` that the [`order`] says; `x` itself in the others.
    fn permute_where<const ORDER: i32>(self, mask: u8, x: Self::Vector) -> Self::Vector;
    /// `x` in the lanes of the mask, zero in the others.
    fn zero_unless(self, mask: u8, x: Self::Vector) -> Self::Vector;
}

/// Lane 0 is taken from lane `a`, lane 1 from lane `b`, and so on.
pub(super) const fn order(a: i32, b: i32, c: i32, d: i32) -> i32 {
    a | b << 2 | c << 4 | d << 6
}

const ALL: u8 = 0b1111;

/// The lowest 51 bits.
const LIMB: u64 = (1 << 51) - 1;

/// `2 p`, in limbs that are not below those of any [`Elements`] that came of a carry.
const TWICE_P: [u64; 5] = [2 * (LIMB - 18), 2 * LIMB, 2 * LIMB, 2 * LIMB, 2 * LIMB];

const TWO: Element = Element::constant([2, 0, 0, 0]);

/// Four integers modulo `p`, in five limbs in base `2^51` each.
///
/// Limbs are below `2^51 + 2^14` after a carry, and below `2^52` when they were loaded. A factor may have either.
#[derive(Clone, Copy)]
pub(super) struct Elements<V: FourLanes> {
    pub(super) lanes: V,
    pub(super) limbs: [V::Vector; 5],
}

impl<V: FourLanes> Elements<V> {
    /// The elements are below `2^256`, so the highest limb is below `2^52`.
    #[inline(always)]
    fn load(lanes: V, elements: [&Element; 4]) -> Self {
        let [a, b, c, d] = elements;
        let [a, b, c, d] = lanes.load_transposed([a.words(), b.words(), c.words(), d.words()]);
        Self {
            lanes,
            limbs: [
                low_limb(lanes, a),
                low_limb(lanes, lanes.add(lanes.shift_right::<51>(a), lanes.shift_left::<13>(b))),
                low_limb(lanes, lanes.add(lanes.shift_right::<38>(b), lanes.shift_left::<26>(c))),
                low_limb(lanes, lanes.add(lanes.shift_right::<25>(c), lanes.shift_left::<39>(d))),
                lanes.shift_right::<12>(d),
            ],
        }
    }

    pub(super) fn store(self) -> [Element; 4] {
        let limbs = self.limbs.map(|limb| self.lanes.store(limb));
        core::array::from_fn(|lane| Element::from_limbs(limbs.map(|limb| limb[lane])))
    }

    #[inline(always)]
    fn map(self, f: impl Fn(usize, V::Vector) -> V::Vector) -> Self {
        let mut limbs = self.limbs;
        for (i, limb) in limbs.iter_mut().enumerate() {
            *limb = f(i, *limb);
        }
        Self { limbs, ..self }
    }

    /// For limbs below `2^61`. What each has above 51 bits, less than `2^10`, goes to the next; what the highest has goes to
    /// the lowest, 19 times.
    #[inline(always)]
    fn carry(self) -> Self {
        let lanes = self.lanes;
        let above = self.limbs.map(
            #[inline(always)]
            |limb| lanes.shift_right::<51>(limb),
        );
        let carries = [times_19(lanes, above[4]), above[0], above[1], above[2], above[3]];
        self.map(
            #[inline(always)]
            |i, limb| lanes.add(low_limb(lanes, limb), carries[i]),
        )
    }

    /// The product. The lower and the upper 52 bits of each product of limbs are below `2^52`, and the upper ones begin one
    /// bit above the next limb; so the ten sums are below `5 * 2^52 + 2 * 5 * 2^52`. `2^255` is 19 modulo `p`, so those from
    /// the fifth on count 19 times. That makes less than `20 * 15 * 2^52`, which is below `2^61`.
    #[inline(always)]
    pub(super) fn mul(self, other: Self) -> Self {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let (mut low, mut high) = ([zero; 10], [zero; 10]);
        for (i, &x) in self.limbs.iter().enumerate() {
            for (j, &y) in other.limbs.iter().enumerate() {
                low[i + j] = lanes.add_product_low(low[i + j], x, y);
                high[i + j + 1] = lanes.add_product_high(high[i + j + 1], x, y);
            }
        }
        let mut sums = low;
        for (sum, high) in sums.iter_mut().zip(high) {
            *sum = lanes.add(*sum, lanes.add(high, high));
        }
        let folded = self.map(
            #[inline(always)]
            |i, _| lanes.add(sums[i], times_19(lanes, sums[i + 5])),
        );
        folded.carry()
    }

    #[inline(always)]
    fn permute<const ORDER: i32>(self) -> Self {
        self.permute_where::<ORDER>(ALL)
    }

    #[inline(always)]
    fn permute_where<const ORDER: i32>(self, mask: u8) -> Self {
        self.map(
            #[inline(always)]
            |_, limb| self.lanes.permute_where::<ORDER>(mask, limb),
        )
    }

    /// `self - other` in the lanes of the mask, and `self + other` in the others, to be carried. `other` came of a carry.
    #[inline(always)]
    fn sub_where(self, mask: u8, other: Self) -> Self {
        let lanes = self.lanes;
        self.map(
            #[inline(always)]
            |i, limb| {
                let twice_p = lanes.splat(TWICE_P[i]);
                lanes.add(limb, lanes.sub_where(mask, twice_p, other.limbs[i]))
            },
        )
    }

    /// The sum, to be carried.
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.map(
            #[inline(always)]
            |i, limb| self.lanes.add(limb, other.limbs[i]),
        )
    }

    /// Zero in the lanes that are not of the mask.
    #[inline(always)]
    fn zero_unless(self, mask: u8) -> Self {
        self.map(
            #[inline(always)]
            |_, limb| self.lanes.zero_unless(mask, limb),
        )
    }
}

/// The lowest 51 bits of each lane.
#[inline(always)]
fn low_limb<V: FourLanes>(lanes: V, x: V::Vector) -> V::Vector {
    lanes.and(x, lanes.splat(LIMB))
}

#[inline(always)]
fn times_19<V: FourLanes>(lanes: V, x: V::Vector) -> V::Vector {
    let twice = lanes.add(x, x);
    lanes.add(lanes.add(lanes.shift_left::<4>(x), twice), x)
}

/// A sum of points.
#[derive(Clone, Copy)]
pub(super) struct LaneSum<V: FourLanes> {
    xyzt: Elements<V>,
}

/// A point to add: `(Y - X, Y + X, 2 Z, 2 d T)`.
#[derive(Clone, Copy)]
pub(super) struct LaneNiels<V: FourLanes>(Elements<V>);

impl<V: FourLanes> LaneSum<V> {
    #[inline(always)]
    pub(super) fn new(lanes: V, point: &Extended) -> Self {
        let Extended { x, y, z, t } = point;
        Self {
            xyzt: Elements::load(lanes, [x, y, z, t]).carry(),
        }
    }

    pub(super) fn to_extended(self) -> Extended {
        let [x, y, z, t] = self.xyzt.store();
        Extended { x, y, z, t }
    }

    /// `(Y - X, Y + X, Z, T)`.
    #[inline(always)]
    fn to_factors(self) -> Elements<V> {
        let yyzt = self.xyzt.permute::<{ order(1, 1, 2, 3) }>();
        let xx00 = self.xyzt.permute::<{ order(0, 0, 0, 0) }>().zero_unless(0b0011);
        yyzt.sub_where(0b0001, xx00).carry()
    }

    /// 2 products: add-2008-hwcd-3. The negative of a point has `Y - X` and `Y + X` exchanged, and a negative `T`, and so `C`.
    #[inline(always)]
    fn add_factors(&mut self, other: Elements<V>, negative: bool) {
        let (exchange, minus_in_eg, minus_in_fh) = match negative {
            false => (0b0000, 0b1001, 0b0101),
            true => (0b0011, 0b1111, 0b0000),
        };
        let other = other.permute_where::<{ order(1, 0, 2, 3) }>(exchange);
        let abdc = self.to_factors().mul(other);
        let bddb = abdc.permute::<{ order(1, 2, 2, 1) }>();
        let acca = abdc.permute::<{ order(0, 3, 3, 0) }>();
        let egge = bddb.sub_where(minus_in_eg, acca).carry();
        let dbdb = abdc.permute::<{ order(2, 1, 2, 1) }>();
        let caca = abdc.permute::<{ order(3, 0, 3, 0) }>();
        let fhfh = dbdb.sub_where(minus_in_fh, caca).carry();
        self.xyzt = egge.mul(fhfh);
    }
}

impl<V: FourLanes> Accumulator<AffineNiels> for LaneSum<V> {
    /// 2 products: dbl-2008-hwcd, with `E = 2 X Y`, and with `F` and `H` negated, which negates all coordinates.
    #[inline(always)]
    fn double(&mut self) {
        let xyzx = self.xyzt.permute::<{ order(0, 1, 2, 0) }>();
        let xyzy = self.xyzt.permute::<{ order(0, 1, 2, 1) }>();
        // A, B, Z^2, X Y
        let abzp = xyzx.mul(xyzy);
        let pbbp = abzp.permute::<{ order(3, 1, 1, 3) }>();
        let paap = abzp.permute::<{ order(3, 0, 0, 3) }>();
        let egge = pbbp.sub_where(0b0110, paap).carry();
        let aaaa = abzp.permute::<{ order(0, 0, 0, 0) }>();
        let bbbb = abzp.permute::<{ order(1, 1, 1, 1) }>();
        let z0z0 = abzp.permute::<{ order(2, 2, 2, 2) }>().zero_unless(0b0101);
        let fhfh = aaaa.sub_where(0b0101, bbbb).add(z0z0).add(z0z0).carry();
        self.xyzt = egge.mul(fhfh);
    }

    #[inline(always)]
    fn add(&mut self, multiple: &AffineNiels, negative: bool) {
        let AffineNiels {
            y_plus_x,
            y_minus_x,
            twice_dxy,
        } = multiple;
        let factors = [y_minus_x, y_plus_x, &TWO, twice_dxy];
        self.add_factors(Elements::load(self.xyzt.lanes, factors), negative);
    }
}

impl<V: FourLanes> Sum for LaneSum<V> {
    type Niels = LaneNiels<V>;

    #[inline(always)]
    fn to_niels(&self) -> LaneNiels<V> {
        let one_one_two_twice_d = [&Element::ONE, &Element::ONE, &TWO, &TWICE_D];
        let factors = Elements::load(self.xyzt.lanes, one_one_two_twice_d);
        LaneNiels(self.to_factors().mul(factors))
    }

    /// There is nothing to save.
    #[inline(always)]
    fn double_without_t(&mut self) {
        self.double();
    }

    #[inline(always)]
    fn add_niels(&mut self, other: &LaneNiels<V>, negative: bool) {
        self.add_factors(other.0, negative);
    }
}
