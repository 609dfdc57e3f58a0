//! Messages with each algorithm, and what must be rejected.

use coset::iana::Algorithm;
use coset::{
    CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, RegisteredLabelWithPrivate,
    TaggedCborSerializable as _,
};
use kms_verify::{KeySpec, SigningAlgorithm, VerifyingKey};
use kms_verify_integration_coset::{Error, verify, verify_detached};
use kms_verify_testing::forge::{Hash, curve, ed25519, rsa};
use kms_verify_testing::{der, hex, padded};

const PAYLOAD: &[u8] = b"This is the content.";

fn curve_key(key_spec: KeySpec) -> curve::Key {
    curve::Key::new(curve::curve(key_spec), "coset")
}

fn sign_p1363(key: &curve::Key, signed: &[u8]) -> Vec<u8> {
    let (r, s) = key.sign(&key.digest(signed));
    let length = match key.curve.key_spec {
        KeySpec::EccNistP384 => 48,
        KeySpec::EccNistP521 => 66,
        _ => 32,
    };
    [padded(&r, length), padded(&s, length)].concat()
}

fn message(algorithm: Algorithm, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> CoseSign1 {
    CoseSign1Builder::new()
        .protected(HeaderBuilder::new().algorithm(algorithm).build())
        .payload(PAYLOAD.to_vec())
        .create_signature(b"aad", sign)
        .build()
}

#[track_caller]
fn assert_works(algorithm: Algorithm, key: &VerifyingKey, sign: impl Fn(&[u8]) -> Vec<u8>) {
    // As bytes, as they are sent.
    let message = CoseSign1::from_slice(&message(algorithm, sign).to_vec().unwrap()).unwrap();
    assert_eq!(verify(&message, key, b"aad"), Ok(PAYLOAD));
    assert_eq!(verify(&message, key, b""), Err(Error::InvalidSignature));
    let mut detached = message.clone();
    detached.payload = None;
    assert_eq!(verify_detached(&detached, PAYLOAD, key, b"aad"), Ok(()));
    assert_eq!(
        verify_detached(&detached, b"other", key, b"aad"),
        Err(Error::InvalidSignature)
    );
    assert_eq!(verify_detached(&message, PAYLOAD, key, b"aad"), Err(Error::Payload));
    assert_eq!(verify(&detached, key, b"aad"), Err(Error::Payload));
    for signature in [vec![], vec![0; 64], [&message.signature[..], &[0]].concat()] {
        let message = CoseSign1 {
            signature,
            ..message.clone()
        };
        assert_eq!(verify(&message, key, b"aad"), Err(Error::InvalidSignature));
    }
    for other in [Algorithm::HMAC_256_256, Algorithm::RS1, Algorithm::A128GCM] {
        let mut message = message.clone();
        message.protected.header.alg = Some(RegisteredLabelWithPrivate::Assigned(other));
        message.protected.original_data = None;
        assert_eq!(verify(&message, key, b"aad"), Err(Error::Algorithm));
    }
}

#[test]
fn every_shared_algorithm_works() {
    for (key_spec, algorithms) in [
        (KeySpec::EccNistP256, &[Algorithm::ES256][..]),
        (KeySpec::EccSecgP256k1, &[Algorithm::ES256K]),
        (KeySpec::EccNistP384, &[Algorithm::ES384]),
        (KeySpec::EccNistP521, &[Algorithm::ES512]),
    ] {
        let key = curve_key(key_spec);
        for algorithm in algorithms {
            assert_works(*algorithm, &key.verifying_key(), |signed| sign_p1363(&key, signed));
        }
    }
    let key = ed25519::Key::new("coset");
    assert_works(
        Algorithm::EdDSA,
        &key.verifying_key(SigningAlgorithm::Ed25519Sha512),
        |signed| key.sign(b"", signed),
    );
    let key = rsa::key(2048);
    for (hash, pss, rs) in [
        (Hash::Sha256, Algorithm::PS256, Algorithm::RS256),
        (Hash::Sha384, Algorithm::PS384, Algorithm::RS384),
        (Hash::Sha512, Algorithm::PS512, Algorithm::RS512),
    ] {
        let bits = hash.length() * 8;
        let verifying_key = |scheme: &str| key.verifying_key(format!("RSASSA_{scheme}_SHA_{bits}").parse().unwrap());
        assert_works(pss, &verifying_key("PSS"), |signed| {
            key.sign(&rsa::Pss::of(hash).encode(&hash.digest(signed), key.length()))
        });
        assert_works(rs, &verifying_key("PKCS1_V1_5"), |signed| {
            key.sign(&rsa::pkcs1(hash, &hash.digest(signed), key.length()))
        });
    }
}

#[test]
fn another_curve_or_padding_is_another_algorithm() {
    let key = curve_key(KeySpec::EccSecgP256k1);
    let es256 = message(Algorithm::ES256, |signed| sign_p1363(&key, signed));
    assert_eq!(verify(&es256, &key.verifying_key(), b"aad"), Err(Error::Algorithm));
    let key = ed25519::Key::new("coset");
    let eddsa = message(Algorithm::EdDSA, |signed| key.sign(b"", signed));
    let ph = key.verifying_key(SigningAlgorithm::Ed25519PhSha512);
    assert_eq!(verify(&eddsa, &ph, b"aad"), Err(Error::Algorithm));
}

#[test]
fn critical_headers_and_unprotected_algorithms_are_rejected() {
    let key = curve_key(KeySpec::EccNistP256);
    let sign = |signed: &[u8]| sign_p1363(&key, signed);
    let critical = HeaderBuilder::new()
        .algorithm(Algorithm::ES256)
        .add_critical_label(RegisteredLabelWithPrivate::Text("unknown".to_owned()))
        .text_value("unknown".to_owned(), coset::cbor::value::Value::Null)
        .build();
    let builder = || CoseSign1Builder::new().payload(PAYLOAD.to_vec());
    let message = builder().protected(critical).create_signature(b"", sign).build();
    assert_eq!(verify(&message, &key.verifying_key(), b""), Err(Error::Critical));
    let unprotected = HeaderBuilder::new().algorithm(Algorithm::ES256).build();
    let message = builder().unprotected(unprotected).create_signature(b"", sign).build();
    assert_eq!(verify(&message, &key.verifying_key(), b""), Err(Error::Algorithm));
}

#[test]
fn signatures_in_der_are_rejected() {
    let key = curve_key(KeySpec::EccNistP256);
    let message = message(Algorithm::ES256, |signed| {
        let (r, s) = key.sign(&key.digest(signed));
        der::integer_pair(&r, &s)
    });
    assert_eq!(
        verify(&message, &key.verifying_key(), b"aad"),
        Err(Error::InvalidSignature)
    );
}

/// RFC 9052 appendix C.2.1, with the key "11" of appendix C.7.1.
#[test]
fn the_example_of_rfc_9052_verifies() {
    let message = hex(
        "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106\
         c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36",
    );
    let x = hex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff");
    let y = hex("20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e");
    let prefix = hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    let key = kms_verify::PublicKey::from_der(&[prefix, x, y].concat()).unwrap();
    let key = key.verifying_key(SigningAlgorithm::EcdsaSha256).unwrap();
    let message = CoseSign1::from_tagged_slice(&message).unwrap();
    assert_eq!(verify(&message, &key, b""), Ok(PAYLOAD));
}
