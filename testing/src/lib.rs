//! What the tests, the fuzz targets and the benchmarks of kms-verify share.
//!
//! Nothing here is taken from the library under test: it is only asked, through its public API.

#![forbid(unsafe_code)]

mod bytes;
pub mod der;
mod random;
pub mod spki;

pub mod forge;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod response;
pub mod vectors;

pub use bytes::{hex, number, padded, power_of_two, try_padded};
pub use random::{SplitMix64, bytes_of};
