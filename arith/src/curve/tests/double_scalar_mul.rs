//! `u1 G + u2 Q`, with a table and without, against the oracle.

use super::super::comb::{Comb, Group as _, sum_of};
use super::super::double_scalar_mul::{
    KeyPoint, both_in_lanes, sum_on_words, terms, with_additions, with_table, without_table,
};
use super::super::field::{Field, Invertible};
use super::super::montgomery::Modulus;
use super::super::point::{AffinePoint, Xyzz};
use super::super::scalar::Scalar;
use super::super::{Curve, Tuning};
use super::oracle::*;
use super::scalar::{edge_scalars, random_scalar, small};
use crate::integer::Integer;
use crate::testing::count;
use core::cell::RefCell;
use std::vec::Vec;

pub(super) fn random_point<C: Oracle>(random: &mut Random) -> AffinePoint<C> {
    loop {
        if let Some(point) = peer_double_scalar_mul(random_scalar(random), Scalar::ZERO, &PeerPoint::<C>::default()) {
            return point;
        }
    }
}

/// A point with its multiplier, in all forms.
struct Key<C: Oracle> {
    point: AffinePoint<C>,
    peer: PeerPoint<C>,
    table: Comb<Xyzz<C>>,
    at_once: RefCell<AtOnce<C>>,
}

/// The last eight sums, which are computed at once, if the curve and the CPU can do that.
struct AtOnce<C: Oracle> {
    scalars: [[Scalar<C>; 2]; 8],
    expected: [Option<AffinePoint<C>>; 8],
    checked: usize,
    /// How many were given up.
    given_up: usize,
    /// How many sums of one shot were given up in lanes.
    given_up_alone: usize,
    given_up_both: usize,
}

impl<C: Oracle> AtOnce<C> {
    fn check(&mut self, table: &Comb<Xyzz<C>>, u1: Scalar<C>, u2: Scalar<C>, expected: Option<AffinePoint<C>>) {
        let place = self.checked % 8;
        self.checked += 1;
        (self.scalars[place], self.expected[place]) = ([u1, u2], expected);
        let Some(sums) = C::eight_sums(|| self.scalars.map(|[u1, u2]| terms(u1, u2, table))) else {
            return;
        };
        for (i, sum) in sums.iter().enumerate() {
            match to_affine(sum) {
                None => self.given_up += usize::from(i == place && expected.is_some()),
                sum => assert_eq!(sum, self.expected[i], "at {i} of {:x?}", self.scalars),
            }
        }
    }
}

impl<C: Oracle> Key<C> {
    /// `secret` is not zero.
    fn new(secret: Scalar<C>) -> Self {
        let point = peer_double_scalar_mul(secret, Scalar::ZERO, &PeerPoint::<C>::default()).unwrap();
        Key {
            point,
            peer: to_peer(&point),
            table: Comb::new(point.into()),
            at_once: RefCell::new(AtOnce {
                scalars: [[Scalar::ZERO; 2]; 8],
                expected: [None; 8],
                checked: 0,
                given_up: 0,
                given_up_alone: 0,
                given_up_both: 0,
            }),
        }
    }

    fn check(&self, u1: Scalar<C>, u2: Scalar<C>) -> Option<AffinePoint<C>> {
        let expected = peer_double_scalar_mul(u1, u2, &self.peer);
        let (precomputed, one_shot) = (with_table(u1, u2, &self.table), without_table(u1, u2, &self.point));
        assert_eq!(
            to_affine(&precomputed),
            expected,
            "with a table {:x?} {u1:x?} {u2:x?}",
            self.point
        );
        assert_eq!(
            to_affine(&one_shot),
            expected,
            "without {:x?} {u1:x?} {u2:x?}",
            self.point
        );
        let terms = terms(u1, u2, &self.table);
        let on_words = sum_of(Xyzz::NEUTRAL, &terms);
        assert_eq!(
            to_affine(&on_words),
            expected,
            "with a table on words {:x?} {u1:x?} {u2:x?}",
            self.point
        );
        match both_in_lanes(&terms) {
            Some(sum) => assert_eq!(
                to_affine(&sum),
                expected,
                "both in lanes {:x?} {u1:x?} {u2:x?}",
                self.point
            ),
            None => self.at_once.borrow_mut().given_up_both += usize::from(!u1.is_zero() && !u2.is_zero()),
        }
        let (on_words, in_lanes) = with_additions(u1, u2, &self.point, |additions| {
            (sum_on_words(additions), C::sum_in_lanes(additions))
        });
        assert_eq!(
            to_affine(&on_words),
            expected,
            "on words {:x?} {u1:x?} {u2:x?}",
            self.point
        );
        match in_lanes {
            Some(sum) => assert_eq!(to_affine(&sum), expected, "in lanes {:x?} {u1:x?} {u2:x?}", self.point),
            None => self.at_once.borrow_mut().given_up_alone += usize::from(expected.is_some()),
        }
        self.at_once.borrow_mut().check(&self.table, u1, u2, expected);
        // As verification does.
        if let Some(point) = expected {
            let x = point.x.to_integer();
            let v = Scalar::from_integer(x.subtract_once(false, &C::Order::VALUE)).unwrap();
            assert!(precomputed.x_is_congruent_to(v) && one_shot.x_is_congruent_to(v));
            let other = v.add(small(1));
            assert!(!precomputed.x_is_congruent_to(other) && !one_shot.x_is_congruent_to(other));
        }
        expected
    }
}

/// Multipliers whose points share table entries with the generator or its negative.
fn secrets<C: Tuning>() -> Vec<Scalar<C>> {
    let mut power = small(1);
    let mut secrets = Vec::new();
    for exponent in 0..3 * C::COMB.width * C::COMB.passes {
        if exponent % C::COMB.width <= 1 {
            secrets.extend([power, Scalar::ZERO.sub(power)]);
        }
        power = power.add(power);
    }
    secrets
}

fn agrees_on_edges<C: Oracle>() {
    let mut random = Random(23);
    let edges = edge_scalars::<C>();
    for secret in [small(1), Scalar::ZERO.sub(small(1)), random_scalar(&mut random)] {
        let key = Key::new(secret);
        // All edges with one point, every seventh with the others: the peers are slow.
        let step = if secret == small(1) { 1 } else { 7 };
        for (i, &u1) in edges.iter().enumerate().step_by(step) {
            let u2 = [Scalar::ZERO, small(1), edges[(i * 13 + 5) % edges.len()]][i % 3];
            key.check(u1, u2);
            key.check(u2, u1);
        }
    }
}

fn power_of_two<C: Curve>(exponent: usize) -> Scalar<C> {
    (0..exponent).fold(small(1), |power: Scalar<C>, _| power.add(power))
}

/// `u1 G = u2 Q`, a doubling at the end or on the way, and `u1 G = -u2 Q`, infinity at the end or on the way.
fn agrees_on_equal_and_opposite_multiples<C: Oracle>() {
    let mut random = Random(29);
    let edges = edge_scalars::<C>();
    let (mut given_up, mut given_up_alone, mut checked) = (0, 0, 0);
    // The last of the generator's table, with which sums in lanes begin.
    let last = power_of_two(255);
    for secret in secrets::<C>().into_iter().chain([random_scalar(&mut random), last]) {
        let key = Key::<C>::new(secret);
        for u2 in [
            small(1),
            small(2),
            edges[random.below(edges.len())],
            random_scalar(&mut random),
        ] {
            let u1 = u2.mul(secret);
            assert_eq!(key.check(Scalar::ZERO.sub(u1), u2), None);
            key.check(u1, u2);
            key.check(u1.add(small(1)), u2);
            key.check(Scalar::ZERO.sub(u1).sub(small(1)), u2);
            key.check(Scalar::ZERO, u2);
        }
        given_up += key.at_once.borrow().given_up;
        given_up_alone += key.at_once.borrow().given_up_alone;
        checked += key.at_once.borrow().checked;
    }
    assert!(
        given_up_alone > 0 && (given_up_alone < checked / 2 || !one_sum_in_lanes::<C>()),
        "{given_up_alone} of {checked}"
    );
    let in_lanes = C::eight_sums(|| [(); 8].map(|()| terms(small(1), small(1), C::generator_comb()))).is_some();
    assert_eq!(given_up > 0, in_lanes, "{given_up}");
}

/// Whether one sum can be computed in lanes.
fn one_sum_in_lanes<C: Oracle>() -> bool {
    with_additions(small(1), Scalar::ZERO, &AffinePoint::generator(), C::sum_in_lanes).is_some()
}

/// Whether two sums can be computed in lanes.
fn both_sums_in_lanes<C: Oracle>() -> bool {
    both_in_lanes(&terms(small(1), small(1), C::generator_comb())).is_some()
}

/// `CASES=1000000 cargo test --release -p kms-verify-arith agrees_on_random_inputs` makes the record of a long run.
fn agrees_on_random_inputs<C: Oracle>() {
    let cases = count("CASES", 400);
    let mut random = Random(31 + cases);
    let mut done = 0;
    while done < cases {
        let secret = random_scalar(&mut random);
        if secret.is_zero() {
            continue;
        }
        let key = Key::<C>::new(secret);
        for _ in 0..1000.min(cases - done) {
            key.check(random_scalar(&mut random), random_scalar(&mut random));
            done += 1;
        }
        // Or lanes would be of no use, though the answers are right. Some of the scalars are edges, also those
        // of keys, so some are given up.
        let at_once = key.at_once.borrow();
        assert!(at_once.given_up <= at_once.checked / 8, "{}", at_once.given_up);
        assert!(
            at_once.given_up_both <= at_once.checked / 8 || !both_sums_in_lanes::<C>(),
            "{}",
            at_once.given_up_both
        );
        assert!(
            at_once.given_up_alone <= at_once.checked / 8 || !one_sum_in_lanes::<C>(),
            "{}",
            at_once.given_up_alone
        );
    }
}

/// Any number of sums at once, with right and wrong answers, and with some of which the sum in lanes is given up.
fn answers_at_once_are_those_alone<C: Oracle>() {
    let mut random = Random(37);
    let secret = random_scalar(&mut random);
    let key = |secret| {
        let point = peer_double_scalar_mul(secret, Scalar::ZERO, &PeerPoint::<C>::default()).unwrap();
        KeyPoint::<C>::from(point)
    };
    // Where sums begin with the point of the key, it cannot be added to them.
    for key in [
        key(secret),
        key(secret).precomputed(),
        key(power_of_two(255)).precomputed(),
    ] {
        for count in (0..20).chain([100]) {
            let numbers: Vec<_> = (0..count)
                .map(|i| {
                    let u2 = random_scalar(&mut random);
                    let u1 = match i % 5 {
                        0 => u2.mul(secret),
                        1 => Scalar::ZERO.sub(u2.mul(secret)),
                        2 => Scalar::ZERO,
                        _ => random_scalar(&mut random),
                    };
                    let (u1, u2) = match i % 7 {
                        4 => (Scalar::ZERO, small(1)),
                        5 => (u1, small(1)),
                        6 => (u1, Scalar::ZERO),
                        _ => (u1, u2),
                    };
                    let x = to_affine(&key.double_scalar_mul_vartime(u1, u2)).map_or(C::Int::ZERO, |sum| {
                        sum.x.to_integer().subtract_once(false, &C::Order::VALUE)
                    });
                    let wrong = small(random.below(2) as u64);
                    [u1, u2, Scalar::from_integer(x).unwrap().add(wrong)]
                })
                .collect();
            let alone: Vec<_> = numbers
                .iter()
                .map(|[u1, u2, x]| key.double_scalar_mul_vartime(*u1, *u2).x_is_congruent_to(*x))
                .collect();
            assert_eq!(key.sums_have_x_vartime(&numbers), alone);
            assert!(count < 100 || (20..80).contains(&alone.iter().filter(|answer| **answer).count()));
        }
    }
}

/// The documented memory of a key.
fn tables_are_small<C: Oracle>() {
    assert!(Comb::<Xyzz<C>>::SIZE <= 256 * 1024);
    assert_eq!(C::generator_comb().size(), Comb::<Xyzz<C>>::SIZE);
}

for_each_curve! {
    agrees_on_edges;
    agrees_on_equal_and_opposite_multiples;
    agrees_on_random_inputs;
    answers_at_once_are_those_alone;
    tables_are_small;
}
