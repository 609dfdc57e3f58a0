//! Tests of the curves.

mod double_mul;
mod field;
mod oracle;
mod point;
mod scalar;
mod small_curves;
mod small_words;

#[cfg(feature = "ed25519")]
pub(super) use field::cases;
#[cfg(feature = "ed25519")]
pub(super) use oracle::Random;
