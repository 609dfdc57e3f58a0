//! Vector instructions for Keccak and ML-DSA: detection of the CPU, and the only place that selects a backend.
//!
//! Code is written once, as a [`Task`] over [`Lanes`], and compiled for each instruction set.

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod avx512;
mod baseline;
mod factors;
#[cfg(test)]
pub(crate) mod tests;

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::{self, Avx2, Avx512, Avx512Vl};
pub(crate) use baseline::Baseline;
pub(crate) use factors::Factors;
use factors::multiply;

/// The instructions that Keccak and ML-DSA use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backend {
    /// The instructions that every CPU of the target has: one lane.
    Baseline,
    /// AVX2, BMI1 and BMI2: four lanes.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx2(Avx2),
    /// AVX-512 F, BW and VL: eight lanes.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Avx512(Avx512, Avx512Vl, Avx2),
}

impl Backend {
    /// The best backend for this CPU. The CPU is queried once in a process.
    pub(crate) fn detect() -> Self {
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        if let Some(avx2) = Avx2::detect() {
            return Self::avx512(avx2).unwrap_or(Self::Avx2(avx2));
        }
        Self::Baseline
    }

    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    fn avx512(avx2: Avx2) -> Option<Self> {
        Some(Self::Avx512(Avx512::detect()?, Avx512Vl::detect()?, avx2))
    }

    /// Runs a task with as many lanes as the CPU supports.
    pub(crate) fn run_widest<T: Task>(self, task: T) -> T::Output {
        match self {
            Self::Baseline => task.run(Baseline),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(avx2) => avx2.run(WithToken(avx2, task)),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(avx512, ..) => avx512.run(WithToken(avx512, task)),
        }
    }

    /// Runs a task that is mostly plain loops, or scalar: not with AVX-512, with which compilers make such code several
    /// times slower.
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            Self::Baseline => task.run(Baseline),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(avx2) | Self::Avx512(.., avx2) => avx2.run(WithToken(avx2, task)),
        }
    }

    /// Runs a task on single words: with AVX-512 in its vectors, which have more registers than there are general ones,
    /// rotations and functions of three inputs.
    pub(crate) fn run_single<T: SingleTask>(self, task: T) {
        match self {
            Self::Baseline => task.run(Baseline),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx2(avx2) => avx2.run(WithToken(Baseline, task)),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Self::Avx512(_, vl, _) => vl.run(WithToken(vl, task)),
        }
    }

    /// All backends that this CPU supports, for tests.
    #[cfg(test)]
    pub(crate) fn all() -> std::vec::Vec<Self> {
        let mut all = std::vec![Self::Baseline];
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        if let Some(avx2) = Avx2::detect() {
            all.push(Self::Avx2(avx2));
            all.extend(Self::avx512(avx2));
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

/// A function that is compiled for each instruction set: for the methods of [`Lanes`] explicitly, and for its loops by
/// the compiler. Everything that it calls is `#[inline(always)]`: code that is not inlined, such as some closures, is
/// compiled for the baseline.
pub(crate) trait Task {
    type Output;
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Self::Output;
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct WithToken<L, T>(L, T);

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<T: Task> x86::Task for WithToken<Avx2, T> {
    type Output = T::Output;

    #[inline(always)]
    fn run(self) -> T::Output {
        self.1.run(self.0)
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<T: Task> x86::Task for WithToken<Avx512, T> {
    type Output = T::Output;

    #[inline(always)]
    fn run(self) -> T::Output {
        self.1.run(self.0)
    }
}

/// As [`Task`], on single words.
pub(crate) trait SingleTask {
    fn run<S: Single>(self, single: S);
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<S: Single, T: SingleTask> x86::Task for WithToken<S, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.1.run(self.0);
    }
}

/// A function that is compiled with the instructions of those lanes that call it.
pub(crate) trait Function {
    fn call(self);
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
struct Called<F>(F);

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<F: Function> x86::Task for Called<F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.0.call();
    }
}

/// How to multiply modulo q by a constant, whichever is faster.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// By the constant's quotient by q: the high half of one product, and the low halves of two.
    Quotient,
    /// By Montgomery: the high halves of two products, and the low half of one. This is for vectors without the low halves.
    Montgomery,
}

/// Operations on one or more words of 64 bits.
pub(crate) trait Bitwise: Copy {
    type Words: Copy;

    fn splat(self, x: u64) -> Self::Words;
    fn xor(self, x: Self::Words, y: Self::Words) -> Self::Words;
    /// x ^ y ^ z
    fn xor3(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;
    /// x ^ (!y & z)
    fn xor_and_not(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words;
    /// Rotates each word by LEFT bits to the left; RIGHT is 64 - LEFT.
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: Self::Words) -> Self::Words;
}

/// Operations on one word.
pub(crate) trait Single: Bitwise {
    fn word(self, x: Self::Words) -> u64;
}

/// Vectors of N words of 64 bits. A value of this type is the proof that the CPU has the instructions.
pub(crate) trait Lanes<const N: usize>: Bitwise {
    const PRODUCTS: Way;
    /// 21 words of one lane, which are a block of SHAKE128.
    type Block: Copy;

    fn load(self, words: &[u64; N]) -> Self::Words;
    fn store(self, x: Self::Words, words: &mut [u64; N]);

    /// Calls a function that is not inlined here: with a frame of its own on the stack, which is small, so that its
    /// instructions have short addresses. LLVM has inlined the permutation of Keccak into functions with large frames, in
    /// which it took half as long again.
    fn call(self, function: impl Function);

    /// The first 21 words of each lane.
    fn blocks(self, words: &[Self::Words; 25]) -> [Self::Block; N];

    /// Reads the 56 little-endian numbers of 23 bits from a block, 3 bytes for each, and appends those less than `bound`
    /// to `out[..len]`, in order. Returns the new length. `len` is at most 255; the contents of `out` after the new length
    /// are undefined.
    fn append_below(self, bound: u32, block: &Self::Block, out: &mut [[u32; 16]; 20], len: usize) -> usize;

    /// The sums of the products of the pairs, column by column in row `row`, divided by 2^32 modulo q. Sums are less than
    /// 2^32 q, and results are less than 2 q.
    #[inline(always)]
    fn sums_of_products<const Q: u32>(self, x: &[&[[u32; 16]; 16]], y: &[&[[u32; 16]; 16]], row: usize) -> [u32; 16] {
        factors::sums_of_products::<Q>(x, y, row)
    }

    /// The first eight numbers of BITS bits (at most 25) in the bytes, low bits first.
    #[inline(always)]
    fn unpack<const BITS: usize>(self, bytes: &[u8; 32]) -> [u32; 8] {
        let mut numbers = [0; 8];
        for (i, x) in numbers.iter_mut().enumerate() {
            let at = i * BITS / 8;
            let word = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
            *x = (word >> (i * BITS % 8)) & ((1 << BITS) - 1);
        }
        numbers
    }

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

    /// Where p is y by the factors, modulo q: x becomes x + p, and y becomes x - p, modulo q, and less than 2 q above x.
    #[inline(always)]
    fn butterflies<const Q: u32>(self, x: &mut [u32; 16], y: &mut [u32; 16], factors: &Factors) {
        for i in 0..16 {
            let product = multiply::<Q>(Self::PRODUCTS, y[i], factors, i);
            y[i] = x[i] + 2 * Q - product;
            x[i] += product;
        }
    }

    /// x becomes x + y, and y becomes x - y by the factors, modulo q, and less than 2 q. `bound` is a multiple of q that no y
    /// exceeds.
    #[inline(always)]
    fn inverse_butterflies<const Q: u32>(self, x: &mut [u32; 16], y: &mut [u32; 16], bound: u32, factors: &Factors) {
        for i in 0..16 {
            let difference = x[i] + (bound - y[i]);
            x[i] += y[i];
            y[i] = multiply::<Q>(Self::PRODUCTS, difference, factors, i);
        }
    }

    /// Each x becomes x by the factor, modulo q, and less than q. The factors of all columns are the same.
    #[inline(always)]
    fn reduce_products<const Q: u32>(self, rows: &mut [[u32; 16]; 16], factors: &Factors) {
        for x in rows.as_flattened_mut() {
            let product = multiply::<Q>(Self::PRODUCTS, *x, factors, 0);
            // The one of the two that did not wrap around.
            *x = product.min(product.wrapping_sub(Q));
        }
    }
}
