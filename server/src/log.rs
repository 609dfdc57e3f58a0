//! The log on standard error, written by a thread of its own.
//!
//! A reader of the log that stops reading must not stop the server. So lines wait in a queue of fixed length, and those that
//! find it full are dropped and counted.

use std::io::{self, IsTerminal as _, Write};
use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use crate::args::{Args, LogFormat, LogLevel};

/// How many lines wait at most. A line of a request has about 250 bytes.
const MAX_LINES: usize = 4096;

/// How many lines are written at once at most.
const MAX_TOGETHER: usize = 512;

/// How long further lines are gathered after those that waited were written. A thread that waits for each line is woken by
/// each, which takes the threads that answer more time than all else about the line.
const GATHERING: Duration = Duration::from_millis(10);

/// How long the end of the process waits for the lines that are left.
const FLUSH_TIME: Duration = Duration::from_secs(1);

/// The log of the process. Dropping it waits for the lines that are left, for a second at most.
#[derive(Debug)]
pub struct Log {
    lines: SyncSender<Line>,
    written: Receiver<()>,
    dropped: Dropped,
}

/// How many lines were dropped.
#[derive(Clone, Debug, Default)]
pub struct Dropped(Arc<AtomicU64>);

#[derive(Debug)]
enum Line {
    Text(Vec<u8>),
    /// No more follow.
    End,
}

impl Log {
    /// Starts the log that these arguments ask for.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started.
    pub fn start(args: &Args) -> io::Result<Self> {
        let (lines, queue) = sync_channel(MAX_LINES);
        let (end, written) = sync_channel(1);
        thread::Builder::new()
            .name("log".into())
            .spawn(move || write(&queue, &end))?;
        let dropped = Dropped::default();
        let log = tracing_subscriber::fmt()
            .with_max_level(match args.log_level {
                LogLevel::Error => Level::ERROR,
                LogLevel::Warn => Level::WARN,
                LogLevel::Info => Level::INFO,
                LogLevel::Debug => Level::DEBUG,
            })
            .with_writer(Queue {
                lines: lines.clone(),
                dropped: dropped.clone(),
            })
            .with_ansi(io::stderr().is_terminal());
        match args.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().flatten_event(true).init(),
        }
        Ok(Self {
            lines,
            written,
            dropped,
        })
    }

    /// How many lines were dropped, also in the future.
    #[must_use]
    pub fn dropped(&self) -> Dropped {
        self.dropped.clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // If the queue is full, nobody reads the log.
        if self.lines.try_send(Line::End).is_ok() {
            let _ = self.written.recv_timeout(FLUSH_TIME);
        }
    }
}

impl Dropped {
    /// The count until now.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn write(queue: &Receiver<Line>, end: &SyncSender<()>) {
    let mut text = Vec::new();
    while let Ok(first) = queue.recv() {
        let lines: Vec<Line> = iter::once(first).chain(queue.try_iter()).take(MAX_TOGETHER).collect();
        let mut ended = false;
        for line in &lines {
            match line {
                Line::Text(line) => text.extend_from_slice(line),
                Line::End => ended = true,
            }
        }
        // There is nowhere to report it.
        let _ = io::stderr().write_all(&text);
        text.clear();
        if ended {
            break;
        }
        if lines.len() < MAX_TOGETHER {
            thread::sleep(GATHERING);
        }
    }
    let _ = end.send(());
}

/// Puts lines in the queue. Each call of `write` is a whole line, as `tracing_subscriber` calls it.
struct Queue {
    lines: SyncSender<Line>,
    dropped: Dropped,
}

impl<'a> MakeWriter<'a> for Queue {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Line::Text(line.to_vec())).is_err() {
            self.dropped.0.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
