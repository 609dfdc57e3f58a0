//! Human-readable output: lines of printable text, some of it in color.

use std::io::{self, IsTerminal as _, Write as _};

use terminal_size::{Height, Width, terminal_size_of};

use crate::args::Color;
use crate::printable;

/// Whether to use colors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colors: bool,
    /// The number of columns, if this is a terminal.
    width: Option<usize>,
}

impl Style {
    /// The style of standard output.
    pub(crate) fn for_stdout(color: Color) -> Self {
        Self::new(color, io::stdout().is_terminal(), terminal_size_of(io::stdout()))
    }

    /// The style of standard error.
    pub(crate) fn for_stderr(color: Color) -> Self {
        Self::new(color, io::stderr().is_terminal(), terminal_size_of(io::stderr()))
    }

    pub(crate) fn has_colors(self) -> bool {
        self.colors
    }

    fn new(color: Color, terminal: bool, size: Option<(Width, Height)>) -> Self {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            colors: match color {
                Color::Auto => terminal && allowed,
                Color::On => true,
                Color::Off => false,
            },
            width: size.map(|(width, _)| usize::from(width.0)),
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
        Self::new(Style {
            colors: false,
            width: None,
        })
    }

    pub(crate) fn plain(&mut self, text: &str) -> &mut Self {
        self.text.push_str(&printable::line(text));
        self
    }

    /// Adds prose after this beginning of a line. On a terminal, it is wrapped, and its lines are indented to where it
    /// begins. Never for text with commands, which could not be copied: advice with a command or a call stays in one line.
    pub(crate) fn prose(&mut self, beginning: &str, text: &str) -> &mut Self {
        let indent = beginning.chars().count();
        let width = self.style.width.unwrap_or(usize::MAX).saturating_sub(indent);
        self.plain(beginning);
        let mut used = 0_usize;
        for word in printable::line(text).split(' ') {
            let length = word.chars().count();
            if used > 0 && used.saturating_add(length) >= width {
                self.end().plain(&" ".repeat(indent));
                used = 0;
            } else if used > 0 {
                self.plain(" ");
            }
            self.plain(word);
            used = used.saturating_add(length).saturating_add(1);
        }
        self.end()
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

#[cfg(test)]
mod tests {
    use super::{Lines, Style};

    #[test]
    fn prose_is_wrapped_with_its_indent_on_a_terminal_only() {
        let lines = |width| {
            let mut lines = Lines::new(Style { colors: false, width });
            lines.prose("  Found: ", "one two  three, averylongwordthatdoesnotfit four");
            lines.as_str().to_owned()
        };
        assert_eq!(
            lines(None),
            "  Found: one two  three, averylongwordthatdoesnotfit four\n"
        );
        let wrapped = "  Found: one two \n         three,\n         averylongwordthatdoesnotfit\n         four\n";
        assert_eq!(lines(Some(20)), wrapped);
        assert_eq!(lines(Some(0)).lines().count(), 6);
    }
}
