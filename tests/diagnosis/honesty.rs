//! No false claims, an outcome that is always that of verification, and bounded work.

use std::time::Instant;

use kms_verify::{Caller, Cause, Diagnosis, Inputs, KeySpec, Message, MessageType, SigningAlgorithm, diagnose};
use kms_verify_testing::forge::curve;
use kms_verify_testing::forge::{MESSAGE, signers};
use kms_verify_testing::padded;
use kms_verify_testing::vectors::{kms_vector, kms_vectors};
use sha2::{Digest, Sha256};

use crate::case::{Case, base64, causes, hex};
use crate::signers;

use Cause::*;

/// The hints that are allowed when a signature reveals nothing about its key or message.
const HINTS: [Cause; 4] = [WrongKey, MlDsaContext, Sm2DistinguishingId, Ed25519PureAndPh];

/// All genuine signatures in `tests/vectors`, those of KMS and others.
fn genuine() -> Vec<(String, Case)> {
    let mut cases: Vec<_> = kms_vectors()
        .iter()
        .map(|vector| (vector.name.clone(), Case::of(vector)))
        .collect();
    for signer in signers() {
        signer.with_message(MESSAGE, |message| {
            let case = signers::case(signer, MESSAGE, b"").with_message(message.message_type(), message.as_bytes());
            cases.push((signer.name.clone(), case));
        });
    }
    cases
}

#[test]
fn correct_inputs_have_no_findings() {
    for (name, case) in genuine() {
        assert_eq!(case.diagnose().outcome(), Ok(()), "{name}");
    }
}

/// The signature has the form of either algorithm, so the key may well be the one that signed.
#[test]
fn a_key_that_may_have_signed_is_not_ruled_out() {
    for algorithm in [SigningAlgorithm::EcdsaSha384, SigningAlgorithm::Sm2Dsa] {
        let case = Case::of(&kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1"))
            .with_message(MessageType::Raw, "another message")
            .with_algorithm(algorithm);
        let diagnosis = case.diagnose();
        assert_eq!(causes(&diagnosis), [KeyIsForAnotherAlgorithm, WrongKey], "{diagnosis}");
        let findings = diagnosis.findings();
        assert!(!findings[0].found().contains("another key signed"), "{diagnosis}");
        assert!(!findings[1].is_certain(), "{diagnosis}");
    }
}

/// A command whose output differs from the signed bytes would mislead.
#[test]
fn commands_fit_the_input() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let advice = |message_type, message: Vec<u8>| {
        let case = Case::of(&vector).with_message(message_type, message);
        case.diagnose().findings()[0].advice_for(Caller::Shell(Inputs::default()))
    };
    let command = format!("head -c {} < message.txt > message.bin", vector.message.len());
    for ending in ["\n", "\r\n", "\n\n\n"] {
        let longer = [&vector.message[..], ending.as_bytes()].concat();
        assert!(advice(MessageType::Raw, longer).contains(&command), "{ending:?}");
    }
    let digest = hex(&Sha256::digest(&vector.message));
    // xxd alone would also read the hexadecimal digits in "SHA2-256(message.bin)= ".
    for (text, command) in [
        (format!("{digest}\n"), ": xxd -r -p < message.txt > digest.bin"),
        (
            format!("{digest}  cafe\n"),
            "grep -oE '[0-9A-Fa-f]{64,}' < message.txt | head -n 1 | xxd -r -p > digest.bin",
        ),
        (
            format!("SHA2-256(message.bin)= {digest}\n"),
            "< message.txt | tail -n 1 | xxd -r -p > digest.bin",
        ),
    ] {
        assert!(
            advice(MessageType::Digest, text.clone().into()).contains(command),
            "{text}"
        );
    }
}

#[test]
fn nested_text_encodings_are_reported() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let once = base64(&vector.signature);
    for (text, again) in [(once.clone(), false), (base64(once.as_bytes()), true)] {
        let diagnosis = Case::of(&vector).with_signature(text).diagnose();
        assert_eq!(causes(&diagnosis), [SignatureIsBase64], "{diagnosis}");
        assert_eq!(
            diagnosis.findings()[0].found().contains("decode them too"),
            again,
            "{diagnosis}"
        );
    }
}

#[test]
fn an_altered_message_raises_no_other_cause() {
    for (name, case) in genuine() {
        let is_rsa = case.algorithm.as_str().starts_with("RSA");
        for at in [0, case.message.len() / 2, case.message.len() - 1] {
            let mut message = case.message.clone();
            message[at] ^= 4;
            let diagnosis = case.clone().with_message(case.message_type, message).diagnose();
            if is_rsa {
                assert_eq!(causes(&diagnosis), [MessageDiffers], "{name}: {diagnosis}");
                assert!(diagnosis.findings()[0].is_certain());
            } else {
                assert_eq!(causes(&diagnosis)[0], WrongKey, "{name}: {diagnosis}");
                for finding in diagnosis.findings() {
                    assert!(
                        HINTS.contains(&finding.cause()) && !finding.is_certain(),
                        "{name}: {diagnosis}"
                    );
                }
            }
        }
    }
}

/// One byte of the signature is changed: only RSA shows that, and the change may damage DER.
#[test]
fn an_altered_signature_raises_no_other_cause() {
    for (name, case) in genuine() {
        let is_rsa = case.algorithm.as_str().starts_with("RSA");
        for at in [0, 1, 3, 5, case.signature.len() / 2, case.signature.len() - 1] {
            let mut signature = case.signature.clone();
            signature[at] ^= 4;
            let diagnosis = case.clone().with_signature(signature).diagnose();
            for finding in diagnosis.findings() {
                let fits = match finding.cause() {
                    WrongKey => finding.is_certain() == is_rsa,
                    SignatureDerMalformed | SignatureWrongLength => case.signature[0] == 0x30 && at <= 5,
                    cause => HINTS.contains(&cause) && !finding.is_certain(),
                };
                assert!(fits, "{name}, byte {at}: {diagnosis}");
            }
        }
    }
}

/// Every key with every signature, under either algorithm.
#[test]
fn no_mixture_of_genuine_inputs_becomes_valid() {
    let genuine = genuine();
    for (name, case) in &genuine {
        for (other_name, other) in &genuine {
            for algorithm in [case.algorithm, other.algorithm] {
                let mixed = case.clone().with_key(other.key.clone()).with_algorithm(algorithm);
                let valid = mixed.diagnose().outcome().is_ok();
                let same = case.key == other.key && algorithm == case.algorithm;
                assert_eq!(valid, same, "{name} with the key of {other_name}");
            }
        }
    }
}

/// Every algorithm and message type, with inputs truncated, extended and changed in all places.
#[test]
fn no_damage_becomes_valid() {
    let mut diagnoses = 0;
    for (name, case) in genuine() {
        for &algorithm in SigningAlgorithm::ALL {
            for &message_type in MessageType::ALL {
                case.clone()
                    .with_algorithm(algorithm)
                    .with_message(message_type, case.message.clone())
                    .diagnose();
                diagnoses += 1;
            }
        }
        for seed in 0_u32..40 {
            let random = Sha256::digest([name.as_bytes(), &seed.to_be_bytes()].concat());
            let mut damaged = case.clone();
            let target = if random[0] & 1 == 0 {
                &mut damaged.signature
            } else {
                &mut damaged.message
            };
            let at = usize::from(u16::from_be_bytes([random[1], random[2]])) % target.len();
            match random[3] % 4 {
                0 => target.truncate(at),
                1 => target.insert(at, random[4]),
                2 => target[at] ^= random[4] | 1,
                _ => target.extend_from_slice(&random),
            }
            assert!(damaged.diagnose().outcome().is_err(), "{name}, {seed}");
            diagnoses += 1;
        }
    }
    println!("{diagnoses} diagnoses");
}

/// The most work: a signature with two readings, and a message that can be converted to all forms.
#[test]
fn the_number_of_verifications_is_bounded() {
    let key = curve::Key::new(curve::curve(KeySpec::EccNistP256), "signer");
    let (r, s) = key.sign(&[7; 32]);
    let shortened = [padded(&r, 32), padded(&s, 32)[1..].to_vec()].concat();
    // Hexadecimal digests, base64, both kinds of line ends, and several line ends at the end.
    let message = [hex(&[7; 32]), "\r\n".into(), hex(&[8; 32]), "\n\n".into()].concat();
    let case = Case {
        key: crate::mistakes::another_key(KeySpec::EccNistP256),
        algorithm: SigningAlgorithm::EcdsaSha256,
        message_type: MessageType::Raw,
        message: message.clone().into_bytes(),
        signature: shortened,
    };
    println!("{} verifications with two candidates", case.diagnose().verifications());

    let mut most = 0;
    for (_, case) in genuine() {
        let case = case.with_message(MessageType::Raw, message.clone());
        most = most.max(case.diagnose().verifications());
    }
    println!("at most {most} verifications with one candidate");
    assert!(most < Diagnosis::MAX_VERIFICATIONS, "nothing is left out then");
}

/// A long message is hashed a fixed number of times, whatever its beginning and end are.
#[test]
fn the_number_of_verifications_of_a_long_message_is_bounded() {
    let mut most = 0;
    for signer in signers() {
        let mut message = b"\xef\xbb\xbf".to_vec();
        message.resize(Diagnosis::MAX_REWRITTEN + 1, b'x');
        message.extend_from_slice(b"\r\n\n\n");
        let key = signer.key.public_key();
        let signature = signer.sign(b"another message");
        let diagnosis = diagnose(key, signer.key.algorithm(), Message::Raw(&message), &signature);
        most = most.max(diagnosis.verifications());
    }
    println!("at most {most} verifications");
    assert!((12..=Diagnosis::MAX_VERIFICATIONS_OF_LONG).contains(&most), "{most}");
}

/// A signature longer than any text of one is only described by its length, and not read.
#[test]
fn long_signatures_are_not_read() {
    for vector in kms_vectors() {
        let mut case = Case::of(&vector);
        case.signature.resize(64 * 1024, 0);
        let longest = case.diagnose();
        case.signature.push(0);
        let longer = case.diagnose();
        assert_eq!(causes(&longer), [SignatureWrongLength], "{longer}");
        assert_eq!(longer.verifications(), 0);
        // With one byte less, the DER at its beginning is recognized.
        let is_der = vector.algorithm.as_str().starts_with("ECDSA");
        assert_eq!(causes(&longest).contains(&SignatureDerMalformed), is_der, "{longest}");
    }
}

/// A message too long to be rewritten: what its ends and its digest show is still reported.
#[test]
fn long_messages_are_not_rewritten() {
    for signer in signers() {
        if signer.key.algorithm() == SigningAlgorithm::Ed25519PhSha512 {
            continue;
        }
        for (length, rewritten) in [(Diagnosis::MAX_REWRITTEN, true), (Diagnosis::MAX_REWRITTEN + 1, false)] {
            let message = vec![b'\n'; length - 1];
            let without = [&message[..], b"x"].concat();
            let started = Instant::now();
            let missing = signers::case(signer, &[&without[..], b"\n"].concat(), &without).diagnose();
            assert_eq!(
                causes(&missing)[0] == MessageMissingNewline,
                rewritten,
                "{}: {missing}",
                signer.name
            );
            println!("{:?} for {length} bytes with {}", started.elapsed(), signer.name);
        }
        let signed = vec![b'x'; Diagnosis::MAX_REWRITTEN + 1];
        let given = [&signed[..], b"\n"].concat();
        signers::case(signer, &signed, &given).assert_shown(MessageTrailingNewline, &signer.name);
        let digest = match crate::case::digest(signer.key.public_key(), signer.key.algorithm(), &signed) {
            Some((_, digest)) => digest,
            None => continue,
        };
        let cause = if signer.key.algorithm() == SigningAlgorithm::MlDsaShake256 {
            MlDsaMuAndRaw
        } else {
            MessageHashedTwice
        };
        signers::case(signer, &digest, &signed).assert_shown(cause, &signer.name);
    }
}

/// Texts that are too long for their possible meanings are not inspected.
#[test]
fn long_texts_are_not_read() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-digest2");
    let case = Case::of(&vector);
    for (blanks, read) in [(1024 - 64, true), (1024 - 63, false)] {
        let text = hex(&vector.message) + &" ".repeat(blanks);
        let diagnosis = case.clone().with_message(MessageType::Raw, text).diagnose();
        assert_eq!(causes(&diagnosis).contains(&DigestIsHex), read, "{diagnosis}");
    }
    let text = hex(&vector.signature);
    for (blanks, read) in [(65536 - text.len(), true), (65537 - text.len(), false)] {
        let diagnosis = case
            .clone()
            .with_signature(text.clone() + &" ".repeat(blanks))
            .diagnose();
        assert_eq!(causes(&diagnosis) == [SignatureIsHex], read, "{diagnosis}");
    }
}

/// Text that is not a signature, of every length up to and around that of a signature.
#[test]
fn short_texts_have_no_findings() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    for text in [
        "",
        "a",
        "not a signature",
        "deadbeef",
        "MEUC",
        "b''",
        "{}",
        "\"\"",
        "{\"Signature\": \"\"}",
    ] {
        let diagnosis = Case::of(&vector).with_signature(text).diagnose();
        assert_eq!(causes(&diagnosis), [SignatureWrongLength], "{text}: {diagnosis}");
    }
    for length in 0..200 {
        for byte in [0, 0x30, 0x41, 0xff] {
            Case::of(&vector).with_signature(vec![byte; length]).diagnose();
            let nested = [&[0x30, 0x80][..], &vec![byte; length]].concat();
            Case::of(&vector).with_signature(nested).diagnose();
        }
    }
}
