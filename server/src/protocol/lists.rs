//! ListKeys and ListAliases.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use kms_verify::{KeyId, KeyRing};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::input::{Constraints, Members};
use super::names::{self, MalformedArn};
use super::{Exception, Facts, Kind};

/// The largest page in KMS.
const MAX_LIMIT: i64 = 1000;

/// The default of ListKeys.
const KEYS_LIMIT: usize = 100;

/// The default of ListAliases.
const ALIASES_LIMIT: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeysResponse {
    keys: Vec<KeyEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct KeyEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    key_arn: Option<String>,
    key_id: String,
}

pub(super) fn list_keys(members: &Members<'_>, ring: &KeyRing) -> Result<KeysResponse, Exception> {
    let page = Page::read(members)?;
    let owners = members.strings("ResourceOwners")?;
    let mut constraints = page.constraints();
    constraints.list("resourceOwners", owners.as_ref(), 1, 2, 64);
    constraints.check()?;

    let names = ring.iter().map(|(name, _)| name).filter(|name| !name.is_alias());
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        let arns = keys.entry(id(name)).or_default();
        if name.is_arn() {
            arns.insert(name.as_str());
        }
    }
    // A key ID that also has an ARN is that key.
    let entries = keys.into_iter().flat_map(|(id, arns)| {
        let alone = arns.is_empty().then_some((id, None));
        alone
            .into_iter()
            .chain(arns.into_iter().map(move |arn| (id, Some(arn))))
    });
    let entries = entries.map(|(id, arn)| {
        let entry = KeyEntry {
            key_arn: arn.map(str::to_owned),
            key_id: id.to_owned(),
        };
        (arn.unwrap_or(id), entry)
    });
    let (keys, next_marker) = page.take(entries, KEYS_LIMIT)?;
    Ok(KeysResponse {
        keys,
        truncated: next_marker.is_some(),
        next_marker,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AliasesResponse {
    aliases: Vec<AliasEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AliasEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    alias_arn: Option<String>,
    alias_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_key_id: Option<String>,
}

pub(super) fn list_aliases(
    members: &Members<'_>,
    ring: &KeyRing,
    facts: &mut Facts,
) -> Result<AliasesResponse, Exception> {
    let key_id = members.string("KeyId")?;
    facts.key_id = key_id.as_deref().map(str::to_owned);
    let page = Page::read(members)?;
    let mut constraints = page.constraints();
    constraints.key_id(key_id.as_deref());
    constraints.check()?;
    let of_key = key_id.map(|key_id| target(&key_id, ring, facts)).transpose()?;

    // An alias in a file is in the ring under its name and under its ARN.
    let mut aliases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in ring.iter().map(|(name, _)| name).filter(|name| name.is_alias()) {
        let alias = name.as_str().rsplit(':').next().unwrap_or_default();
        let arns = aliases.entry(alias).or_default();
        if name.is_arn() {
            arns.insert(name.as_str());
        }
    }
    let names = aliases.into_iter().flat_map(|(alias, arns)| {
        let alone = arns.is_empty().then_some((alias, None));
        alone
            .into_iter()
            .chain(arns.into_iter().map(move |arn| (alias, Some(arn))))
    });
    let entries = names.filter_map(|(alias, arn)| {
        let name = arn.unwrap_or(alias);
        let key_arn = ring.key_arn(name).ok().flatten();
        if of_key.as_ref().is_some_and(|wanted| key_arn != Some(wanted)) {
            return None;
        }
        let entry = AliasEntry {
            alias_arn: arn.map(str::to_owned),
            alias_name: alias.to_owned(),
            target_key_id: key_arn.map(|arn| id(arn).to_owned()),
        };
        Some((name, entry))
    });
    let (aliases, next_marker) = page.take(entries, ALIASES_LIMIT)?;
    Ok(AliasesResponse {
        aliases,
        truncated: next_marker.is_some(),
        next_marker,
    })
}

/// The key whose aliases are asked for.
fn target(key_id: &str, ring: &KeyRing, facts: &mut Facts) -> Result<KeyId, Exception> {
    names::find(ring, key_id, MalformedArn::Invalid, facts)?;
    if key_id
        .rsplit(':')
        .next()
        .is_some_and(|resource| resource.starts_with("alias/"))
    {
        return Err(Exception::new(
            Kind::InvalidArn,
            "Key Aliases are not supported for this operation.",
        ));
    }
    names::in_answer(ring, key_id)
        .parse()
        .map_err(|_| Exception::without_message(Kind::Internal))
}

/// The key ID in the name of a key.
fn id(name: &KeyId) -> &str {
    let name = name.as_str();
    name.split_once(":key/").map_or(name, |(_, id)| id)
}

/// `Limit` and `Marker`.
struct Page<'a> {
    limit: Option<i64>,
    marker: Option<Cow<'a, str>>,
}

impl<'a> Page<'a> {
    fn read(members: &Members<'a>) -> Result<Self, Exception> {
        Ok(Self {
            limit: members.integer("Limit")?,
            marker: members.string("Marker")?,
        })
    }

    fn constraints(&self) -> Constraints {
        let mut constraints = Constraints::default();
        constraints.range("limit", self.limit, 1, MAX_LIMIT);
        constraints.string("marker", self.marker.as_deref(), 1024);
        constraints
    }

    /// The entries of this page, and the marker of the next one, if there is one.
    ///
    /// A marker is the hash of the name of the last entry. If that key was removed in between, the marker is not valid: no
    /// page leaves out or repeats a key.
    fn take<'n, T>(
        &self,
        mut entries: impl Iterator<Item = (&'n str, T)>,
        default_limit: usize,
    ) -> Result<(Vec<T>, Option<String>), Exception> {
        if let Some(after) = &self.marker
            && !entries.any(|(name, _)| marker(name) == *after)
        {
            return Err(Exception::without_message(Kind::InvalidMarker));
        }
        let limit = self
            .limit
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(default_limit);
        let mut entries = entries.peekable();
        let mut page = Vec::new();
        let mut last = "";
        while page.len() < limit
            && let Some((name, entry)) = entries.next()
        {
            last = name;
            page.push(entry);
        }
        let next = entries.peek().map(|_| marker(last));
        Ok((page, next))
    }
}

fn marker(name: &str) -> String {
    let hash = Sha256::digest(name.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
