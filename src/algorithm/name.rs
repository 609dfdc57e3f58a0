//! The error for unknown names.

use alloc::boxed::Box;
use core::fmt;

use super::intended::intended;
use super::{KeySpec, MessageType, SigningAlgorithm};
use crate::excerpt::excerpt;

/// The error returned by [`FromStr`](core::str::FromStr) for a string that is not the name of a [`SigningAlgorithm`], a
/// [`KeySpec`] or a [`MessageType`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    kind: NameKind,
    given: Box<str>,
    intended: Option<&'static str>,
}

impl UnknownName {
    pub(super) fn new(kind: NameKind, given: &str) -> Self {
        Self {
            kind,
            given: excerpt(given),
            intended: intended(kind, given),
        }
    }

    /// The kind of name that was expected.
    #[must_use]
    pub fn kind(&self) -> NameKind {
        self.kind
    }

    /// The rejected string, truncated to 64 characters, with control characters escaped.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The KMS name, if the string is a name of JOSE, COSE, Java, OpenSSL or another library, or a KMS name in another
    /// spelling: `ED25519_SHA_512` for `EdDSA`. Such names are never accepted in its place.
    #[must_use]
    pub fn intended(&self) -> Option<&'static str> {
        self.intended
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (noun, names): (_, &dyn fmt::Display) = match self.kind {
            NameKind::SigningAlgorithm => ("a KMS signing algorithm", &List(SigningAlgorithm::ALL)),
            NameKind::KeySpec => ("the key spec of a KMS signing key", &List(KeySpec::ALL)),
            NameKind::MessageType => ("a KMS message type", &List(MessageType::ALL)),
        };
        write!(f, "\"{}\" is not {noun}; ", self.given)?;
        if let Some(intended) = self.intended {
            write!(f, "in KMS, it is called {intended}; ")?;
        }
        write!(f, "the names are {names}")
    }
}

impl core::error::Error for UnknownName {}

/// The kind of name that an [`UnknownName`] was parsed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameKind {
    /// A [`SigningAlgorithm`].
    SigningAlgorithm,
    /// A [`KeySpec`].
    KeySpec,
    /// A [`MessageType`].
    MessageType,
}

/// Displays names separated by commas.
pub(crate) struct List<T: 'static>(pub(crate) &'static [T]);

impl<T: fmt::Display> fmt::Display for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{name}")?;
        }
        Ok(())
    }
}
