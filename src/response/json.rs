//! Reads the fields of a response.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::ResponseError;
use crate::excerpt::excerpt;
use crate::json::{JsonError, unique_object};

/// The maximum length of an input in bytes. The longest response, of Sign with ML-DSA-87, is shorter than 9 KiB.
const MAX_INPUT: usize = 64 * 1024;

/// The fields of a response.
pub(super) struct Object {
    fields: Map<String, Value>,
    /// The AWS CLI command that prints such a response, for errors.
    command: &'static str,
}

impl Object {
    /// Reads a JSON object that spans the whole input. serde_json limits nesting to 128 levels.
    pub(super) fn read(json: &[u8], command: &'static str) -> Result<Self, ResponseError> {
        if json.len() > MAX_INPUT {
            return Err(ResponseError::TooLong {
                given: json.len(),
                max: MAX_INPUT,
            });
        }
        match unique_object(json) {
            Ok(fields) => Ok(Self { fields, command }),
            Err(JsonError::Duplicate(field)) => Err(ResponseError::DuplicateField { field: excerpt(&field) }),
            Err(JsonError::Invalid(error)) => Err(ResponseError::Json {
                problem: problem(json, &error),
                command,
            }),
        }
    }

    /// The string in an optional field.
    pub(super) fn string(&self, field: &'static str) -> Result<Option<&str>, ResponseError> {
        match self.fields.get(field) {
            None => Ok(None),
            Some(Value::String(string)) => Ok(Some(string)),
            Some(value) => Err(ResponseError::FieldType {
                field,
                expected: "a string",
                found: kind(value),
            }),
        }
    }

    /// The string in a required field.
    pub(super) fn required_string(&self, field: &'static str) -> Result<&str, ResponseError> {
        self.string(field)?.ok_or(ResponseError::MissingField {
            field,
            command: self.command,
        })
    }

    /// The bytes in a required field, decoded from base64: the standard alphabet, padded, with trailing bits zero and
    /// without white space.
    pub(super) fn required_bytes(&self, field: &'static str) -> Result<Vec<u8>, ResponseError> {
        STANDARD
            .decode(self.required_string(field)?)
            .map_err(|_| ResponseError::Base64 { field })
    }

    /// The list of strings in an optional field.
    pub(super) fn strings(&self, field: &'static str) -> Result<Option<Vec<&str>>, ResponseError> {
        let wrong_type = |found| ResponseError::FieldType {
            field,
            expected: "a list of strings",
            found,
        };
        match self.fields.get(field) {
            None => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().ok_or(wrong_type("a list of other values")))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(value) => Err(wrong_type(kind(value))),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Describes why text is not a single JSON object.
fn problem(json: &[u8], error: &serde_json::Error) -> Box<str> {
    match (json, error.classify()) {
        ([], _) => "it is empty".into(),
        ([0xff, 0xfe, ..] | [0xfe, 0xff, ..], _) => "it is encoded as UTF-16, as some shells do".into(),
        ([0xef, 0xbb, 0xbf, ..], _) => "it begins with a byte order mark, which some editors add".into(),
        (_, Category::Eof) => "it is truncated".into(),
        (_, Category::Data) => "it is a JSON value of another type".into(),
        (_, Category::Syntax | Category::Io) => format!(
            "it is invalid or nested too deeply at line {}, column {}",
            error.line(),
            error.column()
        )
        .into(),
    }
}
