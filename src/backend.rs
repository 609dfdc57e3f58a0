//! Selects the backend: `kms-verify-arith`, or RustCrypto in builds with `--cfg kms_verify_backend="portable"`. Both
//! have the same names and methods, and only this file selects one.

#[cfg(any(
    kms_verify_backend = "portable",
    not(any(feature = "rsa", feature = "ecdsa", feature = "ed25519"))
))]
mod no_compressor;
#[cfg(kms_verify_backend = "portable")]
mod rustcrypto;
pub(crate) mod sha512;
#[cfg(kms_verify_backend = "portable")]
use rustcrypto as chosen;

#[cfg(not(kms_verify_backend = "portable"))]
mod chosen {
    #[cfg(any(feature = "ecdsa", feature = "sm2"))]
    pub(crate) use kms_verify_arith::curve::concrete as curve;
    #[cfg(feature = "ed25519")]
    pub(crate) use kms_verify_arith::curve::edwards25519;
    /// ML-DSA, and its hash.
    #[cfg(feature = "ml-dsa")]
    pub(crate) mod ml_dsa {
        pub(crate) use kms_verify_arith::keccak::{Shake256, shake256_many};
        pub(crate) use kms_verify_arith::ml_dsa::{ParameterSet, PublicKey, Signature};
    }
    #[cfg(feature = "rsa")]
    pub(crate) use kms_verify_arith::rsa;
}

#[cfg(all(
    not(kms_verify_backend = "portable"),
    any(feature = "rsa", feature = "ecdsa", feature = "ed25519")
))]
use kms_verify_arith::sha512::Compressor;
#[cfg(any(
    kms_verify_backend = "portable",
    not(any(feature = "rsa", feature = "ecdsa", feature = "ed25519"))
))]
use no_compressor::Compressor;

#[cfg(any(feature = "ecdsa", feature = "sm2"))]
pub(crate) use chosen::curve;
#[cfg(feature = "ed25519")]
pub(crate) use chosen::edwards25519;
#[cfg(feature = "ml-dsa")]
pub(crate) use chosen::ml_dsa;
#[cfg(feature = "rsa")]
pub(crate) use chosen::rsa;

/// The parameter sets of ML-DSA.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "ml-dsa"), allow(dead_code, reason = "the names of what is left out"))]
pub(crate) enum ParameterSet {
    MlDsa44,
    MlDsa65,
    MlDsa87,
}
