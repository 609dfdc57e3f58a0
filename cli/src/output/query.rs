//! `--query`: JMESPath as the AWS CLI evaluates it.
//!
//! Its implementation is older than the standard, and accepts a bare word in backticks as a string. Integers stay
//! integers.

use std::sync::LazyLock;

use jmespath::functions::{ArgumentType, CustomFunction, Signature};
use jmespath::{Context, Expression, JmespathError, Rcvar, Runtime, Variable};
use serde_json::{Number, Value};

use super::unprintable;
use crate::failure::Failure;

/// The longest query, in bytes. The JMESPath parser recurses for each level of nesting, and the stack is limited.
const MAX: usize = 1024;

pub(super) struct Query(Expression<'static>);

impl Query {
    pub(super) fn compile(text: &str) -> Result<Self, Failure> {
        if text.len() > MAX {
            return Err(Failure::Parameter(format!(
                "--query has {} bytes, but at most {MAX} are accepted; filter the answer with jq instead",
                text.len()
            )));
        }
        RUNTIME
            .compile(&quote_bare_words(text))
            .map(Self)
            .map_err(|error| Failure::Parameter(bad(&error)))
    }

    /// Applies the query. Like the AWS CLI, it fails with another exit status than [`Query::compile`].
    pub(super) fn apply(&self, value: &Value) -> Result<Value, Failure> {
        let result = self.0.search(value).map_err(|error| Failure::Query(bad(&error)))?;
        serde_json::to_value(&*result).map_err(unprintable)
    }
}

fn bad(error: &JmespathError) -> String {
    format!(
        "--query is not a valid JMESPath expression for this answer: {} (at column {}); for the syntax, see \
         https://jmespath.org",
        error.reason,
        error.column.saturating_add(1)
    )
}

/// Puts each literal that is not JSON in quotes, if it is JSON then.
fn quote_bare_words(text: &str) -> String {
    let mut quoted = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let (before, from_delimiter) = rest.split_at_checked(start).unwrap_or((rest, ""));
        quoted.push_str(before);
        let mut characters = from_delimiter.chars();
        let Some(delimiter) = characters.next() else { break };
        let inner = characters.as_str();
        let Some((content, after)) = split_at_delimiter(inner, delimiter) else {
            // Not closed, which the parser reports.
            rest = from_delimiter;
            break;
        };
        quoted.push(delimiter);
        let json = content.replace("\\`", "`");
        let in_quotes = format!("\"{}\"", json.trim_start());
        if delimiter == '`' && !is_json(&json) && is_json(&in_quotes) {
            quoted.push_str(&format!("\"{}\"", content.trim_start()));
        } else {
            quoted.push_str(content);
        }
        quoted.push(delimiter);
        rest = after;
    }
    quoted.push_str(rest);
    quoted
}

/// Splits at the first delimiter that no backslash escapes.
fn split_at_delimiter(text: &str, delimiter: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if character == delimiter && !escaped {
            return Some((text.get(..at)?, text.get(at.checked_add(delimiter.len_utf8())?..)?));
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok()
}

/// The functions of the standard, of which those on numbers return integers for integers.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = Runtime::new();
    runtime.register_builtin_functions();
    let numbers = || ArgumentType::TypedArray(Box::new(ArgumentType::Number));
    let mut register = |name, argument, function: fn(&Variable) -> Option<Number>| {
        let evaluate = move |arguments: &[Rcvar], _: &mut Context<'_>| {
            let result = arguments.first().and_then(|argument| function(argument));
            Ok(Rcvar::new(result.map_or(Variable::Null, Variable::Number)))
        };
        let signature = Signature::new(vec![argument], None);
        runtime.register_function(name, Box::new(CustomFunction::new(signature, Box::new(evaluate))));
    };
    register("abs", ArgumentType::Number, abs);
    register("avg", numbers(), average);
    register("ceil", ArgumentType::Number, |number| rounded(number, f64::ceil));
    register("floor", ArgumentType::Number, |number| rounded(number, f64::floor));
    register("sum", numbers(), sum);
    runtime
});

fn abs(value: &Variable) -> Option<Number> {
    match integer(value) {
        Some(integer) => Some(integer.unsigned_abs().into()),
        None => Number::from_f64(value.as_number()?.abs()),
    }
}

fn rounded(value: &Variable, round: fn(f64) -> f64) -> Option<Number> {
    match integer(value) {
        Some(integer) => Some(integer.into()),
        // Adding zero turns -0 into 0.
        None => format!("{:.0}", round(value.as_number()?) + 0.0).parse().ok(),
    }
}

fn sum(value: &Variable) -> Option<Number> {
    let numbers = value.as_array()?;
    let integers = numbers
        .iter()
        .try_fold(0_i64, |sum, number| sum.checked_add(integer(number)?));
    match integers {
        Some(sum) => Some(sum.into()),
        None => Number::from_f64(numbers.iter().filter_map(|number| number.as_number()).sum()),
    }
}

fn average(value: &Variable) -> Option<Number> {
    let numbers = value.as_array()?;
    let sum: f64 = numbers.iter().filter_map(|number| number.as_number()).sum();
    let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
    Number::from_f64(sum / f64::from(count))
}

fn integer(value: &Variable) -> Option<i64> {
    match value {
        Variable::Number(number) => number.as_i64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Query, quote_bare_words};

    #[test]
    fn bare_words_are_put_in_quotes() {
        for (given, expected) in [
            ("KeyId == `ECDSA`", "KeyId == `\"ECDSA\"`"),
            ("`  a b`", "`\"a b\"`"),
            ("`1`", "`1`"),
            ("`true`", "`true`"),
            ("`\"a\"`", "`\"a\"`"),
            ("`a\"b`", "`a\"b`"),
            (r"`a\`b`", r#"`"a\`b"`"#),
            ("'`a`'", "'`a`'"),
            (r#""`a\"`b""#, r#""`a\"`b""#),
            ("`", "`"),
            ("a == `b", "a == `b"),
            ("`a` == `b`", "`\"a\"` == `\"b\"`"),
            ("\u{e4} == `\u{e4}`", "\u{e4} == `\"\u{e4}\"`"),
        ] {
            assert_eq!(quote_bare_words(given), expected, "{given}");
        }
    }

    #[test]
    fn integers_stay_integers() {
        for (query, expected) in [
            ("sum(@)", "6"),
            ("sum(`[1, 0.5]`)", "1.5"),
            ("sum(`[9223372036854775807, 1]`)", "9.223372036854775807e18"),
            ("sum(`[]`)", "0"),
            ("avg(@)", "2.0"),
            ("avg(`[]`)", "null"),
            ("abs(`-3`)", "3"),
            ("abs(`-9223372036854775808`)", "9223372036854775808"),
            ("abs(`-1.5`)", "1.5"),
            ("ceil(`1.5`)", "2"),
            ("ceil(`-0.5`)", "0"),
            ("floor(`1.5`)", "1"),
            ("floor(`7`)", "7"),
            ("floor(`1e300`)", "1e300"),
        ] {
            let result = Query::compile(query).unwrap().apply(&json!([1, 2, 3])).unwrap();
            let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
            assert_eq!(result, expected, "{query}");
        }
    }
}
