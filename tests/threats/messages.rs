//! Algorithms, message types and lengths: what is verified under which name.

use KeySpec as K;
use SigningAlgorithm as A;
use kms_verify::{Error, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, verify_kms_signature};
use kms_verify_testing::der::integer_pair;
use kms_verify_testing::forge::curve::{CURVES, Key};
use kms_verify_testing::forge::{Hash, MESSAGE, RAW, one_of_each, signers};

const RSA: &[A] = &[
    A::RsassaPkcs1V15Sha256,
    A::RsassaPkcs1V15Sha384,
    A::RsassaPkcs1V15Sha512,
    A::RsassaPssSha256,
    A::RsassaPssSha384,
    A::RsassaPssSha512,
];

/// The table of KMS, written independently of the library.
const LEGAL: [(K, &[A]); 12] = [
    (K::Rsa2048, RSA),
    (K::Rsa3072, RSA),
    (K::Rsa4096, RSA),
    (K::EccNistP256, &[A::EcdsaSha256]),
    (K::EccNistP384, &[A::EcdsaSha384]),
    (K::EccNistP521, &[A::EcdsaSha512]),
    (K::EccSecgP256k1, &[A::EcdsaSha256]),
    (K::EccNistEdwards25519, &[A::Ed25519PhSha512, A::Ed25519Sha512]),
    (K::MlDsa44, &[A::MlDsaShake256]),
    (K::MlDsa65, &[A::MlDsaShake256]),
    (K::MlDsa87, &[A::MlDsaShake256]),
    (K::Sm2, &[A::Sm2Dsa]),
];

/// The lengths of RAW, DIGEST and EXTERNAL_MU: 0 for any length, `None` if the type is not supported.
const LENGTHS: [(A, [Option<usize>; 3]); 13] = [
    (A::RsassaPssSha256, [Some(0), Some(32), None]),
    (A::RsassaPssSha384, [Some(0), Some(48), None]),
    (A::RsassaPssSha512, [Some(0), Some(64), None]),
    (A::RsassaPkcs1V15Sha256, [Some(0), Some(32), None]),
    (A::RsassaPkcs1V15Sha384, [Some(0), Some(48), None]),
    (A::RsassaPkcs1V15Sha512, [Some(0), Some(64), None]),
    (A::EcdsaSha256, [Some(0), Some(32), None]),
    (A::EcdsaSha384, [Some(0), Some(48), None]),
    (A::EcdsaSha512, [Some(0), Some(64), None]),
    (A::Sm2Dsa, [Some(0), Some(32), None]),
    (A::MlDsaShake256, [Some(0), None, Some(64)]),
    (A::Ed25519Sha512, [Some(0), None, None]),
    (A::Ed25519PhSha512, [None, Some(64), None]),
];

fn lengths(algorithm: A) -> [Option<usize>; 3] {
    LENGTHS.into_iter().find(|(of, _)| *of == algorithm).unwrap().1
}

/// An algorithm that the key does not support: JWT's RS256 confused with HS256 (CVE-2015-9235), against which Tink and
/// step-cli guard. Of the 13 x 12 pairs, the 28 of KMS are possible, and no others.
#[test]
fn algorithm_confusion() {
    let keys = one_of_each();
    let signatures: Vec<Vec<u8>> = signers().iter().map(|signer| signer.sign(MESSAGE)).collect();
    let mut legal = 0;
    for ((key_spec, spki), (same, algorithms)) in keys.iter().zip(LEGAL) {
        assert_eq!(*key_spec, same);
        let key = PublicKey::from_der(spki).unwrap();
        assert_eq!(key.key_spec(), *key_spec);
        assert_eq!(key.signing_algorithms(), algorithms);
        for &algorithm in A::ALL {
            if algorithms.contains(&algorithm) {
                assert_eq!(key.verifying_key(algorithm).unwrap().algorithm(), algorithm);
                legal += 1;
                continue;
            }
            let error = Error::IncompatibleAlgorithm {
                algorithm,
                key_spec: *key_spec,
            };
            assert_eq!(key.verifying_key(algorithm).as_ref().unwrap_err(), &error);
            // For any signature and any message.
            for signature in &signatures {
                for length in [0, 32, 48, 64] {
                    for &message_type in MessageType::ALL {
                        let bytes = vec![1; length];
                        let message = Message::new(message_type, &bytes);
                        assert_eq!(key.verify(algorithm, message, signature).as_ref(), Err(&error));
                    }
                }
                let verdict = verify_kms_signature(spki, algorithm, RAW, signature);
                assert_eq!(verdict.as_ref(), Err(&error));
            }
        }
    }
    assert_eq!(legal, 28);
}

/// A hash function that KMS does not combine with the curve, in a signature that is valid by the standard.
#[test]
fn curve_with_the_hash_of_another() {
    let hashes = [
        (A::EcdsaSha256, Hash::Sha256),
        (A::EcdsaSha384, Hash::Sha384),
        (A::EcdsaSha512, Hash::Sha512),
    ];
    for curve in CURVES.iter().filter(|curve| !curve.is_sm2()) {
        let key = Key::new(curve, "hash");
        for (algorithm, hash) in hashes {
            // The leftmost bytes, as many as n has (FIPS 186-5 section 6.4.1).
            let mut digest = hash.digest(MESSAGE);
            digest.truncate(curve.bytes);
            let (r, s) = key.sign(&digest);
            let signature = integer_pair(&r, &s);
            let verdict = verify_kms_signature(&key.spki(), algorithm, RAW, &signature);
            if algorithm == curve.algorithm {
                assert_eq!(verdict, Ok(()));
            } else {
                let error = Error::IncompatibleAlgorithm {
                    algorithm,
                    key_spec: curve.key_spec,
                };
                assert_eq!(verdict, Err(error));
                // The same signature under its algorithm's own name, where it is over something else.
                let verdict = verify_kms_signature(&key.spki(), curve.algorithm, RAW, &signature);
                assert_eq!(verdict, Err(Error::InvalidSignature));
            }
        }
    }
}

/// Digests that are padded or truncated to the expected length, as the `ecdsa` crate does by design. KMS accepts
/// exactly the length of the hash function, and the error says so for any signature.
#[test]
fn digest_length() {
    let given_lengths: Vec<usize> = (0..=70).chain([80, 96, 127, 128, 129, 256, 1024, 1 << 20]).collect();
    for signer in signers() {
        let algorithm = signer.key.algorithm();
        let signature = signer.sign(MESSAGE);
        for (message_type, taken) in MessageType::ALL.iter().copied().zip(lengths(algorithm)) {
            for given in &given_lengths {
                let bytes = vec![0; *given];
                let expected = match taken {
                    None => Error::IncompatibleMessageType {
                        message_type,
                        algorithm,
                    },
                    Some(expected) if expected != 0 && expected != *given => Error::MessageLength {
                        message_type,
                        algorithm,
                        given: *given,
                        expected,
                    },
                    Some(_) => Error::InvalidSignature,
                };
                for signature in [&signature[..], &[]] {
                    let verdict = signer.key.verify(Message::new(message_type, &bytes), signature);
                    let what = format!("{}: {message_type} of {given} bytes", signer.name);
                    assert_eq!(verdict.as_ref(), Err(&expected), "{what}");
                }
            }
        }
    }
}

/// A message passed as its digest: hashing zero times, once and twice yields three different results.
#[test]
fn message_for_its_digest() {
    for signer in signers() {
        let algorithm = signer.key.algorithm();
        let [_, Some(length), _] = lengths(algorithm) else {
            continue;
        };
        // A message that could be a digest.
        let message = vec![7; length];
        let signature = signer.sign(&message);
        signer.accepts(&message, &signature, "as RAW");
        let verdict = signer.key.verify(Message::Digest(&message), &signature);
        assert_eq!(verdict, Err(Error::InvalidSignature), "{}: as DIGEST", signer.name);
        let digest = match length {
            32 => Hash::Sha256.digest(&message),
            48 => Hash::Sha384.digest(&message),
            _ => Hash::Sha512.digest(&message),
        };
        if algorithm != A::Ed25519PhSha512 {
            let verdict = signer.key.verify(Message::Raw(&digest), &signature);
            assert_eq!(verdict, Err(Error::InvalidSignature), "{}: hashed twice", signer.name);
        }
    }
}
