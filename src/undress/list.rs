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

/// A list of numbers: the whole text, or the longest one in brackets of any kind.
pub(super) fn numbers(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|_| words::hex(worn).is_empty()) else {
        return Vec::new();
    };
    // As Elixir and Erlang print binaries.
    let inner = text
        .strip_prefix("<<")
        .and_then(|text| text.strip_suffix(">>"))
        .unwrap_or(text);
    if let Some((decoded, notation)) = list(inner).filter(|(decoded, _)| worn.is_long(decoded)) {
        return vec![
            Off::new(decoded)
                .note(note(text, notation, true))
                .filter(filter(notation, false)),
        ];
    }
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
    let longest = lists.max_by_key(|(decoded, _)| decoded.len());
    let Some((decoded, notation)) = longest.filter(|(decoded, _)| worn.is_long(decoded)) else {
        return Vec::new();
    };
    vec![
        Off::new(decoded)
            .note(note(text, notation, false))
            .filter(filter(notation, true)),
    ]
}

/// Where such a list comes from.
fn note(text: &str, notation: Notation, is_whole: bool) -> &'static str {
    match notation {
        Notation::Signed => ", signed as Java prints byte[]",
        Notation::Prefixed => ", in hexadecimal after 0x, as in source code",
        Notation::Bare => ", in hexadecimal without 0x, as Rust prints them with {:x?}",
        Notation::Decimal if text.contains("Uint8Array(") => ", as Node prints a Uint8Array",
        Notation::Decimal if text.contains("Blob {") => ", as Rust prints a Blob with {:?}",
        Notation::Decimal if is_whole => "",
        Notation::Decimal if text.contains('{') && !text.contains('[') => ", as in source code",
        Notation::Decimal if !text.contains(',') => ", as Go prints []byte",
        Notation::Decimal => " in brackets",
    }
}

/// A command that reads the whole text, or its first long list.
fn filter(notation: Notation, is_inside: bool) -> String {
    let cut = if is_inside {
        "tr -d '\\n' | grep -oE '[[({][-0-9, ]{64,}[])}]' | head -n 1 | "
    } else {
        ""
    };
    match notation {
        Notation::Decimal | Notation::Signed => format!("{cut}grep -oE -- '-?[0-9]+' | {FROM_DECIMAL}"),
        Notation::Prefixed => "grep -oE '0[xX][0-9A-Fa-f]{1,2}' | sed 's/^0.//; s/^.$/0&/' | xxd -r -p".to_owned(),
        Notation::Bare => "tr -d '[{}] \\n' | tr , '\\n' | sed 's/^.$/0&/' | xxd -r -p".to_owned(),
    }
}

/// The bytes of a list with commas or white space between them.
fn list(text: &str) -> Option<(Vec<u8>, Notation)> {
    let text = text.trim().trim_end_matches(',');
    if !text.contains([',', ' ', '\n', '\t']) {
        return None;
    }
    let items = || {
        text.split(|c: char| c == ',' || c.is_ascii_whitespace())
            .filter(|item| !item.is_empty())
            .map(bare)
    };
    let decimal = |range: core::ops::Range<i16>| {
        let byte = |item: &str| {
            let number = item
                .parse::<i16>()
                .ok()
                .filter(|number| item.len() <= 4 && range.contains(number))?;
            let [_, byte] = number.to_be_bytes();
            Some(byte)
        };
        items().map(byte).collect::<Option<Vec<u8>>>()
    };
    let hexadecimal = |prefixes: &[&str]| {
        let byte = |item: &str| {
            let digits = prefixes.iter().find_map(|prefix| item.strip_prefix(prefix))?;
            match (
                digits.len(),
                text::from_hex(format!("{digits:0>2}").as_bytes())?.as_slice(),
            ) {
                (1 | 2, [byte]) => Some(*byte),
                _ => None,
            }
        };
        items().map(byte).collect::<Option<Vec<u8>>>()
    };
    let is = |notation| move |bytes| (bytes, notation);
    decimal(0..256)
        .map(is(Notation::Decimal))
        .or_else(|| decimal(-128..128).map(is(Notation::Signed)))
        .or_else(|| hexadecimal(&["0x", "0X"]).map(is(Notation::Prefixed)))
        // With commas: else it is hexadecimal text.
        .or_else(|| text.contains(',').then(|| hexadecimal(&[""]))?.map(is(Notation::Bare)))
}

/// An item without quotation marks, and without what converts it to a byte in Java and Kotlin.
fn bare(item: &str) -> &str {
    let item = item.trim_matches(['"', '\'']);
    let item = item.strip_prefix("(byte)").unwrap_or(item);
    item.strip_suffix(".toByte()").unwrap_or(item)
}
