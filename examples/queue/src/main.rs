//! A consumer of a queue whose messages are signed by AWS KMS.
//!
//!     queue KEYS QUARANTINE < messages > accepted
//!
//! Standard input has one message per line, in the JSON that `aws sqs receive-message` prints for each: the body, and the
//! attributes `KeyId` and `Signature` (base64). KEYS is a directory of public keys. Messages are verified in parallel.
//!
//! - The ID and the body of each message that verifies is a line of standard output, in the order of the messages.
//! - Any other message is a poison message: it is written to QUARANTINE, as a line with the reason and with what a person may
//!   want to know. It does not stop the others.
//!
//! Exit status: 0 if all messages were accepted or set aside, 1 if the program itself failed.

mod message;

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufWriter, Write as _};
use std::num::NonZero;
use std::sync::mpsc;
use std::thread;

use kms_verify::KeyRing;

use message::{Outcome, process};

/// How many lines each thread takes at once.
const BATCH: usize = 64;
/// SQS has messages of at most 1 MiB. Attributes and escapes come on top.
const MAX_LINE: u64 = 8 << 20;

type Batch = Vec<Result<String, String>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Ok([keys, quarantine]) = <[String; 2]>::try_from(arguments) else {
        return Err("usage: queue KEYS QUARANTINE".into());
    };
    let ring = KeyRing::from_dir(keys)?;
    let mut quarantine = BufWriter::new(OpenOptions::new().append(true).create(true).open(quarantine)?);
    let mut accepted = BufWriter::new(io::stdout().lock());

    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| -> io::Result<()> {
        // One channel to and one from each worker: batches are handed out and collected in turn, so the order stays. The
        // bounds keep a long queue out of memory.
        let mut senders = Vec::new();
        let mut receivers = Vec::new();
        for _ in 0..workers {
            let (work, todo) = mpsc::sync_channel::<Batch>(2);
            let (done, results) = mpsc::sync_channel::<Vec<Outcome>>(2);
            let ring = ring.clone();
            scope.spawn(move || {
                for batch in todo {
                    let outcomes = batch.into_iter().map(|line| process(&ring, line)).collect();
                    if done.send(outcomes).is_err() {
                        return;
                    }
                }
            });
            senders.push(work);
            receivers.push(results);
        }
        let reader = scope.spawn(move || -> io::Result<()> {
            let mut input = io::stdin().lock();
            for sender in senders.iter().cycle() {
                let mut batch = Batch::new();
                while batch.len() < BATCH
                    && let Some(line) = next_line(&mut input)?
                {
                    batch.push(line);
                }
                if batch.is_empty() || sender.send(batch).is_err() {
                    break;
                }
            }
            Ok(())
        });
        for receiver in receivers.iter().cycle() {
            let Ok(outcomes) = receiver.recv() else { break };
            for outcome in outcomes {
                match outcome {
                    Outcome::Accepted(line) => writeln!(accepted, "{line}")?,
                    Outcome::Poison(line) => writeln!(quarantine, "{line}")?,
                }
            }
            // A message is deleted from the queue only after this.
            accepted.flush()?;
            quarantine.flush()?;
        }
        reader
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the reader panicked")))
    })?;
    Ok(())
}

/// The next line, or the reason why it is not a message. `None` at the end of the input.
fn next_line(input: &mut impl io::BufRead) -> io::Result<Option<Result<String, String>>> {
    let mut line = Vec::new();
    let length = io::Read::take(&mut *input, MAX_LINE).read_until(b'\n', &mut line)?;
    if length == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 == MAX_LINE {
        // The rest of the line is skipped, so that the next message is found.
        input.skip_until(b'\n')?;
        return Ok(Some(Err("the line is too long".to_owned())));
    }
    Ok(Some(
        String::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned()),
    ))
}
