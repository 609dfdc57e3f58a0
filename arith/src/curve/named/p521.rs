//! P-521: SP 800-186, 3.2.1.5 (secp521r1 in SEC 2).

use crate::curve::field::{Field, Invertible};
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
use crate::curve::lanes::{
    constants::{limbs_of, words_of},
    field::{LaneField, lane_field_constants},
};
use crate::curve::montgomery::{Modulus, modulus};
use crate::curve::{CoefficientA, Curve, tuning};
use crate::integer::{Integer, Words, is_below};
use fiat_crypto::p521_64::{
    fiat_p521_add, fiat_p521_carry, fiat_p521_carry_mul, fiat_p521_carry_square,
    fiat_p521_loose_field_element as Loose, fiat_p521_sub, fiat_p521_tight_field_element as Tight, fiat_p521_to_bytes,
};

modulus! {
    /// `p = 2^521 - 1`.
    Prime: [u64; 9] = [0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0x00000000000001ff];
}

modulus! {
    /// The number of points.
    Order: [u64; 9] = [0xbb6fb71e91386409, 0x3bb5c9b8899c47ae, 0x7fcc0148f709a5d0, 0x51868783bf2f966b, 0xfffffffffffffffa, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0x00000000000001ff];
}

/// Bits in each limb of a [`Coordinate`]; the last has one less.
const LIMB_BITS: u32 = 58;
const LIMB_MASK: u64 = (1 << LIMB_BITS) - 1;

/// An integer modulo `p`, by the verified functions of fiat-crypto: nine "tight" limbs in base `2^58`, each at most
/// `2^58`, the last at most `2^57`. An element has several such forms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coordinate([u64; 9]);

impl Coordinate {
    /// A constant, which is below `p`.
    const fn constant(words: [u64; 9]) -> Self {
        assert!(is_below(&words, &Prime::VALUE));
        Self::cut(&words)
    }

    /// The limbs of an integer below `p`.
    const fn cut(words: &[u64; 9]) -> Self {
        let mut limbs = [0; 9];
        let mut i = 0;
        while i < 9 {
            let (index, shift) = (i * LIMB_BITS as usize / 64, i * LIMB_BITS as usize % 64);
            let above = if index + 1 < 9 { words[index + 1] as u128 } else { 0 };
            limbs[i] = ((above << 64 | words[index] as u128) >> shift) as u64 & LIMB_MASK;
            i += 1;
        }
        Coordinate(limbs)
    }

    /// The result of a fiat-crypto function.
    #[inline(always)]
    fn result_of(function: impl FnOnce(&mut Tight)) -> Self {
        let mut result = Tight([0; 9]);
        function(&mut result);
        Coordinate(result.0)
    }

    /// Tight limbs are a valid loose element: its bounds are three times as wide.
    #[inline(always)]
    fn loose(self) -> Loose {
        Loose(self.0)
    }

    /// The tight form of a loose result.
    #[inline(always)]
    fn carried(function: impl FnOnce(&mut Loose, &Tight, &Tight), a: Self, b: Self) -> Self {
        let mut loose = Loose([0; 9]);
        function(&mut loose, &Tight(a.0), &Tight(b.0));
        Self::result_of(|result| fiat_p521_carry(result, &loose))
    }
}

impl PartialEq for Coordinate {
    fn eq(&self, other: &Self) -> bool {
        self.sub(*other).is_zero()
    }
}

impl Eq for Coordinate {}

impl Invertible for Coordinate {
    const ONE: Self = Coordinate([1, 0, 0, 0, 0, 0, 0, 0, 0]);

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self::result_of(|result| fiat_p521_carry_mul(result, &self.loose(), &other.loose()))
    }

    fn invert_vartime(self) -> Option<Self> {
        let inverse = Prime::invert_vartime(&self.to_integer())?;
        Self::from_integer(&inverse)
    }
}

impl Field for Coordinate {
    type Int = [u64; 9];
    const ZERO: Self = Coordinate([0; 9]);

    fn from_integer(x: &[u64; 9]) -> Option<Self> {
        let (_, below) = x.sub_borrow(&Prime::VALUE);
        below.then(|| Self::cut(x))
    }

    fn to_integer(self) -> [u64; 9] {
        let mut bytes = [0; 66];
        fiat_p521_to_bytes(&mut bytes, &Tight(self.0));
        bytes.reverse();
        Words::from_be_bytes(&bytes).unwrap_or([0; 9])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::carried(fiat_p521_add, self, other)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::carried(fiat_p521_sub, self, other)
    }

    #[inline(always)]
    fn square(self) -> Self {
        Self::result_of(|result| fiat_p521_carry_square(result, &self.loose()))
    }

    /// A rotation: the lowest bit counts `1/2`, which is `2^520`. Each limb is halved, and takes the lowest bit of the
    /// next as its top bit. So it stays tight: `2^58 / 2 + 2^57 = 2^58`.
    #[inline(always)]
    fn halve(self) -> Self {
        Coordinate(core::array::from_fn(|i| {
            let (next, top_bit) = if i < 8 {
                (self.0[i + 1], LIMB_BITS - 1)
            } else {
                (self.0[0], LIMB_BITS - 2)
            };
            (self.0[i] >> 1) + ((next & 1) << top_bit)
        }))
    }

    /// Tight limbs make less than `2p`, so zero is `0` or `p`. Both show in the lowest bits, so that most elements need
    /// no more.
    #[inline(always)]
    fn is_zero(self) -> bool {
        let lowest = self.0[0] & LIMB_MASK;
        (lowest == 0 || lowest == LIMB_MASK) && self.to_integer() == [0; 9]
    }
}

#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
impl LaneField<11> for Coordinate {
    lane_field_constants!(Prime, 11, scale 0);

    fn to_limbs(&self) -> [u64; 11] {
        limbs_of(&self.to_integer())
    }

    fn from_limbs(limbs: &[u64; 11]) -> Self {
        let (words, carry) = words_of::<9, 11>(limbs);
        Self::cut(&words.subtract_once(carry, &Prime::VALUE))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct P521;

impl Curve for P521 {
    type Int = [u64; 9];
    type Field = Coordinate;
    type Order = Order;

    const FIELD_BITS: usize = 521;
    const ORDER_BITS: usize = 521;
    const A: CoefficientA = CoefficientA::MinusThree;
    const B: Self::Field = Coordinate::constant([
        0xef451fd46b503f00,
        0x3573df883d2c34f1,
        0x1652c0bd3bb1bf07,
        0x56193951ec7e937b,
        0xb8b489918ef109e1,
        0xa2da725b99b315f3,
        0x929a21a0b68540ee,
        0x953eb9618e1c9a1f,
        0x0000000000000051,
    ]);
    const GENERATOR: (Self::Field, Self::Field) = (
        Coordinate::constant([
            0xf97e7e31c2e5bd66,
            0x3348b3c1856a429b,
            0xfe1dc127a2ffa8de,
            0xa14b5e77efe75928,
            0xf828af606b4d3dba,
            0x9c648139053fb521,
            0x9e3ecb662395b442,
            0x858e06b70404e9cd,
            0x00000000000000c6,
        ]),
        Coordinate::constant([
            0x88be94769fd16650,
            0x353c7086a272c240,
            0xc550b9013fad0761,
            0x97ee72995ef42640,
            0x17afbd17273e662c,
            0x98f54449579b4468,
            0x5c8a5fb42c7d1bd9,
            0x39296a789a3bc004,
            0x0000000000000118,
        ]),
    );
}

tuning!(P521: comb 7 3, naf 8 6, one sum of 11 limbs);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::montgomery::Residue;

    /// `2^exponent`.
    fn power_of_two(exponent: u32) -> Residue<Prime> {
        (0..exponent).fold(Invertible::ONE, |power: Residue<Prime>, _| power.double())
    }

    /// Elements in every tight form that extreme limbs can make, against their value in Montgomery form: zero that is
    /// written as `p`, and integers from `p` up.
    #[test]
    fn every_tight_form_counts() {
        let extremes = |i| {
            if i < 8 {
                [0, 1, LIMB_MASK, LIMB_MASK + 1]
            } else {
                [0, 1, LIMB_MASK >> 1, (LIMB_MASK >> 1) + 1]
            }
        };
        let terms: [[Residue<Prime>; 4]; 9] = core::array::from_fn(|i| {
            let place = power_of_two(LIMB_BITS * i as u32);
            extremes(i).map(|limb| {
                let mut integer = [0; 9];
                integer[0] = limb;
                Residue::from_integer(&integer).unwrap().mul(place)
            })
        });
        let mut zeros = 0;
        for code in 0..4_usize.pow(9) {
            let digit = |i: usize| code >> (2 * i) & 3;
            let x = Coordinate(core::array::from_fn(|i| extremes(i)[digit(i)]));
            let expected = (0..9).fold(Residue::ZERO, |sum, i| sum.add(terms[i][digit(i)]));
            assert_eq!(x.to_integer(), expected.to_integer(), "{x:x?}");
            assert_eq!(x.is_zero(), expected.is_zero(), "{x:x?}");
            assert_eq!(x.halve().to_integer(), expected.halve().to_integer(), "{x:x?}");
            assert!(
                x.halve().0.iter().enumerate().all(|(i, limb)| *limb <= extremes(i)[3]),
                "{x:x?}"
            );
            assert_eq!(x.square().to_integer(), expected.square().to_integer(), "{x:x?}");
            assert_eq!(x.negate().to_integer(), expected.negate().to_integer(), "{x:x?}");
            assert_eq!(x, Coordinate::from_integer(&x.to_integer()).unwrap());
            zeros += u32::from(x.is_zero());
        }
        assert_eq!(zeros, 2, "zero and p");
    }
}
