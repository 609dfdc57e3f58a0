//! The rules that do not depend on signatures: names, compatible combinations, lengths, and every error message.

#![cfg(feature = "default")]

use std::error::Error as _;
use std::io;

use KeySpec as K;
use SigningAlgorithm as A;
use kms_verify::{
    Error, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, StreamVerifier, VerifyingKey,
    verify_kms_signature,
};
use kms_verify_testing::vectors::{kms_vector, kms_vectors};

/// The compatible combinations, written independently from the documentation of KMS.
fn kms_takes(key_spec: KeySpec, algorithm: SigningAlgorithm, message_type: MessageType) -> bool {
    let message_types: &[MessageType] = match (key_spec, algorithm) {
        (
            K::Rsa2048 | K::Rsa3072 | K::Rsa4096,
            A::RsassaPssSha256
            | A::RsassaPssSha384
            | A::RsassaPssSha512
            | A::RsassaPkcs1V15Sha256
            | A::RsassaPkcs1V15Sha384
            | A::RsassaPkcs1V15Sha512,
        )
        | (K::EccNistP256 | K::EccSecgP256k1, A::EcdsaSha256)
        | (K::EccNistP384, A::EcdsaSha384)
        | (K::EccNistP521, A::EcdsaSha512)
        | (K::Sm2, A::Sm2Dsa) => &[MessageType::Raw, MessageType::Digest],
        (K::EccNistEdwards25519, A::Ed25519Sha512) => &[MessageType::Raw],
        (K::EccNistEdwards25519, A::Ed25519PhSha512) => &[MessageType::Digest],
        (K::MlDsa44 | K::MlDsa65 | K::MlDsa87, A::MlDsaShake256) => &[MessageType::Raw, MessageType::ExternalMu],
        _ => &[],
    };
    message_types.contains(&message_type)
}

/// A key of each key spec: a key of KMS if there is one, otherwise the base point of the SM2 curve (GB/T 32918.5).
fn keys() -> Vec<PublicKey> {
    let mut keys: Vec<PublicKey> = Vec::new();
    for vector in kms_vectors() {
        if keys.iter().all(|key| key.key_spec() != vector.key_spec) {
            keys.push(vector.public_key());
        }
    }
    keys.push(
        PublicKey::from_pem(
            "-----BEGIN PUBLIC KEY-----\n\
             MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEMsSuLB8ZgRlfmQRGajnJlI/jC7/y\n\
             ZgvhcVpFiTNMdMe8Nzai9PZ3nFm9zuNraSFT0KmHfMYqR0AC3zLlITnwoA==\n\
             -----END PUBLIC KEY-----\n",
        )
        .unwrap(),
    );
    keys
}

#[test]
fn the_matrix_of_13_algorithms_12_key_specs_and_3_message_types() {
    let keys = keys();
    let mut specs: Vec<_> = keys.iter().map(PublicKey::key_spec).collect();
    specs.sort();
    assert_eq!(specs, KeySpec::ALL);

    let mut legal = 0;
    for key in &keys {
        for &algorithm in SigningAlgorithm::ALL {
            for &message_type in MessageType::ALL {
                let bytes = [0; 64];
                let length = algorithm.message_length(message_type).ok().flatten().unwrap_or(64);
                let message = Message::new(message_type, &bytes[..length]);
                let verdict = key.verify(algorithm, message, b"no signature");
                let bound = key
                    .verifying_key(algorithm)
                    .and_then(|key| key.verify(message, b"no signature"));
                assert_eq!(verdict, bound);
                assert_eq!(
                    verdict,
                    verify_kms_signature(&key.to_der(), algorithm, message, b"no signature")
                );
                let taken = kms_takes(key.key_spec(), algorithm, message_type);
                let of_spec = key.signing_algorithms().contains(&algorithm);
                let wanted = match (taken, of_spec) {
                    (true, _) => Error::InvalidSignature,
                    (false, true) => Error::IncompatibleMessageType {
                        message_type,
                        algorithm,
                    },
                    (false, false) => Error::IncompatibleAlgorithm {
                        algorithm,
                        key_spec: key.key_spec(),
                    },
                };
                assert_eq!(verdict, Err(wanted), "{key:?} {algorithm} {message_type}");
                legal += usize::from(taken);
            }
        }
    }
    // 3 x 6 x 2 of RSA, 4 x 2 of ECDSA, 2 of Ed25519, 3 x 2 of ML-DSA, 2 of SM2.
    assert_eq!(legal, 54);
}

#[test]
fn digests_and_mu_must_have_the_exact_length() {
    for key in keys() {
        for algorithm in key.signing_algorithms() {
            for &message_type in algorithm.message_types() {
                for given in [0, 1, 20, 31, 32, 33, 47, 48, 49, 63, 64, 65, 4096, 5000] {
                    let bytes = vec![0; given];
                    let verdict = key.verify(*algorithm, Message::new(message_type, &bytes), &[]);
                    let wanted = match algorithm.message_length(message_type).unwrap() {
                        Some(expected) if expected != given => Error::MessageLength {
                            message_type,
                            algorithm: *algorithm,
                            given,
                            expected,
                        },
                        _ => Error::InvalidSignature,
                    };
                    assert_eq!(verdict, Err(wanted));
                }
            }
        }
    }
}

#[test]
fn names_are_those_of_kms() {
    let algorithms: Vec<_> = SigningAlgorithm::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(
        algorithms.join(" "),
        "RSASSA_PSS_SHA_256 RSASSA_PSS_SHA_384 RSASSA_PSS_SHA_512 RSASSA_PKCS1_V1_5_SHA_256 \
         RSASSA_PKCS1_V1_5_SHA_384 RSASSA_PKCS1_V1_5_SHA_512 ECDSA_SHA_256 ECDSA_SHA_384 ECDSA_SHA_512 SM2DSA \
         ML_DSA_SHAKE_256 ED25519_SHA_512 ED25519_PH_SHA_512"
    );
    let specs: Vec<_> = KeySpec::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(
        specs.join(" "),
        "RSA_2048 RSA_3072 RSA_4096 ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1 \
         ECC_NIST_EDWARDS25519 ML_DSA_44 ML_DSA_65 ML_DSA_87 SM2"
    );
    for &algorithm in SigningAlgorithm::ALL {
        assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        assert_eq!(format!("{algorithm:>30}").len(), 30);
    }
    for &spec in KeySpec::ALL {
        assert_eq!(spec.as_ref().parse(), Ok(spec));
    }
    for &message_type in MessageType::ALL {
        assert_eq!(message_type.as_str().parse(), Ok(message_type));
    }
    for wrong in [
        "",
        "ecdsa_sha_256",
        " ECDSA_SHA_256",
        "ECDSA_SHA_256\n",
        "ECDSA-SHA-256",
        "ES256",
    ] {
        assert!(wrong.parse::<SigningAlgorithm>().is_err(), "{wrong:?}");
    }
}

#[track_caller]
fn assert_says(error: impl Into<Error>, words: &str) {
    assert_eq!(error.into().to_string(), words);
}

#[test]
fn every_error_states_input_expectation_and_remedy() {
    assert_says(Error::InvalidSignature, "signature verification failed");
    assert_says(
        "ES256".parse::<SigningAlgorithm>().unwrap_err(),
        "\"ES256\" is not a KMS signing algorithm; in KMS, it is called ECDSA_SHA_256; the names are \
         RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, \
         RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, \
         ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, SM2DSA, ML_DSA_SHAKE_256, ED25519_SHA_512, ED25519_PH_SHA_512",
    );
    assert_says(
        "HMAC_256".parse::<KeySpec>().unwrap_err(),
        "\"HMAC_256\" is not the key spec of a KMS signing key; the names are RSA_2048, RSA_3072, RSA_4096, \
         ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, ML_DSA_44, ML_DSA_65, \
         ML_DSA_87, SM2",
    );
    assert_says(
        "raw\u{1b}".parse::<MessageType>().unwrap_err(),
        "\"raw\\u{1b}\" is not a KMS message type; in KMS, it is called RAW; the names are RAW, DIGEST, EXTERNAL_MU",
    );
    assert_says(
        Error::IncompatibleAlgorithm {
            algorithm: A::RsassaPssSha256,
            key_spec: K::EccNistP256,
        },
        "algorithm RSASSA_PSS_SHA_256 is incompatible with key spec ECC_NIST_P256, which supports ECDSA_SHA_256; use the \
         algorithm and the key that the signer used",
    );
    assert_says(
        Error::IncompatibleMessageType {
            message_type: MessageType::ExternalMu,
            algorithm: A::RsassaPssSha256,
        },
        "message type EXTERNAL_MU is incompatible with algorithm RSASSA_PSS_SHA_256, which supports RAW and DIGEST; pass \
         the message itself, or its digest",
    );
    assert_says(
        Error::IncompatibleMessageType {
            message_type: MessageType::Digest,
            algorithm: A::MlDsaShake256,
        },
        "message type DIGEST is incompatible with algorithm ML_DSA_SHAKE_256, which supports RAW and EXTERNAL_MU; pass \
         the message itself, or its mu",
    );
    assert_says(
        Error::IncompatibleMessageType {
            message_type: MessageType::Digest,
            algorithm: A::Ed25519Sha512,
        },
        "message type DIGEST is incompatible with algorithm ED25519_SHA_512, which supports RAW; pass the message itself",
    );
    assert_says(
        Error::IncompatibleMessageType {
            message_type: MessageType::Raw,
            algorithm: A::Ed25519PhSha512,
        },
        "message type RAW is incompatible with algorithm ED25519_PH_SHA_512, which supports DIGEST; pass the SHA-512 \
         digest of the message",
    );
    assert_says(
        Error::MessageLength {
            message_type: MessageType::Digest,
            algorithm: A::EcdsaSha384,
            given: 96,
            expected: 48,
        },
        "wrong length of DIGEST for algorithm ECDSA_SHA_384: expected 48 bytes, got 96; pass the digest as bytes (not as \
         hex or base64), or the message itself as RAW",
    );
    assert_says(
        Error::MessageLength {
            message_type: MessageType::ExternalMu,
            algorithm: A::MlDsaShake256,
            given: 32,
            expected: 64,
        },
        "wrong length of EXTERNAL_MU for algorithm ML_DSA_SHAKE_256: expected 64 bytes, got 32; pass the mu as bytes (not \
         as hex or base64), or the message itself as RAW",
    );
    assert_says(
        Error::MessageLength {
            message_type: MessageType::Digest,
            algorithm: A::Ed25519PhSha512,
            given: 5,
            expected: 64,
        },
        "wrong length of DIGEST for algorithm ED25519_PH_SHA_512: expected 64 bytes, got 5; pass the digest as bytes (not \
         as hex or base64), or the message itself as a stream",
    );
    assert_says(
        Error::SignatureOfOtherAlgorithm {
            given: A::EcdsaSha256,
            expected: A::EcdsaSha384,
        },
        "expected a signature of algorithm ECDSA_SHA_384, got one of ECDSA_SHA_256; use the key that made it",
    );
    assert_says(
        Error::NoP1363Encoding {
            algorithm: A::RsassaPssSha256,
        },
        "RSASSA_PSS_SHA_256 signatures have no r || s encoding, unlike ECDSA and SM2 signatures; use Signature::from_kms",
    );
    assert_says(
        Error::DistinguishingIdLength { given: 8192 },
        "the SM2 distinguishing ID is too long: expected at most 8191 bytes, got 8192",
    );
    assert_says(
        Error::FeatureDisabled {
            key_spec: K::MlDsa44,
            feature: "ml-dsa",
        },
        "this build cannot verify with ML_DSA_44 keys; build kms-verify with its cargo feature \"ml-dsa\"",
    );
}

/// The names of JOSE, written independently from RFC 7518, 8812, 9864 and 9964.
#[test]
fn every_pair_of_algorithm_and_key_spec_has_its_name_in_jose() {
    let mut named = 0;
    for &key_spec in KeySpec::ALL {
        for &algorithm in SigningAlgorithm::ALL {
            let expected = match (key_spec, algorithm) {
                (K::Rsa2048 | K::Rsa3072 | K::Rsa4096, algorithm) => match algorithm {
                    A::RsassaPssSha256 => Some("PS256"),
                    A::RsassaPssSha384 => Some("PS384"),
                    A::RsassaPssSha512 => Some("PS512"),
                    A::RsassaPkcs1V15Sha256 => Some("RS256"),
                    A::RsassaPkcs1V15Sha384 => Some("RS384"),
                    A::RsassaPkcs1V15Sha512 => Some("RS512"),
                    _ => None,
                },
                (K::EccNistP256, A::EcdsaSha256) => Some("ES256"),
                (K::EccNistP384, A::EcdsaSha384) => Some("ES384"),
                (K::EccNistP521, A::EcdsaSha512) => Some("ES512"),
                (K::EccSecgP256k1, A::EcdsaSha256) => Some("ES256K"),
                (K::EccNistEdwards25519, A::Ed25519Sha512) => Some("Ed25519"),
                (K::MlDsa44, A::MlDsaShake256) => Some("ML-DSA-44"),
                (K::MlDsa65, A::MlDsaShake256) => Some("ML-DSA-65"),
                (K::MlDsa87, A::MlDsaShake256) => Some("ML-DSA-87"),
                _ => None,
            };
            let name = algorithm.jose_name(key_spec);
            assert_eq!(name, expected, "{algorithm} {key_spec}");
            named += usize::from(name.is_some());
            if let Some(name) = name {
                assert_eq!(SigningAlgorithm::from_jose_name(name, key_spec), Some(algorithm));
            }
        }
        let deprecated = SigningAlgorithm::from_jose_name("EdDSA", key_spec);
        assert_eq!(
            deprecated,
            (key_spec == K::EccNistEdwards25519).then_some(A::Ed25519Sha512)
        );
        for unknown in [
            "",
            "none",
            "HS256",
            "es256",
            "ES256 ",
            "ES256K1",
            "Ed25519ph",
            "SM2",
            "ML_DSA_44",
        ] {
            assert_eq!(SigningAlgorithm::from_jose_name(unknown, key_spec), None);
        }
    }
    assert_eq!(named, 3 * 6 + 4 + 1 + 3);
}

/// An error repeats an unknown name, so the name is truncated, and its control characters are escaped.
#[test]
fn a_long_unknown_name_is_truncated() {
    let err = "x".repeat(1 << 20).parse::<SigningAlgorithm>().unwrap_err();
    assert!(err.to_string().len() < 500);
}

#[test]
fn helpers_reject_keys_of_other_kinds() {
    for key in keys() {
        let mu = key.external_mu(b"");
        let digest = key.sm2_digest(b"1234567812345678", b"");
        match key.key_spec() {
            K::MlDsa44 | K::MlDsa65 | K::MlDsa87 => assert!(mu.is_ok()),
            key_spec => assert_eq!(
                mu,
                Err(Error::IncompatibleAlgorithm {
                    algorithm: A::MlDsaShake256,
                    key_spec
                })
            ),
        }
        match key.key_spec() {
            K::Sm2 => assert!(digest.is_ok()),
            key_spec => assert_eq!(
                digest,
                Err(Error::IncompatibleAlgorithm {
                    algorithm: A::Sm2Dsa,
                    key_spec
                })
            ),
        }
    }
}

#[test]
fn a_read_error_is_never_a_verdict() {
    struct Fails;
    impl io::Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the disk is away"))
        }
    }
    let vector = kms_vector("eksa-bundle-minimal");
    let err = vector
        .verifying_key()
        .verify_reader(Fails, &vector.signature)
        .unwrap_err();
    // A chain of sources displays it once, and the I/O error itself is accessible.
    assert_says(err.clone(), "the message could not be read");
    let source = err.source().and_then(|source| source.downcast_ref::<io::Error>());
    assert_eq!(source.map(ToString::to_string).as_deref(), Some("the disk is away"));
    let Error::Read(read) = &err else { panic!("{err:?}") };
    assert_eq!(read.kind(), io::ErrorKind::TimedOut);
    assert_eq!(read.io_error().to_string(), "the disk is away");
    assert!(!err.is_rejection());
}

#[test]
fn types_are_small_and_can_be_shared() {
    fn shared<T: Send + Sync + 'static>() {}
    fn cloned<T: Clone + std::fmt::Debug + Eq>() {}
    shared::<PublicKey>();
    shared::<VerifyingKey>();
    shared::<StreamVerifier>();
    shared::<Error>();
    cloned::<PublicKey>();
    cloned::<VerifyingKey>();
    cloned::<Error>();
    assert!(size_of::<Error>() <= 48, "{}", size_of::<Error>());
    assert!(size_of::<PublicKey>() <= 320, "{}", size_of::<PublicKey>());
    assert!(size_of::<VerifyingKey>() <= 328, "{}", size_of::<VerifyingKey>());
    assert!(size_of::<StreamVerifier>() <= 720, "{}", size_of::<StreamVerifier>());
}
