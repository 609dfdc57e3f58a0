//! A JSON object whose members all have different names, at every depth.
//!
//! RFC 8259 section 4 leaves the meaning of a repeated name open, and serde_json's maps keep the last of two values, so
//! two readers of the same text can see different values.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Why text is not such an object.
#[derive(Debug)]
pub(crate) enum JsonError {
    /// It is not a single JSON object in UTF-8, or is nested in more than 127 levels.
    Invalid(#[cfg_attr(not(feature = "json"), allow(dead_code, reason = "only responses show it"))] serde_json::Error),
    /// A name occurs more than once in an object.
    Duplicate(String),
}

/// Reads an object that spans the whole input, apart from white space around it.
pub(crate) fn unique_object(json: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let duplicate = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let object = deserializer
        .deserialize_map(Object(&duplicate))
        .and_then(|object| deserializer.end().map(|()| object));
    match (object, duplicate.into_inner()) {
        (_, Some(name)) => Err(JsonError::Duplicate(name)),
        (Ok(object), None) => Ok(object),
        (Err(error), None) => Err(JsonError::Invalid(error)),
    }
}

/// Visits an object. The cell takes the first repeated name, because an error of serde_json is text.
struct Object<'a>(&'a RefCell<Option<String>>);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        // Names are compared after unescaping: "\u0061lg" is alg.
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                self.0.replace(Some(name));
                return Err(A::Error::custom("a name occurs more than once"));
            }
            members.insert(name, map.next_value_seed(Any(self.0))?);
        }
        Ok(members)
    }
}

/// Visits any value.
struct Any<'a>(&'a RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(Any(self.0))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        Object(self.0).visit_map(map).map(Value::Object)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn names_are_unique_at_every_depth() {
        let read = |json: &str| unique_object(json.as_bytes());
        let json = r#" {"a": [1, -2, 0.5, "b", null, true, {"a": {}}], "b": {"a": "\u00e9"}} "#;
        let expected: Value = serde_json::from_str(json).unwrap();
        assert_eq!(Value::Object(read(json).unwrap()), expected);
        for (json, name) in [
            (r#"{"a": 1, "a": 1}"#, "a"),
            (r#"{"a": 1, "\u0061": 1}"#, "a"),
            (r#"{"a": {"b": 1, "b": 2}}"#, "b"),
            (r#"{"a": [[{"c": {}, "c": {}}]]}"#, "c"),
            // The name repeats before the text ends.
            (r#"{"a": 1, "a""#, "a"),
        ] {
            assert!(
                matches!(read(json), Err(JsonError::Duplicate(found)) if found == name),
                "{json}"
            );
        }
        for json in [
            "",
            "[]",
            "1",
            "{} {}",
            "{}x",
            "\u{feff}{}",
            "{\"a\": \"\\ud800\"}",
            "{\"a\": 1,}",
        ] {
            assert!(matches!(read(json), Err(JsonError::Invalid(_))), "{json}");
        }
        let nested = |depth| format!("{{\"a\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(126)).is_ok());
        assert!(read(&nested(127)).is_err());
        assert!(read(&nested(100_000)).is_err());
    }
}
