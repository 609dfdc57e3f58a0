//! Eight sums at once, each in its lane.
//!
//! The names of values are those of the formulas in [`point`](super::point).

use super::super::comb::{Comb, CombTerm};
use super::super::field::Invertible as _;
use super::elements::Elements;
use super::field::Element;
use super::point::{AffineNiels, Extended};
use crate::lanes::{ALL_LANES, Lanes};

/// Eight points.
#[derive(Clone, Copy)]
struct ExtendedLanes<V: Lanes<8>> {
    x: Elements<8, V>,
    y: Elements<8, V>,
    z: Elements<8, V>,
    t: Elements<8, V>,
}

/// What is added to eight points.
struct Multiples<'a> {
    y_plus_x: [&'a Element; 8],
    y_minus_x: [&'a Element; 8],
    twice_dxy: [&'a Element; 8],
    /// Where the sign of `x y` is the other one.
    negative: u8,
}

impl<V: Lanes<8>> ExtendedLanes<V> {
    #[inline(always)]
    fn neutral(lanes: V) -> Self {
        let zero = Elements::load(lanes, [&Element::ZERO; 8]);
        let one = Elements::load(lanes, [&Element::ONE; 8]);
        Self {
            x: zero,
            y: one,
            z: one,
            t: zero,
        }
    }

    #[inline(always)]
    fn store(self) -> [Extended; 8] {
        let (x, y, z, t) = (self.x.store(), self.y.store(), self.z.store(), self.t.store());
        let mut points = [Extended::NEUTRAL; 8];
        for (i, point) in points.iter_mut().enumerate() {
            (point.x, point.y, point.z, point.t) = (x[i], y[i], z[i], t[i]);
        }
        points
    }

    /// 8M: dbl-2008-hwcd.
    #[inline(always)]
    fn double(&mut self) {
        let Self { x, y, z, .. } = *self;
        let a = x.mul(x);
        let b = y.mul(y);
        let zz = z.mul(z);
        let x_plus_y = x.add(y).carry();
        let ab = a.add(b).carry();
        let e = ab.sub_where(ALL_LANES, x_plus_y.mul(x_plus_y)).carry();
        let g = a.sub_where(ALL_LANES, b);
        let f = zz.add(zz).add(g).carry();
        self.complete(e, f, g.carry(), ab);
    }

    /// 7M: madd-2008-hwcd-3.
    #[inline(always)]
    fn add(&mut self, multiples: &Multiples<'_>) {
        let Self { x, y, z, t } = *self;
        let lanes = x.lanes;
        let a = y
            .sub_where(ALL_LANES, x)
            .carry()
            .mul(Elements::load(lanes, multiples.y_minus_x));
        let b = y.add(x).carry().mul(Elements::load(lanes, multiples.y_plus_x));
        let c = t.mul(Elements::load(lanes, multiples.twice_dxy));
        let d = z.add(z);
        let e = b.sub_where(ALL_LANES, a).carry();
        let f = d.sub_where(!multiples.negative, c).carry();
        let g = d.sub_where(multiples.negative, c).carry();
        let h = b.add(a).carry();
        self.complete(e, f, g, h);
    }

    #[inline(always)]
    fn complete(&mut self, e: Elements<8, V>, f: Elements<8, V>, g: Elements<8, V>, h: Elements<8, V>) {
        self.x = e.mul(f);
        self.y = g.mul(h);
        self.z = f.mul(g);
        self.t = e.mul(h);
    }
}

impl<'a> Multiples<'a> {
    /// What one term of each sum adds for a window.
    #[inline(always)]
    fn of(terms: &[[CombTerm<'a, Extended>; 2]; 8], term: usize, window: usize) -> Self {
        let mut multiples = Self {
            y_plus_x: [&Element::ONE; 8],
            y_minus_x: [&Element::ONE; 8],
            twice_dxy: [&Element::ZERO; 8],
            negative: 0,
        };
        for (lane, terms) in terms.iter().enumerate() {
            let Some((multiple, negative)) = terms[term].multiple(window) else {
                continue;
            };
            let AffineNiels {
                y_plus_x,
                y_minus_x,
                twice_dxy,
            } = multiple;
            let (y_plus_x, y_minus_x) = match negative {
                false => (y_plus_x, y_minus_x),
                true => (y_minus_x, y_plus_x),
            };
            multiples.y_plus_x[lane] = y_plus_x;
            multiples.y_minus_x[lane] = y_minus_x;
            multiples.twice_dxy[lane] = twice_dxy;
            multiples.negative |= u8::from(negative) << lane;
        }
        multiples
    }
}

/// What `sum_of` computes for each pair of terms.
#[inline(always)]
pub(super) fn eight_sums<V: Lanes<8>>(lanes: V, terms: &[[CombTerm<'_, Extended>; 2]; 8]) -> [Extended; 8] {
    let mut sums = ExtendedLanes::neutral(lanes);
    for position in (0..Comb::<Extended>::LENGTH).rev() {
        if position + 1 < Comb::<Extended>::LENGTH {
            sums.double();
        }
        if Comb::<Extended>::adds_at(position) {
            for window in Comb::<Extended>::windows_at(position) {
                for term in 0..2 {
                    sums.add(&Multiples::of(terms, term, window));
                }
            }
        }
    }
    sums.store()
}
