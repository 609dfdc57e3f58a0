//! The group law, case by case, and the comparison of the affine x.

use super::super::Curve;
use super::super::field::{Field, Invertible};
use super::super::montgomery::Modulus;
use super::super::point::AffinePoint;
use super::super::point::{Jacobian, Sum, Xyzz};
use super::super::scalar::Scalar;
use super::double_scalar_mul::random_point;
use super::oracle::*;
use super::scalar::{edge_scalars, small};
use crate::integer::{Integer, Words};
use ::p256::elliptic_curve::group::Group;

/// A sum in coordinates that can be scaled without changing the point.
trait Scaled<C: Curve>: Sum<C> + Into<Xyzz<C>> + From<AffinePoint<C>> {
    fn scaled(self, z: C::Field) -> Self;
}

impl<C: Curve> Scaled<C> for Jacobian<C> {
    fn scaled(self, z: C::Field) -> Self {
        Jacobian {
            x: self.x.mul(z.square()),
            y: self.y.mul(z.square().mul(z)),
            z: self.z.mul(z),
        }
    }
}

impl<C: Curve> Scaled<C> for Xyzz<C> {
    fn scaled(self, z: C::Field) -> Self {
        let (zz, zzz) = (z.square(), z.square().mul(z));
        Xyzz {
            x: self.x.mul(zz),
            y: self.y.mul(zzz),
            zz: self.zz.mul(zz),
            zzz: self.zzz.mul(zzz),
        }
    }
}

/// Each case of the addition with `Z = 1` and with others. For the equal and the opposite point, at any scale, only the
/// branch for the same x gives correct results: the formula would give `Z = 0` for both.
fn group_law<C: Oracle, S: Scaled<C>>() {
    let mut random = Random(17);
    let affine = |sum: S| to_affine(&sum.into());
    for round in 0..50 {
        let (p, q) = (random_point::<C>(&mut random), random_point::<C>(&mut random));
        let z = C::Field::from_integer(&random.below_modulus(&C::Order::VALUE, C::ORDER_BITS)).unwrap();
        let z = if round == 0 || z.is_zero() { C::Field::ONE } else { z };
        let (peer_p, peer_q) = (to_peer(&p), to_peer(&q));
        let start = S::from(p).scaled(z);
        assert!(!start.is_infinity());
        let plus = |point: AffinePoint<C>| {
            let mut sum = start;
            sum.add(&point);
            sum
        };
        assert_eq!(affine(start), Some(p));
        assert_eq!(affine(plus(q)), from_peer(&(peer_p + peer_q)));
        assert_eq!(affine(plus(q.negate())), from_peer(&(peer_p - peer_q)));
        assert_eq!(affine(plus(p)), from_peer(&peer_p.double()));
        assert!(plus(p.negate()).is_infinity());

        let mut double = start;
        double.double();
        assert_eq!(affine(double), from_peer(&peer_p.double()));

        for infinity in [S::INFINITY, plus(p.negate()).scaled(z), S::INFINITY.scaled(z)] {
            let mut sum = infinity;
            sum.double();
            assert!(sum.is_infinity());
            sum.add(&q);
            assert_eq!(affine(sum), Some(q));
        }
    }
}

fn group_law_in_jacobian_coordinates<C: Oracle>() {
    group_law::<C, Jacobian<C>>();
}

fn group_law_in_xyzz_coordinates<C: Oracle>() {
    group_law::<C, Xyzz<C>>();
}

fn only_points_of_the_curve<C: Oracle>() {
    let mut random = Random(19);
    let p = C::Field::ZERO
        .sub(C::Field::ONE)
        .to_integer()
        .add_carry(&C::Field::ONE.to_integer())
        .0;
    let length = C::FIELD_BITS.div_ceil(8);
    for _ in 0..20 {
        let point = random_point::<C>(&mut random);
        let (x, y) = (field_bytes::<C>(point.x), field_bytes::<C>(point.y));
        let parse = AffinePoint::<C>::from_be_bytes;
        assert_eq!(parse(&x, &y), Some(point));
        assert_eq!(parse(&x, &field_bytes::<C>(point.y.negate())), Some(point.negate()));
        assert_eq!(parse(&x, &field_bytes::<C>(point.y.add(C::Field::ONE))), None);
        assert_eq!(parse(&field_bytes::<C>(point.x.add(C::Field::ONE)), &y), None);
        assert_eq!(parse(&y, &x), None);
        assert_eq!(parse(&x[1..], &y), None);
        assert_eq!(parse(&x, &y[1..]), None);
        assert_eq!(parse(&[&[0], &x[..]].concat(), &y), None);
        assert_eq!(parse(&be_bytes(&p, length), &y), None);
        assert_eq!(parse(&x, &be_bytes(&p, length)), None);
    }
    let zeros = std::vec![0; length];
    assert_eq!(AffinePoint::<C>::from_be_bytes(&zeros, &zeros), None);
    assert_eq!(AffinePoint::<C>::from_be_bytes(&[], &[]), None);
}

/// The same residue, not reduced, is rejected: `x + p` for a small `x`, where it fits in the bytes.
fn coordinates_are_reduced<C: Oracle>() {
    let p = C::Field::ZERO
        .sub(C::Field::ONE)
        .to_integer()
        .add_carry(&C::Field::ONE.to_integer())
        .0;
    let length = C::FIELD_BITS.div_ceil(8);
    let mut rejected = 0;
    for x in 0..40 {
        let x = small::<C>(x).to_integer();
        if let Some(point) = lift::<C>(&x) {
            let (x, y) = (be_bytes(&x.add_carry(&p).0, length), field_bytes::<C>(point.y));
            assert_eq!(AffinePoint::<C>::from_be_bytes(&x, &y), None);
            rejected += 1;
        }
    }
    assert!(rejected > 5);
}

/// The point with this x, if there is one. All primes here are congruent to 3 modulo 4, so `a^((p + 1) / 4)` is a root
/// of `a` if there is one.
fn lift<C: Curve>(x: &C::Int) -> Option<AffinePoint<C>> {
    let field = C::Field::from_integer(x)?;
    let a = match C::A {
        super::super::CoefficientA::Zero => C::Field::ZERO,
        super::super::CoefficientA::MinusThree => C::Field::ONE.triple().negate(),
    };
    let yy = field.square().add(a).mul(field).add(C::B);
    let one = C::Field::ONE.to_integer();
    // (p + 1) / 4 = ((p - 1) / 2 + 1) / 2
    let p_minus_1 = C::Field::ZERO.sub(C::Field::ONE).to_integer();
    let exponent = p_minus_1.shift_right(1).add_carry(&one).0.shift_right(1);
    let y = (0..C::FIELD_BITS).rev().fold(C::Field::ONE, |power, bit| {
        let square = power.square();
        if exponent.bits(bit, 1) == 1 {
            square.mul(yy)
        } else {
            square
        }
    });
    AffinePoint::from_integers(x, &y.to_integer())
}

/// An x from `n` to `p` is congruent to `x - n`. Finding one takes a search: hardly any point has one.
fn x_between_the_order_and_the_prime<C: Oracle>() {
    let n = C::Order::VALUE;
    let z = C::GENERATOR.1;
    let mut found = 0;
    for v in 0..60 {
        let v = small::<C>(v);
        let (v_plus_n, carry) = v.to_integer().add_carry(&n);
        assert!(!carry);
        if let Some(point) = lift::<C>(&v_plus_n) {
            for sum in [
                Xyzz::from(point),
                Xyzz::from(point).scaled(z),
                Xyzz::from(point.negate()).scaled(z),
            ] {
                assert!(sum.x_is_congruent_to(v));
                assert!(!sum.x_is_congruent_to(v.add(small(1))));
                assert!(!sum.x_is_congruent_to(v.sub(small(1))));
                assert!(!sum.x_is_congruent_to(Scalar::ZERO.sub(v).sub(small(1))));
            }
            found += 1;
        }
        // The same residue less than `n`, for which `v + n` belongs to another point.
        if let Some(point) = lift::<C>(&v.to_integer()) {
            assert!(Xyzz::from(point).scaled(z).x_is_congruent_to(v));
        }
    }
    assert!(found > 10);
}

/// Near `p`: the greatest `v` for which `v + n` is still less than `p`, and those above, which must not wrap around.
fn x_near_the_prime<C: Oracle>() {
    let n = C::Order::VALUE;
    let p_minus_1 = C::Field::ZERO.sub(C::Field::ONE).to_integer();
    let z = C::GENERATOR.0;
    let mut found = 0;
    for below in 0..40 {
        let x = p_minus_1.sub_borrow(&small::<C>(below).to_integer()).0;
        if let Some(point) = lift::<C>(&x) {
            let v = Scalar::from_integer(x.sub_borrow(&n).0).unwrap();
            assert!(Xyzz::from(point).scaled(z).x_is_congruent_to(v));
            found += 1;
        }
        // v + n = p + below corresponds to the small x = below, but is not congruent to it modulo n.
        let x = small::<C>(below).to_integer();
        if let Some(point) = lift::<C>(&x) {
            let p_minus_n = p_minus_1.sub_borrow(&n).0.add_carry(&small::<C>(1).to_integer()).0;
            let v = Scalar::from_integer(p_minus_n.add_carry(&x).0).unwrap();
            assert!(!Xyzz::from(point).scaled(z).x_is_congruent_to(v));
        }
    }
    assert!(found > 5);
}

/// `v + n` may not fit in the words. Its truncation is not the x of a point that `v` is congruent to.
fn sums_that_overflow_are_not_compared<C: Oracle>() {
    let r_minus_n = C::Int::ZERO.sub_borrow(&C::Order::VALUE).0;
    let mut overflowed = 0;
    for x in 0..40 {
        let x = small::<C>(x).to_integer();
        let v = Scalar::<C>::from_integer(x.add_carry(&r_minus_n).0);
        if let (Some(point), Some(v)) = (lift::<C>(&x), v) {
            assert!(v.to_integer().add_carry(&C::Order::VALUE) == (x, true));
            assert!(!Xyzz::from(point).x_is_congruent_to(v));
            overflowed += 1;
        }
    }
    // The words of P-521 have room for the sum.
    assert_eq!(overflowed > 5, C::ORDER_BITS.is_multiple_of(64));
}

/// Not even for coordinates that would compare equal.
fn infinity_is_congruent_to_nothing<C: Oracle>() {
    let zero = C::Field::ZERO;
    for infinity in [
        Xyzz::<C>::INFINITY,
        Xyzz {
            x: zero,
            y: C::Field::ONE,
            zz: zero,
            zzz: zero,
        },
    ] {
        for v in edge_scalars() {
            assert!(!infinity.x_is_congruent_to(v));
        }
        assert_eq!(to_affine(&infinity), None);
    }
}

fn generator_and_order<C: Oracle>() {
    let (x, y) = C::GENERATOR;
    let generator = AffinePoint::<C>::from_integers(&x.to_integer(), &y.to_integer()).unwrap();
    assert_eq!(from_peer::<C>(&PeerPoint::<C>::generator()), Some(generator));
    let p = C::Field::ZERO.sub(C::Field::ONE).to_integer();
    assert!(C::Order::VALUE.sub_borrow(&p).1, "n < p");
    assert_eq!(
        from_peer_scalar::<C>(-PeerScalar::<C>::from(1u64)),
        Scalar::ZERO.sub(small(1))
    );
}

for_each_curve! {
    group_law_in_jacobian_coordinates;
    group_law_in_xyzz_coordinates;
    only_points_of_the_curve;
    coordinates_are_reduced;
    x_between_the_order_and_the_prime;
    x_near_the_prime;
    sums_that_overflow_are_not_compared;
    infinity_is_congruent_to_nothing;
    generator_and_order;
}
