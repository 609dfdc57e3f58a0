//! `u1 G + u2 Q`, for a point `Q` with a table and for one without.

use super::Curve;
use super::comb::{Comb, CombTerm};
use super::field::Field;
use super::point::{AffinePoint, Extended, Jacobian, Sum};
use super::recode::NonAdjacentForm;
use super::scalar::Scalar;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A point of a public key, and the table for multiplying it quickly, once there is one.
#[derive(Clone, Debug)]
pub(crate) struct KeyPoint<C: Curve> {
    point: AffinePoint<C>,
    prepared: Option<Arc<PreparedPoint<C>>>,
}

impl<C: Curve> KeyPoint<C> {
    /// From the big-endian coordinates `x || y`; `None` unless each has exactly the length of `p` and is below `p`, and the
    /// point is on the curve.
    pub(crate) fn from_be_bytes(coordinates: &[u8]) -> Option<Self> {
        let (x, y) = coordinates.split_at_checked(C::FIELD_BITS.div_ceil(8))?;
        Some(Self {
            point: AffinePoint::from_be_bytes(x, y)?,
            prepared: None,
        })
    }

    /// The point with its table. Clones share it.
    pub(crate) fn prepared(&self) -> Self {
        let table = || Arc::new(PreparedPoint::new(&self.point));
        Self {
            point: self.point,
            prepared: Some(self.prepared.clone().unwrap_or_else(table)),
        }
    }

    /// Bytes on the heap that the table takes, 0 without one.
    pub(crate) fn table_size(&self) -> usize {
        self.prepared.as_ref().map_or(0, |prepared| prepared.comb.size())
    }

    /// `u1 G + u2 Q`, where `Q` is this point.
    pub(crate) fn double_mul_vartime(&self, u1: Scalar<C>, u2: Scalar<C>) -> Extended<C> {
        match &self.prepared {
            Some(prepared) => prepared.double_mul_vartime(u1, u2),
            None => double_mul_vartime(u1, u2, &self.point),
        }
    }
}

/// A point with the table for multiplying it quickly.
#[derive(Clone, Debug)]
pub(crate) struct PreparedPoint<C: Curve> {
    comb: Comb<C>,
}

impl<C: Curve> PreparedPoint<C> {
    pub(crate) fn new(point: &AffinePoint<C>) -> Self {
        PreparedPoint { comb: Comb::new(point) }
    }

    /// `u1 G + u2 Q`, where `Q` is this point.
    pub(crate) fn double_mul_vartime(&self, u1: Scalar<C>, u2: Scalar<C>) -> Extended<C> {
        let terms = [CombTerm::new(C::generator_comb(), u1), CombTerm::new(&self.comb, u2)];
        let mut sum = Extended::INFINITY;
        for position in (0..Comb::<C>::LENGTH).rev() {
            sum.double();
            for term in &terms {
                term.add_at(position, &mut sum);
            }
        }
        sum
    }
}

/// `u1 G + u2 Q`.
///
/// While there is nothing to add of `u1 G`, which has few positions, doublings dominate, so the sum is in Jacobian
/// coordinates.
pub(crate) fn double_mul_vartime<C: Curve>(u1: Scalar<C>, u2: Scalar<C>, q: &AffinePoint<C>) -> Extended<C> {
    let g_term = CombTerm::new(C::generator_comb(), u1);
    let q_terms = NafTerm::all(q, u2);
    let length = q_terms.iter().map(NafTerm::length).max().unwrap_or(0);

    let mut sum = Jacobian::INFINITY;
    for position in (Comb::<C>::LENGTH..length).rev() {
        sum.double();
        for term in &q_terms {
            term.add_at(position, &mut sum);
        }
    }
    let mut sum = Extended::from(sum);
    for position in (0..Comb::<C>::LENGTH).rev() {
        sum.double();
        for term in &q_terms {
            term.add_at(position, &mut sum);
        }
        g_term.add_at(position, &mut sum);
    }
    sum
}

/// The odd multiples of a point, `1, 3, 5, ...` times it, and the non-adjacent form of the number to multiply it by.
struct NafTerm<C: Curve> {
    odd_multiples: Vec<AffinePoint<C>>,
    form: NonAdjacentForm,
}

impl<C: Curve> NafTerm<C> {
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

    /// One inversion is enough. The map `(x, y) -> (x z^2, y z^3)` takes this curve to another, with other `a` and `b`,
    /// on which the double of `q` is affine when `z` is its Jacobian `Z` on this one. Additions do not depend on `a`
    /// and `b`; so the multiples are added up over there, and taken back.
    fn odd_multiples(q: &AffinePoint<C>) -> Vec<AffinePoint<C>> {
        let mut twice: Extended<C> = (*q).into();
        twice.double();
        let mut multiple: Extended<C> = Extended::from(AffinePoint {
            x: q.x.mul(twice.zz),
            y: q.y.mul(twice.zzz),
        });
        let mut multiples: Vec<Extended<C>> = Vec::with_capacity(1 << (C::NAF_WIDTH - 2));
        for _ in 0..1 << (C::NAF_WIDTH - 2) {
            multiples.push(Extended {
                zz: multiple.zz.mul(twice.zz),
                zzz: multiple.zzz.mul(twice.zzz),
                ..multiple
            });
            multiple.add(&AffinePoint { x: twice.x, y: twice.y });
        }
        // No multiple of a point of prime order by less than the order is infinity.
        Extended::to_affine_all_vartime(&multiples)
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
        sum.add(&multiple.with_sign_of(digit));
    }
}

/// A map of the curve that takes `(x, y)` to `(x_factor x, y)` and is the multiplication by a constant `lambda`
/// (Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with efficient endomorphisms", 2001).
#[derive(Clone, Copy)]
pub(crate) struct Endomorphism<C: Curve> {
    pub(super) x_factor: C::Int,
    /// To `[u0, u1]` with `u = u0 + u1 lambda`, both of about half the length, or the negatives of such.
    pub(super) split: fn(Scalar<C>) -> [Scalar<C>; 2],
}

impl<C: Curve> Endomorphism<C> {
    fn apply(&self, points: &[AffinePoint<C>]) -> Vec<AffinePoint<C>> {
        let factor = C::Field::from_integer(&self.x_factor).unwrap_or(C::Field::ZERO);
        points
            .iter()
            .map(|point| AffinePoint {
                x: point.x.mul(factor),
                y: point.y,
            })
            .collect()
    }
}
