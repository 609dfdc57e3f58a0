//! The names of KMS keys: key ARNs, key ids, aliases.

use alloc::boxed::Box;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

/// The longest name, in bytes: the length that the KMS API gives `KeyId`.
const MAX_LENGTH: usize = 2048;

/// The name of a KMS key, as the `KeyId` of the KMS API has it: a key ARN, a key id, an alias or the ARN of an alias, of at
/// most 2048 bytes.
///
/// It is parsed with [`str::parse`]. [`Display`](fmt::Display) gives the name back as it was written.
///
/// Two are equal if they name the same key, as a [`KeyRing`](crate::KeyRing) sees it: if they are the same text, or the
/// ARNs of related multi-Region keys, which differ in their Region only. [`names`](Self::names) also lets a key id alone
/// stand for an ARN.
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
    /// Where the key id begins: in a key ARN after `:key/`. Any other name is its own id from the first byte on.
    id_at: u16,
}

impl KeyId {
    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is an alias, or the ARN of one. Which key an alias belongs to, only KMS knows.
    #[must_use]
    pub fn is_alias(&self) -> bool {
        // A key id holds no "/", and begins after the one of a key ARN.
        self.id().contains('/')
    }

    /// Whether this is an ARN, of a key or of an alias.
    #[must_use]
    pub fn is_arn(&self) -> bool {
        self.text.starts_with("arn:")
    }

    /// Whether a key that is known as `known` may be meant by this name: if the two are equal, or if this is a key id
    /// alone and `known` a key ARN with that id. Not the other way round: what is known by its key id only is not vouched
    /// for as the key of any account or Region.
    #[must_use]
    pub fn names(&self, known: &Self) -> bool {
        self.id() == known.id() && (self.is_id_alone() || self.home() == known.home())
    }

    /// Whether nothing says where the key is. Such a name is the first of all with its id.
    pub(super) fn is_id_alone(&self) -> bool {
        self.id_at == 0
    }

    /// The key id without the ARN around it. Of an alias, the whole name: it stands for nothing but itself.
    pub(super) fn id(&self) -> &str {
        self.text.get(usize::from(self.id_at)..).unwrap_or_default()
    }

    /// The key id alone, as a name of its own. Of an alias, the alias.
    pub(super) fn alone(&self) -> Self {
        Self {
            text: self.id().into(),
            id_at: 0,
        }
    }

    /// Where the key of a key ARN is: all that stands before the key id. If the key is multi-Region, without the Region:
    /// related keys in the Regions of one partition are one key. Nothing for other names.
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

/// First by key ids, so that a ring has all that share one side by side.
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

/// Why a text is not the name of a KMS key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{given}\" is not the KeyId of a KMS key: {problem}; use the key ARN, as returned by aws kms get-public-key and \
     aws kms sign"
)]
pub struct KeyIdError {
    /// The first 128 characters, escaped.
    given: Box<str>,
    problem: &'static str,
}

/// Where the key id of a name begins, or what is wrong with the name.
fn id_at(name: &str) -> Result<u16, &'static str> {
    if name.is_empty() || name.len() > MAX_LENGTH {
        return Err("it must have 1 to 2048 characters");
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte))
    {
        return Err("it may hold the letters A to Z and a to z, digits, and \":\", \"/\", \"_\", \"-\" only");
    }
    let Some(arn) = name.strip_prefix("arn:") else {
        return match name.split_once('/') {
            _ if name.contains(':') => Err("an ARN begins with \"arn:\", and nothing else holds a \":\""),
            None => Ok(0),
            Some(("alias", alias)) if !alias.is_empty() => Ok(0),
            Some(_) => Err("what holds a \"/\" is alias/ and the name of an alias, or an ARN"),
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
        return Err("an ARN of KMS is arn:partition:kms:region:account:key/id");
    };
    if partition.is_empty() || region.is_empty() {
        return Err("its partition and its Region must not be empty");
    }
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("its account must have 12 digits");
    }
    match resource.split_once('/') {
        Some(("alias", alias)) if !alias.is_empty() => Ok(0),
        Some(("key", id)) if !id.is_empty() && !id.contains('/') => {
            u16::try_from(name.len().saturating_sub(id.len())).map_err(|_| "it must have 1 to 2048 characters")
        }
        _ => Err("its last part must be key/ and the key id, or alias/ and the name"),
    }
}
