//! The field against big integers, and the scalars.

use std::vec::Vec;

use num_bigint::BigUint;

use super::super::super::field::Invertible;
use super::super::Scalar;
use super::super::field::{Element, words};
use super::{Random, order, prime};
use crate::testing::count;

fn number(element: Element) -> BigUint {
    BigUint::from_bytes_le(&element.to_le_bytes())
}

/// Below 2^255.
fn element(x: &BigUint) -> Element {
    let mut bytes = x.to_bytes_le();
    bytes.resize(32, 0);
    Element::from_le_bytes(&bytes.try_into().unwrap())
}

fn random_element(random: &mut Random) -> Element {
    let bytes: Vec<u8> = (0..4).flat_map(|_| random.word().to_le_bytes()).collect();
    Element::from_le_bytes(&bytes.try_into().unwrap())
}

/// Near 0, p and 2 p, in both forms where there are two, and next to powers of two.
fn edges() -> Vec<Element> {
    let p = prime();
    let mut edges = Vec::new();
    for small in 0..40_u8 {
        edges.push(element(&BigUint::from(small)));
        edges.push(element(&(&p + 18_u8 - small)));
        // p + small and 2 p - 1 - small, of which the integers are above 2^255.
        let high = element(&(&p - 1_u8));
        edges.push(high.add(element(&BigUint::from(small + 1))));
        edges.push(high.add(element(&(&p - small))));
    }
    for exponent in [51, 52, 64, 102, 128, 153, 192, 204, 254] {
        let power = BigUint::from(1_u8) << exponent;
        edges.extend([element(&power), element(&(&power - 1_u8)), element(&(&power + 1_u8))]);
    }
    edges
}

fn check(a: Element, b: Element) {
    let p = prime();
    let (x, y) = (number(a), number(b));
    assert_eq!(number(a.add(b)), (&x + &y) % &p);
    assert_eq!(number(a.sub(b)), (&x + &p - &y) % &p);
    assert_eq!(number(a.mul(b)), &x * &y % &p);
    assert_eq!(number(a.square()), &x * &x % &p);
    assert_eq!(number(a.double()), (&x + &x) % &p);
    assert_eq!(number(a.negate()), (&p - &x) % &p);
    assert_eq!(a.is_zero(), x == BigUint::ZERO);
    // An integer in 0..2p is what all of them make.
    for made in [a, a.add(b), a.sub(b), a.mul(b), a.square(), a.negate()] {
        let integer = BigUint::from_slice(&made.words().map(|word| [word as u32, (word >> 32) as u32]).concat());
        assert!(integer < &p + &p);
    }
}

#[test]
fn agrees_with_big_integers() {
    let edges = edges();
    for &a in &edges {
        for &b in &edges {
            check(a, b);
        }
    }
    let mut random = Random(59);
    for _ in 0..count("CASES", 2000) {
        let (a, b) = (random_element(&mut random), random_element(&mut random));
        check(a, b);
        check(a.sub(b), b.negate());
    }
}

#[test]
fn inverts_and_takes_powers() {
    let p = prime();
    let mut random = Random(61);
    for a in edges().into_iter().chain((0..20).map(|_| random_element(&mut random))) {
        match a.invert_vartime() {
            Some(inverse) => assert_eq!(number(a.mul(inverse)), BigUint::from(1_u8)),
            None => assert!(a.is_zero()),
        }
        let exponent = (&p - 5_u8) >> 3;
        assert_eq!(number(a.pow_p58()), number(a).modpow(&exponent, &p));
    }
}

#[test]
fn limbs_add_up() {
    const HIGHEST: u64 = (1 << 52) - 1;
    let p = prime();
    let mut random = Random(67);
    let mut limb = || match random.below(4) {
        0 => HIGHEST,
        1 => 0,
        2 => HIGHEST >> 1,
        _ => random.word() & HIGHEST,
    };
    let all = [[HIGHEST; 5], [0; 5], [1 << 51; 5], [HIGHEST >> 1; 5]];
    for limbs in all.into_iter().chain((0..2000).map(|_| [(); 5].map(|()| limb()))) {
        let sum: BigUint = (0..5).map(|i| BigUint::from(limbs[i]) << (51 * i)).sum();
        let element = Element::from_limbs(limbs);
        assert_eq!(number(element), sum % &p);
        check(element, Element::ONE);
    }
}

#[test]
fn scalars_are_those_of_big_integers() {
    let l = order();
    let number = |scalar: Scalar| BigUint::from_bytes_le(&scalar.to_integer().map(u64::to_le_bytes).concat());
    let bytes = |x: &BigUint, length| {
        let mut bytes = x.to_bytes_le();
        bytes.resize(length, 0);
        bytes
    };
    for small in 0..20_u8 {
        let below: [u8; 32] = bytes(&(&l - 1_u8 - small), 32).try_into().unwrap();
        assert_eq!(number(Scalar::from_canonical_bytes(&below).unwrap()), &l - 1_u8 - small);
        let above = bytes(&(&l + small), 32).try_into().unwrap();
        assert!(Scalar::from_canonical_bytes(&above).is_none());
    }
    assert!(Scalar::from_canonical_bytes(&[0xff; 32]).is_none());

    let mut random = Random(71);
    let mut wides: Vec<[u8; 64]> = std::vec![[0; 64], [0xff; 64]];
    // Multiples of L, and their neighbors.
    for exponent in (0..=259).step_by(7).chain([252, 253, 256, 259]) {
        for (up, down) in [(0_u8, 0_u8), (1, 0), (0, 1)] {
            let multiple: BigUint = (&l << exponent) + 2_u8 + up - down - 2_u8;
            wides.push(bytes(&multiple, 64).try_into().unwrap());
        }
    }
    for _ in 0..500 {
        let wide: Vec<u8> = (0..8).flat_map(|_| random.word().to_le_bytes()).collect();
        wides.push(wide.try_into().unwrap());
    }
    for wide in &wides {
        let scalar = Scalar::from_bytes_mod_order_wide(wide);
        assert_eq!(number(scalar), BigUint::from_bytes_le(wide) % &l);
        let (halves, _) = wide.as_chunks::<32>();
        let factor = words(&halves[1]);
        let product = number(scalar) * BigUint::from_bytes_le(&halves[1]) % &l;
        assert_eq!(number(scalar.times(&factor)), product);
    }
}
