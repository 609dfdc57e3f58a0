//! No input is truncated and then accepted, and endless input is not read forever.

use super::*;

fn verify(key: &Path, signature: &str) -> Ran {
    run(kms_verify()
        .args(["verify", "--signing-algorithm", "ECDSA_SHA_256", "--public-key"])
        .arg(key)
        .args([
            "--message",
            &format!("fileb://{GENUINE}/message.bin"),
            "--signature",
            signature,
        ]))
}

#[test]
fn a_key_file_is_read_whole_or_not_at_all() {
    let directory = directory("long-key");
    let genuine = format!("fileb://{GENUINE}/signature.bin");
    let response = fs::read_to_string(format!("{RING}/mrk.json")).unwrap();
    let pem = fs::read_to_string(format!("{GENUINE}/public_key.pem")).unwrap();
    let base64 = base64_of(&format!("{GENUINE}/public_key.der"));
    for (name, begin) in [("json", &response), ("pem", &pem), ("base64", &base64)] {
        let path = directory.join(name);
        // Bytes after the key are inspected at any offset.
        for space in [10, 65_536, 70_000, 1_000_000] {
            let space = " \n".repeat(space / 2);
            for end in ["garbage !!!", response.as_str(), pem.as_str()] {
                fs::write(&path, format!("{begin}{space}{end}")).unwrap();
                verify(&path, &genuine).assert(252, "");
                let inspect = run(kms_verify().arg("inspect").arg(&path));
                assert_eq!(inspect.status, Some(252));
            }
        }
    }
    // Exactly 64 KiB are accepted, one byte more is rejected.
    let path = directory.join("full.json");
    for (length, status) in [(64 * 1024, 0), (64 * 1024 + 1, 252)] {
        fs::write(&path, padded(&response, length)).unwrap();
        verify(&path, &genuine).assert(status, "");
        // The same in a key ring, and for a file that a line names.
        let ring = directory.join(format!("ring-{length}"));
        fs::create_dir(&ring).unwrap();
        fs::copy(&path, ring.join("key.json")).unwrap();
        let lines = directory.join("lines.jsonl");
        fs::write(&lines, manifest(&[genuine_line()])).unwrap();
        let ran = run(kms_verify().arg("batch").arg(&lines).arg("--key-ring").arg(&ring));
        ran.assert(status, "");
        fs::write(
            &lines,
            manifest(&[with(
                without(genuine_line(), "KeyId"),
                "PublicKeyFile",
                json!("full.json"),
            )]),
        )
        .unwrap();
        let ran = run(kms_verify().arg("batch").arg(&lines));
        assert_eq!(ran.status == Some(0), status == 0, "{}", ran.stdout);
    }
}

/// Pads text with spaces to this length.
fn padded(text: &str, length: usize) -> String {
    format!("{text}{}", " ".repeat(length - text.len()))
}

fn genuine_line() -> Value {
    super::genuine("a")
}

#[test]
fn a_signature_file_is_read_whole_or_not_at_all() {
    let directory = directory("long-signature");
    let key = Path::new(GENUINE).join("public_key.pem");
    let path = directory.join("signature");
    let base64 = base64_of(&format!("{GENUINE}/signature.bin"));
    let response = json!({"KeyId": ARN, "Signature": base64, "SigningAlgorithm": "ECDSA_SHA_256"}).to_string();
    for begin in [&base64, &response] {
        for (length, status) in [(64 * 1024, 0), (64 * 1024 + 1, 252)] {
            fs::write(&path, padded(begin, length)).unwrap();
            verify(&key, path.to_str().unwrap()).assert(status, "");
            let line = with(
                without(genuine_line(), "Signature"),
                "SignatureFile",
                json!("signature"),
            );
            assert_eq!(batch(&directory, &[line]).status == Some(0), status == 0);
        }
        fs::write(&path, format!("{begin}{}!", " ".repeat(70_000))).unwrap();
        verify(&key, path.to_str().unwrap()).assert(252, "has more than 65536 bytes");
    }
}

/// At most one byte over the limit is read; `explain` reads no more than the limit of a diagnosis.
#[test]
fn endless_parameters_end() {
    let zero = "fileb:///dev/zero";
    let signature = format!("fileb://{GENUINE}/signature.bin");
    let message = format!("fileb://{GENUINE}/message.bin");
    for command in ["verify", "explain"] {
        for source in [zero, "/dev/zero"] {
            run(with_key(kms_verify().arg(command)).args([
                "--message-type",
                "DIGEST",
                "--message",
                source,
                "--signature",
                &signature,
            ]))
            .assert(254, "");
            run(with_key(kms_verify().arg(command)).args(["--message", &message, "--signature", source]))
                .assert(252, "has more than 65536 bytes");
        }
        run(kms_verify()
            .args([
                command,
                "--signing-algorithm",
                "ECDSA_SHA_256",
                "--public-key",
                "/dev/zero",
            ])
            .args(["--message", &message, "--signature", &signature]))
        .assert(252, "has more than 65536 bytes");
        run(kms_verify()
            .args([
                command,
                "--signing-algorithm",
                "ECDSA_SHA_256",
                "--key-id",
                ARN,
                "--key-ring",
                "/dev/zero",
            ])
            .args(["--message", &message, "--signature", &signature]))
        .assert(252, "has more than 67108864 bytes");
    }
    run(kms_verify().args(["inspect", "/dev/zero"])).assert(252, "has more than 65536 bytes");
}

/// A pipe that has delivered too many bytes and stays open is not read to its end.
#[test]
fn a_digest_that_is_too_long_is_rejected_one_byte_over_the_limit() {
    let mut child = with_key(kms_verify().arg("verify"))
        .args(["--message-type", "DIGEST", "--message", "-"])
        .args(["--signature", &format!("fileb://{GENUINE}/signature.bin")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&[0; 65]).unwrap();
    finish(child).assert(254, "expected 32 bytes, got more than 64");
    drop(stdin);
}
