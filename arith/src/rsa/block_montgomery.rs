//! Montgomery multiplication on vectors, block by block: the fast backend.
//!
//! A limb has 52 bits because AVX-512 IFMA multiplies such limbs and adds to 64-bit lanes (Gueron and Krasnov,
//! "Software implementation of modular exponentiation, using advanced vector instructions architectures",
//! WAIFI 2012). Their method finds one limb of the quotient at a time, each waiting for the one before. To keep the
//! multipliers busy instead, this one works on *blocks*, one vector of limbs each, and takes the quotient out of
//! the critical path by a precomputed constant (Orup, "Simplifying quotient determination in high-radix modular
//! multiplication", ARITH 1995).
//!
//! Let b = 2^52 be the radix of a limb, B = b^8 that of a block, and R = B^K. For odd n, let F = B^-1 mod n. Then
//!
//! > fold(T) = floor(T / B) + (T mod B) F,  congruent to T / B modulo n,
//!
//! needs no quotient: the low block of T is the multiplier as it stands. Each fold shortens T by a block, but a
//! folded number can not get below B n; so the last block is cleared in Montgomery's way (HAC 14.32):
//!
//! > finish(T) = (T + Q n) / B,  Q = T (-n^-1) mod B.
//!
//! # Bounds
//!
//! The modulus leaves room: n <= R / 16 (for the RSA sizes it is R / 2^32 or less). Values are below 3n, not
//! below n, and that needs no comparison and no subtraction ever. Claim: x, y < 3n gives a product below 3n. Indeed
//! T = x y < 9 n^2; after K - 1 folds, each less than T / B + B n, it is less than
//!
//! > 9 n^2 / B^(K-1) + B n (1 + 1/B + 1/B^2 + ...) = 9 n^2 / B^(K-1) + B n B / (B - 1),
//!
//! and the last step, with Q < B, makes this less than 9 n^2 / R + n B / (B - 1) + n. That is at most 3n if
//! 9 n / R + 1 / (B - 1) <= 1, which holds for n <= R / 16 and B >= 4.
//!
//! A lane does not overflow: a limb of x y is a sum of at most 8K low and 8K high halves of products, and the blocks
//! folded or cleared add as many again. With the carry c from the block below, the sum is at most 32K (b - 1) + c,
//! where c <= 32K + 1, so below (32K + 1) b: what is above a limb is at most 32K <= 320, and a lane has room for
//! 2^12.

use super::exponentiation::left_to_right;
use super::simd::Simd;
use crate::integer::neg_inverse;

/// The most blocks a number may have: 10 blocks of 8 limbs of 52 bits are 4160 bits.
const MAX_BLOCKS: usize = 10;
/// Zeros before the first limb and after the last, so that a vector may start before and end after the number.
const PADDING: usize = 8;

/// A number below R as limbs, least significant first, with [`PADDING`] zeros on either side.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct Limbs([u64; PADDING + 8 * MAX_BLOCKS + PADDING]);

impl Limbs {
    const ZERO: Self = Self([0; PADDING + 8 * MAX_BLOCKS + PADDING]);

    /// The `count` lowest limbs of a number given as words.
    pub(crate) fn from_words(words: &[u64], limb_bits: u32, count: usize) -> Self {
        let word = |i: usize| u128::from(words.get(i).copied().unwrap_or(0));
        let mut limbs = Self::ZERO;
        for (i, limb) in limbs.0.iter_mut().skip(PADDING).take(count).enumerate() {
            let bit = i * limb_bits as usize;
            let both = word(bit / 64) | (word(bit / 64 + 1) << 64);
            *limb = (both >> (bit % 64)) as u64 & limb_mask(limb_bits);
        }
        limbs
    }

    #[cfg(test)]
    pub(crate) fn from_limbs(lowest: &[u64]) -> Self {
        let mut limbs = Self::ZERO;
        limbs.0[PADDING..PADDING + lowest.len()].copy_from_slice(lowest);
        limbs
    }

    /// The lowest N words, and the word above them.
    pub(crate) fn to_words<const N: usize>(&self, limb_bits: u32) -> ([u64; N], u64) {
        let mut words = [0; N];
        let (mut buffer, mut filled) = (0_u128, 0);
        let mut limbs = self.0.iter().skip(PADDING);
        let mut next = || {
            while filled < 64 {
                buffer |= u128::from(*limbs.next().unwrap_or(&0)) << filled;
                filled += limb_bits;
            }
            let word = buffer as u64;
            buffer >>= 64;
            filled -= 64;
            word
        };
        for word in &mut words {
            *word = next();
        }
        (words, next())
    }

    /// The limbs, and zeros after them.
    #[inline(always)]
    pub(super) fn limbs(&self) -> &[u64] {
        &self.0[PADDING..]
    }

    /// Eight words from `position` on; zeros, were it outside.
    #[inline(always)]
    fn window(&self, position: usize) -> &[u64; 8] {
        self.0.get(position..).and_then(<[u64]>::first_chunk).unwrap_or(&[0; 8])
    }

    /// Block `i`.
    #[inline(always)]
    fn block<L: Simd>(&self, l: L, i: usize) -> L::Vector {
        l.load(self.window(PADDING + i * L::LANES))
    }

    #[inline(always)]
    fn set_block<L: Simd>(&mut self, l: L, i: usize, block: L::Vector) {
        if let Some(words) = self
            .0
            .get_mut(PADDING + i * L::LANES..)
            .and_then(<[u64]>::first_chunk_mut)
        {
            l.store(block, words);
        }
    }
}

const fn limb_mask(limb_bits: u32) -> u64 {
    (1 << limb_bits) - 1
}

/// Sums of limbs, not normalized: block `i` of a product is in vector `i`.
type Columns<L> = [<L as Simd>::Vector; 2 * MAX_BLOCKS];

/// An odd modulus n <= R / 16 of K blocks, with what multiplication modulo it needs: 3 KiB.
#[derive(Clone, Debug)]
pub(crate) struct BlockMontgomery<const K: usize> {
    pub(super) n: Limbs,
    /// F = B^-1 mod n.
    pub(super) fold_factor: Limbs,
    /// -n^-1 mod B.
    pub(super) n_neg_inverse: Limbs,
    /// R^2 mod n. The product of x with it is x R, the Montgomery form of x.
    pub(super) r_squared: Limbs,
}

impl<const K: usize> BlockMontgomery<K> {
    /// From the words of an odd n <= R / 16, greater than one, and of R^2 mod n.
    pub(crate) fn new<L: Simd>(n: &[u64], r_squared: &[u64]) -> Self {
        const { assert!(K >= 1 && K <= MAX_BLOCKS && L::LANES <= 8 && L::LIMB_BITS <= 52) };
        // What is above a limb in the sums of `Bounds`: it fits the lane, and, for `carry_once`, a limb.
        const { assert!(4 * L::LANES * K < 1 << 12 && (4 * L::LANES * K) as u64 <= limb_mask(L::LIMB_BITS)) };
        let limbs = |words| Limbs::from_words(words, L::LIMB_BITS, K * L::LANES);
        let n = limbs(n);
        let (n_neg_inverse, fold_factor) = Self::clear_block::<L>(&n);
        Self {
            n,
            fold_factor,
            n_neg_inverse,
            r_squared: limbs(r_squared),
        }
    }

    /// Montgomery's reduction of the number 1 by one block, limb by limb: (Q, (1 + Q n) / B).
    ///
    /// The first is -n^-1 mod B, because 1 + Q n vanishes modulo B; the second is congruent to B^-1 modulo n, and
    /// not above (1 + (B - 1) n) / B < n. Both constants come from this one loop.
    fn clear_block<L: Simd>(n: &Limbs) -> (Limbs, Limbs) {
        let mask = limb_mask(L::LIMB_BITS);
        let (first, last) = (PADDING, PADDING + K * L::LANES - 1);
        let n_neg_inverse = neg_inverse(n.0[first]);
        let (mut q, mut x) = (Limbs::ZERO, Limbs::ZERO);
        x.0[first] = 1;
        for q in &mut q.0[first..first + L::LANES] {
            *q = x.0[first].wrapping_mul(n_neg_inverse) & mask;
            let mut carry = 0;
            for i in first..=last {
                // Below 2^104 + 2^52 + 2^64: the carry is below 2^53.
                let sum = u128::from(*q) * u128::from(n.0[i]) + u128::from(x.0[i]) + carry;
                x.0[i - 1] = sum as u64 & mask; // moved down by one limb; the first one, moved out, is zero
                carry = sum >> L::LIMB_BITS;
            }
            x.0[last] = carry as u64;
        }
        (q, x)
    }

    /// `s^e` for odd `e > 1` and `s < n`: congruent to it modulo n, and below 3n.
    #[inline(always)]
    pub(crate) fn power<L: Simd>(&self, l: L, s: &Limbs, e: u64) -> Limbs {
        let form = self.multiply(l, s, &self.r_squared);
        let mut x = form.clone();
        left_to_right(
            e,
            &mut x,
            #[inline(always)]
            |x| *x = self.square(l, x),
            #[inline(always)]
            |x| *x = self.multiply(l, x, &form),
            #[inline(always)]
            |x| *x = self.multiply(l, x, s),
        );
        x
    }

    /// `x y R^-1` modulo n: x, y and the product below 3n.
    ///
    /// The rows of block i complete column i, so that column i - 1 can be folded while they are computed.
    #[inline(always)]
    pub(super) fn multiply<L: Simd>(&self, l: L, x: &Limbs, y: &Limbs) -> Limbs {
        let mut t: Columns<L> = [l.splat(0); 2 * MAX_BLOCKS];
        for i in 0..K {
            add_block_product::<L, K>(l, &mut t, i, &digits(l, x.block(l, i)), y);
            if i >= 1 {
                self.fold(l, &mut t, i - 1);
            }
        }
        self.finish(l, t)
    }

    /// `x^2 R^-1` modulo n: x and the square below 3n.
    ///
    /// The products x_i x_j with i < j are summed in columns of their own, and doubled (HAC 14.16); the squares of
    /// the limbs have the columns 2i (low half) and 2i + 1 (high half). Column i is complete before block i + 1.
    #[inline(always)]
    pub(super) fn square<L: Simd>(&self, l: L, x: &Limbs) -> Limbs {
        let zero = l.splat(0);
        let mut t: Columns<L> = [zero; 2 * MAX_BLOCKS];
        let mut cross: Columns<L> = [zero; 2 * MAX_BLOCKS];
        for i in 0..K {
            let block = x.block(l, i);
            let row = digits(l, block);
            cross[2 * i] = add_column(l, cross[2 * i], &row, x, i, Rows::AboveDigit { distance: 0 });
            cross[2 * i + 1] = add_column(l, cross[2 * i + 1], &row, x, i + 1, Rows::AboveDigit { distance: 1 });
            for j in i + 2..=K {
                cross[i + j] = add_column(l, cross[i + j], &row, x, j, Rows::All);
            }

            let low = l.add_product_low(zero, block, block);
            let high = l.add_product_high(zero, block, block);
            let (lower, upper) = l.interleave(low, high);
            t[2 * i] = l.add(t[2 * i], lower);
            t[2 * i + 1] = l.add(t[2 * i + 1], upper);

            if i >= 1 {
                t[i - 1] = l.add(t[i - 1], l.add(cross[i - 1], cross[i - 1]));
                self.fold(l, &mut t, i - 1);
            }
        }
        for i in K - 1..2 * K {
            t[i] = l.add(t[i], l.add(cross[i], cross[i]));
        }
        self.finish(l, t)
    }

    /// Replaces block `i`, all below it being gone, by its multiple of F one block higher.
    #[inline(always)]
    fn fold<L: Simd>(&self, l: L, t: &mut Columns<L>, i: usize) {
        let (low, carry) = normalize_block(l, t[i]);
        t[i + 1] = l.add(t[i + 1], carry);
        add_block_product::<L, K>(l, t, i + 1, &digits(l, low), &self.fold_factor);
    }

    /// Clears block K - 1, the last one, and returns the K blocks above it, normalized.
    #[inline(always)]
    fn finish<L: Simd>(&self, l: L, mut t: Columns<L>) -> Limbs {
        let (low, carry) = normalize_block(l, t[K - 1]);
        t[K - 1] = low;
        t[K] = l.add(t[K], carry);
        let q = add_column(l, l.splat(0), &digits(l, low), &self.n_neg_inverse, 0, Rows::All);
        let (q, _) = normalize_block(l, q); // modulo B
        add_block_product::<L, K>(l, &mut t, K - 1, &digits(l, q), &self.n);

        // Block K - 1 is zero now, but for what it carries.
        let mut result = Limbs::ZERO;
        let (_, mut below, mut carry) = carry_once(l, t[K - 1], l.splat(0), 0);
        for i in 0..K {
            let block;
            (block, below, carry) = carry_once(l, t[K + i], below, carry);
            result.set_block(l, i, block);
        }
        result
    }
}

/// A block with its limbs apart, each in all lanes of a vector; with fewer than eight lanes, the rest repeats.
type Digits<L> = [<L as Simd>::Vector; 8];

#[inline(always)]
fn digits<L: Simd>(l: L, block: L::Vector) -> Digits<L> {
    [
        l.broadcast(block, 0),
        l.broadcast(block, 1 % L::LANES),
        l.broadcast(block, 2 % L::LANES),
        l.broadcast(block, 3 % L::LANES),
        l.broadcast(block, 4 % L::LANES),
        l.broadcast(block, 5 % L::LANES),
        l.broadcast(block, 6 % L::LANES),
        l.broadcast(block, 7 % L::LANES),
    ]
}

/// t += d y B^i, for a block d of limbs: K + 1 columns, `i + K < 2 K` of them in use.
#[inline(always)]
fn add_block_product<L: Simd, const K: usize>(l: L, t: &mut Columns<L>, i: usize, d: &Digits<L>, y: &Limbs) {
    for j in 0..=K {
        t[i + j] = add_column(l, t[i + j], d, y, j, Rows::All);
    }
}

/// Which products d_r y_j a column takes.
#[derive(Clone, Copy)]
enum Rows {
    /// All of them.
    All,
    /// Those with limb y_j above limb d_r, where d is the block `distance` blocks below the column's, of y itself.
    AboveDigit { distance: usize },
}

/// `sum` plus block `j` of the columns of d y.
///
/// Lane c of it is limb 8j + c. Row r of the product, d_r y, has the low half of d_r y_k in limb r + k and the
/// high half in limb r + k + 1. So lane c takes the low half of d_r y_k for k = 8j + c - r, and the high half of
/// d_(r-1) y_k for the same k: one load of y, moved by r, serves both. The two sums are apart to halve the chain.
#[inline(always)]
fn add_column<L: Simd>(l: L, sum: L::Vector, d: &Digits<L>, y: &Limbs, j: usize, rows: Rows) -> L::Vector {
    let mut halves = (sum, l.splat(0));
    add_row::<L, 0>(l, &mut halves, d, y, j, rows);
    add_row::<L, 1>(l, &mut halves, d, y, j, rows);
    add_row::<L, 2>(l, &mut halves, d, y, j, rows);
    add_row::<L, 3>(l, &mut halves, d, y, j, rows);
    add_row::<L, 4>(l, &mut halves, d, y, j, rows);
    add_row::<L, 5>(l, &mut halves, d, y, j, rows);
    add_row::<L, 6>(l, &mut halves, d, y, j, rows);
    add_row::<L, 7>(l, &mut halves, d, y, j, rows);
    add_row::<L, 8>(l, &mut halves, d, y, j, rows);
    l.add(halves.0, halves.1)
}

/// The low halves of row R and the high halves of row R - 1, where there is such a row.
#[inline(always)]
fn add_row<L: Simd, const R: usize>(
    l: L,
    (low, high): &mut (L::Vector, L::Vector),
    d: &Digits<L>,
    y: &Limbs,
    j: usize,
    rows: Rows,
) {
    if R > L::LANES {
        return;
    }
    let y = l.load(y.window(PADDING + j * L::LANES - R));
    // Counted from the digits' block, lane c has k = 8 distance + c - R. In row r = R, k > r is
    // c >= 2R + 1 - 8 distance; in row r = R - 1 it is c >= 2R - 8 distance.
    let first_lane = |from: usize| match rows {
        Rows::All => 0,
        Rows::AboveDigit { distance } => from.saturating_sub(distance * L::LANES),
    };
    let (from_low, from_high) = (first_lane(2 * R + 1), first_lane(2 * R));
    if R < L::LANES && from_low < L::LANES {
        *low = l.add_product_low(*low, d[R], if from_low == 0 { y } else { l.keep_from(y, from_low) });
    }
    if R > 0 && from_high < L::LANES {
        *high = l.add_product_high(
            *high,
            d[R - 1],
            if from_high == 0 { y } else { l.keep_from(y, from_high) },
        );
    }
}

/// A block as limbs, and what it carries into the next one.
#[inline(always)]
fn normalize_block<L: Simd>(l: L, x: L::Vector) -> (L::Vector, L::Vector) {
    let zero = l.splat(0);
    let (block, above, carry) = carry_once(l, x, zero, 0);
    (block, l.add_one_where(l.move_up(zero, above), carry))
}

/// Normalizes a block `x` that receives from the block below it the bits `below` (what `above_limb` gave there,
/// of which only the top lane counts) and a `carry` of 0 or 1. Returns the limbs, and both for the next block.
///
/// The bits above each limb, a number below b, move up one lane. Now each lane is at most (b - 1) + (b - 1), so that
/// with a carry it stays below 2b and carries at most one itself: a lane *generates* a carry if it is b
/// or more, and *passes* one on if it is exactly b - 1. All carries come out of one addition of these bits, as in
/// a carry-lookahead adder: the carry into lane i is bit i of (2 generate + carry + pass) xor pass.
#[inline(always)]
pub(super) fn carry_once<L: Simd>(l: L, x: L::Vector, below: L::Vector, carry: u32) -> (L::Vector, L::Vector, u32) {
    let above = l.above_limb(x);
    let y = l.add(l.limb(x), l.move_up(above, below));
    let pass = l.is_full_limb(y);
    let sum = 2 * l.exceeds_limb(y) + carry + pass;
    (l.limb(l.add_one_where(y, sum ^ pass)), above, sum >> L::LANES)
}
