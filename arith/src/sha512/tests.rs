//! Every backend against `sha2`.

use std::vec::Vec;

use super::{Backend, Block};
use sha2::block_api::compress512;

/// Reproducible bytes.
fn blocks(seed: u64, count: usize) -> Vec<Block> {
    let mut state = seed;
    let mut byte = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 56) as u8
    };
    (0..count).map(|_| [(); 128].map(|()| byte())).collect()
}

#[test]
fn agrees_with_sha2() {
    for backend in Backend::all() {
        for count in 0..40 {
            for extreme in [None, Some(0), Some(0xff)] {
                let mut message = blocks(count as u64, 2 * count);
                if let Some(byte) = extreme {
                    message.iter_mut().step_by(3).for_each(|block| *block = [byte; 128]);
                }
                let start = [0x0123_4567_89ab_cdef_u64 ^ count as u64, u64::MAX, 0, 1, 2, 3, 4, 5];
                let (mut expected, mut state) = (start, start);
                compress512(&mut expected, &message);
                backend.compress_pairs(&mut state, message.as_chunks::<2>().0);
                assert_eq!(state, expected, "{}: {count} pairs", backend.name());
            }
        }
    }
}

/// Each word of the second block of a pair counts, and so does each of the first.
#[test]
fn every_bit_counts() {
    for backend in Backend::all() {
        let message = [[[0x5a; 128], [0xa5; 128]]];
        let hash = |message: &[[Block; 2]]| {
            let mut state = [7; 8];
            backend.compress_pairs(&mut state, message);
            state
        };
        let unchanged = hash(&message);
        for block in 0..2 {
            for bit in 0..1024 {
                let mut changed = message;
                changed[0][block][bit / 8] ^= 1 << (bit % 8);
                let mut expected = [7; 8];
                compress512(&mut expected, changed.as_flattened());
                assert_ne!(hash(&changed), unchanged);
                assert_eq!(
                    hash(&changed),
                    expected,
                    "{}: bit {bit} of block {block}",
                    backend.name()
                );
            }
        }
    }
}

#[test]
fn the_backend_in_use_is_named() {
    std::println!(
        "SHA-512, pairs of blocks: {}",
        Backend::detect().map_or("sha2", Backend::name)
    );
}
