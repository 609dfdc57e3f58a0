//! One lane, for every CPU.

use super::{Bitwise, Function, Lanes, Single, Way};

/// A lane that is a `u64`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Baseline;

impl Bitwise for Baseline {
    type Words = u64;

    #[inline(always)]
    fn splat(self, x: u64) -> u64 {
        x
    }

    #[inline(always)]
    fn xor(self, x: u64, y: u64) -> u64 {
        x ^ y
    }

    #[inline(always)]
    fn xor3(self, x: u64, y: u64, z: u64) -> u64 {
        x ^ y ^ z
    }

    #[inline(always)]
    fn xor_and_not(self, x: u64, y: u64, z: u64) -> u64 {
        x ^ (!y & z)
    }

    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: u64) -> u64 {
        x.rotate_left(LEFT as u32)
    }
}

impl Single for Baseline {
    #[inline(always)]
    fn word(self, x: u64) -> u64 {
        x
    }
}

impl Lanes<1> for Baseline {
    const PRODUCTS: Way = Way::Montgomery;
    type Block = [u64; 21];

    #[inline(always)]
    fn load(self, [word]: &[u64; 1]) -> u64 {
        *word
    }

    #[inline(always)]
    fn store(self, x: u64, words: &mut [u64; 1]) {
        *words = [x];
    }

    #[inline(always)]
    fn call(self, function: impl Function) {
        function.call();
    }

    #[inline(always)]
    fn blocks(self, words: &[u64; 25]) -> [[u64; 21]; 1] {
        let mut block = [0; 21];
        block.copy_from_slice(&words[..21]);
        [block]
    }

    #[inline(always)]
    fn append_below(self, bound: u32, block: &[u64; 21], out: &mut [[u32; 16]; 20], mut len: usize) -> usize {
        let out = out.as_flattened_mut();
        // Three words are eight numbers.
        for words in block.as_chunks::<3>().0 {
            let [a, b, c] = *words;
            let numbers = [
                a,
                a >> 24,
                (a >> 48) | (b << 16),
                b >> 8,
                b >> 32,
                (b >> 56) | (c << 8),
                c >> 16,
                c >> 40,
            ];
            for number in numbers {
                let number = (number & 0x7f_ffff) as u32;
                out[len] = number; // len < 256 + 56
                len += usize::from(number < bound);
            }
        }
        len
    }
}
