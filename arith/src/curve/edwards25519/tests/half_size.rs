//! Fractions with small parts.

use std::vec::Vec;

use num_bigint::BigUint;

use super::super::equation::{HALF, MOST, POINTS};
use super::super::half_size::{Fraction, half_size};
use super::{Random, order};
use crate::testing::count;
use crate::word::small::{Small, value, words};

/// Every `k` modulo 8 l, for primes l of nine bits, with words of four bits: what the equation needs of a fraction, and how
/// its parts come out.
#[test]
fn all_small_fractions() {
    const HALF_BITS: u32 = 6;
    // 2^8 is below l.
    const MOST_BITS: u32 = 8;
    let (mut even_first, mut given_up, mut negative) = (0, 0, 0);
    let is_prime = |x: &u64| (2..*x).all(|factor| !x.is_multiple_of(factor));
    for l in (257..512_u64).filter(is_prime) {
        let m = 8 * l;
        for k in 0..m {
            let fraction = half_size::<Small<4>, 3>(&words(m), &words(k), HALF_BITS, MOST_BITS);
            let (u, v) = (value(&fraction.u), value(&fraction.v.1));
            let signed = if fraction.v.0 { m - v } else { v };
            assert_eq!(signed * k % m, u, "{k} modulo {m}");
            assert!(v % 2 == 1 && v < l && u < m);
            let is_given = u == k && v == 1;
            assert!(u < 1 << HALF_BITS || is_given);
            given_up += u32::from(u >= 1 << HALF_BITS);
            negative += u32::from(fraction.v.0);
            even_first += u32::from(v >= 1 << (HALF_BITS + 1));
        }
    }
    std::println!("{given_up} given up, {negative} negative, {even_first} after an even one");
    assert!(given_up > 100 && negative > 10_000 && even_first > 100);
}

/// An equation in the group of integers modulo 8 l, in which B is 8, holds exactly if it does with half-size scalars: for
/// every A, R, S and k.
#[test]
fn equations_of_a_small_group() {
    const HALF_BITS: u32 = 4;
    const MOST_BITS: u32 = 4;
    let l = 17_u64;
    let m = 8 * l;
    let mut hold = 0;
    for k in 0..l {
        let Fraction { u, v } = half_size::<Small<4>, 2>(&words(m), &words(k), HALF_BITS, MOST_BITS);
        let (u, v) = (value(&u), if v.0 { m - value(&v.1) } else { value(&v.1) });
        for s in 0..l {
            let w = v * s % l;
            for a in 0..m {
                for r in 0..m {
                    let holds = (8 * s) % m == (r + k * a) % m;
                    let vanishes = (8 * w + (m - u) * a + (m - v) * r).is_multiple_of(m);
                    assert_eq!(holds, vanishes, "A {a}, R {r}, S {s}, k {k}");
                    hold += u32::from(holds);
                }
            }
        }
    }
    // One R for every A, S and k.
    assert_eq!(u64::from(hold), l * l * m);
}

fn integer(x: &[u64; 4]) -> BigUint {
    BigUint::from_bytes_le(&x.map(u64::to_le_bytes).concat())
}

pub(super) fn four_words(x: &BigUint) -> [u64; 4] {
    let mut words = x.to_u64_digits();
    words.resize(4, 0);
    words.try_into().unwrap()
}

/// Whether `v` was given up.
fn check(k: &BigUint) -> bool {
    let m = order() << 3;
    let fraction = half_size(&POINTS, &four_words(k), HALF, MOST);
    let (u, v) = (integer(&fraction.u), integer(&fraction.v.1));
    let signed = if fraction.v.0 { &m - &v } else { v.clone() };
    assert_eq!(signed * k % &m, u, "{k:x}");
    assert!(v.bit(0) && v.bits() <= u64::from(MOST) && v < order());
    let given_up = u.bits() > u64::from(HALF);
    assert!(!given_up || (u == *k && v == BigUint::from(1_u8)));
    given_up
}

/// Multiples `k` of 8 for which the remainder 8 comes next after one of more than `HALF` bits, with an even cofactor. The
/// next remainder is 0, with the cofactor L, which would make any equation hold.
pub(super) fn worst_scalars() -> Vec<BigUint> {
    let l = order();
    let mut random = Random(73);
    let mut found = Vec::new();
    while found.len() < 20 {
        // s L = 1 modulo t, and k = 8 (s L - 1) / t, so 8 L s - k t = 8.
        let bits: u128 = u128::from(random.word()) << 64 | u128::from(random.word());
        let t = BigUint::from((bits >> 1 | 1 << 126) & !1);
        let Some(s) = (&l % &t).modinv(&t) else { continue };
        let k: BigUint = ((&s * &l - 1_u8) / &t) << 3;
        if k < l {
            assert_eq!(((&s * &l) << 3) - &k * &t, BigUint::from(8_u8));
            found.push(k);
        }
    }
    found
}

/// A remainder of 80 bits comes next after one of more than `HALF` bits, with an even cofactor. The next cofactor has about
/// 176 bits, and no quotient has more than a word.
pub(super) fn steep_scalars() -> Vec<BigUint> {
    let l = order();
    let mut random = Random(97);
    let mut found = Vec::new();
    while found.len() < 20 {
        // 8 L s - k t = r, where t is twice an odd number and r even.
        let bits: u128 = u128::from(random.word()) << 64 | u128::from(random.word());
        let half_t = BigUint::from((bits >> 2 | 1 << 125) | 1);
        let half_r = BigUint::from(1_u128 << 79 | u128::from(random.word()));
        let Some(inverse) = ((&l << 2_u8) % &half_t).modinv(&half_t) else {
            continue;
        };
        let s = &half_r * inverse % &half_t;
        // s / t is in lowest terms, or a remainder with an odd cofactor comes first.
        if !s.bit(0) || ((&s * &l) << 2_u8) < half_r {
            continue;
        }
        let k = (((&s * &l) << 2_u8) - &half_r) / &half_t;
        if k < l {
            assert_eq!(((&s * &l) << 3_u8) - &k * &half_t * 2_u8, &half_r * 2_u8);
            found.push(k);
        }
    }
    found
}

#[test]
fn large_cofactors_are_given_up() {
    for k in worst_scalars().into_iter().chain(steep_scalars()) {
        assert!(check(&k), "{k:x}");
    }
}

#[test]
fn large_fractions() {
    let l = order();
    assert_eq!(integer(&POINTS), &l << 3);
    for small in 0..300_u32 {
        assert!(!check(&BigUint::from(small)));
        check(&(&l - 1_u8 - small));
        check(&(&l / (small + 1)));
        check(&((&l << 3) / (small + 8)));
    }
    for exponent in 0..=252_u32 {
        let power: BigUint = BigUint::from(1_u8) << exponent;
        for k in [&power - 1_u8, power.clone(), &power + 1_u8] {
            // The first quotient has more than a word.
            let must_be_given_up = (u64::from(HALF) + 1..=192).contains(&k.bits());
            assert!(check(&k) || !must_be_given_up, "{k:x}");
        }
    }
    let mut random = Random(79);
    let cases = count("CASES", 5000);
    let mut given_up = 0;
    for _ in 0..cases {
        let words: Vec<u8> = (0..4).flat_map(|_| random.word().to_le_bytes()).collect();
        given_up += u64::from(check(&(BigUint::from_bytes_le(&words) % &l)));
    }
    // About one in 2^60 is.
    assert_eq!(given_up, 0);
}
