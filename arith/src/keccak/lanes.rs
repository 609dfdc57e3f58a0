//! Many states, one in each lane of vectors.

use super::permutation::{STATE_WORDS, permute};
use super::{LAST_BIT, SHAKE_PADDING, SHAKE128_RATE, SHAKE256_RATE};
use crate::simd::{Baseline, Bitwise, Function, Lanes};

/// N states, word by word.
#[derive(Clone, Debug)]
#[repr(align(64))]
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
        lanes.call(Permute(lanes, self));
    }

    /// The permutation of all states, and of one more in general registers. With AVX-512, this takes a tenth longer than
    /// that of all states alone.
    #[inline(always)]
    pub(crate) fn permute_beside<L: Lanes<N>>(&mut self, lanes: L, one: &mut States<1>) {
        if N == 1 {
            self.permute(lanes);
            one.permute(Baseline);
        } else {
            lanes.call(PermuteBeside(lanes, self, one));
        }
    }

    /// The 25 words of each state.
    #[inline(always)]
    pub(crate) fn words<L: Lanes<N>>(&self, lanes: L) -> [L::Words; STATE_WORDS] {
        let mut words = [lanes.splat(0); STATE_WORDS];
        for (word, memory) in words.iter_mut().zip(&self.0) {
            *word = lanes.load(memory);
        }
        words
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

    #[inline(always)]
    fn set_words<L: Lanes<N>>(&mut self, lanes: L, words: [L::Words; STATE_WORDS]) {
        for (memory, word) in self.0.iter_mut().zip(words) {
            lanes.store(word, memory);
        }
    }
}

struct Permute<'a, const N: usize, L>(L, &'a mut States<N>);

impl<const N: usize, L: Lanes<N>> Function for Permute<'_, N, L> {
    #[inline(always)]
    fn call(self) {
        let Self(lanes, states) = self;
        let words = permute(lanes, states.words(lanes));
        states.set_words(lanes, words);
    }
}

struct PermuteBeside<'a, const N: usize, L>(L, &'a mut States<N>, &'a mut States<1>);

impl<const N: usize, L: Lanes<N>> Function for PermuteBeside<'_, N, L> {
    #[inline(always)]
    fn call(self) {
        let Self(lanes, states, one) = self;
        let mut both = [(lanes.splat(0), 0); STATE_WORDS];
        for ((both, words), word) in both.iter_mut().zip(states.words(lanes)).zip(one.words(Baseline)) {
            *both = (words, word);
        }
        let both = permute(Beside(lanes), both);
        for ((states, one), (words, word)) in states.0.iter_mut().zip(&mut one.0).zip(both) {
            lanes.store(words, states);
            Baseline.store(word, one);
        }
    }
}

/// Lanes, and one word in a general register.
#[derive(Clone, Copy)]
struct Beside<L>(L);

impl<L: Bitwise> Bitwise for Beside<L> {
    type Words = (L::Words, u64);

    #[inline(always)]
    fn splat(self, x: u64) -> Self::Words {
        (self.0.splat(x), x)
    }

    #[inline(always)]
    fn xor(self, x: Self::Words, y: Self::Words) -> Self::Words {
        (self.0.xor(x.0, y.0), Baseline.xor(x.1, y.1))
    }

    #[inline(always)]
    fn xor3(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words {
        (self.0.xor3(x.0, y.0, z.0), Baseline.xor3(x.1, y.1, z.1))
    }

    #[inline(always)]
    fn xor_and_not(self, x: Self::Words, y: Self::Words, z: Self::Words) -> Self::Words {
        (self.0.xor_and_not(x.0, y.0, z.0), Baseline.xor_and_not(x.1, y.1, z.1))
    }

    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self, x: Self::Words) -> Self::Words {
        (
            self.0.rotate_left::<LEFT, RIGHT>(x.0),
            Baseline.rotate_left::<LEFT, RIGHT>(x.1),
        )
    }
}
