//! Tokens of every algorithm that jsonwebtoken and KMS share, and what must be rejected.

use std::sync::Once;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kms_verify::{KeySpec, PublicKey, SigningAlgorithm};
use kms_verify_integration_jsonwebtoken::{Key, PROVIDER, decode};
use kms_verify_testing::forge::{Hash, RSA_NAMES, curve, ed25519, rsa};
use kms_verify_testing::{der, padded};
use serde_json::{Value, json};

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| PROVIDER.install_default().unwrap());
}

fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn token(header: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let input = format!(
        "{}.{}",
        part(header),
        part(json!({"sub": "x", "exp": 4_000_000_000_u64}).to_string())
    );
    format!("{input}.{}", part(sign(input.as_bytes())))
}

fn curve_key(key_spec: KeySpec) -> curve::Key {
    curve::Key::new(curve::curve(key_spec), "jsonwebtoken")
}

fn sign_p1363(key: &curve::Key, input: &[u8]) -> Vec<u8> {
    let (r, s) = key.sign(&key.digest(input));
    let length = if key.curve.key_spec == KeySpec::EccNistP256 {
        32
    } else {
        48
    };
    [padded(&r, length), padded(&s, length)].concat()
}

fn decoded(token: &str, key: &Key) -> Result<Value, ErrorKind> {
    install();
    decode(token, key, &Validation::new(key.algorithm()))
        .map(|token| token.claims)
        .map_err(|error| error.into_kind())
}

#[track_caller]
fn assert_works(key: &Key, name: &str, sign: impl Fn(&[u8]) -> Vec<u8>) {
    assert_eq!(format!("{:?}", key.algorithm()), name);
    let token = token(&format!(r#"{{"alg":"{name}"}}"#), sign);
    assert_eq!(decoded(&token, key).unwrap()["sub"], "x");
    // Through jsonwebtoken's own function too.
    let validation = Validation::new(key.algorithm());
    jsonwebtoken::decode::<Value>(&token, key.decoding_key(), &validation).unwrap();
    let mut other = token.clone().into_bytes();
    let payload = token.find('.').unwrap() + 12;
    other[payload] = if other[payload] == b'a' { b'b' } else { b'a' };
    assert!(decoded(std::str::from_utf8(&other).unwrap(), key).is_err());
    let (input, _) = token.rsplit_once('.').unwrap();
    for signature in ["", "AA", &part([0; 64])] {
        assert_eq!(
            decoded(&format!("{input}.{signature}"), key),
            Err(ErrorKind::InvalidSignature)
        );
    }
}

#[test]
fn every_shared_algorithm_works() {
    install();
    let rsa = rsa::key(2048);
    for (hash, pkcs1, pss) in RSA_NAMES {
        let bits = hash.length() * 8;
        let digest = |input: &[u8]| hash.digest(input);
        assert_works(
            &Key::new(rsa.verifying_key(pkcs1)).unwrap(),
            &format!("RS{bits}"),
            |input| rsa.sign(&rsa::pkcs1(hash, &digest(input), rsa.length())),
        );
        assert_works(
            &Key::new(rsa.verifying_key(pss)).unwrap(),
            &format!("PS{bits}"),
            |input| rsa.sign(&rsa::Pss::of(hash).encode(&digest(input), rsa.length())),
        );
    }
    for (key_spec, name) in [(KeySpec::EccNistP256, "ES256"), (KeySpec::EccNistP384, "ES384")] {
        let key = curve_key(key_spec);
        assert_works(&Key::new(key.verifying_key()).unwrap(), name, |input| {
            sign_p1363(&key, input)
        });
    }
    let key = ed25519::Key::new("jsonwebtoken");
    let verifying_key = key.verifying_key(SigningAlgorithm::Ed25519Sha512);
    assert_works(&Key::new(verifying_key).unwrap(), "EdDSA", |input| key.sign(b"", input));
}

#[test]
fn algorithms_that_jsonwebtoken_does_not_have_are_errors() {
    for key in [
        curve_key(KeySpec::EccNistP521).verifying_key(),
        curve_key(KeySpec::EccSecgP256k1).verifying_key(),
        ed25519::Key::new("ph").verifying_key(SigningAlgorithm::Ed25519PhSha512),
    ] {
        assert!(matches!(
            Key::new(key).err().unwrap().into_kind(),
            ErrorKind::UnsupportedAlgorithm
        ));
    }
}

#[test]
fn headers_with_extensions_are_rejected() {
    let key = curve_key(KeySpec::EccNistP256);
    let known = Key::new(key.verifying_key()).unwrap();
    let sign = |input: &[u8]| sign_p1363(&key, input);
    let plain = r#"{"alg":"ES256"}"#;
    assert!(decoded(&token(plain, sign), &known).is_ok());
    for extension in [
        r#""crit":["exp"],"exp":1"#,
        r#""crit":["unknown"]"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""crit":["b64"],"b64":false"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""\u0063rit":["x"]"#,
    ] {
        let token = token(&format!(r#"{{"alg":"ES256",{extension}}}"#), sign);
        assert_eq!(decoded(&token, &known), Err(ErrorKind::InvalidToken), "{extension}");
    }
    // Why: jsonwebtoken accepts such a token.
    let critical = token(r#"{"alg":"ES256","crit":["unknown"]}"#, sign);
    let validation = Validation::new(Algorithm::ES256);
    assert!(jsonwebtoken::decode::<Value>(&critical, known.decoding_key(), &validation).is_ok());
}

#[test]
fn the_algorithm_is_that_of_the_key() {
    let rsa = rsa::key(2048);
    let key = Key::new(rsa.verifying_key(SigningAlgorithm::RsassaPssSha256)).unwrap();
    let hash = Hash::Sha256;
    let pkcs1 = token(r#"{"alg":"RS256"}"#, |input| {
        rsa.sign(&rsa::pkcs1(hash, &hash.digest(input), rsa.length()))
    });
    install();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.algorithms.push(Algorithm::PS256);
    assert_eq!(
        decode::<Value>(&pkcs1, &key, &validation).unwrap_err().into_kind(),
        ErrorKind::InvalidAlgorithm
    );
    let of_peer = jsonwebtoken::decode::<Value>(&pkcs1, key.decoding_key(), &validation);
    assert_eq!(of_peer.unwrap_err().into_kind(), ErrorKind::InvalidAlgorithm);
    for alg in ["none", "HS256", "ES256"] {
        let token = token(&format!(r#"{{"alg":"{alg}"}}"#), |_| vec![0; 64]);
        assert!(decoded(&token, &key).is_err(), "{alg}");
    }
}

#[test]
fn signatures_in_der_are_rejected() {
    let key = curve_key(KeySpec::EccNistP256);
    let known = Key::new(key.verifying_key()).unwrap();
    let token = token(r#"{"alg":"ES256"}"#, |input| {
        let (r, s) = key.sign(&key.digest(input));
        der::integer_pair(&r, &s)
    });
    assert_eq!(decoded(&token, &known), Err(ErrorKind::InvalidSignature));
}

#[test]
fn keys_that_were_not_made_here_are_rejected() {
    install();
    let key = curve_key(KeySpec::EccNistP256);
    let token = token(r#"{"alg":"ES256"}"#, |input| sign_p1363(&key, input));
    let validation = Validation::new(Algorithm::ES256);
    for other in [
        DecodingKey::from_ec_der(&key.spki()),
        DecodingKey::from_secret(&key.spki()),
    ] {
        let error = jsonwebtoken::decode::<Value>(&token, &other, &validation).unwrap_err();
        assert_eq!(error.into_kind(), ErrorKind::InvalidKeyFormat);
    }
    // A key is known as long as it exists, and its tables are computed once.
    let unique = curve::Key::new(curve::curve(KeySpec::EccNistP256), "forgotten");
    let known = Key::new(unique.verifying_key()).unwrap();
    let again = Key::new(unique.verifying_key()).unwrap();
    assert!(std::ptr::eq(known.verifying_key(), again.verifying_key()));
    let decoding_key = known.decoding_key().clone();
    drop((known, again));
    let error = jsonwebtoken::decode::<Value>(&token, &decoding_key, &validation).unwrap_err();
    assert_eq!(error.into_kind(), ErrorKind::InvalidKeyFormat);
}

/// Tokens that PyJWT has signed: see `make-tokens`.
#[test]
fn tokens_of_pyjwt_verify() {
    install();
    let cases: Vec<Value> = serde_json::from_str(include_str!("tokens.json")).unwrap();
    assert_eq!(cases.len(), 9);
    for case in &cases {
        let text = |name: &str| case[name].as_str().unwrap();
        let der = STANDARD.decode(text("public_key")).unwrap();
        let public_key = PublicKey::from_der(&der).unwrap();
        let algorithm: SigningAlgorithm = text("algorithm").parse().unwrap();
        let key = Key::new(public_key.verifying_key(algorithm).unwrap()).unwrap();
        let mut validation = Validation::new(key.algorithm());
        validation.set_audience(&["orders"]);
        let claims = decode::<Value>(text("token"), &key, &validation).unwrap().claims;
        assert_eq!(claims["sub"], format!("{:?}", key.algorithm()));
        validation.set_audience(&["others"]);
        let error = decode::<Value>(text("token"), &key, &validation).unwrap_err();
        assert_eq!(error.into_kind(), ErrorKind::InvalidAudience);
    }
}
