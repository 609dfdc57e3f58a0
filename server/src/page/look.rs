//! What each input was recognized as, step by step.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{
    Diagnosis, Dress, KeyFile, KeyFileError, KeyFileFormat, KeyRing, MessageType, PublicKey, ResponseError,
    SignResponse, SigningAlgorithm, diagnose_public_key,
};
use sha2::{Digest as _, Sha256};

use super::ask::{Ask, Field, Part};
use super::source::{Owned, source};

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

/// A public key that was given.
pub(super) struct Key {
    pub(super) look: Look,
    pub(super) content: Result<PublicKey, Rejected>,
}

/// Why a public key was rejected.
pub(super) enum Rejected {
    /// This is not a public key as KMS exports it.
    Diagnosed(Box<Diagnosis>),
    /// A response of GetPublicKey with another problem than its key.
    Response(String),
}

/// The public key that the form gives or names. `None` if there is none.
///
/// # Errors
///
/// A sentence, if there are several, or the ring has no such key.
pub(super) fn public_key(ask: &Ask, ring: &KeyRing) -> Result<Option<Key>, String> {
    let given = content(&ask.public_key, Part::PublicKey)?;
    match (given, ask.ring_key.is_empty()) {
        (Some(_), false) => {
            Err("A public key was given, and a key of the key ring was chosen. Remove one of them.".to_owned())
        }
        (None, true) => Ok(None),
        (None, false) => key_of_ring(&ask.ring_key, ring).map(Some),
        (Some((origin, bytes)), true) => Ok(Some(given_key(origin, bytes))),
    }
}

fn key_of_ring(name: &str, ring: &KeyRing) -> Result<Key, String> {
    let (key_id, key) = ring.get_key_value(name).map_err(|error| format!("{error}."))?;
    Ok(Key {
        look: Look {
            part: Part::PublicKey,
            origin: Origin::Ring(key_id.to_string()),
            steps: vec![key_step(key)],
            facts: key_facts(key),
            source: source(Part::PublicKey, &Origin::Pasted),
        },
        content: Ok(key.clone()),
    })
}

fn given_key(origin: Origin, bytes: Vec<u8>) -> Key {
    let bytes = trimmed(&origin, bytes);
    let mut look = Look {
        part: Part::PublicKey,
        source: source(Part::PublicKey, &origin),
        origin,
        steps: Vec::new(),
        facts: Vec::new(),
    };
    let content = match KeyFile::from_bytes(&bytes) {
        Ok(file) => {
            let key = file.public_key();
            if file.format() != KeyFileFormat::Der {
                look.steps.push(Step::new(file.format().as_str(), bytes.len()));
            }
            look.steps.push(key_step(key));
            if let Some(key_id) = file.key_id() {
                look.facts.push(("Key ID", key_id.to_string()));
            }
            look.facts.extend(key_facts(key));
            Ok(key.clone())
        }
        Err(error) => {
            look.steps = steps(&bytes, Part::PublicKey);
            Err(rejected(&bytes, error))
        }
    };
    Key { look, content }
}

fn rejected(bytes: &[u8], error: KeyFileError) -> Rejected {
    let is_response = Dress::of(bytes) == Some(Dress::GetPublicKeyResponse);
    match error {
        KeyFileError::Response(ResponseError::KeyUsage { .. }) => Rejected::Response(format!("{error}.")),
        KeyFileError::Response(_) | KeyFileError::KeyId(_) if is_response => Rejected::Response(format!("{error}.")),
        _ => Rejected::Diagnosed(Box::new(diagnose_public_key(bytes))),
    }
}

fn key_step(key: &PublicKey) -> Step {
    Step::new(format!("{} key", key.key_spec()), key.as_der().len())
}

fn key_facts(key: &PublicKey) -> Vec<(&'static str, String)> {
    let algorithms: Vec<&str> = key.signing_algorithms().iter().map(|name| name.as_str()).collect();
    vec![
        ("Algorithms", algorithms.join(", ")),
        ("SHA-256", key.fingerprint().to_string()),
    ]
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

/// A message or a signature that was given.
pub(super) struct Given {
    pub(super) look: Look,
    /// The bytes that are verified.
    pub(super) bytes: Vec<u8>,
    /// What was given, if it was decoded to these bytes.
    pub(super) encoded: Option<Vec<u8>>,
}

impl Given {
    /// What was given, without white space around it.
    pub(super) fn text(&self) -> &[u8] {
        self.encoded.as_ref().unwrap_or(&self.bytes).trim_ascii()
    }
}

/// The message: the bytes as they are. A digest that is text is decoded if that gives a digest.
///
/// # Errors
///
/// A sentence, if it was given twice.
pub(super) fn message(ask: &Ask) -> Result<Given, String> {
    let (origin, bytes) = content(&ask.message, Part::Message)?.unwrap_or((Origin::Nothing, Vec::new()));
    let message_type = ask.message_type.0;
    let source = source(Part::Message, &origin);
    if message_type != MessageType::Raw
        && !is_digest(message_type, &bytes)
        && let Some((dress, decoded)) = decoded(bytes.trim_ascii())
        && is_digest(message_type, &decoded)
    {
        return Ok(Given {
            look: Look {
                part: Part::Message,
                source: source.through(dress),
                origin,
                steps: vec![
                    Step::new(dress.name(), bytes.len()),
                    Step::new(message_type.as_str(), decoded.len()),
                ],
                facts: Vec::new(),
            },
            bytes: decoded,
            encoded: Some(bytes),
        });
    }
    let mut facts = Vec::new();
    let name = match message_type {
        MessageType::Raw => {
            facts.push(("SHA-256", hex(&Sha256::digest(&bytes))));
            match std::str::from_utf8(&bytes) {
                _ if bytes.is_empty() => "an empty message",
                Ok(_) => "text in UTF-8",
                Err(_) => "binary data",
            }
        }
        _ if is_digest(message_type, &bytes) => message_type.as_str(),
        _ => Dress::of(&bytes).map_or("bytes", Dress::name),
    };
    let steps = vec![Step::new(name, bytes.len())];
    Ok(Given {
        look: Look {
            part: Part::Message,
            source,
            origin,
            steps,
            facts,
        },
        bytes,
        encoded: None,
    })
}

/// Whether an algorithm accepts this many bytes as this message type.
fn is_digest(message_type: MessageType, bytes: &[u8]) -> bool {
    SigningAlgorithm::ALL
        .iter()
        .any(|algorithm| algorithm.message_length(message_type) == Ok(Some(bytes.len())))
}

/// The signature: the bytes of a file or, if it is text that shows its encoding, what this decodes to. `None` if there is
/// none.
///
/// # Errors
///
/// A sentence, if it was given twice.
pub(super) fn signature(ask: &Ask) -> Result<Option<Given>, String> {
    let Some((origin, given)) = content(&ask.signature, Part::Signature)? else {
        return Ok(None);
    };
    let given = trimmed(&origin, given);
    let mut look = Look {
        part: Part::Signature,
        source: source(Part::Signature, &origin),
        origin,
        steps: Vec::new(),
        facts: Vec::new(),
    };
    let mut bytes = given.clone();
    if let Ok(response) = SignResponse::from_json(&given) {
        look.steps.push(Step::new(Dress::SignResponse.name(), given.len()));
        look.facts.push(("Key ID in it", response.key_id().to_owned()));
        look.facts
            .push(("Algorithm in it", response.signing_algorithm().to_string()));
        look.source = look.source.through(Dress::SignResponse);
        bytes = response.signature().to_vec();
    } else if let Some((dress, decoded)) = decoded(&given) {
        look.steps.push(Step::new(dress.name(), given.len()));
        look.source = look.source.through(dress);
        bytes = decoded;
    }
    match shape(&bytes) {
        Some(shape) => look.steps.push(Step::new(shape, bytes.len())),
        None => look.steps.extend(steps(&bytes, Part::Signature)),
    }
    let encoded = (bytes != given).then_some(given);
    Ok(Some(Given { look, bytes, encoded }))
}

/// What text in one of the usual encodings decodes to.
fn decoded(text: &[u8]) -> Option<(Dress, Vec<u8>)> {
    let dress = Dress::of(text)?;
    let is_encoding = matches!(dress, Dress::Base64 | Dress::Base64Url | Dress::Hex);
    is_encoding.then(|| dress.take_off(text).map(|decoded| (dress, decoded)))?
}

/// What the form of bytes shows of the signature that they may be.
fn shape(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes.len() {
        _ if std::str::from_utf8(bytes).is_ok() => return None,
        8..=139 if bytes.first() == Some(&0x30) => "ECDSA signature in DER",
        64 => "Ed25519 signature, or r || s",
        96 | 132 => "r || s",
        256 => "RSA_2048 signature",
        384 => "RSA_3072 signature",
        512 => "RSA_4096 signature",
        2420 => "ML_DSA_44 signature",
        3309 => "ML_DSA_65 signature",
        4627 => "ML_DSA_87 signature",
        _ => "binary data",
    })
}

/// The dresses of text, the outermost first, and what is left.
fn steps(bytes: &[u8], part: Part) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut bytes = bytes.to_vec();
    while steps.len() < MAX_STEPS
        && let Some(dress) = Dress::of(&bytes)
    {
        steps.push(Step::new(dress.name(), bytes.len()));
        match dress.take_off(&bytes) {
            Some(left) => bytes = left,
            None => return steps,
        }
    }
    if part == Part::PublicKey
        && let Ok(key) = PublicKey::from_der_or_pem(&bytes)
    {
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
