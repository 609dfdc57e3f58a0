//! Text from outside inside a message of ours.

use alloc::boxed::Box;
use alloc::string::String;

/// The beginning of a text from outside, short enough to stand in a message, and with nothing in it that commands a terminal.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars()
        .take(64)
        .flat_map(char::escape_debug)
        .collect::<String>()
        .into_boxed_str()
}
