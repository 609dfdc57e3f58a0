//! AVX-512 IFMA, on vectors of 512 bits.

use core::arch::x86_64::__m512i;

use super::{EightLanes, Lanes};
use crate::x86::{Ifma512, vector_of_words, words_of_vector};

/// Two rows side by side.
#[inline(always)]
fn beside(left: &[u64; 4], right: &[u64; 4]) -> __m512i {
    let [a, b, c, d] = *left;
    let [e, f, g, h] = *right;
    vector_of_words([a, b, c, d, e, f, g, h])
}

impl Lanes<8> for Ifma512 {
    type Vector = __m512i;

    #[inline(always)]
    fn splat(self, x: u64) -> __m512i {
        self._mm512_set1_epi64(x.cast_signed())
    }

    #[inline(always)]
    fn load_transposed(self, rows: [&[u64; 4]; 8]) -> [__m512i; 4] {
        let [a, b, c, d, e, f, g, h] = rows;
        let (ac, bd) = (beside(a, c), beside(b, d));
        let (eg, fh) = (beside(e, g), beside(f, h));
        // Words 0, 2, 0, 2, and words 1, 3, 1, 3, of two rows and then of the next two.
        let abcd_02 = self._mm512_unpacklo_epi64(ac, bd);
        let abcd_13 = self._mm512_unpackhi_epi64(ac, bd);
        let efgh_02 = self._mm512_unpacklo_epi64(eg, fh);
        let efgh_13 = self._mm512_unpackhi_epi64(eg, fh);
        [
            self._mm512_shuffle_i64x2::<0b10_00_10_00>(abcd_02, efgh_02),
            self._mm512_shuffle_i64x2::<0b10_00_10_00>(abcd_13, efgh_13),
            self._mm512_shuffle_i64x2::<0b11_01_11_01>(abcd_02, efgh_02),
            self._mm512_shuffle_i64x2::<0b11_01_11_01>(abcd_13, efgh_13),
        ]
    }

    #[inline(always)]
    fn store(self, x: __m512i) -> [u64; 8] {
        words_of_vector(x)
    }

    #[inline(always)]
    fn add(self, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_add_epi64(x, y)
    }

    #[inline(always)]
    fn select(self, mask: u8, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_mask_mov_epi64(y, mask, x)
    }

    #[inline(always)]
    fn sub_where(self, mask: u8, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_mask_sub_epi64(y, mask, x, y)
    }

    #[inline(always)]
    fn and(self, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_and_si512(x, y)
    }

    #[inline(always)]
    fn shift_left(self, x: __m512i, count: u32) -> __m512i {
        self._mm512_sllv_epi64(x, self.splat(count.into()))
    }

    #[inline(always)]
    fn shift_right(self, x: __m512i, count: u32) -> __m512i {
        self._mm512_srlv_epi64(x, self.splat(count.into()))
    }

    #[inline(always)]
    fn add_product_low(self, sum: __m512i, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_madd52lo_epu64(sum, x, y)
    }

    #[inline(always)]
    fn add_product_high(self, sum: __m512i, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_madd52hi_epu64(sum, x, y)
    }
}

impl EightLanes for Ifma512 {
    #[inline(always)]
    fn permute_fours_where<const ORDER: i32>(self, mask: u8, x: __m512i) -> __m512i {
        self._mm512_mask_permutex_epi64::<ORDER>(x, mask, x)
    }

    #[inline(always)]
    fn zero_unless(self, mask: u8, x: __m512i) -> __m512i {
        self._mm512_maskz_mov_epi64(mask, x)
    }
}
