//! Mistakes that only ECDSA, Ed25519, ML-DSA or SM2 has, with signatures that KMS does not make, so they are made here.

use kms_verify::{Cause, Diagnosis, KeySpec, MessageType, PublicKey, SigningAlgorithm};
use kms_verify_testing::forge::curve::{self, CURVES};
use kms_verify_testing::forge::{Hash, MESSAGE, ed25519, ml_dsa};
use kms_verify_testing::vectors::{kms_vector, kms_vectors};
use kms_verify_testing::{der, hex as bytes, padded};
use sha2::{Digest as _, Sha256, Sha512};
use sm3::Sm3;

use crate::case::{Case, causes};
use crate::mistakes::another_key;

use Cause::*;
use MessageType::{Digest, ExternalMu, Raw};

pub fn case(spki: &[u8], algorithm: SigningAlgorithm, signature: Vec<u8>) -> Case {
    Case {
        key: PublicKey::from_der(spki).unwrap(),
        algorithm,
        message_type: Raw,
        message: MESSAGE.to_vec(),
        signature,
    }
}

/// Asserts that these are the causes, in this order, and that all are certain.
#[track_caller]
pub fn assert_all_shown(case: &Case, expected: &[Cause]) -> Diagnosis {
    let diagnosis = case.diagnose();
    assert_eq!(causes(&diagnosis), expected, "{diagnosis}");
    assert!(
        diagnosis.findings().iter().all(|finding| finding.is_certain()),
        "{diagnosis}"
    );
    diagnosis
}

/// One half of r || s without its leading zero.
#[test]
fn short_raw_pairs_are_corrected() {
    for curve in CURVES.iter().filter(|curve| curve.bytes == 32) {
        let key = curve::Key::new(curve, "signer");
        let (message, r, s) = (0_u32..)
            .map(|i| {
                let message = i.to_be_bytes();
                let (r, s) = key.sign(&key.digest(&message));
                (message, r, s)
            })
            .find(|(_, _, s)| s.bits() <= 248)
            .unwrap();
        let raw = [padded(&r, 32), padded(&s, 31)].concat();
        let case = case(&key.spki(), curve.algorithm, raw).with_message(Raw, message);
        let diagnosis = case.assert_shown(SignatureIsRawRS, "63 bytes");
        assert!(diagnosis.findings()[0].found().contains("leading zero byte"));
        let case = case.with_signature([padded(&r, 32), padded(&s, 32)].concat());
        case.assert_shown(SignatureIsRawRS, "64 bytes");
        // With another message, 64 bytes may be anything.
        case.with_message(Raw, b"another")
            .assert_hinted(SignatureIsRawRS, "64 bytes, another message");
    }
}

#[test]
fn ecdsa_with_another_hash_is_found() {
    for curve in CURVES.iter().filter(|curve| !curve.is_sm2()) {
        let key = curve::Key::new(curve, "signer");
        for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let digest = hash.digest(MESSAGE);
            if digest == key.digest(MESSAGE) {
                continue;
            }
            // bits2int: the leftmost bits, as many as n has.
            let cut = &digest[..digest.len().min(curve.bytes)];
            let (r, s) = key.sign(cut);
            let case = case(&key.spki(), curve.algorithm, der::integer_pair(&r, &s));
            case.assert_shown(WrongHash, &format!("{hash:?} on {}", curve.key_spec));
            case.with_message(Digest, digest).assert_shown(WrongHash, "as DIGEST");
        }
    }
    // Only the length of the digest suggests it: a hint.
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let case = Case::of(&vector).with_message(Digest, [7; 48]);
    assert_eq!(causes(&case.assert_hinted(WrongHash, "48 bytes"))[0], WrongHash);
}

/// ECDSA shows the two keys that may have signed, if the message is right.
#[test]
fn ecdsa_names_the_key_that_signed() {
    let mut named = 0;
    for vector in kms_vectors() {
        if !vector.algorithm.as_str().starts_with("ECDSA") {
            continue;
        }
        let case = Case::of(&vector).with_key(another_key(vector.key_spec));
        let diagnosis = case.assert_hinted(WrongKey, &vector.name);
        let fingerprint = vector.public_key().fingerprint().to_string();
        assert!(
            diagnosis.findings()[0].found().contains(&fingerprint),
            "{}: {diagnosis}",
            vector.name
        );
        named += 1;
    }
    assert_eq!(named, 10);
}

/// RFC 8032 section 7.3: Ed25519ph over "abc". KMS would have signed its digest.
#[test]
fn ed25519ph_of_the_rfc_is_found() {
    let spki = ed25519::spki(&bytes(
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    ));
    let signature = bytes(concat!(
        "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41",
        "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"
    ));
    let case = case(&spki, SigningAlgorithm::Ed25519PhSha512, signature);
    let digest = case.clone().with_message(Digest, Sha512::digest(b"abc").to_vec());
    assert_all_shown(&digest, &[Ed25519PhHashedOnce]);
    let raw = case.with_message(Raw, b"abc");
    assert_all_shown(&raw, &[Ed25519PhHashedOnce]);
    assert_all_shown(
        &raw.with_algorithm(SigningAlgorithm::Ed25519Sha512),
        &[Ed25519PhHashedOnce],
    );
}

/// Two mistakes: a digest was signed as a message, and with the other algorithm.
#[test]
fn ed25519_over_a_digest_with_the_other_algorithm_is_found() {
    let key = ed25519::Key::new("signer");
    let digest = Sha512::digest(MESSAGE).to_vec();
    let case = case(&key.spki(), SigningAlgorithm::Ed25519PhSha512, key.sign(&[], &digest));
    assert_all_shown(&case, &[Ed25519PureAndPh, MessageHashedTwice]);
    // With the digest, it is exactly the message of the other algorithm.
    assert_all_shown(&case.with_message(Digest, digest), &[Ed25519PureAndPh]);
}

/// A pure signature over the message does not show from the digest: a hint.
#[test]
fn ed25519_with_the_other_algorithm_and_a_digest_is_a_hint() {
    let vector = kms_vector("stackd-ed25519-pure-raw");
    let case = Case::of(&vector)
        .with_algorithm(SigningAlgorithm::Ed25519PhSha512)
        .with_message(Digest, Sha512::digest(&vector.message).to_vec());
    assert_eq!(
        causes(&case.assert_hinted(Ed25519PureAndPh, "a digest")),
        [WrongKey, Ed25519PureAndPh]
    );
}

#[test]
fn other_mu_of_ml_dsa_are_found() {
    for parameters in &ml_dsa::PARAMETER_SETS {
        let key = ml_dsa::Key::new(parameters, "signer");
        let commitment = key.commit(&parameters.some_z(), &parameters.some_hints());
        let sign = |mu: &[u8]| {
            let signature = key.respond(&commitment, mu);
            case(&key.spki(), SigningAlgorithm::MlDsaShake256, signature)
        };
        for (oid, digest) in [
            ("0609608648016503040203", Sha512::digest(MESSAGE).to_vec()),
            ("0609608648016503040201", Sha256::digest(MESSAGE).to_vec()),
        ] {
            let signed = sign(&key.mu(&[1, 0], &[bytes(oid), digest].concat()));
            assert_all_shown(&signed, &[MlDsaContext]);
        }
        assert_all_shown(&sign(&key.mu(&[], MESSAGE)), &[MlDsaMuMiscomputed]);
        let of_spki = ml_dsa::h(&[&ml_dsa::h(&[&key.spki()], 64), &[0, 0], MESSAGE], 64);
        assert_all_shown(&sign(&of_spki), &[MlDsaMuMiscomputed]);
        // Any other context shows nothing.
        let context = sign(&key.mu(&[0, 1, b'x'], MESSAGE));
        context.assert_hinted(MlDsaContext, "a context");
        assert_eq!(
            causes(&context.with_message(ExternalMu, [7; 64]).diagnose()),
            [WrongKey, MlDsaContext]
        );
    }
}

#[test]
fn other_distinguishing_ids_of_sm2_are_found() {
    let key = curve::Key::new(curve::curve(KeySpec::Sm2), "signer");
    let sign = |digest: &[u8]| {
        let (r, s) = key.sign(digest);
        case(&key.spki(), SigningAlgorithm::Sm2Dsa, der::integer_pair(&r, &s))
    };
    for id in [&b""[..], b"ALICE123@YAHOO.COM"] {
        assert_all_shown(&sign(&key.sm2_digest(id, MESSAGE)), &[Sm2DistinguishingId]);
    }
    assert_all_shown(&sign(&Sm3::digest(MESSAGE)), &[Sm2DistinguishingId]);
    let own = sign(&key.sm2_digest(b"an ID of one's own", MESSAGE));
    own.assert_hinted(Sm2DistinguishingId, "an ID of one's own");
}
