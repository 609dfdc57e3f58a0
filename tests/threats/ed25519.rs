//! Ed25519: the cases that RFC 8032 leaves open, and the two algorithms that are easily confused.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use kms_verify::{Error, Message, SigningAlgorithm, verify_kms_signature};
use kms_verify_testing::bytes_of;
use kms_verify_testing::forge::ed25519::{DOM2_PH, Key, non_canonical_encodings, order, spki};
use kms_verify_testing::forge::{Hash, MESSAGE, RAW, Verdicts, assert_key_rejected};
use num_bigint::BigUint;

const PURE: SigningAlgorithm = SigningAlgorithm::Ed25519Sha512;
const PH: SigningAlgorithm = SigningAlgorithm::Ed25519PhSha512;

/// S is not reduced: S + L is another signature for the same message (node-forge GHSA-q67f-28xg-22rw; elliptic
/// CVE-2024-49948).
#[test]
fn s_not_less_than_the_order() {
    let key = Key::new("s");
    let digest = Hash::Sha512.digest(MESSAGE);
    let signatures = [
        (PURE, RAW, key.sign(&[], MESSAGE)),
        (
            PH,
            Message::Digest(&digest),
            key.sign(DOM2_PH, &Hash::Sha512.digest(&digest)),
        ),
    ];
    for (algorithm, message, signature) in signatures {
        let key = key.verifying_key(algorithm);
        key.accepts(message, &signature, "S");
        let (r, s) = signature.split_at(32);
        let s = BigUint::from_bytes_le(s);
        for multiple in 1_u32..16 {
            let greater = (&s + order() * multiple).to_bytes_le();
            assert_eq!(greater.len(), 32);
            key.rejects(message, &[r, &greater].concat(), format!("S + {multiple} L"));
        }
        for bit in 252..256 {
            let mut changed = signature.clone();
            changed[32 + bit / 8] ^= 1 << (bit % 8);
            key.rejects(message, &changed, format!("bit {bit} of S"));
        }
        for length in (0..=128).filter(|length| *length != 64) {
            let other: Vec<u8> = signature.iter().copied().cycle().take(length).collect();
            key.rejects(message, &other, format!("{length} bytes"));
        }
    }
}

/// Keys of small order, for which anyone can make signatures: with the identity as the key, R = B and S = 1 verify for
/// every message (dcrypt-sign RUSTSEC-2026-0240; gouroboros #2234). `verify` of dalek, ring and aws-lc-rs accept that.
#[test]
fn key_of_small_order() {
    let base = EdwardsPoint::mul_base(&Scalar::ONE).compress().0;
    let forged = [base, Scalar::ONE.to_bytes()].concat();
    let canonical = EIGHT_TORSION.map(|point| (point.compress().0, "small order"));
    let others = non_canonical_encodings()
        .into_iter()
        .flatten()
        .map(|key| (key, "not canonically encoded"));
    let mut count = 0;
    for (encoded, words) in canonical.into_iter().chain(others) {
        let spki = spki(&encoded);
        assert_key_rejected(&spki, words, format!("{encoded:x?}"));
        for (algorithm, message) in [(PURE, RAW), (PH, Message::Digest(&[0; 64]))] {
            let verdict = verify_kms_signature(&spki, algorithm, message, &forged);
            assert!(matches!(verdict, Err(Error::PublicKey(_))), "{verdict:?}");
        }
        count += 1;
    }
    assert_eq!(count, 14);
}

/// Keys with a second encoding, and bytes that are not a point.
#[test]
fn key_not_canonical() {
    let encodings = non_canonical_encodings();
    let of_large_order: Vec<_> = encodings
        .iter()
        .filter_map(|encoding| encoding.as_ref().err())
        .collect();
    assert!(!of_large_order.is_empty());
    for encoded in of_large_order {
        assert_key_rejected(&spki(encoded), "not canonically encoded", format!("{encoded:x?}"));
    }
    let mut no_points = 0;
    for label in 0..64 {
        let encoded = bytes_of(&format!("key {label}"), 32);
        if CompressedEdwardsY(encoded.clone().try_into().unwrap())
            .decompress()
            .is_none()
        {
            assert_key_rejected(&spki(&encoded), "not a point", format!("{encoded:x?}"));
            no_points += 1;
        }
    }
    assert!(no_points > 10);
}

/// R of small order, in every encoding, with an S for which the equation holds: the equation with the cofactor for a
/// regular key, and the equation without it for a key that also has a component of order 8.
#[test]
fn r_of_small_order() {
    let canonical = EIGHT_TORSION.map(|point| point.compress().0);
    let others = non_canonical_encodings().into_iter().flatten();
    for big_r in canonical.into_iter().chain(others) {
        let point = CompressedEdwardsY(big_r).decompress().unwrap();
        let of_point = EIGHT_TORSION.iter().position(|torsion| *torsion == point).unwrap();
        for torsion in [0, 1] {
            let key = Key::with_torsion("r", torsion);
            // R + kT must be the identity: T is the first of the eight points, and all others are its multiples.
            let wanted = (torsion * (8 - of_point)) % 8;
            let crafted = |domain: &'static [u8]| {
                (0_u64..)
                    .map(|counter| [&[0; 56][..], &counter.to_be_bytes()].concat())
                    .map(|digest| {
                        let hashed = if domain.is_empty() {
                            digest.clone()
                        } else {
                            Hash::Sha512.digest(&digest)
                        };
                        (key.challenge(&big_r, domain, &hashed), digest, hashed)
                    })
                    .find(|(k, ..)| torsion == 0 || usize::from(k.to_bytes()[0]) % 8 == wanted)
                    .map(|(k, digest, hashed)| (k, digest, key.sign_with(&big_r, Scalar::ZERO, domain, &hashed)))
                    .unwrap()
            };
            for (algorithm, domain) in [(PURE, &[][..]), (PH, DOM2_PH)] {
                let (k, message, signature) = crafted(domain);
                let difference = EdwardsPoint::mul_base(&(k * key.a)) - k * key.point - point;
                assert!(difference.is_small_order(), "the equation holds up to the cofactor");
                assert!(torsion == 0 || difference == EIGHT_TORSION[0], "and without it");
                let message = if algorithm == PURE {
                    Message::Raw(&message)
                } else {
                    Message::Digest(&message)
                };
                let what = format!("R = {big_r:x?}");
                key.verifying_key(algorithm).rejects(message, &signature, what);
            }
        }
    }
}

/// The equation without the cofactor: a component of small order in R or in the key is not multiplied away. Verifiers
/// with and without the cofactor agree on every signature that this one accepts.
#[test]
fn cofactor() {
    let key = Key::new("cofactor");
    let r = Scalar::from(5_u8);
    for (i, torsion) in EIGHT_TORSION.iter().enumerate() {
        let big_r = (EdwardsPoint::mul_base(&r) + torsion).compress().0;
        let signature = key.sign_with(&big_r, r, &[], MESSAGE);
        let key = key.verifying_key(PURE);
        if i == 0 {
            key.accepts(RAW, &signature, "R = 5B");
        } else {
            key.rejects(RAW, &signature, format!("R = 5B + T{i}"));
        }
    }
    let key = Key::with_torsion("cofactor", 1);
    let big_r = EdwardsPoint::mul_base(&r).compress().0;
    for message in 0_u8..32 {
        let signature = key.sign_with(&big_r, r, &[], &[message]);
        let vanishes = key.challenge(&big_r, &[], &[message]).to_bytes()[0].is_multiple_of(8);
        if vanishes {
            key.verifying_key(PURE)
                .accepts(Message::Raw(&[message]), &signature, "kT = 0");
        } else {
            key.verifying_key(PURE)
                .rejects(Message::Raw(&[message]), &signature, "kT != 0");
        }
    }
}

/// A comparison of R that ignores a byte. S is computed for the R in the signature, so the equation yields the genuine
/// R.
#[test]
fn comparison_of_a_part() {
    let key = Key::new("comparison");
    let digest = Hash::Sha512.digest(MESSAGE);
    let twice = Hash::Sha512.digest(&digest);
    let r = Scalar::from(5_u8);
    let genuine = EdwardsPoint::mul_base(&r).compress().0;
    for (algorithm, message, domain, hashed) in [
        (PURE, RAW, &[][..], MESSAGE),
        (PH, Message::Digest(&digest), DOM2_PH, &twice),
    ] {
        let verifying_key = key.verifying_key(algorithm);
        verifying_key.accepts(message, &key.sign_with(&genuine, r, domain, hashed), "genuine");
        for at in 0..32 {
            let mut other = genuine;
            other[at] ^= 1;
            let signature = key.sign_with(&other, r, domain, hashed);
            verifying_key.rejects(message, &signature, format!("another byte {at} of R"));
        }
    }
}

/// Ed25519 and Ed25519ph confused with each other, and Ed25519ph with one hash too few: KMS hashes the digest again, so
/// it signs the SHA-512 of the SHA-512 of the message.
#[test]
fn mode_confusion() {
    let key = Key::new("mode");
    let digest = Hash::Sha512.digest(MESSAGE);
    let twice = Hash::Sha512.digest(&digest);
    let thrice = Hash::Sha512.digest(&twice);
    let dom2 = |phflag: u8, context: &[u8]| {
        [
            &b"SigEd25519 no Ed25519 collisions"[..],
            &[phflag, context.len() as u8],
            context,
        ]
        .concat()
    };
    assert_eq!(dom2(1, b""), DOM2_PH);
    let of_no_name = [
        ("Ed25519ph of a digest hashed once", key.sign(DOM2_PH, &digest)),
        ("Ed25519ph of a digest hashed three times", key.sign(DOM2_PH, &thrice)),
        ("Ed25519ph of the message without a hash", key.sign(DOM2_PH, MESSAGE)),
        ("Ed25519ph with a context", key.sign(&dom2(1, b"x"), &twice)),
        ("Ed25519ctx with a context", key.sign(&dom2(0, b"x"), MESSAGE)),
        ("Ed25519ctx without one", key.sign(&dom2(0, b""), MESSAGE)),
        ("Ed25519ctx of the digest", key.sign(&dom2(0, b""), &twice)),
        ("Ed25519 of the digest", key.sign(&[], &digest)),
        ("Ed25519 of the digest of the digest", key.sign(&[], &twice)),
        ("Ed25519 of dom2 without its length", key.sign(&DOM2_PH[..33], &twice)),
    ];
    let pure = key.sign(&[], MESSAGE);
    let ph = key.sign(DOM2_PH, &twice);
    let verifying_keys = [PURE, PH].map(|algorithm| key.verifying_key(algorithm));
    let [pure_key, ph_key] = &verifying_keys;
    pure_key.accepts(RAW, &pure, "pure");
    ph_key.accepts(Message::Digest(&digest), &ph, "ph");
    let crossed = [("Ed25519", pure.clone(), ph_key), ("Ed25519ph", ph.clone(), pure_key)];
    for (what, signature, verifying_key) in crossed {
        assert_wrong_mode(verifying_key, &digest, &signature, what);
    }
    for (what, signature) in of_no_name {
        for verifying_key in &verifying_keys {
            assert_wrong_mode(verifying_key, &digest, &signature, what);
        }
    }
}

fn assert_wrong_mode(key: &kms_verify::VerifyingKey, digest: &[u8], signature: &[u8], what: &str) {
    let message = match key.algorithm() {
        PURE => RAW,
        _ => Message::Digest(digest),
    };
    key.rejects(message, signature, what);
    // A stream is the message itself for both.
    let mut stream = key.stream(signature).unwrap();
    stream.update(MESSAGE);
    assert_eq!(stream.finish(), Err(Error::InvalidSignature), "{what}");
    // A message of the other algorithm's type is rejected before the signature is decoded.
    let wrong_type = match key.algorithm() {
        PURE => Message::Digest(digest),
        _ => RAW,
    };
    let verdict = key.verify(wrong_type, signature);
    assert!(
        matches!(verdict, Err(Error::IncompatibleMessageType { .. })),
        "{verdict:?}"
    );
}
