//! Every valid signature of `tests/vectors`, built in.

use std::sync::LazyLock;

use kms_verify::{Message, MessageType, SigningAlgorithm};
use serde_json::Value;

pub struct Vector {
    pub algorithm: SigningAlgorithm,
    pub message_type: MessageType,
    /// A SubjectPublicKeyInfo as DER.
    pub key: Vec<u8>,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Vector {
    pub fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }
}

/// In the order of `scripts/make-fuzz-seeds`, which names them by their place: the folders of `kms`, and then the files.
pub static VECTORS: LazyLock<Vec<Vector>> = LazyLock::new(|| {
    let kms = KMS.iter().map(of_kms);
    kms.chain(FILES.iter().flat_map(|file| of_file(file))).collect()
});

const FILES: [&str; 4] = [
    include_str!("../../tests/vectors/openssl/signatures.json"),
    include_str!("../../tests/vectors/standards/ed25519ph_over_digests.json"),
    include_str!("../../tests/vectors/standards/gbt_32918_5.json"),
    include_str!("../../tests/vectors/standards/rfc_8032.json"),
];

/// The folders with these names: their names, and their files.
macro_rules! kms {
    ($($name:literal,)*) => {
        &[$(Folder {
            name: $name,
            meta: include_bytes!(concat!("../../tests/vectors/kms/", $name, "/meta.json")),
            key: include_bytes!(concat!("../../tests/vectors/kms/", $name, "/public_key.der")),
            message: include_bytes!(concat!("../../tests/vectors/kms/", $name, "/message.bin")),
            signature: include_bytes!(concat!("../../tests/vectors/kms/", $name, "/signature.bin")),
        },)*]
    };
}

pub struct Folder {
    pub name: &'static str,
    meta: &'static [u8],
    key: &'static [u8],
    message: &'static [u8],
    signature: &'static [u8],
}

/// Every folder of `tests/vectors/kms`, sorted.
pub const KMS: &[Folder] = kms![
    "eksa-bundle-minimal",
    "eksa-bundle-minimal-digest",
    "stackd-ecc_nist_p256-ecdsa_sha_256-digest2",
    "stackd-ecc_nist_p256-ecdsa_sha_256-raw1",
    "stackd-ecc_nist_p384-ecdsa_sha_384-digest1",
    "stackd-ecc_nist_p384-ecdsa_sha_384-raw1",
    "stackd-ecc_nist_p521-ecdsa_sha_512-digest2",
    "stackd-ecc_nist_p521-ecdsa_sha_512-raw1",
    "stackd-ecc_secg_p256k1-ecdsa_sha_256-digest1",
    "stackd-ecc_secg_p256k1-ecdsa_sha_256-raw2",
    "stackd-ed25519-pure-raw",
    "stackd-ed25519ph-digest",
    "stackd-ml_dsa_44-raw",
    "stackd-ml_dsa_44-raw-as-external_mu",
    "stackd-ml_dsa_65-raw",
    "stackd-ml_dsa_87-raw",
    "stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_256-raw",
    "stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_384-digest",
    "stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_512-raw",
    "stackd-rsa_2048-rsassa_pss_sha_256-raw",
    "stackd-rsa_2048-rsassa_pss_sha_384-digest",
    "stackd-rsa_2048-rsassa_pss_sha_512-raw",
    "stackd-rsa_3072-rsassa_pss_sha_256-raw",
    "stackd-rsa_4096-rsassa_pkcs1_v1_5_sha_256-raw",
];

fn of_kms(folder: &Folder) -> Vector {
    let meta: Value = serde_json::from_slice(folder.meta).unwrap();
    Vector {
        algorithm: meta["algorithm"].as_str().unwrap().parse().unwrap(),
        message_type: meta["message_type"].as_str().unwrap().parse().unwrap(),
        key: folder.key.to_vec(),
        message: folder.message.to_vec(),
        signature: folder.signature.to_vec(),
    }
}

fn of_file(file: &str) -> Vec<Vector> {
    let content: Value = serde_json::from_str(file).unwrap();
    let vectors = content["vectors"].as_array().unwrap();
    vectors
        .iter()
        .map(|vector| Vector {
            algorithm: vector["algorithm"].as_str().unwrap().parse().unwrap(),
            message_type: vector["message_type"].as_str().unwrap().parse().unwrap(),
            key: hex(&vector["key"]),
            message: hex(&vector["message"]),
            signature: hex(&vector["signature"]),
        })
        .collect()
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
