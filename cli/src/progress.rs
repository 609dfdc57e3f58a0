//! Progress bars: on a terminal only, and only for operations that take a while.

use std::io::{self, IsTerminal as _, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// No bar is shown for operations that take less.
const DELAY: Duration = Duration::from_secs(1);

/// The progress of an operation, in bytes.
pub(crate) struct Progress {
    /// Present only on a terminal. It counts from the start, so that its rate is right, but is hidden at first.
    bar: Option<ProgressBar>,
    started: Instant,
    shown: bool,
}

impl Progress {
    pub(crate) fn new(length: Option<u64>) -> Self {
        Self::on_terminal(length, io::stderr().is_terminal())
    }

    /// The progress of a batch. Hidden if the results go to the terminal, because they show the progress themselves.
    pub(crate) fn beside_results(length: Option<u64>, to_file: bool) -> Self {
        Self::on_terminal(
            length,
            io::stderr().is_terminal() && (to_file || !io::stdout().is_terminal()),
        )
    }

    fn on_terminal(length: Option<u64>, terminal: bool) -> Self {
        Self {
            bar: terminal.then(|| bar(length)),
            started: Instant::now(),
            shown: false,
        }
    }

    pub(crate) fn advance(&mut self, bytes: usize) {
        let Some(bar) = &self.bar else { return };
        if !self.shown && self.started.elapsed() >= DELAY {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
        bar.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    pub(crate) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

fn bar(length: Option<u64>) -> ProgressBar {
    let template = match length {
        Some(_) => "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        None => "{spinner} {bytes}, {bytes_per_sec}",
    };
    // The template is a constant, so this cannot fail; the default style is only a fallback.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden()).with_style(style)
}

/// Wraps a reader to show its progress.
pub(crate) fn watch<R: Read>(reader: R, length: Option<u64>) -> impl Read {
    Watched {
        reader,
        progress: Progress::new(length),
    }
}

struct Watched<R> {
    reader: R,
    progress: Progress,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.progress.advance(length);
        Ok(length)
    }
}
