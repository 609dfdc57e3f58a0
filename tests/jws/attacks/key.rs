//! The key and the algorithm: both are the verifier's, whatever a token names.

use kms_verify::jws::{JwkError, Keys};
use kms_verify::{KeySpec as K, SigningAlgorithm as A};
use kms_verify_testing::forge::ed25519;
use sha2::{Digest as _, Sha256};

use super::*;

/// RFC 8725 section 2.1 and CVE-2020-28042.
#[test]
fn none_in_any_case_and_the_empty_signature() {
    for alg in ["none", "None", "noNE", "NONE", ""] {
        rejects_header(format!(r#"{{"alg":"{alg}"}}"#), Error::Algorithm);
        let header = b64(format!(r#"{{"alg":"{alg}"}}"#));
        let unsigned = format!("{header}.{}.", b64(PAYLOAD));
        for (_, signer) in jose_signers() {
            assert_eq!(verify(signer, &unsigned), Err(Error::Algorithm));
        }
    }
    for (name, signer) in jose_signers() {
        let header = b64(format!(r#"{{"alg":"{name}"}}"#));
        let empty = format!("{header}.{}.", b64(PAYLOAD));
        assert_eq!(verify(signer, &empty), Err(Error::Signature), "{name}");
    }
    // No `alg` at all.
    rejects_header("{}", Error::Algorithm);
    rejects_header(r#"{"ALG":"ES256"}"#, Error::Algorithm);
}

/// CVE-2015-9235 and CVE-2016-10555: the public key, which the attacker has, as the key of an HMAC.
#[test]
fn hs256_with_the_public_key_as_secret() {
    for (_, signer) in jose_signers() {
        for secret in [
            signer.key.public_key().to_der(),
            signer.key.public_key().to_pem().into_bytes(),
        ] {
            let signing_input = format!("{}.{}", b64(r#"{"alg":"HS256"}"#), b64(PAYLOAD));
            let mac = hmac_sha256(&secret, signing_input.as_bytes());
            let token = format!("{signing_input}.{}", b64(mac));
            assert_eq!(verify(signer, &token), Err(Error::Algorithm));
        }
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    let outer = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner);
    outer.finalize().to_vec()
}

/// One key, one algorithm: an RSA key supports six, and a token cannot choose among them.
#[test]
fn another_algorithm_of_the_same_key() {
    for (name, signer) in jose_signers() {
        for (other_name, other) in jose_signers() {
            let header = format!(r#"{{"alg":"{other_name}"}}"#);
            let token = token(other, &header, PAYLOAD);
            let verdict = verify(signer, &token).map(|_| ());
            let expected = if name == other_name {
                Ok(())
            } else {
                Err(Error::Algorithm)
            };
            assert_eq!(verdict, expected, "{name} {other_name}");
        }
    }
    // Nor may it call its algorithm by another name.
    for alg in ["es256", "ES256 ", "ES256K", "ES384", "EcdsaSha256", "ECDSA_SHA_256"] {
        rejects_header(format!(r#"{{"alg":"{alg}"}}"#), Error::Algorithm);
    }
}

/// CVE-2018-0114: a key that the token brings. RFC 8725 section 3.10: addresses in the token are not followed.
#[test]
fn a_key_in_the_token_or_at_an_address_in_it() {
    let attacker = signer(A::Ed25519Sha512, K::EccNistEdwards25519);
    let ours = ed25519::Key::new("ours").verifying_key(A::Ed25519Sha512);
    let x = b64(&attacker.key.public_key().as_der()[12..]);
    for member in [
        format!(r#""jwk":{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#),
        r#""jku":"https://attacker.example/jwks.json""#.to_owned(),
        r#""x5u":"https://attacker.example/chain.pem""#.to_owned(),
        r#""x5c":["MIIB"]"#.to_owned(),
    ] {
        let header = format!(r#"{{"alg":"Ed25519","kid":"a",{member}}}"#);
        let forged = token(attacker, &header, PAYLOAD);
        assert_eq!(jws::verify(&ours, &forged), Err(Error::Signature));
        let mut keys = KeySet::new();
        keys.insert("a", ours.clone()).unwrap();
        assert_eq!(keys.verify(&forged), Err(Error::Signature));
    }
}

/// RFC 8725 section 3.10: `kid` is looked up as it is, and in nothing but the set.
#[test]
fn a_key_id_that_is_a_path_or_a_query() {
    let mut keys = KeySet::new();
    keys.insert("a", p256().key.clone()).unwrap();
    for kid in [
        "../a",
        "/dev/null",
        "a' OR '1'='1",
        "a\\u0000",
        "a ",
        "",
        "https://example.com/a",
    ] {
        let token = token(p256(), &format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), PAYLOAD);
        assert_eq!(keys.verify(&token), Err(Error::UnknownKeyId), "{kid}");
    }
    // Escaped in another way, it is the same name.
    let token = token(p256(), r#"{"alg":"ES256","kid":"\u0061"}"#, PAYLOAD);
    assert!(keys.verify(&token).is_ok());
    let find = |kid: &str| (kid == "a").then(|| p256().key.clone());
    assert!(Options::new().verify(Keys::Find(&find), &token).is_ok());
}

/// RFC 8725 section 3.11: a token of another kind by the same signer.
#[test]
fn typ_confusion() {
    let options = Options::new().typ("at+jwt");
    for (typ, expected) in [
        (r#""typ":"at+jwt""#, Ok(())),
        (r#""typ":"AT+JWT""#, Ok(())),
        (r#""typ":"application/at+jwt""#, Ok(())),
        (r#""typ":"JWT""#, Err(Error::Type)),
        (r#""typ":"jwt""#, Err(Error::Type)),
        (r#""typ":"at+jwt ""#, Err(Error::Type)),
        (r#""typ":"""#, Err(Error::Type)),
        (r#""typ":"application/application/at+jwt""#, Err(Error::Type)),
        (r#""typ":"text/at+jwt""#, Err(Error::Type)),
        (r#""cty":"at+jwt""#, Err(Error::Type)),
    ] {
        let token = token(p256(), &format!(r#"{{"alg":"ES256",{typ}}}"#), PAYLOAD);
        assert_eq!(options.verify(&p256().key, &token).map(|_| ()), expected, "{typ}");
        let qualified = Options::new().typ("application/AT+jwt");
        assert_eq!(qualified.verify(&p256().key, &token).map(|_| ()), expected, "{typ}");
        assert!(verify(p256(), &token).is_ok());
    }
    // Only ASCII letters have two cases: the lower case of the Kelvin sign is k.
    for (required, typ) in [("kb+jwt", "\u{212a}b+jwt"), ("\u{212a}b+jwt", "kb+jwt")] {
        let token = token(p256(), &format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#), PAYLOAD);
        let options = Options::new().typ(required);
        assert_eq!(options.verify(&p256().key, &token), Err(Error::Type), "{typ}");
    }
}

/// RFC 9964: `alg` is a part of an AKP key.
#[test]
fn an_akp_key_with_the_algorithm_of_another() {
    for key_spec in [K::MlDsa44, K::MlDsa65, K::MlDsa87] {
        let signer = signer(A::MlDsaShake256, key_spec);
        for name in ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] {
            let token = token(signer, &format!(r#"{{"alg":"{name}"}}"#), PAYLOAD);
            let is_own = A::MlDsaShake256.jose_name(key_spec) == Some(name);
            let expected = if is_own { Ok(()) } else { Err(Error::Algorithm) };
            assert_eq!(verify(signer, &token).map(|_| ()), expected);
            // A JWK that pretends to be of another parameter set.
            let jwk = jws::Jwk::new(&signer.key, None).unwrap().to_json();
            let own = A::MlDsaShake256.jose_name(key_spec).unwrap();
            let parsed = jws::Jwk::from_json(jwk.replace(own, name).as_bytes());
            assert_eq!(parsed.is_ok(), is_own);
            if let Err(error) = parsed {
                assert!(matches!(error, JwkError::Key(_)), "{error}");
            }
        }
    }
}
