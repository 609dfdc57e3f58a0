//! Signatures of algorithms and sizes that Wycheproof lacks, from standards and from OpenSSL: `tests/vectors/README.md`.

#![cfg(all(
    feature = "std",
    feature = "rsa",
    feature = "ecdsa",
    feature = "ed25519",
    feature = "sm2"
))]

mod common;

use kms_verify::{Error, Message, MessageType, PublicKey, SigningAlgorithm, verify_kms_signature};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

const FILES: [(&str, usize); 4] = [
    ("openssl/signatures.json", 14),
    ("standards/ed25519ph_over_digests.json", 3),
    ("standards/gbt_32918_5.json", 1),
    ("standards/rfc_8032.json", 5),
];

struct Vector {
    name: String,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    /// What `message` is the digest of.
    preimage: Option<Vec<u8>>,
    /// The distinguishing ID in a `message` that is a digest of SM2.
    id: Option<Vec<u8>>,
    /// The digest that the standard gives for `message`.
    digest: Option<Vec<u8>>,
}

impl Vector {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_der(&self.key).expect(&self.name)
    }

    fn verify(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Error> {
        verify_kms_signature(key, self.algorithm, Message::new(self.message_type, message), signature)
    }

    /// What a stream takes that must verify: the message, or under ED25519_PH_SHA_512 what it is the digest of.
    fn stream(&self) -> Option<&[u8]> {
        match (self.message_type, self.algorithm) {
            (MessageType::Raw, _) => Some(&self.message),
            (_, SigningAlgorithm::Ed25519PhSha512) => self.preimage.as_deref(),
            _ => None,
        }
    }

    /// The DIGEST that stands for a RAW message, if the algorithm has one.
    fn digest_of_message(&self) -> Option<Vec<u8>> {
        if self.message_type != MessageType::Raw {
            return None;
        }
        let name = self.algorithm.as_str();
        if self.algorithm == SigningAlgorithm::Sm2Dsa {
            let digest = self.public_key().sm2_digest(b"1234567812345678", &self.message);
            Some(digest.unwrap().to_vec())
        } else if self.algorithm == SigningAlgorithm::Ed25519Sha512 {
            None
        } else if name.ends_with("SHA_256") {
            Some(Sha256::digest(&self.message).to_vec())
        } else if name.ends_with("SHA_384") {
            Some(Sha384::digest(&self.message).to_vec())
        } else {
            Some(Sha512::digest(&self.message).to_vec())
        }
    }
}

fn objects(file: &str) -> Vec<Value> {
    let text = std::fs::read(common::path(file)).unwrap();
    let content: Value = serde_json::from_slice(&text).unwrap();
    content["vectors"].as_array().unwrap().clone()
}

fn optional_hex(object: &Value, field: &str) -> Option<Vec<u8>> {
    let text = object[field].as_str()?;
    Some(
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect(),
    )
}

fn hex(object: &Value, field: &str) -> Vec<u8> {
    optional_hex(object, field).unwrap_or_else(|| panic!("{object} has no {field}"))
}

fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (file, count) in FILES {
        let objects = objects(file);
        assert_eq!(objects.len(), count, "{file}");
        vectors.extend(objects.iter().map(|object| Vector {
            name: object["name"].as_str().unwrap().to_owned(),
            algorithm: object["algorithm"].as_str().unwrap().parse().unwrap(),
            message_type: object["message_type"].as_str().unwrap().parse().unwrap(),
            key: hex(object, "key"),
            message: hex(object, "message"),
            signature: hex(object, "signature"),
            preimage: optional_hex(object, "preimage"),
            id: optional_hex(object, "id"),
            digest: optional_hex(object, "digest"),
        }));
    }
    vectors
}

#[test]
fn every_vector_verifies_in_every_way() {
    let (mut digests, mut streams) = (0, 0);
    for vector in vectors() {
        let name = &vector.name;
        let signature = &vector.signature;
        vector.verify(&vector.key, &vector.message, signature).expect(name);
        let pem = vector.public_key().to_pem();
        vector.verify(pem.as_bytes(), &vector.message, signature).expect(name);

        let key = vector.public_key().verifying_key(vector.algorithm).expect(name);
        key.verify(Message::new(vector.message_type, &vector.message), signature)
            .expect(name);
        if let Some(digest) = vector.digest_of_message() {
            key.verify(Message::Digest(&digest), signature).expect(name);
            digests += 1;
        }
        if let Some(stream) = vector.stream() {
            for length in [1, 7, 64, 5000] {
                let mut verifier = key.stream(signature).expect(name);
                stream.chunks(length).for_each(|piece| verifier.update(piece));
                verifier.finish().expect(name);
            }
            key.verify_reader(stream, signature).expect(name);
            streams += 1;
        }
    }
    assert_eq!((digests, streams), (12, 21));
}

#[test]
fn no_vector_verifies_with_one_byte_changed() {
    for vector in vectors() {
        let Vector {
            key,
            message,
            signature,
            ..
        } = &vector;
        let name = &vector.name;
        for bit in [0x01, 0x80] {
            for changed in each_byte_changed(signature, bit) {
                let error = vector.verify(key, message, &changed).expect_err(name);
                assert_eq!(error, Error::InvalidSignature, "{name}");
            }
            for changed in each_byte_changed(message, bit) {
                let error = vector.verify(key, &changed, signature).expect_err(name);
                assert_eq!(error, Error::InvalidSignature, "{name}");
            }
            for changed in each_byte_changed(key, bit) {
                vector.verify(&changed, message, signature).expect_err(name);
            }
        }
        if let Some(stream) = vector.stream() {
            let key = vector.public_key().verifying_key(vector.algorithm).unwrap();
            for changed in each_byte_changed(stream, 0x01).take(100) {
                let mut verifier = key.stream(signature).unwrap();
                verifier.update(&changed);
                assert_eq!(verifier.finish(), Err(Error::InvalidSignature), "{name}");
            }
        }
    }
}

fn each_byte_changed(bytes: &[u8], bit: u8) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).map(move |at| {
        let mut changed = bytes.to_vec();
        changed[at] ^= bit;
        changed
    })
}

#[test]
fn the_sm2_digest_is_the_one_of_the_standard() {
    let mut checked = 0;
    for vector in vectors() {
        let key = vector.public_key();
        if let Some(digest) = &vector.digest {
            assert_eq!(
                key.sm2_digest(b"1234567812345678", &vector.message).unwrap()[..],
                digest[..]
            );
            checked += 1;
        }
        if let (Some(id), Some(preimage)) = (&vector.id, &vector.preimage) {
            assert_eq!(key.sm2_digest(id, preimage).unwrap()[..], vector.message[..]);
            // As RAW the ID would be that of KMS.
            assert_eq!(
                key.verify(vector.algorithm, Message::Raw(preimage), &vector.signature),
                Err(Error::InvalidSignature),
                "{}",
                vector.name
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 3);
}

#[test]
fn the_sm2_digest_takes_ids_of_up_to_8191_bytes() {
    let vectors = objects("openssl/sm2_digests.json");
    for vector in &vectors {
        let key = PublicKey::from_der(&hex(vector, "key")).unwrap();
        let times = vector["id_pieces"].as_u64().unwrap();
        let id = hex(vector, "id_piece").repeat(usize::try_from(times).unwrap());
        let digest = key.sm2_digest(&id, &hex(vector, "message"));
        assert_eq!(digest.unwrap()[..], hex(vector, "digest")[..], "{}", id.len());
        for given in [8192, 100_000] {
            assert_eq!(
                key.sm2_digest(&vec![b'e'; given], b"message"),
                Err(Error::DistinguishingIdLength { given })
            );
        }
    }
    assert_eq!(vectors.len(), 7);
}
