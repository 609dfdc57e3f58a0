//! Hash functions, and the hashing of a message to what a scheme signs.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The hash function of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashFunction {
    Sha256,
    Sha384,
    Sha512,
}

/// What was hashed: 32, 48 or 64 bytes.
#[derive(Clone, Copy, Debug)]
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

/// Hashes a message, in pieces of any length, to what a scheme signs: a digest, the challenge of Ed25519, or the mu
/// of ML-DSA.
#[derive(Clone, Debug)]
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    #[cfg(feature = "sm2")]
    Sm3(sm3::Sm3),
    /// SHAKE256 with 64 bytes of output.
    #[cfg(feature = "ml-dsa")]
    Shake256(shake::Shake256),
}

impl Hasher {
    pub(crate) fn new(function: HashFunction) -> Self {
        match function {
            HashFunction::Sha256 => Self::Sha256(Sha256::new()),
            HashFunction::Sha384 => Self::Sha384(Sha384::new()),
            HashFunction::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
            #[cfg(feature = "sm2")]
            Self::Sm3(hasher) => sm3::Digest::update(hasher, bytes),
            #[cfg(feature = "ml-dsa")]
            Self::Shake256(hasher) => shake::Update::update(hasher, bytes),
        }
    }

    pub(crate) fn finish(self) -> Hashed {
        match self {
            Self::Sha256(hasher) => Hashed::Bytes32(hasher.finalize().into()),
            Self::Sha384(hasher) => Hashed::Bytes48(hasher.finalize().into()),
            Self::Sha512(hasher) => Hashed::Bytes64(hasher.finalize().into()),
            #[cfg(feature = "sm2")]
            Self::Sm3(hasher) => Hashed::Bytes32(sm3::Digest::finalize(hasher).into()),
            #[cfg(feature = "ml-dsa")]
            Self::Shake256(hasher) => {
                let mut output = [0; 64];
                shake::ExtendableOutput::finalize_xof_into(hasher, &mut output);
                Hashed::Bytes64(output)
            }
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
