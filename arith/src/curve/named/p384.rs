//! P-384: SP 800-186, 3.2.1.4 (secp384r1 in SEC 2).

use crate::curve::montgomery::{Residue, modulus};
use crate::curve::{CoefficientA, Curve, tuning};
use crate::word::Word;

modulus! {
    /// `p = 2^384 - 2^128 - 2^96 + 2^32 - 1`.
    Prime: [u64; 6] = [0x00000000ffffffff, 0xffffffff00000000, 0xfffffffffffffffe, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff];

    #[inline(always)]
    fn cancel_low_word(t: &mut [u64; 6]) {
        cancel_low_word(t);
    }
}

modulus! {
    /// The number of points.
    Order: [u64; 6] = [0xecec196accc52973, 0x581a0db248b0a77a, 0xc7634d81f4372ddf, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff];
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct P384;

impl Curve for P384 {
    type Int = [u64; 6];
    type Field = Residue<Prime>;
    type Order = Order;

    const FIELD_BITS: usize = 384;
    const ORDER_BITS: usize = 384;
    const A: CoefficientA = CoefficientA::MinusThree;
    const B: Self::Field = Residue::constant([
        0x2a85c8edd3ec2aef,
        0xc656398d8a2ed19d,
        0x0314088f5013875a,
        0x181d9c6efe814112,
        0x988e056be3f82d19,
        0xb3312fa7e23ee7e4,
    ]);
    const GENERATOR: (Self::Field, Self::Field) = (
        Residue::constant([
            0x3a545e3872760ab7,
            0x5502f25dbf55296c,
            0x59f741e082542a38,
            0x6e1d3b628ba79b98,
            0x8eb1c71ef320ad74,
            0xaa87ca22be8b0537,
        ]),
        Residue::constant([
            0x7a431d7c90ea0e5f,
            0x0a60b1ce1d7e819d,
            0xe9da3113b5f0b8c0,
            0xf8f41dbd289a147c,
            0x5d9e98bf9292dc29,
            0x3617de4a96262c6f,
        ]),
    );
}

tuning!(P384: comb 8 3, naf 8 5, one sum of 8 limbs);

/// [`Integer::cancel_low_word`](crate::integer::Integer::cancel_low_word) for `p = B^6 - B^2 - B S + S - 1`, where `S`
/// is the square root of the base `B`.
///
/// Modulo `B`, `p` is `S - 1`, and `-1 / p` is `S + 1`, as `S^2` vanishes. What to add is `m B^6 - n`, where `n = m + m
/// S (B - 1) + m B^2`. The lowest word of `n` is that of `t`, so it cancels without a borrow. The result fits, so the
/// borrow out of the top word, which is `m`, is never more than `m`.
#[inline(always)]
pub(in crate::curve) fn cancel_low_word<W: Word>(t: &mut [W; 6]) {
    let (low, _) = t[0].shift_half();
    let (m, _) = W::add_carry(t[0], low, false);
    let (low, high) = m.shift_half();
    let (_n0, borrow) = W::sub_borrow(m, low, false);
    let (n1, borrow) = W::sub_borrow(low, high, borrow);
    let (n2, carry) = W::add_carry(m, high, false);
    let (n2, borrow) = W::sub_borrow(n2, W::ZERO, borrow);
    let (n3, _) = W::add_carry(W::ZERO, W::ZERO, carry);
    let (n3, _) = W::sub_borrow(n3, W::ZERO, borrow);

    let (t0, borrow) = W::sub_borrow(t[1], n1, false);
    let (t1, borrow) = W::sub_borrow(t[2], n2, borrow);
    let (t2, borrow) = W::sub_borrow(t[3], n3, borrow);
    let (t3, borrow) = W::sub_borrow(t[4], W::ZERO, borrow);
    let (t4, borrow) = W::sub_borrow(t[5], W::ZERO, borrow);
    let (t5, _) = W::sub_borrow(m, W::ZERO, borrow);
    *t = [t0, t1, t2, t3, t4, t5];
}
