//! How a request carries its signature.

#[cfg(feature = "jws")]
mod detached_jws;
mod header;
mod headers;
pub mod standard_webhooks;

use std::sync::Arc;

use http::Extensions;
use http::request::Parts;
use kms_verify::SigningAlgorithm;

use crate::key_source::{KeySource, TrustedKey};
use crate::rule::{Rejection, Rule};

#[cfg(feature = "jws")]
pub use detached_jws::DetachedJws;
pub use header::HeaderSignature;
pub use standard_webhooks::StandardWebhooks;

/// Where a request has its signature, and what is signed.
///
/// [`begin`](Self::begin) reads the headers and finds the keys, then the layer passes the body to
/// [`Verification::update`] as it arrives, and [`Verification::finish`] decides.
pub trait Scheme: Send + Sync + 'static {
    /// The verification of one request.
    type Verification: Verification;

    /// Reads the headers and finds the keys, before any of the body is read.
    ///
    /// # Errors
    ///
    /// The rule that the headers break.
    fn begin(&self, head: &Parts, keys: &impl KeySource) -> Result<Self::Verification, Rejection>;
}

/// The verification of one request while its body arrives.
pub trait Verification: Send + 'static {
    /// Appends a piece of any length to the body. The total is at most the limit of the layer.
    fn update(&mut self, piece: &[u8]);

    /// Decides whether the signature holds over the whole body. A scheme can add types of its own to the extensions of the
    /// request, and only if it returns `Ok` are they passed on.
    ///
    /// # Errors
    ///
    /// The rule that the request breaks, [`Rule::SignatureInvalid`] for whatever depends on the bytes of the signature.
    fn finish(self, extensions: &mut Extensions) -> Result<Verified, Rejection>;
}

/// What was verified: an extension of each request that the layer passes on.
///
/// Check that this key may do what the request asks for: a ring with keys of several senders accepts each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    key_id: Arc<str>,
    algorithm: SigningAlgorithm,
}

impl Verified {
    /// A request that was signed by this key.
    #[must_use]
    pub fn by(trusted: &TrustedKey) -> Self {
        Self {
            key_id: Arc::clone(&trusted.name),
            algorithm: trusted.key.algorithm(),
        }
    }

    /// The name of the key in the [`KeySource`].
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }
}

/// A key, and the signature that it has to verify over what arrives.
struct Pending {
    verified: Verified,
    stream: kms_verify::StreamVerifier,
}

impl Pending {
    fn new(trusted: &TrustedKey, signature: &[u8]) -> Result<Self, Rejection> {
        let stream = trusted.key.stream(signature).map_err(rejection)?;
        Ok(Self {
            verified: Verified::by(trusted),
            stream,
        })
    }

    fn update(&mut self, piece: &[u8]) {
        self.stream.update(piece);
    }

    fn finish(self) -> Result<Verified, Rejection> {
        self.stream.finish().map_err(rejection)?;
        Ok(self.verified)
    }
}

/// What the client is told about an error of a verification. It can only be `InvalidSignature`.
fn rejection(error: kms_verify::Error) -> Rejection {
    if error.is_rejection() {
        Rule::SignatureInvalid.into()
    } else {
        Rejection::new(Rule::KeysUnavailable, error)
    }
}
