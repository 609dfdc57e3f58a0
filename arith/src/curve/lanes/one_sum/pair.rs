//! Two sums beside each other, each in four of eight lanes, without doublings: those of both terms of a key with tables.

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use alloc::vec::Vec;

use super::super::super::Curve;
use super::super::super::double_scalar_mul::Addition;
use super::super::super::point::{Sum as _, Xyzz};
use super::super::field::{FourWords, LaneField};
use super::super::residues::Residues;
use super::{Entry, LaneSum, Next};
use crate::lanes::{EightLanes, pair::Pair};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{Ifma512, Task};

impl<V: EightLanes, F: LaneField<5> + FourWords> Entry<5, Pair<V>, F> {
    /// Two entries. Of the first additions, which are not multiplied before they are used.
    #[inline(always)]
    fn first_pair<C: Curve<Field = F>>(lanes: V, additions: [&Addition<'_, C>; 2]) -> Self {
        let factor = Residues::splat(lanes, &F::TO_LANES);
        Self::pair(
            additions,
            #[inline(always)]
            |elements| Residues::load(lanes, elements).mul(factor).carry(),
        )
    }

    #[inline(always)]
    fn next_pair<C: Curve<Field = F>>(lanes: V, additions: [&Addition<'_, C>; 2]) -> Self {
        if F::SCALE != 256 {
            return Self::first_pair(lanes, additions);
        }
        // 2^260 is R.
        Self::pair(
            additions,
            #[inline(always)]
            |elements| Residues::load_times_16(lanes, elements),
        )
    }

    #[inline(always)]
    fn pair<C: Curve<Field = F>>(
        [a, b]: [&Addition<'_, C>; 2],
        load: impl Fn([&F; 8]) -> Residues<8, 5, V, F>,
    ) -> Self {
        let (a, b) = (a.point.negate_if(a.negative), b.point.negate_if(b.negative));
        let zero = F::ZERO;
        Self(load([&zero, &a.x, &a.y, &zero, &zero, &b.x, &b.y, &zero]).to_pair())
    }
}

impl<V: EightLanes, C: Curve<Field: LaneField<5>>> LaneSum<5, Pair<V>, C> {
    /// `None` if one was given up.
    #[inline(always)]
    fn store_pair(self) -> Option<[Xyzz<C>; 2]> {
        let factor = Residues::splat(self.lanes, &C::Field::FROM_LANES);
        let [_, x_0, zz_0, _, _, x_1, zz_1, _] = self.xz.mul(factor).carry().to_eight().store();
        let [y_0, _, zzz_0, _, y_1, _, zzz_1, _] = self.yh.mul(factor).carry().to_eight().store();
        let first = Xyzz {
            x: x_0,
            y: y_0,
            zz: zz_0,
            zzz: zzz_0,
        };
        let second = Xyzz {
            x: x_1,
            y: y_1,
            zz: zz_1,
            zzz: zzz_1,
        };
        (!first.is_infinity() && !second.is_infinity()).then_some([first, second])
    }
}

/// The sums of two lists of additions, all at position 0. `None` if one is empty, if one was given up, or if the CPU has no
/// such vectors.
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
pub(in super::super::super) fn two_sums_in_lanes<'a, C: Curve<Field: LaneField<5> + FourWords>>(
    additions: impl FnOnce() -> [Vec<Addition<'a, C>>; 2],
) -> Option<[Xyzz<C>; 2]> {
    struct SumsOf<'a, 'b, C: Curve>(Ifma512, [&'b [Addition<'a, C>]; 2]);

    impl<C: Curve<Field: LaneField<5> + FourWords>> Task for SumsOf<'_, '_, C> {
        type Output = Option<[Xyzz<C>; 2]>;

        #[inline(always)]
        fn run(self) -> Self::Output {
            two_sums_of(self.0, self.1)
        }
    }

    let ifma = Ifma512::detect()?;
    let [a, b] = additions();
    ifma.run(SumsOf(ifma, [&a, &b]))
}

/// The same on these lanes.
#[inline(always)]
pub(in super::super::super) fn two_sums_of<V: EightLanes, C: Curve<Field: LaneField<5> + FourWords>>(
    lanes: V,
    additions: [&[Addition<'_, C>]; 2],
) -> Option<[Xyzz<C>; 2]> {
    let [a, b] = additions;
    let mut pairs = a.iter().zip(b);
    let (a, b) = pairs.next()?;
    let first = Entry::first_pair(lanes, [a, b]);
    let mut count = 1;
    let mut next = pairs.next();
    let mut entry = Next::Double;
    if let Some((a, b)) = next {
        entry = Next::Add(Entry::next_pair(lanes, [a, b]));
    }
    let mut sum = LaneSum::new(Pair(lanes), first, entry);
    while let (Next::Add(this), Some(_)) = (entry, next) {
        count += 1;
        next = pairs.next();
        entry = match next {
            Some((a, b)) => Next::Add(Entry::next_pair(lanes, [a, b])),
            None => Next::Double,
        };
        sum = sum.add(this, entry);
    }
    let mut sums = sum.store_pair()?;
    // One list may have a few more.
    for (sum, additions) in sums.iter_mut().zip(additions) {
        for addition in additions.get(count..).unwrap_or_default() {
            sum.add(&addition.point.negate_if(addition.negative));
        }
    }
    Some(sums)
}
