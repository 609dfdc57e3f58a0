//! The signatures in `tests/vectors`: those that KMS made, and those of standards and OpenSSL.

use std::fs;
use std::path::{Path, PathBuf};

use kms_verify::{KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, VerifyingKey};
use serde_json::Value;

use crate::hex;

/// One directory of `tests/vectors/kms`.
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

/// A file or directory of `tests/vectors`.
pub fn path(under: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/vectors")
        .join(under)
}

/// Every signature that KMS made, ordered by directory name.
pub fn kms_vectors() -> Vec<Vector> {
    let mut folders: Vec<_> = fs::read_dir(path("kms"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders.iter().map(|folder| read(folder)).collect()
}

/// The vector with this name.
pub fn kms_vector(name: &str) -> Vector {
    read(&path("kms").join(name))
}

fn read(folder: &Path) -> Vector {
    let file = |name: &str| fs::read(folder.join(name)).unwrap();
    let meta: Value = serde_json::from_slice(&file("meta.json")).unwrap();
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

/// The files of signatures that KMS did not make, with the number of signatures in each. `scripts/make-fuzz-seeds` uses
/// the same order.
pub const OTHER_FILES: [(&str, usize); 4] = [
    ("openssl/signatures.json", 14),
    ("standards/ed25519ph_over_digests.json", 3),
    ("standards/gbt_32918_5.json", 1),
    ("standards/rfc_8032.json", 5),
];

/// One entry of [`OTHER_FILES`].
pub struct OtherVector {
    pub name: String,
    pub algorithm: SigningAlgorithm,
    pub message_type: MessageType,
    pub der: Vec<u8>,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
    /// The preimage of `message`.
    pub preimage: Option<Vec<u8>>,
    /// The distinguishing ID of a `message` that is an SM2 digest.
    pub id: Option<Vec<u8>>,
    /// The digest of `message` that the standard states.
    pub digest: Option<Vec<u8>>,
}

/// Every signature of [`OTHER_FILES`].
pub fn other_vectors() -> Vec<OtherVector> {
    let mut vectors = Vec::new();
    for (file, count) in OTHER_FILES {
        let objects = objects(file);
        assert_eq!(objects.len(), count, "{file}");
        vectors.extend(objects.iter().map(|object| OtherVector {
            name: object["name"].as_str().unwrap().to_owned(),
            algorithm: object["algorithm"].as_str().unwrap().parse().unwrap(),
            message_type: object["message_type"].as_str().unwrap().parse().unwrap(),
            der: hex_field(object, "key"),
            message: hex_field(object, "message"),
            signature: hex_field(object, "signature"),
            preimage: optional_hex_field(object, "preimage"),
            id: optional_hex_field(object, "id"),
            digest: optional_hex_field(object, "digest"),
        }));
    }
    vectors
}

/// The entries of a file whose list is called `vectors`.
pub fn objects(file: &str) -> Vec<Value> {
    let text = fs::read(path(file)).unwrap();
    let content: Value = serde_json::from_slice(&text).unwrap();
    content["vectors"].as_array().unwrap().clone()
}

/// The bytes of a hexadecimal field.
pub fn hex_field(object: &Value, field: &str) -> Vec<u8> {
    optional_hex_field(object, field).unwrap_or_else(|| panic!("{object} has no {field}"))
}

fn optional_hex_field(object: &Value, field: &str) -> Option<Vec<u8>> {
    object[field].as_str().map(hex)
}
