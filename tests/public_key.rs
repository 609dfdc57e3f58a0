//! Public keys: what is rejected, with which messages; what is accepted, and that parsing changes nothing.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::hint::black_box;
use std::mem::discriminant;
use std::time::{Duration, Instant};

use kms_verify::{Error, KeyError, KeyFormat, KeySpec, PublicKey};
use kms_verify_testing::der::element;
use kms_verify_testing::vectors::{Vector, kms_vector, kms_vectors, path};
use kms_verify_testing::{hex, spki};
use num_bigint::BigUint;

const BEGIN_LINE: &str = "-----BEGIN PUBLIC KEY-----\n";
const END_LINE: &str = "-----END PUBLIC KEY-----\n";

/// The longest accepted input.
const MAX_INPUT: usize = 64 * 1024;

/// One entry of `tests/vectors/keys/keys.json`.
struct Rejected {
    name: String,
    input: Vec<u8>,
    error: String,
}

fn corpus() -> Vec<Rejected> {
    let json = fs::read(path("keys/keys.json")).unwrap();
    let entries: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    let read = |entry: &serde_json::Value| Rejected {
        name: entry["name"].as_str().unwrap().to_owned(),
        input: match entry["text"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => hex(entry["input"].as_str().unwrap()),
        },
        error: entry["error"].as_str().unwrap().to_owned(),
    };
    entries.iter().map(read).collect()
}

/// One key of each key spec, and two of P-256: keys of KMS if there is one, and otherwise the base point of the SM2
/// curve (GB/T 32918.5).
fn keys() -> Vec<Vec<u8>> {
    let mut keys: Vec<_> = kms_vectors().into_iter().map(|vector| vector.der).collect();
    keys.push(spki::encode(
        KeySpec::Sm2,
        &hex(concat!(
            "04",
            "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
            "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
        )),
    ));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), KeySpec::ALL.len() + 1);
    keys
}

/// The real P-256 key with the shortest PEM text, four lines.
fn p256_vector() -> Vector {
    kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1")
}

fn rejection(input: &[u8]) -> KeyError {
    match PublicKey::from_der_or_pem(input) {
        Err(Error::PublicKey(error)) => error,
        other => panic!("{other:?} of {input:x?}"),
    }
}

/// An odd modulus of this many bits.
fn modulus(bits: usize) -> BigUint {
    let mut n = vec![0x5a; bits / 8];
    n[0] = 0x80;
    n[bits / 8 - 1] = 1;
    BigUint::from_bytes_be(&n)
}

fn rsa(bits: usize, e: u64) -> Vec<u8> {
    spki::rsa(&modulus(bits), &e.into())
}

#[test]
fn every_key_of_the_corpus_is_rejected_with_its_message() {
    let corpus = corpus();
    let mut wrong = String::new();
    for Rejected { name, input, error } in &corpus {
        let rejected = rejection(input);
        if rejected.to_string() != *error {
            wrong += &format!("{name}\n  expected: {error}\n  found:    {rejected}\n");
        }
        // A text has the same meaning in every constructor. (DER begins with this character, so it can be text too.)
        if let Ok(text) = str::from_utf8(input)
            && !text.starts_with('0')
        {
            assert_eq!(PublicKey::from_pem(text), Err(Error::PublicKey(rejected)), "{name}");
        }
    }
    println!("{} keys are rejected", corpus.len());
    assert_eq!(wrong, "");
    assert!(corpus.len() >= 150);
    let names: BTreeSet<_> = corpus.iter().map(|rejected| &rejected.name).collect();
    assert_eq!(names.len(), corpus.len());
}

/// The corpus has every possible error, except those of inputs that are too long.
#[test]
fn the_corpus_has_every_error_and_every_format() {
    let mut kinds = BTreeSet::new();
    let mut formats = BTreeSet::new();
    let (mut pem, mut encoding, mut not_from_kms) = (HashSet::new(), HashSet::new(), HashSet::new());
    for Rejected { input, .. } in corpus() {
        kinds.insert(match rejection(&input) {
            KeyError::OtherFormat { found } => {
                assert!(!found.remedy().is_empty());
                formats.insert(found.to_string());
                "OtherFormat"
            }
            KeyError::Pem { problem } => {
                pem.insert(discriminant(&problem));
                "Pem"
            }
            KeyError::Encoding { problem } => {
                encoding.insert(discriminant(&problem));
                "Encoding"
            }
            KeyError::NotFromKms { reason } => {
                not_from_kms.insert(discriminant(&reason));
                "NotFromKms"
            }
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(kinds, BTreeSet::from(["Encoding", "NotFromKms", "OtherFormat", "Pem"]));
    // There are 13 reasons. Sm2MinusGenerator is tested in tests/threats. OutOfRange never occurs: everything that the
    // arithmetic rejects is rejected earlier.
    assert_eq!((pem.len(), encoding.len(), not_from_kms.len()), (6, 21, 11));
    // Labels come from the input, so there are many.
    formats.retain(|format| !format.starts_with("a PEM block labelled \""));
    let expected = [
        "JSON",
        "PEM text with something before its BEGIN line",
        "PEM where DER was expected",
        "a bare RSA public key (PKCS#1)",
        "a certificate signing request (PKCS#10)",
        "a private key",
        "a raw key without the SubjectPublicKeyInfo around it",
        "a signature",
        "an OpenSSH public key",
        "an X.509 certificate",
        "base64 text without PEM lines",
        "empty",
        "hexadecimal text",
        "something else",
        "text in UTF-16",
    ];
    assert_eq!(formats.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn pem_is_not_mistaken_for_der() {
    let vector = p256_vector();
    let error = PublicKey::from_der(vector.pem.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is PEM where DER was expected; \
         parse it with from_pem or from_der_or_pem"
    );
}

/// A key whose DER is text as well: every byte is ASCII.
#[test]
fn der_is_not_mistaken_for_pem() {
    let der = spki::encode(KeySpec::EccNistEdwards25519, &[b'x'; 32]);
    let error = PublicKey::from_pem(str::from_utf8(&der).unwrap()).unwrap_err();
    let expected = KeyError::OtherFormat { found: KeyFormat::Der };
    assert_eq!(error, Error::PublicKey(expected));
    assert_eq!(
        error.to_string(),
        "the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is DER where PEM was expected; parse it \
         with from_der or from_der_or_pem"
    );
}

#[test]
fn every_prefix_of_a_key_is_rejected() {
    for der in keys() {
        let key = PublicKey::from_der_or_pem(&der).unwrap();
        for length in 0..der.len() {
            rejection(&der[..length]);
        }
        let pem = key.to_pem();
        let without_line_end = pem.len() - 1;
        for length in 0..without_line_end {
            rejection(&pem.as_bytes()[..length]);
        }
        assert_eq!(PublicKey::from_pem(&pem[..without_line_end]), Ok(key));
    }
}

/// If any byte is changed, the input is rejected, or it is a different key with exactly these bytes: no byte is
/// ignored.
#[test]
fn every_byte_of_a_key_counts() {
    for der in keys() {
        let key = PublicKey::from_der(&der).unwrap();
        let mut others = 0;
        let mut changed = der.clone();
        for (i, original) in der.iter().copied().enumerate() {
            let values: Vec<u8> = match der.len() {
                0..130 => (0..=0xff).collect(),
                130..700 => vec![0, 0x7f, 0xff, original ^ 1, original ^ 0x80],
                _ => vec![original ^ 1, !original],
            };
            for value in values.into_iter().filter(|value| *value != original) {
                changed[i] = value;
                if let Ok(other) = PublicKey::from_der_or_pem(&changed) {
                    assert_eq!(other.to_der(), changed);
                    assert_ne!(other, key);
                    assert_ne!(other.fingerprint(), key.fingerprint());
                    others += 1;
                }
            }
            changed[i] = original;
        }
        // Every change of an ML-DSA or RSA key yields a different key, and so do half of the changes of an Ed25519 key.
        // No change of a point does: no other point of its curve differs in a single byte.
        let expected = match key.key_spec() {
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => 1000..10_000,
            KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => 2600..5200,
            KeySpec::EccNistEdwards25519 => 3800..4400,
            _ => 0..1,
        };
        assert!(expected.contains(&others), "{key:?}: {others} others");
    }
}

/// The numbers of a key, encoded again by code outside the library, yield the same bytes.
#[test]
fn every_accepted_key_has_one_encoding() {
    for der in keys() {
        let key = PublicKey::from_der(&der).unwrap();
        assert_eq!(spki::encode_again(key.key_spec(), &der), der, "{key:?}");
        assert_eq!(key.to_der(), der, "{key:?}");
    }
}

#[test]
fn keys_at_the_edges_of_what_is_accepted() {
    // The base point of Edwards25519 (RFC 8032 section 5.1), and its negative.
    let mut base_point = [0x66; 32];
    base_point[0] = 0x58;
    let mut minus_base_point = base_point;
    minus_base_point[31] |= 0x80;
    for (key_spec, der) in [
        (KeySpec::Rsa2048, rsa(2048, 65537)),
        (KeySpec::Rsa3072, rsa(3072, 65537)),
        (KeySpec::Rsa4096, rsa(4096, 65537)),
        (KeySpec::Rsa2048, rsa(2048, 65539)),
        (KeySpec::Rsa2048, rsa(2048, (1 << 32) + 1)),
        (KeySpec::Rsa4096, rsa(4096, (1 << 33) - 1)),
        (
            KeySpec::Rsa2048,
            spki::rsa(&BigUint::from_bytes_be(&[0xff; 256]), &65537_u32.into()),
        ),
        (
            KeySpec::EccNistEdwards25519,
            spki::encode(KeySpec::EccNistEdwards25519, &base_point),
        ),
        (
            KeySpec::EccNistEdwards25519,
            spki::encode(KeySpec::EccNistEdwards25519, &minus_base_point),
        ),
        (KeySpec::MlDsa44, spki::encode(KeySpec::MlDsa44, &[0; 1312])),
        (KeySpec::MlDsa65, spki::encode(KeySpec::MlDsa65, &[0xff; 1952])),
        (KeySpec::MlDsa87, spki::encode(KeySpec::MlDsa87, &[0x30; 2592])),
    ] {
        let key = PublicKey::from_der(&der).unwrap();
        assert_eq!(key.key_spec(), key_spec);
        assert_eq!(key.to_der(), der);
        assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key));
    }
    for e in [65535, (1 << 33) + 1] {
        rejection(&rsa(2048, e));
    }
}

#[test]
fn pem_that_is_accepted() {
    for der in keys() {
        let key = PublicKey::from_der(&der).unwrap();
        let pem = key.to_pem();
        let base64 = pem
            .strip_prefix(BEGIN_LINE)
            .and_then(|rest| rest.strip_suffix(END_LINE))
            .unwrap();
        let lines = |width: usize| -> String {
            let text = base64.replace('\n', "").into_bytes();
            text.chunks(width)
                .map(|line| str::from_utf8(line).unwrap().to_owned() + "\n")
                .collect()
        };
        assert_eq!(base64, lines(64));
        for accepted in [
            pem.clone(),
            pem.replace('\n', "\r\n"),
            pem.trim_end().to_owned(),
            pem.replace('\n', "\r\n").trim_end().to_owned(),
            format!("{pem}\n\n"),
            format!("{pem}\r\n\r\n"),
            format!("{BEGIN_LINE}{}{END_LINE}", lines(usize::MAX)),
            format!("{BEGIN_LINE}{}{END_LINE}", lines(76)),
            format!("{BEGIN_LINE}{}{END_LINE}", lines(1)),
        ] {
            for parsed in [
                PublicKey::from_pem(&accepted),
                PublicKey::from_der_or_pem(accepted.as_bytes()),
                accepted.parse(),
            ] {
                let parsed = parsed.unwrap_or_else(|error| panic!("{error} of {accepted:?}"));
                assert_eq!(parsed, key);
                assert_eq!(parsed.to_der(), der);
                assert_eq!(parsed.to_pem(), pem);
            }
        }
    }
}

#[test]
fn long_inputs_are_rejected_before_parsing() {
    let vector = p256_vector();
    let fill = "\n".repeat(MAX_INPUT - vector.pem.len());
    let longest = vector.pem.clone() + &fill;
    assert_eq!(longest.len(), MAX_INPUT);
    assert_eq!(PublicKey::from_pem(&longest), Ok(vector.public_key()));

    let too_long = longest + "\n";
    let error = PublicKey::from_pem(&too_long).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the public key is too long: expected at most 65536 bytes, got 65537; a KMS public key has at most 2614 bytes"
    );
    let given = too_long.len();
    let expected = Error::PublicKey(KeyError::TooLong { given, max: MAX_INPUT });
    assert_eq!(error, expected);
    assert_eq!(PublicKey::from_der_or_pem(too_long.as_bytes()), Err(expected.clone()));
    assert_eq!(PublicKey::from_der(&vec![0; MAX_INPUT + 1]), Err(expected));
}

/// No input takes long, whatever lengths and numbers it claims.
#[test]
fn large_inputs_are_rejected_quickly() {
    let megabyte = rsa(8 << 20, 65537);
    assert!(matches!(rejection(&megabyte), KeyError::TooLong { given, .. } if given == megabyte.len()));

    let bits = 8 * 65_000;
    let longest = rsa(bits, 65537);
    assert_eq!(
        rejection(&longest).to_string(),
        format!(
            "this is not the public key of a KMS signing key: expected an RSA modulus of 2048, 3072 or 4096 bits, got \
             {bits}"
        )
    );
    // An exponent of the same length, with an accepted modulus.
    let exponent = spki::rsa(&modulus(2048), &modulus(bits));
    // Nested SEQUENCEs, and adjacent empty ones.
    let deep = (0..16_000).fold(vec![], |inner, _| element(0x30, &inner));
    let wide = element(0x30, &[0x30, 0].repeat(32_000));
    // An extremely long object identifier.
    let oid = element(
        0x30,
        &[element(0x30, &element(0x06, &[0x81; 60_000])), vec![3, 1, 0]].concat(),
    );
    let dashes = "-----BEGI".repeat(7_000).into_bytes();
    let label = format!("-----BEGIN {}-----", "A".repeat(60_000)).into_bytes();
    let lines = (BEGIN_LINE.to_owned() + &"A\n".repeat(30_000)).into_bytes();
    for input in [megabyte, longest, exponent, deep, wide, oid, dashes, label, lines] {
        assert!(rejection(&input).to_string().len() < 400);
        let duration = (0..5)
            .map(|_| {
                let start = Instant::now();
                black_box(PublicKey::from_der_or_pem(black_box(&input))).unwrap_err();
                start.elapsed()
            })
            .min()
            .unwrap();
        assert!(
            duration < Duration::from_millis(50),
            "{duration:?} for {:x?}...",
            &input[..20]
        );
    }
}

#[test]
fn keys_are_values() {
    let ders = keys();
    let parse = |der: &Vec<u8>| PublicKey::from_der(der).unwrap();
    let keys: HashSet<_> = ders.iter().map(parse).collect();
    assert_eq!(keys.len(), ders.len());
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let hashes: BTreeSet<u64> = keys.iter().map(|key| hasher.hash_one(key)).collect();
    assert_eq!(hashes.len(), keys.len());
    for der in &ders {
        let key = parse(der);
        assert_eq!(keys.get(&key), Some(&key.clone()));
        assert_eq!(keys.iter().filter(|other| **other == key).count(), 1);
    }

    let vector = p256_vector();
    let key = vector.public_key();
    assert_eq!(
        format!("{key:?}"),
        "PublicKey { key_spec: EccNistP256, fingerprint: \
         23278f2dfeb3138519f2dd5a183ebb9357c94f5b2e56ec4bf25d216abea345be }"
    );
    assert_eq!(vector.pem.parse(), Ok(key));
    assert_eq!("".parse::<PublicKey>(), PublicKey::from_der(b""));

    fn is_shared_between_threads<T: Send + Sync + Unpin + 'static>() {}
    is_shared_between_threads::<PublicKey>();
}
