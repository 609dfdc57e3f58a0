//! The SM2 curve: GB/T 32918.5-2017 (curveSM2 in RFC 8998).

use crate::curve::montgomery::{Residue, modulus};
use crate::curve::{CoefficientA, Curve, tuning};
use crate::word::Word;

modulus! {
    /// `p = 2^256 - 2^224 - 2^96 + 2^64 - 1`.
    Prime: [u64; 4] = [0xffffffffffffffff, 0xffffffff00000000, 0xffffffffffffffff, 0xfffffffeffffffff];

    #[inline(always)]
    fn cancel_low_word(t: &mut [u64; 4]) {
        cancel_low_word(t);
    }
}

modulus! {
    /// The number of points.
    Order: [u64; 4] = [0x53bbf40939d54123, 0x7203df6b21c6052b, 0xffffffffffffffff, 0xfffffffeffffffff];
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sm2;

impl Curve for Sm2 {
    type Int = [u64; 4];
    type Field = Residue<Prime>;
    type Order = Order;

    const FIELD_BITS: usize = 256;
    const ORDER_BITS: usize = 256;
    const A: CoefficientA = CoefficientA::MinusThree;
    const B: Self::Field = Residue::constant([
        0xddbcbd414d940e93,
        0xf39789f515ab8f92,
        0x4d5a9e4bcf6509a7,
        0x28e9fa9e9d9f5e34,
    ]);
    const GENERATOR: (Self::Field, Self::Field) = (
        Residue::constant([
            0x715a4589334c74c7,
            0x8fe30bbff2660be1,
            0x5f9904466a39c994,
            0x32c4ae2c1f198119,
        ]),
        Residue::constant([
            0x02df32e52139f0a0,
            0xd0a9877cc62a4740,
            0x59bdcee36b692153,
            0xbc3736a2f4f6779c,
        ]),
    );
}

tuning!(Sm2: comb 8 1, naf 7 5, one sum of 5 limbs, two and eight sums);

/// [`Integer::cancel_low_word`](crate::integer::Integer::cancel_low_word) for `p = B^4 - B^3 S - B S + B - 1`, where
/// `S` is the square root of the base `B`.
///
/// As `p` is `-1` modulo `B`, `m` is the lowest word of `t`, and `-m` cancels it. What remains to add, divided by `B`,
/// is `m (1 + B^3) - m (S + B^2 S)`. The result fits, so carry and borrow out of the top cancel out.
#[inline(always)]
pub(in crate::curve) fn cancel_low_word<W: Word>(t: &mut [W; 4]) {
    let m = t[0];
    let (low, high) = m.shift_half();
    let (t0, carry) = W::add_carry(t[1], m, false);
    let (t1, carry) = W::add_carry(t[2], W::ZERO, carry);
    let (t2, carry) = W::add_carry(t[3], W::ZERO, carry);
    let (t3, _) = W::add_carry(m, W::ZERO, carry);
    let (t0, borrow) = W::sub_borrow(t0, low, false);
    let (t1, borrow) = W::sub_borrow(t1, high, borrow);
    let (t2, borrow) = W::sub_borrow(t2, low, borrow);
    let (t3, _) = W::sub_borrow(t3, high, borrow);
    *t = [t0, t1, t2, t3];
}
