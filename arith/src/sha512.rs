//! The compression function of SHA-512 and SHA-384 (FIPS 180-4 section 6.4.2), for two blocks or more.
//!
//! The schedules of two consecutive blocks are computed at once, in the halves of vectors of 256 bits, between the rounds
//! of the first block: rounds use scalar registers and the schedule vector registers, so a CPU does both at the same
//! time. Then come the rounds of the second block. On one kind of CPU, half of the rounds is in vector registers too.

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod constants;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod rounds;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod scalar;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod split;
#[cfg(test)]
mod tests;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod x86_lanes;

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use core::marker::PhantomData;

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{ScheduleAvx2, ScheduleAvx512, Task, is_zen_4};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use rounds::{ScheduleLanes, Working, compress_pairs};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use scalar::Scalar;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use split::Split;

/// A block of 128 bytes.
pub type Block = [u8; 128];

/// The vector instructions that the CPU has. Without any, this type has no value, and `sha2` is as fast.
#[derive(Clone, Copy, Debug)]
pub struct Compressor(Backend);

#[derive(Clone, Copy, Debug)]
enum Backend {
    /// AVX2, BMI1 and BMI2.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx2(ScheduleAvx2),
    /// The same, and the rotations of AVX-512.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx512(ScheduleAvx512),
    /// The same, and half of the working variables in vector registers.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx512Split(ScheduleAvx512),
}

impl Compressor {
    /// The best that the CPU has. The CPU is asked once in a process.
    #[must_use]
    pub fn detect() -> Option<Self> {
        Backend::detect().map(Self)
    }

    /// Compresses pairs of blocks into the state.
    pub fn compress_pairs(self, state: &mut [u64; 8], pairs: &[[Block; 2]]) {
        self.0.compress_pairs(state, pairs);
    }
}

impl Backend {
    fn detect() -> Option<Self> {
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        {
            // On Zen 4, this saves a fifteenth of the time. It was not measured elsewhere.
            let best = if is_zen_4() { Self::Avx512Split } else { Self::Avx512 };
            ScheduleAvx512::detect()
                .map(best)
                .or_else(|| ScheduleAvx2::detect().map(Self::Avx2))
        }
        #[cfg(not(all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
        None
    }

    #[cfg_attr(
        not(all(target_arch = "x86_64", not(kms_verify_backend = "serial"))),
        allow(unused_variables, reason = "there is no backend")
    )]
    fn compress_pairs(self, state: &mut [u64; 8], pairs: &[[Block; 2]]) {
        match self {
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(lanes) => lanes.run(Compress::<_, Scalar>::new(lanes, state, pairs)),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(lanes) => lanes.run(Compress::<_, Scalar>::new(lanes, state, pairs)),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512Split(lanes) => lanes.run(Compress::<_, Split>::new(lanes, state, pairs)),
        }
    }

    /// All that this CPU has, for tests: not only the best.
    #[cfg(test)]
    fn all() -> std::vec::Vec<Self> {
        let mut all = std::vec::Vec::new();
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        {
            all.extend(ScheduleAvx2::detect().map(Self::Avx2));
            all.extend(ScheduleAvx512::detect().map(Self::Avx512));
            all.extend(ScheduleAvx512::detect().map(Self::Avx512Split));
        }
        all
    }

    /// For reports of tests.
    #[cfg(test)]
    fn name(self) -> &'static str {
        match self {
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(_) => "AVX2",
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(_) => "AVX-512",
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512Split(_) => "AVX-512, half of the working variables in vectors",
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct Compress<'a, L, W> {
    lanes: L,
    state: &'a mut [u64; 8],
    pairs: &'a [[Block; 2]],
    working: PhantomData<W>,
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<'a, L, W> Compress<'a, L, W> {
    fn new(lanes: L, state: &'a mut [u64; 8], pairs: &'a [[Block; 2]]) -> Self {
        let working = PhantomData;
        Self {
            lanes,
            state,
            pairs,
            working,
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<L: ScheduleLanes, W: Working<L>> Task for Compress<'_, L, W> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        compress_pairs::<L, W>(self.lanes, self.state, self.pairs);
    }
}
