//! Remainders modulo an RSA modulus: `R^2 mod n`, which Montgomery multiplication needs for each key.
//!
//! [`crate::curve::montgomery::power_of_two`] has those of constants, a bit at a time. For a key this takes a word at a time, and
//! the modulus has its top bit set.

use crate::integer::Integer;
use crate::word::Word;

/// `high b^N + low` modulo `n`, by subtracting `n` as often as possible: intended for values of a few times n.
pub(crate) fn reduce<W: Word, const N: usize>(low: &[W; N], high: W, n: &[W; N]) -> [W; N] {
    let (mut low, mut high) = (*low, high);
    loop {
        let (difference, borrow) = low.sub_borrow(n);
        let (rest, too_small) = W::sub_borrow(high, W::ZERO, borrow);
        if too_small {
            return low;
        }
        (low, high) = (difference, rest);
    }
}

/// `2^exponent mod n`, for `exponent` at least `BITS N`, and `n` odd with its top bit set, `N >= 2`.
///
/// b^N mod n is b^N - n, because b^N / 2 < n < b^N. From there, each step of schoolbook division multiplies by one
/// whole word, and the remaining bits are doublings.
pub(crate) fn power_of_two_mod<W: Word, const N: usize>(n: &[W; N], exponent: u32) -> [W; N] {
    let (mut x, _) = [W::ZERO; N].sub_borrow(n);
    let beyond = exponent.saturating_sub(W::BITS * N as u32);
    for _ in 0..beyond / W::BITS {
        x = shift_word_mod(&x, n);
    }
    for _ in 0..beyond % W::BITS {
        x = x.add_mod(&x, n);
    }
    x
}

/// `a b mod n` for `a < n`, `n` with its top bit set, `N >= 2`: one step of long division.
///
/// Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D. The digit estimated from the two leading words
/// of the dividend and the leading word of the divisor is never too small, and too large by at most two (theorems A and
/// B there), so at most two additions of `n` after the subtraction correct it.
pub(super) fn shift_word_mod<W: Word, const N: usize>(a: &[W; N], n: &[W; N]) -> [W; N] {
    const { assert!(N >= 2) };
    let (top, next, divisor) = (a[N - 1], a[N - 2], n[N - 1]);
    // top <= divisor because a < n. If they are equal, the digit would not fit in a word: it is then b - 1.
    let digit = if top < divisor {
        divisor.divide_into(top, next)
    } else {
        W::MAX
    };

    // a b - digit n, in N words and a top word.
    let mut x = [W::ZERO; N];
    let mut moved_up = W::ZERO; // the word of a b at this position
    let (mut carry, mut borrow) = (W::ZERO, false);
    for ((x, &a), &n) in x.iter_mut().zip(a).zip(n) {
        let product;
        (product, carry) = W::mul_add(digit, n, carry, W::ZERO);
        (*x, borrow) = W::sub_borrow(moved_up, product, borrow);
        moved_up = a;
    }
    let (mut excess, _) = W::sub_borrow(top, carry, borrow);

    // The difference is negative, its top word -1, as long as the digit is too large.
    while excess != W::ZERO {
        let mut carry = false;
        for (x, &n) in x.iter_mut().zip(n) {
            (*x, carry) = W::add_carry(*x, n, carry);
        }
        (excess, _) = W::add_carry(excess, W::ZERO, carry);
    }
    x
}
