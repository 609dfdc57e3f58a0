//! Constants and encodings.

use std::vec::Vec;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::CompressedEdwardsY;

use super::super::super::comb::Comb;
use super::super::super::field::Invertible;
use super::super::base_point_comb;
use super::super::field::Element;
use super::super::point::{D, Extended, ROOT_OF_MINUS_ONE, TWICE_D};
use super::{Random, base};

#[test]
fn constants_are_those_of_rfc_8032() {
    // d = -121665 / 121666.
    let small = |x: u64| Element::constant([x, 0, 0, 0]);
    let d = small(121_665).negate().mul(small(121_666).invert_vartime().unwrap());
    assert!(d.sub(D).is_zero());
    assert!(D.double().sub(TWICE_D).is_zero());
    assert!(ROOT_OF_MINUS_ONE.square().add(Element::ONE).is_zero());
    assert_eq!(Extended::BASE.encode_vartime(), base().compress().0);
    let mut base_128 = Extended::BASE;
    (0..128).for_each(|_| base_128.double());
    assert_eq!(Extended::BASE_128.encode_vartime(), base_128.encode_vartime());
    let Extended { x, y, t, .. } = Extended::BASE_128;
    assert!(x.mul(y).sub(t).is_zero());
    // The root is 2^((p - 1) / 4), not its negative: 2^((p - 5) / 8) squared is 2^((p - 5) / 4).
    let power = small(2).pow_p58().square().mul(small(2));
    assert!(power.sub(ROOT_OF_MINUS_ONE).is_zero());
}

#[test]
fn tables_are_complete_and_small() {
    let size = base_point_comb().size();
    assert_eq!(size, Comb::<Extended>::SIZE);
    assert!(size <= 192 * 1024);
}

#[test]
fn decodes_what_dalek_decodes() {
    let mut random = Random(47);
    let (mut canonical, mut not_canonical, mut no_points) = (0, 0, 0);
    let mut check = |encoded: [u8; 32]| {
        let expected = CompressedEdwardsY(encoded).decompress();
        let Some((point, is_canonical)) = Extended::decode(&encoded) else {
            assert!(expected.is_none());
            no_points += 1;
            return;
        };
        let expected = expected.unwrap();
        assert_eq!(point.encode_vartime(), expected.compress().0);
        assert_eq!(is_canonical, expected.compress().0 == encoded);
        assert_eq!(point.has_small_order(), expected.is_small_order());
        *if is_canonical {
            &mut canonical
        } else {
            &mut not_canonical
        } += 1;
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
    for point in EIGHT_TORSION {
        check(point.compress().0);
    }
    assert!(canonical > 150 && no_points > 150, "{canonical} {no_points}");
    // Both signs of those of the 19 numbers from 2^255 - 19 up that are y of a point, and two signs of zero.
    assert!(not_canonical >= 10, "{not_canonical}");
}

/// A point has small order exactly if it is one of eight, whatever its Z is.
#[test]
fn small_orders_are_found() {
    let mut found = 0;
    for point in super::edge_points() {
        // 3 P - 2 P, with a Z other than one.
        let mut same = super::decoded(&point);
        same.double();
        let twice = super::super::equation::Sum::to_niels(&same);
        same = super::decoded(&(point + point + point));
        same.sub_niels(&twice);
        assert_eq!(same.encode_vartime(), point.compress().0);
        assert_eq!(same.has_small_order(), EIGHT_TORSION.contains(&point));
        assert_eq!(same.is_neutral(), point == EIGHT_TORSION[0]);
        found += usize::from(same.has_small_order());
    }
    // 0 B and -0 B, each plus all eight.
    assert_eq!(found, 16);
}
