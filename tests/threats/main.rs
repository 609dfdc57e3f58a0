//! A test for each class of defect that has broken a verifier before.
//!
//! The forgeries are made here, with private keys and the raw operations of each scheme
//! ([`kms_verify_testing::forge`]). Each differs from a genuine signature in one point only, so its test fails if the
//! check of that point is removed. A genuine signature made by the same means always comes first, to show that the
//! forgeries have no other defect.

#![cfg(feature = "default")]
// Some tests discard values marked `must_use` on purpose, and rely on the warning.
#![deny(unfulfilled_lint_expectations)]

mod advisories;
mod curve_keys;
mod ecdsa;
mod ecdsa_random;
mod ed25519;
mod ed25519_cases;
mod ed25519_random;
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
