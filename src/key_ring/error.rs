//! Why a key ring did not do what it was asked for.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::{Error, KeyIdError};

/// Why a [`KeyRing`](crate::KeyRing) took no key, found none, or did not accept a signature.
///
/// All but [`KeyRingError::Verify`] is known before the signature is inspected.
///
/// # In a service
///
/// Where names and signatures come from others, the answer to them and the log say different things:
///
/// | call | what it gives | where it goes |
/// |---|---|---|
/// | [`is_rejection`](Self::is_rejection) | whether the name or the signature is not accepted, or the service itself is at fault | the status: 401 or 500 |
/// | [`Display`](fmt::Display) | what was asked for, and that it is not accepted. Never which other names and keys the ring holds | the answer |
/// | [`details`](Self::details) | the names and keys in the ring that come near, and what to do | the log |
/// | [`Debug`] | as `details` | the log |
///
/// That a key cannot have an algorithm ([`Error::IncompatibleAlgorithm`]) is said with its key spec, which the public key
/// itself shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// A name that no KMS key has.
    #[error(transparent)]
    KeyId(#[from] KeyIdError),

    /// The ring has no key of that name.
    #[error("{}", NotIdentified(.given))]
    UnknownKey {
        /// The name that was asked for.
        given: Box<str>,
        /// The name of a key in the ring with the same key id, of another account, Region or partition, or without any.
        similar: Option<Box<str>>,
    },

    /// A key id without its ARN, which different keys in the ring have.
    #[error("{}", NotIdentified(.given))]
    AmbiguousKeyId {
        /// The key id that was asked for.
        given: Box<str>,
        /// The first of the names in the ring with this key id.
        first: Box<str>,
        /// The second of them.
        second: Box<str>,
    },

    /// Another key is in the ring under that name.
    #[error("the key ring has another key under this name, or under that of a related multi-Region key")]
    DifferentKey {
        /// The name under which the other key is in the ring: of multi-Region keys, perhaps that in another Region.
        key_id: Box<str>,
        /// The fingerprint of the key in the ring: see [`PublicKey::fingerprint`](crate::PublicKey::fingerprint).
        held: [u8; 32],
        /// The fingerprint of the key that was to be put in.
        given: [u8; 32],
    },

    /// The signature was not accepted, or could not have been.
    #[error(transparent)]
    Verify(#[from] Error),
}

impl KeyRingError {
    /// Whether a name or a signature is not accepted: what whoever sends them can cause, and what a service answers with a
    /// status such as 401. Otherwise the call or the ring is at fault, as with 500.
    ///
    /// | error | |
    /// |---|---|
    /// | [`KeyId`](Self::KeyId), [`UnknownKey`](Self::UnknownKey), [`AmbiguousKeyId`](Self::AmbiguousKeyId) | `true`: the name identifies no key that is trusted |
    /// | [`DifferentKey`](Self::DifferentKey) | `false`: only who puts keys in meets it |
    /// | [`Verify`](Self::Verify) | as [`Error::is_rejection`] |
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        match self {
            Self::KeyId(_) | Self::UnknownKey { .. } | Self::AmbiguousKeyId { .. } => true,
            Self::DifferentKey { .. } => false,
            Self::Verify(error) => error.is_rejection(),
        }
    }

    /// What only the owner of the keys should read, for a log or a console: the names and fingerprints in the ring that
    /// matter here, and what to do. What there is nothing to add to, as [`Display`](fmt::Display) has it.
    #[must_use]
    pub fn details(&self) -> impl fmt::Display + '_ {
        Details(self)
    }
}

/// The same for every name that does not identify one key, so that no answer tells of the keys with the same key id.
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
                    write!(f, ", only one with the same key id, \"{name}\"")?;
                }
                f.write_str("; if you trust that key, put it in under this name")
            }
            KeyRingError::AmbiguousKeyId { given, first, second } => write!(
                f,
                "the key id \"{given}\" is that of different keys in the key ring, with \"{first}\" and \"{second}\" among \
                 their names; use the key ARN"
            ),
            KeyRingError::DifferentKey { key_id, held, given } => write!(
                f,
                "the key ring has another key as \"{key_id}\": its fingerprint is {}, that of the new one {}; KMS never \
                 changes the key behind a key id, so find out which of the two is right, and use replace if it is the new \
                 one",
                hex(held),
                hex(given)
            ),
            KeyRingError::Verify(error) => error.fmt(f),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
