//! Many signatures at once get the results that they get one by one, in their order.

#![cfg(feature = "default")]

use kms_verify::{Error, Message, MessageType, VerifyingKey};
use kms_verify_testing::forge::ml_dsa;
use kms_verify_testing::spki::modulus;
use kms_verify_testing::vectors::{Vector, kms_vector, kms_vectors, other_vectors};
use num_bigint::BigUint;

type Pair = (MessageType, Vec<u8>, Vec<u8>);

/// Compares the results of all pairs at once with those one by one, and returns them.
fn verify_many(key: &VerifyingKey, pairs: &[Pair]) -> Vec<Result<(), Error>> {
    let pairs: Vec<(Message<'_>, &[u8])> = pairs
        .iter()
        .map(|(kind, message, signature)| (Message::new(*kind, message), &signature[..]))
        .collect();
    let one_by_one: Vec<_> = pairs
        .iter()
        .map(|(message, signature)| key.verify(*message, signature))
        .collect();
    let many = key.verify_many(&pairs);
    assert_eq!(many, one_by_one, "{key:?}");
    many
}

/// The pair of a vector, and pairs that fail: with one bit changed in every byte of the signature (at most 150 of them),
/// with signatures of other lengths, another message, and messages of a wrong type or length.
fn genuine_and_changed(kind: MessageType, message: &[u8], signature: &[u8]) -> (Pair, Vec<Pair>) {
    let genuine = (kind, message.to_vec(), signature.to_vec());
    let with_signature = |signature: Vec<u8>| (kind, message.to_vec(), signature);
    let mut changed = Vec::new();
    for at in (0..signature.len()).step_by(signature.len().div_ceil(150)) {
        let mut signature = signature.to_vec();
        signature[at] ^= 1 << (at % 8);
        changed.push(with_signature(signature));
    }
    changed.push(with_signature(Vec::new()));
    changed.push(with_signature(signature[1..].to_vec()));
    changed.push(with_signature([signature, &[0]].concat()));
    changed.push(with_signature(vec![0; signature.len()]));
    changed.push(with_signature(vec![0xff; signature.len()]));
    let mut other = message.to_vec();
    match other.last_mut() {
        Some(last) => *last ^= 0x80,
        None => other.push(0),
    }
    changed.push((kind, other, signature.to_vec()));
    changed.push((MessageType::Digest, vec![1; 3], signature.to_vec()));
    changed.push((MessageType::ExternalMu, vec![1; 3], signature.to_vec()));
    (genuine, changed)
}

/// Whole and in groups of every size, each with valid ones in between.
#[test]
fn every_vector_and_its_changes_in_one_call() {
    let of_kms = kms_vectors().into_iter().map(|vector| {
        let pairs = genuine_and_changed(vector.message_type, &vector.message, &vector.signature);
        (vector.verifying_key(), pairs)
    });
    let others = other_vectors().into_iter().map(|vector| {
        let key = kms_verify::PublicKey::from_der(&vector.der).unwrap();
        let pairs = genuine_and_changed(vector.message_type, &vector.message, &vector.signature);
        (key.verifying_key(vector.algorithm).unwrap(), pairs)
    });
    for (key, (genuine, changed)) in of_kms.chain(others) {
        for key in [key.clone(), key.precomputed()] {
            let mixed: Vec<Pair> = changed
                .iter()
                .flat_map(|pair| [genuine.clone(), pair.clone()])
                .collect();
            for (i, result) in verify_many(&key, &mixed).iter().enumerate() {
                assert_eq!(result.is_ok(), i % 2 == 0, "{i} of {key:?}");
            }
        }
    }
}

fn repeated(vector: &Vector, count: usize) -> Vec<Pair> {
    let pair = (vector.message_type, vector.message.clone(), vector.signature.clone());
    vec![pair; count]
}

/// The only failure of a call, and the only success, at every position among up to 19 (of ML-DSA, which takes longest
/// without lanes, up to 9).
#[test]
fn one_among_many_at_every_position() {
    for name in [
        "eksa-bundle-minimal",
        "stackd-ed25519-pure-raw",
        "stackd-ed25519ph-digest",
        "stackd-rsa_2048-rsassa_pss_sha_256-raw",
        "stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_256-raw",
        "stackd-ml_dsa_44-raw",
        "stackd-ml_dsa_65-raw",
        "stackd-ml_dsa_87-raw",
    ] {
        let vector = kms_vector(name);
        let key = vector.verifying_key().precomputed();
        for count in 0..if name.contains("ml_dsa") { 10 } else { 20 } {
            let valid = repeated(&vector, count);
            assert_eq!(verify_many(&key, &valid), vec![Ok(()); count], "{name}");
            for position in 0..count {
                let mut pairs = valid.clone();
                *pairs[position].2.last_mut().unwrap() ^= 1;
                let results = verify_many(&key, &pairs);
                assert_eq!(results.iter().position(Result::is_err), Some(position), "{name}");
                assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1, "{name}");
                for pair in &mut pairs {
                    *pair.2.last_mut().unwrap() ^= 1;
                }
                let results = verify_many(&key, &pairs);
                assert_eq!(results.iter().position(Result::is_ok), Some(position), "{name}");
                assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{name}");
            }
        }
    }
}

/// The messages of ML-DSA have different lengths and blocks, and are hashed side by side: whole, or as mu.
#[test]
fn messages_of_every_length_among_others() {
    for parameters in &ml_dsa::PARAMETER_SETS {
        let forged = ml_dsa::Key::new(parameters, "many");
        let commitment = forged.commit(&parameters.some_z(), &parameters.some_hints());
        // A block has 136 bytes, of which tr and the context take 66 of the first.
        let mut lengths: Vec<usize> = (0..=3).flat_map(|blocks| around(136 * blocks + 70)).collect();
        lengths.extend([0, 1, 4096, 2, 64]);
        let pairs: Vec<Pair> = lengths
            .iter()
            .enumerate()
            .map(|(i, &length)| {
                let message: Vec<u8> = (0..length).map(|byte| (byte ^ i) as u8).collect();
                let mu = forged.mu(&[0, 0], &message);
                let signature = forged.respond(&commitment, &mu);
                match i % 5 {
                    3 => (MessageType::ExternalMu, mu, signature),
                    _ => (MessageType::Raw, message, signature),
                }
            })
            .collect();
        let key = forged.verifying_key();
        let precomputed = key.clone().precomputed();
        for key in [&key, &precomputed] {
            for first in 0..9 {
                let pairs = &pairs[first..];
                assert_eq!(verify_many(key, pairs), vec![Ok(()); pairs.len()]);
            }
        }
        // One that fails, at every position among nine.
        for changed in 0..pairs.len() {
            let first = (changed - changed % 9).min(pairs.len() - 9);
            let nine = &pairs[first..first + 9];
            let mut other_message = nine.to_vec();
            match other_message[changed - first].1.last_mut() {
                Some(last) => *last ^= 1,
                None => other_message[changed - first].1.push(0),
            }
            assert_only_error(&verify_many(&precomputed, &other_message), changed - first);
            // With the forged key, the challenge only matters in the comparison of all its bytes.
            let mut other_challenge = nine.to_vec();
            other_challenge[changed - first].2[parameters.challenge - 1] ^= 1;
            assert_only_error(&verify_many(&precomputed, &other_challenge), changed - first);
        }
    }
}

fn assert_only_error(results: &[Result<(), Error>], position: usize) {
    assert_eq!(results.iter().position(Result::is_err), Some(position));
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
}

fn around(length: usize) -> [usize; 3] {
    [length - 1, length, length + 1]
}

/// More than are verified at once, with failures at and around the borders.
#[test]
fn thousands_in_one_call() {
    let vector = kms_vector("stackd-ed25519-pure-raw");
    let key = vector.verifying_key().precomputed();
    let mut pairs = repeated(&vector, 2100);
    let changed = [0, 7, 8, 1023, 1024, 1025, 2047, 2048, 2099];
    for at in changed {
        pairs[at].2[40] ^= 4;
    }
    let results = verify_many(&key, &pairs);
    let failed: Vec<_> = (0..results.len()).filter(|&at| results[at].is_err()).collect();
    assert_eq!(failed, changed);
}

/// Numbers that are not below the modulus, of which one is congruent to a valid signature, and signatures of other lengths
/// fail at every position, and nothing else does.
#[test]
fn numbers_out_of_range_among_valid_signatures_of_rsa() {
    for name in [
        "stackd-rsa_2048-rsassa_pss_sha_256-raw",
        "stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_384-digest",
        "stackd-rsa_3072-rsassa_pss_sha_256-raw",
        "stackd-rsa_4096-rsassa_pkcs1_v1_5_sha_256-raw",
    ] {
        let vector = kms_vector(name);
        let key = vector.verifying_key();
        let n = modulus(key.public_key().key_spec(), &vector.der).to_vec();
        let congruent = (BigUint::from_bytes_be(&n) + BigUint::from_bytes_be(&vector.signature)).to_bytes_be();
        assert_eq!(congruent.len() == n.len(), n.len() == 256, "{name}");
        let longer = [&[0][..], &vector.signature].concat();
        let shorter = vector.signature[1..].to_vec();
        for bad in [n.clone(), congruent, vec![0xff; n.len()], longer, shorter] {
            for position in 0..9 {
                let mut pairs = repeated(&vector, 9);
                pairs[position].2.clone_from(&bad);
                let results = verify_many(&key, &pairs);
                assert_eq!(results.iter().position(Result::is_err), Some(position), "{name}");
                assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1, "{name}");
            }
        }
    }
}

#[test]
fn no_pairs_have_no_results() {
    for vector in kms_vectors() {
        let key = vector.verifying_key();
        for key in [key.clone(), key.precomputed()] {
            assert!(key.verify_many(&[]).is_empty());
        }
    }
}
