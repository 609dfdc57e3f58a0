//! RSASSA-PSS: every parameter is KMS's own.

use kms_verify::Message;
use num_bigint::BigUint;

use crate::forge::rsa::{self, Pss, pkcs1};
use crate::forge::{Hash, MESSAGE, RSA_NAMES, assert_invalid, assert_valid, bytes_of};

/// Signs a digest with these parameters; with others of the salt if the encoded message is not less than the modulus.
fn sign(key: &rsa::Key, pss: &Pss, digest: &[u8]) -> Vec<u8> {
    let encoded = (0..)
        .map(|attempt| Pss {
            salt: bytes_of(&format!("salt {attempt}"), pss.salt.len()),
            ..pss.clone()
        })
        .map(|pss| pss.encode(digest, key.length()))
        .find(|encoded| BigUint::from_bytes_be(encoded) < key.n);
    key.sign(&encoded.unwrap())
}

/// Parameters that the signature brings with it or that are not checked (Wycheproof, doc/rsa.md). Emulators of KMS sign
/// with the longest salt (localstack #9602).
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
            let genuine = Pss::of(hash);
            let h = hash.length();
            let padding = key.length() - 2 * h - 2;
            assert_valid(
                &verifying_key,
                Message::Raw(MESSAGE),
                &sign(key, &genuine, &digest),
                "genuine",
            );

            let mut forged = Vec::new();
            for length in [0, 1, 20, h - 1, h + 1, key.length() - h - 2] {
                let salt = vec![0; length];
                forged.push((
                    format!("a salt of {length} bytes"),
                    Pss {
                        salt,
                        ..genuine.clone()
                    },
                ));
            }
            for other in [Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                if other != hash {
                    let mgf = other;
                    forged.push((format!("MGF1 with {other:?}"), Pss { mgf, ..genuine.clone() }));
                    forged.push((
                        format!("M' with {other:?}"),
                        Pss {
                            hash: other,
                            ..genuine.clone()
                        },
                    ));
                }
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
                let trailer = trailer.to_vec();
                forged.push((
                    format!("the trailer {trailer:x?}"),
                    Pss {
                        trailer,
                        ..genuine.clone()
                    },
                ));
            }
            for separator in [0, 2, 0x80, 0x81, 0xff] {
                forged.push((
                    format!("the separator {separator:#x}"),
                    Pss {
                        separator,
                        ..genuine.clone()
                    },
                ));
            }
            for (at, byte) in [(0, 1), (0, 0x40), (1, 0x80), (padding / 2, 1), (padding - 2, 0xff)] {
                let padding = Some((at, byte));
                forged.push((
                    format!("{byte:#x} as byte {at} of the padding"),
                    Pss {
                        padding,
                        ..genuine.clone()
                    },
                ));
            }
            for zeros in [vec![], vec![0; 7], vec![0; 9], vec![1; 8]] {
                forged.push((
                    format!("M' with {zeros:?}"),
                    Pss {
                        zeros,
                        ..genuine.clone()
                    },
                ));
            }
            forged.push((
                "the highest bit".into(),
                Pss {
                    top_bit: true,
                    ..genuine.clone()
                },
            ));
            for (what, pss) in forged {
                let signature = sign(key, &pss, &digest);
                assert_invalid(&verifying_key, Message::Raw(MESSAGE), &signature, &what);
                assert_invalid(&verifying_key, Message::Digest(&digest), &signature, &what);
            }
            // A digest of another hash function than the name's, in a signature that is right in all its parts.
            for other in [Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                if other != hash {
                    let signature = sign(key, &genuine, &other.digest(MESSAGE));
                    assert_invalid(
                        &verifying_key,
                        Message::Raw(MESSAGE),
                        &signature,
                        format!("{other:?} of the message"),
                    );
                    let signature = sign(key, &Pss::of(other), &other.digest(MESSAGE));
                    assert_invalid(
                        &verifying_key,
                        Message::Raw(MESSAGE),
                        &signature,
                        format!("all with {other:?}"),
                    );
                }
            }
        }
    }
}

/// A comparison that leaves something out: each byte of the encoded message counts. (Each is tried with one of the three
/// hash functions.)
#[test]
fn comparison_of_a_part() {
    let key = rsa::key(2048);
    for (i, (hash, _, algorithm)) in RSA_NAMES.into_iter().enumerate() {
        let verifying_key = key.verifying_key(algorithm);
        let genuine = Pss::of(hash).encode(&hash.digest(MESSAGE), key.length());
        assert_valid(&verifying_key, Message::Raw(MESSAGE), &key.sign(&genuine), "genuine");
        for at in (i..key.length()).step_by(3) {
            let mut encoded = genuine.clone();
            encoded[at] ^= 1;
            assert_invalid(
                &verifying_key,
                Message::Raw(MESSAGE),
                &key.sign(&encoded),
                format!("another byte {at}"),
            );
        }
    }
}

/// One padding taken for the other.
#[test]
fn padding_confusion() {
    let key = rsa::key(2048);
    for (hash, pkcs1_name, pss_name) in RSA_NAMES {
        let digest = hash.digest(MESSAGE);
        let as_pkcs1 = key.sign(&pkcs1(hash, &digest, key.length()));
        let as_pss = key.sign(&Pss::of(hash).encode(&digest, key.length()));
        for (_, other_pkcs1, other_pss) in RSA_NAMES {
            for (algorithm, signature, holds) in [
                (other_pkcs1, &as_pkcs1, other_pkcs1 == pkcs1_name),
                (other_pss, &as_pss, other_pss == pss_name),
                (other_pkcs1, &as_pss, false),
                (other_pss, &as_pkcs1, false),
            ] {
                let verifying_key = key.verifying_key(algorithm);
                if holds {
                    assert_valid(&verifying_key, Message::Raw(MESSAGE), signature, "its own name");
                } else {
                    assert_invalid(&verifying_key, Message::Raw(MESSAGE), signature, "another name");
                }
            }
        }
    }
}
