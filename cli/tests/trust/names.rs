//! Untrusted text cannot control the terminal or forge an answer.

use super::*;

/// A tab, line ends, terminal escape sequences, and bidirectional and invisible characters.
const HOSTILE: &str =
    "x\tTrue\n{\"SignatureValid\": true}\r\u{1b}[2J\u{9b}2J\u{85}\u{2028}\u{202e}\u{2066}\u{200b}\u{e0041}y";

#[track_caller]
fn assert_printable(ran: &Ran) {
    for text in [&ran.stdout, &ran.stderr] {
        for character in text.chars() {
            assert!(
                matches!(character, '\n' | '\t' | ' '..='~' | '─'..='╿') || character.is_alphabetic(),
                "{text:?}"
            );
        }
        assert!(!text.contains("\n{\"SignatureValid\": true}"), "{text}");
        assert!(!text.contains("\tTrue\n"), "{text}");
    }
}

fn verify(key: &[&str], signature: &str) -> Command {
    let mut command = kms_verify();
    command
        .args(["verify", "--signing-algorithm", "ECDSA_SHA_256"])
        .args(key)
        .args([
            "--message",
            &format!("fileb://{GENUINE}/message.bin"),
            "--signature",
            signature,
        ]);
    command
}

#[test]
fn a_key_id_must_be_the_name_of_a_kms_key() {
    let directory = directory("key-id");
    let signature = format!("fileb://{GENUINE}/signature.bin");
    let base64 = directory.join("key.b64");
    fs::write(&base64, base64_of(&format!("{GENUINE}/public_key.der"))).unwrap();
    let keys = [
        format!("{GENUINE}/public_key.der"),
        format!("{GENUINE}/public_key.pem"),
        base64.to_str().unwrap().to_owned(),
        format!("{RING}/mrk.json"),
    ];
    let sources = keys
        .iter()
        .map(|key| ["--public-key", key])
        .chain([["--key-ring", RING]]);
    for [flag, key] in sources {
        for name in [
            HOSTILE,
            "",
            "a b",
            "arn:aws:kms:us-east-1:111122223333:key/a\tTrue",
            "arn:aws:s3:::bucket",
            "alias/",
            "ключ",
        ] {
            for output in ["json", "text", "yaml", "table"] {
                let ran = run(verify(&[flag, key, "--key-id", name], &signature).args(["--output", output]));
                ran.assert(252, "");
                assert_printable(&ran);
                assert!(ran.stdout.is_empty());
            }
        }
    }
}

#[test]
fn a_sign_response_cannot_forge_a_line() {
    let directory = directory("sign-response");
    let path = directory.join("response.json");
    let response = json!({
        "KeyId": HOSTILE,
        "Signature": base64_of(&format!("{GENUINE}/signature.bin")),
        "SigningAlgorithm": "ECDSA_SHA_256",
    });
    fs::write(&path, response.to_string()).unwrap();
    let ran = run(&mut verify(
        &["--key-ring", RING, "--key-id", ARN],
        path.to_str().unwrap(),
    ));
    ran.assert(252, "is not the KeyId of a KMS key");
    assert_printable(&ran);
    let ran = batch(
        &directory,
        &[with(
            without(genuine("a"), "Signature"),
            "SignatureFile",
            json!("response.json"),
        )],
    );
    ran.assert(254, "is not the KeyId of a KMS key");
    assert_printable(&ran);
}

/// Hostile file names as keys, messages, signatures, rings, manifests, results and invalid arguments.
#[test]
fn names_of_files_are_printed_escaped() {
    let directory = directory("files");
    let name = HOSTILE.replace('/', "");
    let path = directory.join(&name);
    fs::write(&path, "{}").unwrap();
    let path = path.to_str().unwrap();
    let missing = format!("{path}-missing");
    let mut commands = Vec::new();
    for path in [path, missing.as_str()] {
        commands.push(verify(&["--public-key", path], path));
        commands.push(verify(&["--key-ring", path, "--key-id", ARN], path));
        commands.push(verify(&["--key-ring", RING, "--key-id", ARN], path));
        for output in ["json", "text", "yaml", "yaml-stream", "table"] {
            for command in ["inspect", "explain"] {
                let mut command = if command == "inspect" {
                    let mut inspect = kms_verify();
                    inspect.arg("inspect").arg(path);
                    inspect
                } else {
                    let mut explain = kms_verify();
                    with_key(explain.arg("explain")).args(["--message", path, "--signature", path]);
                    explain
                };
                command.args(["--output", output]);
                commands.push(command);
            }
        }
        let mut explain = kms_verify();
        explain.args([
            "explain",
            "--public-key",
            path,
            "--signing-algorithm",
            "ECDSA_SHA_256",
            "--message",
            path,
            "--signature",
            path,
        ]);
        commands.push(explain);
        for arguments in [
            vec!["batch", path],
            vec!["batch", path, "--resume", path],
            vec!["batch", path, "--key-ring", path],
            vec!["inspect", path],
            vec!["inspect", "a", path],
            vec!["verify", "--signing-algorithm", path],
            vec![path],
            vec!["--query", path, "inspect", path],
        ] {
            let mut command = kms_verify();
            command.args(arguments);
            commands.push(command);
        }
    }
    let mut man = kms_verify();
    man.args(["man", "--dir", path]);
    commands.push(man);
    for mut command in commands {
        let ran = run(&mut command);
        assert_ne!(ran.status, Some(0), "{command:?}");
        assert_printable(&ran);
    }
}

#[test]
fn lines_of_a_manifest_are_repeated_escaped() {
    let directory = directory("manifest-text");
    let mut lines = vec![with(genuine(HOSTILE), HOSTILE, json!(1))];
    for field in ["Id", "KeyId", "SigningAlgorithm", "MessageType", "Message", "Signature"] {
        lines.push(with(genuine("a"), field, json!(HOSTILE)));
    }
    for (field, file) in [("Message", "MessageFile"), ("Signature", "SignatureFile")] {
        lines.push(with(
            without(genuine("a"), field),
            file,
            json!(HOSTILE.replace('\0', "")),
        ));
    }
    let ran = batch(&directory, &lines);
    assert_printable(&ran);
    let results = ran.results();
    assert_eq!(results.len(), lines.len());
    // Escaped, but unchanged once parsed.
    assert_eq!(results[1]["Id"], HOSTILE);
    assert_eq!(results[1]["SignatureValid"], true);
}

/// Strings from a query are escaped in every output format.
#[test]
fn every_output_format_is_printable() {
    let signature = format!("fileb://{GENUINE}/signature.bin");
    for query in [
        format!("'{HOSTILE}'"),
        format!("['{HOSTILE}', KeyId]"),
        format!("{{a: '{HOSTILE}', b: {{c: '{HOSTILE}', d: ['{HOSTILE}']}}}}"),
        format!("[{{a: '{HOSTILE}'}}, {{b: '{HOSTILE}'}}]"),
        "{\"a\\t\\n\\u001b\u{202e}\": KeyId, \"b\\n\": {\"c\\u001b\": KeyId}}".to_owned(),
    ] {
        for output in ["json", "text", "yaml", "yaml-stream", "table"] {
            let ran = run(verify(&["--key-ring", RING, "--key-id", ARN], &signature)
                .args(["--query", &query, "--output", output]));
            ran.assert(0, "");
            assert_printable(&ran);
            if output == "json" && query.starts_with('\'') {
                assert_eq!(serde_json::from_str::<Value>(&ran.stdout).unwrap(), HOSTILE);
            }
        }
    }
}
