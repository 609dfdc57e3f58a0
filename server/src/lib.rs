//! `kms-verify-server`: a KMS endpoint that verifies signatures offline, with the public keys that it holds.
//!
//! The [README](https://docs.rs/crate/kms-verify-server) says how to use the program. This library is its inside, so that
//! tests and fuzz targets reach it: the API is not stable.
//!
//! [`protocol`] is pure: it turns the head and the body of a request into an answer. Everything else needs the feature
//! `serve`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod protocol;

#[cfg(feature = "serve")]
pub mod args;
#[cfg(feature = "serve")]
mod budget;
#[cfg(feature = "serve")]
mod connections;
#[cfg(feature = "serve")]
mod explain;
#[cfg(feature = "serve")]
mod http;
#[cfg(feature = "serve")]
mod keys;
#[cfg(feature = "serve")]
mod listen;
#[cfg(feature = "serve")]
mod log;
#[cfg(feature = "serve")]
mod metrics;
#[cfg(feature = "serve")]
mod page;
#[cfg(feature = "serve")]
mod printable;
#[cfg(feature = "serve")]
mod record;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod state;

#[cfg(feature = "serve")]
pub use http::router;
#[cfg(feature = "serve")]
pub use keys::{Keys, RingError};
#[cfg(feature = "serve")]
pub use log::{Dropped, Log};
#[cfg(feature = "serve")]
pub use serve::{Failure, serve};
#[cfg(feature = "serve")]
pub use state::State;
