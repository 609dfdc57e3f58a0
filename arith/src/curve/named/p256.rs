//! P-256: SP 800-186, 3.2.1.3 (secp256r1 in SEC 2).

use crate::curve::montgomery::{Residue, modulus};
use crate::curve::{CoefficientA, Curve, tuning};
use crate::word::Word;

modulus! {
    /// `p = 2^256 - 2^224 + 2^192 + 2^96 - 1`.
    Prime: [u64; 4] = [0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001];

    #[inline(always)]
    fn cancel_low_word(t: &mut [u64; 4]) {
        cancel_low_word(t);
    }
}

modulus! {
    /// The number of points.
    Order: [u64; 4] = [0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000];
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct P256;

impl Curve for P256 {
    type Int = [u64; 4];
    type Field = Residue<Prime>;
    type Order = Order;

    const FIELD_BITS: usize = 256;
    const ORDER_BITS: usize = 256;
    const A: CoefficientA = CoefficientA::MinusThree;
    const B: Self::Field = Residue::constant([
        0x3bce3c3e27d2604b,
        0x651d06b0cc53b0f6,
        0xb3ebbd55769886bc,
        0x5ac635d8aa3a93e7,
    ]);
    const GENERATOR: (Self::Field, Self::Field) = (
        Residue::constant([
            0xf4a13945d898c296,
            0x77037d812deb33a0,
            0xf8bce6e563a440f2,
            0x6b17d1f2e12c4247,
        ]),
        Residue::constant([
            0xcbb6406837bf51f5,
            0x2bce33576b315ece,
            0x8ee7eb4a7c0f9e16,
            0x4fe342e2fe1a7f9b,
        ]),
    );
}

tuning!(P256: comb 8 1, naf 7 5, one sum of 5 limbs, two and eight sums);

/// [`Integer::cancel_low_word`](crate::integer::Integer::cancel_low_word) for `p = B^4 - B^3 S + B^3 + B S - 1`, where
/// `S` is the square root of the base `B`.
///
/// As `p` is `-1` modulo `B`, `m` is the lowest word of `t`, and `-m` cancels it. What remains to add, divided by `B`,
/// is `m (S + B^2 + B^3) - m B^2 S`. The result fits, so carry and borrow out of the top cancel out.
#[inline(always)]
pub(in crate::curve) fn cancel_low_word<W: Word>(t: &mut [W; 4]) {
    let m = t[0];
    let (low, high) = m.shift_half();
    let (t0, carry) = W::add_carry(t[1], low, false);
    let (t1, carry) = W::add_carry(t[2], high, carry);
    let (t2, carry) = W::add_carry(t[3], m, carry);
    let (t3, _) = W::add_carry(m, W::ZERO, carry);
    let (t2, borrow) = W::sub_borrow(t2, low, false);
    let (t3, _) = W::sub_borrow(t3, high, borrow);
    *t = [t0, t1, t2, t3];
}
