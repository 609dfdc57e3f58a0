//! Names of KMS keys: key ARNs, key IDs and aliases.

use alloc::boxed::Box;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

/// The maximum length of a name in bytes: that of `KeyId` in the KMS API.
const MAX_LENGTH: usize = 2048;

/// The name of a KMS key, the `KeyId` of the KMS API: a key ARN, a key ID, an alias name or an alias ARN, of at most
/// 2048 bytes. Requires the feature `std`.
///
/// A name is parsed with [`str::parse`]. [`Display`](fmt::Display) returns it unchanged.
///
/// Two names are equal if they name the same key in a [`KeyRing`](crate::KeyRing): they are the same text, or they are
/// the ARNs of related multi-Region keys, which differ in the Region only. [`names`](Self::names) also matches a bare
/// key ID with an ARN.
///
/// ```
/// use kms_verify::KeyId;
///
/// let primary: KeyId = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab".parse()?;
/// let replica: KeyId = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab".parse()?;
/// assert_eq!(primary, replica);
///
/// let id: KeyId = "mrk-1234abcd12ab34cd56ef1234567890ab".parse()?;
/// assert_ne!(id, primary);
/// assert!(id.names(&primary) && !primary.names(&id));
/// # Ok::<(), kms_verify::KeyIdError>(())
/// ```
#[derive(Clone)]
pub struct KeyId {
    text: Box<str>,
    /// The offset of the key ID: after `:key/` in a key ARN, 0 in any other name.
    id_at: u16,
}

impl KeyId {
    /// The name as it was parsed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is an alias name or an alias ARN. Only KMS knows which key an alias points to.
    #[must_use]
    pub fn is_alias(&self) -> bool {
        // A key ID does not contain "/": that of a key ARN comes before it.
        self.id().contains('/')
    }

    /// Whether this is a key ARN or an alias ARN.
    #[must_use]
    pub fn is_arn(&self) -> bool {
        self.text.starts_with("arn:")
    }

    /// Whether this name matches a key known as `known`: the two are equal, or this is a bare key ID and `known` is a
    /// key ARN with that ID. The converse does not hold: the account and the Region of a key known by its bare key ID
    /// are unknown.
    #[must_use]
    pub fn names(&self, known: &Self) -> bool {
        self.id() == known.id() && (self.is_id_alone() || self.home() == known.home())
    }

    /// Whether this name has no account and Region. It sorts before all other names with its ID.
    pub(super) fn is_id_alone(&self) -> bool {
        self.id_at == 0
    }

    /// The key ID of a key ARN. For an alias, the whole name.
    pub(super) fn id(&self) -> &str {
        self.text.get(usize::from(self.id_at)..).unwrap_or_default()
    }

    /// The bare key ID as a name. For an alias, the alias.
    pub(super) fn alone(&self) -> Self {
        Self {
            text: self.id().into(),
            id_at: 0,
        }
    }

    /// The part of a key ARN before the key ID. For a multi-Region key, the partition and the account only, because
    /// related keys in the Regions of a partition are the same key. Empty for other names.
    fn home(&self) -> [&str; 2] {
        let before = self.text.get(..usize::from(self.id_at)).unwrap_or_default();
        if !self.id().starts_with("mrk-") {
            return [before, ""];
        }
        let mut parts = before.split(':').skip(1);
        let mut part = |skipped| parts.nth(skipped).unwrap_or_default();
        [part(0), part(2)]
    }
}

impl FromStr for KeyId {
    type Err = KeyIdError;

    fn from_str(name: &str) -> Result<Self, KeyIdError> {
        match id_at(name) {
            Ok(id_at) => Ok(Self {
                text: name.into(),
                id_at,
            }),
            Err(problem) => Err(KeyIdError {
                given: name
                    .chars()
                    .take(128)
                    .flat_map(char::escape_debug)
                    .collect::<String>()
                    .into(),
                problem,
            }),
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// Orders by key ID first, so that all names with the same ID are adjacent in a ring.
impl Ord for KeyId {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_id = self.id().cmp(other.id());
        by_id.then_with(|| self.home().cmp(&other.home()))
    }
}

impl PartialOrd for KeyId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for KeyId {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for KeyId {}

impl Hash for KeyId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
        self.home().hash(state);
    }
}

/// The reason a string is not a valid [`KeyId`]. Requires the feature `std`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{given}\" is not the KeyId of a KMS key: {problem}; use the key ARN, as returned by aws kms get-public-key and \
     aws kms sign"
)]
pub struct KeyIdError {
    /// The first 128 characters of the input, escaped.
    given: Box<str>,
    problem: &'static str,
}

/// The offset of the key ID in a name, or the reason the name is invalid.
fn id_at(name: &str) -> Result<u16, &'static str> {
    if name.is_empty() || name.len() > MAX_LENGTH {
        return Err("expected 1 to 2048 characters");
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte))
    {
        return Err("expected only the letters A to Z and a to z, digits, \":\", \"/\", \"_\" and \"-\"");
    }
    let Some(arn) = name.strip_prefix("arn:") else {
        return match name.split_once('/') {
            _ if name.contains(':') => Err("only an ARN contains \":\", and it begins with \"arn:\""),
            None => Ok(0),
            Some(("alias", alias)) if !alias.is_empty() => Ok(0),
            Some(_) => Err("only an alias (alias/name) or an ARN contains \"/\""),
        };
    };
    let mut parts = arn.split(':');
    let (Some(partition), Some("kms"), Some(region), Some(account), Some(resource), None) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return Err("expected an ARN of the form arn:partition:kms:region:account:key/id");
    };
    if partition.is_empty() || region.is_empty() {
        return Err("the partition or the Region is empty");
    }
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("the account is not 12 digits");
    }
    match resource.split_once('/') {
        Some(("alias", alias)) if !alias.is_empty() => Ok(0),
        Some(("key", id)) if !id.is_empty() && !id.contains('/') => {
            u16::try_from(name.len().saturating_sub(id.len())).map_err(|_| "expected 1 to 2048 characters")
        }
        _ => Err("expected key/id or alias/name as the last part"),
    }
}
