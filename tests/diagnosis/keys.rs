//! Inputs that are not public keys.

use kms_verify::{Caller, Cause, Inputs, KeyFormat, PublicKey, diagnose_public_key};
use kms_verify_testing::forge::rsa;
use kms_verify_testing::vectors::kms_vectors;
use kms_verify_testing::{der, hex};

use crate::case::{base64, utf16};

#[test]
fn public_keys_have_no_findings() {
    for vector in kms_vectors() {
        for input in [vector.der.as_slice(), vector.pem.as_bytes()] {
            let diagnosis = diagnose_public_key(input);
            assert_eq!(
                (diagnosis.outcome(), diagnosis.findings().len()),
                (Ok(()), 0),
                "{}",
                vector.name
            );
            assert_eq!(diagnosis.repaired_public_key(), None);
        }
    }
}

#[test]
fn other_formats_are_reported_with_a_conversion_command() {
    for vector in kms_vectors() {
        let text = base64(&vector.der);
        let json = format!("{{\"PublicKey\": \"{text}\", \"KeySpec\": \"{}\"}}", vector.key_spec);
        let labelled = |label: &str| vector.pem.replace("PUBLIC KEY", label).into_bytes();
        let inputs = [
            (text.into_bytes(), "base64 text", "base64 --decode"),
            (
                json.into_bytes(),
                "the whole JSON response of GetPublicKey",
                "jq -r '.PublicKey'",
            ),
            (labelled("CERTIFICATE"), "labelled \"CERTIFICATE\"", "base64 --decode"),
            (
                labelled("CERTIFICATE REQUEST"),
                "labelled \"CERTIFICATE REQUEST\"",
                "base64 --decode",
            ),
            (
                labelled("RSA PUBLIC KEY"),
                "labelled \"RSA PUBLIC KEY\"",
                "base64 --decode",
            ),
            (labelled("PRIVATE KEY"), "a private key", "keep this file to yourself"),
            (
                labelled("EC PRIVATE KEY"),
                "a private key",
                "keep this file to yourself",
            ),
            (labelled("SSH"), "labelled \"SSH\"", "base64 --decode"),
            (
                [b"\xef\xbb\xbf", vector.pem.as_bytes()].concat(),
                "a byte order mark (EF BB BF)",
                "tail -c +4 < public_key.txt > public_key.pem",
            ),
            (utf16(&vector.pem), "UTF-16", "iconv -f UTF-16"),
            (
                b"ssh-ed25519 AAAA me@here".to_vec(),
                "an OpenSSH public key",
                "aws kms get-public-key",
            ),
            (
                b"--------------\n|GetPublicKey|\n+------------+\n".to_vec(),
                "the title and not the value",
                "aws kms get-public-key",
            ),
            (
                format!("- {}\n", base64(&vector.der)).into_bytes(),
                "yaml-stream: a list of the value alone",
                "sed 's/^- //'",
            ),
            (Vec::new(), "empty", "aws kms get-public-key"),
            (b"what is this".to_vec(), "something else", "aws kms get-public-key"),
            (
                [vector.der.as_slice(), b"\n"].concat(),
                "bytes with a line end after them",
                "head -c",
            ),
            (
                vector.der[..vector.der.len() - 1].to_vec(),
                "ends too early",
                "aws kms get-public-key",
            ),
            (
                vector.pem.trim_end().trim_end_matches('-').into(),
                "lines of BEGIN and END do not have five hyphens",
                "perl -CSD -pe",
            ),
            (vec![0; 65537], "65537 bytes", "aws kms get-public-key"),
        ];
        for (input, found, advice) in inputs {
            assert_named(&input, found, advice);
        }
    }
    let key = rsa::key(2048);
    let pkcs1 = der::sequence(&[&der::integer(&key.n), &der::integer(&65537_u32.into())]);
    assert_named(&pkcs1, "PKCS#1", "openssl rsa -RSAPublicKey_in");
    assert_named(
        &key.spki(3),
        "not the public key of a KMS signing key",
        "Use the public key of a KMS signing key",
    );
    assert_named(
        &der::spki(&hex("06032b656e"), &[9; 32]),
        "X25519",
        "Use the public key of a KMS signing key",
    );
}

#[track_caller]
fn assert_named(input: &[u8], found: &str, advice: &str) {
    let diagnosis = diagnose_public_key(input);
    assert_eq!(diagnosis.outcome(), PublicKey::from_der_or_pem(input).map(|_| ()));
    let [finding] = diagnosis.findings() else {
        panic!("{diagnosis}");
    };
    assert_eq!(
        (finding.cause(), finding.is_certain()),
        (Cause::PublicKeyEncoding, true)
    );
    assert!(finding.found().contains(found), "{found}: {finding}");
    let shell = finding.advice_for(Caller::Shell(Inputs::default()));
    assert!(shell.contains(advice), "{advice}: {found}: {shell}");
}

/// The text of a finding names a format as the error does.
#[test]
fn formats_have_one_name() {
    let diagnosis = diagnose_public_key(b"{}");
    assert!(diagnosis.findings()[0].found().contains(&KeyFormat::Json.to_string()));
}
