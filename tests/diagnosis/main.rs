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

mod case;
mod causes;
mod honesty;
mod keys;
mod mistakes;
mod rsa;
mod schemes;
mod signers;
