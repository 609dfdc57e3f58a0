//! Progress bars: on a terminal only, and only for operations that take a while.

use std::io::{self, IsTerminal as _, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// No bar is shown for operations that take less.
const DELAY: Duration = Duration::from_secs(1);

/// The template of a batch fits in 60 columns: the bar takes what the counts leave.
const BATCH: &str = "{wide_bar} {msg}{eta} left";

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

    /// The progress of a batch, with its counts. Hidden if the results go to the terminal, because they show the progress themselves.
    pub(crate) fn beside_results(length: Option<u64>, to_file: bool) -> Self {
        let terminal = io::stderr().is_terminal() && (to_file || !io::stdout().is_terminal());
        let progress = Self::on_terminal(length, terminal);
        if let (Some(bar), Some(_)) = (&progress.bar, length) {
            bar.set_style(style(BATCH));
        }
        progress
    }

    /// Counts the rate and the time that is left from here, where a resumed batch goes on.
    pub(crate) fn start(&mut self) {
        self.started = Instant::now();
        if let Some(bar) = &self.bar {
            bar.reset_eta();
        }
    }

    /// Shows how many signatures are done, `resumed` of them before [`start`](Self::start).
    pub(crate) fn count(&self, done: u64, resumed: u64, not_valid: u64) {
        if let Some(bar) = self.bar.as_ref().filter(|_| self.shown) {
            bar.set_message(counts(done, resumed, not_valid, self.started.elapsed()));
        }
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
        None => "{spinner} {msg}{bytes}, {bytes_per_sec}",
    };
    ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden()).with_style(style(template))
}

/// The templates are constants, so this cannot fail; the default style is only a fallback.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn counts(done: u64, resumed: u64, not_valid: u64, elapsed: Duration) -> String {
    let milliseconds = elapsed.as_millis().max(1);
    let rate = u128::from(done.saturating_sub(resumed))
        .saturating_mul(1000)
        .checked_div(milliseconds)
        .unwrap_or_default();
    format!("{done} done, {not_valid} not valid, {rate}/s, ")
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::counts;

    #[test]
    fn a_resumed_batch_counts_its_rate_from_where_it_goes_on() {
        let second = Duration::from_secs(1);
        assert_eq!(counts(1500, 1000, 2, second), "1500 done, 2 not valid, 500/s, ");
        assert_eq!(counts(0, 0, 0, Duration::ZERO), "0 done, 0 not valid, 0/s, ");
        // With the time that is left and the space of the bar, in 60 columns.
        let long = counts(12_345_678, 0, 12_345, Duration::from_secs(100));
        assert_eq!(long, "12345678 done, 12345 not valid, 123456/s, ");
        assert!(long.len() < 60 - "  2h left".len());
    }
}
