//! `u1 G + u2 Q`, for a point `Q` with a table and for one without.

use super::comb::{Comb, CombTerm, Group, sum_of};
use super::field::Invertible;
use super::point::{AffinePoint, Jacobian, Sum, Xyzz};
use super::scalar::Scalar;
use super::wnaf::NonAdjacentForm;
use super::{Curve, Tuning};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A point of a public key, with its table if it has one.
#[derive(Clone, Debug)]
pub(crate) struct KeyPoint<C: Tuning> {
    point: AffinePoint<C>,
    table: Option<Arc<Comb<Xyzz<C>>>>,
}

impl<C: Tuning> From<AffinePoint<C>> for KeyPoint<C> {
    fn from(point: AffinePoint<C>) -> Self {
        Self { point, table: None }
    }
}

impl<C: Tuning> KeyPoint<C> {
    /// From the big-endian coordinates `x || y`; `None` unless each has exactly the length of `p` and is below `p`, and the
    /// point is on the curve.
    pub(crate) fn from_be_bytes(coordinates: &[u8]) -> Option<Self> {
        let (x, y) = coordinates.split_at_checked(C::FIELD_BITS.div_ceil(8))?;
        AffinePoint::from_be_bytes(x, y).map(Self::from)
    }

    pub(super) fn point(&self) -> &AffinePoint<C> {
        &self.point
    }

    /// The point with its table. Clones share it.
    pub(crate) fn precomputed(&self) -> Self {
        let table = || Arc::new(Comb::new(self.point.into()));
        Self {
            point: self.point,
            table: Some(self.table.clone().unwrap_or_else(table)),
        }
    }

    /// The size of the table on the heap in bytes, 0 without one.
    pub(crate) fn table_size(&self) -> usize {
        self.table.as_ref().map_or(0, |table| table.size())
    }

    /// `u1 G + u2 Q`, where `Q` is this point.
    pub(crate) fn double_scalar_mul_vartime(&self, u1: Scalar<C>, u2: Scalar<C>) -> Xyzz<C> {
        match &self.table {
            Some(table) => with_table(u1, u2, table),
            None => without_table(u1, u2, &self.point),
        }
    }
}

/// `u1 G + u2 Q`, for the table of `Q`.
pub(super) fn with_table<C: Tuning>(u1: Scalar<C>, u2: Scalar<C>, q: &Comb<Xyzz<C>>) -> Xyzz<C> {
    let terms = [
        CombTerm::new(C::generator_comb(), u1.to_signed()),
        CombTerm::new(q, u2.to_signed()),
    ];
    sum_of(Xyzz::NEUTRAL, &terms)
}

/// `u1 G + u2 Q`.
///
/// While nothing of `u1 G` is added, which has few positions, doublings dominate, so the sum is in Jacobian
/// coordinates.
pub(super) fn without_table<C: Tuning>(u1: Scalar<C>, u2: Scalar<C>, q: &AffinePoint<C>) -> Xyzz<C> {
    let g_term = CombTerm::new(C::generator_comb(), u1.to_signed());
    let q_terms = NafTerm::all(q, u2);
    let length = q_terms.iter().map(NafTerm::length).max().unwrap_or(0);

    let mut sum = Jacobian::INFINITY;
    for position in (Comb::<Xyzz<C>>::LENGTH..length).rev() {
        sum.double();
        for term in &q_terms {
            term.add_at(position, &mut sum);
        }
    }
    let mut sum = Xyzz::from(sum);
    for position in (0..Comb::<Xyzz<C>>::LENGTH).rev() {
        sum.double();
        for term in &q_terms {
            term.add_at(position, &mut sum);
        }
        g_term.add_at(position, &mut sum);
    }
    sum
}

/// The odd multiples of a point, `1, 3, 5, ...` times it, and the non-adjacent form of the multiplier.
struct NafTerm<C: Curve> {
    odd_multiples: Vec<AffinePoint<C>>,
    form: NonAdjacentForm,
}

impl<C: Tuning> NafTerm<C> {
    /// Terms whose sum is `u q`: one, or two of half the length where an endomorphism splits `u`.
    fn all(q: &AffinePoint<C>, u: Scalar<C>) -> Vec<Self> {
        let odd_multiples = Self::odd_multiples(q);
        let term = |odd_multiples, (negative, magnitude)| NafTerm {
            odd_multiples,
            form: NonAdjacentForm::new(negative, &magnitude, C::NAF_WIDTH),
        };
        let mut terms = Vec::with_capacity(2);
        match C::ENDOMORPHISM {
            None => terms.push(term(odd_multiples, u.to_signed())),
            Some(endomorphism) => {
                let [u0, u1] = (endomorphism.split)(u);
                let images = endomorphism.apply(&odd_multiples);
                terms.push(term(odd_multiples, u0.to_signed()));
                terms.push(term(images, u1.to_signed()));
            }
        }
        terms
    }

    /// One inversion is enough. The map `(x, y) -> (x z^2, y z^3)` leads to another curve, with other `a` and `b`, on
    /// which the double of `q` is affine if `z` is its Jacobian `Z` on this one. Additions do not depend on `a` and
    /// `b`, so the multiples are added on the other curve, and mapped back.
    fn odd_multiples(q: &AffinePoint<C>) -> Vec<AffinePoint<C>> {
        let mut twice: Xyzz<C> = (*q).into();
        twice.double();
        let mut multiple: Xyzz<C> = Xyzz::from(AffinePoint {
            x: q.x.mul(twice.zz),
            y: q.y.mul(twice.zzz),
        });
        let mut multiples: Vec<Xyzz<C>> = Vec::with_capacity(1 << (C::NAF_WIDTH - 2));
        for _ in 0..1 << (C::NAF_WIDTH - 2) {
            multiples.push(Xyzz {
                zz: multiple.zz.mul(twice.zz),
                zzz: multiple.zzz.mul(twice.zzz),
                ..multiple
            });
            multiple.add(&AffinePoint { x: twice.x, y: twice.y });
        }
        // No multiple of a point of prime order by less than the order is infinity.
        Xyzz::to_affine_all_vartime(&multiples)
    }

    /// Digits from this bit position on are zero.
    fn length(&self) -> usize {
        self.form.length()
    }

    #[inline(always)]
    fn add_at<S: Sum<C>>(&self, position: usize, sum: &mut S) {
        let digit = self.form.digit(position);
        if digit == 0 {
            return;
        }
        // The digit is odd: 1, 3, 5, ... are at 0, 1, 2, ...
        let multiple = self.odd_multiples[digit.unsigned_abs() as usize / 2];
        sum.add(&multiple.negate_if(digit < 0));
    }
}

/// A map of the curve that takes `(x, y)` to `(x_factor x, y)` and is the multiplication by a constant `lambda`
/// (Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with efficient endomorphisms", 2001).
#[derive(Clone, Copy)]
pub(crate) struct Endomorphism<C: Curve> {
    pub(super) x_factor: C::Field,
    /// Splits `u = u0 + u1 lambda`, where both parts, or their negatives, have about half the length.
    pub(super) split: fn(Scalar<C>) -> [Scalar<C>; 2],
}

impl<C: Curve> Endomorphism<C> {
    fn apply(&self, points: &[AffinePoint<C>]) -> Vec<AffinePoint<C>> {
        points
            .iter()
            .map(|point| AffinePoint {
                x: point.x.mul(self.x_factor),
                y: point.y,
            })
            .collect()
    }
}
