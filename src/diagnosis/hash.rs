//! Hash functions that occur in signatures, including those that KMS does not use.

use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use crate::algorithm::SigningAlgorithm;
use crate::scheme::Scheme;
use crate::scheme::hash::HashFunction;

/// A hash function of the SHA family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// All hash functions, the three of KMS first because they are the most likely.
    pub(super) const ALL: [Self; 5] = [Self::Sha256, Self::Sha384, Self::Sha512, Self::Sha1, Self::Sha224];

    /// The hash function of an RSA or ECDSA algorithm.
    pub(super) fn of_algorithm(algorithm: SigningAlgorithm) -> Option<Self> {
        match algorithm.scheme() {
            Scheme::Rsa(_, hash) | Scheme::Ecdsa(hash) => Some(match hash {
                HashFunction::Sha256 => Self::Sha256,
                HashFunction::Sha384 => Self::Sha384,
                HashFunction::Sha512 => Self::Sha512,
            }),
            Scheme::Ed25519(_) | Scheme::MlDsa | Scheme::Sm2 => None,
        }
    }

    /// The hash function with a digest of this many bytes.
    pub(super) fn of_length(bytes: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.length() == bytes)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The name in OpenSSL commands. Followed by `sum`, the name of a coreutils command.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The length of a digest in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of the concatenation of these parts.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            parts.iter().for_each(|part| hasher.update(part));
            hasher.finalize().to_vec()
        }
        match self {
            Self::Sha1 => of::<Sha1>(parts),
            Self::Sha224 => of::<Sha224>(parts),
            Self::Sha256 => of::<Sha256>(parts),
            Self::Sha384 => of::<Sha384>(parts),
            Self::Sha512 => of::<Sha512>(parts),
        }
    }
}
