//! The results of a batch: written as whole lines, read again to go on.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Service};

/// What is written at once: whole lines, and not much more than this many bytes.
const PIECE: usize = 64 * 1024;

/// The result of a line of the manifest.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Outcome {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) key_id: Option<String>,
    /// `None` if the line could not be verified.
    signature_valid: Option<bool>,
    pub(super) signing_algorithm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Outcome {
    pub(super) fn of_line(line: u64) -> Self {
        Self {
            line,
            id: None,
            key_id: None,
            signature_valid: None,
            signing_algorithm: None,
            error: None,
            message: None,
        }
    }

    pub(super) fn set(&mut self, result: Result<(), Failure>) {
        match result {
            Ok(()) => self.signature_valid = Some(true),
            Err(failure) => {
                self.error = Some(failure.name());
                self.message = Some(failure.sentence());
                if matches!(failure, Failure::Service(Service { exception, .. }) if exception == INVALID) {
                    self.signature_valid = Some(false);
                }
            }
        }
    }
}

/// How each result begins.
const BEGINNING: &[u8] = b"{\"Line\":";

/// The longest line that may be a result. What a result repeats of its line of the manifest has at most 1 MiB there, and
/// six times as much where each byte must be escaped.
const MOST: u64 = 16 * 1024 * 1024;

/// The one exception that is about the signature.
const INVALID: &str = "KMSInvalidSignatureException";

/// What of a result is read again.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    line: u64,
    signature_valid: Option<bool>,
}

/// Where the results go, and how many of each there are.
pub(super) struct Results {
    sink: Box<dyn Write>,
    name: String,
    /// Whole lines that are still to be written.
    pending: Vec<u8>,
    /// Whether a reader may wait for each result: not so with files.
    read_at_once: bool,
    last_line: u64,
    valid: u64,
    invalid: u64,
    not_verified: u64,
}

impl Results {
    /// To standard output; or after what a file of results holds, which is counted, and whose cut last line is removed.
    pub(super) fn open(resume: Option<&Path>) -> Result<Self, Failure> {
        let mut results = Self {
            sink: Box::new(io::stdout()),
            name: "standard output".to_owned(),
            pending: Vec::new(),
            read_at_once: true,
            last_line: 0,
            valid: 0,
            invalid: 0,
            not_verified: 0,
        };
        let Some(path) = resume else {
            return Ok(results);
        };
        results.name = format!("the results {}", path.display());
        results.read_at_once = false;
        // Nothing but a file can be cut, and a pipe would be waited for.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Failure::Parameter(format!("{} is no file; name a file", results.name)));
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| results.failed("opened", &error))?;
        let whole = results.read(&file)?;
        file.set_len(whole)
            .and_then(|()| file.seek(SeekFrom::Start(whole)))
            .map_err(|error| results.failed("written", &error))?;
        results.sink = Box::new(file);
        Ok(results)
    }

    /// Counts the results that are there. Gives back how many bytes their whole lines have: what follows them is the
    /// beginning of a result, and nothing else is ever to be cut off.
    fn read(&mut self, file: &File) -> Result<u64, Failure> {
        let mut reader = BufReader::new(file);
        let mut whole = 0_u64;
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = (&mut reader)
                .take(MOST)
                .read_until(b'\n', &mut line)
                .map_err(|error| self.failed("read", &error))?;
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            if line.last() != Some(&b'\n') && length < MOST && begins_a_result(&line) {
                return Ok(whole);
            }
            match serde_json::from_slice::<Written>(&line) {
                Ok(written) if line.ends_with(b"\n") && written.line > self.last_line => {
                    self.count(written.line, written.signature_valid);
                }
                _ => {
                    return Err(Failure::Parameter(format!(
                        "{} holds something else than results of kms-verify batch after that of line {}; name the right file",
                        self.name, self.last_line
                    )));
                }
            }
            whole = whole.saturating_add(length);
        }
    }

    pub(super) fn write(&mut self, outcome: &Outcome) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.pending, outcome).map_err(|error| self.failed("written", &error.into()))?;
        self.pending.push(b'\n');
        self.count(outcome.line, outcome.signature_valid);
        if self.pending.len() >= PIECE {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes what is pending: whole lines.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        let pending = std::mem::take(&mut self.pending);
        self.sink
            .write_all(&pending)
            .and_then(|()| self.sink.flush())
            .map_err(|error| self.failed("written", &error))
    }

    pub(super) fn flush_if_read_at_once(&mut self) -> Result<(), Failure> {
        if self.read_at_once && !self.pending.is_empty() {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn count(&mut self, line: u64, signature_valid: Option<bool>) {
        self.last_line = line;
        let counter = match signature_valid {
            Some(true) => &mut self.valid,
            Some(false) => &mut self.invalid,
            None => &mut self.not_verified,
        };
        *counter = counter.saturating_add(1);
    }

    /// The number of the last line of the manifest that has its result.
    pub(super) fn last_line(&self) -> u64 {
        self.last_line
    }

    pub(super) fn is_empty(&self) -> bool {
        self.last_line == 0
    }

    pub(super) fn all_valid(&self) -> bool {
        self.invalid == 0 && self.not_verified == 0
    }

    pub(super) fn summary(&self) -> String {
        format!(
            "{} valid, {} not valid, {} could not be verified",
            self.valid, self.invalid, self.not_verified
        )
    }

    fn failed(&self, what: &str, error: &io::Error) -> Failure {
        Failure::Io(format!(
            "{} could not be {what}: {error}; go on with --resume once it can",
            self.name
        ))
    }
}

/// Whether this may be a result whose end was not written.
fn begins_a_result(line: &[u8]) -> bool {
    line.starts_with(BEGINNING) || BEGINNING.starts_with(line)
}
