//! The inverse modulo an odd number by divsteps: Bernstein and Yang, "Fast constant-time gcd computation and modular
//! inversion" (2019), in variable time.
//!
//! A divstep takes `(delta, f, g)`, `f` odd, to
//!
//! - `(1 - delta, g, (g - f) / 2)` when `delta > 0` and `g` is odd,
//! - `(1 + delta, f, (g + (g mod 2) f) / 2)` otherwise,
//!
//! which preserves `gcd(f, g)` and brings `g` to zero. `delta` starts at 1/2, for which Wuille found the fewest steps;
//! below, `theta = delta - 1/2` is an integer.
//!
//! The steps depend on the lowest bits only. So a batch of steps is done on single words, which results in a matrix,
//! and the matrix is then applied to the long numbers. A batch has `BATCH` steps, at most [`LONGEST_BATCH`]: the tests
//! use short batches, so that small numbers, all of which can be tested, need many.

use crate::integer::Integer;

/// As many steps as leave two bits of a word: see [`batch_of_divsteps`] and [`Signed::combine`].
const LONGEST_BATCH: u32 = 62;

/// `2^BATCH` times the linear map of a batch of steps: `f <- (u f + v g) / 2^BATCH`, `g <- (q f + r g) / 2^BATCH`.
/// The entries are at most `2^BATCH` in absolute value, as is the sum of those in a row.
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// Does `BATCH` divsteps on the lowest words of `f` and `g`.
///
/// With `left` steps to go, the lowest `left + 2` bits of `f` and `g` are correct, and the steps depend on the lowest
/// `left` only.
fn batch_of_divsteps<const BATCH: u32>(theta: &mut i64, mut f: u64, mut g: u64) -> Matrix {
    let (mut u, mut v, mut q, mut r) = (1i64, 0i64, 0i64, 1i64);
    let mut left = BATCH;
    let mut minus_inverse_of_f = minus_inverse_mod_64(f);
    loop {
        // While g is even, a step halves it. (Doubling u and v instead keeps all entries integers.)
        let zeros = (g | 1 << left).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *theta += i64::from(zeros);
        left -= zeros;
        if left == 0 {
            return Matrix { u, v, q, r };
        }
        // Now g is odd. The first kind of step is the second kind after (delta, f, g) <- (-delta, g, -f).
        if *theta >= 0 {
            *theta = -*theta - 1;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, -u);
            (v, r) = (r, -v);
            minus_inverse_of_f = minus_inverse_mod_64(f);
        }
        // delta stays negative for at least -theta steps, so all of them are of the second kind: they add a multiple of
        // f that clears as many low bits of g.
        let clear = left.min(6).min(theta.unsigned_abs() as u32);
        let multiple = g.wrapping_mul(minus_inverse_of_f) & ((1 << clear) - 1);
        g = g.wrapping_add(f.wrapping_mul(multiple));
        q += u * multiple as i64;
        r += v * multiple as i64;
    }
}

/// `-1 / f mod 64` in the low six bits: an odd `f` is its own inverse modulo 8, and one step of Newton's method doubles
/// the bits.
fn minus_inverse_mod_64(f: u64) -> u64 {
    f.wrapping_mul(f.wrapping_mul(f).wrapping_sub(2))
}

/// A signed integer, `low + high * 2^(64 N)`.
#[derive(Clone, Copy)]
struct Signed<const N: usize> {
    low: [u64; N],
    high: i64,
}

impl<const N: usize> Signed<N> {
    const fn small(value: u64) -> Self {
        let mut low = [0; N];
        low[0] = value;
        Signed { low, high: 0 }
    }

    fn is_zero(&self) -> bool {
        self.high == 0 && self.low == [0; N]
    }

    /// `a * x + b * y`, for `|a| + |b| <= 2^62 + 1`, when the result is less than `2^(64 N + 63)` in absolute value.
    ///
    /// Each `carry` is at most `(2^62 + 1) 2^64` plus the remainder of the previous one: far less than `2^127`.
    #[inline(always)]
    fn combine(a: i64, x: &Self, b: i64, y: &Self) -> Self {
        let (a, b) = (i128::from(a), i128::from(b));
        let mut sum = Self::small(0);
        let mut carry = 0i128;
        for i in 0..N {
            carry += a * i128::from(x.low[i]) + b * i128::from(y.low[i]);
            sum.low[i] = carry as u64;
            carry >>= 64;
        }
        carry += a * i128::from(x.high) + b * i128::from(y.high);
        sum.high = carry as i64;
        sum
    }

    /// `self / 2^BATCH`, rounded down.
    #[inline(always)]
    fn shift_batch<const BATCH: u32>(&self) -> Self {
        let mut shifted = *self;
        for i in 0..N {
            let above = if i + 1 < N { self.low[i + 1] } else { self.high as u64 };
            shifted.low[i] = self.low[i] >> BATCH | above << (64 - BATCH);
        }
        shifted.high = self.high >> BATCH;
        shifted
    }

    /// `self / 2^BATCH mod p`, for `|self| <= 2^BATCH p`; the result is in `-p..=p`.
    ///
    /// Adds the multiple of `p` that makes the division exact, which is less than `2^BATCH` times `p`, with the sign
    /// opposite to that of `self`.
    #[inline(always)]
    fn divide_batch<const BATCH: u32>(&self, p: &[u64; N], neg_inverse: u64) -> Self {
        let multiple = self.low[0].wrapping_mul(neg_inverse) & ((1 << BATCH) - 1);
        let signed_multiple = if self.high < 0 {
            multiple as i64
        } else {
            multiple as i64 - (1 << BATCH)
        };
        let modulus = Signed { low: *p, high: 0 };
        Self::combine(1, self, signed_multiple, &modulus).shift_batch::<BATCH>()
    }
}

/// `1 / x mod p`, for an odd `p` and `x < p`. `None` if there is none. `neg_inverse` is `-1 / p mod 2^64`.
///
/// Throughout, `d x = f` and `e x = g` modulo `p`, and `|d|` and `|e|` are at most `p`. When `g` is zero, `f` is plus
/// or minus `gcd(x, p)`.
pub(crate) fn invert_vartime<const N: usize>(x: &[u64; N], p: &[u64; N], neg_inverse: u64) -> Option<[u64; N]> {
    invert_in_batches::<LONGEST_BATCH, N>(x, p, neg_inverse)
}

/// [`invert_vartime`], `BATCH` steps at a time.
#[inline(always)]
pub(crate) fn invert_in_batches<const BATCH: u32, const N: usize>(
    x: &[u64; N],
    p: &[u64; N],
    neg_inverse: u64,
) -> Option<[u64; N]> {
    const { assert!(0 < BATCH && BATCH <= LONGEST_BATCH) };
    let mut theta = 0;
    let (mut f, mut g) = (Signed { low: *p, high: 0 }, Signed { low: *x, high: 0 });
    let (mut d, mut e) = (Signed::<N>::small(0), Signed::<N>::small(1));
    while !g.is_zero() {
        let Matrix { u, v, q, r } = batch_of_divsteps::<BATCH>(&mut theta, f.low[0], g.low[0]);
        (f, g) = (
            Signed::combine(u, &f, v, &g).shift_batch::<BATCH>(),
            Signed::combine(q, &f, r, &g).shift_batch::<BATCH>(),
        );
        (d, e) = (
            Signed::combine(u, &d, v, &e).divide_batch::<BATCH>(p, neg_inverse),
            Signed::combine(q, &d, r, &e).divide_batch::<BATCH>(p, neg_inverse),
        );
    }
    let sign = if f.high < 0 { -1 } else { 1 };
    let zero = Signed::small(0);
    let gcd = Signed::combine(sign, &f, 0, &zero);
    let inverse = Signed::combine(sign, &d, 0, &zero);
    let is_unit = gcd.high == 0 && gcd.low == Signed::<N>::small(1).low;
    is_unit.then(|| {
        if inverse.high < 0 {
            inverse.low.add_carry(p).0
        } else {
            inverse.low
        }
    })
}
