//! Code shared by the tests, the fuzz targets and the benchmarks of kms-verify.
//!
//! Nothing here uses the internals of the library under test: only its public API is called.

#![forbid(unsafe_code)]

mod bytes;
pub mod der;
pub mod dresses;
mod random;
pub mod spki;

pub mod forge;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod response;
pub mod vectors;

pub use bytes::{hex, number, padded, power_of_two, try_padded};
pub use random::{SplitMix64, bytes_of};
