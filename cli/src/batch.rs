//! `kms-verify batch`: many verifications, one line of JSON each, on all cores and in bounded memory.
//!
//! One thread reads lines, the rayon pool verifies them, and the main thread restores the order of the results and
//! writes them. The reader waits while the window of lines in progress is full. Lines that can be read without waiting go
//! together, up to a limit: this saves messages between threads, and those of one key are verified at once.

mod binding;
mod line;
mod lines;
mod outcome;
mod results;
mod window;
mod worker;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::{io, thread};

use crate::args::BatchArgs;
use crate::failure::Failure;
use crate::keys::{Ring, ring_path};
use crate::progress::Progress;
use crate::style::note;

use binding::Binding;
use lines::{Line, Lines};
use results::Results;
use window::Window;
use worker::{Decided, Worker};

/// Events for the main thread.
enum Event {
    Read(Vec<Line>),
    /// The end of the manifest was reached.
    End,
    Failed(Failure),
    Decided(Vec<Decided>),
    Interrupted,
}

pub(crate) fn run(args: &BatchArgs) -> Result<(), Failure> {
    let ring = ring_path(&args.ring).map(|path| Ring::open(&path)).transpose()?;
    let directory = directory(&args.manifest);
    let binding = Binding::new(ring.as_ref(), directory)?;
    let mut lines = Lines::open(&args.manifest, binding.start())?;
    let mut progress = Progress::beside_results(lines.length(), args.resume.is_some());
    let mut results = Results::open(args.resume.as_deref(), &mut lines, &binding, &mut progress)?;
    progress.start();

    let (sender, events) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    stop_on_signal(Arc::clone(&stop), sender.clone())?;
    let worker = Arc::new(Worker::new(ring, directory, binding, Arc::clone(&stop)));
    let window = Arc::new(Window::default());
    spawn_reader(lines, Arc::clone(&window), sender.clone());

    let ended = write_results(&worker, &window, &sender, &events, &mut results, &mut progress);
    // Lines that are still in progress can stop.
    stop.store(true, Ordering::Relaxed);
    progress.finish();
    results.flush()?;
    note(&results.summary());
    match ended? {
        End::Interrupted => Err(Failure::Interrupted),
        End::AllDone if results.is_empty() => Err(Failure::Parameter(format!(
            "the manifest {} has no lines, so nothing was verified; check that it is the right file",
            args.manifest.display()
        ))),
        End::AllDone if results.all_valid() => Ok(()),
        End::AllDone => Err(Failure::AlreadyReported(254)),
    }
}

enum End {
    AllDone,
    Interrupted,
}

/// Passes lines to the pool as they arrive, and writes the results in the order of the lines.
fn write_results(
    worker: &Arc<Worker>,
    window: &Window,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
    results: &mut Results,
    progress: &mut Progress,
) -> Result<End, Failure> {
    // Line numbers have gaps, because blank lines have no result; these counters do not.
    let (mut spawned, mut written) = (0_u64, 0_u64);
    let (resumed, _) = results.counts();
    let mut lengths = VecDeque::new();
    let mut waiting = BTreeMap::new();
    let mut ended = false;
    while !(ended && written == spawned) {
        // Never an error: `sender` keeps the channel open.
        let Ok(event) = events.recv() else { break };
        match event {
            Event::Read(lines) => {
                let first = spawned;
                for line in &lines {
                    lengths.push_back(line.length());
                    spawned = spawned.saturating_add(1);
                }
                let (worker, sender) = (Arc::clone(worker), sender.clone());
                rayon::spawn(move || {
                    // Sending fails only if the main thread has ended, and then the results are not needed.
                    worker.decide(first, &lines, move |decided| drop(sender.send(Event::Decided(decided))));
                });
            }
            Event::Decided(decided) => waiting.extend(decided),
            Event::End => ended = true,
            Event::Failed(failure) => return Err(failure),
            Event::Interrupted => return Ok(End::Interrupted),
        }
        let (mut lines, mut bytes) = (0_usize, 0_usize);
        while let Some(outcome) = waiting.remove(&written) {
            let Some(outcome) = outcome else {
                return Ok(End::Interrupted);
            };
            results.write(&outcome?)?;
            lines = lines.saturating_add(1);
            bytes = bytes.saturating_add(lengths.pop_front().unwrap_or_default());
            written = written.saturating_add(1);
        }
        if lines > 0 {
            window.leave(lines, bytes);
            progress.advance(bytes);
            let (done, not_valid) = results.counts();
            progress.count(done, resumed, not_valid);
            // The next result may take long, and the reader of the results may be waiting for these.
            results.flush_if_read_at_once()?;
        }
    }
    Ok(End::AllDone)
}

fn spawn_reader(mut lines: Lines, window: Arc<Window>, sender: Sender<Event>) {
    thread::spawn(move || {
        let event = loop {
            match lines.next_some() {
                Ok(lines) if lines.is_empty() => break Event::End,
                Ok(lines) => {
                    window.enter(lines.len(), lines.iter().map(Line::length).sum());
                    if sender.send(Event::Read(lines)).is_err() {
                        return;
                    }
                }
                Err(failure) => break Event::Failed(failure),
            }
        };
        // Sending fails only if the main thread has ended.
        drop(sender.send(event));
    });
}

/// Makes the first signal (Ctrl-C or SIGTERM) stop the batch after whole results, and the second one stop it at once.
fn stop_on_signal(stop: Arc<AtomicBool>, sender: Sender<Event>) -> Result<(), Failure> {
    ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        drop(sender.send(Event::Interrupted));
    })
    .map_err(|error| {
        Failure::Io(format!(
            "the signal handler could not be installed: {}",
            io::Error::other(error)
        ))
    })
}

/// The directory that file names in a manifest are relative to.
fn directory(manifest: &Path) -> &Path {
    manifest.parent().unwrap_or(Path::new(""))
}
