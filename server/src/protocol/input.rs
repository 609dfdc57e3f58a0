//! The members of a request, with the errors of AWS for each.
//!
//! AWS reports a member of the wrong type before any constraint that is violated, and all constraints together. The texts
//! for types are those of the JSON protocol of AWS, observed at another service of it, Athena, in September 2026.

use std::cell::Cell;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Exception, Kind};

/// The members of the object in the body.
#[derive(Debug)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Reads a body: one object without repeated names, and nothing after it. Of other objects in it, none is used.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Exception> {
        let is_list = Cell::new(false);
        let mut json = serde_json::Deserializer::from_slice(body);
        let read = json
            .deserialize_any(Object { is_list: &is_list })
            .and_then(|members| json.end().map(|()| members));
        match read {
            Ok(members) => Ok(Self(members)),
            Err(_) if is_list.get() => Err(wrong_type(LIST)),
            Err(_) => Err(Exception::without_message(Kind::Serialization)),
        }
    }

    /// A member that is not null.
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn string(&self, name: &str) -> Result<Option<&str>, Exception> {
        self.get(name)
            .map(|value| value.as_str().ok_or_else(|| mismatch(value, "a String")))
            .transpose()
    }

    /// Bytes in base64: the standard alphabet, padded, with trailing bits zero and without white space.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Exception> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let text = value.as_str().ok_or_else(|| mismatch(value, "a Blob"))?;
        let bytes = STANDARD
            .decode(text)
            .map_err(|_| Exception::without_message(Kind::Serialization))?;
        Ok(Some(bytes))
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Exception> {
        self.get(name)
            .map(|value| value.as_bool().ok_or_else(|| mismatch(value, "a Boolean")))
            .transpose()
    }

    /// An integer. AWS truncates fractions.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Exception> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let integer = match value.as_i64() {
            Some(integer) => integer,
            // A cast of a number that is too large gives the largest, which violates a constraint.
            #[allow(clippy::cast_possible_truncation, reason = "saturates, and truncates fractions")]
            None => value.as_f64().ok_or_else(|| mismatch(value, "an Integer"))? as i64,
        };
        Ok(Some(integer))
    }

    pub(super) fn strings(&self, name: &str) -> Result<Option<Vec<&str>>, Exception> {
        let list = match self.get(name) {
            None => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(Value::Object(_)) => return Err(wrong_type(STRUCTURE)),
            Some(_) => return Err(wrong_type("Expected list or null")),
        };
        list.iter()
            .map(|value| value.as_str().ok_or_else(|| mismatch(value, "a String")))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

const LIST: &str = "Start of list found where not expected";
const STRUCTURE: &str = "Start of structure or map found where not expected.";

fn wrong_type(message: &str) -> Exception {
    Exception::new(Kind::Serialization, message)
}

fn mismatch(value: &Value, expected: &str) -> Exception {
    let token = match value {
        Value::Array(_) => return wrong_type(LIST),
        Value::Object(_) => return wrong_type(STRUCTURE),
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
    };
    wrong_type(&format!("{token} can not be converted to {expected}"))
}

/// Visits the object of a body.
struct Object<'a> {
    /// Set if the body is a list, for which AWS has a message.
    is_list: &'a Cell<bool>,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            // Two readers of the same text must not see different values.
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs more than once"));
            }
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
    pub(super) fn list(&mut self, member: &str, value: Option<&Vec<&str>>, min: usize, max: usize, max_length: usize) {
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
