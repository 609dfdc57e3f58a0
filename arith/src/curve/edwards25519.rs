//! Edwards25519: `-x^2 + y^2 = 1 + d x^2 y^2` modulo `p = 2^255 - 19` (RFC 8032, 5.1), and the equation that
//! verifies a signature of Ed25519.
//!
//! Its group law has no exceptional cases: `d` is not a square and -1 is, so the formulas hold for all points, equal,
//! opposite, neutral or of small order. The names of formulas are those of the Explicit-Formulas Database,
//! <https://hyperelliptic.org/EFD/g1p/auto-twisted-extended-1.html>.

mod backend;
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod eight_sums;
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod elements;
mod equation;
mod field;
mod half_size;
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod lanes;
mod point;
mod scalar;
#[cfg(all(test, feature = "ecdsa"))] // as `super::tests`
mod tests;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use once_cell::race::OnceBox;

use super::comb::{Comb, CombTerm};
use backend::Backend;
use equation::HalfSizeTerms;
use point::Extended;
pub use scalar::Scalar;

/// From how many sums on eight at once take less time than one after the other.
const WORTH_EIGHT: usize = 5;

/// The point A of a public key, and the table for multiplying it quickly, once there is one: 192 KiB.
#[derive(Clone, Debug)]
pub struct Point {
    minus_a: Extended,
    table: Option<Arc<Comb<Extended>>>,
}

impl Point {
    /// Decodes a point (RFC 8032, 5.1.3), from its encoding or from another that decodes to it. `None` if no point has this
    /// `y`.
    #[must_use]
    pub fn decode(encoded: &[u8; 32]) -> Option<Self> {
        let (point, _) = Extended::decode(encoded)?;
        Some(Self {
            minus_a: point.negate(),
            table: None,
        })
    }

    /// Whether the order of the point is 1, 2, 4 or 8.
    #[must_use]
    pub fn has_small_order(&self) -> bool {
        self.minus_a.has_small_order()
    }

    /// The same point with its table. Clones share it.
    #[must_use]
    pub fn precomputed(&self) -> Self {
        let table = || Arc::new(Comb::new(self.minus_a));
        Self {
            minus_a: self.minus_a,
            table: Some(self.table.clone().unwrap_or_else(table)),
        }
    }

    /// The bytes on the heap that the table takes: 0 before [`precomputed`](Self::precomputed).
    #[must_use]
    pub fn table_size(&self) -> usize {
        self.table.as_ref().map_or(0, |table| table.size())
    }

    /// Whether `r` is the encoding of a point R that is not of small order, and S B = R + k A, where B is the base point.
    /// `k` is the integer in `0..L`, also for an A that has a part of small order.
    #[must_use]
    pub fn equation_holds_vartime(&self, r: &[u8; 32], s: Scalar, k: Scalar) -> bool {
        self.equation_holds_on(Backend::detect(), r, s, k)
    }

    /// [`equation_holds_vartime`](Self::equation_holds_vartime) for each `r`, S and k, several at once if that is faster.
    #[must_use]
    pub fn equations_hold_vartime(&self, equations: &[([u8; 32], Scalar, Scalar)]) -> Vec<bool> {
        self.equations_hold_on(Backend::detect(), equations)
    }

    fn equations_hold_on(&self, backend: Backend, equations: &[([u8; 32], Scalar, Scalar)]) -> Vec<bool> {
        let Some(table) = &self.table else {
            return equations
                .iter()
                .map(|(r, s, k)| self.equation_holds_on(backend, r, *s, *k))
                .collect();
        };
        let mut sums = Vec::with_capacity(equations.len());
        for some in equations.chunks(8) {
            let eight = (some.len() >= WORTH_EIGHT)
                .then(|| backend.eight_sums(|| core::array::from_fn(|i| terms(table, some.get(i).unwrap_or(&some[0])))))
                .flatten();
            match eight {
                Some(eight) => sums.extend(&eight[..some.len()]),
                None => sums.extend(some.iter().map(|equation| backend.sum_of(&terms(table, equation)))),
            }
        }
        let encoded = Extended::encode_all_vartime(&sums);
        equations
            .iter()
            .zip(sums)
            .zip(encoded)
            .map(|(((r, _, _), sum), encoded)| encoded == *r && !sum.has_small_order())
            .collect()
    }

    fn equation_holds_on(&self, backend: Backend, r: &[u8; 32], s: Scalar, k: Scalar) -> bool {
        match &self.table {
            // S B - k A has one encoding.
            Some(table) => {
                let sum = backend.sum_of(&terms(table, &(*r, s, k)));
                sum.encode_vartime() == *r && !sum.has_small_order()
            }
            None => {
                let Some((r, true)) = Extended::decode(r) else {
                    return false;
                };
                let terms = HalfSizeTerms::new(s, k);
                !r.has_small_order() && backend.half_size_sum(&terms, &self.minus_a, &r).is_neutral()
            }
        }
    }
}

/// S B and -k A, for the table of -A.
fn terms<'a>(table: &'a Comb<Extended>, (_, s, k): &([u8; 32], Scalar, Scalar)) -> [CombTerm<'a, Extended>; 2] {
    [
        CombTerm::new(base_point_comb(), (false, s.to_integer())),
        CombTerm::new(table, (false, k.to_integer())),
    ]
}

/// The table of the base point, for points with a table. The first call computes it.
fn base_point_comb() -> &'static Comb<Extended> {
    static COMB: OnceBox<Comb<Extended>> = OnceBox::new();
    COMB.get_or_init(|| Box::new(Comb::new(Extended::BASE)))
}
