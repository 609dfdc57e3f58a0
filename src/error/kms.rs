//! The exceptions of KMS.

use alloc::format;
use alloc::string::String;

use super::Error;
use crate::algorithm::{KeySpec, MessageType, SigningAlgorithm};

impl Error {
    /// The exception that the KMS operation Verify returns in the place of this error, and its message. `None` if KMS has
    /// none: the error concerns a key or a file, or a name that no SDK sends.
    ///
    /// | error | exception | message |
    /// |---|---|---|
    /// | [`InvalidSignature`](Self::InvalidSignature) | `KMSInvalidSignatureException` | empty |
    /// | [`IncompatibleAlgorithm`](Self::IncompatibleAlgorithm) | `InvalidKeyUsageException` | names the algorithm and the key spec |
    /// | [`IncompatibleMessageType`](Self::IncompatibleMessageType) | `ValidationException` | names the message type and `key_spec`; for a key of `ECC_NIST_EDWARDS25519`, or if `key_spec` is `None`, the algorithm |
    /// | [`MessageLength`](Self::MessageLength) | `ValidationException` | names the algorithm |
    ///
    /// The messages are those of KMS in us-east-1 on 2026-09-12. KMS can change them.
    ///
    /// ```
    /// use kms_verify::Error;
    ///
    /// assert_eq!(
    ///     Error::InvalidSignature.kms_exception(None),
    ///     Some(("KMSInvalidSignatureException", String::new()))
    /// );
    /// ```
    #[must_use]
    pub fn kms_exception(&self, key_spec: Option<KeySpec>) -> Option<(&'static str, String)> {
        match self {
            Self::InvalidSignature => Some(("KMSInvalidSignatureException", String::new())),
            Self::IncompatibleAlgorithm { algorithm, key_spec } => Some((
                "InvalidKeyUsageException",
                format!("Algorithm {algorithm} is incompatible with key spec {key_spec}."),
            )),
            Self::IncompatibleMessageType {
                message_type,
                algorithm,
            } => Some((
                "ValidationException",
                match key_spec {
                    // The message types depend on the algorithm, so KMS names that.
                    None | Some(KeySpec::EccNistEdwards25519) => {
                        format!("Message type {message_type} is incompatible with algorithm {algorithm}.")
                    }
                    Some(key_spec) => format!("Message type {message_type} is incompatible with key spec {key_spec}."),
                },
            )),
            Self::MessageLength {
                message_type,
                algorithm,
                ..
            } => Some(("ValidationException", wrong_length(*message_type, *algorithm))),
            Self::UnknownName(_)
            | Self::SignatureOfOtherAlgorithm { .. }
            | Self::NoP1363Encoding { .. }
            | Self::DistinguishingIdLength { .. }
            | Self::PublicKey(_)
            | Self::FeatureDisabled { .. } => None,
            #[cfg(feature = "std")]
            Self::Read(_) => None,
        }
    }
}

fn wrong_length(message_type: MessageType, algorithm: SigningAlgorithm) -> String {
    let name = match message_type {
        // KMS limits the length of a RAW message before it looks at the algorithm.
        MessageType::Raw | MessageType::Digest => "Digest",
        MessageType::ExternalMu => "External Mu",
    };
    format!("{name} is invalid length for algorithm {algorithm}.")
}
