//! SHAKE256 of a stream.

use super::permutation::{STATE_WORDS, permute};
use super::{LAST_BIT, SHAKE_PADDING, SHAKE256_RATE};
use crate::simd::{Backend, Single, SingleTask};

pub(super) const BLOCK: usize = 8 * SHAKE256_RATE;

/// A SHAKE256 that absorbs bytes in pieces of any length.
#[derive(Clone, Debug)]
pub struct Shake256 {
    backend: Backend,
    state: [u64; STATE_WORDS],
    /// The number of bytes of the block that were absorbed, less than a block.
    len: usize,
}

/// The endless output of a SHAKE256, byte by byte.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    backend: Backend,
    state: [u64; STATE_WORDS],
    /// The number of bytes of the block that were returned, at most a block.
    len: usize,
}

impl Default for Shake256 {
    fn default() -> Self {
        Self::new(Backend::detect())
    }
}

impl Shake256 {
    pub(crate) fn new(backend: Backend) -> Self {
        Self::after_blocks(backend, [0; STATE_WORDS])
    }

    /// With the state after a number of whole blocks.
    pub(super) fn after_blocks(backend: Backend, state: [u64; STATE_WORDS]) -> Self {
        Self { backend, state, len: 0 }
    }

    /// Absorbs the next bytes of the message.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.len));
            self.absorb_in_block(now);
            if self.len == BLOCK {
                permute_one(self.backend, &mut self.state);
                self.len = 0;
            }
            bytes = later;
        }
    }

    /// The first 64 bytes of the output.
    pub fn finish(self) -> [u8; 64] {
        first_64_bytes(&self.output().state)
    }

    pub(crate) fn output(mut self) -> Output {
        self.state[self.len / 8] ^= SHAKE_PADDING << (8 * (self.len % 8));
        self.state[SHAKE256_RATE - 1] ^= LAST_BIT;
        permute_one(self.backend, &mut self.state);
        Output::new(self.backend, self.state)
    }

    /// Absorbs bytes that fit in the block: up to the next word, whole words, and the rest.
    fn absorb_in_block(&mut self, bytes: &[u8]) {
        let (start, bytes) = bytes.split_at(bytes.len().min(self.len.wrapping_neg() % 8));
        self.absorb_in_word(start);
        let (words, end) = bytes.as_chunks::<8>();
        for (state, word) in self.state.iter_mut().skip(self.len / 8).zip(words) {
            *state ^= u64::from_le_bytes(*word);
        }
        self.len += 8 * words.len();
        self.absorb_in_word(end);
    }

    /// Absorbs bytes that fit in a word.
    fn absorb_in_word(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.state[self.len / 8] ^= u64::from(*byte) << (8 * (self.len % 8));
            self.len += 1;
        }
    }
}

impl Output {
    /// From the state with the first block.
    pub(super) fn new(backend: Backend, state: [u64; STATE_WORDS]) -> Self {
        Self { backend, state, len: 0 }
    }

    pub(super) fn state(&self) -> [u64; STATE_WORDS] {
        self.state
    }

    pub(crate) fn byte(&mut self) -> u8 {
        if self.len == BLOCK {
            permute_one(self.backend, &mut self.state);
            self.len = 0;
        }
        let byte = self.state[self.len / 8] >> (8 * (self.len % 8));
        self.len += 1;
        byte as u8
    }
}

/// Of the output in this state.
pub(super) fn first_64_bytes(state: &[u64; STATE_WORDS]) -> [u8; 64] {
    let mut bytes = [0; 64];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

fn permute_one(backend: Backend, state: &mut [u64; STATE_WORDS]) {
    backend.run_single(PermuteOne(state));
}

struct PermuteOne<'a>(&'a mut [u64; STATE_WORDS]);

impl SingleTask for PermuteOne<'_> {
    #[inline(always)]
    fn run<S: Single>(self, single: S) {
        let mut words = [single.splat(0); STATE_WORDS];
        for (word, x) in words.iter_mut().zip(&*self.0) {
            *word = single.splat(*x);
        }
        for (x, word) in self.0.iter_mut().zip(permute(single, words)) {
            *x = single.word(word);
        }
    }
}
