//! Points and the group law.
//!
//! There are two coordinate systems, each the cheapest for its use: [`Jacobian`] where doublings dominate, [`Xyzz`]
//! where additions do. `M` is a product and `S` a square below; the names of formulas are those of the
//! Explicit-Formulas Database, <https://hyperelliptic.org/EFD/g1p/auto-shortw.html>.

use super::comb::{Accumulator, Group, Shape};
use super::field::{Field, Invertible, invert_all_vartime};
use super::scalar::Scalar;
use super::{CoefficientA, Curve, Tuning};
use crate::curve::montgomery::Modulus;
use crate::integer::{Integer, Words};
use alloc::vec::Vec;

/// A point on the curve other than infinity. The curves here have prime order, which is also the order of the point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AffinePoint<C: Curve> {
    pub(super) x: C::Field,
    pub(super) y: C::Field,
}

impl<C: Curve> AffinePoint<C> {
    /// From big-endian coordinates; `None` unless each has exactly the length of `p` and is below `p`, and the point is
    /// on the curve.
    pub(crate) fn from_be_bytes(x: &[u8], y: &[u8]) -> Option<Self> {
        let bytes = C::FIELD_BITS.div_ceil(8);
        if x.len() != bytes || y.len() != bytes {
            return None;
        }
        Self::from_integers(&C::Int::from_be_bytes(x)?, &C::Int::from_be_bytes(y)?)
    }

    /// `None` if a coordinate is not less than `p`, or the point is not on the curve `y^2 = x^3 + a x + b`.
    pub(super) fn from_integers(x: &C::Int, y: &C::Int) -> Option<Self> {
        let (x, y) = (C::Field::from_integer(x)?, C::Field::from_integer(y)?);
        (y.square() == Self::y_squared(x)).then_some(AffinePoint { x, y })
    }

    /// `x^3 + a x + b`.
    pub(super) fn y_squared(x: C::Field) -> C::Field {
        let x_squared_plus_a = match C::A {
            CoefficientA::Zero => x.square(),
            CoefficientA::MinusThree => x.square().sub(C::Field::ONE.triple()),
        };
        x_squared_plus_a.mul(x).add(C::B)
    }

    /// The base point G.
    pub(super) fn generator() -> Self {
        let (x, y) = C::GENERATOR;
        AffinePoint { x, y }
    }

    /// The numerator and the denominator of the slope of the line through both points, or of the tangent if they are the same.
    /// The denominator is zero only for opposite points.
    #[inline(always)]
    fn slope_to(&self, other: &Self, same: bool) -> (C::Field, C::Field) {
        if same {
            let xx = self.x.square();
            let numerator = match C::A {
                CoefficientA::Zero => xx.triple(),
                CoefficientA::MinusThree => xx.sub(C::Field::ONE).triple(),
            };
            (numerator, self.y.double())
        } else {
            (other.y.sub(self.y), other.x.sub(self.x))
        }
    }

    /// The sum of both points, for the inverse of the denominator of their slope.
    fn add(&self, other: &Self, same: bool, inverse: C::Field) -> Self {
        let slope = self.slope_to(other, same).0.mul(inverse);
        let x = slope.square().sub(self.x).sub(other.x);
        Self {
            x,
            y: slope.mul(self.x.sub(x)).sub(self.y),
        }
    }

    #[inline(always)]
    pub(super) fn negate_if(self, negative: bool) -> Self {
        if negative { self.negate() } else { self }
    }

    #[inline(always)]
    pub(super) fn negate(self) -> Self {
        AffinePoint {
            x: self.x,
            y: self.y.negate(),
        }
    }
}

/// An intermediate sum of points. Every case of the group law is handled.
pub(super) trait Sum<C: Curve>: Copy {
    const INFINITY: Self;

    /// Whether this is the point at infinity.
    fn is_infinity(&self) -> bool;

    /// `self <- 2 self`. Infinity stays infinity. No point has order two, so nothing else becomes infinity.
    fn double(&mut self);

    /// `self <- self + point`.
    fn add(&mut self, point: &AffinePoint<C>);

    /// `self <- self + point` for a point with the same affine x as `self`: the same point, or its negative.
    #[cold]
    fn add_on_same_vertical(&mut self, same_y: bool) {
        if same_y {
            self.double();
        } else {
            *self = Self::INFINITY;
        }
    }
}

/// `(X, Y, Z)` for the affine point `(X / Z^2, Y / Z^3)`; infinity if `Z` is zero.
#[derive(Clone, Copy)]
pub(super) struct Jacobian<C: Curve> {
    pub(super) x: C::Field,
    pub(super) y: C::Field,
    pub(super) z: C::Field,
}

/// `(X, Y, ZZ, ZZZ)` for the affine point `(X / ZZ, Y / ZZZ)`, where `ZZ^3 = ZZZ^2`; infinity when both are zero
/// ("XYZZ" coordinates).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Xyzz<C: Curve> {
    pub(super) x: C::Field,
    pub(super) y: C::Field,
    pub(super) zz: C::Field,
    pub(super) zzz: C::Field,
}

impl<C: Curve> From<AffinePoint<C>> for Jacobian<C> {
    fn from(point: AffinePoint<C>) -> Self {
        Jacobian {
            x: point.x,
            y: point.y,
            z: C::Field::ONE,
        }
    }
}

impl<C: Curve> From<AffinePoint<C>> for Xyzz<C> {
    fn from(point: AffinePoint<C>) -> Self {
        Xyzz {
            x: point.x,
            y: point.y,
            zz: C::Field::ONE,
            zzz: C::Field::ONE,
        }
    }
}

impl<C: Curve> From<Jacobian<C>> for Xyzz<C> {
    fn from(point: Jacobian<C>) -> Self {
        let zz = point.z.square();
        Xyzz {
            x: point.x,
            y: point.y,
            zz,
            zzz: zz.mul(point.z),
        }
    }
}

impl<C: Curve> Sum<C> for Jacobian<C> {
    const INFINITY: Self = Jacobian {
        x: C::Field::ONE,
        y: C::Field::ONE,
        z: C::Field::ZERO,
    };

    #[inline(always)]
    fn is_infinity(&self) -> bool {
        self.z.is_zero()
    }

    /// 4M + 4S for `a = -3`, 3M + 4S for `a = 0`: dbl-1998-cmo-2, with `3X^2 - 3Z^4 = 3 (X - Z^2) (X + Z^2)`, and half
    /// its `Z`, which divides `X` and `Y` by 4 and 8, and removes most small factors.
    #[inline(never)]
    fn double(&mut self) {
        let Jacobian { x, y, z } = *self;
        let (yy, m) = match C::A {
            CoefficientA::Zero => (y.square(), x.square().three_halves()),
            CoefficientA::MinusThree => {
                let zz = z.square();
                let yy = y.square();
                (yy, x.sub(zz).mul(x.add(zz)).three_halves())
            }
        };
        let s = x.mul(yy);
        self.z = y.mul(z);
        let mm = m.square();
        let yyyy = yy.square();
        self.x = mm.sub(s.double());
        self.y = m.mul(s.sub(self.x)).sub(yyyy);
    }

    /// 8M + 3S: madd.
    #[inline(never)]
    fn add(&mut self, point: &AffinePoint<C>) {
        if self.is_infinity() {
            *self = (*point).into();
            return;
        }
        let Jacobian { x, y, z } = *self;
        let zz = z.square();
        let h = point.x.mul(zz).sub(x);
        let r = point.y.mul(zz.mul(z)).sub(y);
        if h.is_zero() {
            return self.add_on_same_vertical(r.is_zero());
        }
        let hh = h.square();
        let rr = r.square();
        self.z = z.mul(h);
        let v = x.mul(hh);
        let hhh = hh.mul(h);
        self.x = rr.sub(hhh).sub(v.double());
        let s = y.mul(hhh);
        self.y = r.mul(v.sub(self.x)).sub(s);
    }
}

impl<C: Curve> Sum<C> for Xyzz<C> {
    const INFINITY: Self = Xyzz {
        x: C::Field::ONE,
        y: C::Field::ONE,
        zz: C::Field::ZERO,
        zzz: C::Field::ZERO,
    };

    #[inline(always)]
    fn is_infinity(&self) -> bool {
        self.zz.is_zero()
    }

    /// 7M + 2S for `a = -3`, 6M + 3S for `a = 0`: dbl-2008-s-1, with `3X^2 - 3ZZ^2 = 3 (X - ZZ) (X + ZZ)`, and half its
    /// `Z`, as in Jacobian coordinates.
    #[inline(never)]
    fn double(&mut self) {
        let Xyzz { x, y, zz, zzz } = *self;
        let v = y.square();
        let w = v.mul(y);
        let s = x.mul(v);
        let m = match C::A {
            CoefficientA::Zero => x.square().three_halves(),
            CoefficientA::MinusThree => x.sub(zz).mul(x.add(zz)).three_halves(),
        };
        self.x = m.square().sub(s.double());
        self.y = m.mul(s.sub(self.x)).sub(w.mul(y));
        self.zz = v.mul(zz);
        self.zzz = w.mul(zzz);
    }

    /// 8M + 2S: madd-2008-s.
    #[inline(never)]
    fn add(&mut self, point: &AffinePoint<C>) {
        if self.is_infinity() {
            *self = (*point).into();
            return;
        }
        let Xyzz { x, y, zz, zzz } = *self;
        let p = point.x.mul(zz).sub(x);
        let r = point.y.mul(zzz).sub(y);
        if p.is_zero() {
            return self.add_on_same_vertical(r.is_zero());
        }
        let pp = p.square();
        let rr = r.square();
        let ppp = pp.mul(p);
        let q = x.mul(pp);
        self.zz = zz.mul(pp);
        self.x = rr.sub(ppp).sub(q.double());
        self.zzz = zzz.mul(ppp);
        let s = y.mul(ppp);
        self.y = r.mul(q.sub(self.x)).sub(s);
    }
}

impl<C: Curve> Xyzz<C> {
    /// `self <- self + other`. 12M + 2S: add-2008-s.
    pub(super) fn add_sum(&mut self, other: &Self) {
        if other.is_infinity() {
            return;
        }
        if self.is_infinity() {
            *self = *other;
            return;
        }
        let Xyzz { x, y, zz, zzz } = *self;
        let u = x.mul(other.zz);
        let s = y.mul(other.zzz);
        let p = other.x.mul(zz).sub(u);
        let r = other.y.mul(zzz).sub(s);
        if p.is_zero() {
            return self.add_on_same_vertical(r.is_zero());
        }
        let pp = p.square();
        let rr = r.square();
        let ppp = pp.mul(p);
        let q = u.mul(pp);
        self.zz = zz.mul(other.zz).mul(pp);
        self.x = rr.sub(ppp).sub(q.double());
        self.zzz = zzz.mul(other.zzz).mul(ppp);
        let s = s.mul(ppp);
        self.y = r.mul(q.sub(self.x)).sub(s);
    }

    /// Whether the affine x of this point, an integer in `0..p`, is congruent to `v` modulo the order `n`. False for
    /// infinity.
    ///
    /// `n < p < 2n` on all curves here, so the only candidates are `v`, and `v + n` if it is less than `p`. Each is
    /// compared with `X / ZZ` without a division.
    pub(crate) fn x_is_congruent_to(&self, v: Scalar<C>) -> bool {
        let is_x = |x: &C::Int| C::Field::from_integer(x).is_some_and(|x| x.mul(self.zz) == self.x);
        let (v_plus_n, carry) = v.to_integer().add_carry(&C::Order::VALUE);
        !self.is_infinity() && (is_x(&v.to_integer()) || (!carry && is_x(&v_plus_n)))
    }

    /// The affine form of each point. None of them is infinity.
    pub(super) fn to_affine_all_vartime(points: &[Self]) -> Vec<AffinePoint<C>> {
        let zzz: Vec<C::Field> = points.iter().map(|point| point.zzz).collect();
        let inverses = invert_all_vartime(&zzz);
        debug_assert!(inverses.is_some());
        let affine = |(point, zzz_inverse): (&Self, C::Field)| {
            // ZZ / ZZZ = 1 / Z.
            let z_inverse = zzz_inverse.mul(point.zz);
            AffinePoint {
                x: point.x.mul(z_inverse.square()),
                y: point.y.mul(zzz_inverse),
            }
        };
        points.iter().zip(inverses.into_iter().flatten()).map(affine).collect()
    }
}

impl<C: Tuning> Accumulator<AffinePoint<C>> for Xyzz<C> {
    #[inline(always)]
    fn double(&mut self) {
        Sum::double(self);
    }

    #[inline(always)]
    fn add(&mut self, multiple: &AffinePoint<C>, negative: bool) {
        Sum::add(self, &multiple.negate_if(negative));
    }
}

impl<C: Tuning> Group for Xyzz<C> {
    type Multiple = AffinePoint<C>;
    const SHAPE: Shape = C::COMB;
    const SCALAR_BITS: usize = C::ORDER_BITS;
    const NEUTRAL: Self = <Self as Sum<C>>::INFINITY;

    /// By affine additions, of which each costs 5M + 1S with its share of an inversion: `m` and `i` times a base make
    /// `m + i` times it, first for `m = 1`, then for `m = 2`, 4 and so on, for all bases and all `i` up to `m` at once.
    fn multiples_vartime(bases: &[Self], count: usize) -> Vec<AffinePoint<C>> {
        let bases = Self::to_affine_all_vartime(bases);
        // The table is kept, so it has no room to grow.
        let mut multiples = Vec::with_capacity(bases.len() * count);
        multiples.extend(bases.iter().flat_map(|base| core::iter::repeat_n(*base, count)));
        let mut done = 1;
        while done < count {
            let more = done.min(count - done);
            let denominators: Vec<C::Field> = multiples
                .chunks_exact(count)
                .flat_map(|multiples| (0..more).map(|i| multiples[i].slope_to(&multiples[done - 1], i == done - 1).1))
                .collect();
            let inverses = invert_all_vartime(&denominators);
            debug_assert!(inverses.is_some(), "no point is added to its negative");
            let inverses = inverses.unwrap_or_default();
            for (multiples, inverses) in multiples.chunks_exact_mut(count).zip(inverses.chunks_exact(more)) {
                let most = multiples[done - 1];
                for (i, inverse) in inverses.iter().enumerate() {
                    multiples[done + i] = multiples[i].add(&most, i == done - 1, *inverse);
                }
            }
            done += more;
        }
        multiples
    }
}
