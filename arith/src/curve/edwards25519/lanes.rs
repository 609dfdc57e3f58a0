//! A sum in extended coordinates on vectors: the lanes hold X, Y, Z and T.
//!
//! A doubling and an addition are two products of vectors each, of which the factors are arranged by permuting lanes. The
//! names of values are those of the formulas in [`point`](super::point).

use super::super::comb::Accumulator;
use super::super::field::Invertible as _;
use super::elements::Elements;
use super::equation::Sum;
use super::field::Element;
use super::point::{AffineNiels, Extended, TWICE_D};
use crate::lanes::{FourLanes, order};

const ALL: u8 = 0b1111;

const TWO: Element = Element::constant([2, 0, 0, 0]);

impl<V: FourLanes> Elements<4, V> {
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

    /// Zero in the lanes that are not of the mask.
    #[inline(always)]
    fn zero_unless(self, mask: u8) -> Self {
        self.map(
            #[inline(always)]
            |_, limb| self.lanes.zero_unless(mask, limb),
        )
    }
}

/// A sum of points.
#[derive(Clone, Copy)]
pub(super) struct LaneSum<V: FourLanes> {
    xyzt: Elements<4, V>,
}

/// A point to add: `(Y - X, Y + X, 2 Z, 2 d T)`.
#[derive(Clone, Copy)]
pub(super) struct LaneNiels<V: FourLanes>(Elements<4, V>);

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
    fn to_factors(self) -> Elements<4, V> {
        let yyzt = self.xyzt.permute::<{ order(1, 1, 2, 3) }>();
        let xx00 = self.xyzt.permute::<{ order(0, 0, 0, 0) }>().zero_unless(0b0011);
        yyzt.sub_where(0b0001, xx00).carry()
    }

    /// 2 products: add-2008-hwcd-3. The negative of a point has `Y - X` and `Y + X` exchanged, and a negative `T`, and so `C`.
    #[inline(always)]
    fn add_factors(&mut self, other: Elements<4, V>, negative: bool) {
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
