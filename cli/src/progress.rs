//! Progress bars: on a terminal only, and only if there is something to wait for.

use std::io::{self, IsTerminal as _, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nobody needs to be told of what takes less.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far something is, in bytes.
pub(crate) struct Progress {
    /// Only on a terminal. It counts from the start, for its rate, and is shown later.
    bar: Option<ProgressBar>,
    started: Instant,
    shown: bool,
}

impl Progress {
    pub(crate) fn new(length: Option<u64>) -> Self {
        Self::on_terminal(length, io::stderr().is_terminal())
    }

    /// Beside results that are written: if they go to the terminal themselves, they show how far it is.
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
        if !self.shown && self.started.elapsed() >= PATIENCE {
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
    // The template is constant; were it wrong, the bar would look otherwise.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden()).with_style(style)
}

/// A reader that shows how far it is.
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
