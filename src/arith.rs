//! Arithmetic on public numbers, for speed. Its time varies with what it is given, and it keeps nothing secret.
//!
//! Knows no names, formats or hashes. [`rsa`] is s^e mod n; [`curve`] is u1 G + u2 Q.

#[cfg(any(feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
pub(crate) mod curve;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;
