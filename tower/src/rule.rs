//! Why a request is rejected, and the response that says so.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Response, StatusCode};

use crate::body::ResponseBody;

/// The rule that a request broke. A rejection tells the client this and nothing more.
///
/// The response is an `application/problem+json` (RFC 9457) with the members `type`, `title` and `status`. The `type` is
/// the address of the variant in this documentation, and never changes.
///
/// ```text
/// {"type":"https://docs.rs/kms-verify-tower/latest/kms_verify_tower/enum.Rule.html#variant.SignatureInvalid",
///  "title":"The signature does not verify","status":401}
/// ```
///
/// | rule | status |
/// |---|---|
/// | [`SignatureMissing`](Self::SignatureMissing) | 401 |
/// | [`HeaderMalformed`](Self::HeaderMalformed) | 400 |
/// | [`KeyUnknown`](Self::KeyUnknown) | 401 |
/// | [`SignatureInvalid`](Self::SignatureInvalid) | 401 |
/// | [`TimestampOutOfRange`](Self::TimestampOutOfRange) | 401 |
/// | [`Replayed`](Self::Replayed) | 409 |
/// | [`BodyTooLarge`](Self::BodyTooLarge) | 413 |
/// | [`BodyIncomplete`](Self::BodyIncomplete) | 400 |
/// | [`KeysUnavailable`](Self::KeysUnavailable) | 500 |
///
/// A 401 has the header `WWW-Authenticate: Signature`, because RFC 9110 section 15.5.2 requires one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The request has no signature of the kind that is expected.
    SignatureMissing,
    /// A header of the signature is missing, occurs twice, or does not have the form that its scheme requires.
    HeaderMalformed,
    /// The key that the request names is not trusted here.
    KeyUnknown,
    /// The signature does not verify with this key over what was received.
    SignatureInvalid,
    /// The signed time is too far in the past or in the future.
    TimestampOutOfRange,
    /// The message was received before.
    Replayed,
    /// The body is longer than the limit of this service.
    BodyTooLarge,
    /// The body ended before it was complete.
    BodyIncomplete,
    /// The service could not look up the key, or does not have one that it requires. The reason is in its log.
    KeysUnavailable,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 9] = [
        Self::SignatureMissing,
        Self::HeaderMalformed,
        Self::KeyUnknown,
        Self::SignatureInvalid,
        Self::TimestampOutOfRange,
        Self::Replayed,
        Self::BodyTooLarge,
        Self::BodyIncomplete,
        Self::KeysUnavailable,
    ];

    /// The name of the variant, and the title and the status of the response.
    fn row(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::SignatureMissing => (
                "SignatureMissing",
                "The request has no signature",
                StatusCode::UNAUTHORIZED,
            ),
            Self::HeaderMalformed => (
                "HeaderMalformed",
                "A header of the signature is malformed",
                StatusCode::BAD_REQUEST,
            ),
            Self::KeyUnknown => ("KeyUnknown", "The key is not known", StatusCode::UNAUTHORIZED),
            Self::SignatureInvalid => (
                "SignatureInvalid",
                "The signature does not verify",
                StatusCode::UNAUTHORIZED,
            ),
            Self::TimestampOutOfRange => (
                "TimestampOutOfRange",
                "The timestamp is out of range",
                StatusCode::UNAUTHORIZED,
            ),
            Self::Replayed => ("Replayed", "The message was received before", StatusCode::CONFLICT),
            Self::BodyTooLarge => ("BodyTooLarge", "The body is too large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::BodyIncomplete => ("BodyIncomplete", "The body is incomplete", StatusCode::BAD_REQUEST),
            Self::KeysUnavailable => (
                "KeysUnavailable",
                "The key could not be looked up",
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
        }
    }

    /// The name of the variant.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The status of the response.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.row().2
    }

    /// The member `type` of the response.
    #[must_use]
    pub fn problem_type(self) -> String {
        let name = self.name();
        format!("https://docs.rs/kms-verify-tower/latest/kms_verify_tower/enum.Rule.html#variant.{name}")
    }

    /// The response to a request that broke this rule.
    #[must_use]
    pub fn response<B>(self) -> Response<ResponseBody<B>> {
        let (_, title, status) = self.row();
        let problem_type = self.problem_type();
        // No part of this text needs to be escaped in JSON.
        let json = format!(
            r#"{{"type":"{problem_type}","title":"{title}","status":{}}}"#,
            status.as_u16()
        );
        let mut response = Response::new(ResponseBody::problem(Bytes::from(json)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Signature"));
        }
        response
    }
}

impl fmt::Display for Rule {
    /// Writes the [`name`](Self::name).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule that a request broke, with details for the log of the service. The client learns the rule only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    rule: Rule,
    details: Option<Box<str>>,
}

impl Rejection {
    /// The rule with details. They are logged with every control character escaped.
    #[must_use]
    pub fn new(rule: Rule, details: impl fmt::Display) -> Self {
        Self {
            rule,
            details: Some(details.to_string().into()),
        }
    }

    /// The rule that the request broke.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// What the log says beside the rule.
    #[must_use]
    pub fn details(&self) -> Option<&str> {
        self.details.as_deref()
    }
}

impl From<Rule> for Rejection {
    fn from(rule: Rule) -> Self {
        Self { rule, details: None }
    }
}
