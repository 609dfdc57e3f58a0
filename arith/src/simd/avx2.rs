//! AVX2: four lanes.

use core::arch::x86_64::__m256i;

use super::{Bitwise, Called, Function, Lanes, Way};
use crate::x86::{
    Avx2, half_words_of_vector256, vector256_of_bytes, vector256_of_half_words, vector256_of_words, words_of_vector256,
};

impl Bitwise for Avx2 {
    type Words = __m256i;

    #[inline(always)]
    fn splat(self, x: u64) -> __m256i {
        self._mm256_set1_epi64x(x.cast_signed())
    }

    #[inline(always)]
    fn xor(self, x: __m256i, y: __m256i) -> __m256i {
        self._mm256_xor_si256(x, y)
    }

    #[inline(always)]
    fn xor3(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
        self.xor(self.xor(x, y), z)
    }

    #[inline(always)]
    fn xor_and_not(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
        self.xor(x, self._mm256_andnot_si256(y, z))
    }

    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: __m256i) -> __m256i {
        match LEFT {
            0 => x,
            // Whole bytes.
            8 => self._mm256_shuffle_epi8(x, vector256_of_words(ROTATE_8)),
            56 => self._mm256_shuffle_epi8(x, vector256_of_words(ROTATE_56)),
            _ => self._mm256_or_si256(self._mm256_slli_epi64::<LEFT>(x), self._mm256_srli_epi64::<RIGHT>(x)),
        }
    }
}

impl Lanes<4> for Avx2 {
    const PRODUCTS: Way = Way::Quotient;
    /// The last three words are not of the block.
    type Block = [u64; 24];

    #[inline(always)]
    fn load(self, words: &[u64; 4]) -> __m256i {
        vector256_of_words(*words)
    }

    #[inline(always)]
    fn store(self, x: __m256i, words: &mut [u64; 4]) {
        *words = words_of_vector256(x);
    }

    #[inline(always)]
    fn call(self, function: impl Function) {
        self.run(Called(function));
    }

    #[inline(always)]
    fn blocks(self, words: &[__m256i; 25]) -> [[u64; 24]; 4] {
        let mut blocks = [[0; 24]; 4];
        for (i, [a, b, c, d]) in words.as_chunks().0.iter().enumerate() {
            // Two words of lanes 0 and 2, and of 1 and 3.
            let (ab, ab_odd) = (self._mm256_unpacklo_epi64(*a, *b), self._mm256_unpackhi_epi64(*a, *b));
            let (cd, cd_odd) = (self._mm256_unpacklo_epi64(*c, *d), self._mm256_unpackhi_epi64(*c, *d));
            let lanes = [
                self._mm256_permute2x128_si256::<0x20>(ab, cd),
                self._mm256_permute2x128_si256::<0x20>(ab_odd, cd_odd),
                self._mm256_permute2x128_si256::<0x31>(ab, cd),
                self._mm256_permute2x128_si256::<0x31>(ab_odd, cd_odd),
            ];
            for (block, words) in blocks.iter_mut().zip(lanes) {
                block.as_chunks_mut::<4>().0[i] = words_of_vector256(words);
            }
        }
        blocks
    }

    #[inline(always)]
    fn append_below(self, bound: u32, block: &[u64; 24], out: &mut [[u32; 16]; 20], mut len: usize) -> usize {
        let out = out.as_flattened_mut();
        let bound = self._mm256_set1_epi32(bound.cast_signed());
        for eight in 0..7 {
            let [a, b, c] = [3 * eight, 3 * eight + 1, 3 * eight + 2].map(
                #[inline(always)]
                |i| block[i],
            );
            // The first four numbers in the lower half, and the others in the upper one.
            let halves = [a, b, (b >> 32) | (c << 32), c >> 32];
            let numbers = self._mm256_shuffle_epi8(vector256_of_words(halves), vector256_of_words(THREE_BYTES));
            let numbers = self._mm256_and_si256(numbers, self._mm256_set1_epi32(0x7f_ffff));
            let below = self._mm256_castsi256_ps(self._mm256_cmpgt_epi32(bound, numbers));
            let below = self._mm256_movemask_ps(below) as u8;
            let positions = self._mm_cvtsi64_si128(POSITIONS[usize::from(below)].cast_signed());
            let kept = self._mm256_permutevar8x32_epi32(numbers, self._mm256_cvtepu8_epi32(positions));
            let kept = half_words_of_vector256(kept);
            out[len..len + 8].copy_from_slice(&kept); // len + 8 < 256 + 56
            len += below.count_ones() as usize;
        }
        len
    }

    #[inline(always)]
    fn unpack<const BITS: usize>(self, bytes: &[u8; 32]) -> [u32; 8] {
        let x = vector256_of_bytes(*bytes);
        let x = self._mm256_permutevar8x32_epi32(x, vector256_of_half_words(Fields::<BITS>::WORDS));
        let x = self._mm256_shuffle_epi8(x, vector256_of_bytes(Fields::<BITS>::BYTES));
        let x = self._mm256_srlv_epi32(x, vector256_of_half_words(Fields::<BITS>::SHIFTS));
        let mask = self._mm256_set1_epi32((1 << BITS) - 1);
        half_words_of_vector256(self._mm256_and_si256(x, mask))
    }

    #[inline(always)]
    fn transpose(self, rows: &[[u32; 16]; 16]) -> [[u32; 16]; 16] {
        let mut columns = [[0; 16]; 16];
        for (i, rows) in rows.as_chunks::<8>().0.iter().enumerate() {
            for j in 0..2 {
                let block = transpose_block(self, rows, j);
                for (column, x) in columns[8 * j..8 * j + 8].iter_mut().zip(block) {
                    column.as_chunks_mut::<8>().0[i] = half_words_of_vector256(x);
                }
            }
        }
        columns
    }
}

/// The columns 8 j to 8 j + 7 of eight rows, as rows.
#[inline(always)]
fn transpose_block(avx2: Avx2, rows: &[[u32; 16]; 8], j: usize) -> [__m256i; 8] {
    let mut x = [avx2._mm256_set1_epi32(0); 8];
    for (x, row) in x.iter_mut().zip(rows) {
        *x = vector256_of_half_words(row.as_chunks::<8>().0[j]);
    }
    // Each half of y[2 i] and y[2 i + 1] has two columns of rows 2 i and 2 i + 1.
    let mut y = x;
    for i in 0..4 {
        y[2 * i] = avx2._mm256_unpacklo_epi32(x[2 * i], x[2 * i + 1]);
        y[2 * i + 1] = avx2._mm256_unpackhi_epi32(x[2 * i], x[2 * i + 1]);
    }
    // The halves of x[4 i + m] have columns m and 4 + m of rows 4 i to 4 i + 3.
    for i in 0..2 {
        x[4 * i] = avx2._mm256_unpacklo_epi64(y[4 * i], y[4 * i + 2]);
        x[4 * i + 1] = avx2._mm256_unpackhi_epi64(y[4 * i], y[4 * i + 2]);
        x[4 * i + 2] = avx2._mm256_unpacklo_epi64(y[4 * i + 1], y[4 * i + 3]);
        x[4 * i + 3] = avx2._mm256_unpackhi_epi64(y[4 * i + 1], y[4 * i + 3]);
    }
    for m in 0..4 {
        y[m] = avx2._mm256_permute2x128_si256::<0x20>(x[m], x[4 + m]);
        y[4 + m] = avx2._mm256_permute2x128_si256::<0x31>(x[m], x[4 + m]);
    }
    y
}

/// The location of eight numbers of BITS bits: the 32-bit words with four numbers for each half, the four bytes of each
/// number in them, and the bits before it.
struct Fields<const BITS: usize>;

impl<const BITS: usize> Fields<BITS> {
    /// The first byte of number `i` in the words of its half.
    const fn byte(i: usize) -> usize {
        i * BITS / 8 - Self::WORDS[i / 4 * 4] as usize * 4
    }

    const WORDS: [u32; 8] = {
        let mut words = [0; 8];
        let mut i = 0;
        while i < 8 {
            words[i] = (i / 4 * 4 * BITS / 32 + i % 4) as u32;
            i += 1;
        }
        words
    };

    const BYTES: [u8; 32] = {
        let mut bytes = [0; 32];
        let mut i = 0;
        while i < 32 {
            // Bytes from 16 on are after the last number.
            let byte = Self::byte(i / 4) + i % 4;
            bytes[i] = if byte < 16 { byte as u8 } else { 0x80 };
            i += 1;
        }
        bytes
    };

    const SHIFTS: [u32; 8] = {
        let mut shifts = [0; 8];
        let mut i = 0;
        while i < 8 {
            assert!(Self::byte(i) * 8 + i * BITS % 8 + BITS <= 128, "in four words");
            shifts[i] = (i * BITS % 8) as u32;
            i += 1;
        }
        shifts
    };
}

const ROTATE_8: [u64; 4] = [
    0x0605_0403_0201_0007,
    0x0e0d_0c0b_0a09_080f,
    0x0605_0403_0201_0007,
    0x0e0d_0c0b_0a09_080f,
];
const ROTATE_56: [u64; 4] = [
    0x0007_0605_0403_0201,
    0x080f_0e0d_0c0b_0a09,
    0x0007_0605_0403_0201,
    0x080f_0e0d_0c0b_0a09,
];

/// Four times three bytes of each half, with a zero byte after each.
const THREE_BYTES: [u64; 4] = [
    0x8005_0403_8002_0100,
    0x800b_0a09_8008_0706,
    0x8005_0403_8002_0100,
    0x800b_0a09_8008_0706,
];

/// For each mask of eight bits, the positions of its ones, one byte each.
static POSITIONS: [u64; 256] = {
    let mut table = [0; 256];
    let mut mask = 0;
    while mask < 256 {
        let (mut position, mut len) = (0, 0);
        while position < 8 {
            if mask >> position & 1 == 1 {
                table[mask] |= position << (8 * len);
                len += 1;
            }
            position += 1;
        }
        mask += 1;
    }
    table
};
