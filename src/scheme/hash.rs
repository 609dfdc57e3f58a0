//! Hash functions, and hashing of messages to the value that a scheme signs.

use sha2::{Digest as _, Sha256};

use super::{ml_dsa, sha512, sm2};

/// The hash function of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashFunction {
    Sha256,
    Sha384,
    Sha512,
}

impl HashFunction {
    /// The length of a digest in bytes.
    pub(crate) const fn digest_length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// What a signature is verified over.
#[derive(Clone, Copy)]
pub(crate) enum Input<'a> {
    /// A message, which the hasher of the scheme hashes.
    Message(&'a [u8]),
    /// The output of the hasher, or the DIGEST or mu in its place.
    Hashed(&'a [u8]),
}

impl Input<'_> {
    /// Calls `decide` with the output of the hasher.
    pub(crate) fn hashed_by<T>(self, hasher: impl FnOnce() -> Hasher, decide: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Self::Message(message) => decide(hasher().hash(&[message]).as_bytes()),
            Self::Hashed(hashed) => decide(hashed),
        }
    }
}

/// The output of a hasher: 32, 48 or 64 bytes.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "a build may leave out the families with hashes so long")]
pub(crate) enum Hashed {
    Bytes32([u8; 32]),
    Bytes48([u8; 48]),
    Bytes64([u8; 64]),
}

impl Hashed {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Bytes32(bytes) => bytes,
            Self::Bytes48(bytes) => bytes,
            Self::Bytes64(bytes) => bytes,
        }
    }
}

/// Hashes a message, in pieces of any length, to the value that a scheme signs: a digest, the challenge of Ed25519, or
/// the mu of ML-DSA.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "a build may leave out the family that hashes so")]
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sha384(sha512::Hasher),
    Sha512(sha512::Hasher),
    Sm2(sm2::Hasher),
    MlDsa(ml_dsa::Hasher),
}

#[allow(dead_code, reason = "a build may leave out the families that begin or end so")]
impl Hasher {
    pub(crate) fn new(function: HashFunction) -> Self {
        match function {
            HashFunction::Sha256 => Self::Sha256(Sha256::new()),
            HashFunction::Sha384 => Self::Sha384(sha512::Hasher::sha384()),
            HashFunction::Sha512 => Self::Sha512(sha512::Hasher::sha512()),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
            Self::Sm2(hasher) => hasher.update(bytes),
            Self::MlDsa(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Hashed {
        match self {
            Self::Sha256(hasher) => Hashed::Bytes32(hasher.finalize().into()),
            Self::Sha384(hasher) => {
                let [digest @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = hasher.finish();
                Hashed::Bytes48(digest)
            }
            Self::Sha512(hasher) => Hashed::Bytes64(hasher.finish()),
            Self::Sm2(hasher) => hasher.finish(),
            Self::MlDsa(hasher) => hasher.finish(),
        }
    }

    /// The hash of these parts, one after the other.
    pub(crate) fn hash(mut self, parts: &[&[u8]]) -> Hashed {
        for part in parts {
            self.update(part);
        }
        self.finish()
    }
}
