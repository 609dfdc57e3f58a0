//! Key rings: a directory or a file of outputs of `aws kms get-public-key`.

use std::fs;
use std::path::{Path, PathBuf};

use kms_verify::{
    KeyDirectoryError, KeyDirectoryProblem, KeyFileError, KeyRing, KeyRingError, Message, PublicKey, SigningAlgorithm,
    VerifyingKey, diagnose_public_key,
};
use serde_json::value::RawValue;

use super::{KeyFile, read_bytes};
use crate::args::RingArgs;
use crate::failure::Failure;
use crate::input::Input;

/// The environment variable that names a key ring.
const VARIABLE: &str = "KMS_VERIFY_KEY_RING";

/// The longest key ring file, in bytes: far more than any real one.
const MAX_RING: u64 = 64 * 1024 * 1024;

/// How many keys are tried at most to find the signer, and how many bytes are hashed for it.
const MAX_TRIED: usize = 4096;
const MAX_HASHED: usize = 256 * 1024 * 1024;

/// The path of the key ring: from its flag, or else from the environment.
pub(crate) fn ring_path(args: &RingArgs) -> Option<PathBuf> {
    let from_environment = || {
        std::env::var_os(VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    args.key_ring.clone().or_else(from_environment)
}

/// The trusted keys.
#[derive(Default)]
pub(crate) struct Ring {
    keys: KeyRing,
    /// The directory that it was read from, if it is one.
    directory: Option<PathBuf>,
}

impl Ring {
    /// Reads a key ring. Any malformed key in it is an error, even if another key is requested: a ring defines what is
    /// trusted, and must not be used in part.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() {
            return Ok(Self {
                keys: KeyRing::from_dir(path).map_err(|error| not_read(&error))?,
                directory: Some(path.to_owned()),
            });
        }
        let mut ring = Self::default();
        ring.read_file(path)?;
        if ring.keys.is_empty() {
            return Err(Failure::Parameter(format!(
                "the key ring {} has no keys; add one with aws kms get-public-key --key-id ID > key.json",
                path.display()
            )));
        }
        Ok(ring)
    }

    /// Finds a key by the requested name.
    pub(crate) fn get(&self, key_id: &str) -> Result<&PublicKey, Failure> {
        self.keys.get(key_id).map_err(|error| not_found(key_id, &error))
    }

    /// Adds to a failure to find a key which files of the directory were passed over. Not for whoever wrote a manifest.
    pub(crate) fn with_passed_over(&self, failure: Failure) -> Failure {
        match (failure, &self.directory) {
            (Failure::Service(mut service), Some(directory)) => {
                service.advice = service.advice.map(|advice| advice + &passed_over(directory));
                Failure::Service(service)
            }
            (failure, _) => failure,
        }
    }

    /// Finds a key by the requested name, and binds it to an algorithm.
    pub(crate) fn verifying_key(&self, key_id: &str, algorithm: SigningAlgorithm) -> Result<VerifyingKey, Failure> {
        match self.keys.verifying_key(key_id, algorithm) {
            Ok(key) => Ok(key),
            Err(KeyRingError::Verify(error)) => {
                let key_spec = self.get(key_id)?.key_spec();
                Err(Failure::from_library(&error, Some(key_spec)))
            }
            Err(error) => Err(not_found(key_id, &error)),
        }
    }

    /// The name in the ring of the key with this name: its key ARN, if the ring has one for this very name. The name of
    /// another entry is never returned, even if its key has the same bytes.
    pub(crate) fn name_of<'a>(&'a self, key_id: &'a str) -> Result<&'a str, Failure> {
        match self.keys.key_arn(key_id) {
            Ok(Some(arn)) => Ok(arn.as_str()),
            Ok(None) => Ok(key_id),
            Err(error) => Err(not_found(key_id, &error)),
        }
    }

    /// The key that this signature verifies with as it is given, and its name, if it is in the ring. At most as many keys
    /// are tried as keep this fast.
    pub(crate) fn signer(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
        signature: &[u8],
    ) -> Option<(&str, &PublicKey)> {
        let keys = MAX_HASHED.checked_div(message.as_bytes().len()).unwrap_or(MAX_TRIED);
        let (name, key) = self
            .keys
            .iter()
            .take(keys.min(MAX_TRIED))
            .find(|(_, key)| key.verify(algorithm, message, signature).is_ok())?;
        match self.keys.key_arn(name.as_str()) {
            Ok(Some(arn)) => Some((arn.as_str(), key)),
            Ok(None) | Err(_) => Some((name.as_str(), key)),
        }
    }

    /// Hashes everything that affects a result: each name, its key, and its name in answers.
    pub(crate) fn digest(&self, hash: &mut impl FnMut(&[u8])) {
        for (name, key) in self.keys.iter() {
            hash(name.as_str().as_bytes());
            hash(key.fingerprint().as_bytes());
            let arn = self.keys.key_arn(name.as_str()).ok().flatten();
            hash(arn.map_or("", |arn| arn.as_str()).as_bytes());
        }
    }

    /// Inserts the keys of a file: one or more responses, one after another or in JSON arrays.
    fn read_file(&mut self, path: &Path) -> Result<(), Failure> {
        let name = format!("key ring {}", path.display());
        let bytes = Input::file(path, name.clone(), true)?.read_up_to(MAX_RING)?;
        let malformed = |error: serde_json::Error| {
            Failure::Parameter(format!(
                "{name} is not JSON: {error}; a key ring file holds one or more outputs of aws kms get-public-key (for a \
                 single PEM or DER file, use --public-key)"
            ))
        };
        for value in serde_json::Deserializer::from_slice(&bytes).into_iter::<&RawValue>() {
            let value = value.map_err(malformed)?.get();
            let responses = if value.starts_with('[') {
                serde_json::from_str::<Vec<&RawValue>>(value).map_err(malformed)?
            } else {
                vec![serde_json::from_str::<&RawValue>(value).map_err(malformed)?]
            };
            for response in responses {
                // Strings of base64 and nested arrays are rejected, too.
                if !response.get().starts_with('{') {
                    return Err(Failure::Parameter(format!(
                        "{name} holds a value that is not the output of aws kms get-public-key; remove it"
                    )));
                }
                let file = parse(name.clone(), response.get().as_bytes())?;
                if let Some(key_id) = file.key_id() {
                    self.keys
                        .insert(key_id.as_str(), file.public_key().clone())
                        .map_err(|error| Failure::Parameter(format!("{}: {}", path.display(), error.details())))?;
                }
            }
        }
        Ok(())
    }
}

/// The failure for a directory that is not a key ring.
fn not_read(error: &KeyDirectoryError) -> Failure {
    if let KeyDirectoryProblem::KeyFile(KeyFileError::PublicKey(_)) = error.problem()
        && let Ok((name, bytes)) = read_bytes(error.path())
    {
        let diagnosis = Box::new(diagnose_public_key(&bytes));
        return Failure::PublicKey { name, diagnosis };
    }
    match error.problem() {
        KeyDirectoryProblem::NoKeys => Failure::Parameter(format!("{error}{}", passed_over(error.path()))),
        _ => Failure::Parameter(error.to_string()),
    }
}

/// How many files are named that were passed over.
const MAX_NAMED: usize = 5;

/// Says which files of a directory are not read as keys, and why, if there are any.
fn passed_over(directory: &Path) -> String {
    let mut names = Vec::new();
    for directory in [directory.to_owned(), directory.join("alias")] {
        let files = fs::read_dir(directory)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        names.extend(files.filter(|path| path.is_file() && !has_extension(path)));
    }
    names.sort();
    let count = names.len();
    let named: Vec<String> = names
        .iter()
        .take(MAX_NAMED)
        .map(|path| path.display().to_string())
        .collect();
    let more = count.saturating_sub(named.len());
    match count {
        0 => String::new(),
        _ => format!(
            "; passed over, because their names do not end in .{}: {}{}",
            kms_verify::KeyFile::EXTENSIONS.join(", ."),
            named.join(", "),
            if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            }
        ),
    }
}

fn has_extension(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| kms_verify::KeyFile::EXTENSIONS.contains(&extension))
}

/// The failure for a name without a key.
fn not_found(key_id: &str, error: &KeyRingError) -> Failure {
    match error {
        KeyRingError::UnknownKey { .. } => Failure::not_found(key_id, error.details().to_string()),
        error => Failure::Parameter(error.details().to_string()),
    }
}

/// Parses a key of a key ring. A key that is not for signing is a parameter error: it need not be the requested key.
fn parse(name: String, bytes: &[u8]) -> Result<KeyFile, Failure> {
    KeyFile::parse(name, bytes).map_err(|failure| match failure {
        Failure::Service(_) => Failure::Parameter(format!("{}; remove this key from the key ring", failure.sentence())),
        failure => failure,
    })
}
