//! Edwards25519 against `curve25519-dalek`.

use std::{vec, vec::Vec};

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;

use super::super::comb::Comb;
use super::super::field::Invertible;
use super::super::tests::Random;
use super::Tables;
use super::field::Element;
use super::point::{D, Point, ROOT_OF_MINUS_ONE, TWICE_D};
use crate::testing::count;

fn power_of_two(exponent: u32) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power + power)
}

fn random_scalar(random: &mut Random) -> Scalar {
    let mut bytes = [0; 64];
    bytes
        .chunks_exact_mut(8)
        .for_each(|chunk| chunk.copy_from_slice(&random.word().to_le_bytes()));
    Scalar::from_bytes_mod_order_wide(&bytes)
}

/// Scalars whose digits are extreme: near zero, near the order, near powers of two, with runs of ones.
fn edge_scalars() -> Vec<Scalar> {
    let mut edges = Vec::new();
    for exponent in (0..253).step_by(7).chain([8, 15, 16, 127, 128, 248, 251, 252]) {
        for small in 0..2_u64 {
            edges.push(power_of_two(exponent) + Scalar::from(small));
            edges.push(power_of_two(exponent) - Scalar::from(small + 1));
            edges.push(-power_of_two(exponent) + Scalar::from(small));
        }
    }
    edges.extend([Scalar::ZERO, Scalar::ONE, -Scalar::ONE]);
    // Each digit 128, the largest, and each -127, the smallest.
    edges.extend([0x80, 0x81, 0x7f].map(|byte| Scalar::from_bytes_mod_order([byte; 32])));
    edges
}

/// The points of order 1, 2, 4 and 8 are multiples of this one.
fn torsion_generator() -> EdwardsPoint {
    let point = curve25519_dalek::constants::EIGHT_TORSION[1];
    assert!(point.is_small_order() && !(point + point + point + point).is_identity());
    point
}

/// A point, and its tables. The negative is what a verifier has.
struct Key {
    minus_a: EdwardsPoint,
    tables: Tables,
}

impl Key {
    fn new(a: EdwardsPoint) -> Self {
        Self {
            minus_a: -a,
            tables: Tables::of_negative(&a.compress().0).unwrap(),
        }
    }

    /// Answers whether the sum has small order.
    fn check(&self, s: &Scalar, k: &Scalar) -> bool {
        let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &self.minus_a, s);
        let (encoded, has_small_order) = self.tables.double_scalar_mul_vartime(s.as_bytes(), k.as_bytes());
        assert_eq!(
            encoded,
            expected.compress().0,
            "{:?} {s:?} {k:?}",
            self.minus_a.compress()
        );
        assert_eq!(has_small_order, expected.is_small_order());
        has_small_order
    }
}

fn base() -> EdwardsPoint {
    EdwardsPoint::mul_base(&Scalar::ONE)
}

#[test]
fn constants_are_those_of_rfc_8032() {
    // d = -121665 / 121666.
    let small = |x: u64| Element::constant([x, 0, 0, 0]);
    let d = small(121_665).negate().mul(small(121_666).invert_vartime().unwrap());
    assert!(d.sub(D).carry().is_zero());
    assert!(D.add(D).carry().sub(TWICE_D).carry().is_zero());
    assert!(ROOT_OF_MINUS_ONE.square().add(Element::ONE).carry().is_zero());
    assert_eq!(Point::BASE.encode_vartime(), base().compress().0);
    // The root is 2^((p - 1) / 4), not its negative: 2^((p - 5) / 8) squared is 2^((p - 5) / 4).
    let power = small(2).pow_p58().square().mul(small(2));
    assert!(power.sub(ROOT_OF_MINUS_ONE).carry().is_zero());
}

#[test]
fn tables_are_complete_and_small() {
    let tables = Tables::of_base_point();
    assert_eq!(tables.size(), Comb::<Point>::SIZE);
    assert!(tables.size() <= 240 * 1024);
}

#[test]
fn agrees_on_edges() {
    let mut random = Random(41);
    let edges = edge_scalars();
    let (b, torsion) = (base(), torsion_generator());
    let keys = [
        b,
        -b,
        b + b,
        b + torsion,
        torsion,
        EdwardsPoint::mul_base(&power_of_two(16)),
    ];
    for a in keys
        .into_iter()
        .chain([EdwardsPoint::mul_base(&random_scalar(&mut random))])
    {
        let key = Key::new(a);
        for (i, s) in edges.iter().enumerate() {
            key.check(s, &edges[(i * 13 + 5) % edges.len()]);
            key.check(s, &Scalar::ZERO);
            key.check(&Scalar::ZERO, s);
        }
    }
}

/// Sums whose parts are equal, opposite, or apart by a point of small order.
#[test]
fn agrees_on_equal_and_opposite_multiples() {
    let mut random = Random(43);
    for secret in edge_scalars()
        .into_iter()
        .step_by(11)
        .chain([random_scalar(&mut random)])
    {
        for torsion in [EdwardsPoint::default(), torsion_generator()] {
            let key = Key::new(EdwardsPoint::mul_base(&secret) + torsion);
            for k in [Scalar::ONE, power_of_two(16), random_scalar(&mut random)] {
                assert!(key.check(&(k * secret), &k));
                key.check(&(k * secret + Scalar::ONE), &k);
                key.check(&-(k * secret), &k);
            }
        }
    }
}

#[test]
fn decodes_what_dalek_decodes() {
    let mut random = Random(47);
    let check = |encoded: [u8; 32]| {
        let expected = CompressedEdwardsY(encoded).decompress();
        let mut y = encoded;
        y[31] &= 0x7f;
        // Tables are made of keys that were taken, which are canonical.
        if Element::from_le_bytes(&y).is_none() {
            assert!(Point::decode(&encoded).is_none());
            return;
        }
        let point = Point::decode(&encoded);
        assert_eq!(
            point.map(Point::encode_vartime),
            expected.map(|point| point.compress().0)
        );
        assert_eq!(
            point.map(Point::has_small_order),
            expected.map(|point| point.is_small_order())
        );
    };
    for _ in 0..200 {
        let words: Vec<u8> = (0..4).flat_map(|_| random.word().to_le_bytes()).collect();
        check(words.try_into().unwrap());
    }
    for small in 0..40_u8 {
        for [first, rest, last] in [
            [small, 0, 0],
            [small, 0, 0x80],
            [255 - small, 255, 0x7f],
            [255 - small, 255, 0xff],
        ] {
            let mut encoded = [rest; 32];
            (encoded[0], encoded[31]) = (first, last);
            check(encoded);
        }
    }
    for point in curve25519_dalek::constants::EIGHT_TORSION {
        check(point.compress().0);
    }
}

/// `CASES=1000000 cargo test --release -p kms-verify-arith agrees_on_random_inputs` makes the record of a long run.
#[test]
fn agrees_on_random_inputs() {
    let cases = count("CASES", 400);
    let mut random = Random(53 + cases);
    let torsion: Vec<EdwardsPoint> = vec![EdwardsPoint::default(), torsion_generator()];
    let mut done = 0;
    while done < cases {
        let key = Key::new(EdwardsPoint::mul_base(&random_scalar(&mut random)) + torsion[random.below(2)]);
        for _ in 0..1000.min(cases - done) {
            key.check(&random_scalar(&mut random), &random_scalar(&mut random));
            done += 1;
        }
    }
}
