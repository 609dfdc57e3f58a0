//! RSASSA-PSS: every parameter is the one that KMS uses.

use kms_verify::Message;
use kms_verify_testing::bytes_of;
use kms_verify_testing::forge::rsa::{self, Pss, pkcs1};
use kms_verify_testing::forge::{Hash, MESSAGE, RAW, RSA_NAMES, Verdicts};
use num_bigint::BigUint;

/// Signs a digest with these parameters. If the encoded message is not less than the modulus, tries other salts.
fn sign(key: &rsa::Key, mut pss: Pss, digest: &[u8]) -> Vec<u8> {
    let encoded = (0..)
        .map(|attempt| {
            pss.salt = bytes_of(&format!("salt {attempt}"), pss.salt.len());
            pss.encode(digest, key.length())
        })
        .find(|encoded| BigUint::from_bytes_be(encoded) < key.n);
    key.sign(&encoded.unwrap())
}

/// Parameters that are taken from the signature or not checked (Wycheproof, doc/rsa.md). Emulators of KMS sign with the
/// longest possible salt (localstack #9602).
#[test]
fn pss_parameters() {
    for (bits, names) in [
        (2048, &RSA_NAMES[..]),
        (3072, &RSA_NAMES[1..2]),
        (4096, &RSA_NAMES[2..]),
    ] {
        let key = rsa::key(bits);
        for &(hash, _, algorithm) in names {
            let verifying_key = key.verifying_key(algorithm);
            let digest = hash.digest(MESSAGE);
            verifying_key.accepts(RAW, &sign(key, Pss::of(hash), &digest), "genuine");
            let reject = |what: &str, change: &dyn Fn(&mut Pss)| {
                let mut pss = Pss::of(hash);
                change(&mut pss);
                let signature = sign(key, pss, &digest);
                verifying_key.rejects(RAW, &signature, what);
                verifying_key.rejects(Message::Digest(&digest), &signature, what);
            };

            let h = hash.length();
            for length in [0, 1, 20, h - 1, h + 1, key.length() - h - 2] {
                reject(&format!("a salt of {length} bytes"), &|pss| pss.salt = vec![0; length]);
            }
            for other in Hash::ALL.into_iter().filter(|other| *other != hash) {
                reject(&format!("MGF1 with {other:?}"), &|pss| pss.mgf = other);
                reject(&format!("M' with {other:?}"), &|pss| pss.hash = other);
            }
            for trailer in [
                &[0xcc][..],
                &[0],
                &[0xbd],
                &[0xff],
                &[0x34, 0xcc],
                &[0xbc, 0xbc],
                &[0xbc, 0],
            ] {
                reject(&format!("the trailer {trailer:x?}"), &|pss| {
                    pss.trailer = trailer.to_vec()
                });
            }
            for separator in [0, 2, 0x80, 0x81, 0xff] {
                reject(&format!("the separator {separator:#x}"), &|pss| {
                    pss.separator = separator
                });
            }
            let last = key.length() - 2 * h - 3;
            for (at, byte) in [(0, 1), (0, 0x40), (1, 0x80), (last / 2, 1), (last - 1, 0xff)] {
                reject(&format!("{byte:#x} in the padding"), &|pss| {
                    pss.padding = Some((at, byte))
                });
            }
            for zeros in [&[][..], &[0; 7], &[0; 9], &[1; 8]] {
                reject(&format!("M' with {zeros:?}"), &|pss| pss.zeros = zeros.to_vec());
            }
            reject("the highest bit", &|pss| pss.top_bit = true);
            // The digest of a hash function other than the algorithm's, in an otherwise valid signature.
            for other in Hash::ALL.into_iter().filter(|other| *other != hash) {
                let digest = other.digest(MESSAGE);
                verifying_key.rejects(
                    RAW,
                    &sign(key, Pss::of(hash), &digest),
                    format!("{other:?} of the message"),
                );
                verifying_key.rejects(RAW, &sign(key, Pss::of(other), &digest), format!("all with {other:?}"));
            }
        }
    }
}

/// An incomplete comparison: each byte of the encoded message counts. (Each is tried with one of the three hash
/// functions.)
#[test]
fn comparison_of_a_part() {
    let key = rsa::key(2048);
    for (i, (hash, _, algorithm)) in RSA_NAMES.into_iter().enumerate() {
        let verifying_key = key.verifying_key(algorithm);
        let digest = hash.digest(MESSAGE);
        let genuine = Pss::of(hash).encode(&digest, key.length());
        verifying_key.accepts(RAW, &key.sign(&genuine), "genuine");
        for at in (i..key.length()).step_by(3) {
            let mut encoded = genuine.clone();
            encoded[at] ^= 1;
            verifying_key.rejects(RAW, &key.sign(&encoded), format!("another byte {at}"));
        }
        // The comparison of H is last: here everything else is correct, because the mask is computed from it.
        for at in 0..hash.length() {
            let mut pss = Pss::of(hash);
            pss.other_h = Some(at);
            let encoded = pss.encode(&digest, key.length());
            verifying_key.rejects(RAW, &key.sign(&encoded), format!("another byte {at} of H"));
        }
    }
}

/// One padding confused with the other, and the hash function of another algorithm.
#[test]
fn padding_confusion() {
    let key = rsa::key(2048);
    let signed = RSA_NAMES.map(|(hash, pkcs1_name, pss_name)| {
        let digest = hash.digest(MESSAGE);
        let as_pkcs1 = key.sign(&pkcs1(hash, &digest, key.length()));
        let as_pss = key.sign(&Pss::of(hash).encode(&digest, key.length()));
        [(pkcs1_name, as_pkcs1), (pss_name, as_pss)]
    });
    for (algorithm, _) in signed.as_flattened() {
        let verifying_key = key.verifying_key(*algorithm);
        for (name, signature) in signed.as_flattened() {
            if name == algorithm {
                verifying_key.accepts(RAW, signature, name);
            } else {
                verifying_key.rejects(RAW, signature, name);
            }
        }
    }
}
