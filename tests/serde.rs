//! The feature `serde`.

#![cfg(feature = "default")]

use kms_verify::{Fingerprint, KeyId, KeySpec, MessageType, PublicKey, SigningAlgorithm};
use kms_verify_testing::vectors::kms_vectors;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Checks that a value is this string in JSON, in both directions.
#[track_caller]
fn assert_text<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, text: &str) {
    let json = serde_json::to_string(text).unwrap();
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
}

#[test]
fn names_are_those_of_kms() {
    for value in SigningAlgorithm::ALL {
        assert_text(value, value.as_str());
    }
    for value in KeySpec::ALL {
        assert_text(value, value.as_str());
    }
    for value in MessageType::ALL {
        assert_text(value, value.as_str());
    }
    let error = serde_json::from_str::<SigningAlgorithm>("\"RS256\"")
        .unwrap_err()
        .to_string();
    let expected = "RS256".parse::<SigningAlgorithm>().unwrap_err().to_string();
    assert!(error.starts_with(&expected), "{error}");
    assert!(serde_json::from_str::<KeySpec>("0").is_err());
}

#[test]
fn keys_are_pem_and_rejected_as_by_from_pem() {
    for vector in kms_vectors() {
        let key = vector.public_key();
        assert_text(&key, &key.to_pem());
        assert_text(&key.fingerprint(), &key.fingerprint().to_string());
    }
    let error = serde_json::from_str::<PublicKey>("\"\"").unwrap_err().to_string();
    let expected = PublicKey::from_pem("").unwrap_err().to_string();
    assert!(error.starts_with(&expected), "{error}");
}

#[test]
fn fingerprints_are_64_lower_case_digits() {
    let digits = "0123456789abcdef".repeat(4);
    let fingerprint: Fingerprint = serde_json::from_str(&format!("\"{digits}\"")).unwrap();
    assert_eq!(fingerprint.to_string(), digits);
    for wrong in [
        &digits[1..],
        &format!("{digits}0"),
        &digits.to_uppercase(),
        &digits.replace('f', "g"),
        &digits.replace('0', "+"),
        "",
    ] {
        assert!(
            serde_json::from_str::<Fingerprint>(&format!("\"{wrong}\"")).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn key_ids_are_their_text() {
    let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assert_text(&arn.parse::<KeyId>().unwrap(), arn);
    assert!(serde_json::from_str::<KeyId>("\"no key\"").is_err());
}
