//! One line of a manifest: the request, with its key and its bytes.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use kms_verify::{MessageType, SigningAlgorithm, VerifyingKey};
use serde::{Deserialize, Deserializer};

use super::lines::{Line, too_long};
use super::outcome::Outcome;
use crate::failure::Failure;
use crate::input::{Input, decode};
use crate::keys::{self, KeyFile, Ring, parse_name};
use crate::signature;

/// The most keys from files that are cached, each with tables of up to 256 KiB. When the cache is full, it is cleared.
const MAX_KEYS: usize = 256;

/// The longest message file, in bytes. One core hashes that much in less than a minute, which bounds how long a line
/// can delay the results after it.
const MAX_MESSAGE: u64 = 16 * 1024 * 1024 * 1024;

/// A line: the request of the Verify operation of the KMS API, in which files can replace values. Each field is absent,
/// or present once with a value of its type.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Request {
    #[serde(default, deserialize_with = "present")]
    id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    key_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    public_key_file: Option<PathBuf>,
    signing_algorithm: String,
    #[serde(default, deserialize_with = "present")]
    message_type: Option<String>,
    #[serde(default, deserialize_with = "present")]
    message: Option<String>,
    #[serde(default, deserialize_with = "present")]
    message_file: Option<PathBuf>,
    #[serde(default, deserialize_with = "present")]
    signature: Option<String>,
    #[serde(default, deserialize_with = "present")]
    signature_file: Option<PathBuf>,
    #[serde(rename = "GrantTokens", default, deserialize_with = "present")]
    _grant_tokens: Option<Vec<String>>,
}

/// Rejects `null`, which serde would treat as an absent field.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Request {
    /// Whether its message is in a file, which may be long.
    pub(super) fn has_message_file(&self) -> bool {
        self.message_file.is_some()
    }

    pub(super) fn parse(line: &Line) -> Result<Self, Failure> {
        let (line, number) = (line.bytes.as_ref().ok_or_else(too_long)?, line.number);
        // serde would also accept an array with the values of the fields in order.
        if !line.trim_ascii_start().starts_with(b"{") {
            return Err(Failure::Parameter(
                "the line is not a JSON object; for the format, see kms-verify batch --help".to_owned(),
            ));
        }
        serde_json::from_slice(line).map_err(|error| {
            // To its parser, each line of the manifest is line 1.
            let text = error.to_string();
            let column = format!(" at line {} column {}", error.line(), error.column());
            Failure::Parameter(format!(
                "the line is not a valid request: {}, in column {} of line {number} of the manifest; for the format, see \
                 kms-verify batch --help",
                text.strip_suffix(&column).unwrap_or(&text),
                error.column()
            ))
        })
    }
}

/// A request whose key was found and whose signature was read.
pub(super) struct Opened {
    pub(super) key: VerifyingKey,
    pub(super) message_type: MessageType,
    pub(super) message: Content,
    pub(super) signature: Vec<u8>,
}

pub(super) enum Content {
    /// The message is in the line.
    Inline(Vec<u8>),
    File(Input),
}

/// Opens requests. Shared by all threads.
pub(super) struct Requests {
    ring: Option<Ring>,
    directory: PathBuf,
    stop: Arc<AtomicBool>,
    keys: RwLock<HashMap<KeyName, Arc<OwnKey>>>,
}

/// A key file, the name that the line gives its key, and the algorithm.
type KeyName = (PathBuf, Option<String>, SigningAlgorithm);

/// A key from a file that lines name.
struct OwnKey {
    fingerprint: String,
    key: VerifyingKey,
    /// With precomputed tables, made when a second line uses the key: they cost as much as many verifications.
    prepared: OnceLock<VerifyingKey>,
}

impl Requests {
    pub(super) fn new(ring: Option<Ring>, directory: &Path, stop: Arc<AtomicBool>) -> Self {
        Self {
            ring,
            directory: directory.to_owned(),
            stop,
            keys: RwLock::default(),
        }
    }

    /// Finds the key, opens the message and reads the signature. Records in the outcome what the request says.
    pub(super) fn open(&self, request: &Request, outcome: &mut Outcome) -> Result<Opened, Failure> {
        let algorithm = request.signing_algorithm.parse::<SigningAlgorithm>();
        let message_type = request.message_type.as_deref().unwrap_or("RAW").parse::<MessageType>();
        outcome.id.clone_from(&request.id);
        outcome.signing_algorithm = Some(request.signing_algorithm.clone());
        let algorithm = algorithm.map_err(|error| Failure::from_library(&error.into(), None))?;
        let message_type = message_type.map_err(|error| Failure::from_library(&error.into(), None))?;

        Ok(Opened {
            key: self.key(request, algorithm, outcome)?,
            message_type,
            message: self.message(request)?,
            signature: self.signature(request, algorithm)?,
        })
    }

    /// The key that decides: the key of the ring that the line names, or without a ring, the line's own. Records it in
    /// the outcome.
    fn key(
        &self,
        request: &Request,
        algorithm: SigningAlgorithm,
        outcome: &mut Outcome,
    ) -> Result<VerifyingKey, Failure> {
        match (&self.ring, &request.public_key_file, &request.key_id) {
            (Some(_), Some(_), _) => Err(Failure::Parameter(
                "PublicKeyFile is not accepted with a key ring, because only the keys of the ring are trusted; leave it out, \
                 or run without --key-ring and KMS_VERIFY_KEY_RING to trust the keys that the manifest names"
                    .to_owned(),
            )),
            (Some(ring), None, Some(key_id)) => {
                // Once the key is found, the result names it, even if the rest of the line is invalid.
                ring.get(key_id)?;
                outcome.key_id = Some(ring.name_of(key_id)?.to_owned());
                ring.verifying_key(key_id, algorithm)
            }
            (None, Some(file), key_id) => {
                let (fingerprint, key) = self.own_key(file, key_id.as_deref(), algorithm)?;
                outcome.public_key_fingerprint = Some(fingerprint);
                Ok(key)
            }
            (None, None, Some(_)) => Err(Failure::Parameter(
                "KeyId requires a key ring; pass one with --key-ring, or name a file as PublicKeyFile".to_owned(),
            )),
            (_, None, None) => Err(Failure::Parameter(
                "the line has neither KeyId nor PublicKeyFile; name the key".to_owned(),
            )),
        }
    }

    /// A key from a file that the line names, and its fingerprint. The name that the line gives it must not contradict
    /// the file, and has no other effect.
    fn own_key(
        &self,
        file: &Path,
        key_id: Option<&str>,
        algorithm: SigningAlgorithm,
    ) -> Result<(String, VerifyingKey), Failure> {
        let name = (self.directory.join(file), key_id.map(str::to_owned), algorithm);
        let known = self
            .keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&name)
            .cloned();
        if let Some(known) = known {
            let prepared = known.prepared.get_or_init(|| known.key.clone().precomputed());
            return Ok((known.fingerprint.clone(), prepared.clone()));
        }
        let key_id = key_id.map(parse_name).transpose()?;
        let input = self.file("PublicKeyFile", file)?;
        let file = KeyFile::parse(input.name.clone(), &input.read_up_to(keys::MAX)?)?;
        let fingerprint = file.fingerprint();
        let named = file.named(key_id.as_ref())?;
        let key = named
            .key
            .verifying_key(algorithm)
            .map_err(|error| Failure::from_library(&error, Some(named.key.key_spec())))?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MAX_KEYS {
            keys.clear();
        }
        let own_key = OwnKey {
            fingerprint: fingerprint.clone(),
            key: key.clone(),
            prepared: OnceLock::new(),
        };
        keys.insert(name, Arc::new(own_key));
        Ok((fingerprint, key))
    }

    fn message(&self, request: &Request) -> Result<Content, Failure> {
        match (&request.message, &request.message_file) {
            (Some(message), None) => inline("Message", message).map(Content::Inline),
            (None, Some(file)) => {
                let input = self.file("MessageFile", file)?;
                if input.length.is_none_or(|length| length > MAX_MESSAGE) {
                    return Err(Failure::Parameter(format!(
                        "{} has more than {} GiB; pass its digest as DIGEST, or verify it with kms-verify verify",
                        input.name,
                        MAX_MESSAGE / (1024 * 1024 * 1024)
                    )));
                }
                let reader = Stoppable {
                    reader: input.reader,
                    stop: Arc::clone(&self.stop),
                };
                Ok(Content::File(Input {
                    reader: Box::new(reader),
                    ..input
                }))
            }
            _ => Err(Failure::Parameter(
                "the line must have exactly one of Message and MessageFile".to_owned(),
            )),
        }
    }

    fn signature(&self, request: &Request, algorithm: SigningAlgorithm) -> Result<Vec<u8>, Failure> {
        match (&request.signature, &request.signature_file) {
            (Some(signature), None) => inline("Signature", signature),
            (None, Some(file)) => {
                let input = self.file("SignatureFile", file)?;
                let name = input.name.clone();
                Ok(signature::unwrap(&input.read_up_to(signature::MAX)?, &name, algorithm)?.bytes)
            }
            _ => Err(Failure::Parameter(
                "the line must have exactly one of Signature and SignatureFile".to_owned(),
            )),
        }
    }

    fn file(&self, field: &str, file: &Path) -> Result<Input, Failure> {
        Input::regular_file(&self.directory.join(file), format!("{field} {}", file.display()))
    }
}

fn inline(field: &str, text: &str) -> Result<Vec<u8>, Failure> {
    decode(text.as_bytes()).ok_or_else(|| {
        Failure::Parameter(format!(
            "{field} is not base64; encode it, or save it to a file and name that as {field}File"
        ))
    })
}

/// A reader that fails once the batch is stopped, so that long messages do not delay the end.
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
