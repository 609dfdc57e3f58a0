//! AVX-512: eight lanes, rotations and functions of three inputs.

use core::arch::x86_64::__m512i;

use super::{Factors, Lanes, Way};
use crate::x86::{Avx512, half_words_of_vector, vector_of_half_words, vector_of_words, words_of_vector};

impl Lanes<8> for Avx512 {
    type Words = __m512i;
    const PRODUCTS: Way = Way::Quotient;

    #[inline(always)]
    fn splat(self, x: u64) -> __m512i {
        self._mm512_set1_epi64(x.cast_signed())
    }

    #[inline(always)]
    fn load(self, words: &[u64; 8]) -> __m512i {
        vector_of_words(*words)
    }

    #[inline(always)]
    fn store(self, x: __m512i, words: &mut [u64; 8]) {
        *words = words_of_vector(x);
    }

    #[inline(always)]
    fn xor(self, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_xor_si512(x, y)
    }

    #[inline(always)]
    fn xor3(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
        self._mm512_ternarylogic_epi64::<{ truth_table(false) }>(x, y, z)
    }

    #[inline(always)]
    fn xor_and_not(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
        self._mm512_ternarylogic_epi64::<{ truth_table(true) }>(x, y, z)
    }

    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: __m512i) -> __m512i {
        self._mm512_rol_epi64::<LEFT>(x)
    }

    #[inline(always)]
    fn append_below(self, bound: u32, block: &[u64; 26], out: &mut [u32; 320], mut len: usize) -> usize {
        let bound = self._mm512_set1_epi32(bound.cast_signed());
        for sixteen in 0..4 {
            let words: [u64; 8] = core::array::from_fn(
                #[inline(always)]
                |i| block[6 * sixteen + i],
            );
            let quarters = self._mm512_permutexvar_epi32(vector_of_words(TWELVE_BYTES), vector_of_words(words));
            let numbers = self._mm512_shuffle_epi8(quarters, vector_of_words(THREE_BYTES));
            let numbers = self._mm512_and_si512(numbers, self._mm512_set1_epi32(0x7f_ffff));
            // The last eight of the 56 numbers.
            let there = if sixteen < 3 { 0xffff } else { 0x00ff };
            let below = self._mm512_mask_cmplt_epi32_mask(there, numbers, bound);
            let kept = half_words_of_vector(self._mm512_maskz_compress_epi32(below, numbers));
            out[len..len + 16].copy_from_slice(&kept); // len + 16 <= 255 + 48 + 16
            len += below.count_ones() as usize;
        }
        len
    }

    #[inline(always)]
    fn transpose(self, rows: &[[u32; 16]; 16]) -> [[u32; 16]; 16] {
        let mut x = [self.splat(0); 16];
        for (x, row) in x.iter_mut().zip(rows) {
            *x = vector_of_half_words(*row);
        }
        // Each quarter of y[2 i] and y[2 i + 1] has two columns of rows 2 i and 2 i + 1.
        let mut y = x;
        for i in 0..8 {
            y[2 * i] = self._mm512_unpacklo_epi32(x[2 * i], x[2 * i + 1]);
            y[2 * i + 1] = self._mm512_unpackhi_epi32(x[2 * i], x[2 * i + 1]);
        }
        // The quarters of x[4 i + m] have columns m, 4 + m, 8 + m and 12 + m of rows 4 i to 4 i + 3.
        for i in 0..4 {
            x[4 * i] = self._mm512_unpacklo_epi64(y[4 * i], y[4 * i + 2]);
            x[4 * i + 1] = self._mm512_unpackhi_epi64(y[4 * i], y[4 * i + 2]);
            x[4 * i + 2] = self._mm512_unpacklo_epi64(y[4 * i + 1], y[4 * i + 3]);
            x[4 * i + 3] = self._mm512_unpackhi_epi64(y[4 * i + 1], y[4 * i + 3]);
        }
        let mut columns = [[0; 16]; 16];
        for m in 0..4 {
            // Quarters 0 and 1, or 2 and 3, of two each.
            let low = self._mm512_shuffle_i32x4::<0x44>(x[m], x[4 + m]);
            let high = self._mm512_shuffle_i32x4::<0xee>(x[m], x[4 + m]);
            let low2 = self._mm512_shuffle_i32x4::<0x44>(x[8 + m], x[12 + m]);
            let high2 = self._mm512_shuffle_i32x4::<0xee>(x[8 + m], x[12 + m]);
            columns[m] = half_words_of_vector(self._mm512_shuffle_i32x4::<0x88>(low, low2));
            columns[4 + m] = half_words_of_vector(self._mm512_shuffle_i32x4::<0xdd>(low, low2));
            columns[8 + m] = half_words_of_vector(self._mm512_shuffle_i32x4::<0x88>(high, high2));
            columns[12 + m] = half_words_of_vector(self._mm512_shuffle_i32x4::<0xdd>(high, high2));
        }
        columns
    }

    #[inline(always)]
    fn butterflies<const Q: u32>(self, x: &mut [u32; 16], y: &mut [u32; 16], factors: &Factors) {
        let wide = vector_of_half_words(*x);
        let product = multiply::<Q>(self, vector_of_half_words(*y), factors);
        let above = self._mm512_add_epi32(wide, self._mm512_set1_epi32((2 * Q).cast_signed()));
        *x = half_words_of_vector(self._mm512_add_epi32(wide, product));
        *y = half_words_of_vector(self._mm512_sub_epi32(above, product));
    }

    #[inline(always)]
    fn inverse_butterflies<const Q: u32>(self, x: &mut [u32; 16], y: &mut [u32; 16], bound: u32, factors: &Factors) {
        let (upper, lower) = (vector_of_half_words(*x), vector_of_half_words(*y));
        let above = self._mm512_add_epi32(upper, self._mm512_set1_epi32(bound.cast_signed()));
        *x = half_words_of_vector(self._mm512_add_epi32(upper, lower));
        let difference = self._mm512_sub_epi32(above, lower);
        *y = half_words_of_vector(multiply::<Q>(self, difference, factors));
    }

    #[inline(always)]
    fn reduce_products<const Q: u32>(self, rows: &mut [[u32; 16]; 16], factors: &Factors) {
        for row in rows {
            let product = multiply::<Q>(self, vector_of_half_words(*row), factors);
            let less = self._mm512_sub_epi32(product, self._mm512_set1_epi32(Q.cast_signed()));
            *row = half_words_of_vector(self._mm512_min_epu32(product, less));
        }
    }
}

/// x by the factors, modulo q, and less than 2 q, by the quotients.
#[inline(always)]
fn multiply<const Q: u32>(avx512: Avx512, x: __m512i, factors: &Factors) -> __m512i {
    let (value, quotient) = (
        vector_of_half_words(factors.value),
        vector_of_half_words(factors.second),
    );
    let even = avx512._mm512_mul_epu32(x, quotient);
    let odd = avx512._mm512_mul_epu32(
        avx512._mm512_srli_epi64::<32>(x),
        avx512._mm512_srli_epi64::<32>(quotient),
    );
    // The high halves of `odd` stay, and those of `even` come to the low halves.
    let high = avx512._mm512_mask_shuffle_epi32::<0xf5>(odd, 0x5555, even);
    avx512._mm512_sub_epi32(
        avx512._mm512_mullo_epi32(x, value),
        avx512._mm512_mullo_epi32(high, avx512._mm512_set1_epi32(Q.cast_signed())),
    )
}

/// Of x ^ y ^ z, or of x ^ (!y & z), at 4 x + 2 y + z.
const fn truth_table(and_not: bool) -> i32 {
    let mut table = 0;
    let mut i = 0;
    while i < 8 {
        let (x, y, z) = (i >> 2 & 1, i >> 1 & 1, i & 1);
        let bit = if and_not { x ^ ((1 - y) & z) } else { x ^ y ^ z };
        table |= bit << i;
        i += 1;
    }
    table
}

/// The 32-bit words for each quarter: three, and one that is ignored.
const TWELVE_BYTES: [u64; 8] = {
    let mut words = [0; 8];
    let mut i = 0;
    while i < 8 {
        let first = i as u64 / 2 * 3 + i as u64 % 2 * 2;
        words[i] = first | (first + 1) << 32;
        i += 1;
    }
    words
};

/// Four times three bytes of each quarter, with a zero byte after each.
const THREE_BYTES: [u64; 8] = {
    let (low, high) = (0x8005_0403_8002_0100, 0x800b_0a09_8008_0706);
    [low, high, low, high, low, high, low, high]
};
