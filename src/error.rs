//! Errors in two tiers: what depends on the signature is one opaque value, all else explains itself.

mod key;

use alloc::string::String;
#[cfg(feature = "std")]
use core::fmt;

use crate::algorithm::{KeySpec, List, MessageType, SigningAlgorithm, UnknownName};

pub use key::{EncodingProblem, KeyError, KeyFormat, NotFromKmsReason, PemProblem};

/// Why a signature was not accepted.
///
/// [`Error::InvalidSignature`] is the answer to everything that depends on the bytes of the signature (its
/// length, its encoding, the range of its numbers, the equation), and it says no more, as KMS does
/// (`KMSInvalidSignatureException`). Every other value can be known without the signature, and says what was
/// given, what is expected and what to do.
///
/// [`is_rejection`](Self::is_rejection) tells what a service answers to whoever sent a signature from what it has to put
/// right itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not verify with this key and algorithm over this message. A genuine one in another encoding than
    /// KMS's, BER say, or with another salt, gets this too.
    #[error("signature verification failed")]
    InvalidSignature,

    /// A name that KMS does not have.
    #[error(transparent)]
    UnknownName(#[from] UnknownName),

    /// The key cannot be used with the algorithm. KMS answers this with `InvalidKeyUsageException`.
    #[error(
        "algorithm {algorithm} is incompatible with key spec {key_spec}, which has {}; use the algorithm that \
         the signer used, or the key that it used",
        List(.key_spec.signing_algorithms())
    )]
    IncompatibleAlgorithm {
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
        /// The key spec of the key.
        key_spec: KeySpec,
    },

    /// The algorithm does not take the message type. KMS answers this with `ValidationException`.
    #[error(
        "message type {message_type} is incompatible with algorithm {algorithm}, which takes {}{}",
        message_types(*.algorithm),
        message_type_advice(*.algorithm)
    )]
    IncompatibleMessageType {
        /// The message type that was given.
        message_type: MessageType,
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
    },

    /// A DIGEST or EXTERNAL_MU of the wrong length. KMS answers this with `ValidationException`.
    #[error(
        "{message_type} for algorithm {algorithm} has exactly {expected} bytes, and {given} were given; pass the \
         {} as bytes (not as hex or base64), or the message itself as {}",
        digest_noun(*.message_type),
        whole_message(*.algorithm)
    )]
    MessageLength {
        /// DIGEST or EXTERNAL_MU.
        message_type: MessageType,
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
        /// The length of the message in bytes.
        given: usize,
        /// The length in bytes that the algorithm takes.
        expected: usize,
    },

    /// A [`Signature`](crate::Signature) is of another algorithm than the key that is to verify it.
    #[error("the signature is of algorithm {given}, but the key is bound to {expected}; use the key that signed")]
    SignatureOfOtherAlgorithm {
        /// The algorithm of the signature.
        given: SigningAlgorithm,
        /// The algorithm that the key is bound to.
        expected: SigningAlgorithm,
    },

    /// Signatures of the algorithm have no encoding as r || s.
    #[error(
        "signatures of {algorithm} have no encoding as r || s, only that of KMS; only ECDSA and SM2 have both, so use \
         Signature::from_kms"
    )]
    NoP1363Encoding {
        /// The algorithm of the signature.
        algorithm: SigningAlgorithm,
    },

    /// An SM2 distinguishing ID of more than 8191 bytes: its length in bits is hashed as two bytes.
    #[error("an SM2 distinguishing ID has at most 8191 bytes, and {given} were given")]
    DistinguishingIdLength {
        /// The length of the ID in bytes.
        given: usize,
    },

    /// The public key is not one that KMS exports.
    #[error(transparent)]
    PublicKey(#[from] KeyError),

    /// This build of the crate leaves out the family of algorithms that the key belongs to.
    #[error("this build cannot verify with {key_spec} keys; build kms-verify with its cargo feature \"{feature}\"")]
    FeatureDisabled {
        /// The key spec of the key.
        key_spec: KeySpec,
        /// The cargo feature to build with.
        feature: &'static str,
    },

    /// The message could not be read to its end, so the signature was not verified. The [`std::io::Error`] is the
    /// [`source`](core::error::Error::source).
    #[cfg(feature = "std")]
    #[error(transparent)]
    Read(ReadError),
}

impl Error {
    /// Whether the signature, or what comes with it, is not accepted: what whoever sends it can cause, and what a service
    /// answers with a status such as 401. Otherwise the call or the set-up is at fault, as with 500.
    ///
    /// | error | |
    /// |---|---|
    /// | [`InvalidSignature`](Self::InvalidSignature) | `true` |
    /// | [`UnknownName`](Self::UnknownName), [`IncompatibleAlgorithm`](Self::IncompatibleAlgorithm) | `true`: the name of an algorithm comes with a signature, and KMS answers with an error of the request as well |
    /// | [`SignatureOfOtherAlgorithm`](Self::SignatureOfOtherAlgorithm), [`NoP1363Encoding`](Self::NoP1363Encoding) | `true`, for the same reason |
    /// | [`IncompatibleMessageType`](Self::IncompatibleMessageType), [`MessageLength`](Self::MessageLength) | `true`: so it is if a signature names another algorithm of its key. Where the code names it, this shows a defect of the code |
    /// | [`PublicKey`](Self::PublicKey), [`FeatureDisabled`](Self::FeatureDisabled), [`DistinguishingIdLength`](Self::DistinguishingIdLength) | `false`: keys and IDs are the verifier's own |
    /// | [`Read`](Self::Read) | `false`: nothing was decided |
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

/// An I/O error met while a message was read, which is the [`source`](core::error::Error::source). Two are equal if their
/// kinds are.
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

/// Message types with "and" between them.
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

/// How to turn what one has into what the algorithm takes.
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

/// How the whole message is passed. Of an algorithm that takes no RAW, a stream is hashed to the DIGEST.
fn whole_message(algorithm: SigningAlgorithm) -> &'static str {
    if algorithm.message_types().contains(&MessageType::Raw) {
        "RAW"
    } else {
        "a stream"
    }
}
