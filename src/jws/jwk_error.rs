//! Why a JWK or a JWK Set was rejected.

use alloc::boxed::Box;

use crate::{Error, KeySpec, SigningAlgorithm};

/// The reason a key was rejected as a [`Jwk`](super::Jwk) or as a member of a [`KeySet`](super::KeySet).
///
/// Keys are the verifier's own, so errors explain everything. Names from the input are truncated to 64 characters, with
/// control characters escaped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkError {
    /// The input is longer than 64 KiB for a key, or 1 MiB for a set.
    #[error(
        "the JSON is too long: expected at most {max} bytes, got {given}; insert the keys one by one if there are more"
    )]
    TooLong {
        /// The length of the input in bytes.
        given: usize,
        /// The maximum length of the input in bytes.
        max: usize,
    },

    /// The input is not a single JSON object in UTF-8, or is nested in more than 127 levels.
    #[error("expected a single JSON object in UTF-8")]
    Json,

    /// A name occurs more than once in an object, so its value is ambiguous.
    #[error("the member \"{member}\" occurs more than once")]
    DuplicateMember {
        /// The name.
        member: Box<str>,
    },

    /// A required member is missing.
    #[error("the member \"{member}\" is missing{}", advice(.member))]
    MissingMember {
        /// The name.
        member: &'static str,
    },

    /// A member has the wrong type.
    #[error("the member \"{member}\" is not {expected}")]
    MemberType {
        /// The name.
        member: &'static str,
        /// The expected type, such as `a string`.
        expected: &'static str,
    },

    /// A member is not base64url without padding (RFC 7515 section 2).
    #[error("the member \"{member}\" is not base64url without padding, white space and trailing bits")]
    Base64 {
        /// The name.
        member: &'static str,
    },

    /// A coordinate has another length than the field prime of its curve.
    #[error("wrong length of the member \"{member}\": expected {expected} bytes, got {given}")]
    Length {
        /// The name.
        member: &'static str,
        /// The length in bytes.
        given: usize,
        /// The expected length in bytes.
        expected: usize,
    },

    /// The modulus or the exponent is empty or has leading zeros.
    #[error("the member \"{member}\" is empty or has leading zeros, which RFC 7518 section 2 excludes")]
    LeadingZero {
        /// The name.
        member: &'static str,
    },

    /// The key is private or symmetric. A private key of KMS never leaves it, and one that is published is no longer
    /// private.
    #[error(
        "the member \"{member}\" belongs to a private or symmetric key; remove the key, and revoke it if it is in use"
    )]
    PrivateMember {
        /// The name.
        member: &'static str,
    },

    /// `use` is not `sig`, or `key_ops` is not `["verify"]`.
    #[error("the member \"{member}\" says that the key is not for verifying signatures")]
    NotForVerification {
        /// The name.
        member: &'static str,
    },

    /// `kty` is not `EC`, `OKP`, `RSA` or `AKP`.
    #[error("unknown key type \"{kty}\"; the key types are EC, OKP, RSA and AKP")]
    UnknownKeyType {
        /// The value of `kty`.
        kty: Box<str>,
    },

    /// `crv` is not a curve of KMS signing keys.
    #[error("unknown curve \"{crv}\"; the curves are P-256, P-384, P-521 and secp256k1 with EC, and Ed25519 with OKP")]
    UnknownCurve {
        /// The value of `crv`.
        crv: Box<str>,
    },

    /// `alg` of an `AKP` key is not ML-DSA.
    #[error("unknown algorithm \"{alg}\" of a key of type AKP; the algorithms are ML-DSA-44, ML-DSA-65 and ML-DSA-87")]
    UnknownAlgorithm {
        /// The value of `alg`.
        alg: Box<str>,
    },

    /// `alg` is not an algorithm of the key.
    #[error("\"alg\" is \"{alg}\", which is not an algorithm of {key_spec} keys")]
    Algorithm {
        /// The value of `alg`.
        alg: Box<str>,
        /// The key spec of the key.
        key_spec: KeySpec,
    },

    /// JOSE has no name for the algorithm.
    #[error("{algorithm} has no name in JOSE, so no token can be signed with it")]
    NoJoseName {
        /// The algorithm.
        algorithm: SigningAlgorithm,
    },

    /// JWK cannot represent such a key.
    #[error("a key of {key_spec} cannot be represented as a JWK")]
    NoKeyType {
        /// The key spec of the key.
        key_spec: KeySpec,
    },

    /// The set has a key with this `kid`.
    #[error("the set has a key with the kid \"{kid}\" already")]
    DuplicateKeyId {
        /// The `kid`.
        kid: Box<str>,
    },

    /// The numbers are not a public key that KMS exports.
    #[error(transparent)]
    Key(#[from] Error),

    /// A key of a set was rejected.
    #[error("key {index} of the set: {error}")]
    InSet {
        /// The index of the key in `keys`, from 0.
        index: usize,
        /// The reason.
        #[source]
        error: Box<Self>,
    },
}

fn advice(member: &str) -> &'static str {
    match member {
        "alg" => "; the key has several algorithms, so add the one that it signs with",
        "kid" => "; every key of a set needs a name",
        _ => "",
    }
}
