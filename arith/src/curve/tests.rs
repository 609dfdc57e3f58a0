//! Tests of the curves.

mod decompress;
mod double_scalar_mul;
mod exhaustive;
mod field;
mod lanes;
mod oracle;
mod point;
mod scalar;
mod small_curves;
mod timing;

#[cfg(feature = "ed25519")]
pub(super) use oracle::Random;
