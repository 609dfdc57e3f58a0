//! Scalars and their digits.

use super::super::Curve;
use super::super::comb::fixed_windows;
use super::super::field::Invertible;
use super::super::montgomery::Modulus;
use super::super::named::secp256k1::Secp256k1;
use super::super::scalar::Scalar;
use super::super::wnaf::NonAdjacentForm;
use super::oracle::*;
use crate::integer::{Integer, Words};
use crate::testing::count;
use std::vec;
use std::vec::Vec;

fn order_bytes<C: Curve>() -> usize {
    C::ORDER_BITS.div_ceil(8)
}

pub(super) fn small<C: Curve>(value: u64) -> Scalar<C> {
    let mut integer = C::Int::ZERO;
    integer.words_mut()[0] = value;
    Scalar::from_integer(integer).unwrap()
}

/// Zero, one, the order, powers of two, and their neighbors; and all numbers of one repeated byte that is an extreme of
/// a window.
pub(super) fn edge_scalars<C: Curve>() -> Vec<Scalar<C>> {
    let one = small::<C>(1);
    let mut scalars: Vec<Scalar<C>> = (0..4).map(small).collect();
    let half = Scalar::from_integer(small::<C>(1).to_integer().halve_mod(&C::Order::VALUE)).unwrap();
    scalars.extend([half, half.sub(one), half.add(one)]);
    for bit in 0..C::ORDER_BITS {
        let mut power = C::Int::ZERO;
        power.words_mut()[bit / 64] = 1 << (bit % 64);
        scalars.extend(Scalar::from_integer(power));
        scalars.extend(Scalar::from_integer(power.sub_borrow(&one.to_integer()).0));
    }
    for byte in [0x7f, 0x80, 0x81, 0xff, 0x40, 0xbf, 0xc0] {
        for skip in 0..2 {
            let mut bytes = vec![byte; order_bytes::<C>()];
            bytes[..skip].fill(0);
            scalars.extend(Scalar::from_be_bytes(&bytes));
        }
    }
    // Windows of any width with a digit that is exactly half of the base, or just above.
    for width in 5..9 {
        for pattern in [1u64 << (width - 1), (1 << (width - 1)) + 1, (1 << width) - 1] {
            let mut integer = C::Int::ZERO;
            for position in (0..C::ORDER_BITS - width).step_by(width) {
                for bit in (0..width).filter(|bit| pattern >> bit & 1 == 1) {
                    integer.words_mut()[(position + bit) / 64] |= 1 << ((position + bit) % 64);
                }
            }
            scalars.extend(Scalar::from_integer(integer));
        }
    }
    let negatives: Vec<_> = scalars.iter().map(|&scalar| Scalar::ZERO.sub(scalar)).collect();
    scalars.extend(negatives);
    scalars
}

pub(super) fn random_scalar<C: Curve>(random: &mut Random) -> Scalar<C> {
    Scalar::from_integer(random.below_modulus(&C::Order::VALUE, C::ORDER_BITS)).unwrap()
}

fn range_is_exact<C: Curve>() {
    let n = C::Order::VALUE;
    let (length, one) = (order_bytes::<C>(), small::<C>(1).to_integer());
    let parse = |x: &C::Int| Scalar::<C>::from_be_bytes(&be_bytes(x, length));
    assert!(parse(&C::Int::ZERO).is_none());
    assert!(parse(&n).is_none());
    assert!(parse(&n.add_carry(&one).0).is_none());
    assert_eq!(parse(&one).unwrap(), small(1));
    assert_eq!(parse(&n.sub_borrow(&one).0).unwrap().add(small(1)), Scalar::ZERO);
    assert!(Scalar::<C>::from_be_bytes(&vec![0xff; length]).is_none());
    let valid = be_bytes(&one, length);
    assert!(Scalar::<C>::from_be_bytes(&valid[1..]).is_none());
    assert!(Scalar::<C>::from_be_bytes(&[&[0], &valid[..]].concat()).is_none());
    assert!(Scalar::<C>::from_be_bytes(&[]).is_none());
}

/// Compared with a definition on bits: the leftmost bits, as many as the order has, added up modulo the order.
fn digests_are_cut_and_reduced<C: Curve>() {
    let n_bytes = be_bytes(&C::Order::VALUE, order_bytes::<C>());
    let mut digests: Vec<Vec<u8>> = vec![vec![], n_bytes.clone(), [&n_bytes[..], &[0xff; 9]].concat()];
    let mut random = Random(3);
    for length in [1, 20, 28, 31, 32, 33, 47, 48, 49, 64, 65, 66, 67, 80, 132] {
        digests.extend([vec![0; length], vec![0xff; length], vec![0x80; length]]);
        digests.push((0..length).map(|_| random.word() as u8).collect());
    }
    for digest in digests {
        let bits = digest
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
            .take(C::ORDER_BITS);
        let expected = bits.fold(Scalar::<C>::ZERO, |z, bit| z.add(z).add(small(u64::from(bit))));
        assert_eq!(Scalar::<C>::from_digest(&digest), expected, "{digest:x?}");
    }
}

fn arithmetic_agrees<C: Oracle>() {
    let mut random = Random(5);
    let edges = edge_scalars::<C>();
    let random_pairs: Vec<_> = (0..count("CASES", 2000))
        .map(|_| (random_scalar(&mut random), random_scalar(&mut random)))
        .collect();
    let edge_pairs = edges.iter().enumerate().map(|(i, &a)| (a, edges[i * 7 % edges.len()]));
    for (a, b) in edge_pairs.chain(random_pairs) {
        let (peer_a, peer_b) = (peer_scalar(a), peer_scalar(b));
        assert_eq!(a.mul(b), from_peer_scalar(peer_a * peer_b), "{a:x?} {b:x?}");
        assert_eq!(a.add(b), from_peer_scalar(peer_a + peer_b));
        assert_eq!(a.sub(b), from_peer_scalar(peer_a - peer_b));
        match a.invert_vartime() {
            None => assert!(a.is_zero()),
            Some(inverse) => assert_eq!(inverse.mul(a), small(1), "{a:x?}"),
        }
    }
}

fn signed<C: Curve>(digit: i32) -> Scalar<C> {
    let size = small(digit.unsigned_abs().into());
    if digit < 0 { Scalar::ZERO.sub(size) } else { size }
}

fn times_power_of_two<C: Curve>(x: Scalar<C>, exponent: usize) -> Scalar<C> {
    (0..exponent).fold(x, |x, _| x.add(x))
}

/// Digits are in range, add up to the scalar, and reach both extremes.
fn windows_add_up<C: Curve>() {
    for width in [2, 4, 7, 8, 9] {
        let half = 1 << (width - 1);
        let windows = C::ORDER_BITS.div_ceil(width);
        let (mut least, mut greatest) = (0, 0);
        for scalar in edge_scalars::<C>() {
            let (negative, magnitude) = scalar.to_signed();
            let mut digits = vec![];
            fixed_windows(&magnitude, width, windows, |i, digit| {
                assert_eq!(i, digits.len());
                digits.push(digit);
            });
            assert!(digits.iter().all(|digit| (-half..=half).contains(digit)));
            least = least.min(*digits.iter().min().unwrap());
            greatest = greatest.max(*digits.iter().max().unwrap());
            let sum = digits.iter().rev().fold(Scalar::ZERO, |sum, &digit| {
                times_power_of_two(sum, width).add(signed(digit))
            });
            assert_eq!(
                if negative { Scalar::ZERO.sub(sum) } else { sum },
                scalar,
                "{scalar:x?}"
            );
        }
        assert_eq!((least, greatest), (1 - half, half));
    }
}

fn non_adjacent_form_adds_up<C: Curve>() {
    for width in 2..=8 {
        for scalar in edge_scalars::<C>() {
            let (negative, magnitude) = scalar.to_signed();
            // Both the short magnitude, and the integer up to the order.
            for (negative, magnitude) in [(negative, magnitude), (false, scalar.to_integer())] {
                let form = NonAdjacentForm::new(negative, &magnitude, width);
                let digits: Vec<i32> = (0..form.length()).map(|position| form.digit(position)).collect();
                let last = (0..600).rev().find(|&position| form.digit(position) != 0);
                assert_eq!(form.length(), last.map_or(0, |last| last + 1));
                assert!(
                    digits
                        .iter()
                        .all(|&digit| digit == 0 || (digit & 1 == 1 && digit.abs() < 1 << (width - 1)))
                );
                assert!(
                    digits
                        .windows(width)
                        .all(|window| window.iter().filter(|&&digit| digit != 0).count() <= 1)
                );
                let sum = digits
                    .iter()
                    .rev()
                    .fold(Scalar::<C>::ZERO, |sum, &digit| sum.add(sum).add(signed(digit)));
                assert_eq!(sum, scalar, "{scalar:x?}");
            }
        }
    }
}

/// The parts add up, and have half the length.
#[test]
fn endomorphism_splits_in_half() {
    let endomorphism = Secp256k1::ENDOMORPHISM.unwrap();
    let lambda = Scalar::<Secp256k1>::from_be_bytes(&[
        0x53, 0x63, 0xad, 0x4c, 0xc0, 0x5c, 0x30, 0xe0, 0xa5, 0x26, 0x1c, 0x02, 0x88, 0x12, 0x64, 0x5a, 0x12, 0x2e,
        0x22, 0xea, 0x20, 0x81, 0x66, 0x78, 0xdf, 0x02, 0x96, 0x7c, 0x1b, 0x23, 0xbd, 0x72,
    ])
    .unwrap();
    let mut random = Random(11);
    let scalars = (0..count("CASES", 20_000))
        .map(|_| random_scalar(&mut random))
        .collect::<Vec<_>>();
    for scalar in edge_scalars()
        .into_iter()
        .chain(scalars)
        .chain([lambda, Scalar::ZERO.sub(lambda)])
    {
        let [u0, u1] = (endomorphism.split)(scalar);
        assert_eq!(u0.add(u1.mul(lambda)), scalar);
        for part in [u0, u1] {
            let (_, magnitude) = part.to_signed();
            assert_eq!(magnitude.bits(129, 63) | magnitude.bits(192, 63), 0, "{scalar:x?}");
        }
    }
}

/// More bytes than the words hold are accepted if the leading ones are zero.
#[test]
fn integers_from_bytes_of_any_length() {
    let read = |bytes: &[u8]| <[u64; 4]>::from_be_bytes(bytes);
    let number = [0x11; 32];
    let words = [0x1111_1111_1111_1111; 4];
    assert_eq!(read(&[]), Some([0; 4]));
    assert_eq!(read(&[2]), Some([2, 0, 0, 0]));
    assert_eq!(read(&number), Some(words));
    for more in [1, 7, 8, 9, 40] {
        let mut bytes = [vec![0; more], number.to_vec()].concat();
        assert_eq!(read(&bytes), Some(words), "{more} zeros");
        for at in 0..more {
            bytes[at] = 1;
            assert_eq!(read(&bytes), None, "a byte {at} of {more} in front");
            bytes[at] = 0;
        }
    }
}

for_each_curve! {
    range_is_exact;
    digests_are_cut_and_reduced;
    arithmetic_agrees;
    windows_add_up;
    non_adjacent_form_adds_up;
}
