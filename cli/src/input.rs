//! What a parameter holds: the AWS CLI's meaning first, then plain files and standard input.
//!
//! | value | is |
//! |---|---|
//! | `fileb://FILE` | the bytes of the file |
//! | `file://FILE` | the text of the file: base64, or the bytes themselves with `--cli-binary-format raw-in-base64-out` |
//! | `-` | the bytes of standard input |
//! | base64, or anything with `raw-in-base64-out` | what it decodes to, or itself |
//! | the name of a file or a pipe | the bytes of it |
//!
//! What the AWS CLI has a meaning for keeps that meaning, whatever files there are: otherwise a file could change what a
//! command verifies by its name alone. Where this might surprise, it is said.

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::args::BinaryFormat;
use crate::descriptors;
use crate::failure::Failure;
use crate::style::note;

/// Bytes to be read.
pub(crate) struct Input {
    pub(crate) reader: Box<dyn Read + Send>,
    /// How many bytes there are, if that is known.
    pub(crate) length: Option<u64>,
    /// Whether the value named its source in this command's own way, not in that of the AWS CLI.
    pub(crate) plain: bool,
    /// Which parameter, and what of it, for errors.
    pub(crate) name: String,
}

/// What a source holds.
pub(crate) enum Content {
    Whole(Vec<u8>),
    /// More than was asked for: all of it is still to be read.
    Longer(Input),
}

impl Input {
    /// Opens what the value of a flag stands for.
    pub(crate) fn open(flag: &'static str, value: &str, format: BinaryFormat) -> Result<Self, Failure> {
        let named = |name: &str| format!("{flag} {name}");
        if let Some(path) = value.strip_prefix("fileb://") {
            return Self::file(&expand(path), named(value), false);
        }
        if let Some(path) = value.strip_prefix("file://") {
            let file = Self::file(&expand(path), named(value), false)?;
            return Ok(match format {
                BinaryFormat::RawInBase64Out => file,
                BinaryFormat::Base64 => Self {
                    reader: Box::new(base64::read::DecoderReader::new(SkipSpace(file.reader), &STANDARD)),
                    length: None,
                    ..file
                },
            });
        }
        if value == "-" {
            let name = format!("{flag} (standard input)");
            return Ok(Self {
                reader: Box::new(descriptors::claim_stdin(&name)?),
                length: None,
                plain: true,
                name,
            });
        }
        if let Some(bytes) = value_itself(value, format) {
            if is_no_folder(value) {
                note(&format!(
                    "{flag} {value}: taken for {}, as the AWS CLI does, though there is a file of that name; for the file, \
                     write fileb://{value}",
                    match format {
                        BinaryFormat::Base64 => "base64",
                        BinaryFormat::RawInBase64Out => "the bytes themselves",
                    }
                ));
            }
            return Ok(Self {
                length: u64::try_from(bytes.len()).ok(),
                reader: Box::new(Cursor::new(bytes)),
                plain: false,
                name: flag.to_owned(),
            });
        }
        if is_no_folder(value) {
            note(&format!("{flag} {value}: taken for the name of a file"));
            return Self::file(Path::new(value), named(value), true);
        }
        let advice = if is_hex(value.as_bytes()) {
            "hexadecimal text is not read here: decode it with xxd -r -p into a file, and write fileb://FILE"
        } else {
            "for the bytes of a file write fileb://FILE, and for text on the command line add --cli-binary-format \
             raw-in-base64-out"
        };
        Err(Failure::Parameter(format!(
            "{flag} \"{}\" is neither base64 nor the name of a file; {advice}",
            excerpt(value)
        )))
    }

    /// Opens a file.
    pub(crate) fn file(path: &Path, name: String, plain: bool) -> Result<Self, Failure> {
        let (file, metadata) = descriptors::open(path, &name)?;
        Self::opened(file, &metadata, name, plain)
    }

    /// What is open already.
    pub(crate) fn opened(file: File, metadata: &Metadata, name: String, plain: bool) -> Result<Self, Failure> {
        if metadata.is_dir() {
            return Err(Failure::Parameter(format!("{name} is a folder; name a file")));
        }
        Ok(Self {
            // A pipe has no length of its own, and says 0.
            length: metadata.is_file().then_some(metadata.len()),
            reader: Box::new(file),
            plain,
            name,
        })
    }

    /// Opens a regular file that a line of a manifest names. Its length is known.
    pub(crate) fn regular_file(path: &Path, name: String) -> Result<Self, Failure> {
        let (file, length) = descriptors::open_regular(path, &name)?;
        Ok(Self {
            length: Some(length),
            reader: Box::new(Unchanged { file, left: length }),
            plain: true,
            name,
        })
    }

    /// Reads all there is. More than so many bytes are an error: nothing is ever cut and then used.
    pub(crate) fn read_up_to(self, max: u64) -> Result<Vec<u8>, Failure> {
        let name = self.name.clone();
        match self.buffer(max)? {
            Content::Whole(bytes) => Ok(bytes),
            Content::Longer(_) => Err(too_long(&name, max)),
        }
    }

    /// Reads at most so many bytes, and one to see whether there are more.
    pub(crate) fn buffer(mut self, max: u64) -> Result<Content, Failure> {
        let mut bytes = Vec::new();
        let length = (&mut self.reader)
            .take(max.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| self.failed(&error))?;
        if u64::try_from(length).is_ok_and(|length| length <= max) {
            return Ok(Content::Whole(bytes));
        }
        Ok(Content::Longer(Self {
            reader: Box::new(Cursor::new(bytes).chain(self.reader)),
            ..self
        }))
    }

    /// What it means that reading failed: what is not base64 is the caller's to mend, all else is the system's.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        read_failed(&self.name, error)
    }
}

fn too_long(name: &str, max: u64) -> Failure {
    Failure::Parameter(format!(
        "{name} has more than {max} bytes, so it is something else; name the right file"
    ))
}

/// See [`Input::failed`].
pub(crate) fn read_failed(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData => Failure::Parameter(format!(
            "{name} is not base64: {error}; for the bytes of a file as they are write fileb://FILE"
        )),
        _ => Failure::Io(format!(
            "{name} could not be read: {error}; nothing is known about the signature"
        )),
    }
}

/// Whether this is the name of something to read: a file, or a pipe, as a shell makes of `<(command)`.
fn is_no_folder(value: &str) -> bool {
    Path::new(value).metadata().is_ok_and(|metadata| !metadata.is_dir())
}

/// The bytes that a value on the command line stands for, if it can stand for any.
fn value_itself(value: &str, format: BinaryFormat) -> Option<Vec<u8>> {
    match format {
        BinaryFormat::RawInBase64Out => Some(value.as_bytes().to_vec()),
        BinaryFormat::Base64 => decode(value.as_bytes()),
    }
}

/// Decodes base64 text (RFC 4648 section 4, padded), whose white space does not count. The AWS CLI also drops all other
/// characters that are not base64; here they are refused, for they mean that this is no base64.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(packed).ok()
}

/// Whether this begins as a JSON object does. A byte order mark before it is for the reader of JSON to name.
pub(crate) fn is_json(text: &[u8]) -> bool {
    let unmarked = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    unmarked.trim_ascii_start().starts_with(b"{")
}

/// Whether this is text of hexadecimal digits, of which half of all lengths are base64 too.
pub(crate) fn is_hex(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace())
}

/// As the AWS CLI expands the paths in its parameters.
fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The beginning of a text from outside, short enough to stand in a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut beginning: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() {
        beginning.push_str("...");
    }
    beginning
}

/// Leaves white space out of what it reads.
struct SkipSpace<R>(R);

impl<R: Read> Read for SkipSpace<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.0.read(buffer)?;
            let Some(read) = buffer.get_mut(..length) else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            let mut kept = 0_usize;
            for at in 0..length {
                let Some(byte) = read.get(at).copied() else { break };
                if !byte.is_ascii_whitespace()
                    && let Some(place) = read.get_mut(kept)
                {
                    *place = byte;
                    kept = kept.saturating_add(1);
                }
            }
            // Nothing but white space is not the end.
            if kept > 0 || length == 0 {
                return Ok(kept);
            }
        }
    }
}

/// The bytes that a regular file had when it was opened. A file that is written meanwhile has no end of its own, and those
/// of `/proc` do not say their length.
struct Unchanged {
    file: File,
    left: u64,
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        match self.left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) {
            // The file ends where nothing is left, and only there.
            Some(left) if length > 0 || left == 0 || buffer.is_empty() => {
                self.left = left;
                Ok(length)
            }
            Some(_) | None => Err(io::Error::other("its length is not what it was when it was opened")),
        }
    }
}
