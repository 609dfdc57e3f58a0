//! Vector instructions of x86-64 as safe functions: the one file here with `unsafe`.
//!
//! An intrinsic is unsafe to call because a CPU without the instruction stops the program or does something else. A *token*
//! is a value that exists only after [`cpufeatures`] has found the instructions, and the operating system's support for
//! their registers; its methods are the intrinsics. Every `unsafe` is in one of two places:
//!
//! - in the macro `token!`, where the token is the proof;
//! - in [`vector_of_words`] and [`words_of_vector`], between types of one size without invalid values.

#![allow(unsafe_code, reason = "explained above; denied everywhere else")]

use core::arch::x86_64::{__m512i, __mmask8};

/// A function to compile with the instructions of a token. Whatever it calls is `#[inline(always)]`: what is not inlined
/// is compiled without them. (So are closures, unless they are marked too.)
pub(crate) trait Task {
    type Output;
    fn run(self) -> Self::Output;
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
            /// The token, if this CPU and its operating system have the instructions. They are asked once.
            pub(crate) fn detect() -> Option<Self> {
                $detect::get().then_some(Self(()))
            }

            /// Runs a task that is compiled with the instructions.
            #[inline]
            pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
                $(#[target_feature(enable = $feature)])+
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

token! {
    /// The proof that the CPU, and the operating system, can do AVX-512 F and IFMA.
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

/// The lowest lane is the first word.
#[inline(always)]
pub(crate) fn vector_of_words(words: [u64; 8]) -> __m512i {
    // SAFETY: both have 64 bytes, and every value of these is valid for both.
    unsafe { core::mem::transmute(words) }
}

#[inline(always)]
pub(crate) fn words_of_vector(vector: __m512i) -> [u64; 8] {
    // SAFETY: as above.
    unsafe { core::mem::transmute(vector) }
}
