//! Reads parameter values: first as the AWS CLI does, then as plain files and standard input.
//!
//! | value | content |
//! |---|---|
//! | `fileb://FILE` | the bytes of the file |
//! | `file://FILE` | the decoded base64 of the file, or its bytes with `--cli-binary-format raw-in-base64-out` |
//! | `-` | the bytes of standard input |
//! | base64, or anything with `raw-in-base64-out` | the decoded bytes, or the bytes of the value itself |
//! | the name of a file or a pipe | its bytes |
//!
//! Values keep their AWS CLI meaning, even if a file of that name exists: otherwise the mere name of a file could
//! change what a command verifies. Where this might surprise, a note says so.

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{Dress, Source};

use crate::args::BinaryFormat;
use crate::descriptors;
use crate::failure::Failure;
use crate::paths::expand;
use crate::style::note;

/// A source of bytes.
pub(crate) struct Input {
    pub(crate) reader: Box<dyn Read + Send>,
    /// The length in bytes, if known.
    pub(crate) length: Option<u64>,
    /// Whether the value is a plain file name or `-`, which the AWS CLI does not accept.
    pub(crate) plain: bool,
    /// The parameter and its source, for errors.
    pub(crate) name: String,
    /// Where the bytes come from, for commands.
    pub(crate) origin: Origin,
}

/// Where the bytes of an input come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    File(String),
    /// The output of a shell command.
    Command(String),
    Unknown,
}

impl Origin {
    /// The source for commands, or a file of this name.
    pub(crate) fn source<'a>(&'a self, name: &'a str) -> Source<'a> {
        match self {
            Self::File(file) => Source::File(file),
            Self::Command(command) => Source::Command(command),
            Self::Unknown => Source::File(name),
        }
    }

    /// What this filter makes of the bytes.
    pub(crate) fn through(self, filter: &str) -> Self {
        match self {
            Self::File(file) => Self::Command(format!("{filter} < {}", quoted(&file))),
            Self::Command(command) => Self::Command(format!("{command} | {filter}")),
            Self::Unknown => Self::Unknown,
        }
    }
}

/// One word of a shell.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./+@%,:=".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The content of a source, read up to a limit.
pub(crate) enum Content {
    Whole(Vec<u8>),
    /// Longer than the limit. The input is rewound to its beginning.
    Longer(Input),
}

impl Input {
    /// Opens the source that the value of a flag names.
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
                    origin: file.origin.through("base64 --decode"),
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
                origin: Origin::Unknown,
            });
        }
        if let Some(bytes) = inline_value(value, format) {
            if is_file_or_pipe(value) {
                note(&format!(
                    "{flag} {value}: read as {}, as the AWS CLI does, although a file of that name exists; to read the \
                     file, write fileb://{value}",
                    match format {
                        BinaryFormat::Base64 => "base64",
                        BinaryFormat::RawInBase64Out => "raw bytes",
                    }
                ));
            }
            return Ok(Self {
                length: u64::try_from(bytes.len()).ok(),
                reader: Box::new(Cursor::new(bytes)),
                plain: false,
                name: flag.to_owned(),
                origin: inline_origin(value, format),
            });
        }
        if is_file_or_pipe(value) {
            note(&format!("{flag} {value}: read as a file name"));
            return Self::file(Path::new(value), named(value), true);
        }
        let advice = if Dress::of(value.as_bytes()) == Some(Dress::Hex) {
            "hexadecimal text is not accepted: decode it to a file with xxd -r -p, and write fileb://FILE"
        } else {
            "to read a file, write fileb://FILE; to pass text on the command line, add --cli-binary-format \
             raw-in-base64-out"
        };
        Err(Failure::Parameter(format!(
            "{flag} \"{}\" is neither base64 nor an existing file; {advice}",
            excerpt(value)
        )))
    }

    pub(crate) fn file(path: &Path, name: String, plain: bool) -> Result<Self, Failure> {
        let (file, metadata) = descriptors::open(path, &name)?;
        Ok(Self {
            origin: Origin::File(path.display().to_string()),
            ..Self::opened(file, &metadata, name, plain)?
        })
    }

    /// Wraps a file that is already open.
    pub(crate) fn opened(file: File, metadata: &Metadata, name: String, plain: bool) -> Result<Self, Failure> {
        if metadata.is_dir() {
            return Err(Failure::Parameter(format!("{name} is a directory; name a file")));
        }
        Ok(Self {
            // The metadata of a pipe has length 0.
            length: metadata.is_file().then_some(metadata.len()),
            reader: Box::new(file),
            plain,
            name,
            origin: Origin::Unknown,
        })
    }

    /// Opens a regular file that a line of a manifest names. The length is always known.
    pub(crate) fn regular_file(path: &Path, name: String) -> Result<Self, Failure> {
        let (file, length) = descriptors::open_regular(path, &name)?;
        Ok(Self {
            length: Some(length),
            reader: Box::new(Unchanged { file, left: length }),
            plain: true,
            name,
            origin: Origin::File(path.display().to_string()),
        })
    }

    /// Reads the whole input. More than `max` bytes are an error: input is never truncated.
    pub(crate) fn read_up_to(self, max: u64) -> Result<Vec<u8>, Failure> {
        let name = self.name.clone();
        match self.buffer(max)? {
            Content::Whole(bytes) => Ok(bytes),
            Content::Longer(_) => Err(too_long(&name, max)),
        }
    }

    /// Reads at most `max` bytes, and one more to detect longer input.
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

    /// The failure for a read error: malformed base64 is a parameter error, anything else an I/O error.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        read_failed(&self.name, error)
    }
}

fn too_long(name: &str, max: u64) -> Failure {
    Failure::Parameter(format!(
        "{name} has more than {max} bytes, which is too long; check that it is the right file"
    ))
}

/// See [`Input::failed`].
pub(crate) fn read_failed(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData => Failure::Parameter(format!(
            "{name} is not base64: {error}; to read the raw bytes of a file, write fileb://FILE"
        )),
        _ => Failure::Io(format!(
            "{name} could not be read: {error}; the signature was not verified"
        )),
    }
}

/// Whether this is the name of something readable: a file, or a pipe such as a shell makes for `<(command)`.
fn is_file_or_pipe(value: &str) -> bool {
    Path::new(value).metadata().is_ok_and(|metadata| !metadata.is_dir())
}

/// The bytes of a value on the command line, unless it is not base64 where base64 is expected.
fn inline_value(value: &str, format: BinaryFormat) -> Option<Vec<u8>> {
    match format {
        BinaryFormat::RawInBase64Out => Some(value.as_bytes().to_vec()),
        BinaryFormat::Base64 => decode(value.as_bytes()),
    }
}

/// Decodes padded base64 (RFC 4648 section 4), ignoring white space. The AWS CLI also ignores all other characters
/// outside the alphabet; here they are rejected, because text that contains them is not base64.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let packed = || -> Vec<u8> {
        text.iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect()
    };
    // Most texts have no white space, and need no copy.
    STANDARD.decode(text).or_else(|_| STANDARD.decode(packed())).ok()
}

/// Whether this begins like a JSON object. A byte order mark is skipped, and reported by the JSON parser.
pub(crate) fn begins_as_json(text: &[u8]) -> bool {
    let unmarked = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    unmarked.trim_ascii_start().starts_with(b"{")
}

/// The longest value that is repeated in a command, in bytes.
pub(crate) const MAX_REPEATED: usize = 2048;

fn inline_origin(value: &str, format: BinaryFormat) -> Origin {
    if value.len() > MAX_REPEATED {
        return Origin::Unknown;
    }
    let command = format!("printf %s {}", quoted(value));
    Origin::Command(match format {
        BinaryFormat::Base64 => format!("{command} | base64 --decode"),
        BinaryFormat::RawInBase64Out => command,
    })
}

/// The beginning of untrusted text, escaped and short enough for an error message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut beginning: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() {
        beginning.push_str("...");
    }
    beginning
}

/// A reader that skips white space.
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
            // A buffer of only white space is not the end of the input.
            if kept > 0 || length == 0 {
                return Ok(kept);
            }
        }
    }
}

/// A regular file, with the length that it had when it was opened. A file that is written to meanwhile might never end,
/// and files in `/proc` do not report their length.
struct Unchanged {
    file: File,
    left: u64,
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        match self.left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) {
            // The end of the file must be at exactly this length.
            Some(left) if length > 0 || left == 0 || buffer.is_empty() => {
                self.left = left;
                Ok(length)
            }
            Some(_) | None => Err(io::Error::other("its length changed after it was opened")),
        }
    }
}
