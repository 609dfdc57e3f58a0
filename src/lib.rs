#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]
// No input may make this crate panic: nothing here indexes, unwraps or computes unchecked.
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
// A build without some families leaves their helpers without use; the build with all of them must not.
#![cfg_attr(
    not(all(
        feature = "rsa",
        feature = "ecdsa",
        feature = "ed25519",
        feature = "ml-dsa",
        feature = "sm2"
    )),
    allow(dead_code, unreachable_code, unused_imports, unused_variables)
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

// In the order in which data flows: what goes with what, keys and messages in, a decision out.
mod algorithm;
mod der;
mod error;
mod message;
mod public_key;
mod scheme;
mod verify;

// Made of what the others export, and used by none of them.
#[cfg(feature = "std")]
mod diagnosis;
#[cfg(feature = "std")]
mod key_ring;
#[cfg(feature = "json")]
mod response;

pub use algorithm::{KeySpec, MessageType, SigningAlgorithm};
pub use error::{Error, KeyError, KeyFormat, NameKind};
pub use message::Message;
pub use public_key::PublicKey;
pub use verify::{StreamVerifier, VerifyingKey, verify_kms_signature};

#[cfg(feature = "std")]
pub use diagnosis::{Code, Diagnosis, Finding, diagnose, diagnose_public_key};
#[cfg(feature = "std")]
pub use error::ReadError;
#[cfg(feature = "std")]
pub use key_ring::{KeyId, KeyIdError, KeyRing, KeyRingError};
#[cfg(feature = "json")]
pub use response::{GetPublicKeyResponse, ResponseError, SignResponse};
