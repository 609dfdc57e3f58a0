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

use once_cell::race::OnceBox;

use super::comb::{Comb, CombTerm, sum_of};
use point::Point;

/// The tables for one point: 240 KiB.
#[derive(Clone, Debug)]
pub struct Tables(Comb<Point>);

impl Tables {
    /// For the negative of an encoded point (RFC 8032, 5.1.3). `None` if the bytes do not encode a point.
    pub fn of_negative(encoded: &[u8; 32]) -> Option<Self> {
        Some(Self(Comb::new(Point::decode(encoded)?.negate())))
    }

    /// Those of the base point, made at the first call.
    fn of_base_point() -> &'static Self {
        static TABLES: OnceBox<Tables> = OnceBox::new();
        TABLES.get_or_init(|| Box::new(Self(Comb::new(Point::BASE))))
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// The encoding of `s B + k Q` (RFC 8032, 5.1.2), where `B` is the base point and `Q` that of these tables, and whether
    /// that sum is of small order. The scalars are little-endian and below `2^255`.
    pub fn double_scalar_mul_vartime(&self, s: &[u8; 32], k: &[u8; 32]) -> ([u8; 32], bool) {
        let sum: Point = sum_of(&[
            CombTerm::new(&Self::of_base_point().0, (false, field::words(s))),
            CombTerm::new(&self.0, (false, field::words(k))),
        ]);
        (sum.encode_vartime(), sum.has_small_order())
    }
}
