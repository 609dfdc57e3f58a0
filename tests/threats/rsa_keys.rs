//! RSA keys: their sizes, exponents and encodings.

use std::time::Instant;

use kms_verify::{KeyError, KeySpec, PublicKey, SigningAlgorithm, diagnose};
use kms_verify_testing::der::{self, ber_forms, element, integer_contents, sequence};
use kms_verify_testing::forge::rsa::{self, pkcs1};
use kms_verify_testing::forge::{Hash, MESSAGE, RAW, Verdicts, assert_key_rejected, verifying_key};
use kms_verify_testing::power_of_two;
use kms_verify_testing::spki;
use num_bigint::BigUint;

/// Sizes that cost time (Go CVE-2023-29409, OpenSSL CVE-2023-6237) or can be broken (kata-containers PR 488, Go #68762;
/// `rsa` accepts 1024 bits): the modulus has exactly 2048, 3072 or 4096 bits.
#[test]
fn rsa_modulus_size() {
    let e = BigUint::from(65537_u32);
    let wrong = [
        1, 2, 8, 17, 512, 768, 1023, 1024, 1025, 1536, 2040, 2046, 2047, 2049, 2056, 2112, 2560, 3071, 3073, 3584,
        4095, 4097, 8192, 16384, 65536, 520000,
    ];
    for bits in wrong {
        // The smallest and the largest odd number of this many bits.
        let smallest = power_of_two(bits - 1) | BigUint::from(1_u32);
        for n in [smallest, power_of_two(bits) - 1_u32] {
            assert_key_rejected(&spki::rsa(&n, &e), &format!("4096 bits, got {bits}"), bits);
        }
    }
    assert_key_rejected(&spki::rsa(&BigUint::ZERO, &e), "4096 bits, got 0", "n = 0");
    for bits in [2048, 3072, 4096] {
        for n in [power_of_two(bits - 1) + 1_u32, power_of_two(bits) - 1_u32] {
            PublicKey::from_der(&spki::rsa(&n, &e)).unwrap();
            assert_key_rejected(&spki::rsa(&(n - 1_u32), &e), "its RSA modulus is even", bits);
        }
    }
}

/// With a modulus of 8k + 1 bits, the encoded message is one byte shorter than the modulus, which rsa before 0.8.2
/// handled incorrectly. KMS has no such keys, and all are rejected.
#[test]
fn modulus_of_a_bit_more_than_whole_bytes() {
    for bits in [2049, 3073, 4097] {
        let n = power_of_two(bits - 1) + 1_u32;
        let words = format!("4096 bits, got {bits}");
        assert_key_rejected(&spki::rsa(&n, &65537_u32.into()), &words, bits);
    }
}

/// s^e with fewer bytes than the modulus, down to none. `rsa` before 0.8.2 panicked on them (it padded on the left a
/// value that it expected to be longer), and 0.9.7 fixed tiny keys. Here they are rejected like any other, and
/// described.
#[test]
fn results_with_leading_zeros() {
    for bits in [2048, 3072, 4096] {
        let key = rsa::key(bits);
        let public_key = PublicKey::from_der(&key.spki(65537)).unwrap();
        for bytes in [0, 1, 2, 8, 9, 64, 127, 128, 129, key.length() - 2, key.length() - 1] {
            let mut encoded = vec![0; key.length()];
            encoded[key.length() - bytes..].fill(1);
            let signature = key.sign(&encoded);
            assert_eq!(signature.len(), key.length());
            for &algorithm in public_key.signing_algorithms() {
                let what = format!("{bytes} bytes of {algorithm} with {bits} bits");
                key.verifying_key(algorithm).rejects(RAW, &signature, what);
                assert!(diagnose(&public_key, algorithm, RAW, &signature).outcome().is_err());
            }
        }
    }
}

/// Moduli that take long (Go CVE-2023-29409: up to 8192 bits; OpenSSL CVE-2023-6237): rejected for their size, before
/// any arithmetic. Rejecting a hundred of the largest takes almost no time.
#[test]
fn size_is_checked_first() {
    let n = power_of_two(520_000) - 1_u32;
    // With an exponent of the same length, the key is too long to be parsed.
    assert_key_rejected(&spki::rsa(&n, &(&n - 2_u32)), "too long", "n and e of 520000 bits");
    let spki = spki::rsa(&n, &65537_u32.into());
    let start = Instant::now();
    for _ in 0..100 {
        assert_key_rejected(&spki, "4096 bits, got 520000", "n of 520000 bits");
    }
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

/// Exponents that cost time (imperialviolet, "rsados"; BIND 9) or only help forgers: accepted are odd ones from 65537
/// up to 2^33.
#[test]
fn rsa_exponent() {
    let key = rsa::key(2048);
    let small = [
        0_u64,
        1,
        2,
        3,
        5,
        17,
        257,
        65535,
        65536,
        65538,
        (1 << 33) - 2,
        1 << 33,
        (1 << 33) + 1,
        (1 << 40) + 1,
    ];
    let large = [
        // Exponents that a reader keeping only 32 or 64 bits takes for 65537.
        power_of_two(34) + 65537_u32,
        power_of_two(64) + 65537_u32,
        power_of_two(128) + 65537_u32,
        power_of_two(2047) + 1_u32,
        &key.n - 2_u32,
        &key.n - 1_u32,
        key.n.clone(),
        &key.n + 65537_u32,
    ];
    for e in small.map(BigUint::from).into_iter().chain(large) {
        assert_key_rejected(&spki::rsa(&key.n, &e), "its RSA exponent is not", format!("e = {e}"));
    }
    let encoded = pkcs1(Hash::Sha256, &Hash::Sha256.digest(MESSAGE), key.length());
    for e in [65537, 65539, (1 << 33) - 1] {
        let verifying_key = verifying_key(&key.spki(e), SigningAlgorithm::RsassaPkcs1V15Sha256);
        let signature = key.sign_for(e, &encoded);
        verifying_key.accepts(RAW, &signature, format!("e = {e}"));
    }
}

/// RSAPublicKey (RFC 8017 appendix A.1.1) inside the BIT STRING, in encodings other than DER.
#[test]
fn rsa_public_key_encoding() {
    let key = rsa::key(2048);
    let (n, e) = (integer_contents(&key.n), vec![1, 0, 1]);
    let (int_n, int_e) = (element(2, &n), element(2, &e));
    let both = [&int_n[..], &int_e].concat();
    let with_n = |n: &[u8]| sequence(&[n, &int_e]);
    let with_e = |e: &[u8]| sequence(&[&int_n, e]);
    let mut others = vec![
        ("a byte behind", [&sequence(&[&both])[..], &[0]].concat()),
        ("a byte behind e", sequence(&[&both, &[0]])),
        ("a third INTEGER", sequence(&[&both, &[2, 1, 0]])),
        ("a version in front", sequence(&[&[2, 1, 0], &both])),
        ("n alone", sequence(&[&int_n])),
        ("no SEQUENCE", both.clone()),
        ("a SET", element(0x31, &both)),
        ("n without its zero, negative", with_n(&element(2, &n[1..]))),
        ("n with two zeros", with_n(&element(2, &[&[0], &n[..]].concat()))),
        ("n as an OCTET STRING", with_n(&element(4, &n))),
        ("an empty n", with_n(&[2, 0])),
        ("an empty e", with_e(&[2, 0])),
        ("e with a zero", with_e(&[2, 4, 0, 1, 0, 1])),
        ("e with six zeros", with_e(&[2, 9, 0, 0, 0, 0, 0, 0, 1, 0, 1])),
        ("a negative e", with_e(&[2, 3, 0x81, 0, 1])),
        ("-1 as e", with_e(&[2, 1, 0xff])),
    ];
    others.extend(ber_forms(0x30, &both));
    others.extend(ber_forms(2, &n).map(|(what, form)| (what, with_n(&form))));
    others.extend(ber_forms(2, &e).map(|(what, form)| (what, with_e(&form))));
    for (what, form) in others {
        let spki = der::spki(&spki::algorithm_identifier(KeySpec::Rsa2048), &form);
        let error = assert_key_rejected(&spki, "", what);
        assert!(matches!(error, KeyError::Encoding { .. }), "{what}: {error}");
    }
}
