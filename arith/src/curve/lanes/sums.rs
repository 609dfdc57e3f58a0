//! Sums of points of eight pairs of scalars at once, in XYZZ coordinates.

use super::super::Tuning;
use super::super::comb::{Comb, CombTerm};
use super::super::point::{AffinePoint, Sum as _, Xyzz};
use super::bound::Bound;
use super::field::{FourWords, LaneField};
use super::residues::{Residues, Sums, multiple_of_p};
use crate::lanes::{ALL_LANES, Lanes};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{Ifma512, Task};

/// Eight sums. A table has coordinates as the integers `2^SCALE x`, and those here are `2^260 x`; so that products of both
/// come out right, ZZ and ZZZ are `TO_LANES` times what they stand for, without `R`.
///
/// The formula for an addition is wrong for two points with one x, and for infinity; but then ZZ becomes zero, and stays
/// so, and such a sum is given up.
#[derive(Clone, Copy)]
pub(super) struct XyzzLanes<V: Lanes<8>, F> {
    lanes: V,
    x: Residues<8, 5, V, F>,
    y: Residues<8, 5, V, F>,
    zz: Residues<8, 5, V, F>,
    zzz: Residues<8, 5, V, F>,
}

/// The bounds of an addition, in the order of its lines.
const _: () = {
    // p has 256 bits.
    const SPARE: u32 = 4;
    const ONE: Bound = Bound::multiple(1, SPARE);
    const TWO: Bound = ONE.plus(ONE);
    // Of the numbers that are added to.
    const X: Bound = ONE.product(ONE);
    const Y: Bound = Bound::new(2000, SPARE);
    const ZZ: Bound = Bound::new(1250, SPARE);
    const U: Bound = ONE.product(ZZ);
    const P: Bound = U.plus(TWO);
    const R: Bound = TWO.plus(TWO);
    const PP: Bound = P.product(P);
    const PPP: Bound = P.product(PP);
    const Q: Bound = X.product(PP);
    const Q_MINUS_X: Bound = Q.plus(TWO);
    const NEW_Y: Bound = R.sum_of_products(Q_MINUS_X, TWO, PPP);
    // What is subtracted from 2 p is below it by more than the highest limb has lent.
    assert!(U.is_at_most(Y) && Y.value <= 2 * 1024 - 16 && NEW_Y.is_at_most(Y));
    assert!(Bound::shrunk(SPARE).is_at_most(X));
    // R^2 - PPP - 2 Q + 4 p is between p / 4 and 8 p.
    assert!(PPP.plus(Q).plus(Q).value <= 4 * 1024 - 256 && R.product(R).plus(TWO).plus(TWO).is_within(8));
    assert!(ZZ.product(PP).is_at_most(ZZ) && ZZ.product(PPP).is_at_most(ZZ));
};

impl<V: Lanes<8>, F: LaneField<5> + FourWords> XyzzLanes<V, F> {
    /// The point in all lanes.
    #[inline(always)]
    fn new<C: Tuning<Field = F>>(lanes: V, point: &AffinePoint<C>) -> Self {
        let one = Residues::splat(lanes, &F::TO_LANES);
        Self {
            lanes,
            x: Residues::load(lanes, [&point.x; 8]).mul(one).carry(),
            y: Residues::load(lanes, [&point.y; 8]).mul(one).carry(),
            zz: one,
            zzz: one,
        }
    }

    #[inline(always)]
    fn store<C: Tuning<Field = F>>(self) -> [Xyzz<C>; 8] {
        let scale = Residues::splat(self.lanes, &F::FROM_LANES);
        let x = self.x.mul(scale).carry().store();
        let y = self.y.mul(scale).carry().store();
        let zz = self.zz.mul(scale).carry().mul(scale).carry().store();
        let zzz = self.zzz.mul(scale).carry().mul(scale).carry().store();
        let mut sums = [Xyzz::INFINITY; 8];
        for (i, sum) in sums.iter_mut().enumerate() {
            (sum.x, sum.y, sum.zz, sum.zzz) = (x[i], y[i], zz[i], zzz[i]);
        }
        sums
    }

    /// 7M + 2S, and 1M for two products: madd-2008-s. `y` is negated where `negative` says, and nothing is added where `add`
    /// does not.
    #[inline(always)]
    fn add(&mut self, x: [&F; 8], y: [&F; 8], negative: u8, add: u8) {
        let Self { lanes, zz, zzz, .. } = *self;
        let u = Residues::load(lanes, x).mul(zz);
        let s = Residues::load(lanes, y).mul(zzz).carry().to_sum();
        let p = u.sub(self.x).carry();
        let r = s.negate_where(negative).sub(self.y).carry();
        let pp = p.square().carry();
        let rr = r.square();
        let ppp = p.mul(pp).carry();
        let q = self.x.mul(pp).carry();
        let new_zz = zz.mul(pp).carry();
        let x = rr
            .add(Sums::splat(lanes, const { &multiple_of_p::<5, F>(4, 3) }))
            .minus(ppp.to_sum())
            .minus(q.to_sum())
            .minus(q.to_sum())
            .shrink()
            .carry();
        let new_zzz = zzz.mul(ppp).carry();
        let q_minus_x = q.to_sum().sub(x).carry();
        let minus_y = self.y.to_sum().negate_where(ALL_LANES).carry();
        let y = Residues::sum_of_products(minus_y, ppp, r, q_minus_x).carry();
        self.x = x.select(add, self.x);
        self.y = y.select(add, self.y);
        self.zz = new_zz.select(add, zz);
        self.zzz = new_zzz.select(add, zzz);
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
pub(in super::super) fn eight_sums<'a, C: Tuning<Field: LaneField<5> + FourWords>>(
    terms: impl FnOnce() -> [[CombTerm<'a, Xyzz<C>>; 2]; 8],
) -> Option<[Xyzz<C>; 8]> {
    struct SumsOf<'a, 'b, C: Tuning>(Ifma512, &'a AffinePoint<C>, &'b [[CombTerm<'a, Xyzz<C>>; 2]; 8]);

    impl<C: Tuning<Field: LaneField<5> + FourWords>> Task for SumsOf<'_, '_, C> {
        type Output = [Xyzz<C>; 8];

        #[inline(always)]
        fn run(self) -> Self::Output {
            sums_of(self.0, self.1, self.2)
        }
    }

    let ifma = Ifma512::detect()?;
    let start = C::generator_comb().last()?;
    Some(ifma.run(SumsOf(ifma, start, &terms())))
}

/// What `sum_of` computes for each pair of terms, or infinity for a sum that was given up. Every sum that is infinity is
/// given up, when `start` is subtracted from itself. `start` is any point, so that no sum begins at infinity.
#[inline(always)]
pub(in super::super) fn sums_of<V: Lanes<8>, C: Tuning<Field: LaneField<5> + FourWords>>(
    lanes: V,
    start: &AffinePoint<C>,
    terms: &[[CombTerm<'_, Xyzz<C>>; 2]; 8],
) -> [Xyzz<C>; 8] {
    const { assert!(C::COMB.passes == 1, "there is nothing to double") };
    let mut sums = XyzzLanes::new(lanes, start);
    let steps = 2 * Comb::<Xyzz<C>>::WINDOWS;
    for step in 0..=steps {
        let (mut x, mut y) = ([&start.x; 8], [&start.y; 8]);
        let (mut negative, mut add) = (0, 0);
        if step == steps {
            (negative, add) = (ALL_LANES, ALL_LANES);
        } else {
            for (lane, terms) in terms.iter().enumerate() {
                if let Some((multiple, minus)) = terms[step % 2].multiple(step / 2) {
                    x[lane] = &multiple.x;
                    y[lane] = &multiple.y;
                    negative |= u8::from(minus) << lane;
                    add |= 1 << lane;
                }
            }
        }
        sums.add(x, y, negative, add);
    }
    sums.store()
}
