//! The curves, a file each: their constants, and the arithmetic that the shape of a prime makes quicker.

pub(super) mod p256;
pub(super) mod p384;
pub(super) mod p521;
pub(super) mod secp256k1;
pub(super) mod sm2;
