//! The non-adjacent form of a scalar: few signed digits, for a point without a table.

use crate::integer::Words;
use core::mem::size_of;

/// Space for the longest recoding: one digit a bit for 521 bits, and a carry.
const MAX_DIGITS: usize = 528;

/// The non-adjacent form of an integer for some `width`: a digit for each bit position, each zero or odd and less than
/// `2^(width - 1)` in absolute value, at most one in any `width` consecutive ones not zero (Hankerson, Menezes,
/// Vanstone, "Guide to Elliptic Curve Cryptography", algorithm 3.35).
pub(super) struct NonAdjacentForm {
    digits: [i8; MAX_DIGITS],
    length: usize,
}

impl NonAdjacentForm {
    /// Of the magnitude, or of its negative. `width` is at most 8.
    pub(super) fn new<I: Words>(negative: bool, magnitude: &I, width: usize) -> Self {
        let bits = 8 * size_of::<I>();
        let mut form = NonAdjacentForm {
            digits: [0; MAX_DIGITS],
            length: 0,
        };
        let mut carry = 0;
        let mut position = 0;
        while position < MAX_DIGITS.min(bits + 1) {
            // `carry` stands for `carry * 2^position`, so bit and carry make an even sum when they are equal.
            if magnitude.bits(position, 1) == carry {
                position += 1;
                continue;
            }
            let value = (magnitude.bits(position, width) + carry) as i32;
            carry = u64::from(value >> (width - 1) != 0);
            let digit = value - ((carry as i32) << width);
            form.digits[position] = if negative { -digit } else { digit } as i8;
            form.length = position + 1;
            position += width;
        }
        form
    }

    /// Digits from here on are zero.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    #[inline(always)]
    pub(super) fn digit(&self, position: usize) -> i32 {
        self.digits.get(position).copied().map_or(0, i32::from)
    }
}
