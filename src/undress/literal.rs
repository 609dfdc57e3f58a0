//! Bytes as languages and SDKs print them.

use super::{Off, Thing, Worn, words};
use crate::text;

/// Only a description of the object was printed.
pub(super) fn description(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let is_description = text.starts_with("[object ")
        || text.starts_with("java.nio.HeapByteBuffer[")
        || text.starts_with("<memory at 0x")
        || text.starts_with("<_io.")
        || text.starts_with("<botocore.")
        || text == "System.Byte[]"
        || (text.starts_with("[B@") && text.len() <= 16);
    if is_description { vec![Off::lost()] } else { Vec::new() }
}

/// Node prints at most 100 elements of an array and 50 bytes of a Buffer.
pub(super) fn cut_short(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let is_cut = ["more items", "more bytes", "more item\n", "more byte>"]
        .iter()
        .any(|words| text.contains(words) && text.contains("..."));
    if is_cut { vec![Off::lost()] } else { Vec::new() }
}

const FROM_PYTHON: &str =
    "python3 -c 'import sys, ast; sys.stdout.buffer.write(ast.literal_eval(sys.stdin.read().strip()))'";

pub(super) fn python_bytes(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let text = worn.text?;
        let inner = text.strip_prefix("bytearray(").and_then(|rest| rest.strip_suffix(')'));
        let decoded = from_python(inner.unwrap_or(text)).filter(|decoded| worn.is_long(decoded))?;
        let off = Off::new(decoded).note(format!(", {}", quoted(inner.unwrap_or(text))));
        Some(match inner {
            None => off.filter(FROM_PYTHON),
            Some(_) => off.filter(format!("sed 's/^bytearray(//; s/)$//' | {FROM_PYTHON}")),
        })
    };
    off().into_iter().collect()
}

fn quoted(literal: &str) -> &'static str {
    if literal.starts_with("b'") {
        "b'...'"
    } else {
        "b\"...\""
    }
}

/// Decodes a Python bytes literal.
fn from_python(text: &str) -> Option<Vec<u8>> {
    let (quote, text) = text.as_bytes().strip_prefix(b"b")?.split_first()?;
    if !matches!(quote, b'\'' | b'"') {
        return None;
    }
    let mut rest = text.strip_suffix(&[*quote])?;
    let mut bytes = Vec::new();
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, after) {
            (b'\\', [b'x', high, low, after @ ..]) => (*text::from_hex(&[*high, *low])?.first()?, after),
            (b'\\', [b'n', after @ ..]) => (b'\n', after),
            (b'\\', [b'r', after @ ..]) => (b'\r', after),
            (b'\\', [b't', after @ ..]) => (b'\t', after),
            (b'\\', [escaped @ (b'\\' | b'\'' | b'"'), after @ ..]) => (*escaped, after),
            (b'\\', _) => return None,
            _ if byte == quote => return None,
            _ => (*byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Some(bytes)
}

/// The longest bytes literals in a printed value, such as the response of boto3.
pub(super) fn python_value(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let mut found: Vec<(&str, Vec<u8>)> = Vec::new();
    for quote in ['\'', '"'] {
        let start = if quote == '\'' { "b'" } else { "b\"" };
        for (at, _) in text.match_indices(start).take(16) {
            let Some(literal) = text.get(at..).and_then(|rest| literal(rest, 2, quote)) else {
                continue;
            };
            if let Some(decoded) = from_python(literal).filter(|decoded| worn.is_long(decoded)) {
                found.push((literal, decoded));
            }
        }
    }
    found.sort_by_key(|(literal, _)| core::cmp::Reverse(literal.len()));
    found
        .into_iter()
        .filter(|(literal, _)| literal.len() < text.len())
        .take(3)
        .map(|(literal, decoded)| {
            let (before, _) = text.split_once(literal).unwrap_or_default();
            let field = before
                .trim_end()
                .strip_suffix(':')
                .and_then(|before| before.rsplit(['\'', '"']).nth(1))
                .filter(|name| (1..=64).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric()));
            let off = Off::new(decoded);
            let Some(name) = field else { return off };
            let is_response = before.matches('{').count() == 1 && text.starts_with('{');
            let off = if is_response {
                off.note(format!(" (the field {name} of boto3's response)"))
            } else {
                off.note(format!(" (the value of {name})"))
            };
            // The command takes the first value with this name.
            let is_first = before.matches(&format!("'{name}':")).count() == 1;
            if !is_first {
                return off;
            }
            off.filter(format!(
                "python3 -c 'import sys, re, ast; sys.stdout.buffer.write(ast.literal_eval(re.search(\
                 r\"\\x27{name}\\x27: *(b\\x27(?:[^\\x27\\\\]|\\\\.)*\\x27|b\\x22(?:[^\\x22\\\\]|\\\\.)*\\x22)\", \
                 sys.stdin.read())[1]))'"
            ))
        })
        .collect()
}

/// A literal at the beginning of text, after this many characters up to its closing quotation mark.
fn literal(text: &str, opening: usize, quote: char) -> Option<&str> {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(opening) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return text.get(..=at),
            _ => {}
        }
    }
    None
}

/// `<Buffer 30 45 ...>`
pub(super) fn node_buffer(worn: &Worn<'_>) -> Vec<Off> {
    let decoded = worn.text.and_then(|text| {
        let (_, rest) = text.split_once("<Buffer ")?;
        let (digits, _) = rest.split_once('>')?;
        text::from_hex_lines(digits.as_bytes())
    });
    decoded
        .filter(|decoded| worn.is_long(decoded))
        .map(|decoded| {
            Off::new(decoded)
                .note(" (<Buffer ...>)")
                .filter("tr -d '\\n' | sed 's/.*<Buffer //; s/>.*//' | xxd -r -p")
        })
        .into_iter()
        .collect()
}

/// `SdkBytes(bytes=0x3045...)`
pub(super) fn java_sdk_bytes(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let field = match worn.thing {
        Thing::PublicKey => "PublicKey=",
        Thing::Signature(_) => "Signature=",
        Thing::Digest(_) | Thing::Message => "=",
    };
    let mut values: Vec<(bool, &str)> = text
        .match_indices("bytes=0x")
        .take(8)
        .filter_map(|(at, _)| {
            let (before, rest) = text.split_at_checked(at)?;
            let rest = rest.strip_prefix("bytes=0x")?;
            let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
            Some((before.ends_with(&format!("{field}SdkBytes(")), rest.get(..end)?))
        })
        .collect();
    let is_only = values.len() == 1;
    values.sort_by_key(|(is_named, _)| !*is_named);
    values
        .into_iter()
        .filter_map(|(is_named, digits)| {
            let decoded = text::from_hex(digits.as_bytes()).filter(|decoded| worn.is_long(decoded))?;
            let off = Off::new(decoded).note(" (SdkBytes(bytes=0x...))");
            let value = if is_named {
                format!("{field}SdkBytes\\(")
            } else {
                String::new()
            };
            let filter = format!("grep -oE '{value}bytes=0x[0-9A-Fa-f]+' | head -n 1 | sed 's/.*0x//' | xxd -r -p");
            Some(if is_named || is_only { off.filter(filter) } else { off })
        })
        .collect()
}

/// The bytes of a dump: an offset at the beginning of each line, and perhaps text at its end.
pub(super) fn dump(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let mut decoded = Vec::new();
    let mut lines = 0_usize;
    let first = text.lines().find(|line| line.starts_with("000000")).unwrap_or_default();
    let is_between_bars = first.contains("  |") && first.ends_with('|');
    for line in text.lines() {
        let (offset, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
        if offset.len() < 6 || !offset.chars().all(|c| c.is_ascii_hexdigit()) {
            // The lines of Format-Hex before the first offset.
            if decoded.is_empty() && lines < 8 {
                lines = lines.saturating_add(1);
                continue;
            }
            return Vec::new();
        }
        let is_next = [16, 8]
            .iter()
            .any(|radix| usize::from_str_radix(offset, *radix).is_ok_and(|offset| offset == decoded.len()));
        let data = rest.trim_start_matches([':', ' ']);
        // The text stands between bars, or after two spaces.
        let data = match data.split_once("  |") {
            Some((data, _)) if is_between_bars => data,
            _ if is_between_bars => data,
            _ => data.split("  ").next().unwrap_or_default(),
        };
        let digits: String = data.split_ascii_whitespace().collect();
        match text::from_hex(digits.as_bytes()) {
            Some(bytes) if is_next && bytes.len() <= 16 => decoded.extend(bytes),
            None if is_next && digits.is_empty() => break,
            _ => return Vec::new(),
        }
    }
    if decoded.is_empty() || !worn.is_long(&decoded) {
        return Vec::new();
    }
    let filter = if is_between_bars {
        "sed 's/|.*//; s/^[0-9A-Fa-f]*//' | xxd -r -p"
    } else if first.contains(": ") {
        "xxd -r"
    } else if first.contains("   ") {
        "tr -d '\\r' | grep -E '^[0-9A-F]{8} ' | cut -c 9-58 | xxd -r -p"
    } else {
        "sed 's/^[0-9]*//' | xxd -r -p"
    };
    vec![Off::new(decoded).filter(filter)]
}

/// Turns a string literal in `text` into bytes. Python reads all escapes as Ruby and C do, but for two.
const EVALUATE: &str = "sys.stdout.buffer.write(ast.literal_eval(\"b\" + re.sub(r\"\\\\(.)\", \
                        lambda m: {\"e\": \"\\\\x1b\", \"#\": \"#\"}.get(m[1], m[0]), text)))";

/// Text between quotation marks with `\\x` or octal escapes: all of it, or the longest value of a field.
pub(super) fn string(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let is_bytes = |bytes: &Vec<u8>| {
        // Other text has no bytes that are not text.
        bytes.iter().any(|byte| *byte >= 0x80) && worn.is_long(bytes)
    };
    if let Some(decoded) = from_string(text).filter(is_bytes) {
        let filter = format!("python3 -c 'import sys, re, ast; text = sys.stdin.read().strip(); {EVALUATE}'");
        let off = Off::new(decoded);
        return vec![if text.is_ascii() { off.filter(filter) } else { off }];
    }
    // Without quotation marks, as for printf, or with those of Bash.
    if !words::hex(worn).is_empty() {
        return Vec::new();
    }
    let bare = text.strip_prefix("$'").and_then(|text| text.strip_suffix('\''));
    let decoded = from_string(&format!("\"{}\"", bare.unwrap_or(text)));
    // Nothing but escapes, of at most four characters.
    let is_all_escapes = text.matches('\\').count().saturating_mul(4) >= text.len();
    let is_escaped = |bytes: &Vec<u8>| is_bytes(bytes) || (is_all_escapes && worn.is_long(bytes));
    if let Some(decoded) = decoded.filter(is_escaped) {
        let strip = if bare.is_some() { "[2:-1]" } else { "" };
        let filter = format!(
            "python3 -c 'import sys, re, ast; text = \"\\\"\" + sys.stdin.read().strip(){strip} + \"\\\"\"; {EVALUATE}'"
        );
        return vec![Off::new(decoded).note(", without its quotation marks").filter(filter)];
    }
    let fields = text.match_indices("=\"").take(16).filter_map(|(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
        let decoded = from_string(literal(rest.strip_prefix('=')?, 1, '"')?).filter(is_bytes)?;
        (1..=64).contains(&name.len()).then_some((name, decoded))
    });
    fields
        .max_by_key(|(name, decoded)| (words::is_likely_name(worn.thing, name), decoded.len()))
        .map(|(name, decoded)| {
            let off = Off::new(decoded).note(format!(" (the value of {name})"));
            // The command takes the first value with this name, and reads ASCII.
            if !text.is_ascii() || text.matches(&format!("{name}=\"")).count() != 1 {
                return off;
            }
            let search = format!("re.search(r\"\\b{name}=(\\\"(?:[^\\\"\\\\]|\\\\.)*\\\")\", sys.stdin.read())[1]");
            off.filter(format!("python3 -c 'import sys, re, ast; text = {search}; {EVALUATE}'"))
        })
        .into_iter()
        .collect()
}

/// Decodes a string literal of Ruby or C.
fn from_string(text: &str) -> Option<Vec<u8>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return None;
    }
    let mut decoded = Vec::new();
    let mut rest = inner.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, after) {
            (b'\\', [b'x', high, low, after @ ..]) => (*text::from_hex(&[*high, *low])?.first()?, after),
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                let digits = [*a, *b, *c];
                (u8::from_str_radix(core::str::from_utf8(&digits).ok()?, 8).ok()?, after)
            }
            (b'\\', [escaped, after @ ..]) => {
                let byte = match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'a' => 7,
                    b'b' => 8,
                    b'v' => 11,
                    b'f' => 12,
                    b'e' => 27,
                    b'0' => 0,
                    b'"' | b'\'' | b'\\' | b'#' => *escaped,
                    _ => return None,
                };
                (byte, after)
            }
            (b'\\' | b'"', _) => return None,
            _ => (*byte, after),
        };
        decoded.push(byte);
        rest = after;
    }
    Some(decoded)
}
