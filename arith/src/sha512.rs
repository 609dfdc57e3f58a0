//! The compression function of SHA-512 and SHA-384 (FIPS 180-4 section 6.4.2) for long messages.
//!
//! The schedules of two consecutive blocks are computed at once, in the halves of vectors of 256 bits, between the rounds
//! of the first block: rounds use scalar registers and the schedule vector registers, so a CPU does both at the same
//! time. Then come the rounds of the second block.

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod constants;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod rounds;
#[cfg(test)]
mod tests;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod x86_lanes;

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{ScheduleAvx2, ScheduleAvx512, Task};
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use rounds::compress_pairs;

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
            let avx512 = ScheduleAvx512::detect().map(Self::Avx512);
            avx512.or_else(|| ScheduleAvx2::detect().map(Self::Avx2))
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
            Self::Avx2(avx2) => avx2.run(Compress(avx2, state, pairs)),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(avx512) => avx512.run(Compress(avx512, state, pairs)),
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
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct Compress<'a, L>(L, &'a mut [u64; 8], &'a [[Block; 2]]);

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<L: rounds::ScheduleLanes> Task for Compress<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        compress_pairs(self.0, self.1, self.2);
    }
}
