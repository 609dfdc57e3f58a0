//! `explain --repair`: what it writes, what it never touches, and what is left after a failure.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kms_verify_testing::dresses::{AROUND, ENCODINGS, HOLD_BASE64, OF_BYTES};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const RSA: &str = "tests/vectors/kms/stackd-rsa_2048-rsassa_pss_sha_256-raw";
const P256: &str = "tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1";

/// A new directory with the signature and the key of a vector, and its message with a line end too many.
fn directory(test: &str, vector: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("repair").join(test);
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    for name in ["message.bin", "signature.bin", "public_key.pem"] {
        fs::copy(Path::new(ROOT).join(vector).join(name), directory.join(name)).unwrap();
    }
    let message = fs::read(directory.join("message.bin")).unwrap();
    fs::write(directory.join("longer.txt"), [message.as_slice(), b"\n"].concat()).unwrap();
    directory
}

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kms-verify"))
}

fn explain(directory: &Path, algorithm: &str, more: &[&str]) -> Output {
    Command::new(binary())
        .args([
            "explain",
            "--public-key",
            "public_key.pem",
            "--signature",
            "signature.bin",
        ])
        .args(["--signing-algorithm", algorithm])
        .args(more)
        .current_dir(directory)
        .env("HOME", "/no-such-directory")
        .env_remove("KMS_VERIFY_KEY_RING")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a line of a shell in this directory, with `kms-verify` on the path.
fn shell(line: &str, directory: &Path) -> Output {
    let path = format!("{}:{}", binary().parent().unwrap().display(), env::var("PATH").unwrap());
    Command::new("sh")
        .args(["-c", line])
        .current_dir(directory)
        .env("PATH", path)
        .env("HOME", "/no-such-directory")
        // It must not matter to a script that changes its directory.
        .env("CDPATH", "/tmp:/")
        .output()
        .unwrap()
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// All that the script says depends on the algorithm and the message type alone.
const SCRIPT: &str = r#"#!/bin/sh
# Verifies the repaired inputs in this folder.
case $0 in */*) CDPATH='' cd -- "${0%/*}/" || exit 255 ;; esac
exec kms-verify verify \
    --public-key public_key.pem \
    --message fileb://message.bin \
    --message-type RAW \
    --signature fileb://signature.bin \
    --signing-algorithm RSASSA_PSS_SHA_256
"#;

#[test]
fn hostile_names_reach_no_shell() {
    let folders = [
        "plain",
        "two words",
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        "\"; touch pwned; \"",
        "-rf",
        "$HOME",
        "~",
        "*",
        "a\\",
        "ü",
    ];
    let directory = directory("hostile_names_reach_no_shell", RSA);
    let message = "'$(touch pwned)'.txt";
    fs::rename(directory.join("longer.txt"), directory.join(message)).unwrap();
    let before = names(&directory);
    for folder in folders {
        let given = format!("--message=fileb://{message}");
        let key_id = "--key-id=alias/message-signing";
        let output = explain(
            &directory,
            "RSASSA_PSS_SHA_256",
            &[&given, key_id, &format!("--repair={folder}")],
        );
        assert_eq!(output.status.code(), Some(254), "{folder}: {output:?}");
        let answer = text(&output.stdout);
        let script = fs::read_to_string(directory.join(folder).join("verify.sh")).unwrap();
        assert_eq!(script, SCRIPT, "{folder}");
        // The line that was printed, copied.
        let line = answer.lines().last().unwrap().trim();
        let verified = shell(line, &directory);
        assert!(verified.status.success(), "{line}: {verified:?}");
        assert!(text(&verified.stdout).contains("\"SignatureValid\": true"));
        fs::remove_dir_all(directory.join(folder)).unwrap();
        assert_eq!(names(&directory), before, "{folder}");
    }
}

/// Its name is printed escaped, so the command cannot be copied; the folder is as good as any.
#[test]
fn a_folder_with_a_line_end_in_its_name_is_written() {
    let directory = directory("a_folder_with_a_line_end_in_its_name_is_written", RSA);
    let folder = "a\nb\n";
    let output = explain(
        &directory,
        "RSASSA_PSS_SHA_256",
        &["--message=longer.txt", "--repair", folder],
    );
    assert!(!text(&output.stdout).contains(folder));
    let verified = shell("sh './a\nb\n/verify.sh'", &directory);
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn what_exists_is_never_touched() {
    let directory = directory("what_exists_is_never_touched", RSA);
    fs::create_dir(directory.join("folder")).unwrap();
    fs::write(directory.join("file"), "content").unwrap();
    symlink("nowhere", directory.join("dangling")).unwrap();
    symlink("folder", directory.join("link")).unwrap();
    let before = names(&directory);
    for existing in ["folder", "folder/", "file", "dangling", "link", "link/", ".", "/"] {
        for message in ["longer.txt", "message.bin"] {
            let message = format!("--message={message}");
            let output = explain(&directory, "RSASSA_PSS_SHA_256", &[&message, "--repair", existing]);
            assert_eq!(output.status.code(), Some(252), "{existing}: {output:?}");
            assert!(
                text(&output.stderr).contains("this exists already; name a new folder"),
                "{output:?}"
            );
            assert!(output.stdout.is_empty());
        }
    }
    assert_eq!(names(&directory), before);
    assert!(names(&directory.join("folder")).is_empty());
    assert_eq!(fs::read_to_string(directory.join("file")).unwrap(), "content");
}

#[test]
fn after_a_failure_nothing_is_left() {
    let directory = directory("after_a_failure_nothing_is_left", RSA);
    let message = [vec![b'x'; 64 * 1024], b"\n".to_vec()].concat();
    fs::write(directory.join("long.txt"), &message).unwrap();
    let before = names(&directory);
    let output = explain(
        &directory,
        "RSASSA_PSS_SHA_256",
        &["--message=longer.txt", "--repair=no/such/folder"],
    );
    assert_eq!(output.status.code(), Some(255));
    assert!(
        text(&output.stdout).contains("message-trailing-newline"),
        "the explanation is printed"
    );
    assert!(
        text(&output.stderr).contains("the folder could not be created"),
        "{output:?}"
    );
    // No file may be longer than one block of 512 or 1024 bytes, and the message of the vector is shorter than the key.
    let line = "trap '' XFSZ; ulimit -f 0; kms-verify explain --public-key public_key.pem --signature signature.bin \
                --signing-algorithm RSASSA_PSS_SHA_256 --message longer.txt --repair full 2>&1 | cat";
    let output = shell(line, &directory);
    let said = text(&output.stdout);
    assert!(said.contains("message-trailing-newline"), "{said}");
    assert!(said.contains("full/public_key.pem could not be written"), "{said}");
    assert_eq!(names(&directory), before);
}

#[test]
fn a_valid_signature_and_an_unexplained_one_are_left_alone() {
    let directory = directory("a_valid_signature_and_an_unexplained_one_are_left_alone", P256);
    fs::write(directory.join("other.txt"), "another message").unwrap();
    let before = names(&directory);
    for (message, status, reason) in [
        ("message.bin", 0, "the signature is valid as it was given"),
        ("other.txt", 254, "no change to the inputs made the signature verify"),
    ] {
        let message = format!("--message={message}");
        let output = explain(&directory, "ECDSA_SHA_256", &[&message, "--repair=new"]);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let words = format!("\nNot repaired: nothing was written, because {reason}.\n");
        assert!(text(&output.stdout).ends_with(&words), "{output:?}");
        let output = explain(
            &directory,
            "ECDSA_SHA_256",
            &[&message, "--repair=new", "--output=json"],
        );
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["repair"]["reason"], reason);
        assert_eq!(names(&directory), before);
    }
}

/// A key in a dress, a signature in a dress, another message type and another algorithm at once.
#[test]
fn all_inputs_are_repaired_together() {
    let directory = directory("all_inputs_are_repaired_together", RSA);
    let line = "base64 public_key.pem | base64 > public_key.txt && mv public_key.txt public_key.pem && \
                { printf 0x; xxd -p signature.bin | tr -d '\\n'; } > signature.hex && mv signature.hex signature.bin && \
                openssl dgst -sha256 message.bin > longer.txt";
    assert!(shell(line, &directory).status.success());
    let output = explain(
        &directory,
        "RSASSA_PKCS1_V1_5_SHA_256",
        &["--message=longer.txt", "--repair=new", "--output=json"],
    );
    assert_eq!(output.status.code(), Some(252), "{output:?}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changed = [
        "--public-key",
        "--message",
        "--message-type",
        "--signature",
        "--signing-algorithm",
    ];
    assert_eq!(answer["repair"]["changed"], serde_json::json!(changed), "{answer}");
    let causes: Vec<&str> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        causes,
        [
            "public-key-encoding",
            "signature-is-hex",
            "wrong-padding",
            "digest-is-hex"
        ]
    );
    let verified = shell("sh new/verify.sh", &directory);
    assert!(verified.status.success(), "{verified:?}");
}

/// The key of the ring that made the signature is the one that is written.
#[test]
fn another_key_of_the_ring_is_written() {
    let directory = directory("another_key_of_the_ring_is_written", P256);
    let output = Command::new(binary())
        .args(["explain", "--key-ring"])
        .arg(Path::new(ROOT).join("cli/tests/data/keys"))
        .args([
            "--key-id",
            "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ])
        .args(["--signing-algorithm", "ECDSA_SHA_256", "--message", "message.bin"])
        .args(["--signature", "signature.bin", "--repair", "new"])
        .current_dir(&directory)
        .env("HOME", "/no-such-directory")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(254), "{output:?}");
    assert!(
        text(&output.stdout).contains("They differ from the given ones in --public-key."),
        "{output:?}"
    );
    let read = |name: &str| fs::read(directory.join(name)).unwrap();
    assert_eq!(read("new/public_key.pem"), read("public_key.pem"));
    assert!(shell("sh new/verify.sh", &directory).status.success());
}

/// More than 1 MiB is not rewritten, but what is added to its end is still seen.
#[test]
fn a_long_message_is_repaired() {
    let directory = directory("a_long_message_is_repaired", P256);
    let line = "openssl ecparam -name prime256v1 -genkey -noout -out private.pem && \
                openssl pkey -in private.pem -pubout -out public_key.pem && \
                head -c 3000000 /dev/zero > long.bin && \
                openssl dgst -sha256 -sign private.pem -out signature.bin long.bin && \
                echo >> long.bin";
    assert!(shell(line, &directory).status.success());
    let output = explain(&directory, "ECDSA_SHA_256", &["--message=long.bin", "--repair=new"]);
    assert_eq!(output.status.code(), Some(254), "{output:?}");
    assert_eq!(
        fs::metadata(directory.join("new/message.bin")).unwrap().len(),
        3_000_000
    );
    assert!(shell("new/verify.sh", &directory).status.success());
}

/// A signature and a key in every dress, and in two: the script verifies the repaired inputs.
#[test]
fn every_dress_is_repaired() {
    let directory = directory("every_dress_is_repaired", P256);
    let signature = fs::read(directory.join("signature.bin")).unwrap();
    let pem = fs::read(directory.join("public_key.pem")).unwrap();
    let mut inputs: Vec<(String, &str, Vec<u8>)> = Vec::new();
    let of_bytes = ENCODINGS.iter().chain(HOLD_BASE64).chain(OF_BYTES);
    for (place, (name, _, make)) in of_bytes.enumerate() {
        let dressed = make(&signature);
        let (around_name, _, around) = AROUND[place % AROUND.len()];
        // One line alone can be assigned, and bytes have no text around them.
        if str::from_utf8(&dressed).is_ok() && (around_name != "assignment" || !dressed.contains(&b'\n')) {
            inputs.push((
                format!("{around_name} around {name}"),
                "signature.bin",
                around(&dressed),
            ));
        }
        inputs.push(((*name).to_owned(), "signature.bin", dressed));
    }
    for (name, _, make) in ENCODINGS {
        inputs.push((format!("{name} of a key"), "public_key.pem", make(&pem)));
    }
    let mut repaired = 0;
    for (name, file, input) in inputs {
        fs::write(directory.join("signature.bin"), &signature).unwrap();
        fs::write(directory.join("public_key.pem"), &pem).unwrap();
        fs::write(directory.join(file), &input).unwrap();
        let signature = "--signature=fileb://signature.bin";
        let output = explain(
            &directory,
            "ECDSA_SHA_256",
            &["--message=message.bin", signature, "--repair=new"],
        );
        if output.status.success() {
            // Base64 is accepted as a key.
            assert!(!directory.join("new").exists());
            continue;
        }
        assert!(directory.join("new").exists(), "{name}: {output:?}");
        let verified = shell("sh new/verify.sh", &directory);
        assert!(verified.status.success(), "{name}: {verified:?}");
        fs::remove_dir_all(directory.join("new")).unwrap();
        repaired += 1;
    }
    println!("{repaired} repaired");
    assert!(repaired >= 100, "{repaired}");
}
