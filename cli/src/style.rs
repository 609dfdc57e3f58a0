//! Human-readable output: lines of printable text, some of it in color.

use std::io::{self, IsTerminal as _, Write as _};

use crate::args::Color;
use crate::printable;

/// Whether to use colors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colors: bool,
}

impl Style {
    /// The style of standard output.
    pub(crate) fn for_stdout(color: Color) -> Self {
        Self::new(color, io::stdout().is_terminal())
    }

    /// The style of standard error.
    pub(crate) fn for_stderr(color: Color) -> Self {
        Self::new(color, io::stderr().is_terminal())
    }

    pub(crate) fn has_colors(self) -> bool {
        self.colors
    }

    fn new(color: Color, terminal: bool) -> Self {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            colors: match color {
                Color::Auto => terminal && allowed,
                Color::On => true,
                Color::Off => false,
            },
        }
    }
}

/// Human-readable lines. Only this type adds line ends and colors: unprintable characters in its input are escaped.
pub(crate) struct Lines {
    text: String,
    style: Style,
}

impl Lines {
    pub(crate) fn new(style: Style) -> Self {
        Self {
            text: String::new(),
            style,
        }
    }

    /// Lines for standard error, without colors.
    pub(crate) fn for_stderr() -> Self {
        Self::new(Style { colors: false })
    }

    pub(crate) fn plain(&mut self, text: &str) -> &mut Self {
        self.text.push_str(&printable::line(text));
        self
    }

    pub(crate) fn bold(&mut self, text: &str) -> &mut Self {
        self.paint("1", text)
    }

    pub(crate) fn good(&mut self, text: &str) -> &mut Self {
        self.paint("1;32", text)
    }

    pub(crate) fn bad(&mut self, text: &str) -> &mut Self {
        self.paint("1;31", text)
    }

    pub(crate) fn end(&mut self) -> &mut Self {
        self.text.push('\n');
        self
    }

    fn paint(&mut self, code: &str, text: &str) -> &mut Self {
        if !self.style.colors {
            return self.plain(text);
        }
        self.text.push_str(&format!("\x1b[{code}m"));
        self.plain(text);
        self.text.push_str("\x1b[0m");
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn write_to_stderr(&self) {
        write_stderr(&self.text);
    }
}

/// Writes printable text to standard error. Errors are ignored: the exit status still reports the failure.
pub(crate) fn write_stderr(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// Prints one line to standard error.
pub(crate) fn note(text: &str) {
    Lines::for_stderr()
        .plain("kms-verify: ")
        .plain(text)
        .end()
        .write_to_stderr();
}
