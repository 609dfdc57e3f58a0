//! Public keys, from a file or from a key ring.

mod ring;

use std::path::Path;

use kms_verify::{
    Dress, KeyFileError, KeyFileFormat, KeyId, KeyIdError, PublicKey, ResponseError, diagnose_public_key,
};

use crate::args::KeyArgs;
use crate::failure::Failure;
use crate::input::{Input, quoted};
use crate::style::note;

pub(crate) use ring::{Ring, ring_path};

/// The longest public key file, in bytes: the longest input that the library accepts.
pub(crate) const MAX: u64 = 64 * 1024;

/// A public key, and its name in the answer.
#[derive(Clone, Debug)]
pub(crate) struct NamedKey {
    pub(crate) key_id: String,
    pub(crate) key: PublicKey,
}

/// The key that the parameters name, and the ring that it is from.
pub(crate) fn named(args: &KeyArgs, key_id: Option<&KeyId>) -> Result<(NamedKey, Option<Ring>), Failure> {
    if let Some(path) = &args.public_key {
        let file = KeyFile::read(path)?;
        if file.format() == KeyFileFormat::Base64 {
            note(&format!("--public-key {}: decoded from base64", path.display()));
        }
        return Ok((file.named(key_id)?, None));
    }
    let Some(path) = ring_path(&args.ring) else {
        return Err(Failure::Parameter(
            "no public key was given; pass --public-key FILE or --key-ring DIR, or set the environment variable \
             KMS_VERIFY_KEY_RING (to save a key, run aws kms get-public-key --key-id ID > key.json)"
                .to_owned(),
        ));
    };
    let Some(key_id) = key_id else {
        return Err(Failure::Parameter(
            "--key-id is required with a key ring; pass the key ARN, the key ID or the alias".to_owned(),
        ));
    };
    let ring = Ring::open(&path)?;
    let key = ring
        .get(key_id.as_str())
        .map_err(|failure| ring.with_passed_over(failure))?
        .clone();
    // Like KMS: a key ARN is returned as it was given, in any Region; for other names, the ring's key ARN is returned.
    let name = if key_id.is_arn() && !key_id.is_alias() {
        key_id.as_str()
    } else {
        ring.name_of(key_id.as_str())?
    };
    let key_id = name.to_owned();
    Ok((NamedKey { key_id, key }, Some(ring)))
}

/// A file with one public key.
pub(crate) struct KeyFile {
    name: String,
    content: kms_verify::KeyFile,
}

impl KeyFile {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let (name, bytes) = read_bytes(path)?;
        Self::parse(name, &bytes)
    }

    pub(crate) fn parse(name: String, bytes: &[u8]) -> Result<Self, Failure> {
        match kms_verify::KeyFile::from_bytes(bytes) {
            Ok(content) => Ok(Self { name, content }),
            Err(error) => Err(match error {
                KeyFileError::Response(ResponseError::KeyUsage { .. }) => {
                    Failure::key_usage(format!("{name}: {error}"))
                }
                KeyFileError::Response(_) | KeyFileError::KeyId(_) if is_response(bytes) => {
                    Failure::Parameter(format!("{name}: {error}"))
                }
                // Explained as it was given, with all that is around the key.
                _ => Failure::PublicKey {
                    name,
                    diagnosis: Box::new(diagnose_public_key(bytes)),
                },
            }),
        }
    }

    pub(crate) fn format(&self) -> KeyFileFormat {
        self.content.format()
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        self.content.public_key()
    }

    /// The name of the KMS key, if the file contains it.
    pub(crate) fn key_id(&self) -> Option<&KeyId> {
        self.content.key_id()
    }

    /// The name of a key that has no other name.
    pub(crate) fn fingerprint(&self) -> String {
        format!("sha256:{}", self.public_key().fingerprint())
    }

    /// The key under the requested name, which must not contradict the name in the file.
    pub(crate) fn named(self, requested: Option<&KeyId>) -> Result<NamedKey, Failure> {
        let key_id = match (requested, self.key_id()) {
            // Only KMS knows which key an alias belongs to.
            (Some(requested), Some(key_id)) if !requested.is_alias() && !requested.names(key_id) => {
                return Err(Failure::Parameter(format!(
                    "{} is the public key of {key_id}, not of {requested}; leave out the key ID, or pass the right public key",
                    self.name
                )));
            }
            (_, Some(key_id)) | (Some(key_id), None) => key_id.to_string(),
            (None, None) => self.fingerprint(),
        };
        Ok(NamedKey {
            key_id,
            key: self.public_key().clone(),
        })
    }
}

/// Parses the name of a KMS key from untrusted text.
pub(crate) fn parse_name(text: &str) -> Result<KeyId, Failure> {
    text.parse()
        .map_err(|error: KeyIdError| Failure::Parameter(error.to_string()))
}

/// Reads a public key file. Also returns its name, for errors.
pub(crate) fn read_bytes(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = format!("public key {}", path.display());
    let text = path.to_string_lossy();
    if Dress::of(text.as_bytes()) == Some(Dress::KmsName) && !path.exists() {
        return Err(Failure::Parameter(format!(
            "{name} names a KMS key, not a file; get the key with aws kms get-public-key --key-id {} > key.json, and pass \
             --public-key key.json",
            quoted(text.rsplit("///").next().unwrap_or_default())
        )));
    }
    let input = if path == Path::new("-") {
        Input::open("the public key", "-", crate::args::BinaryFormat::Base64)?
    } else {
        Input::file(path, name.clone(), true)?
    };
    Ok((name, input.read_up_to(MAX)?))
}

/// Whether this JSON is to be read as the output of `aws kms get-public-key`, also if it is malformed. Other JSON that
/// holds a key is explained.
fn is_response(json: &[u8]) -> bool {
    match serde_json::from_slice::<serde_json::Value>(json.trim_ascii()) {
        Ok(value) => value.get("PublicKey").is_some_and(serde_json::Value::is_string),
        // What a program printed may begin as JSON does.
        Err(_) => Dress::of(json).is_none(),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
