//! The examples of the standards, with the outcome that they have: see tests/vectors/README.md.

use kms_verify::jws::{Jwk, Thumbprint};
use serde_json::Value;

use super::*;

#[test]
fn the_examples_of_the_standards() {
    let text = std::fs::read_to_string("tests/vectors/standards/jose.json").unwrap();
    let examples: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut valid, mut invalid, mut thumbprints) = (0, 0, 0);
    for example in &examples {
        let source = example["source"].as_str().unwrap();
        let jwk = Jwk::from_json(example["jwk"].to_string().as_bytes()).unwrap();
        if let Some(thumbprint) = example["thumbprint"].as_str() {
            assert_eq!(
                Thumbprint::of(jwk.public_key()).unwrap().to_string(),
                thumbprint,
                "{source}"
            );
            thumbprints += 1;
        }
        let Some(token) = example["token"].as_str() else {
            continue;
        };
        let key = match example["alg"].as_str() {
            Some(alg) => {
                let algorithm = SigningAlgorithm::from_jose_name(alg, jwk.public_key().key_spec()).unwrap();
                jwk.public_key().verifying_key(algorithm).unwrap()
            }
            None => jwk.verifying_key().unwrap(),
        };
        match (example["expected"].as_str().unwrap(), jws::verify(&key, token)) {
            ("valid", Ok(verified)) => {
                assert_eq!(
                    b64(verified.payload()),
                    example["payload"].as_str().unwrap(),
                    "{source}"
                );
                // With the key in a set, if it has a name.
                if let Some(kid) = verified.kid() {
                    let mut keys = KeySet::new();
                    keys.insert(kid, key).unwrap();
                    assert_eq!(keys.verify(token), Ok(verified.clone()), "{source}");
                }
                valid += 1;
            }
            (expected, Err(error)) => {
                assert_eq!(error.as_str(), expected, "{source}");
                invalid += 1;
            }
            (expected, Ok(_)) => panic!("{source}: accepted, expected {expected}"),
        }
    }
    assert_eq!((valid, invalid, thumbprints), (10, 6, 5));
}

/// RFC 7797 section 4.2, which is with HS256.
#[test]
fn the_unencoded_example_of_rfc_7797() {
    let token = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
    let verdict = jws::verify_detached(&p256().key, token, b"$.02");
    assert_eq!(verdict, Err(Error::Algorithm));
}
