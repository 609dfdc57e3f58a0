//! The work of a diagnosis: bounded by the CPU time of its thread, which other programs hardly change.

#![cfg(target_os = "linux")]

use std::fs;

use kms_verify::{Diagnosis, KeySpec, Message, MessageType, PublicKey, diagnose, diagnose_public_key};
use kms_verify_testing::vectors::kms_vectors;

use crate::case::Case;

/// The CPU time of this thread, in seconds.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Texts and bytes of this length that are read in many ways, or in none.
fn extremes(length: usize) -> Vec<(String, Vec<u8>)> {
    let repeat = |unit: &str| {
        let mut bytes = unit.repeat(length / unit.len() + 1).into_bytes();
        bytes.truncate(length);
        bytes
    };
    let between = |start: &str, unit: &str, end: &str| {
        let mut bytes = start.as_bytes().to_vec();
        bytes.extend(repeat(unit));
        // The end is a whole unit.
        bytes.truncate(bytes.len() - (bytes.len() - start.len()) % unit.len());
        [bytes, end.into()].concat()
    };
    let units = [
        "\n",
        "\r\n",
        "7",
        "=",
        "\\",
        "\\n",
        "\\x41",
        "[",
        "{\"a\":",
        "b'",
        "\"",
        "\0",
        "\n\0",
        "a\0",
        "AbC+",
        "0a",
        "0x41, ",
        "41:",
        "12, ",
        "%41",
        ".",
        " ",
        "z",
        "Bearer ",
        "\u{f6}\u{20ac}\n",
        "The quick brown fox\n",
    ];
    let mut inputs: Vec<(String, Vec<u8>)> = units.map(|unit| (format!("{unit:?}"), repeat(unit))).into();
    let open = "[".repeat(60);
    let close = format!("1{}", "]".repeat(60));
    for (name, start, unit, end) in [
        ("deep JSON", open.as_str(), "1,", close.as_str()),
        ("JSON string", "\"", "ab\\n", "\""),
        ("JSON object", "{\"a\": [", "{\"k\": \"\u{f6}<\"},\n", "1]}\n"),
        ("bytes of Python", "b'", "x", "'"),
        ("Buffer of Node", "<Buffer ", "41 ", ">"),
        ("numbers in brackets", "[", "12,", "1]"),
        ("hexadecimal after 0x", "0x", "0a", ""),
        ("JWT", "eyJhbGciOiJFUzI1NiJ9.", "AAAA", ".AAAA"),
        ("byte order mark", "\u{feff}", "a\r\n", ""),
        ("envelope", "{\"payloadType\":\"a\",\"payload\":\"", "AAAA", "\"}"),
        (
            "PEM",
            "-----BEGIN CERTIFICATE-----\n",
            "AAAAAAAAAAAAAAA\n",
            "-----END CERTIFICATE-----\n",
        ),
    ] {
        inputs.push((name.into(), between(start, unit, end)));
    }
    inputs
}

/// Without optimization, all of it takes minutes, and a part has to do.
#[cfg(debug_assertions)]
mod lengths {
    pub const LENGTHS: &[usize] = &[8 * 1024];
    pub const SIGNATURES: &[(usize, f64)] = &[(3000, 0.05)];
}

#[cfg(not(debug_assertions))]
mod lengths {
    pub const LENGTHS: &[usize] = &[1024 * 1024 - 256, 256 * 1024 - 256, 64 * 1024];
    pub const SIGNATURES: &[(usize, f64)] = &[(3000, 0.05), (64 * 1024 - 256, 0.5)];
}

use lengths::{LENGTHS, SIGNATURES};

/// The slowest of some diagnoses, which must take less than this many seconds in an optimized build with the arithmetic of this
/// library.
fn assert_bounded(what: &str, seconds: f64, diagnoses: impl IntoIterator<Item = (String, Box<dyn Fn() -> Diagnosis>)>) {
    let mut slowest = (0.0, String::new());
    for (name, diagnose) in diagnoses {
        let before = cpu();
        let diagnosis = diagnose();
        let took = cpu() - before;
        assert!(diagnosis.outcome().is_err());
        if took > slowest.0 {
            slowest = (took, name);
        }
    }
    println!("{what}: at most {:.3} s, for {}", slowest.0, slowest.1);
    let factor = if cfg!(debug_assertions) {
        // The code outside the hash functions takes about ten times as long.
        12.0
    } else if cfg!(kms_verify_backend = "portable") {
        // So do the verifications, of which there may be hundreds.
        4.0
    } else {
        1.0
    };
    assert!(slowest.0 < seconds * factor, "{what}: {slowest:?}");
}

/// A signature of each kind of key, over another message.
fn cases(key_specs: &[KeySpec]) -> Vec<Case> {
    let mut vectors = kms_vectors();
    vectors.retain(|vector| key_specs.contains(&vector.key_spec));
    vectors.sort_by_key(|vector| vector.key_spec);
    vectors.dedup_by_key(|vector| vector.key_spec);
    vectors.iter().map(Case::of).collect()
}

/// The fastest hash function, the slowest, and two hash functions.
const KEY_SPECS: &[KeySpec] = &[KeySpec::EccNistP256, KeySpec::MlDsa87, KeySpec::EccNistEdwards25519];

type Named = (String, Box<dyn Fn() -> Diagnosis>);

fn of_messages(length: usize) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for case in cases(KEY_SPECS) {
        for (name, message) in extremes(length) {
            let case = case.clone().with_message(MessageType::Raw, message);
            let name = format!("{name} with {}", case.key.key_spec());
            all.push((
                name,
                Box::new(move || diagnose(&case.key, case.algorithm, Message::Raw(&case.message), &case.signature)),
            ));
        }
    }
    all
}

#[test]
fn a_long_message_takes_little_time() {
    for length in LENGTHS {
        assert_bounded(&format!("messages of {length} bytes"), 1.0, of_messages(*length));
    }
}

#[test]
fn a_short_message_takes_less() {
    assert_bounded("messages of 3000 bytes", 0.05, of_messages(3000));
}

#[test]
fn long_signatures_and_keys_take_little_time() {
    for (length, seconds) in SIGNATURES {
        let mut all: Vec<Named> = Vec::new();
        for case in cases(&[KeySpec::Rsa2048, KeySpec::EccNistP256, KeySpec::EccNistEdwards25519]) {
            for (name, signature) in extremes(*length) {
                let case = case.clone().with_signature(signature);
                all.push((
                    format!("{name} with {}", case.key.key_spec()),
                    Box::new(move || diagnose(&case.key, case.algorithm, case.message(), &case.signature)),
                ));
            }
        }
        for (name, key) in extremes(*length) {
            assert!(PublicKey::from_der_or_pem(&key).is_err());
            all.push((format!("{name} as a key"), Box::new(move || diagnose_public_key(&key))));
        }
        assert_bounded(&format!("signatures and keys of {length} bytes"), *seconds, all);
    }
}
