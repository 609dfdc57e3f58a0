//! AVX-512: eight lanes, rotations and functions of three inputs.

use core::arch::x86_64::{__m128i, __m512i};

use super::factors::inverse_of_odd;
use super::{Bitwise, Called, Factors, Function, Lanes, Single, Way};
use crate::x86::{Avx512, Avx512Vl, half_words_of_vector, vector_of_half_words, vector_of_words, words_of_vector};

impl Bitwise for Avx512 {
    type Words = __m512i;

    #[inline(always)]
    fn splat(self, x: u64) -> __m512i {
        self._mm512_set1_epi64(x.cast_signed())
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
}

impl Bitwise for Avx512Vl {
    type Words = __m128i;

    #[inline(always)]
    fn splat(self, x: u64) -> __m128i {
        self._mm_set1_epi64x(x.cast_signed())
    }

    #[inline(always)]
    fn xor(self, x: __m128i, y: __m128i) -> __m128i {
        self._mm_xor_si128(x, y)
    }

    #[inline(always)]
    fn xor3(self, x: __m128i, y: __m128i, z: __m128i) -> __m128i {
        self._mm_ternarylogic_epi64::<{ truth_table(false) }>(x, y, z)
    }

    #[inline(always)]
    fn xor_and_not(self, x: __m128i, y: __m128i, z: __m128i) -> __m128i {
        self._mm_ternarylogic_epi64::<{ truth_table(true) }>(x, y, z)
    }

    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: __m128i) -> __m128i {
        self._mm_rol_epi64::<LEFT>(x)
    }
}

impl Single for Avx512Vl {
    #[inline(always)]
    fn word(self, x: __m128i) -> u64 {
        self._mm_cvtsi128_si64(x).cast_unsigned()
    }
}

impl Lanes<8> for Avx512 {
    const PRODUCTS: Way = Way::Quotient;
    /// The last three words are not of the block.
    type Block = [__m512i; 3];

    #[inline(always)]
    fn load(self, words: &[u64; 8]) -> __m512i {
        vector_of_words(*words)
    }

    #[inline(always)]
    fn store(self, x: __m512i, words: &mut [u64; 8]) {
        *words = words_of_vector(x);
    }

    #[inline(always)]
    fn call(self, function: impl Function) {
        self.run(Called(function));
    }

    #[inline(always)]
    fn blocks(self, words: &[__m512i; 25]) -> [[__m512i; 3]; 8] {
        let mut blocks = [[self.splat(0); 3]; 8];
        for (i, words) in words.as_chunks::<8>().0.iter().enumerate() {
            // Two words in each quarter, of lanes 0, 2, 4 and 6, and of 1, 3, 5 and 7.
            let pairs = words.as_chunks::<2>().0;
            let mut even = [self.splat(0); 4];
            let mut odd = even;
            for (j, [a, b]) in pairs.iter().enumerate() {
                even[j] = self._mm512_unpacklo_epi64(*a, *b);
                odd[j] = self._mm512_unpackhi_epi64(*a, *b);
            }
            let (even, odd) = (transpose_quarters(self, even), transpose_quarters(self, odd));
            for j in 0..4 {
                blocks[2 * j][i] = even[j];
                blocks[2 * j + 1][i] = odd[j];
            }
        }
        blocks
    }

    #[inline(always)]
    fn append_below(self, bound: u32, block: &[__m512i; 3], out: &mut [[u32; 16]; 20], mut len: usize) -> usize {
        let out = out.as_flattened_mut();
        let bound = self._mm512_set1_epi32(bound.cast_signed());
        let [a, b, c] = *block;
        // Six words of the block for each sixteen numbers, and three for the last eight.
        let quarters = [
            self._mm512_permutexvar_epi32(vector_of_words(TWELVE_BYTES[0]), a),
            self._mm512_permutex2var_epi32(a, vector_of_words(TWELVE_BYTES[1]), b),
            self._mm512_permutex2var_epi32(b, vector_of_words(TWELVE_BYTES[2]), c),
            self._mm512_permutexvar_epi32(vector_of_words(TWELVE_BYTES[3]), c),
        ];
        for (sixteen, quarters) in quarters.into_iter().enumerate() {
            let numbers = self._mm512_shuffle_epi8(quarters, vector_of_words(THREE_BYTES));
            let numbers = self._mm512_and_si512(numbers, self._mm512_set1_epi32(0x7f_ffff));
            let there = if sixteen < 3 { 0xffff } else { 0x00ff };
            let below = self._mm512_mask_cmplt_epi32_mask(there, numbers, bound);
            let kept = half_words_of_vector(self._mm512_maskz_compress_epi32(below, numbers));
            out[len..len + 16].copy_from_slice(&kept); // len + 16 <= 255 + 48 + 16
            len += below.count_ones() as usize;
        }
        len
    }

    #[inline(always)]
    fn sums_of_products<const Q: u32>(self, x: &[&[[u32; 16]; 16]], y: &[&[[u32; 16]; 16]], row: usize) -> [u32; 16] {
        let (mut even, mut odd) = (self.splat(0), self.splat(0));
        for (x, y) in x.iter().zip(y) {
            let (x, y) = (vector_of_half_words(x[row]), vector_of_half_words(y[row]));
            even = self._mm512_add_epi64(even, self._mm512_mul_epu32(x, y));
            let (x, y) = (self._mm512_srli_epi64::<32>(x), self._mm512_srli_epi64::<32>(y));
            odd = self._mm512_add_epi64(odd, self._mm512_mul_epu32(x, y));
        }
        // Sums and multiples of q are equal in their low halves, and less than q in their high ones.
        let inverse = self._mm512_set1_epi32(const { inverse_of_odd(Q) }.cast_signed());
        let q = self._mm512_set1_epi32(Q.cast_signed());
        let multiples = high_halves(
            self,
            self._mm512_mul_epu32(self._mm512_mul_epu32(even, inverse), q),
            self._mm512_mul_epu32(self._mm512_mul_epu32(odd, inverse), q),
        );
        let sums = self._mm512_add_epi32(high_halves(self, even, odd), q);
        half_words_of_vector(self._mm512_sub_epi32(sums, multiples))
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
            let quarters = transpose_quarters(self, [x[m], x[4 + m], x[8 + m], x[12 + m]]);
            for (i, column) in quarters.into_iter().enumerate() {
                columns[4 * i + m] = half_words_of_vector(column);
            }
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
    let high = high_halves(avx512, even, odd);
    avx512._mm512_sub_epi32(
        avx512._mm512_mullo_epi32(x, value),
        avx512._mm512_mullo_epi32(high, avx512._mm512_set1_epi32(Q.cast_signed())),
    )
}

/// The high halves of words, alternately from the even ones and the odd ones.
#[inline(always)]
fn high_halves(avx512: Avx512, even: __m512i, odd: __m512i) -> __m512i {
    // Those of `odd` stay, and those of `even` come to the low halves.
    avx512._mm512_mask_shuffle_epi32::<0xf5>(odd, 0x5555, even)
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

/// Exchanges rows and columns of quarters.
#[inline(always)]
fn transpose_quarters(avx512: Avx512, [a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    // Quarters 0 and 1, or 2 and 3, of two each.
    let low = avx512._mm512_shuffle_i32x4::<0x44>(a, b);
    let high = avx512._mm512_shuffle_i32x4::<0xee>(a, b);
    let low2 = avx512._mm512_shuffle_i32x4::<0x44>(c, d);
    let high2 = avx512._mm512_shuffle_i32x4::<0xee>(c, d);
    [
        avx512._mm512_shuffle_i32x4::<0x88>(low, low2),
        avx512._mm512_shuffle_i32x4::<0xdd>(low, low2),
        avx512._mm512_shuffle_i32x4::<0x88>(high, high2),
        avx512._mm512_shuffle_i32x4::<0xdd>(high, high2),
    ]
}

/// For each sixteen numbers, the 32-bit words for each quarter: three, and one that is ignored. They count from the
/// beginning of the first vector that has any of them.
const TWELVE_BYTES: [[u64; 8]; 4] = {
    let mut words = [[0; 8]; 4];
    let mut i = 0;
    while i < 32 {
        let first = i / 2 * 3 + i % 2 * 2;
        let vector = i / 8 * 12 / 16;
        let first = (first - 16 * vector) as u64;
        words[i / 8][i % 8] = first | (first + 1) << 32;
        i += 1;
    }
    words
};

/// Four times three bytes of each quarter, with a zero byte after each.
const THREE_BYTES: [u64; 8] = {
    let (low, high) = (0x8005_0403_8002_0100, 0x800b_0a09_8008_0706);
    [low, high, low, high, low, high, low, high]
};
