//! Comparison of every instruction set with plain words.

use std::vec::Vec;

use super::{Backend, Factors, Lanes, Task};

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
            let words: Vec<_> = bytes
                .as_chunks()
                .0
                .iter()
                .map(|word| u64::from_le_bytes(*word))
                .collect();
            // The block in one lane, and other words in the others and after it.
            let lane = round % N;
            let state: [[u64; N]; 25] = core::array::from_fn(|i| {
                let mut word = core::array::from_fn(|_| random.word());
                word[lane] = words.get(i).copied().unwrap_or(word[lane]);
                word
            });
            let block = lanes.blocks(&state.each_ref().map(|word| lanes.load(word)))[lane];

            let len = if round < 256 { round } else { random.below(256) };
            let mut out: [[u32; 16]; 20] = core::array::from_fn(|_| core::array::from_fn(|_| random.word() as u32));
            let mut expected = out.as_flattened()[..len].to_vec();
            for number in bytes[..168].chunks(3) {
                let number = u32::from_le_bytes([number[0], number[1], number[2] & 0x7f, 0]);
                expected.extend((number < bound).then_some(number));
            }
            let new_len = lanes.append_below(bound, &block, &mut out, len);
            assert_eq!(out.as_flattened()[..new_len], expected);
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

/// Rows, of which one is not zero.
fn at(row: usize, numbers: [u32; 16]) -> [[u32; 16]; 16] {
    let mut rows = [[0; 16]; 16];
    rows[row] = numbers;
    rows
}

#[derive(Clone, Copy)]
struct Products;

impl Task for Products {
    type Output = ();

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        const Q: u32 = 8_380_417;
        let q = u64::from(Q);
        let mut random = Random::new(3);
        let mut pick = |bound: u64| -> [u32; 16] {
            core::array::from_fn(|_| match random.below(4) {
                0 => (bound - 1) as u32,
                1 => random.below(3) as u32,
                _ => (random.word() % bound) as u32,
            })
        };
        for _ in 0..10_000 {
            let constants = pick(q);
            let mut factors = Factors::ZERO;
            for (column, constant) in constants.into_iter().enumerate() {
                factors.set(column, L::PRODUCTS, Q, u64::from(constant));
            }
            let product = |x: u32, i: usize| u64::from(x) * u64::from(constants[i]) % q;

            // Every y, and every x that leaves room for the sum.
            let (x, y) = (pick((1 << 32) - 2 * q), pick(1 << 32));
            let (mut sums, mut differences) = (x, y);
            lanes.butterflies::<Q>(&mut sums, &mut differences, &factors);
            for i in 0..16 {
                let (x, product) = (u64::from(x[i]), product(y[i], i));
                let (sum, difference) = (u64::from(sums[i]), u64::from(differences[i]));
                assert!(x <= sum && sum < x + 2 * q && (sum - x) % q == product);
                assert!(x < difference && difference <= x + 2 * q && (x + 2 * q - difference) % q == product);
            }

            let bound = 256 * Q;
            let (x, y) = (pick(u64::from(bound)), pick(u64::from(bound)));
            let (mut sums, mut products) = (x, y);
            lanes.inverse_butterflies::<Q>(&mut sums, &mut products, bound, &factors);
            for i in 0..16 {
                assert_eq!(sums[i], x[i] + y[i]);
                assert!(products[i] < 2 * Q);
                assert_eq!(u64::from(products[i]) % q, product(x[i] + (bound - y[i]), i));
            }

            // Up to sums of 2^32 q - 1, in any row.
            let (x, y) = (pick(1 << 31), pick(q));
            let (rows, zeros) = ([x, y, x, y].map(|x| at(3, x)), at(3, [0; 16]));
            for len in 0..=3 {
                let (x, y) = ([&rows[0], &rows[1], &zeros], [&rows[1], &rows[3], &rows[0]]);
                let sums = lanes.sums_of_products::<Q>(&x[..len], &y[..len], 3);
                for (i, sum) in sums.into_iter().enumerate() {
                    let expected: u64 = (0..len).map(|j| u64::from(x[j][3][i]) * u64::from(y[j][3][i])).sum();
                    assert!(sum < 2 * Q, "{sum}");
                    assert_eq!((u64::from(sum) << 32) % q, expected % q);
                }
            }

            let x = core::array::from_fn(|_| pick(1 << 32));
            let mut products = x;
            lanes.reduce_products::<Q>(&mut products, &Factors::all(L::PRODUCTS, Q, u64::from(constants[0])));
            for (x, products) in x.as_flattened().iter().zip(products.as_flattened()) {
                assert_eq!(u64::from(*products), product(*x, 0));
            }
        }
    }
}

#[test]
fn products_modulo_q() {
    on_all(Products);
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
