//! The results of a batch: written as whole lines, and read again by `--resume`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

use serde::Deserialize;

use super::binding::{Binding, Difference};
use super::lines::Lines;
use super::outcome::Sealed;
use crate::descriptors;
use crate::failure::Failure;
use crate::progress::Progress;

/// How many bytes of whole lines are collected before they are written.
const PIECE: usize = 64 * 1024;

/// The start of each result.
const BEGINNING: &[u8] = b"{\"Line\":";

/// The longest result, in bytes. A result repeats at most 1 MiB of its line of the manifest, which takes up to six
/// times as much if every byte is escaped.
const MAX: u64 = 16 * 1024 * 1024;

/// The fields of a result that are read again.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    line: u64,
    signature_valid: Option<bool>,
}

/// The destination of the results, and their counts.
pub(super) struct Results {
    sink: Box<dyn Write>,
    name: String,
    /// Whole lines that are not written yet.
    pending: Vec<u8>,
    /// Whether a reader may be waiting for each result. False for a results file.
    read_at_once: bool,
    valid: u64,
    invalid: u64,
    not_verified: u64,
}

impl Results {
    /// Opens standard output, or a results file to continue.
    pub(super) fn open(
        resume: Option<&Path>,
        lines: &mut Lines,
        binding: &Binding,
        progress: &mut Progress,
    ) -> Result<Self, Failure> {
        let mut results = Self {
            sink: Box::new(io::sink()),
            name: "standard output".to_owned(),
            pending: Vec::new(),
            read_at_once: resume.is_none(),
            valid: 0,
            invalid: 0,
            not_verified: 0,
        };
        results.sink = match resume {
            None => Box::new(descriptors::stdout().map_err(|error| results.failed("written", &error))?),
            Some(path) => {
                results.name = format!("the results file {}", path.display());
                Box::new(results.resume(path, lines, binding, progress)?)
            }
        };
        Ok(results)
    }

    /// Checks and counts the existing results, each of which must belong to the next line of the manifest. Removes the
    /// last one if it is truncated; nothing else is ever removed.
    fn resume(
        &mut self,
        path: &Path,
        lines: &mut Lines,
        binding: &Binding,
        progress: &mut Progress,
    ) -> Result<File, Failure> {
        // Only a regular file can be truncated, and opening a pipe would block.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Failure::Parameter(format!(
                "{} is not a regular file; name one",
                self.name
            )));
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| self.failed("opened", &error))?;
        let metadata = file.metadata().map_err(|error| self.failed("opened", &error))?;
        descriptors::deny_to_lines(&metadata);
        // Locking is best effort: some file systems do not support it.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Parameter(format!(
                "{} is being written by another run; wait for it to end",
                self.name
            )));
        }
        let mut reader = BufReader::new(&file);
        let mut whole = 0_u64;
        let mut result = Vec::new();
        loop {
            result.clear();
            let length = (&mut reader)
                .take(MAX)
                .read_until(b'\n', &mut result)
                .map_err(|error| self.failed("read", &error))?;
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            if result.last() != Some(&b'\n') && length < MAX && begins_a_result(&result) {
                break;
            }
            self.check(&result, lines, binding, progress)?;
            whole = whole.saturating_add(length);
        }
        file.set_len(whole)
            .and_then(|()| file.seek(SeekFrom::Start(whole)))
            .map_err(|error| self.failed("written", &error))?;
        Ok(file)
    }

    /// Checks that this result belongs to the next line of the manifest.
    fn check(
        &mut self,
        result: &[u8],
        lines: &mut Lines,
        binding: &Binding,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let last = lines.number();
        let not_a_result = || {
            Failure::Parameter(format!(
                "{} has a line after the result of line {last} that is not a result of kms-verify batch; check that it is \
                 the right file",
                self.name
            ))
        };
        let result = std::str::from_utf8(result).map_err(|_| not_a_result())?;
        let written: Written = serde_json::from_str(result).map_err(|_| not_a_result())?;
        let line = loop {
            let Some(line) = lines.next()? else {
                return Err(Failure::Parameter(format!(
                    "{} has a result for line {}, but the manifest ends after line {}; name the results of this manifest",
                    self.name,
                    written.line,
                    lines.number()
                )));
            };
            progress.advance(line.length());
            if !line.is_blank() {
                break line;
            }
        };
        let number = line.number;
        let differs = match binding.check(line.chain, result) {
            Ok(()) if written.line == number => {
                self.count(written.signature_valid);
                return Ok(());
            }
            Err(Difference::Unbound) => "has a result without Binding, as written by an older version".to_owned(),
            Err(Difference::Version) => "was written by another version of kms-verify".to_owned(),
            Err(Difference::Ring) => "was made with another key ring".to_owned(),
            Err(Difference::Directory) => {
                "belongs to a manifest in another directory, whose files may differ".to_owned()
            }
            Err(Difference::Manifest) => {
                format!("belongs to another manifest, of which line {number} or a line before it differs")
            }
            Ok(()) | Err(Difference::Result) => format!("was altered in the result of line {number}"),
        };
        Err(Failure::Parameter(format!(
            "{} {differs}; name the right file, or a new one to start over",
            self.name
        )))
    }

    pub(super) fn write(&mut self, result: &Sealed) -> Result<(), Failure> {
        self.pending.extend_from_slice(result.text.as_bytes());
        self.count(result.signature_valid);
        if self.pending.len() >= PIECE {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes the pending lines.
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

    fn count(&mut self, signature_valid: Option<bool>) {
        let counter = match signature_valid {
            Some(true) => &mut self.valid,
            Some(false) => &mut self.invalid,
            None => &mut self.not_verified,
        };
        *counter = counter.saturating_add(1);
    }

    /// The number of results, and of those that are not valid or could not be verified.
    pub(super) fn counts(&self) -> (u64, u64) {
        let not_valid = self.invalid.saturating_add(self.not_verified);
        (self.valid.saturating_add(not_valid), not_valid)
    }

    pub(super) fn is_empty(&self) -> bool {
        (self.valid, self.invalid, self.not_verified) == (0, 0, 0)
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
            "{} could not be {what}: {error}; once that is fixed, continue with --resume",
            self.name
        ))
    }
}

/// Whether this may be the start of a truncated result.
fn begins_a_result(line: &[u8]) -> bool {
    line.starts_with(BEGINNING) || BEGINNING.starts_with(line)
}
