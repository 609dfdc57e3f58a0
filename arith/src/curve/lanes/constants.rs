//! Integers in limbs of 52 bits, for constants of the compiler.

use super::LIMB_BITS;

/// The lowest 52 bits.
pub(super) const LIMB: u64 = (1 << LIMB_BITS) - 1;

/// An integer of `W` words in `L` limbs.
#[inline(always)]
pub(in super::super) const fn limbs_of<const W: usize, const L: usize>(x: &[u64; W]) -> [u64; L] {
    let mut limbs = [0; L];
    let mut i = 0;
    while i < L {
        let (word, shift) = (52 * i / 64, 52 * i % 64);
        if word < W {
            limbs[i] = x[word] >> shift;
        }
        if shift > 12 && word + 1 < W {
            limbs[i] |= x[word + 1] << (64 - shift);
        }
        limbs[i] &= LIMB;
        i += 1;
    }
    limbs
}

/// Limbs in `W` words, and whether there is more.
#[inline(always)]
pub(in super::super) const fn words_of<const W: usize, const L: usize>(limbs: &[u64; L]) -> ([u64; W], bool) {
    let mut words = [0; W];
    let mut more = 0;
    let mut i = 0;
    while i < L {
        let (word, shift) = (52 * i / 64, 52 * i % 64);
        if word < W {
            words[word] |= limbs[i] << shift;
        } else {
            more |= limbs[i];
        }
        if shift > 12 {
            let above = limbs[i] >> (64 - shift);
            if word + 1 < W {
                words[word + 1] |= above;
            } else {
                more |= above;
            }
        }
        i += 1;
    }
    (words, more != 0)
}

/// `k x`, which fits.
pub(super) const fn times<const L: usize>(k: u64, x: &[u64; L]) -> [u64; L] {
    let mut product = [0; L];
    let mut carry = 0;
    let mut i = 0;
    while i < L {
        let sum = x[i] as u128 * k as u128 + carry;
        product[i] = sum as u64 & LIMB;
        carry = sum >> LIMB_BITS;
        i += 1;
    }
    assert!(carry == 0);
    product
}

/// The same number in limbs which, but for the highest, are larger by `count (2^52 - 1)` or more.
pub(super) const fn lifted<const L: usize>(mut limbs: [u64; L], count: u64) -> [u64; L] {
    let mut i = L - 1;
    while i > 0 {
        limbs[i] -= count;
        i -= 1;
        limbs[i] += count << LIMB_BITS;
    }
    limbs
}

/// The multiple of `p` that is added to cancel a limb, without what it cancels: `p` itself; or `p + 1`, if it ends with a
/// limb of zeros.
pub(super) const fn cancelling<const L: usize>(p: &[u64; L]) -> [u64; L] {
    let mut sum = *p;
    if sum[0] == LIMB {
        let mut i = 0;
        while sum[i] == LIMB {
            sum[i] = 0;
            i += 1;
        }
        sum[i] += 1;
    }
    sum
}

/// `2^bits - p`, where `bits` is the length of `p`, in limbs with a sign, of at most 46 bits.
pub(super) const fn complement<const L: usize>(p: &[u64; L], top_bits: u32) -> [i64; L] {
    let mut limbs = [0; L];
    let mut carry = 0;
    let mut i = 0;
    while i < L {
        let mut limb = p[i] as i64 + carry;
        carry = 0;
        if i == L - 1 {
            limb -= 1 << top_bits;
        } else if limb > 1 << (LIMB_BITS - 1) {
            limb -= 1 << LIMB_BITS;
            carry = 1;
        }
        assert!(limb.unsigned_abs() < 1 << 46);
        limbs[i] = -limb;
        i += 1;
    }
    limbs
}
