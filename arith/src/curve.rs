//! Sums `u1 G + u2 Q` on elliptic curves of prime order in short Weierstrass form, as needed to verify signatures.
//!
//! All inputs are public, so the time depends on them, and everything about a point can be precomputed.
//!
//! From the bottom up: [`field`] is the arithmetic of coordinates, which are in Montgomery form ([`montgomery`]) or
//! modulo a [`pseudo_mersenne`] prime; [`scalar`] is that of integers modulo the order, with inverses by [`divsteps`].
//! [`point`] has the group law. Scalars are recoded to signed digits, which select the points to add: a [`comb`]
//! selects them from a table, and a [`wnaf`] from few multiples of a point that is used once. [`double_scalar_mul`]
//! adds them up, and [`decompress`] finds points by one coordinate. Each curve is a small file in [`named`], and
//! [`concrete`] is the interface for schemes.
//!
//! [`edwards25519`] has its own group law, and uses the same integers, the same comb and the same non-adjacent form.

mod comb;
pub mod concrete;
mod decompress;
mod divsteps;
mod double_scalar_mul;
#[cfg(feature = "ed25519")]
pub mod edwards25519;
mod field;
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod lanes;
mod montgomery;
mod named;
mod point;
mod pseudo_mersenne;
mod scalar;
mod wnaf;

// Their oracles are crates that come with `ecdsa`.
#[cfg(all(test, feature = "ecdsa"))]
mod tests;

use crate::integer::Words;
use comb::{Comb, CombTerm, Shape};
use core::fmt::Debug;
use double_scalar_mul::{Addition, Endomorphism, NafWidths, OddMultiples};
use field::Field;
use montgomery::Modulus;
use point::Xyzz;

/// A curve `y^2 = x^3 + a x + b` over the integers modulo a prime `p`, with a prime number `n` of points, where `n < p
/// < 2n`: its mathematics.
pub(crate) trait Curve: Copy + Eq + Debug + Send + Sync + 'static {
    /// The integer type for `p` and `n`.
    type Int: Words;
    type Field: Field<Int = Self::Int>;
    type Order: Modulus<Int = Self::Int>;

    const FIELD_BITS: usize;
    const ORDER_BITS: usize;
    const A: CoefficientA;
    const B: Self::Field;
    /// The coordinates of the base point G.
    const GENERATOR: (Self::Field, Self::Field);

    /// A cheap multiplication by a constant, if the curve has one.
    const ENDOMORPHISM: Option<Endomorphism<Self>> = None;
}

/// The shape of the tables of a curve, which only affects speed and memory.
pub(crate) trait Tuning: Curve {
    const COMB: Shape;

    const NAF_WIDTHS: NafWidths;

    /// The table of the generator, for points with a table. The first call computes it.
    fn generator_comb() -> &'static Comb<Xyzz<Self>>;

    /// The multiples of the generator for points without a table. The first call computes them, which takes about a fifth of
    /// the time of a sum.
    fn generator_odd_multiples() -> &'static OddMultiples<Self>;

    /// Eight sums at once, if that is faster, each with a first term from the table of the generator. A sum that came out as
    /// infinity may be another point: it is to be computed alone.
    fn eight_sums<'a>(_terms: impl FnOnce() -> [[CombTerm<'a, Xyzz<Self>>; 2]; 8]) -> Option<[Xyzz<Self>; 8]> {
        None
    }

    /// The sum of all additions, the highest position first, in lanes, if that is faster. `None` also for some sums, which are to
    /// be computed on words, and for infinity.
    fn sum_in_lanes(_additions: &[Addition<'_, Self>]) -> Option<Xyzz<Self>> {
        None
    }

    /// The sums of two lists of additions, all at position 0, beside each other in lanes, if that is faster. `None` also for some
    /// sums, which are to be computed on words, and for infinity.
    fn two_sums_in_lanes<'a>(
        _additions: impl FnOnce() -> [alloc::vec::Vec<Addition<'a, Self>>; 2],
    ) -> Option<[Xyzz<Self>; 2]> {
        None
    }
}

/// Declares the [`Tuning`] of a curve; with `one sum of` so many limbs, or `two and eight sums`, if those are
/// computed in lanes.
macro_rules! tuning {
    ($curve:ty: comb $width:literal $passes:literal, naf $generator:literal $any:literal
        $(, one sum of $limbs:literal limbs)? $(, two and eight $sums:ident)?) => {
        impl $crate::curve::Tuning for $curve {
            const COMB: $crate::curve::comb::Shape = $crate::curve::comb::Shape {
                width: $width,
                passes: $passes,
            };
            const NAF_WIDTHS: $crate::curve::double_scalar_mul::NafWidths =
                $crate::curve::double_scalar_mul::NafWidths {
                    generator: $generator,
                    any: $any,
                };

            fn generator_comb() -> &'static $crate::curve::comb::Comb<$crate::curve::point::Xyzz<Self>> {
                use $crate::curve::{
                    comb::Comb,
                    point::{AffinePoint, Xyzz},
                };
                static COMB: once_cell::race::OnceBox<Comb<Xyzz<$curve>>> = once_cell::race::OnceBox::new();
                COMB.get_or_init(|| alloc::boxed::Box::new(Comb::new(AffinePoint::generator().into())))
            }

            fn generator_odd_multiples() -> &'static $crate::curve::double_scalar_mul::OddMultiples<Self> {
                use $crate::curve::{double_scalar_mul::OddMultiples, point::AffinePoint};
                static MULTIPLES: once_cell::race::OnceBox<OddMultiples<$curve>> = once_cell::race::OnceBox::new();
                MULTIPLES.get_or_init(|| {
                    alloc::boxed::Box::new(OddMultiples::new(
                        &AffinePoint::generator(),
                        Self::NAF_WIDTHS.generator,
                    ))
                })
            }

            $(
                #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
                fn sum_in_lanes(
                    additions: &[$crate::curve::double_scalar_mul::Addition<'_, Self>],
                ) -> Option<$crate::curve::point::Xyzz<Self>> {
                    $crate::curve::lanes::one_sum::sum_in_lanes::<$limbs, _>(additions)
                }
            )?

            $(
                #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
                fn two_sums_in_lanes<'a>(
                    additions: impl FnOnce() -> [alloc::vec::Vec<$crate::curve::double_scalar_mul::Addition<'a, Self>>; 2],
                ) -> Option<[$crate::curve::point::Xyzz<Self>; 2]> {
                    $crate::curve::lanes::one_sum::pair::two_sums_in_lanes(additions)
                }

                #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
                fn eight_sums<'a>(
                    terms: impl FnOnce() -> [[$crate::curve::comb::CombTerm<'a, $crate::curve::point::Xyzz<Self>>; 2]; 8],
                ) -> Option<[$crate::curve::point::Xyzz<Self>; 8]> {
                    $crate::curve::lanes::$sums::eight_sums(terms)
                }
            )?
        }
    };
}
use tuning;

/// The values of `a` with a faster doubling formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CoefficientA {
    Zero,
    MinusThree,
}
