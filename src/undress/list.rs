//! Lists of numbers: as languages print bytes, and as source code has them.

use super::{Off, Worn, words};
use crate::text;

/// Turns decimal numbers, one on each line, into bytes.
pub(super) const FROM_DECIMAL: &str = "awk '{ printf \"%02x\", ($1 + 256) % 256 }' | xxd -r -p";

/// The most lists in one text that are tried.
const MAX_LISTS: usize = 64;

/// How the bytes of a list are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    Decimal,
    /// Decimal, with negative numbers for the bytes of 80 and more, as in Java.
    Signed,
    /// Hexadecimal after `0x`, one or two digits.
    Prefixed,
    /// Hexadecimal without `0x`, one or two digits.
    Bare,
}

/// The bytes of a list, and how they are written.
type List = (Vec<u8>, Notation);

/// A list of decimal numbers: the whole text, or the longest one in brackets of any kind.
pub(super) fn decimal(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    // As Elixir and Erlang print binaries.
    let inner = text
        .strip_prefix("<<")
        .and_then(|text| text.strip_suffix(">>"))
        .unwrap_or(text);
    let whole = decimal_list(inner).filter(|(decoded, _)| worn.is_long(decoded));
    let is_whole = whole.is_some();
    let found = match whole {
        Some((decoded, notation)) => Some((decoded, notation, is_plain(inner))),
        None => longest(text, decimal_list).map(|found| {
            let is_cut = found.is_only && is_plain(found.inside) && found.inside.len() >= MIN_CUT;
            (found.bytes, found.notation, is_cut)
        }),
    };
    let Some((decoded, notation, has_filter)) = found.filter(|(decoded, ..)| worn.is_long(decoded)) else {
        return Vec::new();
    };
    let note = match notation {
        Notation::Signed => ", signed as Java prints byte[]",
        _ if text.contains("Uint8Array(") => ", as Node prints a Uint8Array",
        _ if text.contains("Blob {") => ", as Rust prints a Blob with {:?}",
        _ if is_whole => "",
        _ if text.contains('{') && !text.contains('[') => ", as in source code",
        _ if !text.contains(',') => ", as Go prints []byte",
        _ => " in brackets",
    };
    let cut = if is_whole {
        String::new()
    } else {
        format!("tr -s '\\t\\r\\n' ' ' | grep -oE '[[({{][-0-9, ]{{{MIN_CUT},}}[])}}]' | head -n 1 | ")
    };
    let off = Off::new(decoded).note(note);
    vec![if has_filter {
        off.filter(format!("{cut}grep -oE -- '-?[0-9]+' | {FROM_DECIMAL}"))
    } else {
        off
    }]
}

/// The fewest characters of a list that the command cuts out.
const MIN_CUT: usize = 64;

/// Whether a list has no more than the command for it reads.
fn is_plain(list: &str) -> bool {
    list.chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | ',' | ' ' | '\t' | '\r' | '\n'))
}

/// A list of hexadecimal numbers in brackets, where the text as a whole is not hexadecimal text.
pub(super) fn hexadecimal(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|_| words::hex(worn).is_empty()) else {
        return Vec::new();
    };
    let Some(found) = longest(text, hexadecimal_list).filter(|found| worn.is_long(&found.bytes)) else {
        return Vec::new();
    };
    let count = found.bytes.len();
    let off = Off::new(found.bytes);
    vec![match found.notation {
        Notation::Bare => {
            let off = off.note(", as Rust prints them with {:x?}");
            if text.len() == found.inside.len().saturating_add(2) {
                off.filter("tr -d '[{}] \\t\\r\\n' | tr , '\\n' | sed 's/^.$/0&/' | xxd -r -p")
            } else {
                off
            }
        }
        _ => {
            let off = off.note(" after 0x, as in source code");
            if text.matches("0x").chain(text.matches("0X")).count() == count {
                off.filter("grep -oE '0[xX][0-9A-Fa-f]{1,2}' | sed 's/^0.//; s/^.$/0&/' | xxd -r -p")
            } else {
                off
            }
        }
    }]
}

/// A list in brackets.
struct Found<'a> {
    inside: &'a str,
    bytes: Vec<u8>,
    notation: Notation,
    /// Whether it is the only one in the text.
    is_only: bool,
}

/// The longest list in brackets.
fn longest(text: &str, list: fn(&str) -> Option<List>) -> Option<Found<'_>> {
    let mut found: Option<Found<'_>> = None;
    let mut count = 0_usize;
    for (at, opening) in text.match_indices(['[', '{', '(']).take(MAX_LISTS) {
        let Some(after) = text.get(at..).and_then(|from| from.strip_prefix(opening)) else {
            continue;
        };
        let inside = match opening {
            "[" => after.split_once(']'),
            "{" => after.split_once('}'),
            // An item may have parentheses itself, so that the list ends with the text.
            _ if count == 0 && after.len().saturating_mul(2) > text.len() => after.rsplit_once(')'),
            _ => None,
        };
        let Some((inside, _)) = inside else { continue };
        let Some((bytes, notation)) = list(inside) else {
            continue;
        };
        count = count.saturating_add(1);
        if found.as_ref().is_none_or(|found| found.bytes.len() < bytes.len()) {
            found = Some(Found {
                inside,
                bytes,
                notation,
                is_only: false,
            });
        }
    }
    found.map(|found| Found {
        is_only: count == 1,
        ..found
    })
}

/// Decimal numbers with commas or white space between them: unsigned bytes, or signed ones as in Java.
fn decimal_list(text: &str) -> Option<List> {
    let within = |range: core::ops::Range<i16>| {
        bytes(text, |item| {
            let number = item
                .parse::<i16>()
                .ok()
                .filter(|number| item.len() <= 4 && range.contains(number))?;
            let [_, byte] = number.to_be_bytes();
            Some(byte)
        })
    };
    let unsigned = within(0..256).map(|bytes| (bytes, Notation::Decimal));
    unsigned.or_else(|| Some((within(-128..128)?, Notation::Signed)))
}

/// Hexadecimal numbers of one or two digits with commas between them.
fn hexadecimal_list(text: &str) -> Option<List> {
    let after = |prefixes: &[&str]| {
        bytes(text, |item| {
            let digits = prefixes.iter().find_map(|prefix| item.strip_prefix(prefix))?;
            match (
                digits.len(),
                text::from_hex(format!("{digits:0>2}").as_bytes())?.as_slice(),
            ) {
                (1 | 2, [byte]) => Some(*byte),
                _ => None,
            }
        })
    };
    if !text.contains(',') {
        return None;
    }
    let prefixed = after(&["0x", "0X"]).map(|bytes| (bytes, Notation::Prefixed));
    prefixed.or_else(|| Some((after(&[""])?, Notation::Bare)))
}

/// The bytes of the items of a list. `None` if one is not a byte, or if there is only one item.
fn bytes(list: &str, byte: impl Fn(&str) -> Option<u8>) -> Option<Vec<u8>> {
    let list = list.trim().trim_end_matches(',');
    if !list.contains([',', ' ', '\n', '\t']) {
        return None;
    }
    // With commas, there may be a space between a cast and its number.
    let has_commas = list.contains(',');
    list.split(|c: char| if has_commas { c == ',' } else { c.is_ascii_whitespace() })
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| byte(bare(item)))
        .collect()
}

/// An item without quotation marks, and without what makes it a byte in Java, Kotlin and Rust.
fn bare(item: &str) -> &str {
    let quoted = |quote: char| item.strip_prefix(quote)?.strip_suffix(quote);
    let item = quoted('"').or_else(|| quoted('\'')).unwrap_or(item);
    let item = item.strip_prefix("(byte)").unwrap_or(item).trim_start();
    let item = item.strip_suffix(".toByte()").unwrap_or(item);
    item.strip_suffix("u8").or(item.strip_suffix('u')).unwrap_or(item)
}
