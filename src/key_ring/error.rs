//! Errors of key rings.

use alloc::boxed::Box;
use core::fmt;

use crate::{Error, Fingerprint, KeyIdError};

/// The reason a [`KeyRing`](crate::KeyRing) rejected a key, a name or a signature. Requires the feature `std`.
///
/// Every variant except [`KeyRingError::Verify`] is decided before the signature is inspected.
///
/// # In a service
///
/// When names and signatures come from untrusted clients, the response and the log must differ:
///
/// | method | content | destination |
/// |---|---|---|
/// | [`is_rejection`](Self::is_rejection) | whether the client's name or signature was rejected, rather than the service at fault | the status: 401 or 500 |
/// | [`Display`](fmt::Display) | the name in the request and that it was rejected, but never other names or keys in the ring | the response |
/// | [`details`](Self::details) | similar names and keys in the ring, and how to fix the error | the log |
/// | [`Debug`] | the same as `details` | the log |
///
/// [`Error::IncompatibleAlgorithm`] contains the key spec of a key in the ring, which its public key shows anyway.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// The name is not a valid KMS `KeyId`.
    #[error(transparent)]
    KeyId(#[from] KeyIdError),

    /// The ring has no key with this name.
    #[error("{}", NotIdentified(.given))]
    UnknownKey {
        /// The requested name.
        given: Box<str>,
        /// The name of a key in the ring with the same key ID but another account, Region or partition, or with the key
        /// ID only.
        similar: Option<Box<str>>,
    },

    /// The requested key ID, without an ARN, matches different keys in the ring.
    #[error("{}", NotIdentified(.given))]
    AmbiguousKeyId {
        /// The requested key ID.
        given: Box<str>,
        /// The first name in the ring with this key ID.
        first: Box<str>,
        /// The second name in the ring with this key ID.
        second: Box<str>,
    },

    /// The ring has a different key with this name.
    #[error("the key ring has a different key with this name or with that of a related multi-Region key")]
    DifferentKey {
        /// The name of the key in the ring. For a multi-Region key, this may be its name in another Region.
        key_id: Box<str>,
        /// The fingerprint of the key in the ring: see [`PublicKey::fingerprint`](crate::PublicKey::fingerprint).
        held: Fingerprint,
        /// The fingerprint of the rejected key.
        given: Fingerprint,
    },

    /// Verification failed, or the key cannot verify with the algorithm or message type.
    #[error(transparent)]
    Verify(#[from] Error),
}

impl KeyRingError {
    /// Whether a name or a signature was rejected. The sender of a request can cause these errors, and a service
    /// responds with a status such as 401. Otherwise, the call or the ring is at fault, as with status 500.
    ///
    /// | error | result |
    /// |---|---|
    /// | [`KeyId`](Self::KeyId), [`UnknownKey`](Self::UnknownKey), [`AmbiguousKeyId`](Self::AmbiguousKeyId) | `true`: the name does not identify a trusted key |
    /// | [`DifferentKey`](Self::DifferentKey) | `false`: only inserting a key returns it |
    /// | [`Verify`](Self::Verify) | as [`Error::is_rejection`] |
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        match self {
            Self::KeyId(_) | Self::UnknownKey { .. } | Self::AmbiguousKeyId { .. } => true,
            Self::DifferentKey { .. } => false,
            Self::Verify(error) => error.is_rejection(),
        }
    }

    /// A message for the owner of the keys, such as for a log or a console: it adds related names and fingerprints in
    /// the ring and says how to fix the error. If there is nothing to add, this is the same as
    /// [`Display`](fmt::Display).
    #[must_use]
    pub fn details(&self) -> impl fmt::Display + '_ {
        Details(self)
    }
}

/// The same message for every name that does not identify a key, so that a response does not reveal other keys with the
/// same key ID.
struct NotIdentified<'a>(&'a str);

impl fmt::Display for NotIdentified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" does not identify a key in the key ring", self.0)
    }
}

struct Details<'a>(&'a KeyRingError);

impl fmt::Display for Details<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            KeyRingError::KeyId(error) => error.fmt(f),
            KeyRingError::UnknownKey { given, similar } => {
                write!(f, "the key ring has no key \"{given}\"")?;
                if let Some(name) = similar {
                    write!(f, ", only one with the same key ID, \"{name}\"")?;
                }
                f.write_str("; if you trust that key, add it with this name")
            }
            KeyRingError::AmbiguousKeyId { given, first, second } => write!(
                f,
                "the key ID \"{given}\" matches different keys in the key ring, such as \"{first}\" and \"{second}\"; \
                 use the key ARN"
            ),
            KeyRingError::DifferentKey { key_id, held, given } => write!(
                f,
                "the key ring has a different key as \"{key_id}\": its fingerprint is {held}, that of the new key {given}; KMS \
                 never changes the key behind a key ID, so check which of the two is genuine, and use replace if it is \
                 the new key"
            ),
            KeyRingError::Verify(error) => error.fmt(f),
        }
    }
}
