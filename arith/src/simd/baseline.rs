//! One lane, for every CPU.

use super::{Lanes, Way};

/// A lane that is a `u64`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Baseline;

impl Lanes<1> for Baseline {
    type Words = u64;
    const PRODUCTS: Way = Way::Montgomery;

    #[inline(always)]
    fn splat(self, x: u64) -> u64 {
        x
    }

    #[inline(always)]
    fn load(self, [word]: &[u64; 1]) -> u64 {
        *word
    }

    #[inline(always)]
    fn store(self, x: u64, words: &mut [u64; 1]) {
        *words = [x];
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

    #[inline(always)]
    fn append_below(self, bound: u32, block: &[u64; 26], out: &mut [u32; 320], mut len: usize) -> usize {
        // Three words are eight numbers.
        for words in block[..21].as_chunks::<3>().0 {
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
