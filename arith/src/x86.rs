//! Vector instructions of x86-64 as safe functions: the only file here with `unsafe`.
//!
//! An intrinsic is unsafe to call because a CPU without the instruction stops the program or does something else. A *token*
//! is a value that exists only after [`cpufeatures`] has found the instructions, and the operating system's support for
//! their registers; its methods are the intrinsics. Every `unsafe` is in one of two places:
//!
//! - in the macro `token!`, where the token is the proof;
//! - in the macro `conversions!`, between types of one size without invalid values.

#![allow(unsafe_code, reason = "explained above; denied everywhere else")]

#[cfg(any(feature = "rsa", feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
use core::arch::x86_64::__mmask8;
#[cfg(feature = "ml-dsa")]
use core::arch::x86_64::{__m128i, __m256, __mmask16};
use core::arch::x86_64::{__m256i, __m512i};

/// A function to compile with the instructions of a token. Everything that it calls is `#[inline(always)]`: code that
/// is not inlined is compiled without them. (This includes closures, unless they are marked too.)
pub(crate) trait Task {
    type Output;
    fn run(self) -> Self::Output;
}

/// Builds with `--cfg kms_verify_backend="avx2"` do without AVX-512, so that what other CPUs run can be tested and timed
/// on any.
fn allowed(features: &[&str]) -> bool {
    !cfg!(kms_verify_backend = "avx2") || features.iter().all(|feature| !feature.starts_with("avx512"))
}

/// Declares a token: its CPU features, and the intrinsics that need no others.
macro_rules! token {
    (
        $(#[$doc:meta])*
        $name:ident, $detect:ident: [$($feature:tt),+];
        $(fn $intrinsic:ident $(<const $immediate:ident: $integer:ty>)? ($($argument:ident: $type:ty),*) -> $result:ty;)*
    ) => {
        cpufeatures::new!($detect, $($feature),+);

        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name(());

        impl $name {
            /// The token, if this CPU and its operating system support the instructions. They are queried once.
            pub(crate) fn detect() -> Option<Self> {
                (allowed(&[$($feature),+]) && $detect::get()).then_some(Self(()))
            }

            /// Runs a task that is compiled with the instructions.
            #[inline]
            pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
                $(#[target_feature(enable = $feature)])+
                #[inline(never)]
                fn run<T: Task>(task: T) -> T::Output {
                    task.run()
                }
                // SAFETY: `self` was made by `detect`, so the CPU has the features.
                unsafe { run(task) }
            }

            $(
                #[inline(always)]
                pub(crate) fn $intrinsic $(<const $immediate: $integer>)? (self, $($argument: $type),*) -> $result {
                    // SAFETY: `self` was made by `detect`, so the CPU has the features, and no argument is a pointer.
                    unsafe { core::arch::x86_64::$intrinsic $(::<$immediate>)? ($($argument),*) }
                }
            )*
        }
    };
}

#[cfg(feature = "rsa")]
token! {
    /// The proof that the CPU and the operating system support AVX-512 F and IFMA.
    Ifma, ifma: ["avx512f", "avx512ifma"];

    fn _mm512_set1_epi64(x: i64) -> __m512i;
    fn _mm512_add_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_and_si512(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_srli_epi64<const COUNT: u32>(x: __m512i) -> __m512i;
    fn _mm512_madd52lo_epu64(sum: __m512i, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_madd52hi_epu64(sum: __m512i, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_cmpgt_epu64_mask(x: __m512i, y: __m512i) -> __mmask8;
    fn _mm512_cmpeq_epu64_mask(x: __m512i, y: __m512i) -> __mmask8;
    fn _mm512_mask_add_epi64(unselected: __m512i, select: __mmask8, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_maskz_mov_epi64(select: __mmask8, x: __m512i) -> __m512i;
    fn _mm512_permutexvar_epi64(lanes: __m512i, x: __m512i) -> __m512i;
    fn _mm512_permutex2var_epi64(x: __m512i, lanes: __m512i, y: __m512i) -> __m512i;
    fn _mm512_alignr_epi64<const COUNT: i32>(high: __m512i, low: __m512i) -> __m512i;
}

#[cfg(feature = "ed25519")]
token! {
    /// The proof that the CPU, and the operating system, can do AVX-512 IFMA on vectors of 256 bits.
    Ifma256, ifma256: ["avx512f", "avx512vl", "avx512ifma"];

    fn _mm256_set1_epi64x(x: i64) -> __m256i;
    fn _mm256_add_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_mask_sub_epi64(unselected: __m256i, select: __mmask8, x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_and_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_sllv_epi64(x: __m256i, counts: __m256i) -> __m256i;
    fn _mm256_srlv_epi64(x: __m256i, counts: __m256i) -> __m256i;
    fn _mm256_madd52lo_epu64(sum: __m256i, x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_madd52hi_epu64(sum: __m256i, x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_unpacklo_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_unpackhi_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_permute2x128_si256<const HALVES: i32>(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_mask_permutex_epi64<const LANES: i32>(unselected: __m256i, select: __mmask8, x: __m256i) -> __m256i;
    fn _mm256_maskz_mov_epi64(select: __mmask8, x: __m256i) -> __m256i;
}

#[cfg(any(feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
token! {
    /// The proof that the CPU and the operating system support AVX-512 F and IFMA, as the lanes of curves use them.
    Ifma512, ifma512: ["avx512f", "avx512ifma"];

    fn _mm512_set1_epi64(x: i64) -> __m512i;
    fn _mm512_add_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_mask_sub_epi64(unselected: __m512i, select: __mmask8, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_and_si512(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_sllv_epi64(x: __m512i, counts: __m512i) -> __m512i;
    fn _mm512_srlv_epi64(x: __m512i, counts: __m512i) -> __m512i;
    fn _mm512_madd52lo_epu64(sum: __m512i, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_madd52hi_epu64(sum: __m512i, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpacklo_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpackhi_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_shuffle_i64x2<const QUARTERS: i32>(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_permutexvar_epi64(lanes: __m512i, x: __m512i) -> __m512i;
    fn _mm512_mask_mov_epi64(unselected: __m512i, select: __mmask8, x: __m512i) -> __m512i;
}

#[cfg(feature = "ml-dsa")]
token! {
    /// The proof that the CPU and the operating system support AVX2, BMI1, BMI2 and POPCNT.
    Avx2, avx2: ["avx2", "bmi1", "bmi2", "popcnt"];

    fn _mm_cvtsi64_si128(x: i64) -> __m128i;
    fn _mm256_set1_epi32(x: i32) -> __m256i;
    fn _mm256_set1_epi64x(x: i64) -> __m256i;
    fn _mm256_and_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_andnot_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_or_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_xor_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_slli_epi64<const COUNT: i32>(x: __m256i) -> __m256i;
    fn _mm256_srli_epi64<const COUNT: i32>(x: __m256i) -> __m256i;
    fn _mm256_cmpgt_epi32(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_castsi256_ps(x: __m256i) -> __m256;
    fn _mm256_movemask_ps(x: __m256) -> i32;
    fn _mm256_srlv_epi32(x: __m256i, counts: __m256i) -> __m256i;
    fn _mm256_shuffle_epi8(x: __m256i, bytes: __m256i) -> __m256i;
    fn _mm256_unpacklo_epi32(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_unpackhi_epi32(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_unpacklo_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_unpackhi_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_permute2x128_si256<const HALVES: i32>(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_permutevar8x32_epi32(x: __m256i, lanes: __m256i) -> __m256i;
    fn _mm256_cvtepu8_epi32(x: __m128i) -> __m256i;
}

#[cfg(feature = "ml-dsa")]
token! {
    /// The proof that the CPU and the operating system support AVX-512 F and BW, BMI1, BMI2 and POPCNT.
    Avx512, avx512: ["avx512f", "avx512bw", "bmi1", "bmi2", "popcnt"];

    fn _mm512_set1_epi32(x: i32) -> __m512i;
    fn _mm512_set1_epi64(x: i64) -> __m512i;
    fn _mm512_and_si512(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_xor_si512(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_ternarylogic_epi64<const TRUTH_TABLE: i32>(x: __m512i, y: __m512i, z: __m512i) -> __m512i;
    fn _mm512_rol_epi64<const COUNT: i32>(x: __m512i) -> __m512i;
    fn _mm512_add_epi32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_add_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_sub_epi32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_min_epu32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_mul_epu32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_mullo_epi32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_srli_epi64<const COUNT: u32>(x: __m512i) -> __m512i;
    fn _mm512_mask_shuffle_epi32<const LANES: i32>(unselected: __m512i, select: __mmask16, x: __m512i) -> __m512i;
    fn _mm512_mask_cmplt_epi32_mask(select: __mmask16, x: __m512i, y: __m512i) -> __mmask16;
    fn _mm512_maskz_compress_epi32(select: __mmask16, x: __m512i) -> __m512i;
    fn _mm512_permutexvar_epi32(lanes: __m512i, x: __m512i) -> __m512i;
    fn _mm512_permutex2var_epi32(x: __m512i, lanes: __m512i, y: __m512i) -> __m512i;
    fn _mm512_shuffle_epi8(x: __m512i, bytes: __m512i) -> __m512i;
    fn _mm512_unpacklo_epi32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpackhi_epi32(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpacklo_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpackhi_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_shuffle_i32x4<const QUARTERS: i32>(x: __m512i, y: __m512i) -> __m512i;
}

#[cfg(feature = "sha512")]
token! {
    /// The proof that the CPU and the operating system support AVX2, BMI1 and BMI2, as the schedule of SHA-512 uses them.
    ScheduleAvx2, schedule_avx2: ["avx2", "bmi1", "bmi2"];

    fn _mm256_add_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_srli_epi64<const COUNT: i32>(x: __m256i) -> __m256i;
    fn _mm256_shuffle_epi8(x: __m256i, bytes: __m256i) -> __m256i;
    fn _mm256_alignr_epi8<const BYTES: i32>(high: __m256i, low: __m256i) -> __m256i;
    fn _mm256_or_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_xor_si256(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_slli_epi64<const COUNT: i32>(x: __m256i) -> __m256i;
}

#[cfg(feature = "sha512")]
token! {
    /// The proof that the CPU and the operating system support the same, and AVX-512 F on vectors of 256 bits.
    ScheduleAvx512, schedule_avx512: ["avx512f", "avx512vl", "avx2", "bmi1", "bmi2"];

    fn _mm256_add_epi64(x: __m256i, y: __m256i) -> __m256i;
    fn _mm256_srli_epi64<const COUNT: i32>(x: __m256i) -> __m256i;
    fn _mm256_shuffle_epi8(x: __m256i, bytes: __m256i) -> __m256i;
    fn _mm256_alignr_epi8<const BYTES: i32>(high: __m256i, low: __m256i) -> __m256i;
    fn _mm256_ror_epi64<const COUNT: i32>(x: __m256i) -> __m256i;
    fn _mm256_ternarylogic_epi64<const TRUTH_TABLE: i32>(x: __m256i, y: __m256i, z: __m256i) -> __m256i;
}

/// Arrays as vectors, and back. The lowest lane is the first number.
macro_rules! conversions {
    ($($name:ident: $from:ty => $to:ty;)*) => {$(
        #[inline(always)]
        #[allow(dead_code, reason = "some belong to one feature only")]
        pub(crate) fn $name(x: $from) -> $to {
            // SAFETY: both have the same size, as the compiler checks, and every value of arrays and vectors of
            // integers is valid.
            unsafe { core::mem::transmute::<$from, $to>(x) }
        }
    )*};
}

conversions! {
    vector_of_words: [u64; 8] => __m512i;
    words_of_vector: __m512i => [u64; 8];
    vector_of_half_words: [u32; 16] => __m512i;
    half_words_of_vector: __m512i => [u32; 16];
    vector256_of_words: [u64; 4] => __m256i;
    words_of_vector256: __m256i => [u64; 4];
    vector256_of_half_words: [u32; 8] => __m256i;
    half_words_of_vector256: __m256i => [u32; 8];
    vector256_of_bytes: [u8; 32] => __m256i;
}
