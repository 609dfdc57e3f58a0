//! `u1 G + u2 Q`, with a table and without, against the oracle.

use super::super::Tuning;
use super::super::comb::Comb;
use super::super::double_scalar_mul::{with_table, without_table};
use super::super::field::Field;
use super::super::montgomery::Modulus;
use super::super::point::{AffinePoint, Xyzz};
use super::super::scalar::Scalar;
use super::oracle::*;
use super::scalar::{edge_scalars, random_scalar, small};
use crate::integer::Integer;
use crate::testing::count;
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
}

impl<C: Oracle> Key<C> {
    /// `secret` is not zero.
    fn new(secret: Scalar<C>) -> Self {
        let point = peer_double_scalar_mul(secret, Scalar::ZERO, &PeerPoint::<C>::default()).unwrap();
        Key {
            point,
            peer: to_peer(&point),
            table: Comb::new(point.into()),
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

/// `u1 G = u2 Q`, a doubling at the end or on the way, and `u1 G = -u2 Q`, infinity at the end or on the way.
fn agrees_on_equal_and_opposite_multiples<C: Oracle>() {
    let mut random = Random(29);
    let edges = edge_scalars::<C>();
    for secret in secrets::<C>().into_iter().chain([random_scalar(&mut random)]) {
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
        }
    }
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
    tables_are_small;
}
