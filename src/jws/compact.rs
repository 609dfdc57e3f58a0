//! The parts of a token in compact serialization (RFC 7515 section 7.1).

use super::Error;

/// The three parts, still encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compact<'t> {
    pub(super) header: &'t str,
    pub(super) payload: &'t str,
    pub(super) signature: &'t str,
    /// The header, a dot and the payload: what was signed, unless the payload is detached.
    pub(super) signing_input: &'t str,
}

impl<'t> Compact<'t> {
    /// RFC 7515 section 5.2, step 1.
    pub(super) fn split(token: &'t str, max_length: usize) -> Result<Self, Error> {
        if token.len() > max_length {
            return Err(Error::TooLong);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(Error::NotCompact)?;
        let (header, payload) = signing_input.split_once('.').ok_or(Error::NotCompact)?;
        if payload.contains('.') {
            return Err(Error::NotCompact);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signing_input,
        })
    }
}
