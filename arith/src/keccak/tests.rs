//! Comparison with the crate `shake`, on every backend.

use std::vec::Vec;

use shake::{ExtendableOutput as _, Update as _, XofReader as _};

use super::{SHAKE128_RATE, SHAKE256_RATE, Shake256, States, first_64_bytes_of_many, outputs_of_many};
use crate::simd::tests::Random;
use crate::simd::{Backend, Lanes, Task};

const BLOCK: usize = 8 * SHAKE256_RATE;

fn oracle256(message: &[u8], len: usize) -> Vec<u8> {
    let mut output = std::vec![0; len];
    let mut hash = shake::Shake256::default();
    hash.update(message);
    hash.finalize_xof().read(&mut output);
    output
}

#[test]
fn known_answer() {
    // SHAKE256 of nothing, from NIST's examples of FIPS 202.
    let expected = "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f\
                    d75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be";
    for backend in Backend::all() {
        let hex: std::string::String = Shake256::new(backend)
            .finish()
            .iter()
            .map(|byte| std::format!("{byte:02x}"))
            .collect();
        assert_eq!(hex, expected);
    }
}

#[test]
fn messages_of_every_length_up_to_four_blocks() {
    let message = Random::new(1).bytes(4 * BLOCK);
    for len in 0..=message.len() {
        let message = &message[..len];
        let expected = oracle256(message, 3 * BLOCK);
        for backend in Backend::all() {
            let mut hash = Shake256::new(backend);
            hash.update(message);
            assert_eq!(hash.clone().finish()[..], expected[..64], "{len} bytes");
            let mut output = hash.output();
            assert!(expected.iter().all(|byte| output.byte() == *byte), "{len} bytes");
        }
    }
}

#[test]
fn pieces_of_every_length() {
    let message = Random::new(2).bytes(4 * BLOCK);
    for backend in Backend::all() {
        let mut random = Random::new(3);
        for len in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7, 4 * BLOCK] {
            let message = &message[..len];
            let expected = oracle256(message, 64);
            // Two pieces, split at every position.
            for cut in 0..=len {
                let mut hash = Shake256::new(backend);
                hash.update(&message[..cut]);
                hash.update(&message[cut..]);
                assert_eq!(hash.finish()[..], expected, "{len} bytes, cut at {cut}");
            }
            // Many pieces, some of them empty.
            for longest in [2, 9, 20, 200] {
                let mut hash = Shake256::new(backend);
                let mut rest = message;
                while !rest.is_empty() {
                    let (piece, later) = rest.split_at(random.below(longest).min(rest.len()));
                    hash.update(piece);
                    rest = later;
                }
                assert_eq!(hash.finish()[..], expected, "{len} bytes");
            }
        }
    }
}

#[test]
fn a_message_above_a_mebibyte() {
    let mut random = Random::new(4);
    let message = random.bytes((1 << 20) + 12_345);
    let expected = oracle256(&message, 64);
    for backend in Backend::all() {
        let mut at_once = Shake256::new(backend);
        at_once.update(&message);
        assert_eq!(at_once.finish()[..], expected);
        let mut in_pieces = Shake256::new(backend);
        let mut rest = &message[..];
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(random.below(70_000).min(rest.len()));
            in_pieces.update(piece);
            rest = later;
        }
        assert_eq!(in_pieces.finish()[..], expected);
    }
}

/// Each lane has another message, and starts at another time.
struct InLanes;

impl Task for InLanes {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let mut random = Random::new(5);
        let messages: Vec<_> = (0..=3 * BLOCK).map(|len| random.bytes(len)).collect();
        for shift in 0..N {
            let mut states = States::<N>::new();
            // The message of each lane, and its next block.
            let mut work = [(0, 0); N];
            let mut next = 0;
            for (lane, work) in work.iter_mut().enumerate() {
                *work = ((lane + shift) % N, 0);
                next += 1;
            }
            while work.iter().any(|(message, _)| *message < messages.len()) {
                let mut last = [false; N];
                for (lane, (message, block)) in work.iter_mut().enumerate() {
                    if let Some(message) = messages.get(*message) {
                        last[lane] = states.absorb_shake256(lane, message, *block);
                        *block += 1;
                    }
                }
                states.permute(lanes);
                for lane in 0..N {
                    if last[lane] {
                        let message = &messages[work[lane].0];
                        assert_eq!(work[lane].1, message.len() / BLOCK + 1);
                        let output = states.output::<SHAKE256_RATE>(lane).map(u64::to_le_bytes);
                        assert_eq!(output.as_flattened(), oracle256(message, BLOCK));
                        work[lane] = (next, 0);
                        next += 1;
                        states.clear(lane);
                    }
                }
            }
        }
    }
}

#[test]
fn shake256_in_every_lane() {
    for backend in Backend::all() {
        backend.run_widest(InLanes);
    }
}

/// Messages of every length around the ends of blocks, in every order of lengths that nine or fewer of them have there,
/// after heads of several lengths.
#[test]
fn many_messages_after_one_head() {
    let mut random = Random::new(8);
    for head in [0, 1, 7, 8, 64, 66, BLOCK - 1] {
        let head = random.bytes(head);
        let lengths = (0..4).flat_map(|blocks| {
            let end = (blocks + 1) * BLOCK - head.len();
            [end - 1, end, end + 1, end / 2]
        });
        let messages: Vec<_> = lengths
            .chain([0, 1, 20 * BLOCK, 0, 5])
            .map(|len| random.bytes(len))
            .collect();
        let messages: Vec<_> = messages.iter().map(|message| &message[..]).collect();
        let expected: Vec<_> = messages
            .iter()
            .map(|message| oracle256(&[&head, *message].concat(), 3 * BLOCK))
            .collect();
        for backend in Backend::all() {
            for first in 0..messages.len() {
                for count in [0, 1, 2, 3, 8, 9, messages.len()] {
                    let some = first..messages.len().min(first + count);
                    let (messages, expected) = (&messages[some.clone()], &expected[some]);
                    let hashed: Vec<_> = first_64_bytes_of_many(backend, &head, messages).collect();
                    assert_eq!(hashed.len(), expected.len());
                    for (hashed, expected) in hashed.iter().zip(expected) {
                        assert_eq!(hashed[..], expected[..64], "{}", backend.name());
                    }
                    if head.is_empty() {
                        let mut outputs = outputs_of_many(backend, messages);
                        for (i, expected) in expected.iter().enumerate() {
                            let mut output = outputs.next().unwrap();
                            assert!(expected.iter().all(|byte| output.byte() == *byte), "{i}");
                        }
                        assert!(outputs.next().is_none());
                    }
                }
            }
        }
    }
    assert_eq!(
        super::shake256_many(b"head", &[b"message"])[0][..],
        oracle256(b"headmessage", 64)
    );
}

#[test]
#[should_panic]
fn a_head_is_shorter_than_a_block() {
    super::shake256_many(&[0; BLOCK], &[b"message"]);
}

struct Shake128InLanes;

impl Task for Shake128InLanes {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let mut random = Random::new(6);
        let mut states = States::<N>::new();
        // There is a state from before.
        for lane in 0..N {
            states.absorb_shake256(lane, &random.bytes(100), 0);
        }
        states.permute(lanes);
        let mut expected: [Vec<u8>; N] = core::array::from_fn(|_| Vec::new());
        for round in 0..10 * N {
            // One lane starts, and the others go on.
            let lane = round % N;
            let words: [u64; 4] = core::array::from_fn(|_| random.word());
            let end = random.word() as u16;
            states.start_shake128(lane, &words, end);
            let mut message = words.map(u64::to_le_bytes).as_flattened().to_vec();
            message.extend(end.to_le_bytes());
            let mut hash = shake::Shake128::default();
            hash.update(&message);
            let mut output = std::vec![0; 8 * SHAKE128_RATE * (N + 1)];
            hash.finalize_xof().read(&mut output);
            expected[lane] = output;
            states.permute(lanes);
            for (lane, expected) in expected.iter_mut().enumerate().filter(|(_, rest)| !rest.is_empty()) {
                let block = states.output::<SHAKE128_RATE>(lane).map(u64::to_le_bytes);
                let rest = expected.split_off(8 * SHAKE128_RATE);
                assert_eq!(block.as_flattened(), expected);
                *expected = rest;
            }
        }
    }
}

#[test]
fn shake128_in_every_lane() {
    for backend in Backend::all() {
        backend.run_widest(Shake128InLanes);
    }
}

struct Beside;

impl Task for Beside {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let mut random = Random::new(7);
        let message = random.bytes(20 * BLOCK);
        let (mut states, mut one) = (States::<N>::new(), States::<1>::new());
        for lane in 0..N {
            states.absorb_shake256(lane, &random.bytes(BLOCK), 0);
        }
        let mut alone = states.clone();
        for block in 0.. {
            let last = one.absorb_shake256(0, &message, block);
            states.permute_beside(lanes, &mut one);
            // The lanes are as they are without it.
            alone.permute(lanes);
            for lane in 0..N {
                assert_eq!(states.output::<25>(lane), alone.output::<25>(lane));
            }
            if last {
                break;
            }
        }
        let output = one.output::<8>(0).map(u64::to_le_bytes);
        assert_eq!(output.as_flattened(), oracle256(&message, 64));
    }
}

#[test]
fn one_state_beside_the_lanes() {
    for backend in Backend::all() {
        backend.run_widest(Beside);
    }
}
