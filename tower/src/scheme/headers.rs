//! Strict reading of headers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::HeaderName;

use crate::rule::Rule;

/// The longest signature of KMS, that of ML-DSA-87, has 6172 characters in base64.
const MAX_BASE64: usize = 8192;

/// The text of a header that occurs at most once. Only visible ASCII characters, spaces and tabs are accepted.
pub(super) fn optional<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Rule> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Rule::HeaderMalformed),
        (Some(_), Some(_)) => Err(Rule::HeaderMalformed),
    }
}

/// The text of a header that occurs exactly once and is not empty.
pub(super) fn required<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<&'h str, Rule> {
    optional(headers, name)?
        .filter(|text| !text.is_empty())
        .ok_or(Rule::HeaderMalformed)
}

/// Decodes base64 of RFC 4648 section 4, with padding and without any other character.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Rule> {
    if text.is_empty() || text.len() > MAX_BASE64 {
        return Err(Rule::HeaderMalformed);
    }
    STANDARD.decode(text).map_err(|_| Rule::HeaderMalformed)
}
