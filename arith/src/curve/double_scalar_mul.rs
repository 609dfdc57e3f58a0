//! `u1 G + u2 Q`, for a point `Q` with a table and for one without.

use super::comb::{Comb, CombTerm, Group, sum_of};
use super::field::Invertible;
use super::point::{AffinePoint, Jacobian, Sum, Xyzz};
use super::scalar::Scalar;
use super::wnaf::NonAdjacentForm;
use super::{Curve, Tuning};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// From how many sums on eight at once take less time than one after the other.
const WORTH_EIGHT: usize = 4;

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

    /// Whether each `u1 G + u2 Q` has an x that is congruent to a number modulo the order: `[u1, u2, x]`.
    pub(crate) fn sums_have_x_vartime(&self, numbers: &[[Scalar<C>; 3]]) -> Vec<bool> {
        let alone = |[u1, u2, x]: [Scalar<C>; 3]| self.double_scalar_mul_vartime(u1, u2).x_is_congruent_to(x);
        let mut answers = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(8) {
            let table = self.table.as_ref().filter(|_| some.len() >= WORTH_EIGHT);
            let sums = table.and_then(|table| {
                C::eight_sums(|| {
                    core::array::from_fn(|i| {
                        let [u1, u2, _] = some.get(i).unwrap_or(&some[0]);
                        terms(*u1, *u2, table)
                    })
                })
            });
            match sums {
                Some(sums) => answers.extend(some.iter().zip(sums).map(|(numbers, sum)| {
                    if sum.is_infinity() {
                        alone(*numbers)
                    } else {
                        sum.x_is_congruent_to(numbers[2])
                    }
                })),
                None => answers.extend(some.iter().copied().map(alone)),
            }
        }
        answers
    }
}

/// `u1 G` and `u2 Q`, for the table of `Q`.
pub(super) fn terms<C: Tuning>(u1: Scalar<C>, u2: Scalar<C>, q: &Comb<Xyzz<C>>) -> [CombTerm<'_, Xyzz<C>>; 2] {
    [
        CombTerm::new(C::generator_comb(), u1.to_signed()),
        CombTerm::new(q, u2.to_signed()),
    ]
}

/// Their sum.
pub(super) fn with_table<C: Tuning>(u1: Scalar<C>, u2: Scalar<C>, q: &Comb<Xyzz<C>>) -> Xyzz<C> {
    let terms = terms(u1, u2, q);
    both_in_lanes(&terms).unwrap_or_else(|| sum_of(Xyzz::NEUTRAL, &terms))
}

/// The same: one term in lanes beside the other, and then their sum. `None` where [`Tuning::two_sums_in_lanes`] says so.
pub(super) fn both_in_lanes<C: Tuning>(terms: &[CombTerm<'_, Xyzz<C>>; 2]) -> Option<Xyzz<C>> {
    let [mut sum, other] = C::two_sums_in_lanes(|| {
        terms.each_ref().map(|term| {
            let additions = term.multiples().map(|(point, negative)| Addition {
                position: 0,
                point,
                negative,
            });
            additions.collect()
        })
    })?;
    sum.add_sum(&other);
    Some(sum)
}

/// `u1 G + u2 Q`.
pub(super) fn without_table<C: Tuning>(u1: Scalar<C>, u2: Scalar<C>, q: &AffinePoint<C>) -> Xyzz<C> {
    with_additions(u1, u2, q, |additions| {
        C::sum_in_lanes(additions).unwrap_or_else(|| sum_on_words(additions))
    })
}

/// Calls the function with what makes `u1 G + u2 Q`, the highest position first.
pub(super) fn with_additions<C: Tuning, T>(
    u1: Scalar<C>,
    u2: Scalar<C>,
    q: &AffinePoint<C>,
    f: impl FnOnce(&[Addition<'_, C>]) -> T,
) -> T {
    let q = OddMultiples::new(q, C::NAF_WIDTHS.any);
    let terms = [C::generator_odd_multiples().by(u1), q.by(u2)];
    let terms = || terms.iter().flatten().flatten();
    let length = terms().map(NafTerm::length).max().unwrap_or(0);
    let additions: Vec<_> = (0..length)
        .rev()
        .flat_map(|position| terms().filter_map(move |term| term.addition_at(position)))
        .collect();
    f(&additions)
}

/// A point to add, or to subtract, `2^position` times.
#[derive(Clone, Copy)]
pub(crate) struct Addition<'a, C: Curve> {
    pub(super) position: usize,
    pub(super) point: &'a AffinePoint<C>,
    pub(super) negative: bool,
}

/// The sum of all additions. Doublings dominate, so it is in Jacobian coordinates.
pub(super) fn sum_on_words<C: Curve>(additions: &[Addition<'_, C>]) -> Xyzz<C> {
    let mut sum = Jacobian::INFINITY;
    for (i, addition) in additions.iter().enumerate() {
        sum.add(&addition.point.negate_if(addition.negative));
        let next = additions.get(i + 1).map_or(0, |next| next.position);
        for _ in next..addition.position {
            sum.double();
        }
    }
    sum.into()
}

/// The widths of non-adjacent forms: of the multiplier of the generator, and of that of any other point without a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NafWidths {
    pub(crate) generator: usize,
    pub(crate) any: usize,
}

/// The odd multiples of a point, `1, 3, 5, ...` times it, for a non-adjacent form of the multiplier.
#[derive(Clone, Debug)]
pub(crate) struct OddMultiples<C: Curve> {
    width: usize,
    multiples: Vec<AffinePoint<C>>,
    /// The same of the image of the point, if the curve has an endomorphism.
    images: Vec<AffinePoint<C>>,
}

impl<C: Curve> OddMultiples<C> {
    /// As many as a non-adjacent form of this width needs.
    ///
    /// One inversion is enough. The map `(x, y) -> (x z^2, y z^3)` leads to another curve, with other `a` and `b`, on
    /// which the double of `q` is affine if `z` is its Jacobian `Z` on this one. Additions do not depend on `a` and
    /// `b`, so the multiples are added on the other curve, and mapped back.
    pub(crate) fn new(q: &AffinePoint<C>, width: usize) -> Self {
        let mut twice: Xyzz<C> = (*q).into();
        twice.double();
        let mut multiple: Xyzz<C> = Xyzz::from(AffinePoint {
            x: q.x.mul(twice.zz),
            y: q.y.mul(twice.zzz),
        });
        let mut multiples: Vec<Xyzz<C>> = Vec::with_capacity(1 << (width - 2));
        for _ in 0..1 << (width - 2) {
            multiples.push(Xyzz {
                zz: multiple.zz.mul(twice.zz),
                zzz: multiple.zzz.mul(twice.zzz),
                ..multiple
            });
            multiple.add(&AffinePoint { x: twice.x, y: twice.y });
        }
        // No multiple of a point of prime order by less than the order is infinity.
        let multiples = Xyzz::to_affine_all_vartime(&multiples);
        Self {
            width,
            images: C::ENDOMORPHISM.map_or_else(Vec::new, |endomorphism| endomorphism.apply(&multiples)),
            multiples,
        }
    }

    /// Terms whose sum is the point multiplied by `u`: one, or two of half the length where an endomorphism splits `u`.
    fn by(&self, u: Scalar<C>) -> [Option<NafTerm<'_, C>>; 2] {
        let term = |odd_multiples, (negative, magnitude)| {
            Some(NafTerm {
                odd_multiples,
                form: NonAdjacentForm::new(negative, &magnitude, self.width),
            })
        };
        match C::ENDOMORPHISM {
            None => [term(&self.multiples, u.to_signed()), None],
            Some(endomorphism) => {
                let [u0, u1] = (endomorphism.split)(u);
                [
                    term(&self.multiples, u0.to_signed()),
                    term(&self.images, u1.to_signed()),
                ]
            }
        }
    }
}

/// The odd multiples of a point, and the non-adjacent form of the multiplier.
struct NafTerm<'a, C: Curve> {
    odd_multiples: &'a [AffinePoint<C>],
    form: NonAdjacentForm,
}

impl<C: Curve> NafTerm<'_, C> {
    /// Digits from this bit position on are zero.
    fn length(&self) -> usize {
        self.form.length()
    }

    fn addition_at(&self, position: usize) -> Option<Addition<'_, C>> {
        let digit = self.form.digit(position);
        // The digit is odd, if not zero: 1, 3, 5, ... are at 0, 1, 2, ...
        (digit != 0).then(|| Addition {
            position,
            point: &self.odd_multiples[digit.unsigned_abs() as usize / 2],
            negative: digit < 0,
        })
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
