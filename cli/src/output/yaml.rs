//! `--output yaml`, in block style.

use serde_json::Value;

use crate::printable;

pub(super) fn format(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Array(_) | Value::Object(_) if !is_empty(value) => block(&mut text, value, 0),
        // Like the AWS CLI, which prints a lone scalar as JSON.
        _ => {
            text.push_str(&value.to_string());
            text.push('\n');
        }
    }
    printable::yaml(&text).into_owned()
}

/// Writes the lines of a list or an object, indented to this column.
fn block(text: &mut String, value: &Value, column: usize) {
    match value {
        Value::Object(object) => {
            for (field, value) in object {
                indent(text, column);
                text.push_str(&string(field));
                text.push(':');
                // A list is indented like its field.
                let inner = if value.is_array() {
                    column
                } else {
                    column.saturating_add(2)
                };
                entry(text, value, inner, "\n");
            }
        }
        Value::Array(list) => {
            for value in list {
                indent(text, column);
                text.push('-');
                entry(text, value, column.saturating_add(2), " ");
            }
        }
        _ => {}
    }
}

/// Writes the value after a `:` or a `-`. `before` is written before a block, which starts on the same line after a
/// `-`.
fn entry(text: &mut String, value: &Value, column: usize, before: &str) {
    if !matches!(value, Value::Array(_) | Value::Object(_)) || is_empty(value) {
        text.push(' ');
        text.push_str(&match value {
            Value::String(text) => string(text),
            value => value.to_string(),
        });
        text.push('\n');
        return;
    }
    text.push_str(before);
    let mut inner = String::new();
    block(&mut inner, value, column);
    text.push_str(if before == " " { inner.trim_start() } else { &inner });
}

fn indent(text: &mut String, column: usize) {
    text.extend(std::iter::repeat_n(' ', column));
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// Formats a string, in quotes if YAML would read it as something else without. A JSON string is a YAML string.
fn string(text: &str) -> String {
    let plain = text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'/' | b':' | b'+' | b'=')
    }) && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n"
        );
    if plain {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}
