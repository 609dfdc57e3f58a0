//! Key rings: a folder or a file of what `aws kms get-public-key` printed.

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

/// Far more than any key ring has that is one file.
const MAX_RING: u64 = 64 * 1024 * 1024;

/// The key ring that was named: by its flag, or else in the environment.
pub(crate) fn ring_path(args: &RingArgs) -> Option<PathBuf> {
    let of_environment = || {
        std::env::var_os(VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    args.key_ring.clone().or_else(of_environment)
}

/// The keys that are trusted, and the name that an answer gives to each.
#[derive(Default)]
pub(crate) struct Ring {
    keys: KeyRing,
    /// The key ARN of an alias, or of a key id alone. `None` if there is more than one.
    arns: BTreeMap<String, Option<String>>,
}

impl Ring {
    /// Reads a key ring. What is malformed in it is an error, even if it is not the key that is looked for: a ring says
    /// what is trusted, and should not say it in part.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut ring = Self::default();
        if path.is_dir() {
            ring.read_folder(path, "")?;
            let aliases = path.join("alias");
            if aliases.is_dir() {
                ring.read_folder(&aliases, "alias/")?;
            }
        } else {
            ring.read_file(path)?;
        }
        if ring.keys.is_empty() {
            return Err(Failure::Parameter(format!(
                "the key ring {} has no keys; put keys in with aws kms get-public-key --key-id ID > key.json",
                path.display()
            )));
        }
        Ok(ring)
    }

    /// Finds a key by the name that was asked for.
    pub(crate) fn get(&self, key_id: &str) -> Result<&PublicKey, Failure> {
        self.keys.get(key_id).map_err(|error| not_found(key_id, &error))
    }

    /// The same, bound to an algorithm.
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

    /// The name that the ring has for the key of a name: the key ARN, if it has one for just this name. That another key is
    /// the same bytes does not make its name one of this key.
    pub(crate) fn name_of<'a>(&'a self, key_id: &'a str) -> Result<&'a str, Failure> {
        match self.arns.get(key_id) {
            Some(Some(arn)) => Ok(arn),
            Some(None) => Ok(key_id),
            // An ARN, of a multi-Region key perhaps one that is not in the ring; or a name in the ring that has none.
            None => match self.keys.get_key_value(key_id) {
                Ok((name, _)) => Ok(name.as_str()),
                Err(error) => Err(not_found(key_id, &error)),
            },
        }
    }

    /// Puts everything that decides into a hash: each name, its key, and the name that it is answered with.
    pub(crate) fn digest(&self, hash: &mut impl FnMut(&[u8])) {
        for (name, key) in self.keys.iter() {
            hash(name.as_str().as_bytes());
            hash(&key.fingerprint());
        }
        for (name, arn) in &self.arns {
            hash(name.as_bytes());
            hash(arn.as_deref().unwrap_or_default().as_bytes());
        }
    }

    /// Puts in the keys of a folder. Files of other kinds may lie there too.
    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Failure> {
        let failed = |error: std::io::Error| {
            Failure::Parameter(format!(
                "the key ring {} could not be read: {error}; name a folder that can be read",
                folder.display()
            ))
        };
        let mut paths = fs::read_dir(folder)
            .map_err(failed)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        // So that errors do not depend on the order in which the system lists files.
        paths.sort();
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // Names of aliases may have more than one part. What is hidden or linked is not followed, for it may be there
            // twice.
            let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
            if !prefix.is_empty() && is_folder && !name.starts_with('.') {
                self.read_folder(&path, &format!("{prefix}{name}/"))?;
                continue;
            }
            let extension = path.extension().and_then(|extension| extension.to_str());
            if !path.is_file() || !matches!(extension, Some("json" | "pem" | "der")) {
                continue;
            }
            let (name, bytes) = read_bytes(&path)?;
            let file = parse(name, &bytes)?;
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let of_file = format!("{prefix}{stem}");
            if let Some(key_id) = &file.key_id {
                self.insert(key_id.as_str(), &file, &path)?;
            }
            // A response names its key itself; in the folder of aliases, the name of the file is a second name.
            if file.key_id.is_none() || !prefix.is_empty() {
                self.insert(&of_file, &file, &path)?;
            }
            // An alias is always in the Region and the account of its key.
            let home = file
                .key_id
                .as_ref()
                .and_then(|key_id| key_id.as_str().split_once(":key/"));
            if let (Some((home, _)), false) = (home, prefix.is_empty()) {
                self.insert(&format!("{home}:{of_file}"), &file, &path)?;
            }
        }
        Ok(())
    }

    /// Puts in the keys of a file: one or more responses, one after another, or in JSON arrays.
    fn read_file(&mut self, path: &Path) -> Result<(), Failure> {
        let name = format!("key ring {}", path.display());
        let bytes = Input::file(path, name.clone(), true)?.read_up_to(MAX_RING)?;
        let malformed = |error: serde_json::Error| {
            Failure::Parameter(format!(
                "{name} is not JSON: {error}; it must hold what aws kms get-public-key printed, once or more often (for a \
                 single PEM or DER file use --public-key)"
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
                // Nor base64 in quotation marks, nor a list in a list.
                if !response.get().starts_with('{') {
                    return Err(Failure::Parameter(format!(
                        "{name} holds something else than what aws kms get-public-key printed; put only that in it"
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

    /// Puts a key in under one of its names.
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

/// What it means that a name has no key.
fn not_found(key_id: &str, error: &KeyRingError) -> Failure {
    match error {
        KeyRingError::UnknownKey { .. } => Failure::not_found(key_id, error.details().to_string()),
        error => Failure::Parameter(error.details().to_string()),
    }
}

/// A key of a key ring. That one of them is not for signing does not mean that the one that is asked for is not.
fn parse(name: String, bytes: &[u8]) -> Result<KeyFile, Failure> {
    KeyFile::parse(name, bytes).map_err(|failure| match failure {
        Failure::Service(_) => Failure::Parameter(format!("{}; take this one out of the key ring", failure.sentence())),
        failure => failure,
    })
}
