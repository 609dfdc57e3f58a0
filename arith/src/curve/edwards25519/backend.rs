//! Which arithmetic computes the sums of points, and the one place that chooses it.

use super::super::comb::{CombTerm, sum_of};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use super::eight_sums::eight_sums;
use super::equation::HalfSizeTerms;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use super::lanes::LaneSum;
use super::point::Extended;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{Ifma256, Ifma512, Task};

#[derive(Clone, Copy, Debug)]
pub(super) enum Backend {
    /// The four coordinates one after the other.
    Words,
    /// AVX-512 IFMA: the four coordinates at once, or eight sums.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Ifma(Ifma256, Ifma512),
}

impl Backend {
    /// The best that the CPU has. The CPU is asked once in a process.
    pub(super) fn detect() -> Self {
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        if let (Some(ifma256), Some(ifma512)) = (Ifma256::detect(), Ifma512::detect()) {
            return Self::Ifma(ifma256, ifma512);
        }
        Self::Words
    }

    pub(super) fn sum_of(self, terms: &[CombTerm<'_, Extended>; 2]) -> Extended {
        match self {
            Self::Words => sum_of(Extended::NEUTRAL, terms),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Ifma(ifma, _) => ifma.run(SumOf(ifma, terms)),
        }
    }

    /// Eight sums at once, if that is faster.
    pub(super) fn eight_sums<'a>(
        self,
        terms: impl FnOnce() -> [[CombTerm<'a, Extended>; 2]; 8],
    ) -> Option<[Extended; 8]> {
        match self {
            Self::Words => {
                drop(terms);
                None
            }
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Ifma(_, ifma) => Some(ifma.run(EightSums(ifma, &terms()))),
        }
    }

    pub(super) fn half_size_sum(self, terms: &HalfSizeTerms, minus_a: &Extended, r: &Extended) -> Extended {
        match self {
            Self::Words => terms.sum(Extended::NEUTRAL, *minus_a, *r),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Ifma(ifma, _) => ifma.run(HalfSizeSum(ifma, terms, minus_a, r)),
        }
    }

    /// All that this CPU has, for tests: not only the best.
    #[cfg(test)]
    pub(super) fn all() -> std::vec::Vec<Self> {
        match Self::detect() {
            Self::Words => std::vec![Self::Words],
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            best @ Self::Ifma(..) => std::vec![Self::Words, best],
        }
    }

    /// For reports of tests.
    #[cfg(test)]
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Words => "plain words",
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Ifma(..) => "AVX-512 IFMA",
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct SumOf<'a>(Ifma256, &'a [CombTerm<'a, Extended>; 2]);

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl Task for SumOf<'_> {
    type Output = Extended;

    #[inline(always)]
    fn run(self) -> Extended {
        let Self(ifma, terms) = self;
        sum_of(LaneSum::new(ifma, &Extended::NEUTRAL), terms).to_extended()
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct EightSums<'a>(Ifma512, &'a [[CombTerm<'a, Extended>; 2]; 8]);

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl Task for EightSums<'_> {
    type Output = [Extended; 8];

    #[inline(always)]
    fn run(self) -> [Extended; 8] {
        let Self(ifma, terms) = self;
        eight_sums(ifma, terms)
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct HalfSizeSum<'a>(Ifma256, &'a HalfSizeTerms, &'a Extended, &'a Extended);

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl Task for HalfSizeSum<'_> {
    type Output = Extended;

    #[inline(always)]
    fn run(self) -> Extended {
        let Self(ifma, terms, minus_a, r) = self;
        let [neutral, minus_a, r] = [&Extended::NEUTRAL, minus_a, r].map(
            #[inline(always)]
            |point| LaneSum::new(ifma, point),
        );
        terms.sum(neutral, minus_a, r).to_extended()
    }
}
