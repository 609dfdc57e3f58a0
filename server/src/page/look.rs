//! What each input was recognized as, step by step.

mod given;
mod key;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{Dress, KeyRing, PublicKey};

use super::ask::{Ask, Field, Part};
use super::source::{Owned, source};
use given::shape;
use key::key_step;

pub(super) use given::{Given, message, signature};
pub(super) use key::{Key, Rejected, public_key};

/// What an input was recognized as.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) part: Part,
    pub(super) origin: Origin,
    /// What was taken off it, the outermost first, and at last what it is. Never empty.
    pub(super) steps: Vec<Step>,
    /// What is known of it: a name and a value.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Where it is, for shell commands.
    pub(super) source: Owned,
    /// Whether it is not what it should be, whatever the rest is.
    pub(super) is_rejected: bool,
}

impl Look {
    /// Nothing is known of it yet.
    fn new(part: Part, origin: Origin) -> Self {
        Self {
            part,
            source: source(part, &origin),
            origin,
            steps: Vec::new(),
            facts: Vec::new(),
            is_rejected: false,
        }
    }
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nothing was given, which is an empty message.
    Nothing,
    Pasted,
    /// A file of this name.
    File(String),
    /// The key of the ring that has this name.
    Ring(String),
}

/// One form of an input, with its length in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) length: usize,
}

impl Step {
    pub(super) fn new(name: impl Into<String>, length: usize) -> Self {
        Self {
            name: name.into(),
            length,
        }
    }
}

/// The most steps that are shown.
const MAX_STEPS: usize = 5;

/// The content of a field: `None` if nothing was given.
///
/// # Errors
///
/// A sentence, if both a text and a file were given.
pub(super) fn content(field: &Field, part: Part) -> Result<Option<(Origin, Vec<u8>)>, String> {
    match (&field.file, field.text.is_empty()) {
        (Some(_), false) => Err(format!(
            "The {} was given twice, as text and as a file. Remove one of them.",
            part.noun()
        )),
        (Some(file), true) => Ok(Some((Origin::File(file.name.clone()), file.bytes.clone()))),
        (None, false) => Ok(Some((Origin::Pasted, field.text.clone().into_bytes()))),
        (None, true) => Ok(None),
    }
}

/// Text without white space around it if it was pasted. A file is left as it is.
fn trimmed(origin: &Origin, bytes: Vec<u8>) -> Vec<u8> {
    match origin {
        Origin::Pasted => bytes.trim_ascii().to_vec(),
        Origin::File(_) | Origin::Ring(_) | Origin::Nothing => bytes,
    }
}

/// What the inputs of a form were recognized as, and the key.
pub(super) struct Looks {
    pub(super) key: Option<PublicKey>,
    /// In place of what was not given, nothing; in place of what was given twice, a sentence.
    pub(super) parts: Vec<(Part, Result<Look, String>)>,
}

impl Looks {
    pub(super) fn of(ask: &Ask, ring: &KeyRing) -> Self {
        let key = public_key(ask, ring);
        let accepted = match &key {
            Ok(Some(Key { content: Ok(key), .. })) => Some(key.clone()),
            _ => None,
        };
        let is_given = content(&ask.message, Part::Message).map(|given| given.is_some());
        let message = match is_given {
            Ok(false) => Ok(None),
            Ok(true) | Err(_) => message(ask).map(|given| Some(given.look)),
        };
        let parts = [
            (Part::PublicKey, key.map(|key| key.map(|key| key.look))),
            (Part::Message, message),
            (
                Part::Signature,
                signature(ask).map(|given| given.map(|given| given.look)),
            ),
        ];
        Self {
            key: accepted,
            parts: parts
                .into_iter()
                .filter_map(|(part, look)| Some((part, look.transpose()?)))
                .collect(),
        }
    }
}

/// The dresses of text, the outermost first, and what is left.
fn steps(bytes: &[u8], part: Part) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut bytes = bytes.to_vec();
    let key = |bytes: &[u8]| match part {
        Part::PublicKey => PublicKey::from_der_or_pem(bytes).ok(),
        Part::Message | Part::Signature => None,
    };
    while steps.len() < MAX_STEPS
        && key(&bytes).is_none()
        && let Some(dress) = Dress::of(&bytes)
    {
        steps.push(Step::new(dress.name(), bytes.len()));
        match dress.take_off(&bytes) {
            Some(left) => bytes = left,
            None => return steps,
        }
    }
    if let Some(key) = key(&bytes) {
        steps.push(key_step(&key));
        return steps;
    }
    let name = match (std::str::from_utf8(&bytes), part) {
        _ if bytes.is_empty() => "nothing",
        (Ok(_), _) => "text",
        (Err(_), Part::PublicKey) if bytes.first() == Some(&0x30) => "DER",
        (Err(_), Part::Signature) => shape(&bytes).unwrap_or("binary data"),
        (Err(_), Part::PublicKey | Part::Message) => "binary data",
    };
    steps.push(Step::new(name, bytes.len()));
    steps
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
