//! A key ring in one file: outputs of `aws kms get-public-key`, one after another or in JSON arrays.

use std::fs;
use std::path::Path;

use kms_verify::{KeyFile, KeyRing, KeyRingError};
use serde_json::value::RawValue;

/// The longest file, in bytes: far more than any real one.
const MAX: u64 = 64 << 20;

/// Reads a file. Keys that were in the ring before keep their tables.
pub(super) fn read(path: &Path, before: &KeyRing) -> Result<KeyRing, String> {
    let unreadable = |error| format!("the key ring could not be read: {error}; name a readable directory or file");
    let file = fs::metadata(path).map_err(unreadable)?;
    if !file.is_file() || file.len() > MAX {
        return Err(format!(
            "a key ring is a directory, or a regular file of at most {MAX} bytes"
        ));
    }
    let after = parse(&fs::read(path).map_err(unreadable)?)?;
    replaced(before, &after).map_err(|error| error.details().to_string())
}

fn parse(json: &[u8]) -> Result<KeyRing, String> {
    let malformed = |error: serde_json::Error| {
        format!(
            "the key ring is not JSON: {error}; a key ring file holds one or more outputs of aws kms get-public-key"
        )
    };
    let mut ring = KeyRing::new();
    for value in serde_json::Deserializer::from_slice(json).into_iter::<&RawValue>() {
        let value = value.map_err(malformed)?.get();
        let responses = if value.starts_with('[') {
            serde_json::from_str::<Vec<&RawValue>>(value).map_err(malformed)?
        } else {
            vec![serde_json::from_str(value).map_err(malformed)?]
        };
        for response in responses.into_iter().map(RawValue::get) {
            // Strings of base64 and nested arrays are rejected, too.
            if !response.starts_with('{') {
                return Err(
                    "the key ring holds a value that is not the output of aws kms get-public-key; remove it".to_owned(),
                );
            }
            let file = KeyFile::from_bytes(response.as_bytes()).map_err(|error| error.to_string())?;
            if let Some(key_id) = file.key_id() {
                ring.insert(key_id.as_str(), file.public_key().clone())
                    .map_err(|error| error.details().to_string())?;
            }
        }
    }
    if ring.is_empty() {
        return Err("the key ring has no keys; add one with aws kms get-public-key --key-id ID > key.json".to_owned());
    }
    Ok(ring)
}

/// The ring `before` with the keys of `after` only.
fn replaced(before: &KeyRing, after: &KeyRing) -> Result<KeyRing, KeyRingError> {
    let mut ring = before.clone();
    for (name, key) in before.iter() {
        let remains = after
            .get_key_value(name.as_str())
            .is_ok_and(|(other, same)| other.as_str() == name.as_str() && same == key);
        if !remains {
            ring.remove(name.as_str())?;
        }
    }
    for (name, key) in after.iter() {
        ring.insert(name.as_str(), key.clone())?;
    }
    Ok(ring)
}
