//! Messages, and the rules that they must follow whatever the signature is.

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::error::Error;

/// A message with its type: what the signature is over.
///
/// The type need not be the one that was used to sign: for RSA, ECDSA and SM2 a message and its digest are the
/// same message, and for ML-DSA a message and its mu are. (Not so for Ed25519, whose two algorithms are
/// different signatures.)
///
/// The `Debug` form shows type and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message<'a> {
    /// The message itself, of any length; the algorithm hashes it. KMS takes 1 to 4096 bytes; this crate takes
    /// longer ones, whose signer sent KMS a digest, and empty ones.
    Raw(&'a [u8]),
    /// The digest of the message, made with the algorithm's hash: exactly 32, 48 or 64 bytes. For `SM2DSA` it is
    /// e = SM3(ZA || M), which [`PublicKey::sm2_digest`](crate::PublicKey::sm2_digest) computes.
    Digest(&'a [u8]),
    /// The message representative mu of ML-DSA: exactly 64 bytes, which
    /// [`PublicKey::external_mu`](crate::PublicKey::external_mu) computes.
    ///
    /// Compute it with the key that you trust, from the message. Only the hash that makes the mu binds a signature to
    /// its key and message: one that came with the signature shows neither.
    ExternalMu(&'a [u8]),
}

impl<'a> Message<'a> {
    /// The message type of these bytes.
    ///
    /// ```
    /// use kms_verify::{Message, MessageType};
    ///
    /// assert_eq!(Message::new(MessageType::Raw, b"hello"), Message::Raw(b"hello"));
    /// ```
    #[must_use]
    pub fn new(message_type: MessageType, bytes: &'a [u8]) -> Self {
        match message_type {
            MessageType::Raw => Self::Raw(bytes),
            MessageType::Digest => Self::Digest(bytes),
            MessageType::ExternalMu => Self::ExternalMu(bytes),
        }
    }

    /// Which of the three types this is.
    #[must_use]
    pub fn message_type(self) -> MessageType {
        match self {
            Self::Raw(_) => MessageType::Raw,
            Self::Digest(_) => MessageType::Digest,
            Self::ExternalMu(_) => MessageType::ExternalMu,
        }
    }

    /// The bytes, whatever the type.
    #[must_use]
    pub fn as_bytes(self) -> &'a [u8] {
        match self {
            Self::Raw(bytes) | Self::Digest(bytes) | Self::ExternalMu(bytes) => bytes,
        }
    }

    /// Rejects a message whose type the algorithm does not take, or whose length the type does not have. As in
    /// KMS, the type is checked before the length.
    pub(crate) fn check(self, algorithm: SigningAlgorithm) -> Result<(), Error> {
        let message_type = self.message_type();
        let given = self.as_bytes().len();
        match algorithm.message_length(message_type)? {
            Some(expected) if expected != given => Err(Error::MessageLength {
                message_type,
                algorithm,
                given,
                expected,
            }),
            Some(_) | None => Ok(()),
        }
    }
}

impl SigningAlgorithm {
    /// The exact length in bytes of a message of this type: `None` for RAW, which may have any length.
    ///
    /// # Errors
    ///
    /// [`Error::IncompatibleMessageType`] if the algorithm does not take the message type.
    pub fn message_length(self, message_type: MessageType) -> Result<Option<usize>, Error> {
        if !self.message_types().contains(&message_type) {
            return Err(Error::IncompatibleMessageType {
                message_type,
                algorithm: self,
            });
        }
        Ok(match message_type {
            MessageType::Raw => None,
            MessageType::Digest => self.scheme().digest_length(),
            MessageType::ExternalMu => Some(64),
        })
    }
}
