//! Vector instructions of x86-64 as safe functions: the only file here with `unsafe`.
//!
//! An intrinsic is unsafe to call because a CPU without the instruction stops the program or does something else. A *token*
//! is a value that exists only if the CPU has the instructions, and the operating system supports their registers; its
//! methods are the intrinsics. Every `unsafe` is in one of three places:
//!
//! - in `query_cpu`, which asks the CPU what it has;
//! - in the macro `token!`, where the token is the proof;
//! - in the macro `conversions!`, between types of one size without invalid values.

#![allow(unsafe_code, reason = "explained above; denied everywhere else")]

#[cfg(any(feature = "ml-dsa", feature = "sha512"))]
use core::arch::x86_64::__m128i;
#[cfg(any(feature = "rsa", feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
use core::arch::x86_64::__mmask8;
#[cfg(not(any(miri, target_env = "sgx", target_os = "none", target_os = "uefi")))]
use core::arch::x86_64::{__cpuid_count, _XCR_XFEATURE_ENABLED_MASK, _xgetbv};
#[cfg(feature = "ml-dsa")]
use core::arch::x86_64::{__m256, __mmask16};
use core::arch::x86_64::{__m256i, __m512i};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A function to compile with the instructions of a token. Everything that it calls is `#[inline(always)]`: code that
/// is not inlined is compiled without them. (This includes closures, unless they are marked too.)
pub(crate) trait Task {
    type Output;
    fn run(self) -> Self::Output;
}

/// Sets of CPU features: EBX of CPUID leaf 7 in the lower half, ECX of leaf 1 in the upper half.
type Features = u64;

const fn leaf_1_ecx(bit: u32) -> Features {
    1 << (32 + bit)
}

const fn leaf_7_ebx(bit: u32) -> Features {
    1 << bit
}

/// Whether the CPU is of AMD's family 19h, in a bit that CPUID reserves.
const FAMILY_19H: Features = leaf_1_ecx(16);

const AVX: Features = leaf_1_ecx(28);
const AVX512F: Features = leaf_7_ebx(16);

/// The feature, and those that the compiler takes for granted with it, but for SSE, which every CPU with AVX has.
const fn features_of(name: &str) -> Features {
    const FMA: Features = leaf_1_ecx(12);
    const F16C: Features = leaf_1_ecx(29);
    match name.as_bytes() {
        b"popcnt" => leaf_1_ecx(23),
        b"bmi1" => leaf_7_ebx(3),
        b"bmi2" => leaf_7_ebx(8),
        b"avx2" => AVX | leaf_7_ebx(5),
        b"avx512f" => features_of("avx2") | FMA | F16C | AVX512F,
        b"avx512ifma" => features_of("avx512f") | leaf_7_ebx(21),
        b"avx512bw" => features_of("avx512f") | leaf_7_ebx(30),
        b"avx512vl" => features_of("avx512f") | leaf_7_ebx(31),
        _ => panic!("unknown feature"),
    }
}

/// What this CPU has, and the operating system supports. The CPU is queried once for all tokens: in a virtual machine, each
/// CPUID takes several microseconds.
fn detected_features() -> Features {
    static DETECTED: AtomicU64 = AtomicU64::new(0);
    // A feature without a name, so that 0 means that the CPU was not queried.
    const QUERIED: Features = leaf_1_ecx(31);
    match DETECTED.load(Relaxed) {
        0 => {
            let features = query_cpu() | QUERIED;
            DETECTED.store(features, Relaxed);
            features
        }
        features => features,
    }
}

/// Whether the CPU is of AMD's family 19h, in which those with AVX-512 are the Zen 4. This decides which of two ways is
/// faster, and nothing else.
#[allow(dead_code, reason = "belongs to one feature only")]
pub(crate) fn is_zen_4() -> bool {
    detected_features() & FAMILY_19H != 0
}

/// Nothing where CPUID does not exist (SGX, Miri), or nobody saves the registers (programs without an operating system).
#[cfg(any(miri, target_env = "sgx", target_os = "none", target_os = "uefi"))]
fn query_cpu() -> Features {
    0
}

#[cfg(not(any(miri, target_env = "sgx", target_os = "none", target_os = "uefi")))]
#[cold]
#[allow(unused_unsafe, reason = "__cpuid_count is safe in new compilers")]
fn query_cpu() -> Features {
    const OSXSAVE: Features = leaf_1_ecx(27);

    // SAFETY: every CPU of this target has CPUID.
    let leaf_1 = unsafe { __cpuid_count(1, 0) };
    let features = with_family(leaf_1.eax, u64::from(leaf_1.ecx) << 32);
    if features & OSXSAVE == 0 || features & AVX == 0 {
        return 0;
    }
    // SAFETY: as above. Leaf 7 exists, because every CPU with XSAVE has leaf 13, which describes it.
    let leaf_7 = unsafe { __cpuid_count(7, 0) };
    // SAFETY: OSXSAVE says that the operating system has enabled XGETBV.
    let xcr0 = unsafe { _xgetbv(_XCR_XFEATURE_ENABLED_MASK) };
    with_saved_registers(features | u64::from(leaf_7.ebx), xcr0)
}

/// The features, and whether EAX of CPUID leaf 1 describes family 19h: its base family is 15, and 10 is added.
#[cfg(not(any(miri, target_env = "sgx", target_os = "none", target_os = "uefi")))]
const fn with_family(leaf_1_eax: u32, features: Features) -> Features {
    if leaf_1_eax & 0x0ff0_0f00 == 0x00a0_0f00 {
        features | FAMILY_19H
    } else {
        features & !FAMILY_19H
    }
}

/// The features whose registers the operating system saves, as XCR0 says. Builds with `--cfg kms_verify_backend="avx2"`
/// do without AVX-512, so that what other CPUs run can be tested and timed on any.
#[cfg(not(any(miri, target_env = "sgx", target_os = "none", target_os = "uefi")))]
const fn with_saved_registers(mut features: Features, xcr0: u64) -> Features {
    /// What XCR0 contains if vectors of 256 bits are saved, and of 512.
    const YMM: u64 = 0b0000_0110;
    const ZMM: u64 = 0b1110_0110;

    if xcr0 & YMM != YMM {
        features &= !AVX;
    }
    if xcr0 & ZMM != ZMM || cfg!(kms_verify_backend = "avx2") {
        features &= !AVX512F;
    }
    features
}

/// Declares a token: its CPU features, and the intrinsics that need no others.
macro_rules! token {
    (
        $(#[$doc:meta])*
        $name:ident: [$($feature:tt),+];
        $(fn $intrinsic:ident $(<const $immediate:ident: $integer:ty>)? ($($argument:ident: $type:ty),*) -> $result:ty;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name(());

        impl $name {
            /// The token, if this CPU and its operating system support the instructions. They are queried once.
            pub(crate) fn detect() -> Option<Self> {
                const NEEDED: Features = 0 $(| features_of($feature))+;
                (detected_features() & NEEDED == NEEDED).then_some(Self(()))
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

#[cfg(any(feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
token! {
    /// The proof that the CPU, and the operating system, can do AVX-512 IFMA on vectors of 256 bits.
    Ifma256: ["avx512f", "avx512vl", "avx512ifma"];

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
    fn _mm256_mask_mov_epi64(unselected: __m256i, select: __mmask8, x: __m256i) -> __m256i;
    fn _mm256_maskz_mov_epi64(select: __mmask8, x: __m256i) -> __m256i;
}

#[cfg(any(feature = "rsa", feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
token! {
    /// The proof that the CPU and the operating system support AVX-512 F and IFMA.
    Ifma512: ["avx512f", "avx512ifma"];

    fn _mm512_set1_epi64(x: i64) -> __m512i;
    fn _mm512_add_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_mask_add_epi64(unselected: __m512i, select: __mmask8, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_mask_sub_epi64(unselected: __m512i, select: __mmask8, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_and_si512(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_cmpgt_epu64_mask(x: __m512i, y: __m512i) -> __mmask8;
    fn _mm512_cmpeq_epu64_mask(x: __m512i, y: __m512i) -> __mmask8;
    fn _mm512_srli_epi64<const COUNT: u32>(x: __m512i) -> __m512i;
    fn _mm512_sllv_epi64(x: __m512i, counts: __m512i) -> __m512i;
    fn _mm512_srlv_epi64(x: __m512i, counts: __m512i) -> __m512i;
    fn _mm512_madd52lo_epu64(sum: __m512i, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_madd52hi_epu64(sum: __m512i, x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpacklo_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_unpackhi_epi64(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_shuffle_i64x2<const QUARTERS: i32>(x: __m512i, y: __m512i) -> __m512i;
    fn _mm512_mask_permutex_epi64<const LANES: i32>(unselected: __m512i, select: __mmask8, x: __m512i) -> __m512i;
    fn _mm512_permutexvar_epi64(lanes: __m512i, x: __m512i) -> __m512i;
    fn _mm512_permutex2var_epi64(x: __m512i, lanes: __m512i, y: __m512i) -> __m512i;
    fn _mm512_alignr_epi64<const COUNT: i32>(high: __m512i, low: __m512i) -> __m512i;
    fn _mm512_maskz_mov_epi64(select: __mmask8, x: __m512i) -> __m512i;
    fn _mm512_mask_mov_epi64(unselected: __m512i, select: __mmask8, x: __m512i) -> __m512i;
}

#[cfg(feature = "ml-dsa")]
token! {
    /// The proof that the CPU and the operating system support AVX2, BMI1, BMI2 and POPCNT.
    Avx2: ["avx2", "bmi1", "bmi2", "popcnt"];

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
    Avx512: ["avx512f", "avx512bw", "bmi1", "bmi2", "popcnt"];

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

#[cfg(feature = "ml-dsa")]
token! {
    /// The proof that the CPU and the operating system support AVX-512 F on vectors of 128 bits.
    Avx512Vl: ["avx512f", "avx512vl"];

    fn _mm_set1_epi64x(x: i64) -> __m128i;
    fn _mm_cvtsi128_si64(x: __m128i) -> i64;
    fn _mm_xor_si128(x: __m128i, y: __m128i) -> __m128i;
    fn _mm_ternarylogic_epi64<const TRUTH_TABLE: i32>(x: __m128i, y: __m128i, z: __m128i) -> __m128i;
    fn _mm_rol_epi64<const COUNT: i32>(x: __m128i) -> __m128i;
}

#[cfg(feature = "sha512")]
token! {
    /// The proof that the CPU and the operating system support AVX2, BMI1 and BMI2, as the schedule of SHA-512 uses them.
    ScheduleAvx2: ["avx2", "bmi1", "bmi2"];

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
    /// The proof that the CPU and the operating system support the same, and AVX-512 F on shorter vectors.
    ScheduleAvx512: ["avx512f", "avx512vl", "avx2", "bmi1", "bmi2"];

    fn _mm_cvtsi64_si128(x: i64) -> __m128i;
    fn _mm_cvtsi128_si64(x: __m128i) -> i64;
    fn _mm_add_epi64(x: __m128i, y: __m128i) -> __m128i;
    fn _mm_ror_epi64<const COUNT: i32>(x: __m128i) -> __m128i;
    fn _mm_ternarylogic_epi64<const TRUTH_TABLE: i32>(x: __m128i, y: __m128i, z: __m128i) -> __m128i;
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

#[cfg(all(test, not(miri)))]
mod tests {
    use super::{Avx2, Avx512, Avx512Vl, Features, Ifma256, Ifma512, ScheduleAvx2, ScheduleAvx512};
    use super::{FAMILY_19H, features_of, leaf_1_ecx, leaf_7_ebx, with_family, with_saved_registers};
    use std::arch::is_x86_feature_detected as has;

    const AVX512: bool = !cfg!(kms_verify_backend = "avx2");

    /// The standard library knows these features too.
    #[test]
    fn tokens_exist_where_the_standard_library_finds_their_features() {
        let avx2 = has!("avx2") && has!("bmi1") && has!("bmi2");
        let avx512 = AVX512 && has!("avx512f");
        let ifma = avx512 && has!("avx512ifma");
        let avx512bw = avx512 && has!("avx512bw") && avx2 && has!("popcnt");
        let avx512vl = avx512 && has!("avx512vl");
        for (token, detected, expected) in [
            ("Avx2", Avx2::detect().is_some(), avx2 && has!("popcnt")),
            ("Avx512", Avx512::detect().is_some(), avx512bw),
            ("Avx512Vl", Avx512Vl::detect().is_some(), avx512vl),
            ("Ifma256", Ifma256::detect().is_some(), ifma && avx512vl),
            ("Ifma512", Ifma512::detect().is_some(), ifma),
            ("ScheduleAvx2", ScheduleAvx2::detect().is_some(), avx2),
            ("ScheduleAvx512", ScheduleAvx512::detect().is_some(), avx512vl && avx2),
        ] {
            assert_eq!(detected, expected, "{token}");
        }
    }

    /// EAX of CPUID leaf 1 of a Zen 3, a Zen 4, a Zen 5, and of an Intel with AVX-512. The reserved bit does not matter.
    #[test]
    fn the_family_comes_from_eax() {
        for (eax, expected) in [
            (0x00a0_0f11, true),
            (0x00a1_0f11, true),
            (0x00b0_0f21, false),
            (0x0008_06f8, false),
        ] {
            for features in [0, Features::MAX] {
                assert_eq!(with_family(eax, features) & FAMILY_19H != 0, expected, "{eax:#x}");
                assert_eq!(with_family(eax, features) | FAMILY_19H, features | FAMILY_19H);
            }
        }
    }

    #[test]
    fn features_need_saved_registers_and_the_features_that_they_imply() {
        let has = |features: Features, xcr0, name| {
            let needed = features_of(name);
            with_saved_registers(features, xcr0) & needed == needed
        };
        const ALL: u64 = 0b1110_0111;
        // XCR0 without the state of SSE, AVX, the mask registers, and the halves of the vectors of 512 bits.
        for (missing, avx2, avx512) in [
            (0, true, AVX512),
            (1, false, false),
            (2, false, false),
            (5, true, false),
            (6, true, false),
            (7, true, false),
        ] {
            let xcr0 = if missing == 0 { ALL } else { ALL & !(1 << missing) };
            assert_eq!(has(Features::MAX, xcr0, "avx2"), avx2, "without bit {missing}");
            for name in ["avx512f", "avx512ifma", "avx512bw", "avx512vl"] {
                assert_eq!(has(Features::MAX, xcr0, name), avx512, "{name} without bit {missing}");
            }
            assert!(has(Features::MAX, xcr0, "bmi2"));
        }
        // A CPU, or a hypervisor, that hides one feature: AVX, AVX2, FMA and F16C.
        for hidden in [leaf_1_ecx(28), leaf_7_ebx(5), leaf_1_ecx(12), leaf_1_ecx(29)] {
            assert!(!has(!hidden, ALL, "avx512f"));
        }
        assert!(!has(!leaf_1_ecx(28), ALL, "avx2"));
    }
}
