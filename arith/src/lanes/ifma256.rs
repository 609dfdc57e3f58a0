//! AVX-512 IFMA, on vectors of 256 bits.

use core::arch::x86_64::__m256i;

use super::{FourLanes, Lanes};
use crate::x86::{Ifma256, vector256_of_words, words_of_vector256};

impl Lanes<4> for Ifma256 {
    type Vector = __m256i;

    #[inline(always)]
    fn splat(self, x: u64) -> __m256i {
        self._mm256_set1_epi64x(x.cast_signed())
    }

    #[inline(always)]
    fn load_transposed(self, rows: [&[u64; 4]; 4]) -> [__m256i; 4] {
        let [a, b, c, d] = rows.map(
            #[inline(always)]
            |row| vector256_of_words(*row),
        );
        // Words 0 and 2, and words 1 and 3, of two rows.
        let ab_02 = self._mm256_unpacklo_epi64(a, b);
        let ab_13 = self._mm256_unpackhi_epi64(a, b);
        let cd_02 = self._mm256_unpacklo_epi64(c, d);
        let cd_13 = self._mm256_unpackhi_epi64(c, d);
        [
            self._mm256_permute2x128_si256::<0x20>(ab_02, cd_02),
            self._mm256_permute2x128_si256::<0x20>(ab_13, cd_13),
            self._mm256_permute2x128_si256::<0x31>(ab_02, cd_02),
            self._mm256_permute2x128_si256::<0x31>(ab_13, cd_13),
        ]
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
    fn select(self, mask: u8, x: __m256i, y: __m256i) -> __m256i {
        self._mm256_mask_mov_epi64(y, mask, x)
    }

    #[inline(always)]
    fn sub_where(self, mask: u8, x: __m256i, y: __m256i) -> __m256i {
        self._mm256_mask_sub_epi64(y, mask, x, y)
    }

    #[inline(always)]
    fn and(self, x: __m256i, y: __m256i) -> __m256i {
        self._mm256_and_si256(x, y)
    }

    #[inline(always)]
    fn shift_left(self, x: __m256i, count: u32) -> __m256i {
        self._mm256_sllv_epi64(x, self.splat(count.into()))
    }

    #[inline(always)]
    fn shift_right(self, x: __m256i, count: u32) -> __m256i {
        self._mm256_srlv_epi64(x, self.splat(count.into()))
    }

    #[inline(always)]
    fn add_product_low(self, sum: __m256i, x: __m256i, y: __m256i) -> __m256i {
        self._mm256_madd52lo_epu64(sum, x, y)
    }

    #[inline(always)]
    fn add_product_high(self, sum: __m256i, x: __m256i, y: __m256i) -> __m256i {
        self._mm256_madd52hi_epu64(sum, x, y)
    }
}

impl FourLanes for Ifma256 {
    #[inline(always)]
    fn permute_where<const ORDER: i32>(self, mask: u8, x: __m256i) -> __m256i {
        self._mm256_mask_permutex_epi64::<ORDER>(x, mask, x)
    }

    #[inline(always)]
    fn zero_unless(self, mask: u8, x: __m256i) -> __m256i {
        self._mm256_maskz_mov_epi64(mask, x)
    }
}
