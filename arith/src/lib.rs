//! Variable-time arithmetic on public numbers, for `kms-verify`.
//!
//! Its time depends on its inputs: never give it a secret. It knows no names or formats. [`rsa`] is s^e mod n, [`curve`] is
//! u1 G + u2 Q on the curves of ECDSA and SM2, and S B = R + k A on Edwards25519, [`ml_dsa`] is the verification of FIPS 204
//! from mu on, and [`keccak`] is its hash. [`sha512`] compresses pairs of blocks.
//!
//! This crate is published because `kms-verify` depends on it. Its API serves that crate alone and can change in any release.
#![no_std]
#![deny(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    unsafe_op_in_unsafe_fn,
    clippy::undocumented_unsafe_blocks
)]
// The text on a module is for its readers, and may link to what is private.
#![allow(rustdoc::private_intra_doc_links)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(test)]
mod testing;

#[cfg(any(feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
pub mod curve;
#[cfg(any(feature = "rsa", feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
#[cfg_attr(
    not(all(feature = "rsa", feature = "ecdsa")),
    allow(dead_code, reason = "RSA and the curves each use a part")
)]
mod integer;
#[cfg(feature = "ml-dsa")]
pub mod keccak;
#[cfg(all(
    any(feature = "rsa", feature = "ecdsa", feature = "ed25519", feature = "sm2"),
    any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial")))
))]
#[cfg_attr(
    not(all(feature = "rsa", feature = "ecdsa")),
    allow(dead_code, reason = "RSA and the curves each use a part")
)]
mod lanes;
#[cfg(feature = "ml-dsa")]
pub mod ml_dsa;
#[cfg(feature = "rsa")]
pub mod rsa;
#[cfg(feature = "sha512")]
pub mod sha512;
#[cfg(feature = "ml-dsa")]
mod simd;
#[cfg(any(feature = "rsa", feature = "ecdsa", feature = "ed25519", feature = "sm2"))]
#[cfg_attr(
    not(all(feature = "rsa", feature = "ecdsa")),
    allow(dead_code, reason = "RSA and the curves each use a part")
)]
mod word;
#[cfg(all(
    any(
        feature = "rsa",
        feature = "ecdsa",
        feature = "ed25519",
        feature = "ml-dsa",
        feature = "sha512",
        feature = "sm2"
    ),
    target_arch = "x86_64",
    not(kms_verify_backend = "serial")
))]
#[cfg_attr(
    not(all(feature = "rsa", feature = "ecdsa")),
    allow(dead_code, reason = "RSA and the curves each use a part")
)]
mod x86;
