//! Sums `u1 G + u2 Q` on elliptic curves of prime order in short Weierstrass form: what it takes to verify a signature.
//!
//! All inputs are public, so time varies with them, and everything about a point may be computed ahead.
//!
//! Bottom up: [`integer`] has the arithmetic on words. On it stand the [`field`] of the coordinates, in [`montgomery`]
//! form or modulo a [`pseudo_mersenne`] prime, and the [`scalar`]s, with [`inverse`]. On the field stands the group
//! law, in [`point`]. The scalars are cut into digits by [`recode`], which pick points to add from a [`comb`] table or,
//! for a point seen once, from few multiples; [`double_mul`] walks through the digits. Below these is one small file
//! for each curve.
//!
//! [`edwards25519`] has a group law of its own, and stands on the same arithmetic on words.

mod comb;
pub mod concrete;
mod double_mul;
#[cfg(feature = "ed25519")]
pub mod edwards25519;
mod field;
mod integer;
mod inverse;
mod montgomery;
mod point;
mod pseudo_mersenne;
mod recode;
mod scalar;

mod p256;
mod p384;
mod p521;
mod secp256k1;
mod sm2;

// Their oracles are crates that come with `ecdsa`.
#[cfg(all(test, feature = "ecdsa"))]
mod tests;

use comb::Comb;
use core::fmt::Debug;
use double_mul::Endomorphism;
use field::Field;
use integer::Limbs;
use montgomery::Modulus;

/// A curve `y^2 = x^3 + a x + b` over the integers modulo a prime `p`, with a prime number `n` of points, where `n < p
/// < 2n`.
pub(crate) trait Curve: Copy + Eq + Debug + Send + Sync + 'static {
    /// Holds `p` and `n`.
    type Int: Limbs;
    type Field: Field<Int = Self::Int>;
    type Order: Modulus<Int = Self::Int>;

    const FIELD_BITS: usize;
    const ORDER_BITS: usize;
    const A: CoefficientA;
    const B: Self::Int;
    const GENERATOR: (Self::Int, Self::Int);

    /// How the tables are cut: see [`Comb`].
    const COMB: comb::Shape;

    /// Width of the non-adjacent form for a point without a table.
    const NAF_WIDTH: usize;

    /// A cheap multiplication by a constant, where the curve has one.
    const ENDOMORPHISM: Option<Endomorphism<Self>> = None;

    /// The table of the generator, computed at the first call.
    fn generator_comb() -> &'static Comb<Self>;
}

/// The values of `a` that have their own, quicker, doubling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CoefficientA {
    Zero,
    MinusThree,
}
