//! Which rule a token breaks.

use core::fmt;

/// The rule that a token breaks.
///
/// An error names the rule and nothing else, and never contains text of the token, so it is safe to show to whoever sent
/// the token. All of these errors are the sender's: a service responds with a status such as 401.
///
/// Everything that depends on the signature is one error, [`Error::Signature`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// The token is longer than the limit: 1 MiB, or that of [`Options::max_length`](super::Options::max_length).
    TooLong,
    /// The token does not have three parts with two dots between them (RFC 7515 section 7.1). The JSON serializations of
    /// JWS and encrypted tokens (JWE, five parts) are rejected too.
    NotCompact,
    /// The header has more than 8 KiB.
    HeaderTooLong,
    /// The header is not base64url without padding, white space and trailing bits (RFC 7515 section 2).
    HeaderEncoding,
    /// The header is not a single JSON object in UTF-8 without a byte order mark (RFC 7515 section 5.2, step 3), or is
    /// nested in more than 127 levels.
    HeaderJson,
    /// A name occurs more than once in an object of the header (RFC 7515 section 5.2, step 4).
    DuplicateMember,
    /// A member of the header has another type than its definition: `alg`, `kid`, `typ` and `cty` are strings, `crit` is
    /// a list of strings, `b64` is a boolean.
    MemberType,
    /// `crit` is empty, or lists a name twice, a name that is not in the header, the name of a registered parameter, or an
    /// extension that is not supported (RFC 7515 section 4.1.11). Only `b64` is, and only for detached payloads.
    Critical,
    /// `b64` occurs where the payload is not detached, or is not listed in `crit` (RFC 7797 section 6).
    UnencodedPayload,
    /// `typ` is not the required type: see [`Options::typ`](super::Options::typ) (RFC 8725 section 3.11).
    Type,
    /// The token has no `kid`, which is necessary to choose a key of a set.
    MissingKeyId,
    /// The set has no key with this `kid`.
    UnknownKeyId,
    /// `alg` is missing, or is not the name of the algorithm that the key is bound to (RFC 8725 section 3.1). `none` and
    /// the names of message authentication codes never are.
    Algorithm,
    /// The payload is not base64url without padding, white space and trailing bits.
    PayloadEncoding,
    /// The payload part of a token with a detached payload is not empty (RFC 7515 appendix F).
    PayloadNotDetached,
    /// The signature is not valid for the key, the header and the payload.
    Signature,
}

impl Error {
    /// All rules.
    pub const ALL: &'static [Self] = &[
        Self::TooLong,
        Self::NotCompact,
        Self::HeaderTooLong,
        Self::HeaderEncoding,
        Self::HeaderJson,
        Self::DuplicateMember,
        Self::MemberType,
        Self::Critical,
        Self::UnencodedPayload,
        Self::Type,
        Self::MissingKeyId,
        Self::UnknownKeyId,
        Self::Algorithm,
        Self::PayloadEncoding,
        Self::PayloadNotDetached,
        Self::Signature,
    ];

    /// The name of the rule, for programs. It will not change.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The table of rules: the name, and the sentence.
    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::TooLong => ("token-too-long", "the token is too long"),
            Self::NotCompact => (
                "not-compact",
                "the token is not a JWS in compact serialization: expected three parts with dots between them",
            ),
            Self::HeaderTooLong => ("header-too-long", "the header of the token has more than 8 KiB"),
            Self::HeaderEncoding => ("header-encoding", "the header of the token is not base64url"),
            Self::HeaderJson => ("header-json", "the header of the token is not a JSON object in UTF-8"),
            Self::DuplicateMember => (
                "duplicate-member",
                "the header of the token has a member more than once",
            ),
            Self::MemberType => ("member-type", "a member of the header of the token has the wrong type"),
            Self::Critical => (
                "critical",
                "\"crit\" in the header of the token is invalid, or requires an extension that is not supported",
            ),
            Self::UnencodedPayload => (
                "unencoded-payload",
                "\"b64\" in the header of the token is not accepted here, or is not listed in \"crit\"",
            ),
            Self::Type => ("type", "the token does not have the required \"typ\""),
            Self::MissingKeyId => ("missing-key-id", "the token has no \"kid\""),
            Self::UnknownKeyId => ("unknown-key-id", "the \"kid\" of the token does not identify a key"),
            Self::Algorithm => ("algorithm", "the \"alg\" of the token is not that of the key"),
            Self::PayloadEncoding => ("payload-encoding", "the payload of the token is not base64url"),
            Self::PayloadNotDetached => (
                "payload-not-detached",
                "the token has a payload, but its payload must be detached",
            ),
            Self::Signature => ("signature", "signature verification failed"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().1)
    }
}

impl core::error::Error for Error {}
