//! Words for findings, and text that is signed in place of a message.

pub(super) use crate::text::{base64, hex};

/// A count with its noun, such as `1 byte` or `2 bytes`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Base64 in lines of this many characters, terminated by LF: 76 for `base64`, 64 for `openssl base64`.
pub(super) fn base64_lines(bytes: &[u8], width: usize) -> String {
    let mut lines = String::new();
    for (i, character) in base64(bytes).chars().enumerate() {
        if i > 0 && i.is_multiple_of(width) {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
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
    }
}
