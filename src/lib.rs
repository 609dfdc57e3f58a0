//! Verifies AWS KMS signatures offline, in pure Rust.
//!
//! ```toml
//! [dependencies]
//! kms-verify = "0.1"
//! ```
//!
//! AWS KMS signs with private keys that never leave it, and exports their public keys. This crate verifies such
//! signatures without calling KMS: no network, no credentials, no cost and no rate limit. It accepts public keys as KMS
//! exports them, names algorithms as KMS does, and gives the answer that KMS would give.
//!
//! # Where to start
//!
//! To verify one signature, call [`verify_kms_signature`]:
//!
//! ```
//! use kms_verify::{Message, SigningAlgorithm, verify_kms_signature};
//!
//! # mod fs {
//! #     pub fn read(name: &str) -> std::io::Result<Vec<u8>> {
//! #         std::fs::read(format!("tests/vectors/kms/eksa-bundle-minimal/{name}"))
//! #     }
//! # }
//! let public_key = fs::read("public_key.der")?; // from GetPublicKey; or PEM
//! let message = fs::read("message.bin")?;
//! let signature = fs::read("signature.bin")?; // bytes, not base64
//!
//! verify_kms_signature(
//!     &public_key,
//!     SigningAlgorithm::EcdsaSha256,
//!     Message::Raw(&message),
//!     &signature,
//! )?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To verify many signatures with one key, parse it once as a [`PublicKey`] and bind it to its algorithm as a
//! [`VerifyingKey`]. That type also verifies messages that arrive in pieces, and can precompute tables for speed:
//!
//! ```
//! use kms_verify::{Message, PublicKey, SigningAlgorithm};
//!
//! # mod fs {
//! #     pub fn read(name: &str) -> std::io::Result<Vec<u8>> {
//! #         std::fs::read(format!("tests/vectors/kms/stackd-ed25519-pure-raw/{name}"))
//! #     }
//! # }
//! # let message = fs::read("message.bin")?;
//! # let signature = fs::read("signature.bin")?;
//! let public_key = PublicKey::from_der(&fs::read("public_key.der")?)?;
//! let key = public_key.verifying_key(SigningAlgorithm::Ed25519Sha512)?;
//! let key = key.precomputed(); // pays from some tens of signatures on
//!
//! key.verify(Message::Raw(&message), &signature)?;
//!
//! let mut stream = key.stream(&signature)?;
//! for piece in message.chunks(4096) {
//!     stream.update(piece);
//! }
//! stream.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To find keys by the names that signatures give for them, put the keys that you trust into a [`KeyRing`]. For ECDSA
//! signatures as r || s, see [`Signature`], and for tokens, the module [`jws`]. When a signature does not verify,
//! [`diagnose`] says what is wrong with the inputs and what to try.
//!
//! The [`guide`] says what a service should sign and how it rejects copies, replaces keys, and moves here from other
//! libraries. [`_documentation::compare`] compares this library with them.
//!
//! # Algorithms
//!
//! All 13 signing algorithms of KMS, with all 12 key specs that can sign:
//!
//! | key spec | algorithms | message types |
//! |---|---|---|
//! | `RSA_2048`, `RSA_3072`, `RSA_4096` | `RSASSA_PSS_SHA_256`, `_384`, `_512`, `RSASSA_PKCS1_V1_5_SHA_256`, `_384`, `_512` | RAW, DIGEST |
//! | `ECC_NIST_P256`, `ECC_SECG_P256K1` | `ECDSA_SHA_256` | RAW, DIGEST |
//! | `ECC_NIST_P384` | `ECDSA_SHA_384` | RAW, DIGEST |
//! | `ECC_NIST_P521` | `ECDSA_SHA_512` | RAW, DIGEST |
//! | `ECC_NIST_EDWARDS25519` | `ED25519_SHA_512` | RAW |
//! | `ECC_NIST_EDWARDS25519` | `ED25519_PH_SHA_512` | DIGEST |
//! | `ML_DSA_44`, `ML_DSA_65`, `ML_DSA_87` | `ML_DSA_SHAKE_256` | RAW, EXTERNAL_MU |
//! | `SM2` | `SM2DSA` | RAW, DIGEST |
//!
//! Keys are accepted only in the encoding that KMS exports, and signatures only in the one that KMS makes:
//! [`_documentation::rules`] has every rule. Whatever depends on the signature is one error, [`Error::InvalidSignature`].
//! Every other error says what was given, what was expected and what to do.
//!
//! # What offline verification cannot know
//!
//! Whether the key is disabled or scheduled for deletion, what its policy allows, what its `KeyUsage` is, and when
//! something was signed: signatures carry no time. Get the public key and its algorithm from a source that you trust.
//! Never take either from the signed message. [`guide::limits`] has the whole list.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `std` | yes | [`VerifyingKey::verify_reader`], [`KeyRing`]. Without it the crate is `no_std` with `alloc` |
//! | `diagnosis` | yes | [`diagnose`], [`diagnose_public_key`]; implies `std` |
//! | `json` | no | [`GetPublicKeyResponse`] and [`SignResponse`]: the JSON of the AWS CLI and of the HTTP API; with `std`, [`KeyRing::from_dir`] |
//! | `jws` | no | [`jws`]: tokens in the compact serialization of JSON Web Signature, and JWK Sets |
//! | `serde` | no | `Serialize` and `Deserialize`, as strings: [`SigningAlgorithm`], [`KeySpec`], [`MessageType`], [`PublicKey`] (PEM), [`Fingerprint`], [`KeyId`] |
//! | `signature` | no | the traits `Verifier`, `MultipartVerifier` and `PrehashVerifier` of the crate `signature` 3 for [`VerifyingKey`] |
//! | `pkcs8` | no | `EncodePublicKey`, `DecodePublicKey` and the traits for algorithm identifiers of the crates `spki` 0.8 and `pkcs8` 0.11, and `PublicKey::from_rustcrypto` |
//! | `rsa`, `ecdsa`, `ed25519`, `ml-dsa`, `sm2` | yes | the families of algorithms. All names parse in every build; a key of a family that is left out gets an error that names its feature |
//!
//! No feature weakens a check. The minimum supported Rust version is 1.91.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]
// No input may make this crate panic: nothing here indexes, unwraps or computes unchecked.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]
// Without any family no key can be made, so all that follows a key is never reached.
#![cfg_attr(
    not(any(
        feature = "rsa",
        feature = "ecdsa",
        feature = "ed25519",
        feature = "ml-dsa",
        feature = "sm2"
    )),
    allow(dead_code, unreachable_code, unused_imports, unused_variables)
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

// In the order in which data flows: what goes with what, keys and messages in, a decision out.
mod algorithm;
mod backend;
mod der;
mod error;
mod excerpt;
mod integer_pair;
#[cfg(any(feature = "json", feature = "jws"))]
mod json;
mod message;
mod public_key;
mod scheme;
mod signature;
mod text;
mod verify;

// Made of what the others export, and used by none of them.
#[cfg(feature = "diagnosis")]
mod diagnosis;
#[cfg(feature = "jws")]
pub mod jws;
#[cfg(feature = "std")]
mod key_ring;
#[cfg(feature = "json")]
mod response;
#[cfg(feature = "serde")]
mod serialization;
#[cfg(any(feature = "signature", feature = "pkcs8"))]
mod traits;
#[cfg(feature = "diagnosis")]
mod undress;

pub use algorithm::{KeySpec, MessageType, NameKind, SigningAlgorithm, UnknownName};
pub use der::DerError;
pub use error::{EncodingProblem, Error, KeyError, KeyFormat, NotFromKmsReason, PemProblem};
pub use message::Message;
pub use public_key::{Fingerprint, PublicKey};
pub use signature::Signature;
pub use verify::{StreamVerifier, VerifyingKey, verify_kms_signature};

#[cfg(feature = "diagnosis")]
pub use diagnosis::{Caller, Cause, Diagnosis, Finding, Inputs, Repaired, Source, diagnose, diagnose_public_key};
#[cfg(feature = "std")]
pub use error::ReadError;
#[cfg(all(feature = "json", feature = "std"))]
pub use key_ring::{KeyDirectoryError, KeyDirectoryProblem, KeyFile, KeyFileError, KeyFileFormat};
#[cfg(feature = "std")]
pub use key_ring::{KeyId, KeyIdError, KeyRing, KeyRingError};
#[cfg(feature = "json")]
pub use response::{GetPublicKeyResponse, ResponseError, SignResponse};
#[cfg(feature = "diagnosis")]
pub use undress::Dress;

#[cfg(doc)]
pub mod guide;

/// Documents from the repository, as of this version.
///
/// This module has no items but these pages.
#[cfg(doc)]
pub mod _documentation {
    // A reference that is defined twice has its first definition: in each document the second is for code hosts.
    #[doc = "[DESIGN.md]: design\n[SECURITY.md]: security\n"]
    #[doc = include_str!("../RULES.md")]
    pub mod rules {}

    #[doc = "[RULES.md]: rules\n[SECURITY.md]: security\n"]
    #[doc = include_str!("../DESIGN.md")]
    pub mod design {}

    #[doc = "[RULES.md]: rules\n[DESIGN.md]: design\n"]
    #[doc = include_str!("../SECURITY.md")]
    pub mod security {}

    #[doc = "[RULES.md]: rules\n[SECURITY.md]: security\n[DESIGN.md]: design\n[record of 2026-11-26]: benchmarks\n"]
    #[doc = include_str!("../COMPARE.md")]
    pub mod compare {}

    #[doc = include_str!("../records/2026-11-26.md")]
    pub mod benchmarks {}

    #[doc = include_str!("../CHANGELOG.md")]
    pub mod changelog {}
}

/// Tests the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
