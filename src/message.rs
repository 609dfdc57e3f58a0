//! Messages, and the checks that do not depend on a signature.

use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::error::Error;

/// The signed message, or its digest or mu, with its type.
///
/// The type need not be that of the Sign request: a signature of RSA, ECDSA or SM2 verifies over the message and over
/// its digest, and a signature of ML-DSA over the message and over its mu. For Ed25519, the two algorithms produce
/// different signatures. The guide says [which type to choose](crate::guide::raw_or_digest).
///
/// `Debug` shows the type and the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message<'a> {
    /// The message itself, of any length, which the algorithm hashes. KMS accepts 1 to 4096 bytes. This crate also
    /// accepts empty messages, and longer ones, which are signed by sending KMS their digest.
    Raw(&'a [u8]),
    /// The digest of the message with the hash function of the algorithm, of exactly 32, 48 or 64 bytes. For `SM2DSA`,
    /// this is e = SM3(ZA || M) (GB/T 32918.2 section 7.1), which
    /// [`PublicKey::sm2_digest`](crate::PublicKey::sm2_digest) computes.
    Digest(&'a [u8]),
    /// The message representative mu of ML-DSA (FIPS 204 section 6.2), of exactly 64 bytes, which
    /// [`PublicKey::external_mu`](crate::PublicKey::external_mu) computes.
    ///
    /// Compute it from the message with the trusted key. Only the computation of mu binds the signature to the key and
    /// the message: never accept a mu that came with the signature.
    ExternalMu(&'a [u8]),
}

impl<'a> Message<'a> {
    /// Creates a message of this type from its bytes.
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

    /// The type of the message.
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

    /// Rejects a message whose type the algorithm does not support, or whose length is wrong for the type. As in KMS,
    /// the type is checked before the length.
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
    /// The required length in bytes of a message of this type: `None` for RAW, which may have any length.
    ///
    /// # Errors
    ///
    /// [`Error::IncompatibleMessageType`] if the algorithm does not support the message type.
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
