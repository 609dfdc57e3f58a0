//! Signatures that KMS really made, verified in every way; and none of them verifies after any change.

#![cfg(feature = "default")]

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use kms_verify::{
    Error, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, VerifyingKey, verify_kms_signature,
};
use kms_verify_testing::vectors::{Vector, kms_vector, kms_vectors};
use sha2::{Digest, Sha256, Sha384, Sha512};

#[test]
fn every_signature_verifies_in_every_way() {
    let vectors = kms_vectors();
    for vector in &vectors {
        let Vector {
            name,
            algorithm,
            signature,
            ..
        } = vector;
        let message = vector.message();
        verify_kms_signature(&vector.der, *algorithm, message, signature).expect(name);
        verify_kms_signature(vector.pem.as_bytes(), *algorithm, message, signature).expect(name);

        let key = PublicKey::from_pem(&vector.pem).unwrap();
        assert_eq!(key, PublicKey::from_der(&vector.der).unwrap(), "{name}");
        assert_eq!(key.key_spec(), vector.key_spec, "{name}");
        assert_eq!(key.to_der(), vector.der, "{name}");
        assert_eq!(key.as_der(), vector.der, "{name}");
        assert_eq!(PublicKey::try_from(&vector.der[..]).as_ref(), Ok(&key), "{name}");
        assert_eq!(key.to_pem(), vector.pem, "{name}");
        assert_eq!(
            key.fingerprint().as_bytes()[..],
            Sha256::digest(&vector.der)[..],
            "{name}"
        );
        let hex: String = Sha256::digest(&vector.der)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(key.fingerprint().to_string(), hex, "{name}");
        key.verify(*algorithm, message, signature).expect(name);

        let key = key.verifying_key(*algorithm).unwrap();
        for key in [key.clone(), key.precomputed()] {
            key.verify(message, signature).expect(name);
            for message in other_forms(vector) {
                key.verify(message.as_message(), signature).expect(name);
            }
        }
    }
    println!("{} signatures of KMS verify", vectors.len());
    assert_eq!(vectors.len(), 24);
}

#[test]
fn every_signature_verifies_as_a_stream_in_odd_pieces() {
    let mut streamed = 0;
    for vector in kms_vectors() {
        let Vector { name, signature, .. } = &vector;
        // A stream is the message itself: digests and mu of unknown messages cannot be streamed.
        if vector.message_type != MessageType::Raw {
            continue;
        }
        let key = vector.verifying_key();
        for key in [key.clone(), key.precomputed()] {
            for piece in [1, 3, 7, 64, 127, 4096] {
                let mut stream = key.stream(signature).expect(name);
                stream.update(&[]);
                for piece in vector.message.chunks(piece) {
                    stream.update(piece);
                }
                stream.finish().expect(name);
            }
            key.verify_reader(vector.message.as_slice(), signature).expect(name);
            let err = key.verify_reader(&b"another message"[..], signature).unwrap_err();
            assert_eq!(err, Error::InvalidSignature, "{name}");
        }
        streamed += 1;
    }
    assert_eq!(streamed, 15);
}

/// The only recorded Ed25519ph signature is over the SHA-512 digest of a message that is stated in the record.
#[test]
fn an_ed25519ph_stream_is_hashed_to_the_digest() {
    let vector = kms_vector("stackd-ed25519ph-digest");
    let message = kms_vector("stackd-ed25519-pure-raw").message;
    assert_eq!(vector.message[..], Sha512::digest(&message)[..]);
    let key = vector.verifying_key();
    let mut stream = key.stream(&vector.signature).unwrap();
    message.chunks(5).for_each(|piece| stream.update(piece));
    stream.finish().unwrap();
}

/// Tables are an optimization: they change no outcome and no equality.
#[test]
fn tables_are_computed_on_request_and_do_not_affect_equality() {
    let hash_of = |key: &VerifyingKey| BuildHasherDefault::<DefaultHasher>::default().hash_one(key);
    // The RustCrypto backend has none.
    let tables = if cfg!(kms_verify_backend = "portable") { 0 } else { 1 };
    for vector in kms_vectors() {
        let name = &vector.name;
        let key = vector.verifying_key();
        assert_eq!(key.table_size(), 0, "{name}");
        // Verification does not compute any.
        key.verify(vector.message(), &vector.signature).unwrap();
        assert_eq!(key.table_size(), 0, "{name}");

        let fast = key.clone().precomputed();
        let size = match vector.key_spec {
            KeySpec::EccNistP256 | KeySpec::EccSecgP256k1 => 256 * 1024,
            KeySpec::EccNistP384 => 192 * 1024,
            KeySpec::EccNistP521 => 225 * 1024,
            KeySpec::EccNistEdwards25519 => 192 * 1024,
            KeySpec::MlDsa44 => 20 * 1024,
            KeySpec::MlDsa65 => 36 * 1024,
            KeySpec::MlDsa87 => 64 * 1024,
            _ => 0,
        };
        assert_eq!(fast.table_size(), tables * size, "{name}");
        assert_eq!(fast.clone().precomputed().table_size(), tables * size, "{name}");
        assert_eq!(key.table_size(), 0, "{name}");

        assert_eq!(key, fast, "{name}");
        assert_eq!(key.public_key(), fast.public_key(), "{name}");
        assert_eq!(hash_of(&key), hash_of(&fast), "{name}");
    }
}

#[test]
fn a_stream_outlives_the_key_that_it_was_made_with() {
    let vector = kms_vector("stackd-ed25519-pure-raw");
    let mut stream = vector.verifying_key().stream(&vector.signature).unwrap();
    let message = vector.message.clone();
    let outcome = std::thread::spawn(move || {
        stream.update(&message);
        stream.finish()
    });
    outcome.join().unwrap().unwrap();
}

#[test]
fn every_changed_bit_is_rejected() {
    for vector in kms_vectors() {
        let Vector { name, signature, .. } = &vector;
        let key = vector.verifying_key().precomputed();
        let mut changed = signature.clone();
        for bit in bits(signature.len()) {
            flip(&mut changed, bit);
            let verdict = key.verify(vector.message(), &changed);
            assert_eq!(
                verdict,
                Err(Error::InvalidSignature),
                "{name}: bit {bit} of the signature"
            );
            flip(&mut changed, bit);
        }
        let mut changed = vector.message.clone();
        for bit in 0..changed.len() * 8 {
            flip(&mut changed, bit);
            let verdict = key.verify(Message::new(vector.message_type, &changed), signature);
            assert_eq!(
                verdict,
                Err(Error::InvalidSignature),
                "{name}: bit {bit} of the message"
            );
            flip(&mut changed, bit);
        }
        for length in [0, 1, signature.len() - 1] {
            let verdict = key.verify(vector.message(), &signature[..length]);
            assert_eq!(
                verdict,
                Err(Error::InvalidSignature),
                "{name}: cut after {length} bytes"
            );
        }
        let longer = [signature.as_slice(), &[0]].concat();
        let verdict = key.verify(vector.message(), &longer);
        assert_eq!(verdict, Err(Error::InvalidSignature), "{name}: a byte longer");
    }
}

/// (r, s) and (r, n - s) both verify, and `normalized_signature` returns the one with the lower s for both.
#[test]
fn both_forms_of_an_ecdsa_signature_verify() {
    let mut high = 0;
    for vector in kms_vectors() {
        let key = vector.verifying_key();
        let low_s = key.normalized_signature(&vector.signature).unwrap();
        key.verify(vector.message(), &low_s).expect(&vector.name);
        assert_eq!(low_s != vector.signature, vector.high_s, "{}", vector.name);
        assert_eq!(key.normalized_signature(&low_s).unwrap(), low_s, "{}", vector.name);
        high += usize::from(vector.high_s);
    }
    assert_eq!(high, 5);
}

/// No signature verifies under another algorithm of its key, or with the key of another vector.
#[test]
fn every_signature_is_valid_for_its_key_and_algorithm_only() {
    let vectors = kms_vectors();
    for vector in &vectors {
        for other in &vectors {
            for &algorithm in SigningAlgorithm::ALL {
                let same = vector.der == other.der && vector.algorithm == algorithm;
                let verdict = verify_kms_signature(&other.der, algorithm, vector.message(), &vector.signature);
                assert_eq!(
                    verdict.is_ok(),
                    same,
                    "{} with the key of {} as {algorithm}",
                    vector.name,
                    other.name
                );
            }
        }
    }
}

/// The digest or mu of a RAW message, which KMS signs as the same message.
fn other_forms(vector: &Vector) -> Vec<Form> {
    use SigningAlgorithm as A;
    if vector.message_type != MessageType::Raw {
        return Vec::new();
    }
    let message = &vector.message;
    vec![match vector.algorithm {
        A::RsassaPssSha256 | A::RsassaPkcs1V15Sha256 | A::EcdsaSha256 => Form::digest(&Sha256::digest(message)),
        A::RsassaPssSha384 | A::RsassaPkcs1V15Sha384 | A::EcdsaSha384 => Form::digest(&Sha384::digest(message)),
        A::RsassaPssSha512 | A::RsassaPkcs1V15Sha512 | A::EcdsaSha512 => Form::digest(&Sha512::digest(message)),
        A::MlDsaShake256 => Form(
            MessageType::ExternalMu,
            vector.public_key().external_mu(message).unwrap().to_vec(),
        ),
        A::Ed25519Sha512 => return Vec::new(),
        other => unreachable!("there is no RAW vector of {other}"),
    }]
}

struct Form(MessageType, Vec<u8>);

impl Form {
    fn digest(digest: &[u8]) -> Self {
        Self(MessageType::Digest, digest.to_vec())
    }

    fn as_message(&self) -> Message<'_> {
        Message::new(self.0, &self.1)
    }
}

/// Every bit of a short signature. A longer one takes longer to verify, so every bit of its first and last 64 bytes,
/// and one bit of each byte in between.
fn bits(bytes: usize) -> Vec<usize> {
    (0..bytes * 8)
        .filter(|bit| bytes <= 144 || bit / 8 < 64 || bit / 8 >= bytes - 64 || bit % 8 == bit / 8 % 8)
        .collect()
}

fn flip(bytes: &mut [u8], bit: usize) {
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// One key for all threads: it must be `Send` and `Sync`.
#[test]
fn a_verifying_key_serves_many_threads() {
    let vector = kms_vector("eksa-bundle-minimal");
    let key = vector.verifying_key().precomputed();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| key.verify(vector.message(), &vector.signature).unwrap());
        }
    });
}
