//! Key rings: a directory or a file of outputs of `aws kms get-public-key`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kms_verify::{KeyId, KeyRing, KeyRingError, PublicKey, SigningAlgorithm, VerifyingKey};
use serde_json::value::RawValue;

use super::{KeyFile, read_bytes};
use crate::args::RingArgs;
use crate::failure::Failure;
use crate::input::Input;

/// The environment variable that names a key ring.
const VARIABLE: &str = "KMS_VERIFY_KEY_RING";

/// The longest key ring file, in bytes: far more than any real one.
const MAX_RING: u64 = 64 * 1024 * 1024;

/// The path of the key ring: from its flag, or else from the environment.
pub(crate) fn ring_path(args: &RingArgs) -> Option<PathBuf> {
    let from_environment = || {
        std::env::var_os(VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    args.key_ring.clone().or_else(from_environment)
}

/// The trusted keys, and the name of each in answers.
#[derive(Default)]
pub(crate) struct Ring {
    keys: KeyRing,
    /// The key ARN of an alias or of a bare key ID. `None` if it is ambiguous.
    arns: BTreeMap<String, Option<String>>,
}

impl Ring {
    /// Reads a key ring. Any malformed key in it is an error, even if another key is requested: a ring defines what is
    /// trusted, and must not be used in part.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut ring = Self::default();
        if path.is_dir() {
            ring.read_directory(path, "")?;
            let aliases = path.join("alias");
            if aliases.is_dir() {
                ring.read_directory(&aliases, "alias/")?;
            }
        } else {
            ring.read_file(path)?;
        }
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
        match self.arns.get(key_id) {
            Some(Some(arn)) => Ok(arn),
            Some(None) => Ok(key_id),
            // An ARN, which for a multi-Region key may be in another Region than that in the ring; or a name without
            // ARN.
            None => match self.keys.get_key_value(key_id) {
                Ok((name, _)) => Ok(name.as_str()),
                Err(error) => Err(not_found(key_id, &error)),
            },
        }
    }

    /// Hashes everything that affects a result: each name, its key, and its name in answers.
    pub(crate) fn digest(&self, hash: &mut impl FnMut(&[u8])) {
        for (name, key) in self.keys.iter() {
            hash(name.as_str().as_bytes());
            hash(key.fingerprint().as_bytes());
        }
        for (name, arn) in &self.arns {
            hash(name.as_bytes());
            hash(arn.as_deref().unwrap_or_default().as_bytes());
        }
    }

    /// Inserts the keys of a directory. Files with other extensions are ignored.
    fn read_directory(&mut self, directory: &Path, prefix: &str) -> Result<(), Failure> {
        let failed = |error: std::io::Error| {
            Failure::Parameter(format!(
                "the key ring {} could not be read: {error}; name a readable directory",
                directory.display()
            ))
        };
        let mut paths = fs::read_dir(directory)
            .map_err(failed)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        // The order of errors must not depend on the file system.
        paths.sort();
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // Alias names may have several parts. Hidden and linked directories are skipped, because they may be
            // duplicates.
            let is_directory = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
            if !prefix.is_empty() && is_directory && !name.starts_with('.') {
                self.read_directory(&path, &format!("{prefix}{name}/"))?;
                continue;
            }
            let extension = path.extension().and_then(|extension| extension.to_str());
            if !path.is_file() || !matches!(extension, Some("json" | "pem" | "der")) {
                continue;
            }
            let (name, bytes) = read_bytes(&path)?;
            let file = parse(name, &bytes)?;
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let file_alias = format!("{prefix}{stem}");
            if let Some(key_id) = &file.key_id {
                self.insert(key_id.as_str(), &file, &path)?;
            }
            // A response contains the name of its key; in the alias directory, the file name is a second name.
            if file.key_id.is_none() || !prefix.is_empty() {
                self.insert(&file_alias, &file, &path)?;
            }
            // An alias is always in the Region and account of its key.
            let home = file
                .key_id
                .as_ref()
                .and_then(|key_id| key_id.as_str().split_once(":key/"));
            if let (Some((home, _)), false) = (home, prefix.is_empty()) {
                self.insert(&format!("{home}:{file_alias}"), &file, &path)?;
            }
        }
        Ok(())
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
                if let Some(key_id) = &file.key_id {
                    self.insert(key_id.as_str(), &file, path)?;
                }
            }
        }
        Ok(())
    }

    /// Inserts a key under one of its names.
    fn insert(&mut self, name: &str, file: &KeyFile, path: &Path) -> Result<(), Failure> {
        self.keys
            .insert(name, file.key.clone())
            .map_err(|error| Failure::Parameter(format!("{}: {}", path.display(), error.details())))?;
        let Some(arn) = file.key_id.as_ref().filter(|key_id| key_id.is_arn()).map(KeyId::as_str) else {
            return Ok(());
        };
        let short = match arn.rsplit_once(":key/") {
            Some((_, id)) if name == arn => id,
            _ => name,
        };
        self.arns
            .entry(short.to_owned())
            .and_modify(|known| *known = known.take().filter(|known| known == arn))
            .or_insert_with(|| Some(arn.to_owned()));
        Ok(())
    }
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
