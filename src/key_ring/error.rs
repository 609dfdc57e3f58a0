//! Why a key ring did not do what it was asked for.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;

use crate::{Error, KeyIdError};

/// Why a [`KeyRing`](crate::KeyRing) took no key, found none, or did not accept a signature.
///
/// All but [`KeyRingError::Verify`] is known before the signature is looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// A name that no KMS key has.
    #[error(transparent)]
    KeyId(#[from] KeyIdError),

    /// The ring has no key of that name.
    #[error(
        "the key ring has no key \"{given}\"{}; if you trust that key, put it in under this name",
        .similar.as_ref().map_or_else(String::new, |name| format!(", only one with the same key id, \"{name}\""))
    )]
    UnknownKey {
        /// The name that was asked for.
        given: Box<str>,
        /// The name of a key in the ring with the same key id, of another account, Region or partition, or without any.
        similar: Option<Box<str>>,
    },

    /// A key id without its ARN, which different keys in the ring have.
    #[error(
        "the key id \"{given}\" is that of different keys in the key ring, \"{first}\" and \"{second}\" among them; \
         use the key ARN"
    )]
    AmbiguousKeyId {
        /// The key id that was asked for.
        given: Box<str>,
        /// The first of the names in the ring with this key id.
        first: Box<str>,
        /// The second of them.
        second: Box<str>,
    },

    /// Another key is in the ring under that name.
    #[error(
        "the key ring has another key as \"{key_id}\": its fingerprint is {}, that of the new one {}; KMS never changes \
         the key behind a key id, so find out which of the two is right, and use replace if it is the new one",
        hex(.held),
        hex(.given)
    )]
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
