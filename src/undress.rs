//! Takes off what tools put around a key, a signature, a digest or a message: the dress.
//!
//! A dress is a text encoding, the way in which a language prints bytes, a field of JSON, a file format, a protocol
//! message or a frequent kind of damage. Each has one row in [`Dress::row`]: how to recognize it and take it off, and how
//! to name it. [`undress`] takes dresses off in any order, up to a bounded depth and a bounded amount of work.
//!
//! Verification never uses this module. What it returns is a guess until it has verified.

mod binary;
mod cli_output;
mod damage;
mod dress;
mod json;
mod json_fields;
mod key;
mod key_text;
mod list;
mod literal;
mod message;
mod pair;
mod pem;
mod row;
mod search;
mod spki;
mod structure;
mod transport;
mod words;

pub(crate) use binary::READ_AS_BASE64;
pub use dress::Dress;
pub(crate) use json::{Json, Style};
pub(crate) use message::dresses_of_message;
pub(crate) use pair::problems_of_der;
pub(crate) use search::{Bare, Layer, undress};
pub(crate) use words::split_jwt;

use core::cell::OnceCell;

use crate::algorithm::SignatureFormat;

/// The byte order mark of UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// What is undressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    PublicKey,
    /// A signature that should have this format.
    Signature(SignatureFormat),
    /// A digest of this many bytes.
    Digest(usize),
    Message,
}

impl Thing {
    /// The fewest bytes that are not taken for text of this thing by chance.
    fn min_length(self) -> usize {
        match self {
            Self::PublicKey | Self::Signature(_) => 32,
            Self::Digest(length) => length,
            Self::Message => 1,
        }
    }

    fn mask(self) -> u8 {
        match self {
            Self::PublicKey => PUBLIC_KEY,
            Self::Signature(_) => SIGNATURE,
            Self::Digest(_) => DIGEST,
            Self::Message => MESSAGE,
        }
    }
}

/// The things that may wear a dress, as bits.
const PUBLIC_KEY: u8 = 1;
const SIGNATURE: u8 = 2;
const DIGEST: u8 = 4;
const MESSAGE: u8 = 8;
const NOT_MESSAGE: u8 = PUBLIC_KEY | SIGNATURE | DIGEST;
const ALL: u8 = NOT_MESSAGE | MESSAGE;

/// A dressed input, and what all recognizers need of it.
struct Worn<'a> {
    thing: Thing,
    bytes: &'a [u8],
    /// The input as text without white space around it. `None` if it is not printable text.
    text: Option<&'a str>,
    /// The input as JSON, once it was read.
    json: OnceCell<Option<Json>>,
}

impl<'a> Worn<'a> {
    fn new(thing: Thing, bytes: &'a [u8]) -> Self {
        let is_text = |text: &&str| {
            !text
                .chars()
                .any(|character| character.is_control() && !character.is_ascii_whitespace())
        };
        // A byte order mark is taken off before the text is read.
        let text = core::str::from_utf8(bytes)
            .ok()
            .filter(|text| is_text(text) && !bytes.starts_with(MARK));
        Self {
            thing,
            bytes,
            text: text.map(|text| text.trim_matches([' ', '\t', '\r', '\n'])),
            json: OnceCell::new(),
        }
    }

    /// The text as it was given, for what a command reads line by line or as a whole.
    fn untrimmed(&self) -> Option<&'a str> {
        self.text.and_then(|_| core::str::from_utf8(self.bytes).ok())
    }

    /// The input as a JSON object or array. Parsed once for all recognizers.
    fn json(&self) -> Option<&Json> {
        let parse = || {
            self.text
                .filter(|text| text.starts_with(['{', '[']))
                .and_then(Json::parse)
        };
        self.json.get_or_init(parse).as_ref()
    }

    /// Whether decoded bytes are long enough, so that the text did not look like an encoding by chance.
    fn is_long(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.thing.min_length()
    }
}

/// What is left when a dress is taken off.
#[derive(Clone, Debug)]
struct Off {
    /// What is left. `None` if nothing can be recovered: the dress explains, but the bytes are lost.
    bytes: Option<Vec<u8>>,
    /// What is known beyond the name of the dress, to be appended to it.
    note: String,
    /// A shell command that takes the dress off as a filter.
    filter: Option<String>,
}

impl Off {
    fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: Some(bytes.into()),
            note: String::new(),
            filter: None,
        }
    }

    fn lost() -> Self {
        Self {
            bytes: None,
            note: String::new(),
            filter: None,
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }
}
