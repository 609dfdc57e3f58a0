//! Values in JSON: fields of responses, bundles and envelopes, and bytes that JSON spells out.

use super::json::Style;
use super::{Json, Off, Thing, Worn, pair, words};
use crate::text;

fn has(worn: &Worn<'_>, name: &str) -> bool {
    worn.json().is_some_and(|json| json.get(name).is_some())
}

/// The value at a path, as text that may wear another dress.
fn at(worn: &Worn<'_>, path: &[&str]) -> Option<Off> {
    let mut value = worn.json()?;
    for name in path {
        value = match (*name, value) {
            ("0", Json::Array(items)) => items.first()?,
            (name, value) => value.get(name)?,
        };
    }
    let path: Vec<Step> = path
        .iter()
        .map(|name| match *name {
            "0" => Step::Item(0),
            name => Step::Member(name.to_owned()),
        })
        .collect();
    leaf(value, &path).filter(|off| off.bytes.as_ref().is_some_and(|bytes| worn.is_long(bytes)))
}

/// The value as text, with its path.
fn leaf(value: &Json, path: &[Step]) -> Option<Off> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Array(_) | Json::Object(_) => value.write(Style::COMPACT),
        Json::Null | Json::Bool(_) | Json::Number(_) => return None,
    };
    let path: String = path.iter().map(|step| step.jq()).collect::<Option<_>>()?;
    let path = if path.starts_with('[') {
        format!(".{path}")
    } else {
        path
    };
    Some(
        Off::new(text)
            .note(format!(", with the value in {path}"))
            .filter(format!("jq -r '{path}'")),
    )
}

#[derive(Clone)]
enum Step {
    Member(String),
    Item(usize),
}

impl Step {
    /// The step in a jq filter. `None` if the name is not fit to be printed.
    fn jq(&self) -> Option<String> {
        match self {
            Self::Item(place) => Some(format!("[{place}]")),
            Self::Member(name) => {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let is_printable = |c: char| c == ' ' || c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '\'');
                if name.is_empty() || name.len() > 64 || !name.chars().all(is_printable) {
                    None
                } else if name.chars().all(is_plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
                    Some(format!(".{name}"))
                } else {
                    Some(format!(".\"{name}\""))
                }
            }
        }
    }
}

pub(super) fn sign_response(worn: &Worn<'_>) -> Vec<Off> {
    at(worn, &["Signature"]).into_iter().collect()
}

pub(super) fn get_public_key_response(worn: &Worn<'_>) -> Vec<Off> {
    at(worn, &["PublicKey"]).into_iter().collect()
}

pub(super) fn sigstore_bundle(worn: &Worn<'_>) -> Vec<Off> {
    let paths: [&[&str]; 3] = [
        &["messageSignature", "signature"],
        &["dsseEnvelope", "signatures", "0", "sig"],
        &["base64Signature"],
    ];
    paths.iter().filter_map(|path| at(worn, path)).collect()
}

pub(super) fn dsse_envelope(worn: &Worn<'_>) -> Vec<Off> {
    if !has(worn, "payloadType") {
        return Vec::new();
    }
    at(worn, &["signatures", "0", "sig"]).into_iter().collect()
}

pub(super) fn jws(worn: &Worn<'_>) -> Vec<Off> {
    if !has(worn, "payload") {
        return Vec::new();
    }
    let paths: [&[&str]; 2] = [&["signature"], &["signatures", "0", "signature"]];
    paths.iter().filter_map(|path| at(worn, path)).collect()
}

/// `{"type": "Buffer", "data": [48, 69, ...]}`
pub(super) fn buffer(worn: &Worn<'_>) -> Vec<Off> {
    let bytes = worn.json().and_then(|json| {
        let is_buffer = json.get("type").and_then(Json::as_str) == Some("Buffer");
        match json.get("data").filter(|_| is_buffer)? {
            Json::Array(items) => items.iter().map(byte).collect::<Option<Vec<u8>>>(),
            _ => None,
        }
    });
    let filter = format!("jq -r '.data[]' | {}", super::list::FROM_DECIMAL);
    bytes
        .filter(|bytes| worn.is_long(bytes))
        .map(|bytes| Off::new(bytes).filter(filter))
        .into_iter()
        .collect()
}

/// `{"0": 48, "1": 69, ...}`
pub(super) fn indexed(worn: &Worn<'_>) -> Vec<Off> {
    let bytes = worn.json().and_then(|json| {
        let Json::Object(members) = json else { return None };
        let mut pairs: Vec<(usize, u8)> = members
            .iter()
            .map(|(name, value)| Some((name.parse().ok()?, byte(value)?)))
            .collect::<Option<_>>()?;
        pairs.sort_unstable();
        let is_complete = pairs.iter().map(|(place, _)| *place).eq(0..pairs.len());
        is_complete.then(|| pairs.into_iter().map(|(_, byte)| byte).collect::<Vec<u8>>())
    });
    let filter = format!(
        "jq -r 'to_entries | sort_by(.key | tonumber) | .[].value' | {}",
        super::list::FROM_DECIMAL
    );
    bytes
        .filter(|bytes| worn.is_long(bytes))
        .map(|bytes| Off::new(bytes).filter(filter))
        .into_iter()
        .collect()
}

fn byte(value: &Json) -> Option<u8> {
    match value {
        Json::Number(number) => number.parse::<u8>().ok().or_else(|| {
            // Signed, as in Java.
            number
                .parse::<i8>()
                .ok()
                .map(|signed| signed.to_be_bytes())
                .map(|[byte]| byte)
        }),
        _ => None,
    }
}

/// The most values of one JSON text that are tried.
const MAX_VALUES: usize = 12;

/// The values that may be bytes, those with a likely name first.
pub(super) fn other(worn: &Worn<'_>) -> Vec<Off> {
    let Some(json) = worn.json() else { return Vec::new() };
    let mut found = Vec::new();
    collect(worn.thing, json, &mut Vec::new(), false, &mut found);
    found.sort_by_key(|(is_likely, _)| !*is_likely);
    found.into_iter().map(|(_, off)| off).take(MAX_VALUES).collect()
}

fn collect(thing: Thing, value: &Json, path: &mut Vec<Step>, is_likely: bool, found: &mut Vec<(bool, Off)>) {
    // Far more than any file of keys or signatures has.
    if found.len() >= 256 {
        return;
    }
    let is_bytes = match value {
        Json::String(text) => text.len() >= 32,
        // The dresses of bytes in JSON, or a JWK.
        Json::Object(members) => {
            !path.is_empty()
                && (value.get("type").and_then(Json::as_str) == Some("Buffer")
                    || value.get("kty").is_some()
                    || members.first().is_some_and(|(name, _)| name == "0"))
        }
        Json::Array(items) => !path.is_empty() && items.len() >= 16 && items.iter().all(|item| byte(item).is_some()),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    };
    if is_bytes {
        found.extend(leaf(value, path).map(|off| (is_likely, off)));
        return;
    }
    let steps: Vec<(Step, &Json)> = match value {
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (Step::Member(name.clone()), value))
            .collect(),
        Json::Array(items) => (0..).map(Step::Item).zip(items).collect(),
        _ => Vec::new(),
    };
    for (step, value) in steps {
        let is_likely = match &step {
            Step::Member(name) => words::is_likely_name(thing, name),
            Step::Item(_) => is_likely,
        };
        path.push(step);
        collect(thing, value, path, is_likely, found);
        path.pop();
    }
}

/// `{"r": "0x...", "s": "0x..."}`, as Ethereum's libraries write it; also base64url, as in JWKs.
pub(super) fn pair(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let json = worn.json()?;
        let number = |name: &str| {
            let text = json.get(name)?.as_str()?;
            let hex = text.strip_prefix("0x").unwrap_or(text);
            let padded = if hex.len().is_multiple_of(2) {
                hex.to_owned()
            } else {
                format!("0{hex}")
            };
            let is_decimal = hex == text && text.chars().all(|c| c.is_ascii_digit());
            if is_decimal {
                return None;
            }
            text::from_hex(padded.as_bytes()).or_else(|| text::from_base64(text.as_bytes()).map(|(_, bytes)| bytes))
        };
        let (r, s) = (number("r")?, number("s")?);
        let is_number = |bytes: &[u8]| (16..=66).contains(&bytes.len());
        if !is_number(&r) || !is_number(&s) {
            return None;
        }
        Some(Off::new(pair::encode(&r, &s)?).note(", as Ethereum's libraries write them"))
    };
    off().into_iter().collect()
}
