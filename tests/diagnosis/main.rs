//! The diagnosis of failed verifications: every mistake is named, nothing is claimed that is not shown, and the outcome
//! stays that of verification.

#![cfg(all(
    feature = "std",
    feature = "rsa",
    feature = "ecdsa",
    feature = "ed25519",
    feature = "ml-dsa",
    feature = "sm2"
))]

#[path = "../common/mod.rs"]
mod common;
/// The makers of signatures that KMS does not make.
#[path = "../threats"]
mod threats {
    #![allow(dead_code, reason = "this test uses only a part of them")]
    pub mod forge;
}

mod case;
mod codes;
mod honesty;
mod keys;
mod mistakes;
mod rsa;
mod schemes;
mod signers;
