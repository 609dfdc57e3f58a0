//! The equation, on every backend, with tables and without.

use core::cell::RefCell;
use std::vec::Vec;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar as DalekScalar;
use num_bigint::BigUint;

use super::half_size::{four_words, steep_scalars, worst_scalars};
use super::{
    Backend, Point, Random, Scalar, base, edge_points, edge_scalars, order, ours, power_of_two, random_scalar,
};
use crate::testing::count;

/// A key, without tables and, because they take time, with tables only where asked for.
struct Key {
    minus_a: EdwardsPoint,
    points: Vec<Point>,
    /// The last equations, at the places where they are decided at once, and their answers.
    last: RefCell<Last>,
}

#[derive(Default)]
struct Last {
    equations: Vec<([u8; 32], Scalar, Scalar)>,
    answers: Vec<bool>,
    checked: usize,
}

impl Last {
    /// Keeps eleven: eight in lanes, and three.
    fn push(&mut self, equation: ([u8; 32], Scalar, Scalar), answer: bool) {
        match self.equations.len() {
            11 => {
                self.equations[self.checked % 11] = equation;
                self.answers[self.checked % 11] = answer;
            }
            _ => {
                self.equations.push(equation);
                self.answers.push(answer);
            }
        }
        self.checked += 1;
    }
}

impl Key {
    fn new(a: EdwardsPoint) -> Self {
        Self {
            minus_a: -a,
            points: Vec::from([Point::decode(&a.compress().0).unwrap()]),
            last: RefCell::default(),
        }
    }

    fn with_tables(a: EdwardsPoint) -> Self {
        let mut key = Self::new(a);
        key.points.push(key.points[0].precomputed());
        key
    }

    /// S B - k A.
    fn r(&self, s: &DalekScalar, k: &DalekScalar) -> EdwardsPoint {
        EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &self.minus_a, s)
    }

    /// The answer, which all give.
    fn check(&self, r: &[u8; 32], s: &DalekScalar, k: &DalekScalar) -> bool {
        let sum = self.r(s, k);
        let expected = sum.compress().0 == *r && !sum.is_small_order();
        for backend in Backend::all() {
            for point in &self.points {
                let holds = point.equation_holds_on(backend, r, ours(s), ours(k));
                assert_eq!(
                    holds,
                    expected,
                    "{}, tables of {} bytes: -A {:?}, R {r:02x?}, S {s:?}, k {k:?}",
                    backend.name(),
                    point.table_size(),
                    self.minus_a.compress()
                );
            }
        }
        let mut last = self.last.borrow_mut();
        last.push((*r, ours(s), ours(k)), expected);
        for backend in Backend::all() {
            for point in self.points.iter().skip(1) {
                assert_eq!(point.equations_hold_on(backend, &last.equations), last.answers);
            }
        }
        expected
    }

    /// With the right R, and with others that are near it. Whether it holds with the right one.
    fn check_around(&self, s: &DalekScalar, k: &DalekScalar) -> bool {
        let r = self.r(s, k);
        for other in [r + base(), r - base(), -r, r + EIGHT_TORSION[1], r + EIGHT_TORSION[4]] {
            assert!(other == r || !self.check(&other.compress().0, s, k));
        }
        self.check(&r.compress().0, s, k)
    }
}

fn scalar(x: &BigUint) -> DalekScalar {
    let bytes = four_words(x).map(u64::to_le_bytes).concat();
    DalekScalar::from_canonical_bytes(bytes.try_into().unwrap()).unwrap()
}

#[test]
fn agrees_on_edges() {
    let mut random = Random(41);
    let edges = edge_scalars();
    let (b, torsion) = (base(), EIGHT_TORSION[1]);
    let keys = [
        b,
        -b,
        b + b,
        b + torsion,
        torsion,
        EdwardsPoint::mul_base(&power_of_two(16)),
    ];
    let any = EdwardsPoint::mul_base(&random_scalar(&mut random));
    let (mut hold, mut small_order) = (0, 0);
    for a in keys.into_iter().chain([any]) {
        let key = Key::with_tables(a);
        for (i, s) in edges.iter().enumerate().step_by(3) {
            let zero = DalekScalar::ZERO;
            for (s, k) in [(s, &edges[(i * 13 + 5) % edges.len()]), (s, &zero), (&zero, s)] {
                match key.check_around(s, k) {
                    true => hold += 1,
                    false => small_order += 1,
                }
            }
        }
    }
    assert!(hold > 600 && small_order > 30, "{hold} {small_order}");
}

/// Keys and R with equal, opposite and neutral parts, and with parts of small order.
#[test]
fn agrees_on_edge_points() {
    let mut random = Random(42);
    let points = edge_points();
    let (mut hold, mut fail) = (0, 0);
    for a in &points {
        let key = Key::new(*a);
        let ks = [
            DalekScalar::from(random.word() % 9),
            -DalekScalar::ONE,
            random_scalar(&mut random),
        ];
        for (i, k) in ks.into_iter().enumerate() {
            for s in [DalekScalar::ONE, k, k + DalekScalar::ONE] {
                // The right R, and others, of which some are right for an A and a k that are small.
                let right = key.r(&s, &k);
                for r in points.iter().skip(i).step_by(7).chain([&right]) {
                    match key.check(&r.compress().0, &s, &k) {
                        true => hold += 1,
                        false => fail += 1,
                    }
                }
            }
        }
    }
    assert!(hold > 500 && fail > 3000, "{hold} {fail}");
}

/// Every part of small order in A and in R, with every `k` modulo 8: the equation holds exactly if they cancel out.
#[test]
fn torsion_is_not_multiplied_away() {
    let mut random = Random(43);
    let (mut hold, mut fail) = (0, 0);
    for (i, in_a) in EIGHT_TORSION.iter().enumerate() {
        let secret = random_scalar(&mut random);
        let key = match i {
            0 | 1 | 4 => Key::with_tables(EdwardsPoint::mul_base(&secret) + in_a),
            _ => Key::new(EdwardsPoint::mul_base(&secret) + in_a),
        };
        for (j, in_r) in EIGHT_TORSION.iter().enumerate() {
            for low_bits in 0..8 {
                let k = loop {
                    let k = random_scalar(&mut random);
                    if k.as_bytes()[0] % 8 == low_bits {
                        break k;
                    }
                };
                let nonce = random_scalar(&mut random);
                let r = EdwardsPoint::mul_base(&nonce) + in_r;
                let cancel = (j + usize::from(low_bits) * i) % 8 == 0;
                let s = nonce + k * secret;
                assert_eq!(key.check(&r.compress().0, &s, &k), cancel);
                assert!(!key.check(&r.compress().0, &(s + DalekScalar::ONE), &k));
                match cancel {
                    true => hold += 1,
                    false => fail += 1,
                }
            }
        }
    }
    // For each A and k, one part of R.
    assert_eq!((hold, fail), (64, 448));
}

/// Scalars for which `v` would be the order: then the equation would hold for any R of that order, and any S.
#[test]
fn no_fraction_makes_any_equation_hold() {
    let mut random = Random(44);
    for k in worst_scalars().iter().chain(&steep_scalars()).map(scalar) {
        let key = Key::new(EdwardsPoint::mul_base(&random_scalar(&mut random)));
        let s = random_scalar(&mut random);
        assert!(key.check_around(&s, &k));
        let unrelated = EdwardsPoint::mul_base(&random_scalar(&mut random));
        assert!(!key.check(&unrelated.compress().0, &s, &k));
    }
    for small in 1..20_u8 {
        let key = Key::new(EdwardsPoint::mul_base(&random_scalar(&mut random)));
        for k in [order() - small, order() / small - 1_u8, BigUint::from(small) << 200] {
            assert!(key.check_around(&random_scalar(&mut random), &scalar(&k)));
        }
    }
}

/// R in every encoding of a point of small order, and in those that are not canonical or no points at all.
#[test]
fn other_encodings_of_r_are_rejected() {
    let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().0).collect();
    for sign in [0x7f, 0xff] {
        for low in 0xec..=0xff {
            let mut encoding = [0xff; 32];
            (encoding[0], encoding[31]) = (low, sign);
            encodings.push(encoding);
        }
        let mut zero = [0; 32];
        (zero[0], zero[31]) = (1, sign & 0x80);
        encodings.push(zero);
    }
    let mut points = 0;
    for encoding in encodings {
        let Some(point) = CompressedEdwardsY(encoding).decompress() else {
            continue;
        };
        points += 1;
        // With S = 1 and k = 1, A = B - R.
        let key = Key::with_tables(base() - point);
        assert_eq!(key.r(&DalekScalar::ONE, &DalekScalar::ONE), point);
        assert!(!key.check(&encoding, &DalekScalar::ONE, &DalekScalar::ONE));
    }
    assert!(points > 20, "{points}");
}

/// Sums whose parts are equal, opposite, or apart by a point of small order.
#[test]
fn agrees_on_equal_and_opposite_multiples() {
    let mut random = Random(45);
    let secrets = edge_scalars().into_iter().step_by(11);
    for secret in secrets.chain([random_scalar(&mut random)]) {
        for torsion in [EdwardsPoint::default(), EIGHT_TORSION[1]] {
            let key = Key::with_tables(EdwardsPoint::mul_base(&secret) + torsion);
            for k in [DalekScalar::ONE, power_of_two(16), random_scalar(&mut random)] {
                // S B - k A is of small order.
                assert!(!key.check_around(&(k * secret), &k));
                key.check_around(&(k * secret + DalekScalar::ONE), &k);
                key.check_around(&-(k * secret), &k);
            }
        }
    }
}

/// `CASES=1000000 cargo test --release -p kms-verify-arith agrees_on_random_inputs` makes the record of a long run.
#[test]
fn agrees_on_random_inputs() {
    let cases = count("CASES", 400);
    let mut random = Random(53 + cases);
    let mut done = 0;
    while done < cases {
        let secret = random_scalar(&mut random);
        let torsion = EIGHT_TORSION[random.below(2) * random.below(8)];
        let key = Key::with_tables(EdwardsPoint::mul_base(&secret) + torsion);
        for _ in 0..1000.min(cases - done) {
            let (s, k) = (random_scalar(&mut random), random_scalar(&mut random));
            let mut r = key.r(&s, &k).compress().0;
            let genuine = done.is_multiple_of(2);
            if !genuine {
                r[random.below(32)] ^= 1 << random.below(8);
            }
            assert_eq!(key.check(&r, &s, &k), genuine);
            done += 1;
        }
    }
}
