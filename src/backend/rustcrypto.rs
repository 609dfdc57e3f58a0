//! RustCrypto, with the names of `kms-verify-arith` and without tables.

#[cfg(any(feature = "ecdsa", feature = "sm2"))]
pub(crate) mod curve;
#[cfg(feature = "ed25519")]
pub(crate) mod edwards25519;
#[cfg(feature = "ml-dsa")]
pub(crate) mod ml_dsa;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;
