//! A detached JSON Web Signature over the body.

use std::cell::RefCell;

use http::Extensions;
use http::header::HeaderName;
use http::request::Parts;
use kms_verify::jws::{DetachedVerifier, Error, Keys, Options};

use super::{Scheme, Verification, Verified, headers};
use crate::key_source::KeySource;
use crate::rule::{Rejection, Rule};

/// A JSON Web Signature without its payload, which is the body (RFC 7515 appendix F): `HEADER..SIGNATURE` in the header
/// `X-JWS-Signature`, or in another that [`header`](Self::header) names. Requires the feature `jws`.
///
/// - The `kid` of the token names a key of the source, and its `alg` must be that of the key.
/// - The payload is signed as base64url, or with `b64: false` as it is (RFC 7797).
/// - [`kms_verify::jws`] has all rules. They are [`Rule::HeaderMalformed`] here, except for an unknown `kid` and for the
///   signature. The log has their names.
/// - A token has at most 16 KiB.
///
/// A handler finds the header of the token as a [`kms_verify::jws::Header`] in the extensions of the request.
///
/// Only the body and the header of the token are signed. Whoever has seen a request can send it again.
#[derive(Clone, Debug)]
pub struct DetachedJws {
    header: HeaderName,
    options: Options,
}

/// The longest token in bytes. A header of 8 KiB and the longest signature fit.
const MAX_TOKEN: usize = 16 << 10;

impl DetachedJws {
    /// Reads the header `X-JWS-Signature`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            header: HeaderName::from_static("x-jws-signature"),
            options: Options::new().max_length(MAX_TOKEN),
        }
    }

    /// Reads another header.
    #[must_use]
    pub fn header(self, header: HeaderName) -> Self {
        Self { header, ..self }
    }

    /// Requires this `typ`, so that no other kind of token by the same key is accepted (RFC 8725 section 3.11).
    #[must_use]
    pub fn typ(self, typ: &str) -> Self {
        Self {
            options: self.options.typ(typ),
            ..self
        }
    }
}

impl Default for DetachedJws {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheme for DetachedJws {
    type Verification = JwsVerification;

    fn begin(&self, head: &Parts, keys: &impl KeySource) -> Result<JwsVerification, Rejection> {
        let token = headers::optional(&head.headers, &self.header)?.ok_or(Rule::SignatureMissing)?;
        // The function that finds keys returns only a key, so what else is known of it is kept here.
        let found = RefCell::new(None);
        let find = |kid: &str| {
            let result = keys.find(kid);
            let key = result.as_ref().ok().map(|trusted| trusted.key.clone());
            found.replace(Some(result));
            key
        };
        let stream = self.options.stream_detached(Keys::Find(&find), token);
        match (stream, found.into_inner()) {
            (Ok(stream), Some(Ok(trusted))) => Ok(JwsVerification {
                stream,
                verified: Verified::by(&trusted),
            }),
            // The source says more than that the `kid` is unknown.
            (Err(_) | Ok(_), Some(Err(error))) => Err(error.into()),
            (Err(error), Some(Ok(_)) | None) => Err(rejection(error)),
            // No token is accepted without a key.
            (Ok(_), None) => Err(Rule::KeyUnknown.into()),
        }
    }
}

/// The verification of one request by [`DetachedJws`].
pub struct JwsVerification {
    stream: DetachedVerifier,
    verified: Verified,
}

impl Verification for JwsVerification {
    fn update(&mut self, piece: &[u8]) {
        self.stream.update(piece);
    }

    fn finish(self, extensions: &mut Extensions) -> Result<Verified, Rejection> {
        let header = self.stream.finish().map_err(rejection)?;
        extensions.insert(header);
        Ok(self.verified)
    }
}

fn rejection(error: Error) -> Rejection {
    let rule = match error {
        Error::Signature => Rule::SignatureInvalid,
        Error::UnknownKeyId => Rule::KeyUnknown,
        _ => Rule::HeaderMalformed,
    };
    Rejection::new(rule, error)
}
