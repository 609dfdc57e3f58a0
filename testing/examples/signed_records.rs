//! Writes public keys, and messages that were signed with them by every algorithm, as JSON:
//!
//! ```sh
//! cargo run --package kms-verify-testing --example signed_records -- 24 > signed.json
//! ```
//!
//! The number is that of messages for each pair of a key and an algorithm. Every run writes the same.
//! `python/tools/make_records.py` makes Parquet of it, with forgeries and mistakes.

use std::io::{self, Write};
use std::thread;

use base64::prelude::{BASE64_STANDARD, Engine};
use kms_verify::{MessageType, PublicKey, SigningAlgorithm};
use kms_verify_testing::forge::{Hash, RSA_NAMES, curve, ed25519, ml_dsa, rsa};
use kms_verify_testing::{bytes_of, der};
use serde_json::{Value, json};

/// How many keys there are of each key spec. (Of RSA there are two.)
const KEYS: usize = 3;

/// The message of a record, as its message type has it, and the signature.
type Signed = (Vec<u8>, Vec<u8>);
type Sign = Box<dyn Fn(SigningAlgorithm, MessageType, &[u8]) -> Signed + Send>;

struct Signer {
    spki: Vec<u8>,
    /// What the key can sign.
    operations: Vec<(SigningAlgorithm, MessageType)>,
    sign: Sign,
}

fn main() -> io::Result<()> {
    let messages = std::env::args()
        .nth(1)
        .map_or(24, |count| count.parse().expect("a number"));
    let signing: Vec<_> = (0_usize..)
        .zip(signers())
        .map(|(number, signer)| thread::spawn(move || signer.records(number, messages)))
        .collect();
    let (keys, records): (Vec<Value>, Vec<Vec<Value>>) =
        signing.into_iter().map(|thread| thread.join().unwrap()).unzip();
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, &json!({ "keys": keys, "records": records.concat() }))?;
    output.flush()
}

impl Signer {
    /// The key, and `messages` records for each algorithm. The message types take turns.
    fn records(&self, number: usize, messages: usize) -> (Value, Vec<Value>) {
        let key_id = key_arn(number);
        let mut algorithms: Vec<_> = self.operations.iter().map(|(algorithm, _)| *algorithm).collect();
        algorithms.dedup();
        let mut records = Vec::new();
        for algorithm in algorithms {
            let types = self.operations.iter().filter(|(of, _)| *of == algorithm);
            for (i, (_, message_type)) in (0..messages).zip(types.cycle()) {
                let text = order(number, i);
                let (message, signature) = (self.sign)(algorithm, *message_type, text.as_bytes());
                records.push(json!({
                    "key_id": key_id,
                    "algorithm": algorithm.as_str(),
                    "message_type": message_type.as_str(),
                    "message": BASE64_STANDARD.encode(message),
                    "signature": BASE64_STANDARD.encode(signature),
                }));
            }
        }
        let key_spec = PublicKey::from_der(&self.spki).unwrap().key_spec();
        let key = json!({
            "key_id": key_id,
            "key_spec": key_spec.as_str(),
            "public_key": BASE64_STANDARD.encode(&self.spki),
        });
        (key, records)
    }
}

fn key_arn(number: usize) -> String {
    let id: String = bytes_of(&format!("key {number}"), 16)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let uuid = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-");
    format!("arn:aws:kms:eu-west-1:111122223333:key/{uuid}")
}

/// A message of 80 to 700 bytes.
fn order(number: usize, i: usize) -> String {
    let bytes = bytes_of(&format!("order {i} of {number}"), 320);
    let length = 4 + 310 * usize::from(bytes[0]) / 255;
    let note: String = bytes[..length].iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        r#"{{"order":{i},"customer":{number},"currency":"EUR","cents":{},"note":"{note}"}}"#,
        bytes[1]
    )
}

fn signers() -> Vec<Signer> {
    use MessageType::{Digest, ExternalMu, Raw};
    let mut signers: Vec<Signer> = rsa::keys().iter().map(rsa_signer).collect();
    for number in 0..KEYS {
        let label = format!("record {number}");
        for curve in curve::CURVES.iter() {
            let key = curve::Key::new(curve, &label);
            signers.push(Signer {
                spki: key.spki(),
                operations: [Raw, Digest].map(|message_type| (curve.algorithm, message_type)).into(),
                sign: Box::new(move |_, message_type, message| {
                    let digest = key.digest(message);
                    let (r, s) = key.sign(&digest);
                    (recorded(message_type, message, digest), der::integer_pair(&r, &s))
                }),
            });
        }
        signers.push(ed25519_signer(ed25519::Key::new(&label)));
        for parameters in &ml_dsa::PARAMETER_SETS {
            let key = ml_dsa::Key::new(parameters, &label);
            let commitment = key.commit(&parameters.some_z(), &parameters.some_hints());
            signers.push(Signer {
                spki: key.spki(),
                operations: [Raw, ExternalMu]
                    .map(|message_type| (SigningAlgorithm::MlDsaShake256, message_type))
                    .into(),
                sign: Box::new(move |_, message_type, message| {
                    let mu = key.mu(&[0, 0], message);
                    let signature = key.respond(&commitment, &mu);
                    (recorded(message_type, message, mu), signature)
                }),
            });
        }
    }
    signers
}

fn rsa_signer(key: &'static rsa::Key) -> Signer {
    let algorithms = RSA_NAMES.iter().flat_map(|(_, pkcs1, pss)| [*pkcs1, *pss]);
    Signer {
        spki: key.spki(65537),
        operations: algorithms
            .flat_map(|algorithm| [MessageType::Raw, MessageType::Digest].map(|message_type| (algorithm, message_type)))
            .collect(),
        sign: Box::new(move |algorithm, message_type, message| {
            let hash = Hash::of(algorithm).unwrap();
            let digest = hash.digest(message);
            let is_pkcs1 = RSA_NAMES.iter().any(|(_, pkcs1, _)| *pkcs1 == algorithm);
            let encoded = if is_pkcs1 {
                rsa::pkcs1(hash, &digest, key.length())
            } else {
                rsa::Pss::of(hash).encode(&digest, key.length())
            };
            (recorded(message_type, message, digest), key.sign(&encoded))
        }),
    }
}

fn ed25519_signer(key: ed25519::Key) -> Signer {
    Signer {
        spki: key.spki(),
        operations: vec![
            (SigningAlgorithm::Ed25519Sha512, MessageType::Raw),
            (SigningAlgorithm::Ed25519PhSha512, MessageType::Digest),
        ],
        sign: Box::new(move |_, message_type, message| {
            let digest = Hash::Sha512.digest(message);
            let signature = match message_type {
                MessageType::Digest => key.sign(ed25519::DOM2_PH, &Hash::Sha512.digest(&digest)),
                _ => key.sign(&[], message),
            };
            (recorded(message_type, message, digest), signature)
        }),
    }
}

/// What the record has as its message.
fn recorded(message_type: MessageType, message: &[u8], digest: Vec<u8>) -> Vec<u8> {
    match message_type {
        MessageType::Raw => message.to_vec(),
        _ => digest,
    }
}
