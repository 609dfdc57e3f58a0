//! The inputs that verify in place of the given ones.

use super::message::Form;
use super::search::Search;
use crate::algorithm::{MessageType, SigningAlgorithm};

/// The inputs with which a signature verifies in place of the given ones. Requires the feature `diagnosis`.
///
/// [`PublicKey::verify`](crate::PublicKey::verify) accepts exactly these inputs with the given key: the algorithm and the
/// message type from here, and the message and the signature from here or, where these are `None`, the given ones.
///
/// They are meant for people, who decide whether what was signed is what should have been signed. Never accept a
/// signature because its repaired inputs verify: the message is not the given one then, or the signer used another
/// algorithm than it should.
///
/// ```
/// use kms_verify::{Message, PublicKey, SigningAlgorithm, diagnose};
///
/// let folder = "tests/vectors/kms/stackd-ed25519-pure-raw";
/// let key = PublicKey::from_der(&std::fs::read(format!("{folder}/public_key.der"))?)?;
/// let signature = std::fs::read(format!("{folder}/signature.bin"))?;
/// let mut message = std::fs::read(format!("{folder}/message.bin"))?;
/// message.push(b'\n'); // as echo does
///
/// let diagnosis = diagnose(&key, SigningAlgorithm::Ed25519Sha512, Message::Raw(&message), &signature);
/// let repaired = diagnosis.repaired().expect("the message without its newline verifies");
/// assert_eq!(repaired.signature(), None);
/// let changed = repaired.message().unwrap_or(&message);
/// assert_eq!(changed.len(), message.len() - 1);
/// let changed = Message::new(repaired.message_type(), changed);
/// key.verify(repaired.signing_algorithm(), changed, repaired.signature().unwrap_or(&signature))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Repaired {
    /// The algorithm, which may be the given one.
    #[must_use]
    pub fn signing_algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The message type, which may be the given one.
    #[must_use]
    pub fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// The bytes of the message, the digest or the mu. `None` if they are the given ones.
    #[must_use]
    pub fn message(&self) -> Option<&[u8]> {
        self.message.as_deref()
    }

    /// The bytes of the signature, as KMS returns them. `None` if they are the given ones.
    #[must_use]
    pub fn signature(&self) -> Option<&[u8]> {
        self.signature.as_deref()
    }
}

/// A message that verified, with its type.
pub(super) type Verified<'a> = (MessageType, &'a [u8]);

impl Search<'_> {
    /// The inputs that verified: an algorithm, a message and a signature.
    pub(super) fn repaired(
        &self,
        algorithm: SigningAlgorithm,
        (message_type, message): Verified<'_>,
        signature: &[u8],
    ) -> Repaired {
        let changed = |verified: &[u8], given: &[u8]| (verified != given).then(|| verified.to_vec());
        Repaired {
            algorithm,
            message_type,
            message: changed(message, self.message.as_bytes()),
            signature: changed(signature, self.signature),
        }
    }

    /// The same for a form of the message whose digest an RSA padding shows, once it has verified.
    pub(super) fn verified(
        &mut self,
        algorithm: SigningAlgorithm,
        form: &Form<'_>,
        signature: &[u8],
    ) -> Option<Repaired> {
        self.verifies(algorithm, form.message(), signature)
            .then(|| self.repaired(algorithm, (form.message_type, &form.bytes), signature))
    }
}
