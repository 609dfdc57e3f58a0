//! Numbers as words: the little of multi-precision arithmetic that RSA verification needs.
//!
//! A number is an array of words, least significant first. Everything is generic over the word, so that the
//! very code that runs on `u64` can be tried on *all* inputs where a word has three or four bits.

use core::fmt::Debug;

/// An unsigned machine word of `BITS` bits. Below, b = 2^BITS.
pub(crate) trait Word: Copy + Ord + Debug {
    const BITS: u32;
    const ZERO: Self;
    const ONE: Self;
    const MAX: Self;

    /// Two words, as one number.
    type Double: Copy;
    const DOUBLE_ZERO: Self::Double;

    /// `sum + self`; the caller shows that it is below b^2.
    fn add_to(self, sum: Self::Double) -> Self::Double;

    /// `sum + 2 x`; the caller shows that it is below b^2.
    fn add_twice(sum: Self::Double, x: Self::Double) -> Self::Double;

    /// (low word, high word).
    fn split(x: Self::Double) -> (Self, Self);

    /// `self + y + carry`, as (sum modulo b, carry out).
    fn carrying_add(self, y: Self, carry: bool) -> (Self, bool);

    /// `self - y - borrow`, as (difference modulo b, borrow out).
    fn borrowing_sub(self, y: Self, borrow: bool) -> (Self, bool);

    /// `self * y + add`, as (low word, high word). It fits: (b-1)^2 + (b-1) < b^2.
    fn carrying_mul(self, y: Self, add: Self) -> (Self, Self);

    /// `floor((high b + low) / self)`, for `high < self`, so that the quotient is a word.
    fn divide_into(self, high: Self, low: Self) -> Self;
}

impl Word for u64 {
    const BITS: u32 = u64::BITS;
    const ZERO: Self = 0;
    const ONE: Self = 1;
    const MAX: Self = u64::MAX;

    type Double = u128;
    const DOUBLE_ZERO: u128 = 0;

    #[inline(always)]
    fn add_to(self, sum: u128) -> u128 {
        sum.wrapping_add(u128::from(self))
    }

    #[inline(always)]
    fn add_twice(sum: u128, x: u128) -> u128 {
        sum.wrapping_add(x << 1)
    }

    #[inline(always)]
    fn split(x: u128) -> (u64, u64) {
        (x as u64, (x >> 64) as u64)
    }

    #[inline(always)]
    fn carrying_add(self, y: Self, carry: bool) -> (Self, bool) {
        self.carrying_add(y, carry)
    }

    #[inline(always)]
    fn borrowing_sub(self, y: Self, borrow: bool) -> (Self, bool) {
        self.borrowing_sub(y, borrow)
    }

    #[inline(always)]
    fn carrying_mul(self, y: Self, add: Self) -> (Self, Self) {
        self.carrying_mul(y, add)
    }

    #[inline(always)]
    fn divide_into(self, high: Self, low: Self) -> Self {
        let dividend = (u128::from(high) << 64) | u128::from(low);
        (dividend / u128::from(self)) as u64
    }
}

/// Reads a big-endian byte string of exactly `8 N` bytes.
pub(crate) fn words_from_be_bytes<const N: usize>(bytes: &[u8]) -> Option<[u64; N]> {
    let (chunks, rest) = bytes.as_chunks::<8>();
    if chunks.len() != N || !rest.is_empty() {
        return None;
    }
    let mut words = [0; N];
    for (word, chunk) in words.iter_mut().zip(chunks.iter().rev()) {
        *word = u64::from_be_bytes(*chunk);
    }
    Some(words)
}

/// Writes a number as big-endian bytes; `None`, and nothing written, unless `out` has exactly `8 N` bytes.
pub(crate) fn words_to_be_bytes<const N: usize>(words: &[u64; N], out: &mut [u8]) -> Option<()> {
    let (chunks, rest) = out.as_chunks_mut::<8>();
    if chunks.len() != N || !rest.is_empty() {
        return None;
    }
    for (chunk, word) in chunks.iter_mut().rev().zip(words) {
        *chunk = word.to_be_bytes();
    }
    Some(())
}

/// Is `a < b`? Decided at the most significant word in which they differ.
pub(crate) fn less_than<W: Word, const N: usize>(a: &[W; N], b: &[W; N]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// `a - b` modulo b^N, and whether it borrowed, that is whether `a < b`.
#[inline(always)]
pub(crate) fn subtract<W: Word, const N: usize>(a: &[W; N], b: &[W; N]) -> ([W; N], bool) {
    let mut difference = [W::ZERO; N];
    let mut borrow = false;
    for ((d, &x), &y) in difference.iter_mut().zip(a).zip(b) {
        (*d, borrow) = x.borrowing_sub(y, borrow);
    }
    (difference, borrow)
}

/// `high b^N + low` modulo `n`, by subtracting `n` for as long as it can be: meant for values of a few times n.
pub(crate) fn reduce<W: Word, const N: usize>(low: &[W; N], high: W, n: &[W; N]) -> [W; N] {
    let (mut low, mut high) = (*low, high);
    loop {
        let (difference, borrow) = subtract(&low, n);
        let (rest, too_small) = high.borrowing_sub(W::ZERO, borrow);
        if too_small {
            return low;
        }
        (low, high) = (difference, rest);
    }
}

/// `-n^-1 mod b` for odd `n`.
///
/// Newton's iteration `x <- x (2 - n x)` doubles the number of correct low bits (Hensel lifting): if
/// `n x = 1 + e`, then `n x (2 - n x) = 1 - e^2`. It starts from `x = n`, correct to three bits, because the
/// square of an odd number is 1 modulo 8; five rounds give 96 bits, enough for every word.
pub(crate) fn negated_inverse<W: Word>(n: W) -> W {
    let times = |x: W, y: W| x.carrying_mul(y, W::ZERO).0;
    let minus = |x: W, y: W| x.borrowing_sub(y, false).0;
    let mut x = n;
    for _ in 0..5 {
        let error = minus(times(n, x), W::ONE);
        x = times(x, minus(W::ONE, error));
    }
    minus(W::ZERO, x)
}

/// `2^exponent mod n`, for `exponent` at least `BITS N`, and `n` odd with its top bit set, `N >= 2`.
///
/// b^N mod n is b^N - n, because b^N / 2 < n < b^N. From there, each step of the schoolbook division multiplies
/// by one whole word, and the bits that are left are doublings.
pub(crate) fn power_of_two_mod<W: Word, const N: usize>(n: &[W; N], exponent: u32) -> [W; N] {
    let (mut x, _) = subtract(&[W::ZERO; N], n);
    let beyond = exponent.saturating_sub(W::BITS * N as u32);
    for _ in 0..beyond / W::BITS {
        x = shift_word_mod(&x, n);
    }
    for _ in 0..beyond % W::BITS {
        x = double_mod(&x, n);
    }
    x
}

/// `2 a mod n` for `a < n`; 2 a < 2 n, so `n` is subtracted at most once.
pub(super) fn double_mod<W: Word, const N: usize>(a: &[W; N], n: &[W; N]) -> [W; N] {
    let mut doubled = [W::ZERO; N];
    let mut carry = false;
    for (d, &x) in doubled.iter_mut().zip(a) {
        (*d, carry) = x.carrying_add(x, carry);
    }
    reduce(&doubled, if carry { W::ONE } else { W::ZERO }, n)
}

/// `a b mod n` for `a < n`, `n` with its top bit set, `N >= 2`: one step of long division.
///
/// Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D. The digit estimated from the two
/// leading words of the dividend and the leading word of the divisor is never too small, and too large by
/// at most two (theorems A and B there); so after the subtraction at most two additions of `n` put it right.
pub(super) fn shift_word_mod<W: Word, const N: usize>(a: &[W; N], n: &[W; N]) -> [W; N] {
    const { assert!(N >= 2) };
    let (top, next, divisor) = (a[N - 1], a[N - 2], n[N - 1]);
    // top <= divisor because a < n. Where they are equal, the digit would not fit a word: it is then b - 1.
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
        (product, carry) = digit.carrying_mul(n, carry);
        (*x, borrow) = moved_up.borrowing_sub(product, borrow);
        moved_up = a;
    }
    let (mut excess, _) = top.borrowing_sub(carry, borrow);

    // The difference is negative, its top word -1, for as long as the digit is too large.
    while excess != W::ZERO {
        let mut carry = false;
        for (x, &n) in x.iter_mut().zip(n) {
            (*x, carry) = x.carrying_add(n, carry);
        }
        (excess, _) = excess.carrying_add(W::ZERO, carry);
    }
    x
}
