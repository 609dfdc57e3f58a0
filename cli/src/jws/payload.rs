//! How headers and payloads are printed.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The payload as JSON or text, or else as base64.
pub(super) fn printed(payload: Vec<u8>) -> (Option<Value>, Option<String>) {
    if let Some(object) = object(&payload) {
        return (Some(object), None);
    }
    match String::from_utf8(payload) {
        Ok(text) => (Some(Value::String(text)), None),
        Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
    }
}

/// A JSON object. `None` for anything else, and for an object that repeats a name: only one of the values would be printed.
pub(super) fn object(json: &[u8]) -> Option<Value> {
    serde_json::from_slice::<Unique>(json).ok()?;
    serde_json::from_slice(json).ok().filter(Value::is_object)
}

/// Any JSON value in which no object repeats a name.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    /// A number that would be printed with other digits: the object is printed as text.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Err(E::custom("not an integer"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name) {
                map.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom("a name occurs twice"));
            }
            map.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_printed_faithfully_is_json() {
        for json in [r#"{"a":{"b":[1,-1,true,null,"c"]}}"#, "{}"] {
            assert_eq!(printed(json.into()).0.unwrap().to_string(), json);
        }
        for text in [
            "[]",
            "1",
            "text",
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            r#"{"a":0.10}"#,
            "{} {}",
        ] {
            assert_eq!(printed(text.into()), (Some(Value::String(text.to_owned())), None));
        }
        assert_eq!(printed(vec![0xff]), (None, Some("/w==".to_owned())));
    }
}
