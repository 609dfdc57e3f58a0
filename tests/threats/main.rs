//! What has broken verifiers before, each class of defect with a test that this one does not have it.
//!
//! The forgeries are made here, with private keys and the raw operations of each scheme ([`kms_verify_testing::forge`]), so that each of
//! them differs from a genuine signature in one point only: take the check of that point away, and its test fails. A
//! genuine signature by the same means always comes first, to show that nothing else is wrong with the others.

#![cfg(feature = "default")]
// Where the tests discard what must not be discarded, they rely on the warning.
#![deny(unfulfilled_lint_expectations)]

mod advisories;
mod curve_keys;
mod ecdsa;
mod ed25519;
mod hostile_input;
mod key_encodings;
mod messages;
mod ml_dsa;
mod rsa_keys;
mod rsa_pkcs1;
mod rsa_pss;
mod signatures;
mod sm2;
mod streams;
