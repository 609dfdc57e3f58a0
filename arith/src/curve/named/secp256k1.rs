//! secp256k1: SEC 2, 2.4.1.

use crate::curve::double_scalar_mul::Endomorphism;
use crate::curve::field::{Field, Invertible};
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
use crate::curve::lanes::{
    constants::{limbs_of, words_of},
    field::{FourWords, LaneField, lane_field_constants},
};
use crate::curve::montgomery::{Modulus, modulus};
use crate::curve::pseudo_mersenne::{add, fold, sub};
use crate::curve::scalar::Scalar;
use crate::curve::{CoefficientA, Curve, tuning};
use crate::integer::{Integer, is_below};

modulus! {
    /// `p = 2^256 - 2^32 - 977`.
    Prime: [u64; 4] = [0xfffffffefffffc2f, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff];
}

modulus! {
    /// The number of points.
    Order: [u64; 4] = [0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff];
}

/// `2^256 - p`.
const C: u64 = Prime::R[0];

/// An integer modulo `p`, in `0..p`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Coordinate([u64; 4]);

impl Coordinate {
    /// A constant, which is less than `p`.
    const fn constant(words: [u64; 4]) -> Self {
        assert!(is_below(&words, &Prime::VALUE));
        Coordinate(words)
    }
}

impl Invertible for Coordinate {
    const ONE: Self = Coordinate([1, 0, 0, 0]);

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (low, high) = Integer::widening_mul(&self.0, &other.0);
        Coordinate(fold(&low, &high, C))
    }

    fn invert_vartime(self) -> Option<Self> {
        Prime::invert_vartime(&self.0).map(Coordinate)
    }
}

impl Field for Coordinate {
    type Int = [u64; 4];
    const ZERO: Self = Coordinate([0; 4]);

    fn from_integer(x: &[u64; 4]) -> Option<Self> {
        let (_, below) = x.sub_borrow(&Prime::VALUE);
        below.then_some(Coordinate(*x))
    }

    fn to_integer(self) -> [u64; 4] {
        self.0
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Coordinate(add(&self.0, &other.0, C))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Coordinate(sub(&self.0, &other.0, C))
    }

    #[inline(always)]
    fn square(self) -> Self {
        let (low, high) = Integer::widening_square(&self.0);
        Coordinate(fold(&low, &high, C))
    }

    #[inline(always)]
    fn halve(self) -> Self {
        Coordinate(self.0.halve_mod(&Prime::VALUE))
    }
}

#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
impl LaneField<5> for Coordinate {
    lane_field_constants!(Prime, 5, scale 0);

    #[inline(always)]
    fn to_limbs(&self) -> [u64; 5] {
        limbs_of(&self.0)
    }

    #[inline(always)]
    fn from_limbs(limbs: &[u64; 5]) -> Self {
        let (words, carry) = words_of::<4, 5>(limbs);
        Coordinate(words.subtract_once(carry, &Prime::VALUE))
    }
}

#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
impl FourWords for Coordinate {
    #[inline(always)]
    fn words(&self) -> &[u64; 4] {
        &self.0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Secp256k1;

impl Curve for Secp256k1 {
    type Int = [u64; 4];
    type Field = Coordinate;
    type Order = Order;

    const FIELD_BITS: usize = 256;
    const ORDER_BITS: usize = 256;
    const A: CoefficientA = CoefficientA::Zero;
    const B: Self::Field = Coordinate::constant([
        0x0000000000000007,
        0x0000000000000000,
        0x0000000000000000,
        0x0000000000000000,
    ]);
    const GENERATOR: (Self::Field, Self::Field) = (
        Coordinate::constant([
            0x59f2815b16f81798,
            0x029bfcdb2dce28d9,
            0x55a06295ce870b07,
            0x79be667ef9dcbbac,
        ]),
        Coordinate::constant([
            0x9c47d08ffb10d4b8,
            0xfd17b448a6855419,
            0x5da4fbfc0e1108a8,
            0x483ada7726a3c465,
        ]),
    );

    const ENDOMORPHISM: Option<Endomorphism<Self>> = Some(Endomorphism { x_factor: BETA, split });
}

tuning!(Secp256k1: comb 8 1, naf 7 5, two and eight sums);

/// A cube root of 1 modulo `p`; `(x, y) -> (BETA x, y)` is the multiplication by `lambda`, a cube root of 1 modulo `n`.
const BETA: Coordinate = Coordinate::constant([
    0xc1396c28719501ee,
    0x9cf0497512f58995,
    0x6e64479eac3434e9,
    0x7ae96a2b657c0710,
]);

/// `-lambda mod n`.
const MINUS_LAMBDA: Scalar<Secp256k1> = Scalar::constant([
    0xe0cfc810b51283cf,
    0xa880b9fc8ec739c2,
    0x5ad9e3fd77ed9ba4,
    0xac9c52b33fa3cf1f,
]);

/// `(a1, b1)` and `(a2, b2)` are short vectors with `a + b lambda = 0 mod n`; `a1 = b2`. Here, `-b1` and `-b2` modulo
/// `n`.
const MINUS_B1: Scalar<Secp256k1> = Scalar::constant([
    0x6f547fa90abfe4c3,
    0xe4437ed6010e8828,
    0x0000000000000000,
    0x0000000000000000,
]);
const MINUS_B2: Scalar<Secp256k1> = Scalar::constant([
    0xd765cda83db1562c,
    0x8a280ac50774346d,
    0xfffffffffffffffe,
    0xffffffffffffffff,
]);

/// `2^384 b2 / n` and `2^384 (-b1) / n`, rounded.
const B2_OVER_N: [u64; 4] = [
    0xe893209a45dbb031,
    0x3daa8a1471e8ca7f,
    0xe86c90e49284eb15,
    0x3086d221a7d46bcd,
];
const MINUS_B1_OVER_N: [u64; 4] = [
    0x1571b4ae8ac47f71,
    0x221208ac9df506c6,
    0x6f547fa90abfe4c4,
    0xe4437ed6010e8828,
];

/// Subtracts the close vector `c1 (a1, b1) + c2 (a2, b2)` from `(u, 0)`, where `c1 = u b2 / n` and `c2 = -u b1 / n`,
/// rounded. For any rounding, `u = u0 + u1 lambda` holds; only the length of `u0` and `u1` depends on it.
fn split(u: Scalar<Secp256k1>) -> [Scalar<Secp256k1>; 2] {
    // Rounded, both are less than 2^129, far less than n.
    let c1 = Scalar::from_below_twice_the_order(high_bits_of_product(&u.to_integer(), &B2_OVER_N));
    let c2 = Scalar::from_below_twice_the_order(high_bits_of_product(&u.to_integer(), &MINUS_B1_OVER_N));
    let u1 = c1.mul(MINUS_B1).add(c2.mul(MINUS_B2));
    [u.add(u1.mul(MINUS_LAMBDA)), u1]
}

/// `a * b / 2^384`, rounded to the nearest integer.
fn high_bits_of_product(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let (_, high) = Integer::widening_mul(a, b);
    let half = high[1] >> 63;
    [high[2], high[3], 0, 0].add_carry(&[half, 0, 0, 0]).0
}
