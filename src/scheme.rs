//! The signature schemes: typed keys, and whether a signature holds for what was hashed.
//!
//! Nothing here knows a name of KMS, or how a key is written down. Every scheme is used in the same way:
//!
//! 1. [`Key::candidate`] decodes the signature, which must come first because some schemes hash it;
//! 2. [`Candidate::hasher`] hashes the message, in pieces or at once, to what the scheme signs;
//! 3. [`Candidate::holds`] decides.

pub(crate) mod hash;

#[cfg(feature = "ecdsa")]
pub(crate) mod ecdsa;
#[cfg(feature = "ed25519")]
pub(crate) mod ed25519;
#[cfg(feature = "ml-dsa")]
pub(crate) mod ml_dsa;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;
#[cfg(feature = "rsa")]
pub(crate) mod rsa_pkcs1;
#[cfg(feature = "rsa")]
pub(crate) mod rsa_pss;
#[cfg(feature = "sm2")]
pub(crate) mod sm2;

use hash::{HashFunction, Hasher};

/// A public key, ready to verify with.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    #[cfg(feature = "rsa")]
    Rsa(rsa::PublicKey),
    #[cfg(feature = "ecdsa")]
    Ecdsa(ecdsa::PublicKey),
    #[cfg(feature = "ed25519")]
    Ed25519(ed25519::PublicKey),
    #[cfg(feature = "ml-dsa")]
    MlDsa(ml_dsa::PublicKey),
    #[cfg(feature = "sm2")]
    Sm2(sm2::PublicKey),
    /// Without a family there is no key.
    #[cfg(not(any(
        feature = "rsa",
        feature = "ecdsa",
        feature = "ed25519",
        feature = "ml-dsa",
        feature = "sm2"
    )))]
    Never(core::convert::Infallible),
}

/// A way to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    RsaPss(HashFunction),
    RsaPkcs1(HashFunction),
    Ecdsa(HashFunction),
    Ed25519,
    Ed25519Ph,
    MlDsa,
    Sm2,
}

/// A decoded signature beside the key that it shall hold for.
#[derive(Debug)]
pub(crate) enum Candidate<'k> {
    #[cfg(feature = "rsa")]
    RsaPss(&'k rsa::PublicKey, rsa::Signature, HashFunction),
    #[cfg(feature = "rsa")]
    RsaPkcs1(&'k rsa::PublicKey, rsa::Signature, HashFunction),
    #[cfg(feature = "ecdsa")]
    Ecdsa(ecdsa::Signature<'k>, HashFunction),
    #[cfg(feature = "ed25519")]
    Ed25519(&'k ed25519::PublicKey, ed25519::Signature),
    #[cfg(feature = "ed25519")]
    Ed25519Ph(&'k ed25519::PublicKey, ed25519::Signature),
    #[cfg(feature = "ml-dsa")]
    MlDsa(&'k ml_dsa::PublicKey, ml_dsa::Signature),
    #[cfg(feature = "sm2")]
    Sm2(&'k sm2::PublicKey, sm2::Signature),
    /// Without a family there is no key, and so nothing of this type.
    #[cfg(not(any(
        feature = "rsa",
        feature = "ecdsa",
        feature = "ed25519",
        feature = "ml-dsa",
        feature = "sm2"
    )))]
    Never(&'k core::convert::Infallible),
}

impl Key {
    /// The same key with the tables that make it fast, where there are such. Cheap to clone, as all keys are.
    pub(crate) fn precomputed(&self) -> Self {
        match self {
            #[cfg(feature = "rsa")]
            Self::Rsa(key) => Self::Rsa(key.clone()),
            #[cfg(feature = "ecdsa")]
            Self::Ecdsa(key) => Self::Ecdsa(key.precomputed()),
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => Self::Ed25519(key.precomputed()),
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa(key) => Self::MlDsa(key.clone()),
            #[cfg(feature = "sm2")]
            Self::Sm2(key) => Self::Sm2(key.precomputed()),
            #[cfg(not(any(
                feature = "rsa",
                feature = "ecdsa",
                feature = "ed25519",
                feature = "ml-dsa",
                feature = "sm2"
            )))]
            Self::Never(never) => match *never {},
        }
    }

    /// Bytes on the heap that the tables take.
    pub(crate) fn table_size(&self) -> usize {
        match self {
            #[cfg(feature = "rsa")]
            Self::Rsa(_) => 0,
            #[cfg(feature = "ecdsa")]
            Self::Ecdsa(key) => key.table_size(),
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => key.table_size(),
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa(_) => 0,
            #[cfg(feature = "sm2")]
            Self::Sm2(key) => key.table_size(),
            #[cfg(not(any(
                feature = "rsa",
                feature = "ecdsa",
                feature = "ed25519",
                feature = "ml-dsa",
                feature = "sm2"
            )))]
            Self::Never(never) => match *never {},
        }
    }

    /// Decodes a signature that shall be checked with this key. `None` if it is not a signature of this key at all
    /// (its length, its encoding, a number out of range), or if the scheme is not one of this key's.
    pub(crate) fn candidate(&self, scheme: Scheme, signature: &[u8]) -> Option<Candidate<'_>> {
        match self {
            #[cfg(feature = "rsa")]
            Self::Rsa(key) => {
                let signature = rsa::Signature::decode(signature, key)?;
                match scheme {
                    Scheme::RsaPss(hash) => Some(Candidate::RsaPss(key, signature, hash)),
                    Scheme::RsaPkcs1(hash) => Some(Candidate::RsaPkcs1(key, signature, hash)),
                    _ => None,
                }
            }
            #[cfg(feature = "ecdsa")]
            Self::Ecdsa(key) => match scheme {
                Scheme::Ecdsa(hash) => {
                    let signature = ecdsa::Signature::decode(signature, key)?;
                    Some(Candidate::Ecdsa(signature, hash))
                }
                _ => None,
            },
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => {
                let signature = ed25519::Signature::decode(signature)?;
                match scheme {
                    Scheme::Ed25519 => Some(Candidate::Ed25519(key, signature)),
                    Scheme::Ed25519Ph => Some(Candidate::Ed25519Ph(key, signature)),
                    _ => None,
                }
            }
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa(key) => match scheme {
                Scheme::MlDsa => {
                    let signature = ml_dsa::Signature::decode(signature, key)?;
                    Some(Candidate::MlDsa(key, signature))
                }
                _ => None,
            },
            #[cfg(feature = "sm2")]
            Self::Sm2(key) => match scheme {
                Scheme::Sm2 => {
                    let signature = sm2::Signature::decode(signature)?;
                    Some(Candidate::Sm2(key, signature))
                }
                _ => None,
            },
            #[cfg(not(any(
                feature = "rsa",
                feature = "ecdsa",
                feature = "ed25519",
                feature = "ml-dsa",
                feature = "sm2"
            )))]
            Self::Never(never) => match *never {},
        }
    }

    /// For diagnosis: what RSAVP1 recovers from an RSA signature, as long as the modulus. `None` if this is no RSA key, or
    /// not a signature of its length and range.
    #[cfg(all(feature = "std", feature = "rsa"))]
    pub(crate) fn rsa_encoded_message(&self, signature: &[u8]) -> Option<alloc::boxed::Box<[u8]>> {
        #[allow(irrefutable_let_patterns, reason = "a build may have this family only")]
        let Self::Rsa(key) = self else {
            return None;
        };
        key.encoded_message(&rsa::Signature::decode(signature, key)?)
    }

    /// For diagnosis: whether this is a signature of Ed25519ph as RFC 8032 has it, over a message with this SHA-512
    /// digest. KMS takes the digest itself for the message.
    #[cfg(all(feature = "std", feature = "ed25519"))]
    pub(crate) fn is_rfc_8032_ed25519ph(&self, digest: &[u8], signature: &[u8]) -> bool {
        #[allow(irrefutable_let_patterns, reason = "a build may have this family only")]
        let Self::Ed25519(key) = self else {
            return false;
        };
        ed25519::Signature::decode(signature)
            .is_some_and(|signature| key.holds(&signature, signature.challenge_of_prehash(key, digest).as_bytes()))
    }
}

impl Candidate<'_> {
    /// A hasher for the message, already fed with what the scheme puts before it.
    pub(crate) fn hasher(&self) -> Hasher {
        match self {
            #[cfg(feature = "rsa")]
            Self::RsaPss(_, _, hash) | Self::RsaPkcs1(_, _, hash) => Hasher::new(*hash),
            #[cfg(feature = "ecdsa")]
            Self::Ecdsa(_, hash) => Hasher::new(*hash),
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key, signature) => signature.challenge_hasher(key),
            #[cfg(feature = "ed25519")]
            Self::Ed25519Ph(_, _) => Hasher::new(HashFunction::Sha512),
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa(key, _) => key.mu_hasher(),
            #[cfg(feature = "sm2")]
            Self::Sm2(key, _) => key.digest_hasher(),
            #[cfg(not(any(
                feature = "rsa",
                feature = "ecdsa",
                feature = "ed25519",
                feature = "ml-dsa",
                feature = "sm2"
            )))]
            Self::Never(never) => match **never {},
        }
    }

    /// Whether the signature holds for what the hasher gave, or for the DIGEST or mu that stands in its place.
    pub(crate) fn holds(&self, hashed: &[u8]) -> bool {
        match self {
            #[cfg(feature = "rsa")]
            Self::RsaPss(key, signature, hash) => rsa_pss::holds(key, signature, *hash, hashed),
            #[cfg(feature = "rsa")]
            Self::RsaPkcs1(key, signature, hash) => rsa_pkcs1::holds(key, signature, *hash, hashed),
            #[cfg(feature = "ecdsa")]
            Self::Ecdsa(signature, _) => signature.holds(hashed),
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key, signature) => key.holds(signature, hashed),
            #[cfg(feature = "ed25519")]
            Self::Ed25519Ph(key, signature) => {
                let challenge = signature.challenge_ph(key, hashed);
                key.holds(signature, challenge.as_bytes())
            }
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa(key, signature) => key.holds(signature, hashed),
            #[cfg(feature = "sm2")]
            Self::Sm2(key, signature) => key.holds(signature, hashed),
            #[cfg(not(any(
                feature = "rsa",
                feature = "ecdsa",
                feature = "ed25519",
                feature = "ml-dsa",
                feature = "sm2"
            )))]
            Self::Never(never) => match **never {},
        }
    }
}
