//! The fields, compared with the verified functions of fiat-crypto, or with Montgomery form where those are in use.
//!
//! The environment variable `CASES` sets the number of cases. The command for the record of a long run is
//!
//!     CASES=100000000 cargo test --release -p kms-verify-arith agrees_on_random_elements

use super::super::Curve;
use super::super::field::{Field, Invertible, invert_all_vartime};
use super::super::montgomery::{Modulus, Residue};
use super::super::named::{p256, p384, p521, secp256k1, sm2};
use super::oracle::{Random, for_each_curve};
use crate::integer::Integer;
use crate::integer::Words;
use crate::testing::count;
use fiat_crypto::{p256_64::*, p384_64::*, secp256k1_montgomery_64::*, sm2_64::*};
use std::vec;
use std::vec::Vec;

/// The field of a curve, and integers modulo its prime by another implementation.
trait PeerField: Curve {
    type Prime: Modulus<Int = Self::Int>;

    /// `[a b, a^2, a + b, a - b]`.
    fn peer(a: &Self::Int, b: &Self::Int) -> [Self::Int; 4];
}

macro_rules! fiat_montgomery {
    ($curve:ty, $prime:ty, $element:ident, $plain:ident, $to:ident, $from:ident, $mul:ident, $square:ident, $add:ident, $sub:ident) => {
        impl PeerField for $curve {
            type Prime = $prime;

            fn peer(a: &Self::Int, b: &Self::Int) -> [Self::Int; 4] {
                let zero = || $element(Words::from_be_bytes(&[]).unwrap());
                let (mut a_form, mut b_form, mut results) = (zero(), zero(), [zero(), zero(), zero(), zero()]);
                $to(&mut a_form, &$plain(*a));
                $to(&mut b_form, &$plain(*b));
                $mul(&mut results[0], &a_form, &b_form);
                $square(&mut results[1], &a_form);
                $add(&mut results[2], &a_form, &b_form);
                $sub(&mut results[3], &a_form, &b_form);
                results.map(|result| {
                    let mut plain = $plain(*a);
                    $from(&mut plain, &result);
                    plain.0
                })
            }
        }
    };
}

fiat_montgomery!(
    p256::P256,
    p256::Prime,
    fiat_p256_montgomery_domain_field_element,
    fiat_p256_non_montgomery_domain_field_element,
    fiat_p256_to_montgomery,
    fiat_p256_from_montgomery,
    fiat_p256_mul,
    fiat_p256_square,
    fiat_p256_add,
    fiat_p256_sub
);
fiat_montgomery!(
    p384::P384,
    p384::Prime,
    fiat_p384_montgomery_domain_field_element,
    fiat_p384_non_montgomery_domain_field_element,
    fiat_p384_to_montgomery,
    fiat_p384_from_montgomery,
    fiat_p384_mul,
    fiat_p384_square,
    fiat_p384_add,
    fiat_p384_sub
);
fiat_montgomery!(
    sm2::Sm2,
    sm2::Prime,
    fiat_sm2_montgomery_domain_field_element,
    fiat_sm2_non_montgomery_domain_field_element,
    fiat_sm2_to_montgomery,
    fiat_sm2_from_montgomery,
    fiat_sm2_mul,
    fiat_sm2_square,
    fiat_sm2_add,
    fiat_sm2_sub
);
fiat_montgomery!(
    secp256k1::Secp256k1,
    secp256k1::Prime,
    fiat_secp256k1_montgomery_montgomery_domain_field_element,
    fiat_secp256k1_montgomery_non_montgomery_domain_field_element,
    fiat_secp256k1_montgomery_to_montgomery,
    fiat_secp256k1_montgomery_from_montgomery,
    fiat_secp256k1_montgomery_mul,
    fiat_secp256k1_montgomery_square,
    fiat_secp256k1_montgomery_add,
    fiat_secp256k1_montgomery_sub
);

impl PeerField for p521::P521 {
    type Prime = p521::Prime;

    fn peer(a: &Self::Int, b: &Self::Int) -> [Self::Int; 4] {
        let element = |x| Residue::<p521::Prime>::from_integer(x).unwrap();
        let (a, b) = (element(a), element(b));
        [a.mul(b), a.square(), a.add(b), a.sub(b)].map(Residue::to_integer)
    }
}

fn check<C: PeerField>(a: &C::Int, b: &C::Int) {
    let element = |x| C::Field::from_integer(x).unwrap();
    let (x, y) = (element(a), element(b));
    let ours = [x.mul(y), x.square(), x.add(y), x.sub(y)];
    assert_eq!(ours.map(C::Field::to_integer), C::peer(a, b), "{a:x?} {b:x?}");
    assert_eq!(x.to_integer(), *a);
    assert_eq!(x == y, a == b);
    assert_eq!(x.sub(y).is_zero(), a == b);
    assert_eq!(x.halve().double(), x, "{a:x?}");
    assert_eq!(x.three_halves().double(), x.triple(), "{a:x?}");
    assert!(x.add(x.negate()).is_zero());
    // Results as operands: their form may differ from that of a new element.
    assert_eq!(ours[2].mul(ours[3]), x.square().sub(y.square()), "{a:x?} {b:x?}");
}

fn check_inverse<C: PeerField>(a: &C::Int) {
    let x = C::Field::from_integer(a).unwrap();
    match x.invert_vartime() {
        None => assert!(x.is_zero()),
        Some(inverse) => assert_eq!(inverse.mul(x), C::Field::ONE, "{a:x?}"),
    }
}

/// Zero, the prime, powers of two, words of all ones, and their neighbors: every carry at every word.
fn edges<C: PeerField>() -> Vec<C::Int> {
    let p = C::Prime::VALUE;
    let one = C::Field::ONE.to_integer();
    let mut values = vec![C::Int::ZERO, one, p.sub_borrow(&one).0, p.halve_mod(&p)];
    for bit in 0..C::FIELD_BITS {
        let mut power = C::Int::ZERO;
        power.words_mut()[bit / 64] = 1 << (bit % 64);
        let complement = p.sub_borrow(&power).0;
        values.extend([
            power,
            power.sub_borrow(&one).0,
            complement,
            complement.sub_borrow(&one).0,
        ]);
        if bit % 32 == 0 {
            values.extend([power.add_carry(&one).0, complement.add_carry(&one).0]);
        }
    }
    for (i, _) in p.words().iter().enumerate() {
        let mut ones = C::Int::ZERO;
        ones.words_mut()[i] = u64::MAX;
        values.push(ones);
    }
    values.retain(|x| x.sub_borrow(&p).1);
    values
}

fn agrees_on_edges<C: PeerField>() {
    let edges = edges::<C>();
    for a in &edges {
        check_inverse::<C>(a);
        for b in edges.iter().step_by(3) {
            check::<C>(a, b);
        }
    }
}

fn agrees_on_random_elements<C: PeerField>() {
    let cases = count("CASES", 20_000);
    let mut random = Random(cases);
    for i in 0..cases {
        let a = random.below_modulus(&C::Prime::VALUE, C::FIELD_BITS);
        let b = random.below_modulus(&C::Prime::VALUE, C::FIELD_BITS);
        check::<C>(&a, &b);
        if i % 100 == 0 {
            check_inverse::<C>(&a);
        }
    }
}

fn range_is_exact<C: PeerField>() {
    let p = C::Prime::VALUE;
    let one = C::Field::ONE.to_integer();
    assert!(C::Field::from_integer(&p.sub_borrow(&one).0).is_some());
    assert!(C::Field::from_integer(&p).is_none());
    assert!(C::Field::from_integer(&p.add_carry(&one).0).is_none());
    assert!(C::Field::from_integer(&C::Int::ZERO.sub_borrow(&one).0).is_none());
    assert!(C::Field::ZERO.invert_vartime().is_none());
}

fn inverts_many<C: PeerField>() {
    let elements: Vec<C::Field> = edges::<C>()[1..]
        .iter()
        .filter(|x| **x != C::Int::ZERO)
        .map(|x| C::Field::from_integer(x).unwrap())
        .collect();
    let inverses = invert_all_vartime(&elements).unwrap();
    assert!(
        elements
            .iter()
            .zip(inverses)
            .all(|(x, inverse)| x.mul(inverse) == C::Field::ONE)
    );
    assert_eq!(invert_all_vartime::<C::Field>(&[]), Some(vec![]));
    assert_eq!(invert_all_vartime(&[C::Field::ONE, C::Field::ZERO]), None);
}

for_each_curve! {
    agrees_on_edges;
    agrees_on_random_elements;
    range_is_exact;
    inverts_many;
}
