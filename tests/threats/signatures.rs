//! Inputs with the form of a signature that are not signatures.

use kms_verify::{Error, SigningAlgorithm};
use kms_verify_testing::bytes_of;
use kms_verify_testing::der::integer_pair;
use kms_verify_testing::forge::{MESSAGE, Signer, signers};
use kms_verify_testing::vectors::kms_vectors;
use num_bigint::BigUint;

/// Pseudo-random bytes in the form of a signature of this algorithm.
fn noise(signer: &Signer, like: &[u8], label: &str) -> Vec<u8> {
    match signer.key.algorithm() {
        _ if signer.is_der() => {
            let length = like.len() / 2 - 8;
            let number = |name| BigUint::from_bytes_be(&bytes_of(&format!("{name} of {label}"), length));
            integer_pair(&number("r"), &number("s"))
        }
        SigningAlgorithm::MlDsaShake256 => {
            // A random challenge and z, with the hints of a genuine signature, because random hints would be rejected
            // for their form.
            let hints = like.len().saturating_sub(96);
            [&bytes_of(label, hints), &like[hints..]].concat()
        }
        _ => bytes_of(label, like.len()),
    }
}

/// libp2p-core accepted every signature of the right length (RUSTSEC-2019-0004).
#[test]
fn signature_ignored() {
    for signer in signers() {
        let genuine = signer.sign(MESSAGE);
        signer.accepts(MESSAGE, &genuine, "genuine");
        for round in 0..32 {
            signer.rejects(MESSAGE, &noise(signer, &genuine, &format!("noise {round}")), "noise");
            signer.rejects(MESSAGE, &bytes_of(&format!("bytes {round}"), genuine.len()), "bytes");
        }
        for byte in [0, 1, 0x30, 0x7f, 0x80, 0xff] {
            signer.rejects(MESSAGE, &vec![byte; genuine.len()], format!("all {byte:#x}"));
        }
        for length in [0, 1, genuine.len() - 1] {
            signer.rejects(MESSAGE, &genuine[..length], format!("{length} bytes"));
        }
        signer.rejects(MESSAGE, &[&genuine[..], &[0]].concat(), "a byte more");
        // A genuine signature of another message, and the reverse.
        signer.rejects(b"another message", &genuine, "another message");
        signer.rejects(b"", &genuine, "an empty message");
        signer.rejects(&[MESSAGE, &[0]].concat(), &genuine, "a byte more of the message");
        signer.rejects(
            MESSAGE,
            &signer.sign(b"another message"),
            "signature of another message",
        );
    }
}

/// Each bit of a signature counts: here a few hundred of them, spread over the whole signature. (Another test tries
/// every bit of the signatures of KMS.)
#[test]
fn bits_ignored() {
    for signer in signers() {
        let genuine = signer.sign(MESSAGE);
        // An odd step, so that every bit of a byte is reached.
        let step = (8 * genuine.len() / 500) | 1;
        for bit in (0..8 * genuine.len()).step_by(step) {
            let mut changed = genuine.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            signer.with_message(MESSAGE, |message| {
                let verdict = signer.key.verify(message, &changed);
                assert_eq!(verdict, Err(Error::InvalidSignature), "{}: bit {bit}", signer.name);
            });
        }
    }
}

/// A genuine signature by another key of the same kind.
#[test]
fn key_ignored() {
    let signers = signers();
    let signatures: Vec<Vec<u8>> = signers.iter().map(|signer| signer.sign(MESSAGE)).collect();
    for (i, signer) in signers.iter().enumerate() {
        for (j, signature) in signatures.iter().enumerate() {
            if i == j {
                signer.accepts(MESSAGE, signature, "its own");
            } else {
                signer.rejects(MESSAGE, signature, &signers[j].name);
            }
        }
    }
    for vector in kms_vectors() {
        for signer in signers
            .iter()
            .filter(|signer| signer.key.algorithm() == vector.algorithm)
        {
            let signature = signer.sign(&vector.message);
            let verdict = vector.verifying_key().verify(vector.message(), &signature);
            assert_eq!(
                verdict,
                Err(Error::InvalidSignature),
                "{} with the key of {}",
                signer.name,
                vector.name
            );
        }
    }
}
