//! The arithmetic on words, for every possible input, with a word size that allows it.

use super::super::montgomery::power_of_two;
use super::super::named::{p256, p384, sm2};
use super::super::{divsteps, pseudo_mersenne};
use crate::integer::{Integer, neg_inverse};
use crate::word::Word;
use crate::word::small::{self, Small, words};
use std::vec::Vec;

/// A word of four bits: the base `B` is 16, and its root 4.
type Nibble = Small<4>;

fn nibbles<const N: usize>(value: u32) -> [Nibble; N] {
    words(value.into())
}

fn value<const N: usize>(nibbles: &[Nibble; N]) -> u32 {
    small::value(nibbles) as u32
}

fn odd_numbers(below: u32) -> impl Iterator<Item = u32> {
    (3..below).step_by(2)
}

/// `-1 / p mod 16`.
fn nibble_neg_inverse(p: u32) -> Nibble {
    Nibble::truncate(neg_inverse(u64::from(p)))
}

fn products_and_squares<const N: usize>() {
    let base = 1 << (4 * N);
    let wide = |(low, high): ([Nibble; N], [Nibble; N])| value(&low) + value(&high) * base;
    for a in 0..base {
        assert_eq!(wide(Integer::widening_square(&nibbles::<N>(a))), a * a);
        for b in 0..base {
            assert_eq!(wide(Integer::widening_mul(&nibbles::<N>(a), &nibbles::<N>(b))), a * b);
        }
    }
}

#[test]
fn all_products_and_squares() {
    products_and_squares::<1>();
    products_and_squares::<2>();
    products_and_squares::<3>();
}

/// Every `low` and every `high < p`, for every odd `p`: more than the products of reduced numbers.
#[test]
fn all_montgomery_reductions() {
    for p in odd_numbers(256) {
        let modulus = nibbles::<2>(p);
        for high in 0..p {
            for low in 0..256 {
                let cancel = |t: &mut _| Integer::cancel_low_word(t, &modulus, nibble_neg_inverse(p));
                let reduced = value(&Integer::montgomery_reduce(
                    &nibbles::<2>(low),
                    &nibbles(high),
                    &modulus,
                    cancel,
                ));
                assert!(reduced < p);
                assert_eq!(reduced * 256 % p, (low + high * 256) % p);
            }
        }
    }
}

#[test]
fn all_sums_differences_and_halves() {
    for p in odd_numbers(256) {
        let modulus = nibbles::<2>(p);
        for a in 0..p {
            let half = value(&nibbles::<2>(a).halve_mod(&modulus));
            assert!(half < p && half * 2 % p == a);
            for b in 0..p {
                let (a_words, b_words) = (nibbles::<2>(a), nibbles::<2>(b));
                assert_eq!(value(&a_words.add_mod(&b_words, &modulus)), (a + b) % p);
                assert_eq!(value(&a_words.sub_mod(&b_words, &modulus)), (a + p - b) % p);
            }
        }
    }
}

/// The shortcut for a `p` of a special form is equivalent to the general step, for every `t`.
fn same_step<const N: usize>(p: u32, shortcut: impl Fn(&mut [Nibble; N])) {
    for t in 0..1 << (4 * N) {
        let (mut expected, mut actual) = (nibbles::<N>(t), nibbles::<N>(t));
        Integer::cancel_low_word(&mut expected, &nibbles(p), nibble_neg_inverse(p));
        shortcut(&mut actual);
        assert_eq!(actual, expected, "{t:x}");
    }
}

#[test]
fn all_steps_of_special_shape() {
    let (b, s) = (16u32, 4u32);
    same_step::<4>(b.pow(4) - b.pow(3) * s + b.pow(3) + b * s - 1, p256::cancel_low_word);
    same_step::<4>(b.pow(4) - b.pow(3) * s - b * s + b - 1, sm2::cancel_low_word);
    same_step::<6>(b.pow(6) - b.pow(2) - b * s + s - 1, p384::cancel_low_word);
}

/// `p = R - c` for every `c` of one word, and every double-length number.
fn folds<const N: usize>() {
    let r = 1 << (4 * N);
    for c in 1..16 {
        let p = r - c;
        for high in 0..r {
            for low in 0..r {
                let folded = pseudo_mersenne::fold(&nibbles::<N>(low), &nibbles::<N>(high), Small(c));
                assert_eq!(value(&folded), (low + high * r) % p);
            }
        }
    }
}

#[test]
fn all_folds() {
    folds::<2>();
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "minutes in a debug build; a release build runs it, in seconds"
)]
fn all_folds_of_three_words() {
    folds::<3>();
}

#[test]
fn all_folded_sums_and_differences() {
    for c in 1..16 {
        let p = 256 - c;
        for a in 0..p {
            for b in 0..p {
                let (a_words, b_words, c_word) = (nibbles::<2>(a), nibbles::<2>(b), Small(c));
                assert_eq!(value(&pseudo_mersenne::add(&a_words, &b_words, c_word)), (a + b) % p);
                assert_eq!(
                    value(&pseudo_mersenne::sub(&a_words, &b_words, c_word)),
                    (a + p - b) % p
                );
            }
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The inverse in one word and in two, with batches of several lengths.
fn check_inverse<const BATCH: u32>(x: u64, p: u64) {
    let inverse = divsteps::invert_in_batches::<BATCH, 1>(&[x], &[p], neg_inverse(p));
    assert_eq!(inverse.is_some(), gcd(x, p) == 1, "{x} mod {p}");
    let product = |y| u128::from(x) * u128::from(y) % u128::from(p);
    assert!(inverse.is_none_or(|[y]| y < p && product(y) == 1), "{x} mod {p}");
    let longer = divsteps::invert_in_batches::<BATCH, 2>(&[x, 0], &[p, 0], neg_inverse(p));
    assert_eq!(longer, inverse.map(|[y]| [y, 0]));
}

/// Every odd modulus below a bound, prime or not. The longest batch, the one in use, does everything at once; the short
/// ones continue from the state that the previous batch left.
#[test]
fn all_small_inverses() {
    for p in (3..600).step_by(2) {
        for x in 0..p {
            check_inverse::<1>(x, p);
            check_inverse::<2>(x, p);
            check_inverse::<5>(x, p);
            check_inverse::<8>(x, p);
            check_inverse::<62>(x, p);
        }
    }
}

/// Numbers that fill their word, where sums of products are longest.
#[test]
fn inverses_of_full_words() {
    let edges: Vec<u64> = (0..64)
        .flat_map(|bit| [1 << bit, (1 << bit) - 1, u64::MAX << bit, (1 << bit) + 1])
        .collect();
    let moduli = (1..60).step_by(2).map(|below| 0_u64.wrapping_sub(below));
    for p in moduli.chain(edges.iter().copied().filter(|p| *p > 1 && p % 2 == 1)) {
        for x in edges
            .iter()
            .flat_map(|x| [*x, p.wrapping_sub(*x), x.wrapping_mul(p / 3)])
        {
            let x = x % p;
            check_inverse::<1>(x, p);
            check_inverse::<7>(x, p);
            check_inverse::<31>(x, p);
            check_inverse::<61>(x, p);
            check_inverse::<62>(x, p);
        }
    }
}

#[test]
fn constants_of_a_modulus() {
    for p in odd_numbers(2000).map(u64::from) {
        assert_eq!(neg_inverse(p).wrapping_mul(p), u64::MAX);
        let powers: Vec<u64> = (0..130).map(|exponent| power_of_two(exponent, &[p])[0]).collect();
        let mut expected = 1;
        for power in powers {
            assert_eq!(power, expected);
            expected = expected * 2 % p;
        }
    }
}
