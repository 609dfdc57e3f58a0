//! Mistakes that only RSA has, with signatures that KMS does not make, so they are made here.

use kms_verify::{Caller, Cause, Inputs, MessageType, SigningAlgorithm};
use kms_verify_testing::der;
use kms_verify_testing::forge::rsa::{self, Pss};
use kms_verify_testing::forge::{Hash, MESSAGE, RSA_NAMES};

use crate::case::{Case, causes};
use crate::schemes::{assert_all_shown, case};

use Cause::*;
use MessageType::{Digest, Raw};

/// An RSA signature over an arbitrary encoded message.
fn rsa_case(algorithm: SigningAlgorithm, encoded: &[u8]) -> Case {
    let key = rsa::key(2048);
    case(&key.spki(65537), algorithm, key.sign(encoded))
}

#[test]
fn pss_salt_lengths_are_read() {
    for (hash, _, algorithm) in RSA_NAMES {
        let longest = 256 - hash.length() - 2;
        for length in [0, 1, 20, hash.length() - 1, hash.length() + 1, longest - 1, longest] {
            let pss = Pss {
                salt: vec![7; length],
                ..Pss::of(hash)
            };
            let case = rsa_case(algorithm, &pss.encode(&hash.digest(MESSAGE), 256));
            let diagnosis = assert_all_shown(&case, &[PssSaltLength]);
            let finding = &diagnosis.findings()[0];
            let (found, expected) = (
                format!("a PSS salt of {length} bytes"),
                format!("always uses {}", hash.length()),
            );
            assert!(
                finding.found().contains(&found) && finding.found().contains(&expected),
                "{finding}"
            );
            assert_eq!(
                finding.found().contains("moto, local-kms"),
                length == longest,
                "{finding}"
            );
            assert!(
                finding
                    .advice_for(Caller::Shell(Inputs::default()))
                    .contains("rsa_pss_saltlen:digest")
            );

            // Like moto, which also hashes a DIGEST again.
            let digest = hash.digest(MESSAGE);
            let case = rsa_case(algorithm, &pss.encode(&hash.digest(&digest), 256)).with_message(Digest, digest);
            assert_all_shown(&case, &[PssSaltLength, MessageHashedTwice]);
        }
    }
}

/// The padding shows the salt even if the message differs; the longest salt leaves no room for a proof.
#[test]
fn pss_salts_of_another_message_are_read() {
    for (length, certain) in [(20, true), (222, false)] {
        let pss = Pss {
            salt: vec![7; length],
            ..Pss::of(Hash::Sha256)
        };
        let case = rsa_case(
            SigningAlgorithm::RsassaPssSha256,
            &pss.encode(&Hash::Sha256.digest(b"another"), 256),
        );
        let diagnosis = case.diagnose();
        assert_eq!(causes(&diagnosis)[..2], [PssSaltLength, MessageDiffers], "{diagnosis}");
        assert!(
            diagnosis
                .findings()
                .iter()
                .all(|finding| finding.is_certain() == certain),
            "{diagnosis}"
        );
    }
}

#[test]
fn pss_mask_hashes_are_read() {
    for (hash, _, algorithm) in RSA_NAMES {
        for mgf in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            if mgf == hash {
                continue;
            }
            let pss = Pss { mgf, ..Pss::of(hash) };
            let case = rsa_case(algorithm, &pss.encode(&hash.digest(MESSAGE), 256));
            let diagnosis = assert_all_shown(&case, &[PssMgfHash]);
            assert!(diagnosis.findings()[0].found().contains("MGF1 of PSS"));
            // Java's "SHA256withRSA/PSS" with its default parameters.
            let pss = Pss {
                salt: vec![7; 20],
                ..pss
            };
            let case = rsa_case(algorithm, &pss.encode(&hash.digest(MESSAGE), 256));
            assert_all_shown(&case, &[PssSaltLength, PssMgfHash]);
        }
    }
}

#[test]
fn rsa_with_hashes_that_kms_does_not_use_is_found() {
    let sha1 = Pss::of(Hash::Sha1).encode(&Hash::Sha1.digest(MESSAGE), 256);
    assert_all_shown(&rsa_case(SigningAlgorithm::RsassaPssSha256, &sha1), &[WrongHash]);
    assert_all_shown(
        &rsa_case(SigningAlgorithm::RsassaPkcs1V15Sha256, &sha1),
        &[WrongPadding, WrongHash],
    );
    for hash in [Hash::Sha1, Hash::Md5] {
        let encoded = rsa::pkcs1(hash, &hash.digest(MESSAGE), 256);
        let case = rsa_case(SigningAlgorithm::RsassaPkcs1V15Sha256, &encoded);
        let diagnosis = assert_all_shown(&case, &[WrongHash]);
        assert!(diagnosis.findings()[0].advice().contains("KMS has no algorithm"));
        let case = case.with_algorithm(SigningAlgorithm::RsassaPssSha512);
        assert_all_shown(&case, &[WrongPadding, WrongHash]);
    }
}

#[test]
fn pkcs1_without_digest_info_is_read() {
    for (hash, algorithm, pss) in RSA_NAMES {
        let digest = hash.digest(MESSAGE);
        let case = rsa_case(algorithm, &rsa::block(256, &[0, 1], &digest));
        let diagnosis = assert_all_shown(&case, &[Pkcs1WithoutDigestInfo]);
        assert!(diagnosis.findings()[0].found().contains("the bare SHA-"));
        assert_all_shown(
            &case.clone().with_algorithm(pss),
            &[WrongPadding, Pkcs1WithoutDigestInfo],
        );
        assert_all_shown(
            &case.clone().with_message(Digest, digest.clone()),
            &[Pkcs1WithoutDigestInfo],
        );
        assert_all_shown(&case.with_message(Raw, b"another"), &[Pkcs1WithoutDigestInfo]);

        let case = rsa_case(algorithm, &rsa::block(256, &[0, 1], MESSAGE));
        let diagnosis = assert_all_shown(&case, &[Pkcs1WithoutDigestInfo]);
        assert!(diagnosis.findings()[0].found().contains("the unhashed message itself"));

        // DigestInfo without its NULL, which some libraries omit.
        let without_null = der::sequence(&[&der::sequence(&[&hash.oid()]), &der::element(4, &digest)]);
        // And with trailing data.
        let longer = [rsa::digest_info(hash, &digest), vec![0]].concat();
        for info in [without_null, longer] {
            let case = rsa_case(algorithm, &rsa::block(256, &[0, 1], &info));
            assert_all_shown(&case, &[WrongPadding]);
            assert_all_shown(&case.with_algorithm(pss), &[WrongPadding]);
        }
    }
}

/// Seven bytes of padding are one too few.
#[test]
fn short_paddings_are_rejected() {
    for (length, cause) in [(8, Pkcs1WithoutDigestInfo), (7, WrongKey)] {
        let encoded = rsa::block(256, &[0, 1], &vec![7; 256 - 3 - length]);
        assert_all_shown(&rsa_case(SigningAlgorithm::RsassaPkcs1V15Sha256, &encoded), &[cause]);
    }
}

/// KMS does not use the padding of X9.31, but this key may still have made the signature.
#[test]
fn another_key_is_only_a_hint_for_a_padding_that_kms_does_not_use() {
    let digest = Hash::Sha256.digest(MESSAGE);
    let encoded = [&[0x6b][..], &[0xbb; 256 - 36], &[0xba], &digest, &[0x34, 0xcc]].concat();
    let case = rsa_case(SigningAlgorithm::RsassaPkcs1V15Sha256, &encoded);
    let diagnosis = assert_all_shown(&case, &[WrongKey]);
    assert!(diagnosis.findings()[0].found().contains("a signer other than KMS"));
}

/// Big integer libraries drop a leading zero byte, or add one for the sign.
#[test]
fn rsa_signatures_of_other_lengths_are_corrected() {
    let key = rsa::key(2048);
    let algorithm = SigningAlgorithm::RsassaPkcs1V15Sha256;
    let (message, signature) = (0_u32..)
        .map(|i| {
            let message = i.to_be_bytes();
            (
                message,
                key.sign(&rsa::pkcs1(Hash::Sha256, &Hash::Sha256.digest(&message), 256)),
            )
        })
        .find(|(_, signature)| signature[0] == 0)
        .unwrap();
    let case = case(&key.spki(65537), algorithm, signature[1..].to_vec()).with_message(Raw, message);
    let diagnosis = assert_all_shown(&case, &[SignatureWrongLength]);
    assert!(
        diagnosis.findings()[0]
            .found()
            .contains("without its leading zero bytes")
    );
    let case = case.with_signature([&[0], &signature[..]].concat());
    let diagnosis = assert_all_shown(&case, &[SignatureWrongLength]);
    assert!(diagnosis.findings()[0].found().contains("BigInteger"));
    // A truncated byte is not a leading zero, so no cause is claimed.
    let diagnosis = assert_all_shown(&case.with_signature(&signature[..255]), &[SignatureWrongLength]);
    assert!(!diagnosis.findings()[0].found().contains("is missing"));
}
