//! SM2: its differences from ECDSA.

use kms_verify::{Error, KeySpec, Message, PublicKey, SigningAlgorithm};
use kms_verify_testing::der::integer_pair;
use kms_verify_testing::forge::curve::{Key, curve};
use kms_verify_testing::forge::{MESSAGE, RAW, Verdicts, assert_key_rejected, verifying_key};
use kms_verify_testing::{bytes_of, padded};
use num_bigint::BigUint;

/// t = r + s = 0 modulo n (GB/T 32918.2 section 7.1, B5): the key drops out of the equation, and anyone can sign
/// digests for any key, with (x', y') = sG and e = r - x'.
#[test]
fn t_zero() {
    let curve = curve(KeySpec::Sm2);
    let key = Key::new(curve, "t");
    for s in [1_u32, 2, 0x1234_5678] {
        let s = BigUint::from(s);
        let r = &curve.n - &s;
        let x = curve.multiply(&s, &curve.base()).unwrap().0;
        let e = (&r + &curve.n - x % &curve.n) % &curve.n;
        let signature = integer_pair(&r, &s);
        key.verifying_key()
            .rejects(Message::Digest(&padded(&e, 32)), &signature, "r + s = n");
    }
}

/// r = 0 or s = 0, which do not require the private key either: for s = 0, (x', y') = rQ and e = r - x'; for r = 0,
/// (x', y') = s (G + Q) and e = -x'.
#[test]
fn r_or_s_zero() {
    let curve = curve(KeySpec::Sm2);
    let key = Key::new(curve, "zero");
    let n = &curve.n;
    let public = Some(key.public.clone());
    for number in [1_u32, 2, 0x1234_5678] {
        let number = BigUint::from(number);
        let e = |r: &BigUint, point| padded(&((r + n - curve.multiply(&number, &point).unwrap().0 % n) % n), 32);
        let without_s = e(&number, public.clone());
        let without_r = e(&BigUint::ZERO, curve.add(&curve.base(), &public));
        for zero in [BigUint::ZERO, n.clone()] {
            let signature = integer_pair(&number, &zero);
            key.verifying_key()
                .rejects(Message::Digest(&without_s), &signature, "s = 0");
            let signature = integer_pair(&zero, &number);
            key.verifying_key()
                .rejects(Message::Digest(&without_r), &signature, "r = 0");
        }
    }
}

/// (x', y') = infinity, which has no x: s = -t d.
#[test]
fn infinity() {
    let curve = curve(KeySpec::Sm2);
    let key = Key::new(curve, "infinity");
    let n = &curve.n;
    for t in [1_u32, 2, 77] {
        let s = (n - &key.d * t % n) % n;
        let r = (n + t - &s) % n;
        // If x' were taken as 0, e would be r.
        let signature = integer_pair(&r, &s);
        key.verifying_key()
            .rejects(Message::Digest(&padded(&r, 32)), &signature, "infinity");
    }
}

/// Q = -G, of d = n - 1, which is not a private key (GB/T 32918.1 section 6.1): (x', y') = s G + t Q = -r G for every
/// s, so with r and e = r - x', every s is a valid signature.
#[test]
fn key_that_makes_every_s_valid() {
    let curve_of = curve;
    let curve = curve(KeySpec::Sm2);
    let minus_one = Key::with(curve, &curve.n - 1_u32, 5_u32.into());
    let error = assert_key_rejected(&minus_one.spki(), "its point is -G", "d = n - 1");
    assert_eq!(
        error.to_string(),
        "this is not the public key of a KMS signing key: its point is -G, whose private key n - 1 SM2 excludes"
    );
    // G is the key of d = 1, which is an ordinary key, and so is d = n - 2 at the other end.
    for d in [1_u32.into(), 2_u32.into(), &curve.n - 2_u32] {
        let key = Key::with(curve, d, 5_u32.into());
        let digest = bytes_of("digest", 32);
        let (r, s) = key.sign(&digest);
        let verifying_key = key.verifying_key();
        verifying_key.accepts(Message::Digest(&digest), &integer_pair(&r, &s), "d = 1 or n - 2");
        verifying_key.rejects(Message::Digest(&digest), &integer_pair(&r, &(s + 1_u32)), "another s");
    }
    // For ECDSA, -G is a key.
    for key_spec in [KeySpec::EccNistP256, KeySpec::EccSecgP256k1] {
        let key = Key::with(curve_of(key_spec), &curve_of(key_spec).n - 1_u32, 5_u32.into());
        let digest = bytes_of("digest", 32);
        let (r, s) = key.sign(&digest);
        key.verifying_key()
            .accepts(Message::Digest(&digest), &integer_pair(&r, &s), "-G for ECDSA");
    }
}

/// A key of another curve labelled SM2, and the reverse.
#[test]
fn key_of_another_curve() {
    let sm2 = Key::new(curve(KeySpec::Sm2), "own");
    for key_spec in [KeySpec::EccNistP256, KeySpec::EccSecgP256k1] {
        let other = Key::new(curve(key_spec), "own");
        assert_key_rejected(&sm2.curve.spki(&other.public), "not on its curve", key_spec);
        assert_key_rejected(&other.curve.spki(&sm2.public), "not on its curve", key_spec);
        // An ECDSA signature is not an SM2 signature, even where the numbers would fit.
        let digest = bytes_of("digest", 32);
        let (r, s) = other.sign(&digest);
        let signature = integer_pair(&r, &s);
        other
            .verifying_key()
            .accepts(Message::Digest(&digest), &signature, "ECDSA");
        let key = Key::with(sm2.curve, other.d.clone(), 5_u32.into());
        key.verifying_key()
            .rejects(Message::Digest(&digest), &signature, "ECDSA under SM2");
        assert_eq!(
            PublicKey::from_der(&other.spki())
                .unwrap()
                .verifying_key(SigningAlgorithm::Sm2Dsa),
            Err(Error::IncompatibleAlgorithm {
                algorithm: SigningAlgorithm::Sm2Dsa,
                key_spec
            })
        );
    }
}

/// The length of the ID in bits is hashed as two bytes: a longer ID would be hashed like a shorter one, and IDs of 32
/// bytes or more need both bytes (the helper that AWS publishes forgets the first).
#[test]
fn distinguishing_id_length() {
    let key = Key::new(curve(KeySpec::Sm2), "id");
    let public_key = PublicKey::from_der(&key.spki()).unwrap();
    for length in [0, 1, 16, 31, 32, 33, 255, 256, 8190, 8191] {
        let id = bytes_of("id", length);
        let digest = public_key.sm2_digest(&id, MESSAGE).unwrap();
        assert_eq!(digest[..], key.sm2_digest(&id, MESSAGE), "an ID of {length} bytes");
        let (r, s) = key.sign(&digest);
        let signature = integer_pair(&r, &s);
        key.verifying_key()
            .accepts(Message::Digest(&digest), &signature, format!("an ID of {length} bytes"));
        // RAW uses the ID of KMS.
        key.verifying_key().rejects(RAW, &signature, "another ID");
    }
    for length in [8192, 8193, 16384, 65536, 1 << 20] {
        let given = public_key.sm2_digest(&vec![b'1'; length], MESSAGE);
        assert_eq!(given, Err(Error::DistinguishingIdLength { given: length }));
    }
}

/// The signature is over e = SM3(ZA || M): not over SM3(M), and not with the ZA of another key or without an ID.
#[test]
fn digest_without_za() {
    use sm3::{Digest, Sm3};
    let key = Key::new(curve(KeySpec::Sm2), "za");
    let other = Key::new(curve(KeySpec::Sm2), "za of another key");
    let verifying_key = verifying_key(&key.spki(), SigningAlgorithm::Sm2Dsa);
    let default_id: &[u8] = b"1234567812345678";
    for (what, digest, holds) in [
        ("e", key.sm2_digest(default_id, MESSAGE), true),
        ("SM3(M)", Sm3::digest(MESSAGE).to_vec(), false),
        ("an empty ID", key.sm2_digest(b"", MESSAGE), false),
        ("ZA of another key", other.sm2_digest(default_id, MESSAGE), false),
        (
            "hashed twice",
            Sm3::digest(key.sm2_digest(default_id, MESSAGE)).to_vec(),
            false,
        ),
    ] {
        let (r, s) = key.sign(&digest);
        let signature = integer_pair(&r, &s);
        verifying_key.accepts(Message::Digest(&digest), &signature, what);
        if holds {
            verifying_key.accepts(RAW, &signature, what);
        } else {
            verifying_key.rejects(RAW, &signature, what);
        }
    }
}
