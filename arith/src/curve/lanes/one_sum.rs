//! One sum of points in four lanes, in Jacobian coordinates.
//!
//! A product of vectors waits for the one before it, so their number counts, and not how many lanes they use. A doubling and an
//! addition are three products each, because the third also computes what the next of them needs first: `M`, the numerator of
//! the slope of the tangent, for a doubling; and for an addition `H`, the difference of both x, and `ZZZ`.
//!
//! Two sums are computed by the same code, in the two halves of vectors of eight lanes ([`pair`]).
//!
//! In the names of vectors, each letter is a lane, the lowest first.

pub(in super::super) mod pair;

use super::super::double_scalar_mul::Addition;
use super::super::point::{Sum as _, Xyzz};
use super::super::{CoefficientA, Curve};
use super::bound::Bound;
use super::field::LaneField;
use super::residues::{Residues, Sums, multiple_of_p};
use crate::lanes::{FourLanes, order};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{Ifma256, Task};

impl<const L: usize, V: FourLanes, F: LaneField<L>> Residues<4, L, V, F> {
    #[inline(always)]
    fn permute<const ORDER: i32>(self) -> Self {
        let lanes = self.lanes;
        self.map(
            #[inline(always)]
            |limb| lanes.permute_where::<ORDER>(0b1111, limb),
        )
    }

    /// Zero in the lanes that are not of the mask.
    #[inline(always)]
    fn zero_unless(self, mask: u8) -> Self {
        let lanes = self.lanes;
        self.map(
            #[inline(always)]
            |limb| lanes.zero_unless(mask, limb),
        )
    }
}

impl<const L: usize, V: FourLanes, F: LaneField<L>> Sums<4, L, V, F> {
    #[inline(always)]
    fn permute<const ORDER: i32>(self) -> Self {
        Self(self.0.permute::<ORDER>())
    }

    /// `self + other` in the lanes of the mask.
    #[inline(always)]
    fn add_where(self, mask: u8, other: Self) -> Self {
        self.add(Self(other.0.zero_unless(mask)))
    }

    /// `self - other` in the lanes of the mask, where no limb is below that of the other.
    #[inline(always)]
    fn minus_where(self, mask: u8, other: Self) -> Self {
        self.minus(Self(other.0.zero_unless(mask)))
    }

    /// In the lanes of the mask, this; in others, the other.
    #[inline(always)]
    fn select(self, mask: u8, other: Self) -> Self {
        Self(self.0.select(mask, other.0))
    }

    #[inline(always)]
    fn times_four(self) -> Self {
        let lanes = self.0.lanes;
        Self(self.0.map(
            #[inline(always)]
            |limb| lanes.shift_left(limb, 2),
        ))
    }

    #[inline(always)]
    fn times_eight(self) -> Self {
        let lanes = self.0.lanes;
        Self(self.0.map(
            #[inline(always)]
            |limb| lanes.shift_left(limb, 3),
        ))
    }
}

/// `(0, x, y, 0)` of a point to add.
#[derive(Clone, Copy)]
struct Entry<const L: usize, V: FourLanes, F>(Residues<4, L, V, F>);

impl<const L: usize, V: FourLanes, F: LaneField<L>> Entry<L, V, F> {
    #[inline(always)]
    fn new<C: Curve<Field = F>>(lanes: V, addition: &Addition<'_, C>) -> Self {
        let (x, y) = (addition.point.x.to_limbs(), addition.point.y.to_limbs());
        let [x, y, factor] = [x, y, F::TO_LANES].map(
            #[inline(always)]
            |limbs| Residues::splat(lanes, &limbs),
        );
        let xy = x.select(0b0010, y).zero_unless(0b0110).mul(factor).carry();
        if addition.negative {
            Self(xy.to_sum().negate_where(0b0100).carry())
        } else {
            Self(xy)
        }
    }
}

/// What comes after a doubling or an addition.
#[derive(Clone, Copy)]
enum Next<const L: usize, V: FourLanes, F> {
    Double,
    Add(Entry<L, V, F>),
}

/// A sum of points, with what comes next.
///
/// Infinity has no place here, and the formula for an addition is wrong for two points with one x. But then `H` is zero, and
/// so is `Z` from there on: such a sum is given up. Nothing else makes `Z` zero.
struct LaneSum<const L: usize, V: FourLanes, C: Curve> {
    lanes: V,
    /// `(-, X, ZZ, -)`
    xz: Residues<4, L, V, C::Field>,
    /// `(Y, M, ZZZ, -)` before a doubling, where `M` is the numerator of the slope of the tangent; `(Y, H, ZZZ, -)` before an
    /// addition.
    yh: Residues<4, L, V, C::Field>,
    /// `(-, -, Z, Z)`
    z: Residues<4, L, V, C::Field>,
}

impl<const L: usize, V: FourLanes, C: Curve<Field: LaneField<L>>> LaneSum<L, V, C> {
    /// The bounds, in the order of the lines of each formula. What is subtracted from a multiple of `p` is below it by more than
    /// the highest limb has lent.
    const BOUNDS: () = {
        let spare_bits = C::Field::SPARE_BITS;
        let one = Bound::multiple(1, spare_bits);
        let shrunk = Bound::shrunk(spare_bits);
        let (above_sum, above_y) = (one.times(Self::ABOVE_SUM), one.times(Self::ABOVE_Y));
        let shrinkable = Bound::shrinkable(spare_bits);
        let below = if Self::SHRINKS {
            Bound::new(16, spare_bits)
        } else {
            one.times(1024)
        };

        // What the formulas are given.
        let first_x = one.product(one);
        let first_y = one.times(2);
        let entry = one.times(16);
        let sum = if Self::SHRINKS { first_x } else { shrunk };
        let y = Bound::new(if Self::SHRINKS { 3510 } else { 4110 * 1024 }, spare_bits);
        let m = Bound::new(4400, spare_bits);
        let h = Bound::new(if Self::SHRINKS { 4400 } else { 4110 * 1024 }, spare_bits);
        let zzz = Bound::new(1400, spare_bits);
        let z = Bound::new(3610, spare_bits);
        assert!(shrunk.is_at_most(sum) && sum.plus(below).is_at_most(above_sum));
        assert!(y.plus(below).is_at_most(above_y));
        // The factors fit.
        assert!(y.times(2).is_within(1 << spare_bits) && h.times(2).is_within(1 << spare_bits));

        // A doubling.
        let yy = y.product(y);
        let mm = m.product(m);
        let yz = y.product(z);
        let xyy = yy.product(sum);
        let offset = one.times(Self::OFFSETS[0]);
        assert!(yz.times(2).is_at_most(z));
        assert!(mm.plus(below).is_at_most(offset) && xyy.times(8).plus(below).is_at_most(offset));
        assert!(xyy.times(12).plus(offset).is_at_most(shrinkable) && mm.plus(offset).is_at_most(shrinkable));
        assert!(yz.product(yz).times(4).plus(offset).is_at_most(shrinkable));
        assert!(yy.product(yy).times(8).plus(offset).is_at_most(shrinkable));

        // An addition.
        let hh = h.product(h);
        let r = zzz.product(entry).plus(above_y);
        let hz = h.product(z);
        let v = hh.product(sum);
        let hhh = hh.product(h);
        let rr = r.product(r);
        let offset = one.times(Self::OFFSETS[1]);
        assert!(hz.is_at_most(z));
        assert!(rr.plus(below).is_at_most(offset) && hhh.plus(v.times(2)).plus(below).is_at_most(offset));
        assert!(v.times(3).plus(hhh).plus(offset).is_at_most(shrinkable) && rr.plus(offset).is_at_most(shrinkable));
        assert!(hz.product(hz).plus(offset).is_at_most(shrinkable) && hhh.plus(offset).is_at_most(shrinkable));
        let u = shrunk.product(y);
        assert!(u.plus(below).is_at_most(above_sum));

        // The third product: of the start, of a doubling, and of an addition.
        assert!(first_y.product(one).plus(above_sum).is_at_most(y));
        assert!(shrunk.product(m).plus(above_sum).is_at_most(y));
        assert!(shrunk.product(r).plus(above_sum).is_at_most(y));
        assert!(sum.plus(above_sum).product(sum.plus(sum)).times(3).is_at_most(m));
        assert!(sum.product(entry).plus(above_sum).is_at_most(h));
        assert!(sum.product(z).is_at_most(zzz));
    };

    /// Multiples of `p` from which is subtracted: in a doubling and in an addition; a coordinate of their sum; and `Y`.
    const OFFSETS: [u64; 2] = if Self::SHRINKS { [12, 8] } else { [2048; 2] };
    const ABOVE_SUM: u64 = if Self::SHRINKS { 2 } else { 4096 };
    const ABOVE_Y: u64 = if Self::SHRINKS { 4 } else { 8192 };

    const SHRINKS: bool = Bound::shrinks(C::Field::SPARE_BITS);

    #[inline(always)]
    fn new(lanes: V, entry: Entry<L, V, C::Field>, next: Next<L, V, C::Field>) -> Self {
        let one = Residues::splat(lanes, &C::Field::ONE);
        let yx = entry.0.permute::<{ order(2, 1, 2, 0) }>();
        let yxz = one.select(0b0100, yx).to_sum();
        Self::complete(lanes, yxz, one, one, None, next)
    }

    /// 3 products. The third is that of [`complete`](Self::complete).
    #[inline(always)]
    fn double(self, next: Next<L, V, C::Field>) -> Self {
        let Self { lanes, xz, yh, z } = self;
        let ymyy = yh.permute::<{ order(0, 1, 0, 0) }>();
        let ymzy = z.select(0b0100, ymyy);
        // YY, M^2, Y Z, YY
        let squares = ymyy.mul(ymzy);
        let twice = squares.add(squares);
        let z = twice.permute::<{ order(0, 1, 2, 2) }>().carry();
        let yy = squares.permute::<{ order(0, 0, 2, 3) }>().carry();
        let xx = xz.permute::<{ order(1, 1, 2, 3) }>();
        let xxzy = xx.select(0b0011, yy);
        // S / 4, S / 4, ZZ / 4, YY^2
        let products = yy.mul(xxzy);
        let mm = squares.permute::<{ order(1, 1, 2, 3) }>();
        let offset = Sums::splat(lanes, const { &multiple_of_p::<L, C::Field>(Self::OFFSETS[0], 511) });
        let offset = offset.minus_where(0b0001, mm).add_where(0b0010, mm);
        let four = products.times_four();
        let eight = products.times_eight();
        // S - X, X, ZZ, 8 YY^2
        let sum = offset.add_where(0b0101, four).add_where(0b1001, eight);
        let sum = sum.minus_where(0b0010, eight).shrink();
        let u = sum.permute::<{ order(3, 1, 2, 3) }>();
        let m = yh.permute::<{ order(1, 1, 2, 3) }>();
        Self::complete(lanes, sum, m, z, Some(u), next)
    }

    /// 3 products. The third is that of [`complete`](Self::complete).
    #[inline(always)]
    fn add(self, entry: Entry<L, V, C::Field>, next: Next<L, V, C::Field>) -> Self {
        let Self { lanes, xz, yh, z } = self;
        let hzh = yh.permute::<{ order(1, 1, 2, 1) }>();
        let xyz = z.select(0b1000, entry.0);
        let hyz = xyz.select(0b1100, hzh);
        // HH, HH, y ZZZ, H Z
        let squares = hzh.mul(hyz);
        let z = squares.permute::<{ order(0, 1, 3, 3) }>().carry();
        let y = yh.permute::<{ order(0, 0, 0, 0) }>();
        let subtrahend = y.to_sum();
        let offset = Sums::splat(lanes, const { &multiple_of_p::<L, C::Field>(Self::ABOVE_Y, 1) });
        let offset = offset.minus_where(0b0100, subtrahend);
        // HH, HH, R, H Z
        let hhrz = squares.add_where(0b0100, offset).carry();
        let xx = xz.permute::<{ order(1, 1, 2, 3) }>();
        let hhrz_but_x = xx.select(0b0001, hhrz);
        let xhrz = hzh.select(0b0010, hhrz_but_x);
        // V, H^3, R^2, ZZ
        let products = hhrz.mul(xhrz);
        let v = products.permute::<{ order(0, 0, 3, 1) }>();
        let hhh = products.permute::<{ order(1, 1, 1, 1) }>();
        let rr = products.permute::<{ order(2, 2, 2, 2) }>();
        let twice = v.add(v);
        let offset = Sums::splat(lanes, const { &multiple_of_p::<L, C::Field>(Self::OFFSETS[1], 511) });
        // V - X, X, ZZ, H^3
        let sum = offset
            .add_where(0b1101, v)
            .add_where(0b0001, twice)
            .add_where(0b0001, hhh);
        let sum = sum
            .add_where(0b0010, rr)
            .minus_where(0b0010, hhh)
            .minus_where(0b0010, twice);
        let sum = sum.minus_where(0b0001, rr).shrink();
        let r = hhrz.permute::<{ order(2, 1, 2, 3) }>();
        let ry = y.select(0b1000, r);
        Self::complete(lanes, sum, ry, z, None, next)
    }

    /// From `(D, X, ZZ, U)`, and `f` in lane 0: `Y = D f - u`, where `u` may be the product of `U` and `f` in lane 3; and what
    /// the next needs.
    #[inline(always)]
    fn complete(
        lanes: V,
        sum: Sums<4, L, V, C::Field>,
        f: Residues<4, L, V, C::Field>,
        z: Residues<4, L, V, C::Field>,
        u: Option<Sums<4, L, V, C::Field>>,
        next: Next<L, V, C::Field>,
    ) -> Self {
        const { Self::BOUNDS }
        let xz = sum.carry();
        let zz = sum.permute::<{ order(0, 2, 2, 0) }>();
        let above = Sums::splat(lanes, const { &multiple_of_p::<L, C::Field>(Self::ABOVE_SUM, 1023) });
        let x_minus_zz = sum.add(above).minus_where(0b0010, zz);
        let x_plus_zz = sum.add(zz);
        let (left, right) = match (next, C::A) {
            (Next::Add(entry), _) => (entry.0.to_sum(), zz),
            (Next::Double, CoefficientA::MinusThree) => (x_minus_zz, x_plus_zz),
            (Next::Double, CoefficientA::Zero) => (sum, sum),
        };
        let dxzu = left.select(0b0010, sum).carry();
        let right = right.carry();
        let fzf = z.select(0b0100, f);
        let fxzf = right.select(0b0010, fzf);
        let products = dxzu.mul(fxzf);
        let u = u.unwrap_or_else(
            #[inline(always)]
            || products.permute::<{ order(3, 1, 2, 3) }>(),
        );
        let minus_u = above.minus_where(0b0001, u);
        let y = products.add_where(0b0001, minus_u);
        let minus_x = above.minus_where(0b0010, sum);
        let twice = y.add(y);
        let yh = match next {
            Next::Add(_) => y.add_where(0b0010, minus_x),
            Next::Double => y.add_where(0b0010, twice),
        };
        Self {
            lanes,
            xz,
            yh: yh.carry(),
            z,
        }
    }

    /// `None` for a sum that was given up.
    #[inline(always)]
    fn store(self) -> Option<Xyzz<C>> {
        let factor = Residues::splat(self.lanes, &C::Field::FROM_LANES);
        let [_, x, zz, _] = self.xz.mul(factor).carry().store();
        let [y, _, zzz, _] = self.yh.mul(factor).carry().store();
        let sum = Xyzz { x, y, zz, zzz };
        (!sum.is_infinity()).then_some(sum)
    }
}

/// The sum of all additions, the highest position first. `None` if there is none, if the sum was given up, or if the CPU has
/// no such vectors.
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
pub(in super::super) fn sum_in_lanes<const L: usize, C: Curve<Field: LaneField<L>>>(
    additions: &[Addition<'_, C>],
) -> Option<Xyzz<C>> {
    struct SumOf<'a, 'b, const L: usize, C: Curve>(Ifma256, &'b [Addition<'a, C>]);

    impl<const L: usize, C: Curve<Field: LaneField<L>>> Task for SumOf<'_, '_, L, C> {
        type Output = Option<Xyzz<C>>;

        #[inline(always)]
        fn run(self) -> Self::Output {
            sum_of(self.0, self.1)
        }
    }

    let ifma = Ifma256::detect()?;
    ifma.run(SumOf(ifma, additions))
}

/// The same on these lanes.
#[inline(always)]
pub(in super::super) fn sum_of<const L: usize, V: FourLanes, C: Curve<Field: LaneField<L>>>(
    lanes: V,
    additions: &[Addition<'_, C>],
) -> Option<Xyzz<C>> {
    let (first, rest) = additions.split_first()?;
    let mut rest = rest.iter();
    let mut position = first.position;
    let mut entry = Entry::new(lanes, first);
    let mut sum = None::<LaneSum<L, V, C>>;
    loop {
        let addition = rest.next();
        let (next, doublings) = match addition {
            Some(addition) => (Next::Add(Entry::new(lanes, addition)), position - addition.position),
            None => (Next::Double, position),
        };
        let after = if doublings == 0 { next } else { Next::Double };
        let mut added = match sum {
            None => LaneSum::new(lanes, entry, after),
            Some(sum) => sum.add(entry, after),
        };
        for _ in 1..doublings {
            added = added.double(Next::Double);
        }
        if doublings > 0 {
            added = added.double(next);
        }
        match (addition, next) {
            (Some(addition), Next::Add(next)) => {
                position = addition.position;
                entry = next;
                sum = Some(added);
            }
            _ => return added.store(),
        }
    }
}
