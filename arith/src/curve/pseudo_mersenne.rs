//! Arithmetic modulo `p = R - c`, where `R = B^N` and `c` fits in one word: everything above `R` is multiplied by `c`
//! and added below.
//!
//! Operands and results are less than `p`. The top word of `p` has all bits set, and so does that of any number from
//! `p` to `R`: comparing it shows, almost always, that nothing is left to subtract.

use crate::integer::{Integer, cold_path};
use crate::word::Word;

/// `x mod p` for `x = t + carry R` below `2p`.
#[inline(always)]
fn subtract_once_rarely<W: Word, const N: usize>(t: [W; N], carry: bool, c: W) -> [W; N] {
    if carry || t[N - 1] == W::MAX {
        cold_path();
        // x - p = x + c - R, which is not negative if there is a carry into R.
        let (reduced, over) = t.add_carry(&single(c));
        if carry || over { reduced } else { t }
    } else {
        t
    }
}

fn single<W: Word, const N: usize>(word: W) -> [W; N] {
    let mut integer = [W::ZERO; N];
    integer[0] = word;
    integer
}

/// `low + high R mod p`, for any `low` and `high`, and `N` at least 2.
///
/// The first fold leaves `low + high c`, less than `(c + 1) R`, so at most `c` above the `N` words. The second leaves
/// less than `R + c^2`; after it, either there is no carry, or less than `c^2 < p` below it. So the result is less than
/// `2p`.
#[inline(always)]
pub(super) fn fold<W: Word, const N: usize>(low: &[W; N], high: &[W; N], c: W) -> [W; N] {
    let mut t = *low;
    let mut top = W::ZERO;
    for i in 0..N {
        (t[i], top) = W::mul_add(high[i], c, t[i], top);
    }
    let mut second = [W::ZERO; N];
    (second[0], second[1]) = W::mul_add(top, c, W::ZERO, W::ZERO);
    let (t, carry) = t.add_carry(&second);
    subtract_once_rarely(t, carry, c)
}

/// `a + b mod p`. With a carry, `a + b - R + c` is reduced, since `a + b < 2p`.
#[inline(always)]
pub(super) fn add<W: Word, const N: usize>(a: &[W; N], b: &[W; N], c: W) -> [W; N] {
    let (sum, carry) = a.add_carry(b);
    let (sum, _) = sum.add_carry(&single(W::select(carry, c, W::ZERO)));
    subtract_once_rarely(sum, false, c)
}

/// `a - b mod p`. With a borrow, `a - b + R - c`.
#[inline(always)]
pub(super) fn sub<W: Word, const N: usize>(a: &[W; N], b: &[W; N], c: W) -> [W; N] {
    let (difference, borrow) = a.sub_borrow(b);
    difference.sub_borrow(&single(W::select(borrow, c, W::ZERO))).0
}
