//! Shell commands that correct an input in a file.

use super::{Inputs, Part, Source};
use crate::algorithm::MessageType;
use crate::undress::{Layer, READ_AS_BASE64};

/// The longest result that is printed as hexadecimal text, in bytes, where no filter makes it: a signature on P-521.
const MAX_LITERAL: usize = 160;

/// The command that takes off these dresses, and the flag to use next.
pub(super) fn undress(part: Part, layers: &[Layer], bytes: &[u8], inputs: Inputs<'_>) -> String {
    let filters: Option<Vec<&str>> = layers.iter().map(|layer| layer.filter.as_deref()).collect();
    let is_pem = bytes.starts_with(b"-----BEGIN") || layers.last().is_some_and(writes_pem);
    let name = output(part, is_pem, inputs);
    command(part, filters.as_deref(), bytes, &name, inputs).map_or_else(
        || "Run explain once more with --repair FOLDER: it writes what is inside, if that verifies.".to_owned(),
        |command| format!("Correct it: {command}; then pass {}.", flag(part, &name)),
    )
}

/// OpenSSL writes public keys as PEM.
fn writes_pem(layer: &Layer) -> bool {
    layer
        .filter
        .as_deref()
        .is_some_and(|filter| filter.starts_with("openssl") && filter.contains("-pub"))
}

pub(super) fn rewrite(
    part: Part,
    filters: Option<&[String]>,
    literal: &[u8],
    message_type: Option<MessageType>,
    inputs: Inputs<'_>,
) -> String {
    let filters: Option<Vec<&str>> = filters.map(|filters| filters.iter().map(String::as_str).collect());
    let name = output(part, false, inputs);
    let with_type = message_type.map_or_else(String::new, |message_type| format!(" --message-type {message_type}"));
    command(part, filters.as_deref(), literal, &name, inputs)
        .map(|command| format!("Correct it: {command}; then pass {}{with_type}.", flag(part, &name)))
        .unwrap_or_default()
}

/// The command that writes what these filters make of the input; without filters, these bytes.
fn command(part: Part, filters: Option<&[&str]>, literal: &[u8], name: &str, inputs: Inputs<'_>) -> Option<String> {
    let Some(filters) = filters else {
        let hex = crate::text::hex(literal);
        return (literal.len() <= MAX_LITERAL).then(|| format!("printf {hex} | xxd -r -p > {name}"));
    };
    const DECODE: &str = " | base64 --decode";
    let source = inputs.of(part);
    let (first, rest) = filters.split_first()?;
    let mut commands = match source {
        // Text that was decoded as base64, and is not base64.
        Source::Command(command) if command.ends_with(DECODE) && *first == READ_AS_BASE64 => {
            vec![command.trim_end_matches(DECODE).to_owned()]
        }
        Source::Command(command) => vec![command.to_owned(), (*first).to_owned()],
        // The input goes into the first command of the pipeline.
        Source::File(file) => vec![match split_first(first) {
            (first, "") => format!("{first} < {}", quoted(file)),
            (first, rest) => format!("{first} < {} |{rest}", quoted(file)),
        }],
    };
    commands.extend(rest.iter().map(|filter| (*filter).to_owned()));
    Some(format!("{} > {name}", commands.join(" | ")))
}

/// The first command of a filter, and what follows its pipe.
fn split_first(filter: &str) -> (&str, &str) {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, character) in filter.char_indices() {
        match (quote, character) {
            _ if is_escaped => is_escaped = false,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\\') => is_escaped = true,
            (None, '\'' | '"') => quote = Some(character),
            (None, '{') => depth = depth.saturating_add(1),
            (None, '}') => depth = depth.saturating_sub(1),
            (None, '|') if depth == 0 => {
                let (first, rest) = filter.split_at_checked(at).unwrap_or((filter, ""));
                return (first.trim_end(), rest.strip_prefix('|').unwrap_or_default());
            }
            (None, _) => {}
        }
    }
    (filter, "")
}

/// The usual name of the file, unless the input has it.
fn output(part: Part, is_pem: bool, inputs: Inputs<'_>) -> String {
    let name = match part {
        Part::PublicKey if is_pem => "public_key.pem",
        Part::PublicKey => "public_key.der",
        Part::Message => "message.bin",
        Part::Digest => "digest.bin",
        Part::Signature => "signature.bin",
    };
    let is_input = |name: &str| {
        [inputs.public_key, inputs.message, inputs.signature]
            .iter()
            .any(|input| match input {
                Source::File(file) => file.rsplit('/').next() == Some(name),
                Source::Command(command) => command.contains(name),
            })
    };
    // The shell empties the file that it writes before a command reads it.
    let mut name = name.to_owned();
    while is_input(&name) {
        name.insert_str(0, "fixed_");
    }
    name
}

fn flag(part: Part, name: &str) -> String {
    match part {
        Part::PublicKey => format!("--public-key {name}"),
        Part::Message | Part::Digest => format!("--message fileb://{name}"),
        Part::Signature => format!("--signature fileb://{name}"),
    }
}

/// A file name as one word of a shell.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./+@%,:=".contains(c);
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_goes_into_the_first_command() {
        for (filter, first, rest) in [
            ("base64 --decode", "base64 --decode", ""),
            ("sed 's/a|b//' | xxd -r -p", "sed 's/a|b//'", " xxd -r -p"),
            ("{ printf 0a | xxd -r -p; cat; }", "{ printf 0a | xxd -r -p; cat; }", ""),
            ("{ cat; } | tr a b", "{ cat; }", " tr a b"),
            ("sed 's/\"'\\''a//' | cat", "sed 's/\"'\\''a//'", " cat"),
        ] {
            assert_eq!(split_first(filter), (first, rest));
        }
    }

    #[test]
    fn names_are_single_words_and_never_those_of_the_input() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("-f"), "'-f'");
        assert_eq!(quoted("keys/a.pem"), "keys/a.pem");
        let inputs = Inputs {
            signature: Source::File("in/signature.bin"),
            ..Inputs::default()
        };
        assert_eq!(output(Part::Signature, false, inputs), "fixed_signature.bin");
        assert_eq!(output(Part::PublicKey, true, inputs), "public_key.pem");
        for signature in [
            Source::File("fixed_signature.bin"),
            Source::Command("base64 --decode < fixed_signature.bin"),
        ] {
            let message = Source::File("signature.bin");
            let inputs = Inputs {
                signature,
                message,
                ..Inputs::default()
            };
            assert_eq!(output(Part::Signature, false, inputs), "fixed_fixed_signature.bin");
        }
    }
}
