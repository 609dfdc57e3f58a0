//! Which characters may reach a terminal, and how all others are escaped.
//!
//! Names of files, keys and lines are untrusted. A control character can control the terminal, a line end can forge a
//! line of the answer, and a bidirectional or invisible character can make one name look like another.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is printed as it is: it is visible, and only advances the cursor.
///
/// `char::escape_debug` escapes all others: control, format, private-use and unassigned characters, line and paragraph
/// separators, spaces other than U+0020, and marks that combine with the character before them.
pub(crate) fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // Blank, though letters or symbols by category: Hangul fillers, the empty Braille pattern, Egyptian blanks, the null
        // notehead.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{13441}' | '\u{13442}' | '\u{1d159}' => {
            false
        }
        _ => character.escape_debug().len() == 1,
    }
}

/// Escapes a line of text: unprintable characters, including line ends, become Rust escapes (`\n`, `\u{202e}`).
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escape(text, is_printable, |out, character| {
        out.extend(character.escape_debug());
    })
}

/// Escapes JSON text of one or more lines. Outside of strings it has only printable characters and line ends, so every
/// escape is in a string and keeps its meaning.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    escape(text, is_printable_or_line_end, |out, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            write!(out, "\\u{unit:04x}").ok();
        }
    })
}

/// Escapes YAML text in which all strings with unprintable characters are JSON strings. YAML has no surrogates.
pub(crate) fn yaml(text: &str) -> Cow<'_, str> {
    escape(text, is_printable_or_line_end, |out, character| {
        let code = u32::from(character);
        match u16::try_from(code) {
            Ok(code) => write!(out, "\\u{code:04x}").ok(),
            Err(_) => write!(out, "\\U{code:08x}").ok(),
        };
    })
}

fn is_printable_or_line_end(character: char) -> bool {
    character == '\n' || is_printable(character)
}

fn escape(text: &str, is_kept: impl Fn(char) -> bool, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    // Most text is ASCII, which is faster to check by bytes.
    if text.bytes().all(|byte| byte.is_ascii() && is_kept(char::from(byte))) || text.chars().all(&is_kept) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_kept(character) {
            out.push(character);
        } else {
            write(&mut out, character);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_invisible_characters_are_not_printable() {
        let hidden = [
            '\0',
            '\t',
            '\n',
            '\r',
            '\x1b',
            '\x7f',
            '\u{85}',
            '\u{9b}', // controls
            '\u{2028}',
            '\u{2029}', // line ends
            '\u{61c}',
            '\u{200e}',
            '\u{200f}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}', // bidirectional
            '\u{ad}',
            '\u{34f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{2060}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{e0041}',
            '\u{e0100}', // invisible
            '\u{a0}',
            '\u{2003}',
            '\u{3000}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{2800}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{13441}',
            '\u{13442}',
            '\u{1d159}', // blank
            '\u{301}',
            '\u{e000}',
            '\u{378}',
            '\u{fff9}',
            '\u{10ffff}', // marks, private, unassigned
        ];
        for character in hidden {
            assert!(!is_printable(character), "{:x}", u32::from(character));
        }
        for character in (' '..='~').chain("äßж日本語한🔑→".chars()) {
            assert!(is_printable(character), "{character}");
        }
    }

    #[test]
    fn each_escape_keeps_the_meaning() {
        let text = "a\u{202e}\u{e0041}\u{7f}\n";
        assert_eq!(line(text), r"a\u{202e}\u{e0041}\u{7f}\n");
        assert_eq!(json(text), "a\\u202e\\udb40\\udc41\\u007f\n");
        assert_eq!(yaml(text), "a\\u202e\\U000e0041\\u007f\n");
        let json_text = serde_json::to_string(text).unwrap();
        assert_eq!(serde_json::from_str::<String>(&json(&json_text)).unwrap(), text);
    }
}
