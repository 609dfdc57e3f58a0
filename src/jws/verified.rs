//! What a valid signature makes available.

use alloc::vec::Vec;

use super::Header;

/// A token whose signature is valid: its header and its payload.
///
/// The signature says who signed the payload, and nothing else. Whether the payload is meant for this recipient, and at this
/// time, is in its claims: see [the module](super#claims).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verified {
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
}

impl Verified {
    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The payload, decoded from base64url. It can be anything: whether it is JSON has not been checked.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload, without copying it.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The `kid` of the header: the name of the key, if the key was chosen by name.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.kid()
    }
}
