//! Words for findings, and text that is signed in place of a message.

pub(super) use crate::text::{base64, hex};

/// A count with its noun, such as `1 byte` or `2 bytes`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Base64 in lines of this many characters, terminated by LF: 76 for `base64`, 64 for `openssl base64`.
pub(super) fn base64_lines(bytes: &[u8], width: usize) -> String {
    let text = base64(bytes);
    let mut lines = String::with_capacity(
        text.len()
            .saturating_add(text.len().checked_div(width).unwrap_or_default())
            .saturating_add(1),
    );
    let mut rest = text.as_str();
    while let Some((line, after)) = rest
        .split_at_checked(width.max(1))
        .filter(|(_, after)| !after.is_empty())
    {
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines.push_str(rest);
    lines.push('\n');
    lines
}

/// Text in UTF-16, perhaps after a byte order mark.
pub(super) fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let to_pair = |unit: u16| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    let mut bytes = if mark { to_pair(0xfeff).to_vec() } else { Vec::new() };
    let before = bytes.len();
    if text.is_ascii() {
        // Many times as fast as the general way.
        bytes.resize(text.len().saturating_mul(2).saturating_add(before), 0);
        let (pairs, _) = bytes.get_mut(before..).unwrap_or_default().as_chunks_mut::<2>();
        for ([first, second], byte) in pairs.iter_mut().zip(text.bytes()) {
            *(if big_endian { second } else { first }) = byte;
        }
    } else {
        bytes.reserve(text.len().saturating_mul(2));
        for unit in text.encode_utf16() {
            bytes.extend_from_slice(&to_pair(unit));
        }
    }
    bytes
}

/// A clause as a sentence.
pub(super) fn sentence(clause: &str) -> String {
    let mut characters = clause.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let end = if clause.ends_with(['.', ')']) { "" } else { "." };
    first
        .map(|first| format!("{first}{}{end}", characters.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_base64() {
        assert_eq!(base64_lines(&[0; 60], 76), format!("{}\n{}\n", "A".repeat(76), "AAAA"));
        assert_eq!(base64_lines(&[0; 57], 76), format!("{}\n", "A".repeat(76)));
        assert_eq!(base64_lines(&[], 76), "\n");
    }

    #[test]
    fn ascii_and_other_text_in_utf16() {
        for text in ["", "a", "ab\r\n", "\u{f6}", "a\u{1f600}"] {
            for mark in [false, true] {
                let marked = if mark {
                    format!("\u{feff}{text}")
                } else {
                    text.to_owned()
                };
                let units: Vec<u16> = marked.encode_utf16().collect();
                let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
                let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                assert_eq!(utf16(text, true, mark), big, "{text}");
                assert_eq!(utf16(text, false, mark), little, "{text}");
            }
        }
    }
}
