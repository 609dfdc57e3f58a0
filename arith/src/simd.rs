//! Vector instructions for Keccak and ML-DSA: what the CPU has, and the one switch that chooses between the backends.
//!
//! Code that works on lanes is written once, over [`Lanes`], and runs by [`Backend::with_lanes`]. Code on plain words and
//! arrays runs by [`Backend::run`], which only lets the compiler use more instructions.

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod avx512;
mod baseline;
#[cfg(test)]
pub(crate) mod tests;

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{Avx2, Avx512};
pub(crate) use baseline::Baseline;

/// The instructions that Keccak and ML-DSA use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backend {
    /// Those that every CPU of the target has: one lane.
    Baseline,
    /// AVX2, BMI1 and BMI2: four lanes.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx2(Avx2),
    /// AVX-512 F and BW: eight lanes.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx512(Avx512, Avx2),
}

impl Backend {
    /// The best that the CPU has. The CPU is asked once in a process.
    pub(crate) fn detect() -> Self {
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        if let Some(avx2) = Avx2::detect() {
            return match Avx512::detect() {
                Some(avx512) => Self::Avx512(avx512, avx2),
                None => Self::Avx2(avx2),
            };
        }
        Self::Baseline
    }

    /// Runs a task with as many lanes as the CPU has, compiled for the instructions that these need.
    pub(crate) fn with_lanes<T: LanesTask>(self, task: T) -> T::Output {
        match self {
            Self::Baseline => task.run(Baseline),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(avx2) => avx2.with_lanes(task),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(avx512, _) => avx512.with_lanes(task),
        }
    }

    /// Runs a task compiled for AVX2 and BMI where the CPU has them. Never for AVX-512, with which compilers make scalar
    /// code several times slower.
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            Self::Baseline => task.run(),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(avx2) | Self::Avx512(_, avx2) => avx2.without_lanes(task),
        }
    }

    /// All that this CPU has, for tests: not only the best.
    #[cfg(test)]
    pub(crate) fn all() -> std::vec::Vec<Self> {
        let mut all = std::vec![Self::Baseline];
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        if let Some(avx2) = Avx2::detect() {
            all.push(Self::Avx2(avx2));
            all.extend(Avx512::detect().map(|avx512| Self::Avx512(avx512, avx2)));
        }
        all
    }

    /// For reports of tests.
    #[cfg(test)]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(_) => "AVX2",
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(..) => "AVX-512",
        }
    }
}

/// A function over lanes. Closures will not do: one that is not inlined is compiled without the instructions. So
/// everything that `run` calls is `#[inline(always)]`.
pub(crate) trait LanesTask {
    type Output;
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Self::Output;
}

/// A function on plain words. As for [`LanesTask`], everything that `run` calls is `#[inline(always)]`.
pub(crate) trait Task {
    type Output;
    fn run(self) -> Self::Output;
}

/// Vectors of N words of 64 bits. A value of this type is the proof that the CPU has the instructions.
pub(crate) trait Lanes<const N: usize>: Copy {
    type Words: Copy;

    fn splat(self, x: u64) -> Self::Words;
    fn load(self, words: &[u64; N]) -> Self::Words;
    fn store(self, x: Self::Words, words: &mut [u64; N]);

    fn xor(self, x: Self::Words, y: Self::Words) -> Self::Words;
    /// x ^ y ^ z
    fn xor3(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;
    /// x ^ (!y & z)
    fn xor_and_not(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;
    /// Rotates each word by LEFT bits to the left; RIGHT is 64 - LEFT.
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: Self::Words) -> Self::Words;

    /// Takes the 56 little-endian numbers of 23 bits in 168 bytes, of which each has 3 bytes, and puts those below `bound`
    /// at `out[len..]`, in order. Gives the new length. `len` is at most 255; what is behind the new length in `out` is
    /// undefined. At least the 40 bytes after the 168 are zero.
    fn append_below(self, bound: u32, block: &[u64; 26], out: &mut [u32; 320], len: usize) -> usize;

    /// Exchanges rows and columns.
    #[inline(always)]
    fn transpose(self, rows: &[[u32; 16]; 16]) -> [[u32; 16]; 16] {
        let mut columns = [[0; 16]; 16];
        for (i, column) in columns.iter_mut().enumerate() {
            for (x, row) in column.iter_mut().zip(rows) {
                *x = row[i];
            }
        }
        columns
    }
}
