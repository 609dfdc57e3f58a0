//! The code of both backends on words and limbs of a few bits, where every input can be tried.
//!
//! Nothing here is a copy: `Montgomery`, `BlockMontgomery` and the helpers are the generic code that the RSA sizes
//! run on, instantiated for a small [`Word`] and for a model of [`Simd`] that also asserts that no lane overflows.

use std::vec::Vec;

use super::block_montgomery::{BlockMontgomery, Limbs, carry_once};
use super::exponentiation::PowerModulo;
use super::montgomery::Montgomery;
use super::remainder::{power_of_two_mod, reduce, shift_word_mod};
use super::simd::Simd;
use crate::integer::{Integer, neg_inverse};
use crate::word::Word;
use crate::word::small::{Small, value, words};

/// Debug builds, some thirty times slower, take one modulus in 97.
const STRIDE: usize = if cfg!(debug_assertions) { 97 } else { 1 };

fn power_mod(s: u64, e: u64, n: u64) -> u64 {
    (0..64)
        .rev()
        .fold(1 % n, |x, bit| x * x % n * if (e >> bit) & 1 == 1 { s } else { 1 } % n)
}

/// The odd numbers with the top bit of b^N set.
fn full_moduli(r: u64) -> impl Iterator<Item = u64> {
    (r / 2 + 1..r).step_by(2).step_by(STRIDE)
}

fn try_words<const BITS: u32, const N: usize>(second_operands: &[u64]) {
    let r = 1 << (BITS * N as u32);
    for n in full_moduli(r) {
        let modulus = Montgomery::new(words::<BITS, N>(n));
        for x in 0..r {
            let xs = words(x);
            let square = value(&modulus.square(&xs));
            assert_eq!(square * r % n, x * x % n, "{x}^2 mod {n}");
            for &y in second_operands {
                let product = value(&modulus.multiply(&xs, &words(y)));
                assert_eq!(product * r % n, x * y % n, "{x} {y} mod {n}");
            }
            for e in [3, 5, 17, 65_537] {
                let power = modulus.power(&xs, e).map(|power| value(&power));
                assert_eq!(power, (x < n).then(|| power_mod(x, e, n)), "{x}^{e} mod {n}");
            }
        }
    }
}

#[test]
fn portable_products_of_all_words() {
    try_words::<3, 2>(&(0..64).collect::<Vec<_>>());
    try_words::<4, 2>(&(0..256).collect::<Vec<_>>());
    // Three words: all moduli, all first operands, edge values for the second.
    try_words::<4, 3>(&[
        0, 1, 2, 0x00f, 0x010, 0x0f0, 0x0ff, 0x100, 0x7ff, 0x800, 0xf00, 0xf0f, 0xff0, 0xffe, 0xfff,
    ]);
}

fn try_division<const BITS: u32, const N: usize>() {
    let b = 1 << BITS;
    let r = 1 << (BITS * N as u32);
    for n in full_moduli(r) {
        let ns = words::<BITS, N>(n);
        for a in 0..n {
            assert_eq!(value(&shift_word_mod(&words(a), &ns)), a * b % n, "{a} b mod {n}");
            assert_eq!(value(&words(a).add_mod(&words(a), &ns)), 2 * a % n, "2 {a} mod {n}");
        }
        for exponent in 0..4 * BITS * N as u32 {
            let power = value(&power_of_two_mod(&ns, BITS * N as u32 + exponent));
            assert_eq!(
                power,
                power_mod(2, u64::from(BITS * N as u32 + exponent), n),
                "2^{exponent} r mod {n}"
            );
        }
        for x in 0..(4 * r).min(b * r) {
            let low = words::<BITS, N>(x % r);
            assert_eq!(value(&reduce(&low, Small((x / r) as u32), &ns)), x % n, "{x} mod {n}");
        }
    }
}

#[test]
fn division_by_all_moduli() {
    try_division::<2, 2>();
    try_division::<2, 4>();
    try_division::<3, 2>();
    try_division::<3, 3>();
    try_division::<4, 2>();
    try_division::<4, 3>();
}

#[test]
fn inverses_of_all_odd_words() {
    fn all<const BITS: u32>() {
        for n in (1..1 << BITS).step_by(2) {
            let inverse = Small::<BITS>::truncate(neg_inverse(n)).widen();
            assert_eq!((n * inverse + 1) % (1 << BITS), 0);
        }
    }
    all::<1>();
    all::<3>();
    all::<8>();
    all::<15>();
}

/// A model of the vector unit: lanes with room for 12 bits above a limb, as 64-bit lanes have for limbs of 52.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model<const LIMB_BITS: u32, const LANES: usize>;

impl<const LIMB_BITS: u32, const LANES: usize> Model<LIMB_BITS, LANES> {
    const B: u64 = 1 << LIMB_BITS;

    fn each(f: impl Fn(usize) -> u64) -> [u64; LANES] {
        core::array::from_fn(f)
    }

    fn sum(x: u64, y: u64) -> u64 {
        let sum = u128::from(x) + u128::from(y);
        assert!(sum >> (LIMB_BITS + 12) == 0, "a lane overflowed");
        sum as u64
    }

    fn product(x: u64, y: u64) -> u128 {
        u128::from(x % Self::B) * u128::from(y % Self::B)
    }
}

impl<const LIMB_BITS: u32, const LANES: usize> Simd for Model<LIMB_BITS, LANES> {
    type Vector = [u64; LANES];
    const LANES: usize = LANES;
    const LIMB_BITS: u32 = LIMB_BITS;

    fn splat(self, x: u64) -> [u64; LANES] {
        [x; LANES]
    }
    fn load(self, words: &[u64; 8]) -> [u64; LANES] {
        Self::each(|i| words[i])
    }
    fn store(self, vector: [u64; LANES], words: &mut [u64; 8]) {
        words[..LANES].copy_from_slice(&vector);
    }
    fn add(self, x: [u64; LANES], y: [u64; LANES]) -> [u64; LANES] {
        Self::each(|i| Self::sum(x[i], y[i]))
    }
    fn add_product_low(self, sum: [u64; LANES], x: [u64; LANES], y: [u64; LANES]) -> [u64; LANES] {
        Self::each(|i| Self::sum(sum[i], (Self::product(x[i], y[i]) % u128::from(Self::B)) as u64))
    }
    fn add_product_high(self, sum: [u64; LANES], x: [u64; LANES], y: [u64; LANES]) -> [u64; LANES] {
        Self::each(|i| Self::sum(sum[i], (Self::product(x[i], y[i]) / u128::from(Self::B)) as u64))
    }
    fn limb(self, x: [u64; LANES]) -> [u64; LANES] {
        x.map(|x| x % Self::B)
    }
    fn above_limb(self, x: [u64; LANES]) -> [u64; LANES] {
        x.map(|x| x / Self::B)
    }
    fn exceeds_limb(self, x: [u64; LANES]) -> u32 {
        (0..LANES).map(|i| u32::from(x[i] >= Self::B) << i).sum()
    }
    fn is_full_limb(self, x: [u64; LANES]) -> u32 {
        (0..LANES).map(|i| u32::from(x[i] == Self::B - 1) << i).sum()
    }
    fn add_one_where(self, x: [u64; LANES], lanes: u32) -> [u64; LANES] {
        Self::each(|i| Self::sum(x[i], u64::from((lanes >> i) & 1)))
    }
    fn broadcast(self, x: [u64; LANES], lane: usize) -> [u64; LANES] {
        [x[lane]; LANES]
    }
    fn keep_from(self, x: [u64; LANES], lane: usize) -> [u64; LANES] {
        Self::each(|i| if i < lane { 0 } else { x[i] })
    }
    fn move_up(self, x: [u64; LANES], below: [u64; LANES]) -> [u64; LANES] {
        Self::each(|i| if i == 0 { below[LANES - 1] } else { x[i - 1] })
    }
    fn interleave(self, even: [u64; LANES], odd: [u64; LANES]) -> ([u64; LANES], [u64; LANES]) {
        let lane = |i: usize| if i.is_multiple_of(2) { even[i / 2] } else { odd[i / 2] };
        (Self::each(lane), Self::each(|i| lane(LANES + i)))
    }
}

/// Every vector with anything below b above each limb, with every carry from the block below.
fn try_carries<const LIMB_BITS: u32, const LANES: usize>() {
    let b = 1_u64 << LIMB_BITS;
    let l = Model::<LIMB_BITS, LANES>;
    let sum = |x: &[u64]| x.iter().rev().fold(0, |sum, lane| sum * b + lane);
    for code in 0..(b * b).pow(LANES as u32) {
        let x: [u64; LANES] = core::array::from_fn(|i| code / (b * b).pow(i as u32) % (b * b));
        for (below, carry) in (0..b).flat_map(|below| [(below, 0), (below, 1)]) {
            let (limbs, above, carry_out) = carry_once(l, x, [below; LANES], carry);
            assert!(limbs.iter().all(|&limb| limb < b) && carry_out <= 1);
            let out = (above[LANES - 1] + u64::from(carry_out)) * b.pow(LANES as u32);
            assert_eq!(
                sum(&limbs) + out,
                sum(&x) + below + u64::from(carry),
                "{x:?} {below} {carry}"
            );
        }
    }
}

#[test]
fn carries_of_all_vectors() {
    try_carries::<1, 8>(); // all eight lanes of the hardware, all patterns of pass and generate
    try_carries::<2, 4>();
    try_carries::<3, 3>();
    try_carries::<4, 2>();
}

/// Products and squares modulo `n` in the model: all x below 3n with each of the `ys` below 3n.
fn try_blocks<const LIMB_BITS: u32, const LANES: usize, const K: usize>(n: u64, ys: impl Iterator<Item = u64> + Clone) {
    let l = Model::<LIMB_BITS, LANES>;
    let bits = LIMB_BITS * (LANES * K) as u32;
    assert!(n <= (1 << bits) / 16);
    let r = (1_u64 << bits) % n;
    let modulus = BlockMontgomery::<K>::new::<Model<LIMB_BITS, LANES>>(&[n], &[r * r % n]);
    let limbs = |x: u64| Limbs::from_words(&[x], LIMB_BITS, LANES * K);
    let checked = |result: Limbs, product: u64| {
        let ([result], high) = result.to_words(LIMB_BITS);
        assert!(high == 0 && result < 3 * n, "the product of {product} left 3 {n}");
        assert_eq!(result % n * r % n, product % n, "{product} mod {n}");
    };
    for x in 0..3 * n {
        let xs = limbs(x);
        checked(modulus.square(l, &xs), x * x);
        for y in ys.clone().filter(|&y| y < 3 * n) {
            checked(modulus.multiply(l, &xs, &limbs(y)), x * y);
        }
        if x < n {
            let ([power], _) = modulus.power(l, &xs, 65_537).to_words(LIMB_BITS);
            assert_eq!(power % n, power_mod(x, 65_537, n), "{x}^65537 mod {n}");
        }
    }
}

/// All moduli up to R / 16, all x and y below 3n.
fn try_all_blocks<const LIMB_BITS: u32, const LANES: usize, const K: usize>() {
    let most = (1_u64 << (LIMB_BITS * (LANES * K) as u32)) / 16;
    for n in (3..=most).step_by(2).step_by(STRIDE) {
        try_blocks::<LIMB_BITS, LANES, K>(n, 0..3 * n);
    }
}

#[test]
fn block_products_of_all_values() {
    try_all_blocks::<4, 1, 2>();
    try_all_blocks::<4, 2, 1>();
    try_all_blocks::<4, 3, 1>(); // blocks of several limbs: rows, lanes and carries between them
    try_all_blocks::<4, 1, 3>(); // several blocks: two folds, and the last block cleared
}

/// Blocks of two limbs, two of them, limbs of five bits: all x, edge values for y and n.
#[test]
fn block_products_of_edge_values() {
    const MAX_MODULUS: u64 = (1 << 20) / 16;
    let edges = || {
        let limbs = [0_u64, 1, 2, 15, 16, 30, 31];
        let numbers = move |i: u32| limbs.map(|limb| limb << (5 * i));
        numbers(0).into_iter().flat_map(move |a| {
            numbers(1).into_iter().flat_map(move |b| {
                numbers(2)
                    .into_iter()
                    .flat_map(move |c| [0, 1 << 15, 3 << 15, 5 << 15].map(|d| a + b + c + d))
            })
        })
    };
    let moduli = [
        3,
        5,
        31,
        33,
        1023,
        1025,
        32_767,
        32_769,
        33_793,
        49_151,
        64_511,
        64_513,
        65_503,
        65_533,
        MAX_MODULUS - 1,
    ];
    for n in moduli.into_iter().step_by(STRIDE.min(7)) {
        try_blocks::<5, 2, 2>(n, edges().step_by(if n > 2000 { 41 } else { 1 }));
    }
}
