//! Digests of a long message: kms-verify hashes it as the stream of a verification.

use std::hint::black_box;

use kms_verify::{PublicKey, SigningAlgorithm, VerifyingKey};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::comparison::Comparison;
use super::interleaved::Timed;
use crate::implementations::OURS;

const LENGTH: usize = 1 << 20;

type Hash = fn(&[u8]) -> Vec<u8>;

struct Row {
    name: &'static str,
    algorithm: SigningAlgorithm,
    message_digest: MessageDigest,
    peers: Vec<(&'static str, Hash)>,
}

fn rows() -> [Row; 3] {
    macro_rules! peers {
        ($ring:ident, $openssl:ident, $sha2:ident) => {
            vec![
                (
                    "aws-lc-rs",
                    (|message| {
                        aws_lc_rs::digest::digest(&aws_lc_rs::digest::$ring, message)
                            .as_ref()
                            .to_vec()
                    }) as Hash,
                ),
                ("ring", |message| {
                    ring::digest::digest(&ring::digest::$ring, message)
                        .as_ref()
                        .to_vec()
                }),
                ("openssl", |message| openssl::sha::$openssl(message).to_vec()),
                ("RustCrypto", |message| $sha2::digest(message).to_vec()),
                #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
                ("graviola", |message| {
                    <graviola::hashing::$sha2 as graviola::hashing::Hash>::hash(message)
                        .as_ref()
                        .to_vec()
                }),
            ]
        };
    }
    [
        Row {
            name: "SHA-256",
            algorithm: SigningAlgorithm::RsassaPkcs1V15Sha256,
            message_digest: MessageDigest::sha256(),
            peers: peers!(SHA256, sha256, Sha256),
        },
        Row {
            name: "SHA-384",
            algorithm: SigningAlgorithm::RsassaPkcs1V15Sha384,
            message_digest: MessageDigest::sha384(),
            peers: peers!(SHA384, sha384, Sha384),
        },
        Row {
            name: "SHA-512",
            algorithm: SigningAlgorithm::RsassaPkcs1V15Sha512,
            message_digest: MessageDigest::sha512(),
            peers: peers!(SHA512, sha512, Sha512),
        },
    ]
}

pub fn print(filter: &str, rounds: usize) {
    let mut message = b"kms-verify benches ".repeat(LENGTH / 19 + 1);
    message.truncate(LENGTH);
    let secret = Rsa::generate(2048)
        .and_then(PKey::from_rsa)
        .expect("OpenSSL makes a key");
    let public_key = secret.public_key_to_der().expect("OpenSSL writes the key");
    let public_key = PublicKey::from_der(&public_key).expect("the key parses");

    let mut comparison = Comparison::new("hash: 1 MiB", OURS, rounds, None);
    for row in rows() {
        if !row.name.to_lowercase().contains(&filter.to_lowercase()) {
            continue;
        }
        let mut signer = Signer::new(row.message_digest, &secret).expect("OpenSSL signs");
        let signature = signer.sign_oneshot_to_vec(&message).expect("OpenSSL signs");
        let key = public_key
            .verifying_key(row.algorithm)
            .expect("an RSA key has the algorithm");
        check(&row, &key, &message, &signature);

        let ours = Timed {
            name: OURS,
            // Without the end, which would include the verification: one block of thousands is missing.
            call: Box::new(|| {
                key.stream(&signature).is_ok_and(|mut stream| {
                    stream.update(black_box(&message));
                    black_box(&stream);
                    true
                })
            }),
        };
        let peers = row.peers.iter().map(|&(name, hash)| Timed {
            name,
            call: Box::new({
                let message = &message;
                move || !black_box(hash(black_box(message))).is_empty()
            }),
        });
        let functions: Vec<Timed<'_>> = [ours].into_iter().chain(peers).collect();
        comparison.row(row.name, None, &functions);
    }
    comparison.end();
}

/// The peers return a digest, and kms-verify accepts this message and no other.
fn check(row: &Row, key: &VerifyingKey, message: &[u8], signature: &[u8]) {
    let expected = openssl::hash::hash(row.message_digest, message).expect("OpenSSL hashes");
    for (name, hash) in &row.peers {
        assert_eq!(hash(message), expected.as_ref(), "{name} gives another {}", row.name);
    }
    let verify = |message: &[u8]| {
        let mut stream = key.stream(signature).expect("the signature has its length");
        stream.update(message);
        stream.finish().is_ok()
    };
    assert!(verify(message), "ours rejects the signature with {}", row.name);
    let mut changed = message.to_vec();
    changed[LENGTH / 2] ^= 1;
    assert!(!verify(&changed), "ours accepts another message with {}", row.name);
}
