//! The names of KMS keys: key ARNs, key ids, aliases.

use alloc::format;
use alloc::string::String;

use super::KeyRingError;

/// The longest name, in bytes: the length that the KMS API gives `KeyId`.
const MAX_LENGTH: usize = 2048;

/// A name, taken apart.
pub(super) struct KeyId<'a> {
    /// The name as it was given.
    pub(super) whole: &'a str,
    /// The key id without the ARN around it. Of an alias, the whole name: it stands for nothing but itself.
    pub(super) id: &'a str,
    /// Partition, Region and account of a key ARN, the Region left out if the key is multi-Region: related keys in the
    /// Regions of one partition are one key. Empty for other names.
    pub(super) home: String,
}

impl<'a> KeyId<'a> {
    pub(super) fn parse(given: &'a str) -> Result<Self, KeyRingError> {
        Self::take_apart(given).map_err(|problem| KeyRingError::KeyId {
            given: given
                .chars()
                .take(128)
                .flat_map(char::escape_debug)
                .collect::<String>()
                .into(),
            problem,
        })
    }

    /// Whether this name stands for what has that home. A key id alone does for any.
    pub(super) fn names(&self, home: &str) -> bool {
        self.home.is_empty() || self.home == home
    }

    fn take_apart(whole: &'a str) -> Result<Self, &'static str> {
        let of = |id| Self {
            whole,
            id,
            home: String::new(),
        };
        if whole.is_empty() || whole.len() > MAX_LENGTH {
            return Err("it must have 1 to 2048 characters");
        }
        if !whole
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte))
        {
            return Err("it may hold the letters A to Z and a to z, digits, and \":\", \"/\", \"_\", \"-\" only");
        }
        let Some(arn) = whole.strip_prefix("arn:") else {
            return match whole.split_once('/') {
                _ if whole.contains(':') => Err("an ARN begins with \"arn:\", and nothing else holds a \":\""),
                None => Ok(of(whole)),
                Some(("alias", name)) if !name.is_empty() => Ok(of(whole)),
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
            Some(("alias", name)) if !name.is_empty() => Ok(of(whole)),
            Some(("key", id)) if !id.is_empty() && !id.contains('/') => {
                let region = if id.starts_with("mrk-") { "" } else { region };
                Ok(Self {
                    whole,
                    id,
                    home: format!("{partition}:{region}:{account}"),
                })
            }
            _ => Err("its last part must be key/ and the key id, or alias/ and the name"),
        }
    }
}
