//! Mistakes of signers: every algorithm and kind of key, with signatures that KMS would make for such a request.

use kms_verify::{Cause, MessageType, SigningAlgorithm};
use kms_verify_testing::forge::{Signer, signers};
use sha2::{Digest, Sha256, Sha512};

use crate::case::{Case, base64, digest, hex, lines, utf16};

use Cause::*;

/// The message to be signed.
const MESSAGE: &str = "first line\nsecond line, long enough that its base64 has more than one line of 76\n{\"a\": 1}";

/// A mistake, and the bytes that are signed instead of the message. The first field is the expected cause.
type Mistake = (&'static str, fn(&Signer, &str) -> Option<(Cause, Vec<u8>)>);

const MISTAKES: &[Mistake] = &[
    ("digest", |signer, message| {
        let cause = if is_ml_dsa(signer) {
            MlDsaMuAndRaw
        } else {
            MessageHashedTwice
        };
        Some((cause, digest_of(signer, message)))
    }),
    ("SHA-256 digest", |signer, message| {
        is_ml_dsa(signer).then(|| (MessageHashedTwice, Sha256::digest(message).to_vec()))
    }),
    ("SHA-512 digest", |signer, message| {
        is_ml_dsa(signer).then(|| (MessageHashedTwice, Sha512::digest(message).to_vec()))
    }),
    ("hex of the digest", |signer, message| {
        Some((DigestIsHex, hex(&digest_of(signer, message)).into_bytes()))
    }),
    ("hex of the digest, upper case", |signer, message| {
        Some((
            DigestIsHex,
            hex(&digest_of(signer, message)).to_uppercase().into_bytes(),
        ))
    }),
    ("hex of the digest and LF", |signer, message| {
        Some((DigestIsHex, (hex(&digest_of(signer, message)) + "\n").into_bytes()))
    }),
    ("what sha256sum prints", |signer, message| {
        Some((DigestIsHex, (hex(&digest_of(signer, message)) + "  -\n").into_bytes()))
    }),
    ("base64 of the digest", |signer, message| {
        Some((DigestIsBase64, base64(&digest_of(signer, message)).into_bytes()))
    }),
    ("base64 of the digest and LF", |signer, message| {
        Some((
            DigestIsBase64,
            (base64(&digest_of(signer, message)) + "\n").into_bytes(),
        ))
    }),
    ("base64", |_, message| {
        text(MessageWasBase64Encoded, base64(message.as_bytes()))
    }),
    ("base64 and LF", |_, message| {
        text(MessageWasBase64Encoded, base64(message.as_bytes()) + "\n")
    }),
    ("base64 in lines of 76", |_, message| {
        text(MessageWasBase64Encoded, lines(&base64(message.as_bytes()), 76))
    }),
    ("base64 in lines of 64", |_, message| {
        text(MessageWasBase64Encoded, lines(&base64(message.as_bytes()), 64))
    }),
    // As in the examples of the AWS CLI: echo 'hello world' | base64.
    ("base64 of echo's output", |_, message| {
        text(
            MessageWasBase64Encoded,
            lines(&base64(format!("{message}\n").as_bytes()), 76),
        )
    }),
    ("message and LF", |_, message| {
        text(MessageMissingNewline, format!("{message}\n"))
    }),
    ("message and CRLF", |_, message| {
        text(MessageMissingNewline, format!("{message}\r\n"))
    }),
    ("message with CRLF", |_, message| {
        text(MessageLineEndings, message.replace('\n', "\r\n"))
    }),
    ("message with byte order mark", |_, message| {
        text(MessageByteOrderMark, format!("\u{feff}{message}"))
    }),
    ("message in UTF-16", |_, message| {
        Some((MessageByteOrderMark, utf16(message)))
    }),
];

fn text(cause: Cause, signed: String) -> Option<(Cause, Vec<u8>)> {
    Some((cause, signed.into_bytes()))
}

fn is_ml_dsa(signer: &Signer) -> bool {
    signer.key.algorithm() == SigningAlgorithm::MlDsaShake256
}

/// The digest that the signer sends to KMS; for pure Ed25519, SHA-512.
fn digest_of(signer: &Signer, message: &str) -> Vec<u8> {
    match digest(signer.key.public_key(), signer.key.algorithm(), message.as_bytes()) {
        Some((_, digest)) => digest,
        None => Sha512::digest(message).to_vec(),
    }
}

/// A genuine signature over `signed`, verified over `given`.
pub fn case(signer: &Signer, signed: &[u8], given: &[u8]) -> Case {
    Case {
        key: signer.key.public_key().clone(),
        algorithm: signer.key.algorithm(),
        message_type: MessageType::Raw,
        message: given.to_vec(),
        signature: signer.sign(signed),
    }
}

#[test]
fn every_mistake_of_every_signer_is_found() {
    let signers = signers();
    for (name, apply) in MISTAKES {
        let mut applied = 0;
        for signer in signers {
            let Some((cause, signed)) = apply(signer, MESSAGE) else {
                continue;
            };
            case(signer, &signed, MESSAGE.as_bytes()).assert_shown(cause, &format!("{}: {name}", signer.name));
            applied += 1;
        }
        println!("{applied:>3}  signed: {name}");
    }
    println!("{} signers, {} mistakes", signers.len(), MISTAKES.len());
}

/// The reverse of the mistakes: the signed bytes are right, and the message was changed afterwards.
#[test]
fn converted_line_ends_are_found() {
    for signer in signers() {
        let signed = MESSAGE.as_bytes();
        let given = MESSAGE.replace('\n', "\r\n");
        case(signer, signed, given.as_bytes()).assert_shown(MessageLineEndings, &signer.name);
        // As an editor leaves it that terminates every line, and with CRLF throughout.
        let both = case(signer, format!("{MESSAGE}\n").as_bytes(), MESSAGE.as_bytes());
        both.assert_shown(MessageMissingNewline, &signer.name);
    }
}

/// A DIGEST that was signed as RAW, as moto does for every message type.
#[test]
fn a_digest_that_was_hashed_again_is_found() {
    for signer in signers() {
        let key = signer.key.public_key();
        let Some((message_type, digest)) = digest(key, signer.key.algorithm(), MESSAGE.as_bytes()) else {
            continue;
        };
        let cause = if is_ml_dsa(signer) {
            MlDsaMuAndRaw
        } else {
            MessageHashedTwice
        };
        let case = case(signer, &digest, b"").with_message(message_type, digest.clone());
        case.assert_shown(cause, &signer.name);
        let case = case.clone().with_signature(signer.sign(hex(&digest).as_bytes()));
        case.assert_shown(DigestIsHex, &signer.name);
        let case = case.with_signature(signer.sign(base64(&digest).as_bytes()));
        case.assert_shown(DigestIsBase64, &signer.name);
    }
}

/// Two mistakes at once, one in the signature and one in the message: both are found.
#[test]
fn a_mistake_in_the_signature_does_not_hide_one_in_the_message() {
    for signer in signers() {
        let case = case(signer, b"message", b"message\n");
        let text = base64(&case.signature);
        let diagnosis = case.with_signature(text).assert_shown(SignatureIsBase64, &signer.name);
        let findings = diagnosis.findings();
        assert!(findings.iter().all(|finding| finding.is_certain()), "{diagnosis}");
        assert!(
            findings.iter().any(|finding| finding.cause() == MessageTrailingNewline),
            "{diagnosis}"
        );
    }
}

/// Messages that KMS does not accept as RAW, and that are signed by their digest.
#[test]
fn a_long_message_is_reported_beside_the_cause() {
    let long = vec![b'a'; 4097];
    for signer in signers() {
        let signed = digest_of(signer, std::str::from_utf8(&long).unwrap());
        let diagnosis = case(signer, &signed, &long).diagnose();
        let causes = crate::case::causes(&diagnosis);
        let cause = if is_ml_dsa(signer) {
            MlDsaMuAndRaw
        } else {
            MessageHashedTwice
        };
        assert_eq!(
            causes[..2],
            [cause, MessageTooLongForRaw],
            "{}: {diagnosis}",
            signer.name
        );
        assert!(!diagnosis.findings()[1].is_certain());

        let diagnosis = case(signer, b"another", &long).diagnose();
        assert!(
            crate::case::causes(&diagnosis).contains(&MessageTooLongForRaw),
            "{diagnosis}"
        );
        let diagnosis = case(signer, b"another", &long[..4096]).diagnose();
        assert!(
            !crate::case::causes(&diagnosis).contains(&MessageTooLongForRaw),
            "{diagnosis}"
        );
    }
}
