//! The signatures that KMS made, from `tests/vectors/kms`.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::fs;
use std::path::{Path, PathBuf};

use kms_verify::{KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, VerifyingKey};

/// One folder of `tests/vectors/kms`.
pub struct Vector {
    pub name: String,
    pub der: Vec<u8>,
    pub pem: String,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
    pub algorithm: SigningAlgorithm,
    pub message_type: MessageType,
    pub key_spec: KeySpec,
    pub high_s: bool,
}

impl Vector {
    pub fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }

    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_der(&self.der).unwrap()
    }

    pub fn verifying_key(&self) -> VerifyingKey {
        self.public_key().verifying_key(self.algorithm).unwrap()
    }
}

pub fn path(under: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(under)
}

/// Every signature that KMS made, in the order of the folders' names.
pub fn kms_vectors() -> Vec<Vector> {
    let mut folders: Vec<_> = fs::read_dir(path("kms"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders.iter().map(|folder| read(folder)).collect()
}

/// The one with this name.
pub fn kms_vector(name: &str) -> Vector {
    read(&path("kms").join(name))
}

fn read(folder: &Path) -> Vector {
    let file = |name: &str| fs::read(folder.join(name)).unwrap();
    let meta: serde_json::Value = serde_json::from_slice(&file("meta.json")).unwrap();
    let field = |name: &str| meta[name].as_str().unwrap();
    Vector {
        name: folder.file_name().unwrap().to_str().unwrap().to_owned(),
        der: file("public_key.der"),
        pem: String::from_utf8(file("public_key.pem")).unwrap(),
        message: file("message.bin"),
        signature: file("signature.bin"),
        algorithm: field("algorithm").parse().unwrap(),
        message_type: field("message_type").parse().unwrap(),
        key_spec: field("key_spec").parse().unwrap(),
        high_s: meta["high_s"].as_bool().unwrap_or(false),
    }
}
