//! Public keys: those that are given, and those of the key ring.

use kms_verify::{
    Diagnosis, Dress, KeyFile, KeyFileError, KeyFileFormat, KeyRing, PublicKey, ResponseError, diagnose_public_key,
};

use super::super::ask::{Ask, Part};
use super::{Look, Origin, Step, content, steps, trimmed};

/// A public key that was given.
pub(in crate::page) struct Key {
    pub(in crate::page) look: Look,
    pub(in crate::page) content: Result<PublicKey, Rejected>,
}

/// Why a public key was rejected.
pub(in crate::page) enum Rejected {
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
pub(in crate::page) fn public_key(ask: &Ask, ring: &KeyRing) -> Result<Option<Key>, String> {
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
            steps: vec![key_step(key)],
            facts: key_facts(key),
            ..Look::new(Part::PublicKey, Origin::Ring(key_id.to_string()))
        },
        content: Ok(key.clone()),
    })
}

fn given_key(origin: Origin, bytes: Vec<u8>) -> Key {
    let bytes = trimmed(&origin, bytes);
    let mut look = Look::new(Part::PublicKey, origin);
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
            look.is_rejected = true;
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

pub(in crate::page) fn key_step(key: &PublicKey) -> Step {
    Step::new(format!("{} key", key.key_spec()), key.as_der().len())
}

fn key_facts(key: &PublicKey) -> Vec<(&'static str, String)> {
    let algorithms: Vec<&str> = key.signing_algorithms().iter().map(|name| name.as_str()).collect();
    vec![
        ("Algorithms", algorithms.join(", ")),
        ("SHA-256", key.fingerprint().to_string()),
    ]
}
