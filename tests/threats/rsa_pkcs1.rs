//! RSASSA-PKCS1-v1_5: everything before the digest. Also RSA signatures as numbers.

use kms_verify::{Error, Message, SigningAlgorithm, verify_kms_signature};
use kms_verify_testing::der::{ber_forms, element, sequence};
use kms_verify_testing::forge::rsa::{self, block, digest_info, pkcs1};
use kms_verify_testing::forge::{Hash, MESSAGE, RAW, RSA_NAMES, Verdicts, assert_key_rejected};
use kms_verify_testing::{hex, padded, power_of_two};
use num_bigint::BigUint;

/// The length of an encoded message for RSA_2048.
const LENGTH: usize = 256;

/// Encoded messages, each with a description.
#[derive(Default)]
struct Forged(Vec<(String, Vec<u8>)>);

impl Forged {
    fn add(&mut self, what: impl Into<String>, encoded: Vec<u8>) {
        self.0.push((what.into(), encoded));
    }

    /// Checks that none of them makes a signature that verifies under this name, and that the genuine one does.
    #[track_caller]
    fn rejected_by(self, hash: Hash, algorithm: SigningAlgorithm) {
        let key = rsa::key(2048);
        let verifying_key = key.verifying_key(algorithm);
        let digest = hash.digest(MESSAGE);
        let genuine = pkcs1(hash, &digest, LENGTH);
        verifying_key.accepts(RAW, &key.sign(&genuine), "genuine");
        for (what, encoded) in self.0 {
            assert_ne!(encoded, genuine, "{what}");
            let signature = key.sign(&encoded);
            verifying_key.rejects(RAW, &signature, &what);
            verifying_key.rejects(Message::Digest(&digest), &signature, &what);
        }
    }
}

/// Padding that is parsed instead of rebuilt: Bleichenbacher 2006, where data may follow the hash, and every other
/// freedom that a parser of 0x00 0x01 PS 0x00 T can leave.
#[test]
fn padding_parsed_not_rebuilt() {
    for (hash, algorithm, _) in RSA_NAMES {
        let t = digest_info(hash, &hash.digest(MESSAGE));
        let ps_length = LENGTH - 3 - t.len();
        let mut forged = Forged::default();
        for ps in [8, 1, 0, ps_length - 1] {
            let mut encoded = [&[0, 1], &vec![0xff; ps][..], &[0], &t].concat();
            encoded.resize(LENGTH, 0x5a);
            forged.add(format!("{ps} bytes of PS, and garbage after the hash"), encoded);
        }
        let zeros_behind = [&t[..], &[0; 16]].concat();
        forged.add("zeros after the hash", block(LENGTH, &[0, 1], &zeros_behind));
        for short in [3 + 8 + t.len(), LENGTH - 32] {
            let encoded = [vec![0; LENGTH - short], block(short, &[0, 1], &t)].concat();
            forged.add(format!("encoded in {short} bytes"), encoded);
        }
        for (at, byte) in [
            (0, 0xfe),
            (ps_length / 2, 0x7f),
            (ps_length - 1, 0xfe),
            (ps_length / 2, 0),
            (8, 0),
            (ps_length, 1),
            (ps_length, 0xff),
        ] {
            let mut encoded = block(LENGTH, &[0, 1], &t);
            encoded[2 + at] = byte;
            forged.add(format!("{byte:#x} as byte {at} of PS and separator"), encoded);
        }
        forged.add("PS of zeros", [&[0, 1], &vec![0; ps_length + 1][..], &t].concat());
        for begin in [&[0, 0][..], &[0, 2], &[0, 0xff], &[1, 1], &[1]] {
            forged.add(format!("{begin:x?} in front of PS"), block(LENGTH, begin, &t));
        }
        forged.rejected_by(hash, algorithm);
    }
}

/// The forgery itself: with e = 3 and a verifier that ignores the bytes after the hash, the signature is a cube root,
/// which anyone can compute. It is rejected twice: for its exponent, and for its padding, which here is signed with a
/// private key.
#[test]
fn cube_root_forgery() {
    let key = rsa::key(3072);
    let algorithm = SigningAlgorithm::RsassaPkcs1V15Sha256;
    let t = digest_info(Hash::Sha256, &Hash::Sha256.digest(MESSAGE));
    let prefix = [&[0, 1], &[0xff; 8][..], &[0], &t].concat();
    let garbage = 8 * (key.length() - prefix.len());
    let root = (((BigUint::from_bytes_be(&prefix) + 1_u32) << garbage) - 1_u32).cbrt();
    // The forgery works: its cube is less than n, and has everything that such a verifier inspects.
    let cube = padded(&root.pow(3), key.length());
    assert!(cube.starts_with(&prefix));

    let spki = key.spki(3);
    assert_key_rejected(&spki, "exponent", "e = 3");
    let verdict = verify_kms_signature(&spki, algorithm, RAW, &padded(&root, key.length()));
    assert!(matches!(verdict, Err(Error::PublicKey(_))), "{verdict:?}");

    let with_another_exponent = key.sign(&cube);
    key.verifying_key(algorithm)
        .rejects(RAW, &with_another_exponent, "the cube");
}

/// Lenient parsing of DigestInfo: BERserk 2014, CVE-2014-1568; node-forge CVE-2022-24771, -24772 and -24773;
/// strongSwan.
#[test]
fn digest_info_leniency() {
    for (hash, algorithm, _) in RSA_NAMES {
        let digest = hash.digest(MESSAGE);
        let oid = hash.oid();
        let octets = element(4, &digest);
        let null = [5, 0];
        let identifier = sequence(&[&oid, &null]);
        let mut infos: Vec<(String, Vec<u8>)> = Vec::new();
        let mut add = |what: &str, info: Vec<u8>| infos.push((what.to_owned(), info));

        let garbage = element(4, &[0x5a; 32]);
        for (what, parameters) in [
            ("no parameters, not even NULL", vec![]),
            ("NULL with a length of two bytes", vec![5, 0x81, 0]),
            ("NULL with contents", vec![5, 1, 0]),
            ("garbage in NULL", element(5, &[0x5a; 32])),
            ("an OCTET STRING for NULL", vec![4, 0]),
            ("garbage after NULL", [&null[..], &garbage].concat()),
            ("two NULLs", vec![5, 0, 5, 0]),
        ] {
            let identifier = sequence(&[&oid, &parameters]);
            add(what, sequence(&[&identifier, &octets]));
        }
        let long_length = [&[6, 0x81], &oid[1..]].concat();
        let (arcs, last_arc) = oid[2..].split_at(oid.len() - 3);
        let padded_arc = element(6, &[arcs, &[0x80], last_arc].concat());
        for (what, oid) in [
            ("a length of two bytes in the OID", long_length),
            ("a padded arc in the OID", padded_arc),
            ("no OID", vec![]),
            ("the OID of SHA-1", Hash::Sha1.oid()),
            (
                "the OID of SHA-256 or SHA-384",
                if hash == Hash::Sha256 {
                    Hash::Sha384
                } else {
                    Hash::Sha256
                }
                .oid(),
            ),
            (
                "the OID of SHA-512 or SHA-384",
                if hash == Hash::Sha512 {
                    Hash::Sha384
                } else {
                    Hash::Sha512
                }
                .oid(),
            ),
            ("the OID of SHA-512/256", hex("0609608648016503040206")),
            ("the OID of SHA3-256", hex("0609608648016503040208")),
            ("the OID of rsaEncryption", hex("06092a864886f70d010101")),
            ("the OID of sha256WithRSAEncryption", hex("06092a864886f70d01010b")),
        ] {
            let identifier = sequence(&[&oid, &null]);
            add(what, sequence(&[&identifier, &octets]));
        }
        add("the OID alone", sequence(&[&oid, &octets]));
        add("no algorithm", sequence(&[&octets]));

        let (one_half, other_half) = digest.split_at(digest.len() / 2);
        let pieces = [element(4, one_half), element(4, other_half)].concat();
        for (what, octets) in [
            ("a digest in pieces", element(0x24, &pieces)),
            ("a digest in a BIT STRING", element(3, &[&[0], &digest[..]].concat())),
            ("garbage after the digest", [&octets[..], &garbage].concat()),
            ("garbage in the digest", element(4, &[&digest[..], &[0x5a; 8]].concat())),
            ("a digest cut short", element(4, &digest[1..])),
            ("an empty digest", vec![4, 0]),
            ("no digest", vec![]),
            ("the digest twice", [&octets[..], &octets].concat()),
        ] {
            add(what, sequence(&[&identifier, &octets]));
        }
        add("the digest first", sequence(&[&octets, &identifier]));
        let inside = [&identifier[..], &octets].concat();
        add("a SET", element(0x31, &inside));
        add("NULL in front", [&null[..], &sequence(&[&inside])].concat());
        add("no DigestInfo, the bare digest", digest.clone());
        add("no DigestInfo, the digest as an OCTET STRING", octets.clone());
        add("no DigestInfo, the message itself", MESSAGE.to_vec());
        add("nothing", vec![]);

        // BER at each level.
        for (what, form) in ber_forms(0x30, &inside) {
            add(what, form);
        }
        for (what, form) in ber_forms(0x30, &[&oid[..], &null].concat()) {
            add(&format!("{what} in AlgorithmIdentifier"), sequence(&[&form, &octets]));
        }
        for (what, form) in ber_forms(4, &digest) {
            add(&format!("{what} in the digest"), sequence(&[&identifier, &form]));
        }

        let mut forged = Forged::default();
        for (what, info) in infos {
            forged.add(what, block(LENGTH, &[0, 1], &info));
        }
        forged.rejected_by(hash, algorithm);
    }
}

/// A hash function chosen by the signer through DigestInfo (Wycheproof, doc/rsa.md): MD5, SHA-1, and every other one of
/// KMS, valid in itself but not the one that the algorithm names.
#[test]
fn hash_chosen_by_the_signer() {
    for (hash, algorithm, _) in RSA_NAMES {
        let mut forged = Forged::default();
        for other in Hash::ALL.into_iter().filter(|other| *other != hash) {
            forged.add(format!("{other:?}"), pkcs1(other, &other.digest(MESSAGE), LENGTH));
        }
        forged.rejected_by(hash, algorithm);
    }
}

/// An incomplete comparison: each byte of the encoded message counts.
#[test]
fn comparison_of_a_part() {
    for (hash, algorithm, _) in RSA_NAMES {
        let mut forged = Forged::default();
        for at in 0..LENGTH {
            let mut encoded = pkcs1(hash, &hash.digest(MESSAGE), LENGTH);
            encoded[at] ^= 1;
            forged.add(format!("another byte {at}"), encoded);
        }
        forged.rejected_by(hash, algorithm);
    }
}

/// The first of many messages whose signature has the wanted property.
fn sign_until(wanted: impl Fn(&[u8]) -> bool, sign: impl Fn(&[u8]) -> Vec<u8>) -> (impl AsRef<[u8]>, Vec<u8>) {
    (0_u32..)
        .map(|counter| counter.to_be_bytes())
        .map(|message| (message, sign(&message)))
        .find(|(_, signature)| wanted(signature))
        .unwrap()
}

/// Signatures as numbers: arithmetic cannot distinguish s + n from s, and `left_pad` of rsa 0.8.2 could panic on tiny
/// values. RFC 8017 section 5.2.1 requires a number less than n, in exactly as many bytes as n has.
#[test]
fn signature_not_less_than_the_modulus() {
    for (bits, (hash, pkcs1_name, pss_name)) in [2048, 3072, 4096].into_iter().zip(RSA_NAMES) {
        let key = rsa::key(bits);
        let (n, length) = (&key.n, key.length());
        let limit = power_of_two(8 * length);
        for algorithm in [pkcs1_name, pss_name] {
            let sign = |message: &[u8]| {
                let digest = hash.digest(message);
                key.sign(&if algorithm == pkcs1_name {
                    pkcs1(hash, &digest, length)
                } else {
                    rsa::Pss::of(hash).encode(&digest, length)
                })
            };
            // s + n must fit.
            let fits = |signature: &[u8]| BigUint::from_bytes_be(signature) + n < limit;
            let (message, signature) = sign_until(fits, sign);
            let message = Message::Raw(message.as_ref());
            let key = key.verifying_key(algorithm);
            key.accepts(message, &signature, "s");

            let s = BigUint::from_bytes_be(&signature);
            key.rejects(message, &padded(&(&s + n), length), "s + n");
            key.rejects(message, &padded(&(&s + n), length + 1), "s + n in more bytes");
            key.rejects(message, &padded(&s, length + 1), "s in more bytes");
            key.rejects(message, &padded(&(n - &s), length), "n - s");
            key.rejects(message, &[&signature[..], &[0]].concat(), "a byte behind");
            for number in [
                BigUint::ZERO,
                1_u32.into(),
                2_u32.into(),
                n - 1_u32,
                n.clone(),
                n + 1_u32,
                &limit - 1_u32,
            ] {
                key.rejects(message, &padded(&number, length), format!("{number:x}"));
            }
            for wrong in [0, 1, length - 1, length + 1, 2 * length] {
                key.rejects(message, &vec![1; wrong], format!("{wrong} bytes"));
            }
        }
    }
}

/// A signature whose first byte is zero, without that byte.
#[test]
fn signature_shorter_than_the_modulus() {
    let key = rsa::key(2048);
    let sign = |message: &[u8]| key.sign(&pkcs1(Hash::Sha256, &Hash::Sha256.digest(message), LENGTH));
    let (message, signature) = sign_until(|signature| signature[0] == 0, sign);
    let message = Message::Raw(message.as_ref());
    let key = key.verifying_key(SigningAlgorithm::RsassaPkcs1V15Sha256);
    key.accepts(message, &signature, "whole");
    key.rejects(message, &signature[1..], "a byte shorter");
}
