//! Signatures in the encoding of KMS and as r || s.

#![cfg(feature = "default")]

use kms_verify::{Error, Message, MessageType, Signature, SigningAlgorithm as A, SigningAlgorithm};
use kms_verify_testing::vectors::kms_vectors;

/// The length of r || s.
fn p1363_length(algorithm: SigningAlgorithm) -> Option<usize> {
    match algorithm {
        A::EcdsaSha256 | A::Sm2Dsa => Some(64),
        A::EcdsaSha384 => Some(96),
        A::EcdsaSha512 => Some(132),
        _ => None,
    }
}

#[test]
fn signatures_of_kms_verify_in_each_encoding() {
    let mut of_two_numbers = 0;
    for vector in kms_vectors() {
        let key = vector.public_key().verifying_key(vector.algorithm).unwrap();
        let message = Message::new(vector.message_type, &vector.message);
        let signature = Signature::from_kms(vector.algorithm, &vector.signature).unwrap();
        assert_eq!(signature.algorithm(), vector.algorithm);
        assert_eq!(signature.as_bytes(), vector.signature);
        assert_eq!(key.verify_signature(message, &signature), Ok(()));
        let normalized = key.normalized_signature(&vector.signature).unwrap();
        assert_eq!(signature.normalized(&key).unwrap().as_bytes(), normalized);

        let no_encoding = Error::NoP1363Encoding {
            algorithm: vector.algorithm,
        };
        let Some(length) = p1363_length(vector.algorithm) else {
            assert_eq!(signature.to_p1363(), Err(no_encoding.clone()));
            assert_eq!(Signature::from_p1363(vector.algorithm, &[1; 64]), Err(no_encoding));
            continue;
        };
        of_two_numbers += 1;
        let pair = signature.to_p1363().unwrap();
        assert_eq!(pair.len(), length);
        assert_eq!(Signature::from_p1363(vector.algorithm, &pair).as_ref(), Ok(&signature));
        if vector.message_type == MessageType::Raw {
            let mut stream = key.stream_signature(&signature).unwrap();
            vector.message.chunks(7).for_each(|piece| stream.update(piece));
            assert_eq!(stream.finish(), Ok(()));
        }
        // The encoding is never guessed: each constructor rejects the other encoding.
        let rejected = Err(Error::InvalidSignature);
        assert_eq!(Signature::from_p1363(vector.algorithm, &vector.signature), rejected);
        assert_eq!(Signature::from_kms(vector.algorithm, &pair), rejected);
    }
    assert!(of_two_numbers > 5);
}

#[test]
fn lengths_of_r_and_s_are_exact() {
    for &algorithm in SigningAlgorithm::ALL {
        for length in 0..300 {
            let formed = Signature::from_p1363(algorithm, &vec![1; length]);
            match p1363_length(algorithm) {
                None => assert_eq!(formed, Err(Error::NoP1363Encoding { algorithm })),
                Some(expected) if expected == length => assert!(formed.is_ok()),
                Some(_) => assert_eq!(formed, Err(Error::InvalidSignature), "{algorithm} {length}"),
            }
        }
    }
}

#[test]
fn forms_are_those_of_a_key_of_the_algorithm() {
    let of_length = |algorithm, length| Signature::from_kms(algorithm, &vec![0x30; length]).is_ok();
    for (algorithm, lengths) in [
        (A::RsassaPssSha256, &[256, 384, 512][..]),
        (A::RsassaPkcs1V15Sha512, &[256, 384, 512]),
        (A::Ed25519Sha512, &[64]),
        (A::Ed25519PhSha512, &[64]),
        (A::MlDsaShake256, &[2420, 3309, 4627]),
        (A::EcdsaSha256, &[]),
        (A::Sm2Dsa, &[]),
    ] {
        let accepted: Vec<_> = (0..5000).filter(|length| of_length(algorithm, *length)).collect();
        assert_eq!(accepted, lengths, "{algorithm}");
    }
    // A number of 33 bytes is too long for P-256.
    let der = |bytes: usize| {
        let integer = [&[2, bytes as u8, 1][..], &vec![0; bytes - 1]].concat();
        [&[0x30, (2 * integer.len()) as u8][..], &integer, &integer].concat()
    };
    for (bytes, accepted) in [
        (1, [true, true, true, true]),
        (32, [true, true, true, true]),
        (33, [false, true, true, false]),
        (48, [false, true, true, false]),
        (49, [false, false, true, false]),
    ] {
        let algorithms = [A::EcdsaSha256, A::EcdsaSha384, A::EcdsaSha512, A::Sm2Dsa];
        let formed = algorithms.map(|algorithm| Signature::from_kms(algorithm, &der(bytes)).is_ok());
        assert_eq!(formed, accepted, "{bytes}");
    }
}

#[test]
fn a_signature_of_another_algorithm_is_rejected() {
    for vector in kms_vectors() {
        for &algorithm in SigningAlgorithm::ALL {
            let Ok(signature) = Signature::from_kms(algorithm, &vector.signature) else {
                continue;
            };
            let key = vector.public_key().verifying_key(vector.algorithm).unwrap();
            if algorithm == vector.algorithm {
                continue;
            }
            let rejected = Error::SignatureOfOtherAlgorithm {
                given: algorithm,
                expected: vector.algorithm,
            };
            let message = Message::new(vector.message_type, &vector.message);
            assert_eq!(key.verify_signature(message, &signature), Err(rejected.clone()));
            assert_eq!(key.stream_signature(&signature).err(), Some(rejected.clone()));
            assert_eq!(signature.normalized(&key), Err(rejected.clone()));
            assert!(rejected.is_rejection());
        }
    }
}
