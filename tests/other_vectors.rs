//! Signatures with algorithms and sizes that Wycheproof lacks, from standards and from OpenSSL: see
//! `tests/vectors/README.md`.

#![cfg(feature = "default")]

use kms_verify::{Error, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, verify_kms_signature};
use kms_verify_testing::forge::{Hash, ml_dsa};
use kms_verify_testing::spki;
use kms_verify_testing::vectors::{OtherVector, hex_field, objects, other_vectors};

fn public_key(vector: &OtherVector) -> PublicKey {
    PublicKey::from_der(&vector.der).expect(&vector.name)
}

fn verify(vector: &OtherVector, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let message = Message::new(vector.message_type, message);
    verify_kms_signature(key, vector.algorithm, message, signature)
}

/// The input of a stream that must verify: the message, or for ED25519_PH_SHA_512 the preimage of the DIGEST.
fn stream(vector: &OtherVector) -> Option<&[u8]> {
    match (vector.message_type, vector.algorithm) {
        (MessageType::Raw, _) => Some(&vector.message),
        (_, SigningAlgorithm::Ed25519PhSha512) => vector.preimage.as_deref(),
        _ => None,
    }
}

/// The DIGEST of a RAW message, if the algorithm supports DIGEST.
fn digest_of_message(vector: &OtherVector) -> Option<Vec<u8>> {
    if vector.message_type != MessageType::Raw {
        return None;
    }
    match vector.algorithm {
        SigningAlgorithm::Sm2Dsa => {
            let digest = public_key(vector).sm2_digest(b"1234567812345678", &vector.message);
            Some(digest.unwrap().to_vec())
        }
        algorithm => Some(Hash::of(algorithm)?.digest(&vector.message)),
    }
}

#[test]
fn every_vector_verifies_in_every_way() {
    let (mut digests, mut streams) = (0, 0);
    for vector in other_vectors() {
        let name = &vector.name;
        let signature = &vector.signature;
        verify(&vector, &vector.der, &vector.message, signature).expect(name);
        let pem = public_key(&vector).to_pem();
        verify(&vector, pem.as_bytes(), &vector.message, signature).expect(name);

        let key = public_key(&vector).verifying_key(vector.algorithm).expect(name);
        key.verify(Message::new(vector.message_type, &vector.message), signature)
            .expect(name);
        if let Some(digest) = digest_of_message(&vector) {
            key.verify(Message::Digest(&digest), signature).expect(name);
            digests += 1;
        }
        if let Some(stream) = stream(&vector) {
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
    for vector in other_vectors() {
        let OtherVector {
            der: key,
            message,
            signature,
            ..
        } = &vector;
        let name = &vector.name;
        for bit in [0x01, 0x80] {
            for changed in each_byte_changed(signature, bit) {
                let error = verify(&vector, key, message, &changed).expect_err(name);
                assert_eq!(error, Error::InvalidSignature, "{name}");
            }
            for changed in each_byte_changed(message, bit) {
                let error = verify(&vector, key, &changed, signature).expect_err(name);
                assert_eq!(error, Error::InvalidSignature, "{name}");
            }
            for changed in each_byte_changed(key, bit) {
                verify(&vector, &changed, message, signature).expect_err(name);
            }
        }
        if let Some(stream) = stream(&vector) {
            let key = public_key(&vector).verifying_key(vector.algorithm).unwrap();
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
    for vector in other_vectors() {
        let key = public_key(&vector);
        if let Some(digest) = &vector.digest {
            assert_eq!(
                key.sm2_digest(b"1234567812345678", &vector.message).unwrap()[..],
                digest[..]
            );
            checked += 1;
        }
        if let (Some(id), Some(preimage)) = (&vector.id, &vector.preimage) {
            assert_eq!(key.sm2_digest(id, preimage).unwrap()[..], vector.message[..]);
            // RAW would use the ID of KMS.
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
fn the_sm2_digest_accepts_ids_of_up_to_8191_bytes() {
    let vectors = objects("openssl/sm2_digests.json");
    for vector in &vectors {
        let key = PublicKey::from_der(&hex_field(vector, "key")).unwrap();
        let times = vector["id_pieces"].as_u64().unwrap();
        let id = hex_field(vector, "id_piece").repeat(usize::try_from(times).unwrap());
        let digest = key.sm2_digest(&id, &hex_field(vector, "message"));
        assert_eq!(digest.unwrap()[..], hex_field(vector, "digest")[..], "{}", id.len());
        for given in [8192, 100_000] {
            assert_eq!(
                key.sm2_digest(&vec![b'e'; given], b"message"),
                Err(Error::DistinguishingIdLength { given })
            );
        }
    }
    assert_eq!(vectors.len(), 7);
}

#[test]
fn the_acvp_vectors_of_ml_dsa_get_their_results() {
    let (mut valid, mut all) = (0, 0);
    for group in objects("standards/ml_dsa_acvp.json") {
        let key_spec: KeySpec = group["key_spec"].as_str().unwrap().parse().unwrap();
        let encoded = hex_field(&group, "key");
        let key = PublicKey::from_der(&spki::encode(key_spec, &encoded)).unwrap();
        let verifying_key = key.verifying_key(SigningAlgorithm::MlDsaShake256).unwrap();
        let tr = ml_dsa::h(&[&encoded], 64);
        for test in group["tests"].as_array().unwrap() {
            let mu = ml_dsa::h(&[&tr, &hex_field(test, "message")], 64);
            let message = Message::ExternalMu(&mu);
            let signature = hex_field(test, "signature");
            let expected = if test["valid"].as_bool().unwrap() {
                valid += 1;
                Ok(())
            } else {
                Err(Error::InvalidSignature)
            };
            let name = format!("{key_spec}, {}: {}", test["tc_id"], test["reason"]);
            let one_shot = key.verify(SigningAlgorithm::MlDsaShake256, message, &signature);
            assert_eq!(one_shot, expected, "{name}");
            assert_eq!(verifying_key.verify(message, &signature), expected, "{name}");
            assert_eq!(
                verifying_key.clone().precomputed().verify(message, &signature),
                expected,
                "{name}"
            );
            all += 1;
        }
    }
    assert_eq!((valid, all), (9, 45));
}
