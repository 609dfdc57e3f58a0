//! Prints the answer to standard output, in the formats of the AWS CLI.

mod query;
mod table;
mod text;
mod yaml;

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::PrettyFormatter;

use crate::args::{Color, Format, Global};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::style::{Lines, Style};
use crate::{descriptors, printable};

use query::Query;

/// How to print an answer.
pub(crate) struct Output {
    format: Option<Format>,
    query: Option<Query>,
    color: Color,
}

impl Output {
    /// Compiles the query, so that an invalid one is reported before anything else is done.
    pub(crate) fn new(global: &Global, settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            format: settings.output,
            query: global.query.as_deref().map(Query::compile).transpose()?,
            color: global.color,
        })
    }

    /// Whether the answer is for people: no machine-readable format was asked for.
    pub(crate) fn is_human_readable(&self) -> bool {
        self.format.is_none() && self.query.is_none()
    }

    /// Rejects flags that ask for another format than JSON lines.
    pub(crate) fn require_json_lines(&self) -> Result<(), Failure> {
        if self.query.is_none() && matches!(self.format, None | Some(Format::Json)) {
            Ok(())
        } else {
            Err(Failure::Parameter(
                "kms-verify batch always writes one JSON object per line; leave out --output and --query, and filter the results \
                 with jq"
                    .to_owned(),
            ))
        }
    }

    pub(crate) fn style(&self) -> Style {
        Style::for_stdout(self.color)
    }

    pub(crate) fn style_for_stderr(&self) -> Style {
        Style::for_stderr(self.color)
    }

    /// Prints an answer, after applying the query, in the requested format.
    pub(crate) fn print(&self, title: &str, answer: &impl Serialize) -> Result<(), Failure> {
        let text = match (&self.query, self.format.unwrap_or(Format::Json)) {
            // Serialized directly, which keeps the order of the fields.
            (None, Format::Json) => json(answer)?,
            (query, format) => {
                let mut value = serde_json::to_value(answer).map_err(unprintable)?;
                if let Some(query) = query {
                    value = query.apply(&value)?;
                }
                match format {
                    // The AWS CLI prints nothing for an empty object.
                    _ if value.as_object().is_some_and(|object| object.is_empty()) => String::new(),
                    Format::Json => json(&value)?,
                    Format::Text => as_text(value),
                    Format::Yaml => as_yaml(&value),
                    Format::YamlStream => as_yaml(&Value::Array(vec![value])),
                    Format::Table => as_table(title, value),
                    Format::Off => String::new(),
                }
            }
        };
        write_stdout(text.as_bytes())
    }

    pub(crate) fn write_lines(&self, lines: &Lines) -> Result<(), Failure> {
        write_stdout(lines.as_str().as_bytes())
    }
}

pub(crate) fn as_text(value: Value) -> String {
    text::format(&printable_in(value))
}

pub(crate) fn as_yaml(value: &Value) -> String {
    yaml::format(value)
}

pub(crate) fn as_table(title: &str, value: Value) -> String {
    table::format(title, &printable_in(value))
}

/// Escapes the strings and names of a value, for formats without escapes of their own: a tab or a line end in a string
/// would be taken as one of the format.
fn printable_in(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(printable::line(&text).into_owned()),
        Value::Array(list) => Value::Array(list.into_iter().map(printable_in).collect()),
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(name, value)| (printable::line(&name).into_owned(), printable_in(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// Writes to standard output. An answer that cannot be written is a failure, even if the signature is valid.
pub(crate) fn write_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = descriptors::stdout().map_err(|error| unwritten(&error))?.lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|error| unwritten(&error))
}

fn unwritten(error: &io::Error) -> Failure {
    Failure::Io(format!("standard output could not be written: {error}"))
}

/// Formats JSON with an indent of four spaces, like the AWS CLI.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"    "));
    value.serialize(&mut serializer).map_err(unprintable)?;
    text.push(b'\n');
    let text =
        String::from_utf8(text).map_err(|error| Failure::Io(format!("the answer could not be printed: {error}")))?;
    Ok(printable::json(&text).into_owned())
}

fn unprintable(error: serde_json::Error) -> Failure {
    Failure::Parameter(format!(
        "the result of --query cannot be printed: {error}; use another expression"
    ))
}

/// Formats a scalar like Python's `str`, as the AWS CLI does in text and tables. `None` for lists and objects.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
