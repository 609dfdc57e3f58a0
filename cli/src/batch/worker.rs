//! Verifies lines: those of one key at once if their messages are in them, and each other one alone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kms_verify::{Error, Message, MessageType, VerifyingKey};

use super::binding::{Binding, Chain};
use super::line::{Content, Opened, Request, Requests};
use super::lines::Line;
use super::outcome::{Outcome, Sealed};
use crate::failure::Failure;
use crate::input::read_failed;
use crate::keys::Ring;
use crate::request::{verify_digest, verify_stream};

/// The result of the line with this turn. `None` if the batch was stopped before the line was verified.
pub(super) type Decided = (u64, Option<Result<Sealed, Failure>>);

/// Shared by all threads.
pub(super) struct Worker {
    requests: Requests,
    binding: Binding,
    stop: Arc<AtomicBool>,
}

/// A line whose result is not known yet.
struct Pending {
    turn: u64,
    chain: Chain,
    outcome: Outcome,
}

/// Lines of one key.
struct Group {
    key: VerifyingKey,
    lines: Vec<(Pending, MessageType, Vec<u8>, Vec<u8>)>,
}

impl Worker {
    pub(super) fn new(ring: Option<Ring>, directory: &Path, binding: Binding, stop: Arc<AtomicBool>) -> Self {
        Self {
            requests: Requests::new(ring, directory, Arc::clone(&stop)),
            binding,
            stop,
        }
    }

    /// Verifies lines, the first of which has this turn. `send` gets each result once, in any order: a long message delays no
    /// line before it, and files are read in the order of their lines.
    pub(super) fn decide(
        self: &Arc<Self>,
        first: u64,
        lines: &[Line],
        send: impl Fn(Vec<Decided>) + Clone + Send + 'static,
    ) {
        let mut decided = Vec::with_capacity(lines.len());
        let mut groups: Vec<Group> = Vec::new();
        for (turn, line) in (first..).zip(lines) {
            if self.is_stopped() {
                decided.push((turn, None));
                continue;
            }
            let mut pending = Pending {
                turn,
                chain: line.chain,
                outcome: Outcome::new(line.number),
            };
            let request = match Request::parse(line) {
                Ok(request) => request,
                Err(failure) => {
                    decided.push(self.seal(pending, Err(failure)));
                    continue;
                }
            };
            if request.has_message_file() {
                // It opens its file when its turn comes, so that few files are open.
                let (worker, send) = (Arc::clone(self), send.clone());
                rayon::spawn_fifo(move || send(vec![worker.decide_alone(&request, pending)]));
                continue;
            }
            match self.requests.open(&request, &mut pending.outcome) {
                Ok(Opened {
                    key,
                    message_type,
                    message: Content::Inline(message),
                    signature,
                }) => {
                    let line = (pending, message_type, message, signature);
                    match groups.iter_mut().find(|group| group.key == key) {
                        Some(group) => {
                            // A key has tables only from its second line on.
                            group.key = key;
                            group.lines.push(line);
                        }
                        None => groups.push(Group { key, lines: vec![line] }),
                    }
                }
                Ok(opened) => decided.push(self.seal(pending, verify(opened))),
                Err(failure) => decided.push(self.seal(pending, Err(failure))),
            }
        }
        for group in groups {
            self.verify_group(group, &mut decided);
        }
        send(decided);
    }

    fn decide_alone(&self, request: &Request, mut pending: Pending) -> Decided {
        if self.is_stopped() {
            return (pending.turn, None);
        }
        let result = self.requests.open(request, &mut pending.outcome).and_then(verify);
        self.seal(pending, result)
    }

    fn verify_group(&self, Group { key, lines }: Group, decided: &mut Vec<Decided>) {
        let pairs: Vec<_> = lines
            .iter()
            .map(|(_, message_type, message, signature)| (Message::new(*message_type, message), signature.as_slice()))
            .collect();
        let results = if self.is_stopped() {
            Vec::new()
        } else {
            key.verify_many(&pairs)
        };
        let mut results = results.into_iter();
        for (pending, ..) in lines {
            decided.push(match results.next() {
                Some(result) => {
                    let key_spec = key.public_key().key_spec();
                    self.seal(
                        pending,
                        result.map_err(|error| Failure::from_library(&error, Some(key_spec))),
                    )
                }
                None => (pending.turn, None),
            });
        }
    }

    fn seal(&self, mut pending: Pending, result: Result<(), Failure>) -> Decided {
        if self.is_stopped() {
            return (pending.turn, None);
        }
        pending.outcome.set(result);
        (pending.turn, Some(pending.outcome.seal(&self.binding, pending.chain)))
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn verify(opened: Opened) -> Result<(), Failure> {
    let Opened {
        key,
        message_type,
        message,
        signature,
    } = opened;
    let failed = |error: &Error| Failure::from_library(error, Some(key.public_key().key_spec()));
    let message = match message {
        Content::File(message) => message,
        Content::Inline(message) => {
            let outcome = key.verify(Message::new(message_type, &message), &signature);
            return outcome.map_err(|error| failed(&error));
        }
    };
    let name = message.name.clone();
    let outcome = if message_type == MessageType::Raw {
        verify_stream(&key, message.reader, &signature)
    } else {
        verify_digest(&key, message_type, message, &signature)?
    };
    outcome.map_err(|error| match &error {
        Error::Read(read) => read_failed(&name, read.io_error()),
        error => failed(error),
    })
}
