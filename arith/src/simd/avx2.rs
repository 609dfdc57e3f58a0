//! AVX2: four lanes.

use core::arch::x86_64::__m256i;

use super::{Lanes, LanesTask, Task};
use crate::x86::{self, Avx2, half_words_of_vector256, vector256_of_words, words_of_vector256};

impl Avx2 {
    pub(super) fn with_lanes<T: LanesTask>(self, task: T) -> T::Output {
        self.run(InLanes(self, task))
    }

    pub(super) fn without_lanes<T: Task>(self, task: T) -> T::Output {
        self.run(Plain(task))
    }
}

struct InLanes<T>(Avx2, T);

impl<T: LanesTask> x86::Task for InLanes<T> {
    type Output = T::Output;

    #[inline(always)]
    fn run(self) -> T::Output {
        self.1.run(self.0)
    }
}

struct Plain<T>(T);

impl<T: Task> x86::Task for Plain<T> {
    type Output = T::Output;

    #[inline(always)]
    fn run(self) -> T::Output {
        self.0.run()
    }
}

impl Lanes<4> for Avx2 {
    type Words = __m256i;

    #[inline(always)]
    fn splat(self, x: u64) -> __m256i {
        self._mm256_set1_epi64x(x.cast_signed())
    }

    #[inline(always)]
    fn load(self, words: &[u64; 4]) -> __m256i {
        vector256_of_words(*words)
    }

    #[inline(always)]
    fn store(self, x: __m256i, words: &mut [u64; 4]) {
        *words = words_of_vector256(x);
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

    #[inline(always)]
    fn append_below(self, bound: u32, block: &[u64; 26], out: &mut [u32; 320], mut len: usize) -> usize {
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

/// Four times three bytes of each half, and a zero byte behind each.
const THREE_BYTES: [u64; 4] = [
    0x8005_0403_8002_0100,
    0x800b_0a09_8008_0706,
    0x8005_0403_8002_0100,
    0x800b_0a09_8008_0706,
];

/// For each mask of eight, the positions of its ones, a byte each.
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
