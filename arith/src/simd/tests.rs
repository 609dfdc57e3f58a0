//! Comparison of every instruction set with plain words.

use std::vec::Vec;

use super::{Backend, Lanes, Task};

/// xorshift64* of Vigna: good enough to pick test cases, the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Less than `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.word() >> 32) % n as u64) as usize
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| (self.word() >> 56) as u8).collect()
    }
}

/// Runs a check on every instruction set that the CPU has.
fn on_all(check: impl Task<Output = ()> + Copy) {
    for backend in Backend::all() {
        backend.run_widest(check);
    }
}

#[derive(Clone, Copy)]
struct WordOperations;

impl Task for WordOperations {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        fn check<const N: usize, L: Lanes<N>>(lanes: L, got: L::Words, expected: impl Fn(usize) -> u64) {
            let mut words = [0; N];
            lanes.store(got, &mut words);
            assert_eq!(words, core::array::from_fn(expected));
        }
        let mut random = Random::new(1);
        for _ in 0..100 {
            let [x, y, z]: [[u64; N]; 3] = core::array::from_fn(|_| core::array::from_fn(|_| random.word()));
            let [a, b, c] = [&x, &y, &z].map(|words| lanes.load(words));
            check(lanes, a, |i| x[i]);
            check(lanes, lanes.splat(x[0]), |_| x[0]);
            check(lanes, lanes.xor(a, b), |i| x[i] ^ y[i]);
            check(lanes, lanes.xor3(a, b, c), |i| x[i] ^ y[i] ^ z[i]);
            check(lanes, lanes.xor_and_not(a, b, c), |i| x[i] ^ (!y[i] & z[i]));
            macro_rules! rotations {
                ($($left:literal)*) => {$(
                    check(lanes, lanes.rotate_left::<$left, { 64 - $left }>(a), |i| x[i].rotate_left($left));
                )*};
            }
            rotations!(0 1 2 3 6 8 10 14 15 18 20 21 25 27 28 36 39 41 43 44 45 55 56 61 62 63);
        }
    }
}

#[test]
fn operations_on_words() {
    on_all(WordOperations);
}

#[derive(Clone, Copy)]
struct Append;

impl Task for Append {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let mut random = Random::new(2);
        let bounds = [0_u32, 1, 8_380_417, 1 << 22, 0x7f_ffff, 0x80_0000];
        for round in 0..3000 {
            let bound = bounds[round % bounds.len()];
            // Three bytes each, around the bound or at random, and with any highest bit.
            let mut bytes = Vec::new();
            for _ in 0..56 {
                let number = match random.below(4) {
                    0 => bound.wrapping_sub(1),
                    1 => bound,
                    _ => random.word() as u32,
                };
                let highest = (random.word() as u32 & 1) << 23;
                bytes.extend_from_slice(&((number & 0x7f_ffff) | highest).to_le_bytes()[..3]);
            }
            bytes.resize(8 * 26, 0);
            let block = core::array::from_fn(|i| u64::from_le_bytes(*bytes[8 * i..].first_chunk().unwrap()));

            let len = if round < 256 { round } else { random.below(256) };
            let mut out: [u32; 320] = core::array::from_fn(|_| random.word() as u32);
            let mut expected = out[..len].to_vec();
            for number in bytes[..168].chunks(3) {
                let number = u32::from_le_bytes([number[0], number[1], number[2] & 0x7f, 0]);
                expected.extend((number < bound).then_some(number));
            }
            let new_len = lanes.append_below(bound, &block, &mut out, len);
            assert_eq!(out[..new_len], expected);
        }
    }
}

#[test]
fn numbers_below_a_bound() {
    on_all(Append);
}

#[derive(Clone, Copy)]
struct Transpose;

impl Task for Transpose {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let rows = core::array::from_fn(|i| core::array::from_fn(|j| (16 * i + j) as u32));
        let columns = lanes.transpose(&rows);
        for i in 0..16 {
            for j in 0..16 {
                assert_eq!(columns[j][i], rows[i][j]);
            }
        }
    }
}

#[test]
fn rows_and_columns() {
    on_all(Transpose);
}

#[test]
fn the_backend_in_use_is_named() {
    let names: Vec<_> = Backend::all().into_iter().map(Backend::name).collect();
    assert_eq!(names.last(), Some(&Backend::detect().name()), "the last is the best");
    std::println!(
        "ML-DSA and SHAKE run on the backend {:?}; tests run on {names:?}",
        Backend::detect().name()
    );
}
