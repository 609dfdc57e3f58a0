//! Names of keys: how they are found, and what KMS says of one that is not.

use std::borrow::Cow;

use kms_verify::{KeyId, KeyRing, KeyRingError, PublicKey};

use super::input::{Constraints, Members};
use super::{Exception, Facts, Kind};

/// How an operation reports an ARN that is not one.
#[derive(Clone, Copy)]
pub(super) enum MalformedArn {
    /// As `InvalidArnException`.
    Invalid,
    /// As `NotFoundException`, because its model has no other.
    NotFound,
}

/// The members of GetPublicKey and of DescribeKey: `KeyId` and `GrantTokens`, which change nothing.
pub(super) fn key_id<'a>(members: &Members<'a>, facts: &mut Facts) -> Result<Cow<'a, str>, Exception> {
    let key_id = members.string("KeyId")?;
    let tokens = members.strings("GrantTokens")?;
    facts.key_id = key_id.as_deref().map(str::to_owned);
    let mut constraints = Constraints::default();
    constraints.required("keyId", key_id.as_ref(), false);
    constraints.key_id(key_id.as_deref());
    grant_tokens(&mut constraints, tokens.as_ref());
    constraints.check()?;
    Ok(key_id.unwrap_or_default())
}

pub(super) fn grant_tokens(constraints: &mut Constraints, tokens: Option<&Vec<Cow<'_, str>>>) {
    constraints.list("grantTokens", tokens, 0, 10, 8192);
}

/// Finds a key.
pub(super) fn find<'a>(
    ring: &'a KeyRing,
    key_id: &str,
    malformed: MalformedArn,
    facts: &mut Facts,
) -> Result<&'a PublicKey, Exception> {
    ring.get(key_id)
        .map_err(|error| not_found(key_id, &error, malformed, facts))
}

/// The name in the answer of a key that was found. Like KMS, the answer names a key ARN as it was given, in any Region, and
/// for any other name the key ARN. If the ring does not know that, the name is the one that was given.
pub(super) fn in_answer<'a>(ring: &'a KeyRing, key_id: &'a str) -> &'a str {
    if key_id.contains(":key/") {
        return key_id;
    }
    ring.key_arn(key_id).ok().flatten().map_or(key_id, KeyId::as_str)
}

/// The last part of an ARN.
fn resource(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

/// What KMS answers for a name without a key. It shows a bare key ID as an ARN in the account and the Region of the caller,
/// which are unknown here.
pub(super) fn not_found(given: &str, error: &KeyRingError, malformed: MalformedArn, facts: &mut Facts) -> Exception {
    facts.details = Some(error.details().to_string());
    if matches!(error, KeyRingError::KeyId(_)) && given.starts_with("arn:") {
        return match malformed {
            MalformedArn::Invalid => Exception::new(Kind::InvalidArn, format!("Invalid arn {given}")),
            MalformedArn::NotFound => Exception::new(Kind::NotFound, format!("Invalid arn {given}")),
        };
    }
    let message = match given.strip_prefix("arn:").map(|_| resource(given)) {
        Some(resource) if resource.starts_with("alias/") => format!("Alias {given} is not found."),
        None if given.starts_with("alias/") => format!("Alias {given} is not found."),
        Some(resource) => match resource.strip_prefix("key/") {
            Some(id) if !is_key_id(id) => format!("Invalid keyId {id}"),
            Some(_) | None => format!("Key '{given}' does not exist"),
        },
        None if !is_key_id(given) => format!("Invalid keyId '{given}'"),
        None => format!("Key '{given}' does not exist"),
    };
    Exception::new(Kind::NotFound, message)
}

/// Whether KMS could have made this key ID: a UUID, or `mrk-` and 32 hexadecimal digits.
fn is_key_id(id: &str) -> bool {
    let is_hex = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match id.strip_prefix("mrk-") {
        Some(digits) => is_hex(digits, 32),
        None => {
            let mut parts = id.split('-');
            let has_parts = [8, 4, 4, 4, 12]
                .into_iter()
                .all(|length| parts.next().is_some_and(|part| is_hex(part, length)));
            has_parts && parts.next().is_none()
        }
    }
}
