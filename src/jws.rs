//! JSON Web Signature: verification of tokens that KMS keys have signed. Requires the feature `jws`.
//!
//! A token is accepted only in compact serialization (RFC 7515 section 7.1), with the algorithm that its key is bound to,
//! and without anything that this module does not support. The key comes from the caller, never from the token.
//!
//! ```
//! use kms_verify::jws::{Error, KeySet};
//!
//! # fn respond(_: u16) {}
//! # fn use_claims(_: &[u8]) {}
//! # fn example(jwks: &[u8], token: &str) -> Result<(), Box<dyn std::error::Error>> {
//! // At startup, from a source that you trust; or with `insert`, from any public key.
//! let keys = KeySet::from_jwks(jwks)?;
//!
//! match keys.verify(token) {
//!     Ok(verified) => use_claims(verified.payload()),
//!     Err(error) => {
//!         eprintln!("rejected: {error}"); // which rule the token breaks
//!         respond(401);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | function | for |
//! |---|---|
//! | [`KeySet::verify`], [`KeySet::verify_detached`] | several keys: the `kid` of the token names one of them |
//! | [`verify`], [`verify_detached`] | one key |
//! | [`Options`] | a required `typ`, another limit on the length, payloads in pieces, other sources of keys |
//!
//! # Rules
//!
//! | step | rule | error |
//! |---|---|---|
//! | RFC 7515 section 5.2, step 1 | at most 1 MiB, and three parts with dots between them | [`TooLong`](Error::TooLong), [`NotCompact`](Error::NotCompact) |
//! | step 2 | the header has at most 8 KiB, in strict base64url: no padding, no white space, no trailing bits | [`HeaderTooLong`](Error::HeaderTooLong), [`HeaderEncoding`](Error::HeaderEncoding) |
//! | steps 3 and 4 | the header is one JSON object in UTF-8, and no name occurs twice at any depth | [`HeaderJson`](Error::HeaderJson), [`DuplicateMember`](Error::DuplicateMember) |
//! | step 5 | the members have their types; `crit` lists only `b64`, and only for detached payloads, where `b64` is accepted only together with `crit` | [`MemberType`](Error::MemberType), [`Critical`](Error::Critical), [`UnencodedPayload`](Error::UnencodedPayload) |
//! | RFC 8725 section 3.11 | `typ` is the required one, if there is one | [`Type`](Error::Type) |
//! | | `kid` names a key of the set | [`MissingKeyId`](Error::MissingKeyId), [`UnknownKeyId`](Error::UnknownKeyId) |
//! | RFC 8725 section 3.1 | `alg` is the name of the algorithm that the key is bound to. An Ed25519 key accepts `Ed25519` and its deprecated name `EdDSA` | [`Algorithm`](Error::Algorithm) |
//! | step 6 | the payload is strict base64url, or empty if it is detached | [`PayloadEncoding`](Error::PayloadEncoding), [`PayloadNotDetached`](Error::PayloadNotDetached) |
//! | steps 7 and 8 | the signature is strict base64url, has exactly the length of its algorithm, and is valid | [`Signature`](Error::Signature) |
//!
//! All other members of the header are ignored, as RFC 7515 section 4 requires. In particular, `jwk`, `jku`, `x5c` and `x5u`
//! never lead to a key.
//!
//! # Algorithms
//!
//! [`SigningAlgorithm::jose_name`](crate::SigningAlgorithm::jose_name) has the names. ECDSA signatures are r || s, and ML-DSA
//! is pure with an empty context. `SM2DSA` and `ED25519_PH_SHA_512` have no names in JOSE. KMS signs messages of at most 4096
//! bytes with `ED25519_SHA_512`, because that algorithm does not accept a digest, so the header, the dot and the payload of
//! such a token have at most 4096 characters together. A longer token is verified like any other, although KMS cannot sign it.
//!
//! # Claims
//!
//! A valid signature does not say that a token is meant for this recipient, or that it has not expired. If the payload is a
//! JWT (RFC 7519), check at least `exp`, `nbf`, `iss` and `aud` before anything else, with a library for JWT or by hand.
//!
//! # Replay
//!
//! ECDSA signatures are malleable: from one valid token, anyone can make another that differs in its signature only. To
//! recognize tokens that were used before, use the claim `jti`, or the text of the token before its last dot, but never the
//! whole token.

mod base64url;
mod compact;
mod error;
mod header;
mod jwk;
mod jwk_error;
mod key_set;
mod options;
mod thumbprint;
mod verified;

use crate::VerifyingKey;

pub use error::Error;
pub use header::Header;
pub use jwk::Jwk;
pub use jwk_error::JwkError;
pub use key_set::{KeySet, Keys};
pub use options::{DetachedVerifier, Options};
pub use thumbprint::Thumbprint;
pub use verified::Verified;

/// Verifies a token with this key and the default [`Options`], whatever its `kid` is.
///
/// # Errors
///
/// The rule that the token breaks.
pub fn verify(key: &VerifyingKey, token: &str) -> Result<Verified, Error> {
    Options::new().verify(key, token)
}

/// Verifies a token without payload over a payload from elsewhere, with this key and the default [`Options`], whatever its
/// `kid` is. See [`Options::verify_detached`].
///
/// # Errors
///
/// The rule that the token breaks.
pub fn verify_detached(key: &VerifyingKey, token: &str, payload: &[u8]) -> Result<Header, Error> {
    Options::new().verify_detached(key, token, payload)
}
