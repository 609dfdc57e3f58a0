//! JSON Web Signature.

#![cfg(all(feature = "default", feature = "jws"))]

mod attacks;
mod detached;
mod jwk;
mod options;
mod standards;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kms_verify::jws::{self, Error, KeySet, Options, Verified};
use kms_verify::{KeySpec, SigningAlgorithm};
use kms_verify_testing::forge::{Signer, signers};
use kms_verify_testing::{der, padded};

const PAYLOAD: &[u8] = br#"{"sub":"1234"}"#;

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The signer of this algorithm with a key of this spec. For RSA, a key of 2048 bits.
fn signer(algorithm: SigningAlgorithm, key_spec: KeySpec) -> &'static Signer {
    let found = signers()
        .iter()
        .find(|signer| signer.key.algorithm() == algorithm && signer.key.public_key().key_spec() == key_spec);
    found.unwrap()
}

fn p256() -> &'static Signer {
    signer(SigningAlgorithm::EcdsaSha256, KeySpec::EccNistP256)
}

/// The signers whose algorithms have a name in JOSE, with that name.
fn jose_signers() -> impl Iterator<Item = (&'static str, &'static Signer)> {
    signers().iter().filter_map(|signer| {
        let name = signer.key.algorithm().jose_name(signer.key.public_key().key_spec())?;
        Some((name, signer))
    })
}

/// A signature as JWS has it.
fn signature(signer: &Signer, signing_input: &[u8]) -> Vec<u8> {
    let signature = signer.sign(signing_input);
    if !signer.is_der() {
        return signature;
    }
    let length = match signer.key.public_key().key_spec() {
        KeySpec::EccNistP384 => 48,
        KeySpec::EccNistP521 => 66,
        _ => 32,
    };
    let [r, s] = der::numbers_of_pair(&signature).unwrap();
    [padded(&r, length), padded(&s, length)].concat()
}

/// A token of parts that are encoded already, genuinely signed.
fn signed(signer: &Signer, header: &str, payload: &str) -> String {
    let signing_input = format!("{header}.{payload}");
    let signature = signature(signer, signing_input.as_bytes());
    format!("{signing_input}.{}", b64(signature))
}

/// A genuine token.
fn token(signer: &Signer, header: &str, payload: &[u8]) -> String {
    signed(signer, &b64(header), &b64(payload))
}

/// A genuine token with a detached payload, over the payload as it is given.
fn detached(signer: &Signer, header: &str, signed_payload: &[u8]) -> String {
    let header = b64(header);
    let signing_input = [header.as_bytes(), b".", signed_payload].concat();
    format!("{header}..{}", b64(signature(signer, &signing_input)))
}

fn verify(signer: &Signer, token: &str) -> Result<Verified, Error> {
    jws::verify(&signer.key, token)
}

/// That a token by the P-256 key with this header is rejected by this rule, although the signature is genuine.
#[track_caller]
fn rejects_header(header: impl AsRef<[u8]>, error: Error) {
    let header = header.as_ref();
    let token = signed(p256(), &b64(header), &b64(PAYLOAD));
    assert_eq!(
        verify(p256(), &token),
        Err(error),
        "{}",
        String::from_utf8_lossy(header)
    );
}

#[test]
fn every_algorithm_with_a_name_in_jose_verifies() {
    let mut keys = KeySet::new();
    let mut count = 0;
    for (name, signer) in jose_signers() {
        keys.insert(name, signer.key.clone()).unwrap();
        count += 1;
    }
    assert_eq!(count, 6 + 4 + 1 + 3);
    for (name, signer) in jose_signers() {
        let header = format!(r#"{{"alg":"{name}","kid":"{name}","typ":"JWT","cty":"text"}}"#);
        let token = token(signer, &header, PAYLOAD);
        let verified = keys.verify(&token).unwrap();
        assert_eq!(verified.payload(), PAYLOAD);
        assert_eq!(verified.kid(), Some(name));
        assert_eq!(verified.header().as_json(), header);
        assert_eq!(verified.header().alg(), name);
        assert_eq!(verified.header().typ(), Some("JWT"));
        assert_eq!(verified.header().cty(), Some("text"));
        assert_eq!(verify(signer, &token).as_ref(), Ok(&verified));
        assert_eq!(verified.into_payload(), PAYLOAD);

        // Each changed character is noticed: no two texts are the same token.
        for at in (0..token.len()).step_by(token.len().div_ceil(200)) {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(keys.verify(&changed).is_err(), "{name} {at}");
        }
    }
}

#[test]
fn an_ed25519_key_accepts_both_of_its_names() {
    let signer = signer(SigningAlgorithm::Ed25519Sha512, KeySpec::EccNistEdwards25519);
    for name in ["Ed25519", "EdDSA"] {
        let token = token(signer, &format!(r#"{{"alg":"{name}"}}"#), PAYLOAD);
        assert_eq!(verify(signer, &token).unwrap().header().alg(), name);
    }
}

#[test]
fn an_empty_payload_is_a_payload() {
    let token = token(p256(), r#"{"alg":"ES256"}"#, b"");
    assert_eq!(verify(p256(), &token).unwrap().payload(), b"");
}

#[test]
fn a_token_names_a_key_of_the_set() {
    let mut keys = KeySet::new();
    keys.insert("a", p256().key.clone()).unwrap();
    let named = |kid: &str| token(p256(), &format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), PAYLOAD);
    assert!(keys.verify(&named("a")).is_ok());
    assert_eq!(keys.verify(&named("b")), Err(Error::UnknownKeyId));
    assert_eq!(keys.verify(&named("A")), Err(Error::UnknownKeyId));
    let nameless = token(p256(), r#"{"alg":"ES256"}"#, PAYLOAD);
    assert_eq!(keys.verify(&nameless), Err(Error::MissingKeyId));
    // A key by itself has no name.
    assert!(verify(p256(), &nameless).is_ok());
    assert!(verify(p256(), &named("b")).is_ok());
    assert_eq!(keys.remove("a").as_ref(), Some(&p256().key));
    assert_eq!(keys.verify(&named("a")), Err(Error::UnknownKeyId));
}

/// Every rule has a name and a sentence of its own, without text of the token.
#[test]
fn errors_name_the_rule() {
    for (index, error) in Error::ALL.iter().enumerate() {
        assert!(!error.as_str().is_empty() && !error.to_string().is_empty());
        for other in &Error::ALL[..index] {
            assert_ne!(error.as_str(), other.as_str());
            assert_ne!(error.to_string(), other.to_string());
        }
    }
}
