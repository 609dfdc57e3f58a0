//! Montgomery multiplication, the portable backend: plain words, multiply, add with carry.
//!
//! Finely integrated product scanning (FIPS in Koç, Acar and Kaliski, "Analyzing and comparing Montgomery
//! multiplication algorithms", IEEE Micro 16(3), 1996): the columns of the product and of the reduction are
//! summed together, one after the other, in registers, and no intermediate product is ever stored.
//!
//! The curves have few words, for which [`Integer::widening_mul`] and a separate, full reduction are faster; with 32 to
//! 64 words, their product would be stored and loaded several times.
//!
//! Values are *almost* reduced (Gueron, "Efficient software implementations of modular exponentiation", 2012): anything
//! less than R = b^N, with b = 2^BITS, is a valid input and a possible output.

use super::exponentiation::{PowerModulo, left_to_right};
use super::remainder::{power_of_two_mod, reduce};
use crate::integer::Integer;
use crate::integer::neg_inverse;
use crate::word::Word;

/// An odd modulus of exactly N words with its top bit set, and the values that multiplication modulo it needs.
#[derive(Clone, Debug)]
pub(crate) struct Montgomery<W, const N: usize> {
    n: [W; N],
    /// -n^-1 mod b.
    n_neg_inverse: W,
    /// R^2 mod n. Its product with x is x R, the Montgomery form of x.
    r_squared: [W; N],
}

impl<W: Word, const N: usize> Montgomery<W, N> {
    /// `n` is odd and has its top bit set; the caller has checked that.
    pub(crate) fn new(n: [W; N]) -> Self {
        Self {
            n_neg_inverse: W::truncate(neg_inverse(n[0].widen())),
            r_squared: power_of_two_mod(&n, 2 * W::BITS * N as u32),
            n,
        }
    }

    /// `x y R^-1 mod n`, almost reduced.
    pub(super) fn multiply(&self, x: &[W; N], y: &[W; N]) -> [W; N] {
        self.scan(
            #[inline(always)]
            |column, from, to| column.add_products(&x[from..to], &y[from..to]),
        )
    }

    /// `x^2 R^-1 mod n`, almost reduced. The products x_i x_j and x_j x_i are equal, so half of them are computed, and
    /// doubled; the middle one, of an even column, occurs once (HAC 14.16).
    pub(super) fn square(&self, x: &[W; N]) -> [W; N] {
        self.scan(
            #[inline(always)]
            |column, from, to| {
                let half = (to - from) / 2;
                let mut cross = Column::ZERO;
                cross.add_products(&x[from..from + half], &x[to - half..to]);
                column.add_twice(&cross);
                if (to - from) % 2 == 1 {
                    column.add_product(x[from + half], x[from + half]);
                }
            },
        )
    }

    /// The Montgomery reduction (HAC 14.32) of a product T that `add_column` provides column by column.
    ///
    /// `add_column(column, from, to)` adds all x_i y_j with `i + j = from + to - 1`, both in `from..to`.
    /// The word q_i is chosen to make column i of T + q n vanish. With x, y and q less than R,
    ///
    /// > (T + q n) / R < (R^2 + R n) / R = R + n,
    ///
    /// so if it does not fit in N words, one subtraction of `n` makes it less than R. It is not reduced below `n`: that
    /// would need a comparison of all words, while the carry is already known.
    #[inline(always)]
    fn scan(&self, add_column: impl Fn(&mut Column<W>, usize, usize)) -> [W; N] {
        const { assert!(W::BITS >= usize::BITS || 4 * N <= 1 << W::BITS) };
        let n = &self.n;
        let mut column = Column::ZERO;
        let mut q = [W::ZERO; N];
        for i in 0..N {
            add_column(&mut column, 0, i + 1);
            column.add_products(&q[..i], &n[1..=i]);
            q[i] = W::mul_low(column.low_word(), self.n_neg_inverse);
            column.add_product(q[i], n[0]);
            column.shift(); // drops a word that is zero
        }
        let mut result = [W::ZERO; N];
        for (i, word) in result.iter_mut().enumerate() {
            add_column(&mut column, i + 1, N);
            column.add_products(&q[i + 1..], &n[i + 1..]);
            *word = column.shift();
        }
        if column.low_word() == W::ZERO {
            result
        } else {
            result.sub_borrow(n).0
        }
    }
}

impl<W: Word, const N: usize> PowerModulo<W, N> for Montgomery<W, N> {
    fn power(&self, s: &[W; N], e: u64) -> Option<[W; N]> {
        if !s.sub_borrow(&self.n).1 {
            return None;
        }
        let form = self.multiply(s, &self.r_squared);
        let mut power = form;
        left_to_right(
            e,
            &mut power,
            |x| *x = self.square(x),
            |x| *x = self.multiply(x, &form),
            |x| *x = self.multiply(x, s),
        );
        // power < R < 2n, because n has its top bit set.
        Some(reduce(&power, W::ZERO, &self.n))
    }
}

/// The sum of a column, as `low + high b`: the low words of its products and their high words, apart.
///
/// Kept apart, each is a plain sum of two words, which compiles to an addition and an add-with-carry, and the two do
/// not wait for each other.
///
/// A column has at most 2N products (N of T, where half of them doubled count the same, and N of q n), so
/// `high` is at most 2N (b - 1). `low` is at most that, plus what came from the previous column, its
/// `low / b + high`. By induction `low` < 4N b: the carried `low / b` is then at most 4N - 1, and
/// 2N (b - 1) + 2N (b - 1) + 4N - 1 < 4N b. Both fit two words, because 4N <= b (asserted in `scan`).
struct Column<W: Word> {
    low: W::Double,
    high: W::Double,
}

impl<W: Word> Column<W> {
    const ZERO: Self = Self {
        low: W::DOUBLE_ZERO,
        high: W::DOUBLE_ZERO,
    };

    #[inline(always)]
    fn add_product(&mut self, x: W, y: W) {
        let (low, high) = W::mul_add(x, y, W::ZERO, W::ZERO);
        self.low = low.add_to(self.low);
        self.high = high.add_to(self.high);
    }

    /// Adds `x_0 y_last + x_1 y_(last-1) + ...`: the products of one column. In chunks, which unroll.
    #[inline(always)]
    fn add_products(&mut self, x: &[W], y: &[W]) {
        let (x_chunks, x_rest) = x.as_chunks::<8>();
        let (y_rest, y_chunks) = y.as_rchunks::<8>();
        for (x, y) in x_chunks.iter().zip(y_chunks.iter().rev()) {
            for j in 0..8 {
                self.add_product(x[j], y[7 - j]);
            }
        }
        for (&x, &y) in x_rest.iter().zip(y_rest.iter().rev()) {
            self.add_product(x, y);
        }
    }

    #[inline(always)]
    fn add_twice(&mut self, other: &Self) {
        self.low = W::add_twice(self.low, other.low);
        self.high = W::add_twice(self.high, other.high);
    }

    #[inline(always)]
    fn low_word(&self) -> W {
        W::split(self.low).0
    }

    /// Removes the low word, and moves on to the next column.
    #[inline(always)]
    fn shift(&mut self) -> W {
        let (word, carry) = W::split(self.low);
        *self = Self {
            low: carry.add_to(self.high),
            high: W::DOUBLE_ZERO,
        };
        word
    }
}
