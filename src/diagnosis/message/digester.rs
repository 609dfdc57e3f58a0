//! How the digest of a message is computed.

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::diagnosis::hash::Hash;
use crate::public_key::PublicKey;
use crate::scheme::Key;

/// How the digest of a message is computed.
#[derive(Clone, Copy, Debug)]
pub(in crate::diagnosis) enum Digester<'k> {
    /// RSA and ECDSA.
    Hash(Hash),
    /// Ed25519: SHA-512, applied by the caller of KMS.
    Ed25519,
    /// The mu of ML-DSA.
    Mu(&'k PublicKey),
    /// e of SM2, with the distinguishing ID of KMS.
    Sm2(&'k PublicKey),
}

/// The distinguishing ID of KMS.
pub(in crate::diagnosis) const DEFAULT_SM2_ID: &[u8] = b"1234567812345678";

impl<'k> Digester<'k> {
    pub(in crate::diagnosis) fn of(key: &'k PublicKey, algorithm: SigningAlgorithm) -> Self {
        match Hash::of_algorithm(algorithm) {
            Some(hash) => Self::Hash(hash),
            None => match &key.key {
                Key::MlDsa(_) => Self::Mu(key),
                Key::Sm2(_) => Self::Sm2(key),
                Key::Ed25519(_) | Key::Rsa(_) | Key::Ecdsa(_) => Self::Ed25519,
            },
        }
    }

    /// The digest of a message.
    pub(in crate::diagnosis) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Hash(hash) => hash.digest(&[message]),
            Self::Ed25519 => Hash::Sha512.digest(&[message]),
            Self::Mu(key) => key.external_mu(message).map(Vec::from).unwrap_or_default(),
            Self::Sm2(key) => key
                .sm2_digest(DEFAULT_SM2_ID, message)
                .map(Vec::from)
                .unwrap_or_default(),
        }
    }

    /// The hash function, if the digest is its output.
    pub(super) fn hash(self) -> Option<Hash> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::Ed25519 => Some(Hash::Sha512),
            Self::Mu(_) | Self::Sm2(_) => None,
        }
    }

    /// The length of a digest in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Hash(hash) => hash.length(),
            Self::Ed25519 | Self::Mu(_) => 64,
            Self::Sm2(_) => 32,
        }
    }

    pub(super) fn message_type(self) -> MessageType {
        match self {
            Self::Mu(_) => MessageType::ExternalMu,
            Self::Hash(_) | Self::Ed25519 | Self::Sm2(_) => MessageType::Digest,
        }
    }
}
