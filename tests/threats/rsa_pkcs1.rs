//! RSASSA-PKCS1-v1_5: what stands before the digest.

use kms_verify::{Message, SigningAlgorithm};
use num_bigint::BigUint;

use crate::forge::rsa::{self, block, digest_info, pkcs1};
use crate::forge::{
    Hash, MESSAGE, RSA_NAMES, assert_invalid, assert_key_refused, assert_valid, der, hex, padded, verifying_key,
};

const LENGTH: usize = 256;

/// That none of these encoded messages, each named, verifies under this name; and that the genuine one does.
fn refuse_all(hash: Hash, algorithm: SigningAlgorithm, forged: Vec<(String, Vec<u8>)>) {
    let key = rsa::key(2048);
    let verifying_key = key.verifying_key(algorithm);
    let genuine = pkcs1(hash, &hash.digest(MESSAGE), LENGTH);
    assert_valid(&verifying_key, Message::Raw(MESSAGE), &key.sign(&genuine), "genuine");
    for (what, encoded) in forged {
        assert_ne!(encoded, genuine, "{what}");
        let signature = key.sign(&encoded);
        assert_invalid(&verifying_key, Message::Raw(MESSAGE), &signature, &what);
        let digest = hash.digest(MESSAGE);
        assert_invalid(&verifying_key, Message::Digest(&digest), &signature, &what);
    }
}

/// Padding that is parsed instead of rebuilt: Bleichenbacher 2006, where garbage may follow the hash, and every other
/// freedom that a parser of 0x00 0x01 PS 0x00 T has left.
#[test]
fn padding_parsed_not_rebuilt() {
    for (hash, algorithm, _) in RSA_NAMES {
        let t = digest_info(hash, &hash.digest(MESSAGE));
        let garbage = |length| vec![0x5a; length];
        let ps = LENGTH - 3 - t.len();
        let with_ps = |at: usize, byte: u8| {
            let mut encoded = block(LENGTH, &[0, 1], &t);
            encoded[2 + at] = byte;
            encoded
        };
        let short_ps = |ps: usize| {
            let begin = [&[0, 1][..], &vec![0xff; ps], &[0], &t].concat();
            [begin.clone(), garbage(LENGTH - begin.len())].concat()
        };
        let forged = [
            ("eight bytes of PS, and garbage after the hash", short_ps(8)),
            ("one byte of PS, and garbage after the hash", short_ps(1)),
            ("no PS, and garbage after the hash", short_ps(0)),
            ("one byte of garbage after the hash", short_ps(ps - 1)),
            (
                "zeros after the hash",
                block(LENGTH, &[0, 1], &[t.as_slice(), &[0; 16]].concat()),
            ),
            (
                "short PS after zeros",
                [vec![0; ps - 8], block(LENGTH + 8 - ps, &[0, 1], &t)].concat(),
            ),
            (
                "a short number",
                [vec![0; 32], block(LENGTH - 32, &[0, 1], &t)].concat(),
            ),
            ("another first byte of PS", with_ps(0, 0xfe)),
            ("another byte in the middle of PS", with_ps(ps / 2, 0x7f)),
            ("another last byte of PS", with_ps(ps - 1, 0xfe)),
            ("a zero in PS", with_ps(ps / 2, 0)),
            ("a zero after eight bytes of PS", with_ps(8, 0)),
            ("a separator of 0x01", with_ps(ps, 1)),
            ("no separator", with_ps(ps, 0xff)),
            ("PS of zeros", [&[0, 1][..], &vec![0; ps + 1], &t].concat()),
            ("block type 0", block(LENGTH, &[0, 0], &t)),
            ("block type 2", block(LENGTH, &[0, 2], &t)),
            ("block type 0xff", block(LENGTH, &[0, 0xff], &t)),
            ("a first byte of 1", block(LENGTH, &[1, 1], &t)),
            ("no first byte", block(LENGTH, &[1], &t)),
        ];
        refuse_all(
            hash,
            algorithm,
            forged.map(|(what, encoded)| (what.to_owned(), encoded)).into(),
        );
    }
}

/// The forgery itself: with e = 3, and with a verifier that ignores what follows the hash, the signature is a cube root
/// that anyone can take. It is refused twice: the exponent by the policy on keys, and the padding, which the test above
/// signs with a private key.
#[test]
fn cube_root_forgery() {
    let key = rsa::key(3072);
    let (length, e) = (key.length(), BigUint::from(3_u32));
    let digest = Hash::Sha256.digest(MESSAGE);
    let prefix = [&[0, 1], &[0xff; 8][..], &[0], &digest_info(Hash::Sha256, &digest)].concat();
    let garbage = 8 * (length - prefix.len());
    let target = ((BigUint::from_bytes_be(&prefix) + 1_u32) << garbage) - 1_u32;
    let root = target.cbrt();
    // The forgery would do what it shall: its cube is less than n, so there is no modulus in it.
    let cube = padded(&root.pow(3), length);
    assert!(cube.starts_with(&prefix));

    let spki = key.spki(3);
    assert_key_refused(&spki, "exponent", "e = 3");
    let verdict = kms_verify::verify_kms_signature(
        &spki,
        SigningAlgorithm::RsassaPkcs1V15Sha256,
        Message::Raw(MESSAGE),
        &padded(&root, length),
    );
    assert!(matches!(verdict, Err(kms_verify::Error::PublicKey(_))), "{verdict:?}");

    // And with an exponent that is accepted.
    let verifying_key = key.verifying_key(SigningAlgorithm::RsassaPkcs1V15Sha256);
    assert_invalid(
        &verifying_key,
        Message::Raw(MESSAGE),
        &key.sign(&cube),
        "the encoded message of the forgery",
    );
    assert_eq!(root.modpow(&e, &key.n), root.pow(3));
}

/// Leniency in DigestInfo: node-forge CVE-2022-24771, -24772 and -24773; BERserk 2014, CVE-2014-1568; strongSwan.
#[test]
fn digest_info_leniency() {
    for (hash, algorithm, _) in RSA_NAMES {
        let digest = hash.digest(MESSAGE);
        let oid = hash.oid();
        let octets = der::element(4, &digest);
        let identifier = |parameters: &[u8]| der::sequence(&[&oid, parameters]);
        let null = identifier(&[5, 0]);
        let algorithms = [
            ("no parameters, not even NULL", identifier(&[])),
            ("NULL with a length of two bytes", identifier(&[5, 0x81, 0])),
            ("NULL with contents", identifier(&[5, 1, 0])),
            ("garbage in NULL", identifier(&der::element(5, &[0x5a; 32]))),
            ("an OCTET STRING for NULL", identifier(&[4, 0])),
            (
                "garbage after NULL",
                identifier(&[&[5, 0][..], &der::element(4, &[0x5a; 32])].concat()),
            ),
            ("two NULLs", identifier(&[5, 0, 5, 0])),
            ("no algorithm", vec![]),
            ("the OID alone", oid.clone()),
            ("the OID with a length of two bytes", {
                der::sequence(&[&[&[6, 0x81][..], &oid[1..]].concat(), &[5, 0]])
            }),
            ("the OID with a padded arc", {
                let mut padded = oid[2..].to_vec();
                let last = padded.len() - 1;
                padded.insert(last, 0x80);
                der::sequence(&[&der::element(6, &padded), &[5, 0]])
            }),
            (
                "the OID of SHA-224",
                der::sequence(&[&hex("0609608648016503040204"), &[5, 0]]),
            ),
            (
                "the OID of SHA-512/256",
                der::sequence(&[&hex("0609608648016503040206"), &[5, 0]]),
            ),
            (
                "the OID of SHA3-256",
                der::sequence(&[&hex("0609608648016503040208"), &[5, 0]]),
            ),
            (
                "the OID of rsaEncryption",
                der::sequence(&[&hex("06092a864886f70d010101"), &[5, 0]]),
            ),
            (
                "the OID of sha256WithRSAEncryption",
                der::sequence(&[&hex("06092a864886f70d01010b"), &[5, 0]]),
            ),
        ];
        let mut infos: Vec<(String, Vec<u8>)> = algorithms
            .map(|(what, algorithm)| (what.to_owned(), der::sequence(&[&algorithm, &octets])))
            .into();
        for other in RSA_NAMES.map(|(other, ..)| other) {
            if other != hash {
                let swapped = der::sequence(&[&other.oid(), &[5, 0]]);
                infos.push((format!("the OID of {other:?}"), der::sequence(&[&swapped, &octets])));
            }
        }
        // BER at each level.
        let inside = [&null[..], &octets].concat();
        for (what, form) in der::ber_forms(0x30, &inside) {
            infos.push((format!("{what} in DigestInfo"), form));
        }
        for (what, form) in der::ber_forms(0x30, &[&oid[..], &[5, 0]].concat()) {
            infos.push((
                format!("{what} in AlgorithmIdentifier"),
                der::sequence(&[&form, &octets]),
            ));
        }
        for (what, form) in der::ber_forms(4, &digest) {
            infos.push((format!("{what} in the digest"), der::sequence(&[&null, &form])));
        }
        let half = digest.len() / 2;
        let in_pieces = der::element(
            0x24,
            &[der::element(4, &digest[..half]), der::element(4, &digest[half..])].concat(),
        );
        let others = [
            ("a digest in pieces", der::sequence(&[&null, &in_pieces])),
            (
                "a digest in a BIT STRING",
                der::sequence(&[&null, &der::element(3, &[&[0], &digest[..]].concat())]),
            ),
            (
                "garbage after the digest, inside",
                der::sequence(&[&null, &octets, &[4, 2, 0x5a, 0x5a]]),
            ),
            ("garbage after the digest, in its octets", {
                der::sequence(&[&null, &der::element(4, &[&digest[..], &[0x5a; 8]].concat())])
            }),
            (
                "a digest cut short",
                der::sequence(&[&null, &der::element(4, &digest[..digest.len() - 1])]),
            ),
            ("an empty digest", der::sequence(&[&null, &[4, 0]])),
            ("the digest first", der::sequence(&[&octets, &null])),
            ("the digest twice", der::sequence(&[&null, &octets, &octets])),
            ("a SET", der::element(0x31, &inside)),
            (
                "NULL in front",
                [&[5, 0][..], &der::sequence(&[&null, &octets])].concat(),
            ),
            ("no DigestInfo, the bare digest", digest.clone()),
            ("no DigestInfo, the digest as an OCTET STRING", octets.clone()),
            ("no DigestInfo, the message itself", MESSAGE.to_vec()),
            ("nothing", vec![]),
        ];
        infos.extend(others.map(|(what, info)| (what.to_owned(), info)));
        let forged = infos
            .into_iter()
            .map(|(what, info)| (what, block(LENGTH, &[0, 1], &info)))
            .collect();
        refuse_all(hash, algorithm, forged);
    }
}

/// A hash function that the signer chooses, by its DigestInfo (Wycheproof, doc/rsa.md): MD5, SHA-1, and every other one
/// that KMS has, correct in itself but not the one that the algorithm names.
#[test]
fn hash_chosen_by_the_signer() {
    for (hash, algorithm, _) in RSA_NAMES {
        let others = [Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];
        let forged = others
            .into_iter()
            .filter(|other| *other != hash)
            .map(|other| (format!("{other:?}"), pkcs1(other, &other.digest(MESSAGE), LENGTH)));
        refuse_all(hash, algorithm, forged.collect());
    }
}

/// A comparison that leaves something out: each byte of the encoded message counts.
#[test]
fn comparison_of_a_part() {
    for (hash, algorithm, _) in RSA_NAMES {
        let genuine = pkcs1(hash, &hash.digest(MESSAGE), LENGTH);
        let forged = (0..LENGTH).map(|at| {
            let mut encoded = genuine.clone();
            encoded[at] ^= 1;
            (format!("another byte {at}"), encoded)
        });
        refuse_all(hash, algorithm, forged.collect());
    }
}

/// Signatures as numbers: s + n is the same to the arithmetic as s, and "left_pad" of rsa 0.8.2 could panic on tiny
/// values. RFC 8017 section 5.2.1 wants a number less than n, in exactly as many bytes as n has.
#[test]
fn signature_not_less_than_the_modulus() {
    for bits in [2048, 3072, 4096] {
        let key = rsa::key(bits);
        let length = key.length();
        for (hash, pkcs1_name, pss_name) in RSA_NAMES {
            for algorithm in [pkcs1_name, pss_name] {
                let verifying_key = key.verifying_key(algorithm);
                let sign = |message: &[u8]| {
                    let digest = hash.digest(message);
                    key.sign(&if algorithm == pkcs1_name {
                        pkcs1(hash, &digest, length)
                    } else {
                        rsa::Pss::of(hash).encode(&digest, length)
                    })
                };
                // s + n has to fit, so s has to be small.
                let limit = BigUint::from(1_u32) << (8 * length);
                let (message, signature) = (0_u32..)
                    .map(|counter| counter.to_be_bytes())
                    .map(|message| (message, sign(&message)))
                    .find(|(_, signature)| BigUint::from_bytes_be(signature) + &key.n < limit)
                    .unwrap();
                let message = Message::Raw(&message);
                assert_valid(&verifying_key, message, &signature, "s");
                let s = BigUint::from_bytes_be(&signature);
                assert_invalid(&verifying_key, message, &padded(&(&s + &key.n), length), "s + n");
                let minus_s = padded(&(&key.n - &s), length);
                assert_invalid(&verifying_key, message, &minus_s, "n - s");
                let longer = [&[0], signature.as_slice()].concat();
                assert_invalid(&verifying_key, message, &longer, "a zero in front");
                assert_invalid(
                    &verifying_key,
                    message,
                    &padded(&(&s + &key.n), length + 1),
                    "s + n in more bytes",
                );
                assert_invalid(
                    &verifying_key,
                    message,
                    &[signature.as_slice(), &[0]].concat(),
                    "a zero behind",
                );
                for (what, number) in [
                    ("0", BigUint::ZERO),
                    ("1", 1_u32.into()),
                    ("2", 2_u32.into()),
                    ("n - 1", &key.n - 1_u32),
                    ("n", key.n.clone()),
                    ("n + 1", &key.n + 1_u32),
                    ("the largest", &limit - 1_u32),
                ] {
                    assert_invalid(&verifying_key, message, &padded(&number, length), what);
                }
                for wrong in [0, 1, length - 1, length + 1, 2 * length] {
                    assert_invalid(&verifying_key, message, &vec![1; wrong], format!("{wrong} bytes"));
                }
            }
        }
    }
}

/// A signature whose first byte is zero, with that byte left out.
#[test]
fn signature_shorter_than_the_modulus() {
    let key = rsa::key(2048);
    let verifying_key = verifying_key(&key.spki(65537), SigningAlgorithm::RsassaPkcs1V15Sha256);
    let (message, signature) = (0_u32..)
        .map(|counter| counter.to_be_bytes())
        .map(|message| {
            (
                message,
                key.sign(&pkcs1(Hash::Sha256, &Hash::Sha256.digest(&message), LENGTH)),
            )
        })
        .find(|(_, signature)| signature[0] == 0)
        .unwrap();
    assert_valid(&verifying_key, Message::Raw(&message), &signature, "whole");
    assert_invalid(
        &verifying_key,
        Message::Raw(&message),
        &signature[1..],
        "a byte shorter",
    );
}
