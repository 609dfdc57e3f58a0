//! The diagnosis of failed verifications: every mistake is named, nothing is claimed that is not shown, and the outcome
//! stays that of verification.

#![cfg(feature = "default")]

mod case;
mod causes;
mod honesty;
mod keys;
mod mistakes;
mod rsa;
mod schemes;
mod signers;
