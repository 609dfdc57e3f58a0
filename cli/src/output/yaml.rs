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

/// Formats a string: plain where YAML reads the same string, otherwise in single quotes, and with escapes only where
/// there is no other way. Line ends are escaped too, which the AWS CLI folds.
fn string(text: &str) -> String {
    let is_text = |c: char| c == ' ' || (c.is_ascii_graphic() || !c.is_ascii()) && !c.is_control();
    if !text.chars().all(is_text) || printable::yaml(text) != text {
        // A JSON string is a YAML string.
        Value::from(text).to_string()
    } else if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Whether a scalar without quotes is this string.
fn is_plain(text: &str) -> bool {
    // An indicator that is followed by a space or the end separates or begins something.
    let ends_word = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let begins_otherwise = match text.split_at_checked(1) {
        None => text.is_empty(),
        Some((first, rest)) => match first {
            "#" | "," | "[" | "]" | "{" | "}" | "&" | "*" | "!" | "|" | ">" | "'" | "\"" | "%" | "@" | "`" => true,
            "-" | "?" | ":" => ends_word(rest),
            _ => false,
        },
    };
    let is_marker = text.starts_with("---") || text.starts_with("...");
    let has_space = text.starts_with(' ') || text.ends_with(' ');
    let has_indicator = text.contains(": ") || text.ends_with(':') || text.contains(" #");
    !(begins_otherwise || is_marker || has_space || has_indicator || is_other_type(text))
}

/// Whether YAML 1.2 reads this as null, a boolean, a number, a date or a merge key.
fn is_other_type(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(
        text,
        "" | "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE" | "=" | "<<"
    ) || matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || is_integer(unsigned)
        || is_float(unsigned)
        || is_date(text)
}

fn is_integer(text: &str) -> bool {
    let of = |digits: &str, is_digit: fn(char) -> bool| {
        !digits.is_empty() && digits.chars().all(|digit| digit == '_' || is_digit(digit))
    };
    let is_binary = |digit: char| matches!(digit, '0' | '1');
    let is_hex = |digit: char| digit.is_ascii_hexdigit();
    let is_octal = |digit: char| matches!(digit, '0'..='7');
    of(text, |digit| digit.is_ascii_digit())
        || text.strip_prefix("0b").is_some_and(|digits| of(digits, is_binary))
        || text.strip_prefix("0o").is_some_and(|digits| of(digits, is_octal))
        || text.strip_prefix("0x").is_some_and(|digits| of(digits, is_hex))
}

fn is_float(text: &str) -> bool {
    let are_digits = |digits: &str| digits.chars().all(|digit| digit == '_' || digit.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let has_exponent = exponent.is_some_and(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    if exponent.is_some() && !has_exponent {
        return false;
    }
    match mantissa.split_once('.') {
        Some(("", decimals)) => !decimals.is_empty() && are_digits(decimals),
        Some((integer, decimals)) => {
            integer.starts_with(|first: char| first.is_ascii_digit()) && are_digits(integer) && are_digits(decimals)
        }
        None => has_exponent && mantissa.starts_with(|first: char| first.is_ascii_digit()) && are_digits(mantissa),
    }
}

/// Whether this begins like a date, which may have a time: those are never plain here.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let is_number = |part: Option<&str>, length: usize| {
        part.is_some_and(|part| part.len() == length && part.bytes().all(|digit| digit.is_ascii_digit()))
    };
    is_number(parts.next(), 4)
        && parts
            .next()
            .is_some_and(|month| is_number(Some(month), 1) || is_number(Some(month), 2))
        && parts
            .next()
            .is_some_and(|day| day.starts_with(|first: char| first.is_ascii_digit()))
}
