//! The members of a request, with the errors of AWS for each.
//!
//! AWS reports a member of the wrong type before any constraint that is violated, and all constraints together. The texts
//! for types are those of the JSON protocol of AWS, observed at another service of it, Athena, in September 2026.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Exception, Kind};

/// The members that operations here have. AWS ignores all others.
const NAMES: [&str; 10] = [
    "KeyId",
    "Message",
    "MessageType",
    "Signature",
    "SigningAlgorithm",
    "GrantTokens",
    "DryRun",
    "Limit",
    "Marker",
    "ResourceOwners",
];

/// The members of the object in the body, as they are in the body.
#[derive(Debug)]
pub(super) struct Members<'a>(Vec<(&'static str, &'a RawValue)>);

/// A string, without a copy if it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Members<'a> {
    /// Reads a body: one object in UTF-8 in which no member repeats, and nothing after it.
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, Exception> {
        let malformed = || Exception::without_message(Kind::Serialization);
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let is_list = Cell::new(false);
        let mut json = serde_json::Deserializer::from_str(text);
        let read = json
            .deserialize_any(Object { is_list: &is_list })
            .and_then(|members| json.end().map(|()| members));
        match read {
            Ok(members) => Ok(Self(members)),
            Err(_) if is_list.get() => Err(wrong_type(LIST)),
            Err(_) => Err(malformed()),
        }
    }

    /// The JSON of a member that is not null.
    fn get(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().find(|(found, _)| *found == name)?;
        Some(value.get()).filter(|json| *json != "null")
    }

    pub(super) fn string(&self, name: &str) -> Result<Option<Cow<'a, str>>, Exception> {
        self.get(name)
            .map(|json| read(json, "a String"))
            .transpose()
            .map(|text| text.map(|Text(text)| text))
    }

    /// Bytes in base64: the standard alphabet, padded, with trailing bits zero and without white space.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Exception> {
        let Some(Text(text)) = self.get(name).map(|json| read(json, "a Blob")).transpose()? else {
            return Ok(None);
        };
        let bytes = STANDARD
            .decode(text.as_bytes())
            .map_err(|_| Exception::without_message(Kind::Serialization))?;
        Ok(Some(bytes))
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Exception> {
        self.get(name).map(|json| read(json, "a Boolean")).transpose()
    }

    /// An integer. AWS truncates fractions.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Exception> {
        let number: Option<f64> = self.get(name).map(|json| read(json, "an Integer")).transpose()?;
        // A number that is too large becomes the largest, which violates a constraint as well.
        #[allow(clippy::cast_possible_truncation, reason = "saturates, and truncates fractions")]
        Ok(number.map(|number| number as i64))
    }

    pub(super) fn strings(&self, name: &str) -> Result<Option<Vec<Cow<'a, str>>>, Exception> {
        let Some(json) = self.get(name) else {
            return Ok(None);
        };
        match json.as_bytes() {
            [b'[', ..] => {}
            [b'{', ..] => return Err(wrong_type(STRUCTURE)),
            _ => return Err(wrong_type("Expected list or null")),
        }
        let list: Vec<&RawValue> =
            serde_json::from_str(json).map_err(|_| Exception::without_message(Kind::Serialization))?;
        list.into_iter()
            .map(|value| read(value.get(), "a String").map(|Text(text)| text))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// Reads a value of the type that AWS calls `expected`.
fn read<'a, T: Deserialize<'a>>(json: &'a str, expected: &str) -> Result<T, Exception> {
    serde_json::from_str(json).map_err(|error| {
        if error.is_data() {
            mismatch(json, expected)
        } else {
            // Escapes that are not Unicode, or a number that is too large.
            Exception::without_message(Kind::Serialization)
        }
    })
}

const LIST: &str = "Start of list found where not expected";
const STRUCTURE: &str = "Start of structure or map found where not expected.";

fn wrong_type(message: &str) -> Exception {
    Exception::new(Kind::Serialization, message)
}

fn mismatch(json: &str, expected: &str) -> Exception {
    let token = match json.as_bytes() {
        [b'[', ..] => return wrong_type(LIST),
        [b'{', ..] => return wrong_type(STRUCTURE),
        [b'"', ..] => "STRING_VALUE",
        [b't', ..] => "TRUE_VALUE",
        [b'f', ..] => "FALSE_VALUE",
        [b'n', ..] => "NULL_VALUE",
        _ => "NUMBER_VALUE",
    };
    wrong_type(&format!("{token} can not be converted to {expected}"))
}

/// Visits the object of a body.
struct Object<'a> {
    /// Set if the body is a list, for which AWS has a message.
    is_list: &'a Cell<bool>,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<(&'static str, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Self::Value = Vec::with_capacity(NAMES.len());
        // Names are compared after unescaping.
        while let Some(Text(name)) = map.next_key()? {
            let Some(name) = NAMES.into_iter().find(|known| *known == name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            // Two readers of the same text must not see different values.
            if members.iter().any(|(found, _)| *found == name) {
                return Err(A::Error::custom("a member occurs more than once"));
            }
            members.push((name, map.next_value()?));
        }
        Ok(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.is_list.set(true);
        Err(A::Error::custom("a list"))
    }
}

/// The constraints that members violate.
#[derive(Debug, Default)]
pub(super) struct Constraints(Vec<String>);

impl Constraints {
    /// `value` is as AWS shows it: `Value 'x'`, `Value null`, and only `Value` for what is sensitive.
    fn violated(&mut self, value: &str, member: &str, constraint: &str) {
        self.0.push(format!(
            "{value} at '{member}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// A required member is there.
    pub(super) fn required<T>(&mut self, member: &str, value: Option<&T>, is_sensitive: bool) {
        if value.is_none() {
            let shown = if is_sensitive { "Value" } else { "Value null" };
            self.violated(shown, member, "Member must not be null");
        }
    }

    /// The length of bytes, which are never shown.
    pub(super) fn bytes(&mut self, member: &str, value: Option<&Vec<u8>>, max: usize) {
        if let Some(value) = value {
            self.length("Value", member, value.len(), 1, max);
        }
    }

    /// The length of a shown string.
    pub(super) fn string(&mut self, member: &str, value: Option<&str>, max: usize) {
        if let Some(value) = value {
            self.length(&format!("Value '{value}'"), member, value.chars().count(), 1, max);
        }
    }

    /// A `KeyId`: 1 to 2048 characters of ASCII.
    pub(super) fn key_id(&mut self, value: Option<&str>) {
        self.string("keyId", value, 2048);
        if let Some(value) = value
            && (value.is_empty() || !value.is_ascii())
        {
            self.violated(
                &format!("Value '{value}'"),
                "keyId",
                r"Member must satisfy regular expression pattern: ^\p{ASCII}+$",
            );
        }
    }

    /// The number and the lengths of tokens or names, which are not shown.
    pub(super) fn list(
        &mut self,
        member: &str,
        value: Option<&Vec<Cow<'_, str>>>,
        min: usize,
        max: usize,
        max_length: usize,
    ) {
        let Some(value) = value else {
            return;
        };
        self.length("Value", member, value.len(), min, max);
        if value.iter().any(|one| one.is_empty() || one.len() > max_length) {
            self.violated(
                "Value",
                member,
                &format!(
                    "Member must satisfy constraint: [Member must have length less than or equal to {max_length}, Member \
                     must have length greater than or equal to 1]"
                ),
            );
        }
    }

    /// A number between bounds.
    pub(super) fn range(&mut self, member: &str, value: Option<i64>, min: i64, max: i64) {
        let Some(value) = value else {
            return;
        };
        let shown = format!("Value '{value}'");
        if value < min {
            self.violated(
                &shown,
                member,
                &format!("Member must have value greater than or equal to {min}"),
            );
        }
        if value > max {
            self.violated(
                &shown,
                member,
                &format!("Member must have value less than or equal to {max}"),
            );
        }
    }

    /// One of the names of an enumeration.
    pub(super) fn one_of(&mut self, member: &str, value: Option<&str>, names: &[&str]) {
        if let Some(value) = value
            && !names.contains(&value)
        {
            self.violated(
                &format!("Value '{value}'"),
                member,
                &format!("Member must satisfy enum value set: [{}]", names.join(", ")),
            );
        }
    }

    fn length(&mut self, shown: &str, member: &str, length: usize, min: usize, max: usize) {
        if length < min {
            self.violated(
                shown,
                member,
                &format!("Member must have length greater than or equal to {min}"),
            );
        }
        if length > max {
            self.violated(
                shown,
                member,
                &format!("Member must have length less than or equal to {max}"),
            );
        }
    }

    /// Fails if any was violated.
    pub(super) fn check(self) -> Result<(), Exception> {
        let errors = match self.0.len() {
            0 => return Ok(()),
            1 => "1 validation error".to_owned(),
            count => format!("{count} validation errors"),
        };
        Err(Exception::new(
            Kind::Validation,
            format!("{errors} detected: {}", self.0.join("; ")),
        ))
    }
}
