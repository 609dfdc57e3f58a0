//! Pseudo-random bytes and numbers, the same in every run.

use sha2::{Digest, Sha256};

/// This many bytes, determined by the label.
pub fn bytes_of(label: &str, length: usize) -> Vec<u8> {
    (0_u32..)
        .flat_map(|counter| Sha256::digest([label.as_bytes(), &counter.to_be_bytes()].concat()))
        .take(length)
        .collect()
}

/// A generator of pseudo-random numbers (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
pub struct SplitMix64(pub u64);

impl SplitMix64 {
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
    }
}
