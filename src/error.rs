//! Errors in two tiers: one opaque value for everything that depends on the signature, and descriptive errors for
//! everything else.

mod key;
mod kms;

use alloc::string::String;
#[cfg(feature = "std")]
use core::fmt;

use crate::algorithm::{KeySpec, List, MessageType, SigningAlgorithm, UnknownName};

pub use key::{EncodingProblem, KeyError, KeyFormat, NotFromKmsReason, PemProblem};

/// Why a signature was not accepted.
///
/// Every failure that depends on the bytes of the signature (its length, its encoding, the range of its numbers, the
/// equation) is [`Error::InvalidSignature`] without any detail, like `KMSInvalidSignatureException` of KMS. All other
/// errors are independent of the signature: they say what was given, what was expected and what to do.
///
/// [`is_rejection`](Self::is_rejection) separates the errors that a sender can cause from those that the service itself
/// has to fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature is not valid for this key, algorithm and message. Genuine signatures in an encoding that KMS does
    /// not use, such as BER, or with a salt of a different length, are rejected with this error as well.
    #[error("signature verification failed")]
    InvalidSignature,

    /// The name is not one that KMS uses.
    #[error(transparent)]
    UnknownName(#[from] UnknownName),

    /// The key does not support the algorithm. KMS responds with `InvalidKeyUsageException`.
    #[error(
        "algorithm {algorithm} is incompatible with key spec {key_spec}, which supports {}; use the algorithm and the \
         key that the signer used",
        List(.key_spec.signing_algorithms())
    )]
    IncompatibleAlgorithm {
        /// The requested algorithm.
        algorithm: SigningAlgorithm,
        /// The key spec of the key.
        key_spec: KeySpec,
    },

    /// The algorithm does not support the message type. KMS responds with `ValidationException`.
    #[error(
        "message type {message_type} is incompatible with algorithm {algorithm}, which supports {}{}",
        message_types(*.algorithm),
        message_type_advice(*.algorithm)
    )]
    IncompatibleMessageType {
        /// The given message type.
        message_type: MessageType,
        /// The requested algorithm.
        algorithm: SigningAlgorithm,
    },

    /// A DIGEST or EXTERNAL_MU has the wrong length. KMS responds with `ValidationException`.
    #[error(
        "wrong length of {message_type} for algorithm {algorithm}: expected {expected} bytes, got {given}; pass the \
         {} as bytes (not as hex or base64), or the message itself as {}",
        digest_noun(*.message_type),
        whole_message(*.algorithm)
    )]
    MessageLength {
        /// DIGEST or EXTERNAL_MU.
        message_type: MessageType,
        /// The requested algorithm.
        algorithm: SigningAlgorithm,
        /// The given length in bytes.
        given: usize,
        /// The length in bytes that the algorithm requires.
        expected: usize,
    },

    /// The algorithm of a [`Signature`](crate::Signature) is not the one that the key is bound to.
    #[error("expected a signature of algorithm {expected}, got one of {given}; use the key that made it")]
    SignatureOfOtherAlgorithm {
        /// The algorithm of the signature.
        given: SigningAlgorithm,
        /// The algorithm that the key is bound to.
        expected: SigningAlgorithm,
    },

    /// Signatures of the algorithm have no r || s encoding.
    #[error("{algorithm} signatures have no r || s encoding, unlike ECDSA and SM2 signatures; use Signature::from_kms")]
    NoP1363Encoding {
        /// The algorithm of the signature.
        algorithm: SigningAlgorithm,
    },

    /// An SM2 distinguishing ID is longer than 8191 bytes. (SM2 hashes its length in bits as two bytes.)
    #[error("the SM2 distinguishing ID is too long: expected at most 8191 bytes, got {given}")]
    DistinguishingIdLength {
        /// The length of the ID in bytes.
        given: usize,
    },

    /// The input is not a public key as KMS exports it.
    #[error(transparent)]
    PublicKey(#[from] KeyError),

    /// The cargo feature for keys of this key spec is disabled.
    #[error("this build cannot verify with {key_spec} keys; build kms-verify with its cargo feature \"{feature}\"")]
    FeatureDisabled {
        /// The key spec of the key.
        key_spec: KeySpec,
        /// The cargo feature to enable.
        feature: &'static str,
    },

    /// Reading the message failed, so the signature was not verified. The [`source`](core::error::Error::source) is the
    /// [`std::io::Error`].
    #[cfg(feature = "std")]
    #[error(transparent)]
    Read(ReadError),
}

impl Error {
    /// Whether the sender of a signature can cause this error. A service responds to such an error with a client error,
    /// such as 401, and to any other with a server error, such as 500.
    ///
    /// | error | |
    /// |---|---|
    /// | [`InvalidSignature`](Self::InvalidSignature) | `true` |
    /// | [`UnknownName`](Self::UnknownName), [`IncompatibleAlgorithm`](Self::IncompatibleAlgorithm) | `true`: the name of the algorithm often arrives with the signature; KMS also reports an error in the request |
    /// | [`SignatureOfOtherAlgorithm`](Self::SignatureOfOtherAlgorithm), [`NoP1363Encoding`](Self::NoP1363Encoding) | `true`, for the same reason |
    /// | [`IncompatibleMessageType`](Self::IncompatibleMessageType), [`MessageLength`](Self::MessageLength) | `true`, for the same reason. If the program itself chooses the algorithm, this is a bug in the program |
    /// | [`PublicKey`](Self::PublicKey), [`FeatureDisabled`](Self::FeatureDisabled), [`DistinguishingIdLength`](Self::DistinguishingIdLength) | `false`: keys and IDs belong to the verifier |
    /// | [`Read`](Self::Read) | `false`: the signature was not verified |
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        match self {
            Self::InvalidSignature
            | Self::UnknownName(_)
            | Self::IncompatibleAlgorithm { .. }
            | Self::SignatureOfOtherAlgorithm { .. }
            | Self::NoP1363Encoding { .. }
            | Self::IncompatibleMessageType { .. }
            | Self::MessageLength { .. } => true,
            Self::DistinguishingIdLength { .. } | Self::PublicKey(_) | Self::FeatureDisabled { .. } => false,
            #[cfg(feature = "std")]
            Self::Read(_) => false,
        }
    }
}

/// An I/O error that occurred while a message was read. The [`source`](core::error::Error::source) is the
/// [`std::io::Error`]. Two values are equal if their kinds are.
#[cfg(feature = "std")]
#[derive(Clone, Debug)]
pub struct ReadError(alloc::sync::Arc<std::io::Error>);

#[cfg(feature = "std")]
impl ReadError {
    pub(crate) fn new(error: std::io::Error) -> Self {
        Self(alloc::sync::Arc::new(error))
    }

    /// The kind of the I/O error.
    #[must_use]
    pub fn kind(&self) -> std::io::ErrorKind {
        self.0.kind()
    }

    /// The I/O error.
    #[must_use]
    pub fn io_error(&self) -> &std::io::Error {
        &self.0
    }
}

#[cfg(feature = "std")]
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message could not be read")
    }
}

#[cfg(feature = "std")]
impl core::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[cfg(feature = "std")]
impl PartialEq for ReadError {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind()
    }
}

#[cfg(feature = "std")]
impl Eq for ReadError {}

/// The supported message types, joined by "and".
fn message_types(algorithm: SigningAlgorithm) -> String {
    let mut names = String::new();
    for message_type in algorithm.message_types() {
        if !names.is_empty() {
            names.push_str(" and ");
        }
        names.push_str(message_type.as_str());
    }
    names
}

/// Which input the algorithm supports instead.
fn message_type_advice(algorithm: SigningAlgorithm) -> &'static str {
    match algorithm.message_types() {
        [MessageType::Raw] => "; pass the message itself",
        [MessageType::Digest] => "; pass the SHA-512 digest of the message",
        types if types.contains(&MessageType::ExternalMu) => "; pass the message itself, or its mu",
        _ => "; pass the message itself, or its digest",
    }
}

fn digest_noun(message_type: MessageType) -> &'static str {
    match message_type {
        MessageType::Raw => "message",
        MessageType::Digest => "digest",
        MessageType::ExternalMu => "mu",
    }
}

/// How to pass the whole message. For an algorithm that does not support RAW, a stream computes the DIGEST.
fn whole_message(algorithm: SigningAlgorithm) -> &'static str {
    if algorithm.message_types().contains(&MessageType::Raw) {
        "RAW"
    } else {
        "a stream"
    }
}
