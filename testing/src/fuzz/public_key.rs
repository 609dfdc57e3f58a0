//! Arbitrary bytes as a public key: if they parse, they are the only encoding of the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{Error, KeySpec, PublicKey, SigningAlgorithm};

use crate::spki;

pub fn run(bytes: &[u8]) {
    let der = PublicKey::from_der(bytes);
    let either = PublicKey::from_der_or_pem(bytes);
    for result in [&der, &either] {
        check_words(result);
    }
    match core::str::from_utf8(bytes) {
        Ok(text) => {
            let pem = PublicKey::from_pem(text);
            check_words(&pem);
            if let Ok(key) = &pem {
                check_key(key, &between_the_lines(text));
            }
            assert_eq!(
                either,
                if bytes.starts_with(b"-----BEGIN") {
                    pem
                } else {
                    der.clone()
                }
            );
        }
        Err(_) if bytes.starts_with(b"-----BEGIN") => assert!(either.is_err()),
        Err(_) => assert_eq!(either, der),
    }
    if let Ok(key) = &der {
        check_key(key, bytes);
    }
    // Most inputs are not PEM, so encode them.
    for line_end in ["\n", "\r\n"] {
        let pem = PublicKey::from_pem(&armour(bytes, line_end));
        check_words(&pem);
        match (&der, &pem) {
            (Ok(der), Ok(pem)) => assert_eq!(der, pem),
            (Err(_), Err(_)) => {}
            _ => panic!("DER gives {der:?}, and its PEM {pem:?}"),
        }
    }
}

/// Checks that the text of an error is printable and bounded.
fn check_words(result: &Result<PublicKey, Error>) {
    if let Err(error) = result {
        let words = error.to_string();
        assert!(words.chars().count() < 2000, "{words}");
        assert!(!words.contains(char::is_control), "{words:?}");
        assert!(!format!("{error:?}").is_empty());
        assert!(
            matches!(error, Error::PublicKey(_)),
            "{error:?} is not an error of a public key"
        );
    }
}

fn check_key(key: &PublicKey, der: &[u8]) {
    assert_eq!(key.to_der(), der);
    assert_eq!(spki::encode_again(key.key_spec(), der), der);
    check_numbers(key.key_spec(), der);
    assert_eq!(PublicKey::from_der(&key.to_der()).as_ref(), Ok(key));
    assert_eq!(key.to_pem(), armour(der, "\n"));
    assert_eq!(PublicKey::from_pem(&key.to_pem()).as_ref(), Ok(key));
    for &algorithm in SigningAlgorithm::ALL {
        assert_eq!(
            key.verifying_key(algorithm).is_ok(),
            key.signing_algorithms().contains(&algorithm)
        );
    }
}

/// Checks that KMS can have the numbers of an RSA key: an odd modulus of full length, and an odd exponent from 65537 up
/// to 2^33.
fn check_numbers(key_spec: KeySpec, der: &[u8]) {
    if let KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 = key_spec {
        let n = spki::modulus(key_spec, der);
        assert!(n[0] >= 0x80 && n[n.len() - 1] & 1 == 1);
        let e = spki::exponent(key_spec, der);
        let value = e.iter().fold(0, |value, digit| value << 8 | u64::from(*digit));
        assert!(e.len() <= 5 && value & 1 == 1 && (65537..1 << 33).contains(&value));
    }
}

fn armour(der: &[u8], line_end: &str) -> String {
    let base64 = STANDARD.encode(der);
    let mut text = String::from("-----BEGIN PUBLIC KEY-----");
    for line in base64.as_bytes().chunks(64) {
        text.push_str(line_end);
        text.extend(line.iter().map(|byte| char::from(*byte)));
    }
    text + line_end + "-----END PUBLIC KEY-----" + line_end
}

/// The decoded base64 of accepted PEM text.
fn between_the_lines(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(base64).unwrap()
}
