//! One line of a manifest: what it asks for, and the decision.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use kms_verify::{Error, KeyRing, MessageType, SigningAlgorithm, VerifyingKey};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::lines::{Line, too_long};
use super::results::Outcome;
use crate::failure::Failure;
use crate::input::{Input, decode, read_failed};
use crate::keys::{KeyFile, find};
use crate::request::{verify_digest, verify_stream};
use crate::signature;

/// The most keys from files that are kept, each with tables of up to 256 KiB. With more, they are forgotten and read again.
const MOST_KEYS: usize = 256;

/// Far more than any signature has.
const MOST_SIGNATURE: u64 = 64 * 1024;

/// A line: the request of the Verify operation of the KMS API, and files in the place of what it holds.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Request {
    id: Option<String>,
    key_id: Option<String>,
    public_key_file: Option<PathBuf>,
    signing_algorithm: String,
    message_type: Option<String>,
    message: Option<String>,
    message_file: Option<PathBuf>,
    signature: Option<String>,
    signature_file: Option<PathBuf>,
    #[serde(rename = "GrantTokens")]
    _grant_tokens: Option<IgnoredAny>,
}

/// What all lines share.
pub(super) struct Worker {
    ring: Option<KeyRing>,
    folder: PathBuf,
    stop: Arc<AtomicBool>,
    keys: RwLock<HashMap<KeyName, (String, VerifyingKey)>>,
}

/// A key in a file, the name that the line gives it, and the algorithm.
type KeyName = (PathBuf, Option<String>, SigningAlgorithm);

impl Worker {
    pub(super) fn new(ring: Option<KeyRing>, folder: &Path, stop: Arc<AtomicBool>) -> Self {
        Self {
            ring,
            folder: folder.to_owned(),
            stop,
            keys: RwLock::default(),
        }
    }

    /// Decides a line; `None` if all was stopped before.
    pub(super) fn decide(&self, line: &Line) -> Option<Outcome> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let mut outcome = Outcome::of_line(line.number);
        let result = self.verify(line, &mut outcome);
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        outcome.set(result);
        Some(outcome)
    }

    fn verify(&self, line: &Line, outcome: &mut Outcome) -> Result<(), Failure> {
        let bytes = line.bytes.as_ref().ok_or_else(too_long)?;
        let request: Request = serde_json::from_slice(bytes).map_err(|error| {
            Failure::Parameter(format!(
                "the line is not a request: {error}; kms-verify batch --help shows what one looks like"
            ))
        })?;
        let algorithm = request.signing_algorithm.parse::<SigningAlgorithm>();
        let message_type = request.message_type.as_deref().unwrap_or("RAW").parse::<MessageType>();
        outcome.id.clone_from(&request.id);
        outcome.key_id.clone_from(&request.key_id);
        outcome.signing_algorithm = Some(request.signing_algorithm.clone());
        let algorithm = algorithm.map_err(|error| Failure::from_library(&error, None))?;
        let message_type = message_type.map_err(|error| Failure::from_library(&error, None))?;

        let message = self.message(&request)?;
        let signature = self.signature(&request, algorithm)?;
        let (key_id, key) = self.key(&request, algorithm)?;
        outcome.key_id = Some(key_id);
        verify(&key, message_type, message, &signature)
    }

    fn key(&self, request: &Request, algorithm: SigningAlgorithm) -> Result<(String, VerifyingKey), Failure> {
        let Some(file) = &request.public_key_file else {
            let key_id = request.key_id.as_deref().ok_or_else(|| {
                Failure::Parameter("the line has neither KeyId nor PublicKeyFile; name the key".to_owned())
            })?;
            let ring = self.ring.as_ref().ok_or_else(|| {
                Failure::Parameter(
                    "there is no key ring to find KeyId in; name one with --key-ring, or a file with PublicKeyFile"
                        .to_owned(),
                )
            })?;
            let named = find(ring, key_id)?;
            let key = ring.verifying_key(key_id, algorithm).cloned();
            return match key {
                Ok(key) => Ok((named.key_id, key)),
                Err(kms_verify::KeyRingError::Verify(error)) => {
                    Err(Failure::from_library(&error, Some(named.key.key_spec())))
                }
                Err(error) => Err(Failure::Parameter(error.details().to_string())),
            };
        };
        let name = (self.folder.join(file), request.key_id.clone(), algorithm);
        if let Some(known) = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Ok(known.clone());
        }
        let named = KeyFile::read(&name.0)?.named(request.key_id.as_deref())?;
        let key = named
            .key
            .verifying_key(algorithm)
            .map(VerifyingKey::precomputed)
            .map_err(|error| Failure::from_library(&error, Some(named.key.key_spec())))?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        keys.insert(name, (named.key_id.clone(), key.clone()));
        Ok((named.key_id, key))
    }

    fn message(&self, request: &Request) -> Result<Input, Failure> {
        match (&request.message, &request.message_file) {
            (Some(message), None) => Ok(Input {
                reader: Box::new(Cursor::new(inline("Message", message)?)),
                length: None,
                plain: false,
                name: "Message".to_owned(),
            }),
            (None, Some(file)) => {
                let input = self.file("MessageFile", file)?;
                let reader = Stoppable {
                    reader: input.reader,
                    stop: Arc::clone(&self.stop),
                };
                Ok(Input {
                    reader: Box::new(reader),
                    ..input
                })
            }
            _ => Err(Failure::Parameter(
                "the line must have either Message or MessageFile; name one of them".to_owned(),
            )),
        }
    }

    fn signature(&self, request: &Request, algorithm: SigningAlgorithm) -> Result<Vec<u8>, Failure> {
        match (&request.signature, &request.signature_file) {
            (Some(signature), None) => inline("Signature", signature),
            (None, Some(file)) => {
                let input = self.file("SignatureFile", file)?;
                let name = input.name.clone();
                Ok(signature::unwrap(input.read_up_to(MOST_SIGNATURE)?, &name, algorithm)?.0)
            }
            _ => Err(Failure::Parameter(
                "the line must have either Signature or SignatureFile; name one of them".to_owned(),
            )),
        }
    }

    fn file(&self, field: &str, file: &Path) -> Result<Input, Failure> {
        Input::file(&self.folder.join(file), format!("{field} {}", file.display()), true)
    }
}

fn inline(field: &str, text: &str) -> Result<Vec<u8>, Failure> {
    decode(text.as_bytes()).ok_or_else(|| {
        Failure::Parameter(format!(
            "{field} is not base64; encode it, or put it into a file and name {field}File"
        ))
    })
}

fn verify(key: &VerifyingKey, message_type: MessageType, message: Input, signature: &[u8]) -> Result<(), Failure> {
    let name = message.name.clone();
    let outcome = if message_type == MessageType::Raw {
        verify_stream(key, message.reader, signature)
    } else {
        verify_digest(key, message_type, message, signature)?
    };
    outcome.map_err(|error| match &error {
        Error::Read(read) => read_failed(&name, read.io_error()),
        error => Failure::from_library(error, Some(key.public_key().key_spec())),
    })
}

/// A reader that fails once all is to stop, for messages that take long.
struct Stoppable {
    reader: Box<dyn Read + Send>,
    stop: Arc<AtomicBool>,
}

impl Read for Stoppable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("stopped"));
        }
        self.reader.read(buffer)
    }
}
