//! ECDSA verification (FIPS 186-5 section 6.4.2) on the four curves of KMS.
//!
//! Signatures are strict DER. Both (r, s) and (r, n - s) are accepted, as the standard has it: KMS makes either.

#[cfg(not(kms_verify_backend = "portable"))]
mod own;
#[cfg(kms_verify_backend = "portable")]
mod rustcrypto;

#[cfg(not(kms_verify_backend = "portable"))]
pub(crate) use own::{PublicKey, Signature};
#[cfg(kms_verify_backend = "portable")]
pub(crate) use rustcrypto::{PublicKey, Signature};

/// The curves by name, for the constructor of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}
