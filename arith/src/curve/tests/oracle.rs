//! The same operations by the RustCrypto crates, and inputs to compare them on.

use super::super::field::Field;
use super::super::named::{p256, p384, p521, secp256k1, sm2};
use super::super::point::AffinePoint;
use super::super::point::{Sum, Xyzz};
use super::super::scalar::Scalar;
use super::super::{Curve, Tuning};
use crate::integer::Words;
use ::p256::elliptic_curve::ff::PrimeField;
use ::p256::elliptic_curve::group::{CurveAffine, Group};
use ::p256::elliptic_curve::ops::LinearCombination;
use ::p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point};
use ::p256::elliptic_curve::{self as ec, CurveArithmetic, CurveGroup, FieldBytes};
use std::vec;
use std::vec::Vec;

/// A curve and its implementation by RustCrypto.
pub(super) trait Oracle: Tuning {
    type Peer: CurveArithmetic<AffinePoint: ToSec1Point<Self::Peer> + FromSec1Point<Self::Peer>>
        + ec::Curve<FieldBytesSize: ModulusSize>;
}

impl Oracle for p256::P256 {
    type Peer = ::p256::NistP256;
}
impl Oracle for p384::P384 {
    type Peer = ::p384::NistP384;
}
impl Oracle for p521::P521 {
    type Peer = ::p521::NistP521;
}
impl Oracle for secp256k1::Secp256k1 {
    type Peer = ::k256::Secp256k1;
}
impl Oracle for sm2::Sm2 {
    type Peer = ::sm2::Sm2;
}

pub(super) type PeerPoint<C> = <<C as Oracle>::Peer as CurveArithmetic>::ProjectivePoint;
pub(super) type PeerScalar<C> = <<C as Oracle>::Peer as CurveArithmetic>::Scalar;

pub(super) fn be_bytes<I: Words>(x: &I, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = x.words().iter().rev().flat_map(|word| word.to_be_bytes()).collect();
    let excess = bytes.len() - length;
    assert!(bytes.drain(..excess).all(|byte| byte == 0));
    bytes
}

pub(super) fn field_bytes<C: Curve>(x: C::Field) -> Vec<u8> {
    be_bytes(&x.to_integer(), C::FIELD_BITS.div_ceil(8))
}

pub(super) fn peer_scalar<C: Oracle>(x: Scalar<C>) -> PeerScalar<C> {
    let bytes = be_bytes(&x.to_integer(), C::ORDER_BITS.div_ceil(8));
    PeerScalar::<C>::from_repr(FieldBytes::<C::Peer>::try_from(&bytes[..]).unwrap()).unwrap()
}

pub(super) fn from_peer_scalar<C: Oracle>(x: PeerScalar<C>) -> Scalar<C> {
    Scalar::from_integer(C::Int::from_be_bytes(x.to_repr().as_ref()).unwrap()).unwrap()
}

/// `None` for infinity.
pub(super) fn from_peer<C: Oracle>(point: &PeerPoint<C>) -> Option<AffinePoint<C>> {
    let encoded = point.to_affine().to_sec1_point(false);
    let (x, y) = (encoded.x()?, encoded.y()?);
    Some(AffinePoint::from_be_bytes(x, y).unwrap())
}

pub(super) fn to_peer<C: Oracle>(point: &AffinePoint<C>) -> PeerPoint<C> {
    let (x, y) = (field_bytes::<C>(point.x), field_bytes::<C>(point.y));
    let bytes: Vec<u8> = [vec![4], x, y].concat();
    let encoded = Sec1Point::<C::Peer>::from_bytes(&bytes).unwrap();
    <C::Peer as CurveArithmetic>::AffinePoint::from_sec1_point(&encoded)
        .unwrap()
        .to_curve()
}

pub(super) fn peer_double_scalar_mul<C: Oracle>(
    u1: Scalar<C>,
    u2: Scalar<C>,
    q: &PeerPoint<C>,
) -> Option<AffinePoint<C>> {
    let terms = [(PeerPoint::<C>::generator(), peer_scalar(u1)), (*q, peer_scalar(u2))];
    from_peer(&PeerPoint::<C>::lincomb_vartime(&terms))
}

/// `None` for infinity.
pub(super) fn to_affine<C: Curve>(point: &Xyzz<C>) -> Option<AffinePoint<C>> {
    (!point.is_infinity()).then(|| Xyzz::to_affine_all_vartime(&[*point])[0])
}

/// Reproducible pseudo-random numbers: SplitMix64 (Steele, Lea, Flood, 2014).
pub(in crate::curve) struct Random(pub(in crate::curve) u64);

impl Random {
    pub(in crate::curve) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(in crate::curve) fn below(&mut self, bound: usize) -> usize {
        (self.word() % bound as u64) as usize
    }

    /// Random words, or words that are likely to cause carries: zeros, ones, runs of bits, and their neighbors.
    pub(super) fn integer<I: Words>(&mut self) -> I {
        let mut x = I::ZERO;
        let uniform = self.below(2) == 0;
        for word in x.words_mut() {
            *word = match if uniform { 0 } else { self.below(8) } {
                0 => self.word(),
                1 => 0,
                2 => u64::MAX,
                3 => 1 << self.below(64),
                4 => u64::MAX << self.below(64),
                5 => u64::MAX >> self.below(64),
                6 => (self.below(4) as u64).wrapping_sub(2),
                _ => 0xffff_ffff,
            };
        }
        x
    }

    /// An integer less than `modulus`: random words, or near zero, or near the modulus, or near a power of two.
    pub(super) fn below_modulus<I: Words>(&mut self, modulus: &I, bits: usize) -> I {
        let mut small = I::ZERO;
        small.words_mut()[0] = self.below(4) as u64;
        let mut x = match self.below(8) {
            0 => small,
            1 => modulus.sub_borrow(&small).0,
            2 => {
                let mut power = I::ZERO;
                let bit = self.below(bits);
                power.words_mut()[bit / 64] = 1 << (bit % 64);
                if self.below(2) == 0 {
                    power.add_carry(&small).0
                } else {
                    power.sub_borrow(&small).0
                }
            }
            _ => self.integer(),
        };
        let last = x.words().len() - 1;
        let top_bits = bits - 64 * last;
        if top_bits < 64 {
            x.words_mut()[last] &= (1 << top_bits) - 1;
        }
        x.subtract_once(false, modulus)
    }
}

/// Calls a generic test for each curve.
macro_rules! for_each_curve {
    ($($(#[$attribute:meta])* $test:ident;)*) => {
        mod for_p256 { $($(#[$attribute])* #[test] fn $test() { super::$test::<crate::curve::named::p256::P256>() })* }
        mod for_p384 { $($(#[$attribute])* #[test] fn $test() { super::$test::<crate::curve::named::p384::P384>() })* }
        mod for_p521 { $($(#[$attribute])* #[test] fn $test() { super::$test::<crate::curve::named::p521::P521>() })* }
        mod for_secp256k1 { $($(#[$attribute])* #[test] fn $test() { super::$test::<crate::curve::named::secp256k1::Secp256k1>() })* }
        mod for_sm2 { $($(#[$attribute])* #[test] fn $test() { super::$test::<crate::curve::named::sm2::Sm2>() })* }
    };
}
pub(super) use for_each_curve;
