//! The results of a batch: written as whole lines, read again to go on.

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

/// What is written at once: whole lines, and not much more than this many bytes.
const PIECE: usize = 64 * 1024;

/// How each result begins.
const BEGINNING: &[u8] = b"{\"Line\":";

/// The longest line that may be a result. What a result repeats of its line of the manifest has at most 1 MiB there, and
/// six times as much where each byte must be escaped.
const MAX: u64 = 16 * 1024 * 1024;

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
    valid: u64,
    invalid: u64,
    not_verified: u64,
}

impl Results {
    /// To standard output; or after what a file of results holds.
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
                results.name = format!("the results {}", path.display());
                Box::new(results.resume(path, lines, binding, progress)?)
            }
        };
        Ok(results)
    }

    /// Counts the results that are there, each of which must be that of the next line of the manifest. Removes the last if
    /// it was cut: nothing else is ever removed.
    fn resume(
        &mut self,
        path: &Path,
        lines: &mut Lines,
        binding: &Binding,
        progress: &mut Progress,
    ) -> Result<File, Failure> {
        // Nothing but a file can be cut, and a pipe would be waited for.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Failure::Parameter(format!("{} is not a file; name a file", self.name)));
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| self.failed("opened", &error))?;
        let metadata = file.metadata().map_err(|error| self.failed("opened", &error))?;
        descriptors::keep_from_lines(&metadata);
        // Where files cannot be locked, it goes without.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Parameter(format!(
                "{} are being written by another run; wait for its end",
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

    /// Checks that this is the result of the next line of the manifest.
    fn check(
        &mut self,
        result: &[u8],
        lines: &mut Lines,
        binding: &Binding,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let last = lines.number();
        let something_else = || {
            Failure::Parameter(format!(
                "{} have something else than results of kms-verify batch after that of line {last}; name the right file",
                self.name
            ))
        };
        let result = std::str::from_utf8(result).map_err(|_| something_else())?;
        let written: Written = serde_json::from_str(result).map_err(|_| something_else())?;
        let line = loop {
            let Some(line) = lines.next()? else {
                return Err(Failure::Parameter(format!(
                    "{} go on to line {}, and the manifest has only {}; name the results of this manifest",
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
            Err(Difference::Unbound) => {
                "say nothing of the manifest that they belong to, as those of an older version".to_owned()
            }
            Err(Difference::Version) => "were written by another version of kms-verify".to_owned(),
            Err(Difference::Ring) => "were made with another key ring".to_owned(),
            Err(Difference::Folder) => "are of a manifest in another folder, where its files may be others".to_owned(),
            Err(Difference::Manifest) => {
                format!("are of another manifest: its line {number} or one before is not the one that was verified")
            }
            Ok(()) | Err(Difference::Result) => format!("were altered in the result of line {number}"),
        };
        Err(Failure::Parameter(format!(
            "{} {differs}; name the right file, or a new one to begin again",
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

    fn count(&mut self, signature_valid: Option<bool>) {
        let counter = match signature_valid {
            Some(true) => &mut self.valid,
            Some(false) => &mut self.invalid,
            None => &mut self.not_verified,
        };
        *counter = counter.saturating_add(1);
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
            "{} could not be {what}: {error}; go on with --resume once it can",
            self.name
        ))
    }
}

/// Whether this may be a result whose end was not written.
fn begins_a_result(line: &[u8]) -> bool {
    line.starts_with(BEGINNING) || BEGINNING.starts_with(line)
}
