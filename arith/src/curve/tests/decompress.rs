//! Points from one coordinate, and sums as points, compared with those of the oracle.

use super::super::double_scalar_mul::KeyPoint;
use super::super::scalar::Scalar;
use super::double_scalar_mul::random_point;
use super::oracle::*;
use super::scalar::random_scalar;
use crate::integer::Words as _;
use std::vec::Vec;

for_each_curve! {
    a_point_is_one_of_the_two_with_its_x;
    x_of_no_point_gives_none;
    sums_are_those_of_the_oracle;
}

fn key_point<C: Oracle>(random: &mut Random) -> (KeyPoint<C>, Vec<u8>) {
    let point = random_point::<C>(random);
    let bytes = [field_bytes::<C>(point.x), field_bytes::<C>(point.y)].concat();
    (KeyPoint::from_be_bytes(&bytes).unwrap(), bytes)
}

fn a_point_is_one_of_the_two_with_its_x<C: Oracle>() {
    let mut random = Random(1);
    for _ in 0..20 {
        let (point, bytes) = key_point::<C>(&mut random);
        assert_eq!(point.to_be_bytes(), bytes);
        let (x, y) = bytes.split_at(bytes.len() / 2);
        // But for one in 2^32 or fewer, x is less than n.
        let x_scalar = Scalar::from_integer(C::Int::from_be_bytes(x).unwrap()).unwrap();
        let y_is_odd = y.last().unwrap() & 1 == 1;
        let both = [y_is_odd, !y_is_odd].map(|odd| KeyPoint::<C>::from_x(x_scalar, odd).unwrap().to_be_bytes());
        assert_eq!(both[0], bytes);
        assert_eq!(both[1][..x.len()], *x);
        assert_ne!(both[1], bytes);
        assert!(KeyPoint::<C>::from_be_bytes(&both[1]).is_some());
    }
}

/// Half of all x belong to two points, and half to none.
fn x_of_no_point_gives_none<C: Oracle>() {
    let mut random = Random(2);
    let mut found = 0;
    for _ in 0..100 {
        let x = random_scalar(&mut random);
        let both = [false, true].map(|y_is_odd| KeyPoint::<C>::from_x(x, y_is_odd));
        assert_eq!(both[0].is_some(), both[1].is_some());
        for point in both.iter().flatten() {
            assert!(KeyPoint::<C>::from_be_bytes(&point.to_be_bytes()).is_some());
        }
        found += usize::from(both[0].is_some());
    }
    assert!((25..75).contains(&found), "{found}");
}

fn sums_are_those_of_the_oracle<C: Oracle>() {
    let mut random = Random(3);
    for _ in 0..20 {
        let point = random_point::<C>(&mut random);
        let bytes = [field_bytes::<C>(point.x), field_bytes::<C>(point.y)].concat();
        let key = KeyPoint::<C>::from_be_bytes(&bytes).unwrap();
        let (u1, u2) = (random_scalar(&mut random), random_scalar(&mut random));
        let wanted =
            peer_double_scalar_mul(u1, u2, &to_peer(&point)).map(|sum: super::super::point::AffinePoint<C>| {
                [field_bytes::<C>(sum.x), field_bytes::<C>(sum.y)].concat()
            });
        assert_eq!(key.sum_vartime(u1, u2).map(|sum| sum.to_be_bytes()), wanted);
    }
    let (key, _) = key_point::<C>(&mut random);
    assert!(key.sum_vartime(Scalar::ZERO, Scalar::ZERO).is_none());
}
