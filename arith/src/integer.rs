//! Unsigned integers of a fixed number of words, least significant word first.
//!
//! Everything above the word is written once, for any [`Word`] and any number of words. RSA and the curves use 64-bit
//! words; the tests run the same code on words of a few bits, for which every input can be tested.

use crate::word::Word;
use core::fmt::Debug;

/// Marks a branch as unlikely for the compiler when it is called there.
#[cold]
pub(crate) fn cold_path() {}

/// An unsigned integer of a fixed number of words. Below, `R` is `B` to that number.
pub(crate) trait Integer: Copy + Eq + Debug + 'static {
    type Word: Word;
    const ZERO: Self;

    /// `self + other mod R` and the carry.
    fn add_carry(&self, other: &Self) -> (Self, bool);

    /// `self - other mod R` and the borrow, which means that `self < other`.
    fn sub_borrow(&self, other: &Self) -> (Self, bool);

    /// `if choose { a } else { b }` without a branch.
    fn select(choose: bool, a: &Self, b: &Self) -> Self;

    /// `(low, high)` of `a * b`.
    fn widening_mul(a: &Self, b: &Self) -> (Self, Self);

    /// `(low, high)` of `a * a`.
    fn widening_square(a: &Self) -> (Self, Self);

    /// `(low + high R) / R mod p`, fully reduced, for an odd `p` and `high < p`.
    ///
    /// `cancel_low_word` is [`Integer::cancel_low_word`] for `p`, or a faster equivalent for a `p` of a special form.
    fn montgomery_reduce(low: &Self, high: &Self, p: &Self, cancel_low_word: impl Fn(&mut Self)) -> Self;

    /// One step of a Montgomery reduction: `t <- (t + m p) / B`, with the `m < B` that makes the division exact.
    /// `neg_inverse` is `-1 / p mod B`.
    ///
    /// The result fits: it is below `(R + (B - 1) p) / B = p + (R - p) / B`, which is at most `R`.
    fn cancel_low_word(t: &mut Self, p: &Self, neg_inverse: Self::Word);

    /// `self / 2 mod p`, for an odd `p` and `self < p`.
    fn halve_mod(&self, p: &Self) -> Self;

    /// `x mod p` for an `x` below `2p`, where `x = self + carry R`.
    fn subtract_once(&self, carry: bool, p: &Self) -> Self;

    /// `self + other mod p`, for both below `p`.
    #[inline(always)]
    fn add_mod(&self, other: &Self, p: &Self) -> Self {
        let (sum, carry) = self.add_carry(other);
        sum.subtract_once(carry, p)
    }

    /// `self - other mod p`, for both below `p`.
    #[inline(always)]
    fn sub_mod(&self, other: &Self, p: &Self) -> Self {
        let (difference, borrow) = self.sub_borrow(other);
        let correction = Self::select(borrow, p, &Self::ZERO);
        difference.add_carry(&correction).0
    }
}

impl<W: Word, const N: usize> Integer for [W; N] {
    type Word = W;
    const ZERO: Self = [W::ZERO; N];

    #[inline(always)]
    fn add_carry(&self, other: &Self) -> (Self, bool) {
        let mut sum = Self::ZERO;
        let mut carry = false;
        for i in 0..N {
            (sum[i], carry) = W::add_carry(self[i], other[i], carry);
        }
        (sum, carry)
    }

    #[inline(always)]
    fn sub_borrow(&self, other: &Self) -> (Self, bool) {
        let mut difference = Self::ZERO;
        let mut borrow = false;
        for i in 0..N {
            (difference[i], borrow) = W::sub_borrow(self[i], other[i], borrow);
        }
        (difference, borrow)
    }

    #[inline(always)]
    fn select(choose: bool, a: &Self, b: &Self) -> Self {
        let mut chosen = *b;
        for i in 0..N {
            chosen[i] = W::select(choose, a[i], b[i]);
        }
        chosen
    }

    #[inline(always)]
    fn widening_mul(a: &Self, b: &Self) -> (Self, Self) {
        let mut product = [[W::ZERO; N]; 2];
        for i in 0..N {
            let mut carry = W::ZERO;
            for (j, &a) in a.iter().enumerate() {
                let k = i + j;
                (product[k / N][k % N], carry) = W::mul_add(a, b[i], product[k / N][k % N], carry);
            }
            product[1][i] = carry;
        }
        (product[0], product[1])
    }

    /// Each product of two different words occurs twice, so: add them up once, double, add the squares.
    #[inline(always)]
    fn widening_square(a: &Self) -> (Self, Self) {
        let mut square = [[W::ZERO; N]; 2];
        for i in 0..N {
            let mut carry = W::ZERO;
            for j in i + 1..N {
                let k = i + j;
                (square[k / N][k % N], carry) = W::mul_add(a[j], a[i], square[k / N][k % N], carry);
            }
            square[1][i] = carry;
        }
        let mut carry = false;
        for k in 0..2 * N {
            let word = square[k / N][k % N];
            (square[k / N][k % N], carry) = W::add_carry(word, word, carry);
        }
        let mut carry = false;
        for (i, &a) in a.iter().enumerate() {
            let (low, high) = W::mul_add(a, a, W::ZERO, W::ZERO);
            for (k, part) in [(2 * i, low), (2 * i + 1, high)] {
                (square[k / N][k % N], carry) = W::add_carry(square[k / N][k % N], part, carry);
            }
        }
        (square[0], square[1])
    }

    /// After `N` steps, `t = (low + m p) / R` for some `m < R`, so `t <= p`; and `t + high < 2p`.
    #[inline(always)]
    fn montgomery_reduce(low: &Self, high: &Self, p: &Self, cancel_low_word: impl Fn(&mut Self)) -> Self {
        let mut t = *low;
        for _ in 0..N {
            cancel_low_word(&mut t);
        }
        let (sum, carry) = t.add_carry(high);
        sum.subtract_once(carry, p)
    }

    #[inline(always)]
    fn cancel_low_word(t: &mut Self, p: &Self, neg_inverse: W) {
        let m = W::mul_low(t[0], neg_inverse);
        let (_zero, mut carry) = W::mul_add(m, p[0], t[0], W::ZERO);
        for j in 1..N {
            (t[j - 1], carry) = W::mul_add(m, p[j], t[j], carry);
        }
        t[N - 1] = carry;
    }

    /// A carry is unpredictable, so it selects what to subtract. Without a carry, there is rarely anything to subtract
    /// if `p` is close to `R`, as it is for most moduli here; comparing the top words shows that.
    #[inline(always)]
    fn subtract_once(&self, carry: bool, p: &Self) -> Self {
        let (x, _) = self.sub_borrow(&Self::select(carry, p, &Self::ZERO));
        if x[N - 1] >= p[N - 1] {
            cold_path();
            let (less, borrow) = x.sub_borrow(p);
            if borrow { x } else { less }
        } else {
            x
        }
    }

    #[inline(always)]
    fn halve_mod(&self, p: &Self) -> Self {
        let even = Self::select(self[0].is_odd(), p, &Self::ZERO);
        let (even, mut bit_above) = self.add_carry(&even);
        let mut half = even;
        for i in (0..N).rev() {
            half[i] = even[i].halve(bit_above);
            bit_above = even[i].is_odd();
        }
        half
    }
}

/// Operations for byte strings and windows, at the word size in use.
pub(crate) trait Words: Integer<Word = u64> + Send + Sync {
    const ONE: Self;

    /// The integer with these big-endian bytes. `None` if it does not fit.
    fn from_be_bytes(bytes: &[u8]) -> Option<Self>;

    /// The words, least significant first.
    fn words(&self) -> &[u64];

    fn words_mut(&mut self) -> &mut [u64];

    /// The `width` bits (below 64) from bit `position` on, with zeros above the top.
    fn bits(&self, position: usize, width: usize) -> u64 {
        let words = self.words();
        let word = |i: usize| words.get(i).copied().unwrap_or(0);
        let (index, shift) = (position / 64, position % 64);
        let pair = u128::from(word(index)) | u128::from(word(index + 1)) << 64;
        (pair >> shift) as u64 & ((1 << width) - 1)
    }

    /// `self / 2^count`, for a `count` below 64.
    fn shift_right(&self, count: usize) -> Self {
        let mut shifted = *self;
        for (i, word) in shifted.words_mut().iter_mut().enumerate() {
            let above = self.words().get(i + 1).copied().unwrap_or(0);
            *word = ((u128::from(above) << 64 | u128::from(*word)) >> count) as u64;
        }
        shifted
    }
}

impl<const N: usize> Words for [u64; N] {
    const ONE: Self = {
        let mut one = [0; N];
        one[0] = 1;
        one
    };

    fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        let mut words = Self::ZERO;
        let (top, chunks) = bytes.as_rchunks::<8>();
        let whole = chunks.iter().rev().map(|chunk| u64::from_be_bytes(*chunk));
        let part = top.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
        for (i, word) in whole.chain([part]).enumerate() {
            match words.get_mut(i) {
                Some(place) => *place = word,
                None if word == 0 => {}
                None => return None,
            }
        }
        Some(words)
    }

    fn words(&self) -> &[u64] {
        self
    }

    fn words_mut(&mut self) -> &mut [u64] {
        self
    }
}

/// `-1 / odd mod 2^64`. `odd` is its own inverse modulo 8, and each step of Newton's method doubles the number of
/// correct bits.
pub(crate) const fn neg_inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut right_bits = 3;
    while right_bits < 64 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse.wrapping_neg()
}

/// `x < modulus`; for constants.
pub(crate) const fn is_below<const N: usize>(x: &[u64; N], modulus: &[u64; N]) -> bool {
    let mut i = N;
    while i > 0 {
        i -= 1;
        if x[i] != modulus[i] {
            return x[i] < modulus[i];
        }
    }
    false
}
