//! Scalars of half the size for an equation of points (Antipa, Brown, Gallant, Lambert, Struik, Vanstone, "Accelerated
//! verification of ECDSA signatures", 2005).

use crate::integer::Integer;
use crate::word::Word;

/// `(u, v)` with `u = v k` modulo `m`, where `v` is odd and not zero: `v` is its sign and its magnitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction<I> {
    pub(super) u: I,
    pub(super) v: (bool, I),
}

/// A fraction for `0 <= k < m`. Its `v` is below `2^most`, and both parts usually have about half the bits of `m`. For the
/// few `k` that have no such fraction among those of [`euclid`], it is `k / 1`.
#[inline(always)]
pub(super) fn half_size<W: Word, const N: usize>(m: &[W; N], k: &[W; N], half: u32, most: u32) -> Fraction<[W; N]> {
    let mut one = [W::ZERO; N];
    one[0] = W::truncate(1);
    euclid(m, k, &one, half, most).unwrap_or(Fraction { u: *k, v: (false, one) })
}

/// Euclid's algorithm for `m` and `k`, with the cofactors of `k`: a remainder `r` and its cofactor `t` have `r = t k` or
/// `r = -t k` modulo `m`, the signs alternate, and of two consecutive ones, `r t' + r' t = m`.
///
/// The first remainder of at most `half` bits with an odd cofactor is the answer. Consecutive cofactors are coprime, so it is
/// that of the next if not the first. But if the first is small itself, its cofactor may be even and the next one large:
/// that is `None`. So is a quotient that has more bits than a word.
#[inline(always)]
fn euclid<W: Word, const N: usize>(
    m: &[W; N],
    k: &[W; N],
    one: &[W; N],
    half: u32,
    most: u32,
) -> Option<Fraction<[W; N]>> {
    let (mut r, mut next_r) = (*m, *k);
    let (mut t, mut next_t) = ([W::ZERO; N], *one);
    let mut negative = false;
    loop {
        if bits(&next_r) <= half && next_t[0].is_odd() {
            return (bits(&next_t) <= most).then_some(Fraction {
                u: next_r,
                v: (negative, next_t),
            });
        }
        divide(&mut r, &next_r, &mut t, &next_t)?;
        (r, next_r) = (next_r, r);
        (t, next_t) = (next_t, t);
        negative = !negative;
    }
}

/// `(r, t) <- (r - q r', t + q t')` for `q = floor(r / r')`; `None` if `r'` is zero, or `q` about a word or more.
///
/// The top word of each gives a quotient that is at most the right one, and at least half of it, so it takes a few steps.
#[inline(always)]
fn divide<W: Word, const N: usize>(r: &mut [W; N], next_r: &[W; N], t: &mut [W; N], next_t: &[W; N]) -> Option<()> {
    loop {
        let length = bits(r);
        if bits(next_r) > length {
            return Some(());
        }
        let (top, next_top) = (word_below(r, length), word_below(next_r, length));
        if next_top == W::ZERO {
            return None;
        }
        // floor(r / r') is at least floor(top / (next_top + 1)).
        let estimate = next_top.widen().checked_add(1).map_or(0, |above| top.widen() / above);
        let q = if estimate > 0 {
            W::truncate(estimate)
        } else if r.sub_borrow(next_r).1 {
            return Some(());
        } else {
            W::truncate(1)
        };
        sub_mul(r, q, next_r);
        add_mul(t, q, next_t);
    }
}

/// `x - q y`, which is not negative.
#[inline(always)]
fn sub_mul<W: Word, const N: usize>(x: &mut [W; N], q: W, y: &[W; N]) {
    let (mut carry, mut borrow) = (W::ZERO, false);
    for i in 0..N {
        let product;
        (product, carry) = W::mul_add(q, y[i], carry, W::ZERO);
        (x[i], borrow) = W::sub_borrow(x[i], product, borrow);
    }
    debug_assert!(carry == W::ZERO && !borrow);
}

/// `x + q y`, which fits.
#[inline(always)]
fn add_mul<W: Word, const N: usize>(x: &mut [W; N], q: W, y: &[W; N]) {
    let mut carry = W::ZERO;
    for i in 0..N {
        (x[i], carry) = W::mul_add(q, y[i], x[i], carry);
    }
    debug_assert!(carry == W::ZERO);
}

/// The length in bits.
#[inline(always)]
fn bits<W: Word, const N: usize>(x: &[W; N]) -> u32 {
    match x.iter().rposition(|&word| word != W::ZERO) {
        Some(i) => i as u32 * W::BITS + (u64::BITS - x[i].widen().leading_zeros()),
        None => 0,
    }
}

/// The word of which the highest bit is bit `length - 1`; the lowest word if `length` is less than a word.
#[inline(always)]
fn word_below<W: Word, const N: usize>(x: &[W; N], length: u32) -> W {
    let lowest = length.saturating_sub(W::BITS);
    let (i, shift) = ((lowest / W::BITS) as usize, lowest % W::BITS);
    let low = x[i].widen() >> shift;
    let high = if i + 1 < N { x[i + 1].widen() } else { 0 };
    W::truncate(low | high << 1 << (W::BITS - 1 - shift))
}
