//! Untrusted text in error messages.

use alloc::boxed::Box;
use alloc::string::String;

/// Truncates untrusted text to 64 characters and escapes control characters, so that it is safe to print to a terminal.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars()
        .take(64)
        .flat_map(char::escape_debug)
        .collect::<String>()
        .into_boxed_str()
}
