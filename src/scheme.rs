//! Signature schemes: typed keys, and verification of a signature over a hashed message.
//!
//! Schemes are independent of the names in KMS, of key encodings and of the backend. All are used in the same way:
//!
//! 1. [`Key::decode`] decodes the signature, which comes first because some schemes hash it;
//! 2. [`Signature::hasher`] hashes the message, whole or in pieces, to the value that the scheme signs;
//! 3. [`Signature::holds`] verifies the signature over that value.
//!
//! Each family has a file with a `PublicKey` and a `Signature` with the same methods. A disabled family uses the
//! uninhabited types of `scheme/absent.rs`, so no `match` depends on features.

pub(crate) mod hash;
mod sha512;
#[cfg(feature = "diagnosis")]
mod shown;

#[cfg_attr(not(feature = "ecdsa"), path = "scheme/absent.rs")]
pub(crate) mod ecdsa;
#[cfg_attr(not(feature = "ed25519"), path = "scheme/absent.rs")]
pub(crate) mod ed25519;
#[cfg_attr(not(feature = "ml-dsa"), path = "scheme/absent.rs")]
pub(crate) mod ml_dsa;
#[cfg_attr(not(feature = "rsa"), path = "scheme/absent.rs")]
pub(crate) mod rsa;
#[cfg_attr(not(feature = "sm2"), path = "scheme/absent.rs")]
pub(crate) mod sm2;

use alloc::vec::Vec;

pub(crate) use crate::backend::ParameterSet;
use hash::{HashFunction, Hasher, Input};

/// A decoded public key. Cheap to clone.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "the other families may be disabled")]
pub(crate) enum Key {
    Rsa(rsa::PublicKey),
    Ecdsa(ecdsa::PublicKey),
    Ed25519(ed25519::PublicKey),
    MlDsa(ml_dsa::PublicKey),
    Sm2(sm2::PublicKey),
}

/// A signature scheme with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Rsa(Padding, HashFunction),
    Ecdsa(HashFunction),
    Ed25519(Mode),
    MlDsa,
    Sm2,
}

/// The paddings of RSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Padding {
    /// RSASSA-PSS with the parameters of KMS: a salt as long as the digest, and MGF1 with the same hash function.
    Pss,
    /// RSASSA-PKCS1-v1_5.
    Pkcs1,
}

/// The modes of Ed25519.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Ed25519.
    Pure,
    /// Ed25519ph with an empty context.
    Prehashed,
}

/// The curves of ECDSA.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}

/// The reason a public key is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "each variant belongs to a family that may be disabled; the first, to disabled families"
)]
pub(crate) enum BadKey {
    /// The family is disabled in this build.
    NotBuilt,
    /// RSA and ML-DSA: the arithmetic does not accept a key of this size.
    OutOfRange,
    /// A curve of ECDSA or SM2: a coordinate is not less than the field prime, or the point is not on the curve.
    NotOnCurve,
    /// SM2: the point is -G, of the private key n - 1, which GB/T 32918.1 section 6.1 excludes (1 to n - 2). For it
    /// s G + (r + s) Q is -r G, so that one r verifies with every s.
    MinusGenerator,
    /// Ed25519: the bytes do not decode to a point.
    NotAPoint,
    /// Ed25519: the bytes are not the one encoding of their point.
    NotCanonical,
    /// Ed25519: the point has small order.
    SmallOrder,
}

/// A decoded signature with the key to verify it.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "the other families may be disabled")]
pub(crate) enum Signature<'k> {
    Rsa(rsa::Signature<'k>),
    Ecdsa(ecdsa::Signature<'k>),
    Ed25519(ed25519::Signature<'k>),
    MlDsa(ml_dsa::Signature<'k>),
    Sm2(sm2::Signature<'k>),
}

impl Scheme {
    /// The length in bytes of a digest in place of the message. `None` if the scheme does not support digests.
    pub(crate) const fn digest_length(self) -> Option<usize> {
        match self {
            Self::Rsa(_, hash) | Self::Ecdsa(hash) => Some(hash.digest_length()),
            Self::Ed25519(Mode::Prehashed) => Some(64),
            Self::Sm2 => Some(32),
            Self::Ed25519(Mode::Pure) | Self::MlDsa => None,
        }
    }
}

impl Key {
    /// The same key with precomputed tables, if its scheme has any.
    #[allow(unreachable_code, reason = "the types of a disabled family are uninhabited")]
    pub(crate) fn precomputed(&self) -> Self {
        match self {
            Self::Rsa(key) => Self::Rsa(key.precomputed()),
            Self::Ecdsa(key) => Self::Ecdsa(key.precomputed()),
            Self::Ed25519(key) => Self::Ed25519(key.precomputed()),
            Self::MlDsa(key) => Self::MlDsa(key.precomputed()),
            Self::Sm2(key) => Self::Sm2(key.precomputed()),
        }
    }

    /// The size of the tables on the heap in bytes.
    pub(crate) fn table_size(&self) -> usize {
        match self {
            Self::Rsa(key) => key.table_size(),
            Self::Ecdsa(key) => key.table_size(),
            Self::Ed25519(key) => key.table_size(),
            Self::MlDsa(key) => key.table_size(),
            Self::Sm2(key) => key.table_size(),
        }
    }

    /// Decodes a signature to be verified with this key. `None` if its length, its encoding or the range of a number is
    /// invalid, or if the scheme is incompatible with the key.
    pub(crate) fn decode(&self, scheme: Scheme, bytes: &[u8]) -> Option<Signature<'_>> {
        use Scheme::{Ecdsa, Ed25519, MlDsa, Rsa, Sm2};
        match (self, scheme) {
            (Self::Rsa(key), Rsa(padding, hash)) => {
                rsa::Signature::decode(key, (padding, hash), bytes).map(Signature::Rsa)
            }
            (Self::Ecdsa(key), Ecdsa(hash)) => ecdsa::Signature::decode(key, hash, bytes).map(Signature::Ecdsa),
            (Self::Ed25519(key), Ed25519(mode)) => ed25519::Signature::decode(key, mode, bytes).map(Signature::Ed25519),
            (Self::MlDsa(key), MlDsa) => ml_dsa::Signature::decode(key, (), bytes).map(Signature::MlDsa),
            (Self::Sm2(key), Sm2) => sm2::Signature::decode(key, (), bytes).map(Signature::Sm2),
            (Self::Rsa(_), Ecdsa(_) | Ed25519(_) | MlDsa | Sm2)
            | (Self::Ecdsa(_), Rsa(..) | Ed25519(_) | MlDsa | Sm2)
            | (Self::Ed25519(_), Rsa(..) | Ecdsa(_) | MlDsa | Sm2)
            | (Self::MlDsa(_), Rsa(..) | Ecdsa(_) | Ed25519(_) | Sm2)
            | (Self::Sm2(_), Rsa(..) | Ecdsa(_) | Ed25519(_) | MlDsa) => None,
        }
    }

    /// Whether each signature over an input is valid: [`decode`](Self::decode) and [`verifies`](Signature::verifies) for
    /// each, at once where that is faster.
    #[allow(unreachable_code, reason = "the types of a disabled family are uninhabited")]
    pub(crate) fn verify_many(&self, scheme: Scheme, pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        use Scheme::{Ecdsa, Ed25519, MlDsa, Rsa, Sm2};
        match (self, scheme) {
            (Self::Rsa(key), Rsa(padding, hash)) => key.verify_many((padding, hash), pairs),
            (Self::Ecdsa(key), Ecdsa(hash)) => key.verify_many(hash, pairs),
            (Self::Ed25519(key), Ed25519(mode)) => key.verify_many(mode, pairs),
            (Self::MlDsa(key), MlDsa) => key.verify_many((), pairs),
            (Self::Sm2(_), _)
            | (Self::Rsa(_), Ecdsa(_) | Ed25519(_) | MlDsa | Sm2)
            | (Self::Ecdsa(_), Rsa(..) | Ed25519(_) | MlDsa | Sm2)
            | (Self::Ed25519(_), Rsa(..) | Ecdsa(_) | MlDsa | Sm2)
            | (Self::MlDsa(_), Rsa(..) | Ecdsa(_) | Ed25519(_) | Sm2) => pairs
                .iter()
                .map(|&(input, bytes)| {
                    self.decode(scheme, bytes)
                        .is_some_and(|signature| signature.verifies(input))
                })
                .collect(),
        }
    }
}

/// The answers for those that could be decoded, which `answer` gives all at once; no for the others.
#[allow(dead_code, reason = "a build may leave out the families that answer at once")]
fn answers_for<T: Copy>(decoded: &[Option<T>], answer: impl FnOnce(&[T]) -> Vec<bool>) -> Vec<bool> {
    let present: Vec<T> = decoded.iter().copied().flatten().collect();
    let mut answers = answer(&present).into_iter();
    decoded
        .iter()
        .map(|decoded| decoded.is_some() && answers.next().unwrap_or(false))
        .collect()
}

impl Signature<'_> {
    /// Whether the signature is valid for this input.
    pub(crate) fn verifies(&self, input: Input<'_>) -> bool {
        input.hashed_by(|| self.hasher(), |hashed| self.holds(hashed))
    }

    /// A hasher for the message that has already absorbed the prefix of the scheme.
    pub(crate) fn hasher(&self) -> Hasher {
        match self {
            Self::Rsa(signature) => signature.hasher(),
            Self::Ecdsa(signature) => signature.hasher(),
            Self::Ed25519(signature) => signature.hasher(),
            Self::MlDsa(signature) => signature.hasher(),
            Self::Sm2(signature) => signature.hasher(),
        }
    }

    /// Whether the signature is valid for the output of the hasher, or for the DIGEST or mu in its place.
    pub(crate) fn holds(&self, hashed: &[u8]) -> bool {
        match self {
            Self::Rsa(signature) => signature.holds(hashed),
            Self::Ecdsa(signature) => signature.holds(hashed),
            Self::Ed25519(signature) => signature.holds(hashed),
            Self::MlDsa(signature) => signature.holds(hashed),
            Self::Sm2(signature) => signature.holds(hashed),
        }
    }

    /// The low-S form of an ECDSA signature. `None` for schemes without malleable signatures.
    pub(crate) fn with_low_s(&self) -> Option<Vec<u8>> {
        match self {
            Self::Ecdsa(signature) => Some(signature.to_der_with_low_s()),
            Self::Rsa(_) | Self::Ed25519(_) | Self::MlDsa(_) | Self::Sm2(_) => None,
        }
    }
}
