//! The schedule on AVX2 and on AVX-512.

use core::arch::x86_64::__m256i;

use super::rounds::ScheduleLanes;
use crate::x86::{ScheduleAvx2, ScheduleAvx512, vector256_of_bytes, vector256_of_words, words_of_vector256};

/// The bytes of each word in reverse order, in each half.
const SWAP: [u8; 32] = {
    let mut order = [0; 32];
    let mut i = 0;
    while i < 32 {
        order[i] = ((i % 16) ^ 7) as u8;
        i += 1;
    }
    order
};

#[inline(always)]
fn join(first: &[u8; 16], second: &[u8; 16]) -> __m256i {
    let mut both = [0; 32];
    both[..16].copy_from_slice(first);
    both[16..].copy_from_slice(second);
    vector256_of_bytes(both)
}

/// What both have by the same names.
macro_rules! common {
    () => {
        type Words = __m256i;

        #[inline(always)]
        fn load(self, first: &[u8; 16], second: &[u8; 16]) -> __m256i {
            self._mm256_shuffle_epi8(join(first, second), vector256_of_bytes(SWAP))
        }

        #[inline(always)]
        fn store(self, x: __m256i) -> [u64; 4] {
            words_of_vector256(x)
        }

        #[inline(always)]
        fn add(self, x: __m256i, y: __m256i) -> __m256i {
            self._mm256_add_epi64(x, y)
        }

        #[inline(always)]
        fn vector(self, words: [u64; 4]) -> __m256i {
            vector256_of_words(words)
        }

        #[inline(always)]
        fn middle(self, x: __m256i, y: __m256i) -> __m256i {
            self._mm256_alignr_epi8::<8>(y, x)
        }
    };
}

impl ScheduleAvx2 {
    #[inline(always)]
    fn rotate_right<const RIGHT: i32, const LEFT: i32>(self, x: __m256i) -> __m256i {
        let (right, left) = (self._mm256_srli_epi64::<RIGHT>(x), self._mm256_slli_epi64::<LEFT>(x));
        self._mm256_or_si256(right, left)
    }

    #[inline(always)]
    fn xor_3(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
        self._mm256_xor_si256(self._mm256_xor_si256(x, y), z)
    }
}

impl ScheduleLanes for ScheduleAvx2 {
    common!();

    #[inline(always)]
    fn sigma_0(self, x: __m256i) -> __m256i {
        let shifted = self._mm256_srli_epi64::<7>(x);
        self.xor_3(self.rotate_right::<1, 63>(x), self.rotate_right::<8, 56>(x), shifted)
    }

    #[inline(always)]
    fn sigma_1(self, x: __m256i) -> __m256i {
        let shifted = self._mm256_srli_epi64::<6>(x);
        self.xor_3(self.rotate_right::<19, 45>(x), self.rotate_right::<61, 3>(x), shifted)
    }
}

/// The truth table of x ^ y ^ z.
pub(super) const XOR_3: i32 = 0x96;

/// The truth table of what two or three of x, y and z have in common.
pub(super) const MAJORITY: i32 = 0xe8;

impl ScheduleLanes for ScheduleAvx512 {
    common!();

    #[inline(always)]
    fn sigma_0(self, x: __m256i) -> __m256i {
        let (one, eight) = (self._mm256_ror_epi64::<1>(x), self._mm256_ror_epi64::<8>(x));
        self._mm256_ternarylogic_epi64::<XOR_3>(one, eight, self._mm256_srli_epi64::<7>(x))
    }

    #[inline(always)]
    fn sigma_1(self, x: __m256i) -> __m256i {
        let (one, eight) = (self._mm256_ror_epi64::<19>(x), self._mm256_ror_epi64::<61>(x));
        self._mm256_ternarylogic_epi64::<XOR_3>(one, eight, self._mm256_srli_epi64::<6>(x))
    }
}
