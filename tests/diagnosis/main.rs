//! The diagnosis of failed verifications: every mistake is named, every claim is backed, and the outcome is that of
//! verification.

#![cfg(feature = "default")]

mod ambiguous;
mod case;
mod causes;
mod commands;
mod dresses;
mod forms;
mod honesty;
mod keys;
mod mistakes;
mod rsa;
mod schemes;
mod signers;
mod work;
