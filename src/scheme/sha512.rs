//! SHA-512 and SHA-384 (FIPS 180-4), with the compression function of the backend.

use crate::backend::sha512::compress;

/// The initial state of SHA-384 (section 5.3.4).
#[rustfmt::skip]
const SHA_384: [u64; 8] = [
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
];

/// The initial state of SHA-512 (section 5.3.5).
#[rustfmt::skip]
const SHA_512: [u64; 8] = [
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
];

const BLOCK: usize = 128;

/// Where the length of the message begins in the last block.
const LENGTH_AT: usize = BLOCK - 16;

/// A message that arrives in pieces. SHA-384 is SHA-512 with another initial state, and a digest of the first 48 bytes.
#[derive(Clone, Debug)]
pub(crate) struct Hasher {
    state: [u64; 8],
    /// The length of the message so far, in bytes.
    length: u128,
    /// What follows the last whole block, `length % BLOCK` bytes, and then anything.
    buffer: [u8; BLOCK],
}

impl Hasher {
    pub(crate) fn sha384() -> Self {
        Self::new(SHA_384)
    }

    pub(crate) fn sha512() -> Self {
        Self::new(SHA_512)
    }

    fn new(state: [u64; 8]) -> Self {
        Self {
            state,
            length: 0,
            buffer: [0; BLOCK],
        }
    }

    /// How many bytes of the buffer are in use.
    fn buffered(&self) -> usize {
        self.length as usize % BLOCK
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        let used = self.buffered();
        let free = self.buffer.get_mut(used..).unwrap_or_default();
        self.length = self.length.wrapping_add(bytes.len() as u128);
        if free.len() < BLOCK {
            let Some((head, rest)) = bytes.split_at_checked(free.len()) else {
                copy(free, bytes);
                return;
            };
            copy(free, head);
            compress(&mut self.state, &[self.buffer]);
            bytes = rest;
        }
        let (blocks, rest) = bytes.as_chunks();
        compress(&mut self.state, blocks);
        copy(&mut self.buffer, rest);
    }

    /// The digest of SHA-512. That of SHA-384 is its beginning.
    pub(crate) fn finish(mut self) -> [u8; 64] {
        // A one bit, zeros, and the length in bits in the last 16 bytes of a block (section 5.1.2).
        let bits = self.length.wrapping_mul(8).to_be_bytes();
        let mut last = [[0; BLOCK]; 2];
        let used = self.buffered();
        let padded = self.buffer.iter().take(used).chain(&[0x80]);
        last.as_flattened_mut()
            .iter_mut()
            .zip(padded)
            .for_each(|(to, byte)| *to = *byte);
        let [first, second] = &mut last;
        // There is room for the one bit and the length.
        if used < LENGTH_AT {
            copy_to_end(first, &bits);
            compress(&mut self.state, &[*first]);
        } else {
            copy_to_end(second, &bits);
            compress(&mut self.state, &last);
        }
        let mut digest = [0; 64];
        for (bytes, word) in digest.chunks_exact_mut(8).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }
}

/// Copies `from` to the beginning of `to`.
fn copy(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, byte)| *to = *byte);
}

fn copy_to_end(block: &mut [u8; BLOCK], from: &[u8; 16]) {
    block
        .iter_mut()
        .rev()
        .zip(from.iter().rev())
        .for_each(|(to, byte)| *to = *byte);
}

#[cfg(test)]
mod tests {
    use super::Hasher;
    use alloc::vec::Vec;
    use sha2::{Digest as _, Sha384, Sha512};

    fn message(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * i / 7 + i) as u8).collect()
    }

    /// Every length up to five blocks, and around those that vectors hash.
    #[test]
    fn agrees_with_sha2_for_every_length() {
        let long = [
            1023, 1024, 1025, 1151, 1152, 1153, 2048, 2175, 4096, 65_536, 65_600, 70_001,
        ];
        for length in (0..=640).chain(long) {
            let message = message(length);
            for split in [0, 1, 127, 128, 129, length / 2] {
                let (first, second) = message.split_at(split.min(length));
                let digest = |mut hasher: Hasher| {
                    hasher.update(first);
                    hasher.update(second);
                    hasher.finish()
                };
                assert_eq!(digest(Hasher::sha512())[..], Sha512::digest(&message)[..], "{length}");
                assert_eq!(digest(Hasher::sha384())[..48], Sha384::digest(&message)[..], "{length}");
            }
        }
    }

    /// Pieces of every length, one after the other, so that each is added to a buffer that is filled to every degree.
    #[test]
    fn agrees_with_sha2_for_every_split() {
        let message = message(4000);
        let expected = Sha512::digest(&message);
        for piece in 1..=400 {
            for first in [0, piece / 2] {
                let mut hasher = Hasher::sha512();
                let (head, rest) = message.split_at(first);
                hasher.update(head);
                rest.chunks(piece).for_each(|piece| hasher.update(piece));
                assert_eq!(hasher.finish()[..], expected[..], "pieces of {piece} bytes");
            }
        }
        for split in 0..=1300 {
            let mut hasher = Hasher::sha512();
            hasher.update(&message[..split]);
            hasher.update(&message[split..]);
            assert_eq!(hasher.finish()[..], expected[..], "split at {split}");
        }
    }
}
