//! Colours, and notes on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use crate::args::Color;

/// How to emphasise, if at all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colours: bool,
}

impl Style {
    /// For what goes to standard output.
    pub(crate) fn of_stdout(color: Color) -> Self {
        Self::new(color, io::stdout().is_terminal())
    }

    /// For what goes to standard error.
    pub(crate) fn of_stderr(color: Color) -> Self {
        Self::new(color, io::stderr().is_terminal())
    }

    fn new(color: Color, terminal: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            colours: match color {
                Color::Auto => terminal && wanted,
                Color::On => true,
                Color::Off => false,
            },
        }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colours {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Says something on standard error. Where that is closed, nobody wants to know.
pub(crate) fn note(text: &str) {
    drop(writeln!(io::stderr(), "kms-verify: {}", printable(text)));
}

/// Text that may be from outside, without what could command a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            printable.extend(character.escape_debug());
        } else {
            printable.push(character);
        }
    }
    printable
}
