//! JSON Web Keys and sets of them.

use kms_verify::jws::{Jwk, JwkError, Thumbprint};
use kms_verify::{KeySpec as K, PublicKey, SigningAlgorithm as A};
use kms_verify_testing::forge::one_of_each;
use serde_json::{Value, json};

use super::*;

/// A key of each spec that JWK can represent, as its members.
fn jwks() -> Vec<(PublicKey, Value)> {
    let keys = one_of_each().into_iter().filter(|(key_spec, _)| *key_spec != K::Sm2);
    keys.map(|(_, der)| {
        let key = PublicKey::from_der(&der).unwrap();
        let named = |algorithm: &&A| algorithm.jose_name(key.key_spec()).is_some();
        let algorithm = key.signing_algorithms().iter().find(named).unwrap();
        let jwk = Jwk::new(&key.verifying_key(*algorithm).unwrap(), Some("a")).unwrap();
        assert_eq!(jwk.algorithm(), Some(*algorithm));
        (key, serde_json::from_str(&jwk.to_json()).unwrap())
    })
    .collect()
}

fn parse(jwk: &Value) -> Result<Jwk, JwkError> {
    Jwk::from_json(jwk.to_string().as_bytes())
}

fn with(jwk: &Value, member: &str, value: Value) -> Value {
    let mut jwk = jwk.clone();
    jwk[member] = value;
    jwk
}

fn without(jwk: &Value, member: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(member).unwrap();
    jwk
}

#[test]
fn keys_of_all_types_come_back() {
    let jwks = jwks();
    assert_eq!(jwks.len(), 11);
    for (key, value) in &jwks {
        assert_eq!(value["use"], "sig");
        assert_eq!(value["kid"], "a");
        let jwk = parse(value).unwrap();
        assert_eq!(jwk.public_key(), key);
        assert_eq!(jwk.kid(), Some("a"));
        assert_eq!(jwk.to_json(), value.to_string());
        let thumbprint = Thumbprint::of(key).unwrap();
        assert_eq!(thumbprint.to_string(), b64(thumbprint.as_bytes()));
        let is_rsa = value["kty"] == "RSA";
        let is_akp = value["kty"] == "AKP";
        // Without `alg`: only one algorithm is possible, except for RSA. An AKP key has no type without it.
        match parse(&without(value, "alg")) {
            Ok(jwk) if is_rsa => {
                assert_eq!(jwk.algorithm(), None);
                assert_eq!(jwk.verifying_key(), Err(JwkError::MissingMember { member: "alg" }));
            }
            Ok(pinned) => assert_eq!(pinned.algorithm(), jwk.algorithm()),
            Err(error) => {
                assert!(is_akp);
                assert_eq!(error, JwkError::MissingMember { member: "alg" });
            }
        }
    }
    let sm2 = one_of_each()
        .into_iter()
        .find(|(key_spec, _)| *key_spec == K::Sm2)
        .unwrap()
        .1;
    let sm2 = PublicKey::from_der(&sm2).unwrap();
    assert_eq!(Thumbprint::of(&sm2), Err(JwkError::NoKeyType { key_spec: K::Sm2 }));
}

#[test]
fn members_are_strict() {
    for (key, jwk) in jwks() {
        let key_spec = key.key_spec();
        let rejects = |jwk: &Value, error: JwkError| assert_eq!(parse(jwk), Err(error), "{jwk}");
        let values: &[&str] = match jwk["kty"].as_str().unwrap() {
            "RSA" => &["n", "e"],
            "EC" => &["x", "y"],
            "OKP" => &["x"],
            _ => &["pub"],
        };
        for &member in values {
            let text = jwk[member].as_str().unwrap().to_owned();
            let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
            rejects(&without(&jwk, member), JwkError::MissingMember { member });
            rejects(
                &with(&jwk, member, json!(1)),
                JwkError::MemberType {
                    member,
                    expected: "a string",
                },
            );
            for bad in [
                format!("{text}="),
                format!("{text}\n"),
                format!(" {text}"),
                format!("{text}+"),
            ] {
                rejects(&with(&jwk, member, json!(bad)), JwkError::Base64 { member });
            }
            // A leading zero, and a byte less.
            for changed in [[&[0], &bytes[..]].concat(), bytes[1..].to_vec(), Vec::new()] {
                let error = parse(&with(&jwk, member, json!(b64(&changed)))).unwrap_err();
                let is_expected = match jwk["kty"].as_str().unwrap() {
                    "RSA" => matches!(error, JwkError::LeadingZero { .. } | JwkError::Key(_)),
                    "EC" => matches!(error, JwkError::Length { .. }),
                    _ => matches!(error, JwkError::Key(_)),
                };
                assert!(is_expected, "{error}");
            }
        }
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
            rejects(&with(&jwk, member, json!("AQ")), JwkError::PrivateMember { member });
            rejects(&with(&jwk, member, Value::Null), JwkError::PrivateMember { member });
        }
        assert!(parse(&without(&jwk, "use")).is_ok());
        rejects(
            &with(&jwk, "use", json!("enc")),
            JwkError::NotForVerification { member: "use" },
        );
        assert!(parse(&with(&jwk, "key_ops", json!(["verify"]))).is_ok());
        for operations in [
            json!([]),
            json!(["sign"]),
            json!(["verify", "verify"]),
            json!(["verify", "encrypt"]),
            json!([1]),
        ] {
            let jwk = with(&jwk, "key_ops", operations);
            rejects(&jwk, JwkError::NotForVerification { member: "key_ops" });
        }
        rejects(
            &with(&jwk, "key_ops", json!("verify")),
            JwkError::MemberType {
                member: "key_ops",
                expected: "a list",
            },
        );
        for alg in ["none", "HS256", "ES512K", "RSA-OAEP", "", "SM2DSA"] {
            let error = parse(&with(&jwk, "alg", json!(alg))).unwrap_err();
            let expected = if jwk["kty"] == "AKP" {
                JwkError::UnknownAlgorithm { alg: alg.into() }
            } else {
                JwkError::Algorithm {
                    alg: alg.into(),
                    key_spec,
                }
            };
            assert_eq!(error, expected);
        }
        for kty in ["", "oct", "ec", "okp", "DSA"] {
            rejects(
                &with(&jwk, "kty", json!(kty)),
                JwkError::UnknownKeyType { kty: kty.into() },
            );
        }
        rejects(&without(&jwk, "kty"), JwkError::MissingMember { member: "kty" });
        rejects(
            &with(&jwk, "kid", json!(1)),
            JwkError::MemberType {
                member: "kid",
                expected: "a string",
            },
        );
        if jwk.get("crv").is_some() {
            for crv in ["", "P-256K", "p-256", "Ed448", "X25519", "secp256r1", "sm2p256v1"] {
                rejects(
                    &with(&jwk, "crv", json!(crv)),
                    JwkError::UnknownCurve { crv: crv.into() },
                );
            }
        }
        // Unknown members and certificates are ignored.
        assert!(parse(&with(&jwk, "x5c", json!(["MIIB"]))).is_ok());
        assert!(parse(&with(&jwk, "ext", json!(true))).is_ok());
    }
}

#[test]
fn a_coordinate_of_another_point_is_rejected() {
    for (_, jwk) in jwks().iter().filter(|(_, jwk)| jwk["kty"] == "EC") {
        let swapped = with(&with(jwk, "x", jwk["y"].clone()), "y", jwk["x"].clone());
        assert!(matches!(parse(&swapped), Err(JwkError::Key(_))));
        // As long as both together.
        let bytes = |member: &str| URL_SAFE_NO_PAD.decode(jwk[member].as_str().unwrap()).unwrap();
        let (x, y) = (bytes("x"), bytes("y"));
        let shifted = with(
            &with(jwk, "x", json!(b64([&x[..], &y[..1]].concat()))),
            "y",
            json!(b64(&y[1..])),
        );
        assert!(matches!(parse(&shifted), Err(JwkError::Length { member: "x", .. })));
    }
}

#[test]
fn text_that_is_not_one_object_is_rejected() {
    for (json, error) in [
        ("", JwkError::Json),
        ("[]", JwkError::Json),
        ("{}x", JwkError::Json),
        ("\u{feff}{}", JwkError::Json),
        ("{}", JwkError::MissingMember { member: "kty" }),
    ] {
        assert_eq!(Jwk::from_json(json.as_bytes()), Err(error));
    }
    let duplicate = br#"{"kty":"EC","\u006bty":"EC"}"#;
    assert_eq!(
        Jwk::from_json(duplicate),
        Err(JwkError::DuplicateMember { member: "kty".into() })
    );
    let long = format!("{{{}}}", " ".repeat(64 << 10));
    assert!(matches!(Jwk::from_json(long.as_bytes()), Err(JwkError::TooLong { .. })));
}

#[test]
fn a_set_is_read_whole_or_not_at_all() {
    let keys: Vec<_> = jwks()
        .into_iter()
        .enumerate()
        .map(|(index, (_, jwk))| with(&jwk, "kid", json!(index.to_string())))
        .collect();
    let read = |keys: &[Value]| KeySet::from_jwks(json!({"keys": keys, "other": {}}).to_string().as_bytes());
    let set = read(&keys).unwrap();
    assert_eq!(set.len(), keys.len());
    assert_eq!(KeySet::from_jwks(set.to_jwks().as_bytes()).as_ref(), Ok(&set));
    assert_eq!(set.clone().precomputed(), set);
    assert!(read(&[]).unwrap().is_empty());

    let last = keys.len();
    let rejects = |key: Value, expected: JwkError| {
        let keys = [&keys[..], &[key]].concat();
        assert_eq!(
            read(&keys),
            Err(JwkError::InSet {
                index: last,
                error: expected.into()
            })
        );
    };
    rejects(keys[0].clone(), JwkError::DuplicateKeyId { kid: "0".into() });
    rejects(without(&keys[0], "kid"), JwkError::MissingMember { member: "kid" });
    let of_rsa = keys.iter().find(|key| key["kty"] == "RSA").unwrap();
    let nameless = without(&with(of_rsa, "kid", json!("rsa")), "alg");
    rejects(nameless, JwkError::MissingMember { member: "alg" });
    rejects(
        json!({"kty": "oct", "k": "AQ"}),
        JwkError::PrivateMember { member: "k" },
    );
    rejects(json!({"kty": "DSA"}), JwkError::UnknownKeyType { kty: "DSA".into() });
    rejects(json!([]), JwkError::Json);

    for (json, error) in [
        ("{}", JwkError::MissingMember { member: "keys" }),
        (
            r#"{"keys":{}}"#,
            JwkError::MemberType {
                member: "keys",
                expected: "a list",
            },
        ),
        ("[]", JwkError::Json),
        (
            r#"{"keys":[],"keys":[]}"#,
            JwkError::DuplicateMember { member: "keys".into() },
        ),
        (
            r#"{"keys":[{"kty":"EC","kty":"EC"}]}"#,
            JwkError::DuplicateMember { member: "kty".into() },
        ),
    ] {
        assert_eq!(KeySet::from_jwks(json.as_bytes()), Err(error), "{json}");
    }
}

/// A set of 100,000 keys is rejected by its length, before it is read.
#[test]
fn a_huge_set_is_rejected() {
    let key = jwks()
        .into_iter()
        .find(|(key, _)| key.key_spec() == K::EccNistP256)
        .unwrap()
        .1;
    let keys: Vec<_> = (0..100_000)
        .map(|i| with(&key, "kid", json!(i.to_string())).to_string())
        .collect();
    let json = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    let given = json.len();
    assert_eq!(
        KeySet::from_jwks(json.as_bytes()),
        Err(JwkError::TooLong { given, max: 1 << 20 })
    );
}
