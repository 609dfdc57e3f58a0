//! Reads the lines of a manifest of any length.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use super::binding::Chain;
use crate::args::BinaryFormat;
use crate::descriptors;
use crate::failure::Failure;
use crate::input::Input;

/// The longest line, in bytes. The longest message and signature that KMS accepts take 14 KiB.
const MAX: usize = 1024 * 1024;

/// The most lines that are read and verified together.
const TOGETHER: usize = 32;

pub(super) struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    length: Option<u64>,
    name: String,
    number: u64,
    chain: Chain,
}

pub(super) struct Line {
    /// The line number, from 1.
    pub(super) number: u64,
    /// The line without its line end. `None` if it is longer than [`MAX`].
    pub(super) bytes: Option<Vec<u8>>,
    /// The digest of all lines through this one.
    pub(super) chain: Chain,
    length: usize,
}

impl Line {
    /// The length of the line in the manifest, in bytes.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn is_blank(&self) -> bool {
        self.bytes.as_ref().is_some_and(|bytes| bytes.trim_ascii().is_empty())
    }
}

/// The failure for a line that is too long.
pub(super) fn too_long() -> Failure {
    Failure::Parameter(format!(
        "the line has more than {MAX} bytes; save the message to a file, and name that as MessageFile"
    ))
}

impl Lines {
    pub(super) fn open(path: &Path, start: Chain) -> Result<Self, Failure> {
        let input = if path == Path::new("-") {
            Input::open("the manifest", "-", BinaryFormat::Base64)?
        } else {
            let name = format!("the manifest {}", path.display());
            let (file, metadata) = descriptors::open(path, &name)?;
            descriptors::deny_to_lines(&metadata);
            Input::opened(file, &metadata, name, true)?
        };
        Ok(Self {
            reader: BufReader::with_capacity(64 * 1024, input.reader),
            length: input.length,
            name: input.name,
            number: 0,
            chain: start,
        })
    }

    /// The length of the manifest in bytes, if known.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The number of the last line read.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next lines that are not blank, and those that follow without waiting for them, if any. Empty at the end.
    pub(super) fn next_some(&mut self) -> Result<Vec<Line>, Failure> {
        let mut lines = Vec::with_capacity(TOGETHER);
        while lines.is_empty() || (lines.len() < TOGETHER && self.reader.buffer().contains(&b'\n')) {
            match self.next()? {
                Some(line) if line.is_blank() => {}
                Some(line) => lines.push(line),
                None => break,
            }
        }
        Ok(lines)
    }

    pub(super) fn next(&mut self) -> Result<Option<Line>, Failure> {
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        let mut complete = false;
        let mut hash = self.chain.next_line();
        while !complete {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(Failure::Io(format!(
                        "{} could not be read after line {}: {error}; continue with --resume",
                        self.name, self.number
                    )));
                }
            };
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            complete = end.is_some();
            let piece = end.and_then(|end| buffer.get(..end)).unwrap_or(buffer);
            hash.update(piece);
            // The rest of a line that is too long is only counted and hashed.
            if bytes.len().saturating_add(piece.len()) <= MAX {
                bytes.extend_from_slice(piece);
            }
            let taken = piece.len().saturating_add(usize::from(complete));
            length = length.saturating_add(taken);
            self.reader.consume(taken);
        }
        if length == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        self.chain = hash.finish();
        let whole = bytes.len() == length.saturating_sub(usize::from(complete));
        Ok(Some(Line {
            number: self.number,
            bytes: whole.then_some(bytes),
            chain: self.chain,
            length,
        }))
    }
}
