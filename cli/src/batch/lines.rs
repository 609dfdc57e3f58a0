//! The lines of a manifest of any length.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use super::binding::Chain;
use crate::args::BinaryFormat;
use crate::descriptors;
use crate::failure::Failure;
use crate::input::Input;

/// The longest line in bytes. The longest message and signature that KMS takes make 14 KiB.
const MAX: usize = 1024 * 1024;

pub(super) struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    length: Option<u64>,
    name: String,
    number: u64,
    chain: Chain,
}

pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u64,
    /// Without its line end. `None` if there are more bytes than [`MAX`].
    pub(super) bytes: Option<Vec<u8>>,
    /// Of all lines up to this one.
    pub(super) chain: Chain,
    length: usize,
}

impl Line {
    /// How many bytes of the manifest it takes.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn is_blank(&self) -> bool {
        self.bytes.as_ref().is_some_and(|bytes| bytes.trim_ascii().is_empty())
    }
}

/// What is said of a line of which there is too much.
pub(super) fn too_long() -> Failure {
    Failure::Parameter(format!(
        "the line has more than {MAX} bytes; put the message into a file, and name it as MessageFile"
    ))
}

impl Lines {
    pub(super) fn open(path: &Path, start: Chain) -> Result<Self, Failure> {
        let input = if path == Path::new("-") {
            Input::open("the manifest", "-", BinaryFormat::Base64)?
        } else {
            let name = format!("the manifest {}", path.display());
            let (file, metadata) = descriptors::open(path, &name)?;
            descriptors::keep_from_lines(&metadata);
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

    /// How many bytes the manifest has, if that is known.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The number of the last line that was read.
    pub(super) fn number(&self) -> u64 {
        self.number
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
                        "{} could not be read on from line {}: {error}; go on with --resume",
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
            // Of a line that is too long the rest is only counted and hashed.
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
