//! Which characters of untrusted text may be shown, and how all others are escaped.
//!
//! The names of files and keys, and what an error repeats of an input, may be anything. The templates of the page escape
//! what HTML gives a meaning. This escapes, for the page and the log, what a reader cannot see, or sees as something else:
//! control characters, and bidirectional and invisible ones.

use std::borrow::Cow;

/// Whether a character is shown as it is.
///
/// `char::escape_debug` escapes all others: control, format, private-use and unassigned characters, line and paragraph
/// separators, spaces other than U+0020, and marks that combine with the character before them.
pub(crate) fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // Blank, though letters or symbols by category.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{13441}' | '\u{13442}' | '\u{1d159}' => {
            false
        }
        _ => character.escape_debug().len() == 1,
    }
}

/// The text with Rust escapes (`\n`, `\u{202e}`) in place of all other characters.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_printable(character) {
            out.push(character);
        } else {
            out.extend(character.escape_debug());
        }
    }
    Cow::Owned(out)
}

/// The beginning of the text, at most this many characters of it, with its unprintable characters escaped.
pub(crate) fn beginning(text: &str, characters: usize) -> String {
    let mut end = text.char_indices().skip(characters).map(|(at, _)| at);
    match end.next().and_then(|at| text.get(..at)) {
        Some(cut) => format!("{}...", printable(cut)),
        None => printable(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_cannot_see_is_escaped() {
        for hidden in [
            '\0', '\n', '\x1b', '\x7f', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{a0}',
        ] {
            assert!(!is_printable(hidden), "{hidden:?}");
        }
        assert_eq!(printable("a\u{202e}b\n<é🔑>"), "a\\u{202e}b\\n<é🔑>");
        assert_eq!(printable("plain"), "plain");
        assert_eq!(beginning("éab", 2), "éa...");
        assert_eq!(beginning("é\0", 2), "é\\0");
    }
}
