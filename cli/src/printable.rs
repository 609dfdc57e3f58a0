//! Which characters may reach a terminal, and how all others are written.
//!
//! Names of files, keys and lines come from others. A control character can command a terminal, a line end can forge a
//! line of the answer, and a bidirectional or invisible character can make a name look like another one.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is shown as itself: it has a shape of its own and moves nothing but the cursor, by its width.
///
/// `char::escape_debug` leaves only such characters as they are: no control, format, private or unassigned character, no
/// line or paragraph separator, no space but U+0020, and no mark that changes the character before it.
pub(crate) fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // Letters and symbols by their category, but blank: Hangul fillers, an empty Braille pattern, a null note head.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{1d159}' => false,
        _ => character.escape_debug().len() == 1,
    }
}

/// One line of text: what is not printable, line ends included, is written as Rust writes it (`\n`, `\u{202e}`).
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escape(text, is_printable, |out, character| {
        out.extend(character.escape_debug());
    })
}

/// JSON text, of one or more lines. Outside of strings it has printable characters and line ends only, so that each
/// escape stands in a string and means the same.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    escape(text, is_printable_or_line_end, |out, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            write!(out, "\\u{unit:04x}").ok();
        }
    })
}

/// YAML whose strings are JSON strings where they are not plain ASCII. YAML has no surrogates.
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
    // Most text is ASCII, and is looked through byte by byte.
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
    fn what_commands_or_deceives_a_terminal_is_not_printable() {
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
    fn each_form_says_the_same_with_printable_characters() {
        let text = "a\u{202e}\u{e0041}\u{7f}\n";
        assert_eq!(line(text), r"a\u{202e}\u{e0041}\u{7f}\n");
        assert_eq!(json(text), "a\\u202e\\udb40\\udc41\\u007f\n");
        assert_eq!(yaml(text), "a\\u202e\\U000e0041\\u007f\n");
        let json_text = serde_json::to_string(text).unwrap();
        assert_eq!(serde_json::from_str::<String>(&json(&json_text)).unwrap(), text);
    }
}
