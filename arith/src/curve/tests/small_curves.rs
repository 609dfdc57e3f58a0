//! `u1 G + u2 Q` on curves that are so small that every sum can be tested: each point `Q`, each `u1`, each `u2`. So
//! every exceptional case of the group law occurs in every possible place of a scalar multiplication loop.

use super::super::comb::Comb;
use super::super::double_scalar_mul::{Endomorphism, with_additions, with_table, without_table};
use super::super::field::{Field, Invertible};
use super::super::lanes::field::LaneField;
use super::super::lanes::one_sum::sum_of;
use super::super::montgomery::{Modulus, Residue, modulus};
use super::super::point::AffinePoint;
use super::super::scalar::Scalar;
use super::super::{CoefficientA, Curve, Tuning, tuning};
use super::oracle::to_affine;
use super::scalar::small;
use crate::lanes::model::Model;
use std::vec::Vec;

modulus! { P73: [u64; 1] = [73]; }
modulus! { P79: [u64; 1] = [79]; }
modulus! { Order61: [u64; 1] = [61]; }
modulus! { Order67: [u64; 1] = [67]; }

macro_rules! small_curve {
    ($name:ident: y^2 = x^3 + $a:ident x + $b:literal modulo $prime:ident, $order:ident, $bits:literal,
        generator $generator:expr, comb $width:literal $passes:literal, naf $naf_g:literal $naf:literal, $endomorphism:expr) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        struct $name;

        impl Curve for $name {
            type Int = [u64; 1];
            type Field = Residue<$prime>;
            type Order = $order;

            const FIELD_BITS: usize = 7;
            const ORDER_BITS: usize = $bits;
            const A: CoefficientA = CoefficientA::$a;
            const B: Self::Field = Residue::constant([$b]);
            const GENERATOR: (Self::Field, Self::Field) = {
                let (x, y) = $generator;
                (Residue::constant(x), Residue::constant(y))
            };
            const ENDOMORPHISM: Option<Endomorphism<Self>> = $endomorphism;
        }

        tuning!($name: comb $width $passes, naf $naf_g $naf);
    };
}

small_curve!(OnePass: y^2 = x^3 + MinusThree x + 15 modulo P73, Order61, 6, generator ([4], [33]), comb 3 1, naf 5 3, None);
small_curve!(ThreePasses: y^2 = x^3 + MinusThree x + 15 modulo P73, Order61, 6, generator ([4], [33]), comb 2 3, naf 3 4, None);
small_curve!(Plain: y^2 = x^3 + Zero x + 7 modulo P79, Order67, 7, generator ([1], [18]), comb 4 2, naf 6 3, None);
small_curve!(Split: y^2 = x^3 + Zero x + 7 modulo P79, Order67, 7, generator ([1], [18]), comb 4 1, naf 4 2,
    Some(Endomorphism { x_factor: Residue::constant([LAMBDA_AND_BETA.1]), split }));

/// `(x, y) -> (beta x, y)` is the multiplication by `lambda`.
const LAMBDA_AND_BETA: (u64, u64) = (29, 23);

/// Any `u1` is suitable; this one takes every value. Both parts are long, so that they meet while the sum is in
/// Jacobian coordinates, and add up to the same point, its negative, and infinity.
fn split(u: Scalar<Split>) -> [Scalar<Split>; 2] {
    let u1 = u.mul(small(5)).add(small(3));
    [u.sub(u1.mul(small(LAMBDA_AND_BETA.0))), u1]
}

/// All points, infinity first, as multiples of the generator, by textbook addition: the third point on the line through
/// two points, or on the tangent, is the negative of their sum.
fn all_points<C: Curve<Int = [u64; 1]>>(p: u64, n: u64) -> Vec<Option<(u64, u64)>> {
    let a = match C::A {
        CoefficientA::Zero => 0,
        CoefficientA::MinusThree => p - 3,
    };
    let ([gx], [gy]) = (C::GENERATOR.0.to_integer(), C::GENERATOR.1.to_integer());
    let divide = |dividend: u64, divisor: u64| (0..p).find(|x| x * divisor % p == dividend % p).unwrap();
    let mut points = std::vec![None, Some((gx, gy))];
    while let Some(&Some((x, y))) = points.last() {
        points.push(if x == gx && (y + gy) % p == 0 {
            None
        } else {
            let slope = if x == gx {
                divide(3 * x * x + a, 2 * y)
            } else {
                divide(gy + p - y, gx + p - x)
            };
            let sum_x = (slope * slope + 2 * p - x - gx) % p;
            Some((sum_x, (slope * (x + p - sum_x) + p - y) % p))
        });
    }
    points.pop();
    assert_eq!(points.len() as u64, n);
    points
}

fn every_sum<C: Tuning<Int = [u64; 1]>>(p: u64) {
    let [n] = C::Order::VALUE;
    let points = all_points::<C>(p, n);
    let beyond_the_order = points.iter().flatten().filter(|(x, _)| *x >= n).count();
    assert!(beyond_the_order > 3);
    for d in 1..n {
        let (x, y) = points[d as usize].unwrap();
        let q = AffinePoint::<C>::from_integers(&[x], &[y]).unwrap();
        let table = Comb::new(q.into());
        for (u1, u2) in (0..n).flat_map(|u1| (0..n).map(move |u2| (u1, u2))) {
            let expected = points[((u1 + u2 * d) % n) as usize];
            let (u1, u2) = (small(u1), small(u2));
            for sum in [with_table(u1, u2, &table), without_table(u1, u2, &q)] {
                let found = to_affine(&sum).map(|point| (point.x.to_integer()[0], point.y.to_integer()[0]));
                assert_eq!(found, expected, "{u1:?} G + {u2:?} {q:?}");
                // As verification does, and occasionally for every v.
                let all = u2 == small(1);
                for v in (0..n).filter(|v| all || expected.is_some_and(|(x, _)| x % n == *v)) {
                    let congruent = expected.is_some_and(|(x, _)| x % n == v);
                    assert_eq!(sum.x_is_congruent_to(small(v)), congruent, "{expected:?} {v}");
                }
            }
        }
    }
}

/// Sums in lanes, on the model: they are given up exactly if a point is added to itself or to its negative on the way, or
/// there is nothing to add.
fn every_sum_in_lanes<C: Tuning<Int = [u64; 1], Field: LaneField<1>>>(p: u64) {
    let [n] = C::Order::VALUE;
    let points = all_points::<C>(p, n);
    let integers = |point: &AffinePoint<C>| (point.x.to_integer()[0], point.y.to_integer()[0]);
    let multiplier =
        |point: &AffinePoint<C>| points.iter().position(|other| *other == Some(integers(point))).unwrap() as u64;
    let (mut given_up, mut sums) = (0, 0);
    for d in 1..n {
        let (x, y) = points[d as usize].unwrap();
        let q = AffinePoint::<C>::from_integers(&[x], &[y]).unwrap();
        for (u1, u2) in (0..n).flat_map(|u1| (0..n).map(move |u2| (u1, u2))) {
            with_additions(small(u1), small(u2), &q, |additions| {
                let (mut sum, mut position, mut exceptional) = (0, 0, additions.is_empty());
                for (i, addition) in additions.iter().enumerate() {
                    for _ in addition.position..position {
                        sum = sum * 2 % n;
                    }
                    position = addition.position;
                    let multiplier = multiplier(addition.point);
                    exceptional |= i > 0 && [0, multiplier, n - multiplier].contains(&sum);
                    sum = (sum + if addition.negative { n - multiplier } else { multiplier }) % n;
                }
                let found = sum_of::<1, _, C>(Model, additions);
                assert_eq!(found.is_none(), exceptional, "{u1} G + {u2} {q:?}");
                if let Some(found) = found {
                    assert_eq!(
                        to_affine(&found).as_ref().map(integers),
                        points[((u1 + u2 * d) % n) as usize]
                    );
                }
                given_up += usize::from(exceptional);
                sums += 1;
            });
        }
    }
    assert!(given_up > sums / 100 && given_up < sums / 2, "{given_up} of {sums}");
}

#[test]
fn every_sum_in_lanes_of_each_curve() {
    every_sum_in_lanes::<OnePass>(73);
    every_sum_in_lanes::<ThreePasses>(73);
    every_sum_in_lanes::<Plain>(79);
    every_sum_in_lanes::<Split>(79);
}

#[test]
fn every_sum_with_a_table_for_each_window() {
    every_sum::<OnePass>(73);
}

#[test]
fn every_sum_with_one_table_for_all_windows() {
    every_sum::<ThreePasses>(73);
}

#[test]
fn every_sum_with_some_tables() {
    every_sum::<Plain>(79);
}

#[test]
fn every_sum_with_an_endomorphism() {
    every_sum::<Split>(79);
}
