//! The header of a token: the JOSE header of RFC 7515 section 4, which is protected as a whole.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::Error;
use super::base64url::Base64Url;
use crate::json::{JsonError, unique_object};

/// The maximum length of a header in bytes.
const MAX_HEADER: usize = 8 * 1024;

/// The maximum length of an encoded header, with padding.
const MAX_ENCODED: usize = MAX_HEADER.div_ceil(3) * 4;

/// Whether the payload is a part of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    Attached,
    /// RFC 7515 appendix F.
    Detached,
}

/// The header of a token whose signature is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    json: Box<str>,
    alg: Option<Box<str>>,
    kid: Option<Box<str>>,
    typ: Option<Box<str>>,
    cty: Option<Box<str>>,
    /// RFC 7797: the payload is signed as it is.
    is_payload_raw: bool,
}

impl Header {
    /// RFC 7515 section 5.2, steps 2 to 5, except that `alg` is checked with the key.
    ///
    /// Members that are not read here are ignored, as section 4 requires. Among them are `jwk`, `jku`, `x5c`, `x5u`, `x5t`
    /// and `x5t#S256`: whoever made the token chose them, so they cannot say which key to trust.
    pub(super) fn read(encoded: &str, form: Base64Url, payload: Payload) -> Result<Self, Error> {
        // Before anything is allocated.
        if encoded.len() > MAX_ENCODED {
            return Err(Error::HeaderTooLong);
        }
        // Step 2.
        let json = form.decode(encoded).ok_or(Error::HeaderEncoding)?;
        if json.len() > MAX_HEADER {
            return Err(Error::HeaderTooLong);
        }
        // Step 3.
        let json = String::from_utf8(json).map_err(|_| Error::HeaderJson)?;
        let members = unique_object(json.as_bytes()).map_err(|error| match error {
            JsonError::Invalid(_) => Error::HeaderJson,
            // Step 4.
            JsonError::Duplicate(_) => Error::DuplicateMember,
        })?;
        // Step 5.
        Ok(Self {
            alg: string(&members, "alg")?,
            kid: string(&members, "kid")?,
            typ: string(&members, "typ")?,
            cty: string(&members, "cty")?,
            is_payload_raw: is_payload_raw(&members, payload)?,
            json: json.into(),
        })
    }

    /// The JSON text, exactly as it was signed.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// `alg`, the name of the algorithm in JOSE. It is that of the key.
    #[must_use]
    pub fn alg(&self) -> &str {
        self.alg.as_deref().unwrap_or_default()
    }

    /// `kid`, the name of the key (RFC 7515 section 4.1.4). A key that was given to [`verify`](super::verify) by itself
    /// has no name, and `kid` was not compared with anything.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `typ`, the media type of the token (RFC 7515 section 4.1.9), as it is in the header.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// `cty`, the media type of the payload (RFC 7515 section 4.1.10), as it is in the header.
    #[must_use]
    pub fn cty(&self) -> Option<&str> {
        self.cty.as_deref()
    }

    /// Whether the detached payload was signed as it is (RFC 7797), and not as base64url.
    pub(super) fn is_payload_raw(&self) -> bool {
        self.is_payload_raw
    }

    /// Whether this is the type of the token. Media types are compared without regard to case, and `application/` may be
    /// left out if no other slash follows (RFC 7515 section 4.1.9).
    pub(super) fn has_type(&self, expected: &str) -> bool {
        let typ = self.typ.as_deref();
        typ.is_some_and(|typ| full_type(typ).eq(full_type(expected)))
    }
}

/// The characters of a media type with its prefix, in lower case.
fn full_type(typ: &str) -> impl Iterator<Item = char> {
    let prefix = if typ.contains('/') { "" } else { "application/" };
    prefix
        .chars()
        .chain(typ.chars())
        .map(|character| character.to_ascii_lowercase())
}

fn string(members: &Map<String, Value>, name: &str) -> Result<Option<Box<str>>, Error> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(string)) => Ok(Some(string.as_str().into())),
        Some(_) => Err(Error::MemberType),
    }
}

/// `crit` (RFC 7515 section 4.1.11) and `b64` (RFC 7797), the only supported extension. Each requires the other: a reader
/// that does not know `b64` must not accept it.
fn is_payload_raw(members: &Map<String, Value>, payload: Payload) -> Result<bool, Error> {
    let critical = match members.get("crit") {
        None => None,
        Some(Value::Array(names)) => {
            let names: Option<Vec<_>> = names.iter().map(Value::as_str).collect();
            Some(names.ok_or(Error::MemberType)?)
        }
        Some(_) => return Err(Error::MemberType),
    };
    let b64 = match members.get("b64") {
        None => None,
        Some(Value::Bool(b64)) => Some(*b64),
        Some(_) => return Err(Error::MemberType),
    };
    match (critical.as_deref(), b64, payload) {
        (None, None, _) => Ok(false),
        // RFC 7797 section 7: never in a JWT. Section 6: always in `crit`.
        (None, Some(_), _) | (Some(["b64"]), Some(_), Payload::Attached) => Err(Error::UnencodedPayload),
        (Some(["b64"]), Some(b64), Payload::Detached) => Ok(!b64),
        // Empty, a name twice, a registered name, or an extension that is not supported; or `b64` is not in the header.
        (Some(_), _, _) => Err(Error::Critical),
    }
}
