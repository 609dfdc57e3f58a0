//! One message, and what becomes of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{KeyRing, KeySpec, Message, SigningAlgorithm, diagnose};
use serde::Deserialize;
use serde_json::json;

/// What becomes of a message: one line of JSON.
pub enum Outcome {
    Accepted(String),
    Poison(String),
}

/// A message of SQS, with the names of its API.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    message_id: String,
    body: String,
    message_attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    key_id: Attribute,
    signature: Attribute,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    string_value: String,
}

/// Verifies a message.
pub fn process(ring: &KeyRing, line: Result<String, String>) -> Outcome {
    let poison = |message: &str, reason: String, diagnosis: Vec<String>| {
        Outcome::Poison(json!({ "message": message, "reason": reason, "diagnosis": diagnosis }).to_string())
    };
    let line = match line {
        Ok(line) => line,
        Err(reason) => return poison("", reason, Vec::new()),
    };
    let line = line.trim_end_matches(['\r', '\n']);
    let message: Received = match serde_json::from_str(line) {
        Ok(message) => message,
        Err(error) => return poison(line, error.to_string(), Vec::new()),
    };
    match verify(ring, &message) {
        Ok(()) => Outcome::Accepted(json!({ "MessageId": message.message_id, "Body": message.body }).to_string()),
        Err(Rejected { reason, diagnosis }) => poison(line, reason, diagnosis),
    }
}

struct Rejected {
    reason: String,
    diagnosis: Vec<String>,
}

fn verify(ring: &KeyRing, message: &Received) -> Result<(), Rejected> {
    let plain = |reason: String| Rejected {
        reason,
        diagnosis: Vec::new(),
    };
    let key_id = &message.message_attributes.key_id.string_value;
    let signature = STANDARD
        .decode(&message.message_attributes.signature.string_value)
        .map_err(|error| plain(format!("the signature is not base64: {error}")))?;
    let key = ring.get(key_id).map_err(|error| plain(error.details().to_string()))?;
    let algorithm =
        algorithm_of(key.key_spec()).ok_or_else(|| plain(format!("{} is not used here", key.key_spec())))?;
    let body = Message::Raw(message.body.as_bytes());
    let verified = ring
        .verifying_key(key_id, algorithm)
        .and_then(|key| Ok(key.verify(body, &signature)?));
    verified.map_err(|error| Rejected {
        reason: error.to_string(),
        // For a person, who may find a mistake of the sender. It never makes a message valid.
        diagnosis: diagnose(key, algorithm, body, &signature)
            .findings()
            .iter()
            .map(ToString::to_string)
            .collect(),
    })
}

/// The algorithm that this queue uses with a kind of key. Messages do not choose it.
fn algorithm_of(key_spec: KeySpec) -> Option<SigningAlgorithm> {
    match key_spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => Some(SigningAlgorithm::RsassaPkcs1V15Sha256),
        KeySpec::EccNistP256 => Some(SigningAlgorithm::EcdsaSha256),
        KeySpec::EccNistEdwards25519 => Some(SigningAlgorithm::Ed25519Sha512),
        _ => None,
    }
}
