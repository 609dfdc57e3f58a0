//! Encodings of bytes that blockchains, URLs, forms, web pages and mail use.

use super::{Json, Off, Worn, words};
use crate::text::{self, Base64};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The longest base58 text that is decoded, which takes quadratic time: 64 bytes with a prefix and a checksum.
const MAX_BASE58: usize = 128;

pub(super) fn base58(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| (16..=MAX_BASE58).contains(&text.len())) else {
        return Vec::new();
    };
    let Some(decoded) = from_base58(text.as_bytes()).filter(|decoded| worn.is_long(decoded)) else {
        return Vec::new();
    };
    let filter = format!(
        "python3 -c 'import sys, functools; sys.stdout.buffer.write(functools.reduce(lambda n, c: n * 58 + \
         \"{}\".index(c), sys.stdin.read().strip(), 0).to_bytes({}, \"big\"))'",
        String::from_utf8_lossy(BASE58),
        decoded.len()
    );
    vec![
        Off::new(decoded)
            .note(format!(" ({} characters, without 0, O, I and l)", text.len()))
            .filter(filter),
    ]
}

/// Decodes base58, in which each leading `1` stands for a zero byte.
pub(super) fn from_base58(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |character: &u8| BASE58.iter().position(|known| known == character);
    let number = text::from_digits(58, text.iter().map(digit))?;
    let zeros = text.iter().take_while(|character| **character == b'1').count();
    Some([vec![0; zeros], number].concat())
}

pub(super) fn percent(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.contains('%')) else {
        return Vec::new();
    };
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => match text::from_hex(&[*high, *low]).as_deref() {
                Some([byte]) => (*byte, after),
                _ => return Vec::new(),
            },
            (b'%', _) => return Vec::new(),
            // These occur in no URL, so that the percent sign is of another encoding.
            (b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}', _) => return Vec::new(),
            _ => (*first, after),
        };
        decoded.push(byte);
        rest = after;
    }
    let filter = "python3 -c 'import sys, urllib.parse; \
                  sys.stdout.buffer.write(urllib.parse.unquote_to_bytes(sys.stdin.read().strip()))'";
    vec![Off::new(decoded).filter(filter)]
}

pub(super) fn plus_as_space(worn: &Worn<'_>) -> Vec<Off> {
    // Not trimmed: the first and the last character may have been a plus.
    let Some(text) = worn.untrimmed() else {
        return Vec::new();
    };
    let text = text.trim_matches(['\r', '\n']);
    if !text.contains(' ') || text.contains(['\n', '\t']) {
        return Vec::new();
    }
    let restored = text.replace(' ', "+");
    match text::from_base64(restored.as_bytes()) {
        Some((Base64::Standard, decoded)) if worn.is_long(&decoded) => {
            vec![Off::new(decoded).filter("tr ' ' '+' | base64 --decode")]
        }
        _ => Vec::new(),
    }
}

/// Quoted-printable (RFC 2045, section 6.7): `=3D` for a character, and `=` at the end of a line that goes on.
pub(super) fn quoted_printable(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.untrimmed().filter(|text| text.contains('=')) else {
        return Vec::new();
    };
    let mut decoded = Vec::new();
    let mut is_encoded = false;
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'=', [b'\n', after @ ..] | [b'\r', b'\n', after @ ..]) => {
                is_encoded = true;
                after
            }
            // A last line without its end.
            (b'=', []) => after,
            // In upper case, as the RFC requires.
            (
                b'=',
                [
                    high @ (b'0'..=b'9' | b'A'..=b'F'),
                    low @ (b'0'..=b'9' | b'A'..=b'F'),
                    after @ ..,
                ],
            ) => {
                is_encoded = true;
                decoded.extend(text::from_hex(&[*high, *low]).unwrap_or_default());
                after
            }
            (b'=', _) => return Vec::new(),
            (other, after) => {
                decoded.push(*other);
                after
            }
        };
    }
    if !is_encoded {
        return Vec::new();
    }
    vec![Off::new(decoded).filter("perl -MMIME::QuotedPrint -0777 -ne 'print decode_qp($_)'")]
}

/// The character references that occur in base64, PEM and JSON, without `&` and `;`.
const REFERENCES: [(&str, char); 11] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("plus", '+'),
    ("sol", '/'),
    ("equals", '='),
    ("lowbar", '_'),
    ("NewLine", '\n'),
];

/// Text of a web page: `&#x2B;`, `&#43;` and `&plus;` for a character, `<br>` for a line end.
pub(super) fn html(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.untrimmed() else {
        return Vec::new();
    };
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        let (before, from) = rest.split_at(at);
        decoded.push_str(before);
        let Some((character, after)) = reference(from).or_else(|| line_break(from)) else {
            return Vec::new();
        };
        decoded.push(character);
        rest = after;
    }
    if rest.len() == text.len() {
        return Vec::new();
    }
    decoded.push_str(rest);
    vec![Off::new(decoded).filter(
        "perl -0777 -pe 's/<br *\\/?>\\r?\\n?/\\n/gi' | python3 -c 'import sys, html; \
         sys.stdout.write(html.unescape(sys.stdin.read()))'",
    )]
}

/// The character that a reference at the beginning of text stands for, and the text after it.
fn reference(text: &str) -> Option<(char, &str)> {
    let (name, after) = text
        .strip_prefix('&')?
        .split_once(';')
        .filter(|(name, _)| name.len() <= 8)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => REFERENCES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, after))
}

/// `<br>`, `<br/>` or `<br />` at the beginning of text, with the line end after it, as a line feed.
fn line_break(text: &str) -> Option<(char, &str)> {
    let (tag, after) = text
        .strip_prefix('<')?
        .split_once('>')
        .filter(|(tag, _)| tag.len() <= 4)?;
    let after = after.strip_prefix('\r').unwrap_or(after);
    let after = after.strip_prefix('\n').unwrap_or(after);
    tag.trim_end_matches('/')
        .trim_end()
        .eq_ignore_ascii_case("br")
        .then_some(('\n', after))
}

/// The inside of a JSON string, without its quotation marks. PHP escapes slashes.
pub(super) fn json_escapes(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.contains('\\') && !text.contains('\n')) else {
        return Vec::new();
    };
    let Some(Json::String(value)) = Json::parse(&format!("\"{text}\"")) else {
        return Vec::new();
    };
    let filter =
        "python3 -c 'import sys, json; sys.stdout.write(json.loads(\"\\\"\" + sys.stdin.read().strip() + \"\\\"\"))'";
    vec![Off::new(value).filter(filter)]
}

/// Spaces that are not U+0020, as web pages and documents have them.
fn is_other_space(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}')
}

/// Characters without any width.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

pub(super) fn invisible(worn: &Worn<'_>) -> Vec<Off> {
    let is_either = |character| is_invisible(character) || is_other_space(character);
    let Some(text) = worn.untrimmed().filter(|text| text.contains(is_either)) else {
        return Vec::new();
    };
    let visible: String = text
        .chars()
        .filter(|character| !is_invisible(*character))
        .map(|character| if is_other_space(character) { ' ' } else { character })
        .collect();
    vec![Off::new(visible).filter(
        "perl -CSD -pe 's/[\\x{ad}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{2064}\\x{feff}]//g; \
         s/[\\x{a0}\\x{2000}-\\x{200a}\\x{202f}]/ /g'",
    )]
}

/// Lines of a mail that is answered.
pub(super) fn quotation(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn
        .text
        .filter(|text| worn.is_long(text.as_bytes()) && text.lines().all(|line| line.starts_with('>')))
    else {
        return Vec::new();
    };
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' '])).collect();
    vec![Off::new(lines.join("\n")).filter("sed 's/^[> ]*//'")]
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Base32 (RFC 4648, section 6), in either case, in lines, with its padding or without.
pub(super) fn base32(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let characters = text::without_white_space(text.as_bytes());
    let digits = match characters.iter().rposition(|character| *character != b'=') {
        Some(last) => characters.get(..=last).unwrap_or_default(),
        None => return Vec::new(),
    };
    let upper = digits.to_ascii_uppercase();
    let Some(decoded) = from_base32(&upper).filter(|decoded| worn.is_long(decoded)) else {
        return Vec::new();
    };
    let padding = "=".repeat(digits.len().next_multiple_of(8).saturating_sub(digits.len()));
    let filter = if characters.len() == digits.len() && !padding.is_empty() {
        format!("{{ tr -d ' \\t\\r\\n'; printf '{padding}'; }} | base32 --decode")
    } else {
        format!("{}base32 --decode", words::without_spaces(worn))
    };
    let to_upper = if upper == digits { "" } else { "tr a-z A-Z | " };
    vec![Off::new(decoded).filter(format!("{to_upper}{filter}"))]
}

/// Decodes base32 without padding. `None` if bits that stand for nothing are set.
fn from_base32(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // Eight digits are five bytes. The last ones may be fewer.
    for group in digits.chunks(8) {
        let mut bits = 0_u64;
        for place in 0..8 {
            let digit = match group.get(place) {
                Some(digit) => BASE32.iter().position(|known| known == digit)?,
                None => 0,
            };
            bits = (bits << 5) | u64::try_from(digit).ok()?;
        }
        let [_, _, _, group_bytes @ ..] = bits.to_be_bytes();
        let whole = group.len().saturating_mul(5) / 8;
        let (used, unused) = group_bytes.split_at_checked(whole)?;
        // A digit has five bits, so less than five are left over.
        let is_left_over = matches!(group.len(), 1 | 3 | 6);
        if is_left_over || unused.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(used);
    }
    Some(bytes)
}
