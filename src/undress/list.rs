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
    let (list, is_whole) = match decimal_list(inner).filter(|(decoded, _)| worn.is_long(decoded)) {
        Some(list) => (Some(list), true),
        None => (longest(text, decimal_list), false),
    };
    let Some((decoded, notation)) = list.filter(|(decoded, _)| worn.is_long(decoded)) else {
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
        ""
    } else {
        "tr -d '\\n' | grep -oE '[[({][-0-9, ]{64,}[])}]' | head -n 1 | "
    };
    let filter = format!("{cut}grep -oE -- '-?[0-9]+' | {FROM_DECIMAL}");
    vec![Off::new(decoded).note(note).filter(filter)]
}

/// A list of hexadecimal numbers in brackets, where the text as a whole is no hexadecimal text.
pub(super) fn hexadecimal(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|_| words::hex(worn).is_empty()) else {
        return Vec::new();
    };
    let Some((decoded, notation)) = longest(text, hexadecimal_list).filter(|(decoded, _)| worn.is_long(decoded)) else {
        return Vec::new();
    };
    let off = Off::new(decoded);
    vec![match notation {
        Notation::Bare => off
            .note(", as Rust prints them with {:x?}")
            .filter("tr -d '[{}] \\n' | tr , '\\n' | sed 's/^.$/0&/' | xxd -r -p"),
        _ => off
            .note(" after 0x, as in source code")
            .filter("grep -oE '0[xX][0-9A-Fa-f]{1,2}' | sed 's/^0.//; s/^.$/0&/' | xxd -r -p"),
    }]
}

/// The longest list in brackets.
fn longest(text: &str, list: fn(&str) -> Option<List>) -> Option<List> {
    let lists = text
        .match_indices(['[', '{', '('])
        .take(MAX_LISTS)
        .filter_map(|(at, opening)| {
            let after = text.get(at..)?.strip_prefix(opening)?;
            let (inside, _) = match opening {
                "[" => after.split_once(']')?,
                "{" => after.split_once('}')?,
                // An item may have parentheses itself.
                _ => after.rsplit_once(')')?,
            };
            list(inside)
        });
    lists.max_by_key(|(decoded, _)| decoded.len())
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

/// The bytes of the items of a list. `None` if one is no byte, or if there is one item only.
fn bytes(list: &str, byte: impl Fn(&str) -> Option<u8>) -> Option<Vec<u8>> {
    let list = list.trim().trim_end_matches(',');
    if !list.contains([',', ' ', '\n', '\t']) {
        return None;
    }
    list.split(|c: char| c == ',' || c.is_ascii_whitespace())
        .filter(|item| !item.is_empty())
        .map(|item| byte(bare(item)))
        .collect()
}

/// An item without quotation marks, and without what converts it to a byte in Java and Kotlin.
fn bare(item: &str) -> &str {
    let item = item.trim_matches(['"', '\'']);
    let item = item.strip_prefix("(byte)").unwrap_or(item);
    item.strip_suffix(".toByte()").unwrap_or(item)
}
