//! The curves, one file each: their constants, and the faster arithmetic that the form of a prime allows.

pub(super) mod p256;
pub(super) mod p384;
pub(super) mod p521;
pub(super) mod secp256k1;
pub(super) mod sm2;
