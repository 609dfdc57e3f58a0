//! The signature: one encoding, one length, one algorithm.

use kms_verify::jws::JwkError;
use kms_verify::{KeySpec as K, SigningAlgorithm as A};
use kms_verify_testing::forge::{MESSAGE, ed25519, rsa};

use super::*;

/// CVE-2022-21449.
#[test]
fn r_and_s_of_zero_or_the_order() {
    for (name, signer) in jose_signers().filter(|(_, signer)| signer.is_der()) {
        let length = signature(signer, b"").len();
        for (r, s) in [(0, 0), (0, 1), (1, 0), (0xff, 0xff), (0xff, 1), (1, 0xff)] {
            let number = |value: u8| match value {
                1 => [vec![0; length / 2 - 1], vec![1]].concat(),
                _ => vec![value; length / 2],
            };
            let token = with_signature(name, [number(r), number(s)].concat());
            assert_eq!(verify(signer, &token), Err(Error::Signature), "{name} {r} {s}");
        }
    }
}

/// The encoding of KMS, X.509 and OpenSSL, which JWS does not have (RFC 7518 section 3.4).
#[test]
fn der_inside_es256() {
    for (name, signer) in jose_signers().filter(|(_, signer)| signer.is_der()) {
        let header = b64(format!(r#"{{"alg":"{name}"}}"#));
        let signing_input = format!("{header}.{}", b64(PAYLOAD));
        let der = signer.sign(signing_input.as_bytes());
        assert!(
            signer
                .key
                .verify(kms_verify::Message::Raw(signing_input.as_bytes()), &der)
                .is_ok()
        );
        let token = format!("{signing_input}.{}", b64(der));
        assert_eq!(verify(signer, &token), Err(Error::Signature), "{name}");
    }
}

#[test]
fn short_or_long_r_or_s() {
    for (name, signer) in jose_signers() {
        let genuine = token(signer, &format!(r#"{{"alg":"{name}"}}"#), PAYLOAD);
        let (signing_input, text) = genuine.rsplit_once('.').unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        let (first, rest) = bytes.split_at(1);
        for changed in [
            bytes[1..].to_vec(),
            bytes[..bytes.len() - 1].to_vec(),
            [&[0], &bytes[..]].concat(),
            [&bytes[..], &[0]].concat(),
            [&[0, 0], &bytes[..]].concat(),
            [first, &[0], rest].concat(),
        ] {
            let token = format!("{signing_input}.{}", b64(changed));
            assert_eq!(verify(signer, &token), Err(Error::Signature), "{name}");
        }
        assert!(verify(signer, &genuine).is_ok());
    }
}

/// Of an ECDSA signature (r, s), anyone can make (r, n - s), which the standard accepts and KMS makes too. So the whole
/// token must not identify it; the text before the last dot does.
#[test]
fn the_other_s_against_a_replay_cache() {
    let header = r#"{"alg":"ES256"}"#;
    let genuine = token(p256(), header, PAYLOAD);
    let (signing_input, text) = genuine.rsplit_once('.').unwrap();
    let (r, s) = {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        (bytes[..32].to_vec(), bytes[32..].to_vec())
    };
    let n = kms_verify_testing::number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let other = padded(&(n - num_bigint::BigUint::from_bytes_be(&s)), 32);
    let twin = format!("{signing_input}.{}", b64([r, other].concat()));
    assert_ne!(twin, genuine);
    assert_eq!(verify(p256(), &twin), verify(p256(), &genuine));
    assert!(verify(p256(), &twin).is_ok());
    assert_eq!(twin.rsplit_once('.').unwrap().0, signing_input);
}

/// RFC 7518 section 3.5: the salt is as long as the digest.
#[test]
fn pss_with_another_salt() {
    let key = rsa::key(2048);
    for (hash, _, pss) in kms_verify_testing::forge::RSA_NAMES {
        let verifying_key = key.verifying_key(pss);
        let name = pss.jose_name(K::Rsa2048).unwrap();
        let signing_input = format!("{}.{}", b64(format!(r#"{{"alg":"{name}"}}"#)), b64(PAYLOAD));
        for (length, expected) in [
            (hash.length(), Ok(())),
            (0, Err(Error::Signature)),
            (20, Err(Error::Signature)),
            (hash.length() - 1, Err(Error::Signature)),
            (hash.length() + 1, Err(Error::Signature)),
        ] {
            let mut encoding = rsa::Pss::of(hash);
            encoding.salt = vec![7; length];
            let encoded = encoding.encode(&hash.digest(signing_input.as_bytes()), key.length());
            let token = format!("{signing_input}.{}", b64(key.sign(&encoded)));
            assert_eq!(
                jws::verify(&verifying_key, &token).map(|_| ()),
                expected,
                "{name} {length}"
            );
        }
    }
}

/// JOSE has no name for Ed25519ph, and its signatures are not those of Ed25519.
#[test]
fn ed25519ph_as_ed25519() {
    let key = ed25519::Key::new("signer");
    let signing_input = format!("{}.{}", b64(r#"{"alg":"Ed25519"}"#), b64(PAYLOAD));
    let digest = kms_verify_testing::forge::Hash::Sha512.digest(signing_input.as_bytes());
    let token = format!("{signing_input}.{}", b64(key.sign(ed25519::DOM2_PH, &digest)));
    assert_eq!(
        jws::verify(&key.verifying_key(A::Ed25519Sha512), &token),
        Err(Error::Signature)
    );
    for (algorithm, key_spec) in [(A::Ed25519PhSha512, K::EccNistEdwards25519), (A::Sm2Dsa, K::Sm2)] {
        let signer = signer(algorithm, key_spec);
        let mut keys = KeySet::new();
        assert_eq!(
            keys.insert("a", signer.key.clone()),
            Err(JwkError::NoJoseName { algorithm })
        );
        assert_eq!(
            jws::Jwk::new(&signer.key, None),
            Err(JwkError::NoJoseName { algorithm })
        );
        for name in ["Ed25519", "EdDSA", "Ed25519ph", "SM2", "ES256", ""] {
            let token = with_signature(name, signer.sign(MESSAGE));
            assert_eq!(verify(signer, &token), Err(Error::Algorithm));
        }
    }
}
