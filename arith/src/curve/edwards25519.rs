//! Edwards25519: `-x^2 + y^2 = 1 + d x^2 y^2` modulo `p = 2^255 - 19` (RFC 8032, 5.1), and the sum that verifies a
//! signature of Ed25519.
//!
//! Its group law has no exceptional cases: `d` is not a square and -1 is, so the formulas hold for all points, equal,
//! opposite, neutral or of small order. The names of formulas are those of the Explicit-Formulas Database,
//! <https://hyperelliptic.org/EFD/g1p/auto-twisted-extended-1.html>.

mod field;
mod point;
#[cfg(all(test, feature = "ecdsa"))] // as `super::tests`
mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::recode::fixed_windows;
use point::{Multiple, Point};

/// Bits in a window of a scalar.
const WIDTH: usize = 8;

/// Windows that hold any scalar below `2^255`, and the carry of its recoding.
const WINDOWS: usize = 32;

/// Every second window has a table. The others use the one below, and are added in an earlier pass, with [`WIDTH`] doublings
/// of the sum after it (Lim and Lee, "More flexible exponentiation with precomputation", 1994).
const PASSES: usize = 2;

/// Multiples in each table: a signed digit needs the positive half only.
const MULTIPLES: usize = 1 << (WIDTH - 1);

/// The tables for one point: the `t`-th holds 1, 2, ..., 128 times `2^(16 t)` times the point. 240 KiB.
#[derive(Clone, Debug)]
pub struct Tables(Vec<Multiple>);

impl Tables {
    /// For the negative of an encoded point (RFC 8032, 5.1.3). `None` if the bytes do not encode a point.
    pub fn of_negative(encoded: &[u8; 32]) -> Option<Self> {
        Some(Self::new(Point::decode(encoded)?.negate()))
    }

    fn new(point: Point) -> Self {
        let mut bases = Vec::with_capacity(WINDOWS / PASSES);
        let mut base = point;
        for _ in 0..WINDOWS / PASSES {
            bases.push(base);
            (0..WIDTH * PASSES).for_each(|_| base.double());
        }
        let mut multiples = Vec::with_capacity(WINDOWS / PASSES * MULTIPLES);
        let mut table = Vec::with_capacity(MULTIPLES);
        for (base, once) in bases.iter().zip(Multiple::all_of(&bases)) {
            let mut multiple = *base;
            table.clear();
            for _ in 0..MULTIPLES {
                table.push(multiple);
                multiple.add(&once);
            }
            multiples.extend(Multiple::all_of(&table));
        }
        Self(multiples)
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn size(&self) -> usize {
        core::mem::size_of_val(self.0.as_slice())
    }

    /// Those of the base point, made at the first call.
    fn of_base_point() -> &'static Self {
        static TABLES: OnceBox<Tables> = OnceBox::new();
        TABLES.get_or_init(|| Box::new(Self::new(Point::base())))
    }

    /// The encoding of `s B + k Q` (RFC 8032, 5.1.2), where `B` is the base point and `Q` that of these tables, and whether
    /// that sum is of small order. The scalars are little-endian and below `2^255`.
    pub fn double_mul_vartime(&self, s: &[u8; 32], k: &[u8; 32]) -> ([u8; 32], bool) {
        let terms = [(Self::of_base_point(), digits(s)), (self, digits(k))];
        let mut sum = Point::NEUTRAL;
        for pass in (0..PASSES).rev() {
            if pass + 1 < PASSES {
                (0..WIDTH).for_each(|_| sum.double());
            }
            for (tables, digits) in &terms {
                tables.add_pass(digits, pass, &mut sum);
            }
        }
        (sum.encode_vartime(), sum.has_small_order())
    }

    /// Adds what the windows of a pass stand for.
    fn add_pass(&self, digits: &[i16; WINDOWS], pass: usize, sum: &mut Point) {
        let digits_of_pass = digits.iter().skip(pass).step_by(PASSES);
        for (&digit, table) in digits_of_pass.zip(self.0.chunks_exact(MULTIPLES)) {
            if digit != 0 {
                let multiple = &table[usize::from(digit.unsigned_abs()) - 1];
                if digit < 0 {
                    sum.sub(multiple);
                } else {
                    sum.add(multiple);
                }
            }
        }
    }
}

fn digits(scalar: &[u8; 32]) -> [i16; WINDOWS] {
    let mut digits = [0; WINDOWS];
    fixed_windows(&field::words(scalar), WIDTH, WINDOWS, |i, digit| {
        digits[i] = digit as i16
    });
    digits
}
