//! Many states, one in each lane of vectors.

use super::permutation::{STATE_WORDS, permute};
use super::{LAST_BIT, SHAKE_PADDING, SHAKE128_RATE, SHAKE256_RATE};
use crate::simd::Lanes;

/// N states, word by word.
#[derive(Clone, Debug)]
pub(crate) struct States<const N: usize>([[u64; N]; STATE_WORDS]);

impl<const N: usize> States<N> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self([[0; N]; STATE_WORDS])
    }

    /// Resets the state of a lane, so that it has absorbed nothing.
    #[inline(always)]
    pub(crate) fn clear(&mut self, lane: usize) {
        for words in &mut self.0 {
            words[lane] = 0;
        }
    }

    /// Sets the state of a lane to that of SHAKE128 after this message of 34 bytes: four words and the low two bytes of
    /// `end`. The permutation is still to follow.
    #[inline(always)]
    pub(crate) fn start_shake128(&mut self, lane: usize, words: &[u64; 4], end: u16) {
        self.clear(lane);
        for (state, word) in self.0.iter_mut().zip(words) {
            state[lane] = *word;
        }
        self.0[4][lane] = u64::from(end) | (SHAKE_PADDING << 16);
        self.0[SHAKE128_RATE - 1][lane] = LAST_BIT;
    }

    /// Absorbs block `index` of a message to SHAKE256, without the permutation. Returns whether it was the last block.
    #[inline(always)]
    pub(crate) fn absorb_shake256(&mut self, lane: usize, message: &[u8], index: usize) -> bool {
        let rest = message.get(8 * SHAKE256_RATE * index..).unwrap_or_default();
        let (words, end) = rest.as_chunks::<8>();
        for (state, word) in self.0[..SHAKE256_RATE].iter_mut().zip(words) {
            state[lane] ^= u64::from_le_bytes(*word);
        }
        let Some(state) = self.0[..SHAKE256_RATE].get_mut(words.len()) else {
            return false;
        };
        let padded = end
            .iter()
            .rev()
            .fold(SHAKE_PADDING, |word, byte| (word << 8) | u64::from(*byte));
        state[lane] ^= padded;
        self.0[SHAKE256_RATE - 1][lane] ^= LAST_BIT;
        true
    }

    /// The permutation of all states.
    #[inline(always)]
    pub(crate) fn permute<L: Lanes<N>>(&mut self, lanes: L) {
        let mut words = [lanes.splat(0); STATE_WORDS];
        for (word, memory) in words.iter_mut().zip(&self.0) {
            *word = lanes.load(memory);
        }
        for (memory, word) in self.0.iter_mut().zip(permute(lanes, words)) {
            lanes.store(word, memory);
        }
    }

    /// The first words of a lane, from a block of output.
    #[inline(always)]
    pub(crate) fn output<const WORDS: usize>(&self, lane: usize) -> [u64; WORDS] {
        const { assert!(WORDS <= STATE_WORDS) };
        let mut words = [0; WORDS];
        for (word, memory) in words.iter_mut().zip(&self.0) {
            *word = memory[lane];
        }
        words
    }
}
