//! What golden files cannot show: files that fail or are very long.
#![cfg(target_os = "linux")]

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Command, Output};

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/kms/stackd-rsa_2048-rsassa_pss_sha_256-raw"
);

/// A file that opens and cannot be read from its beginning.
const UNREADABLE: &str = "/proc/self/mem";

/// A command with the parameters of a valid signature, but this message.
fn command(name: &str, message: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kms-verify"));
    command
        .args([name, "--signing-algorithm", "RSASSA_PSS_SHA_256"])
        .args(["--public-key", &format!("{FOLDER}/public_key.pem")])
        .args(["--signature", &format!("fileb://{FOLDER}/signature.bin")])
        .args(["--message", &format!("fileb://{message}")]);
    command
}

#[track_caller]
fn assert_said(output: &Output, status: i32, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_message_that_cannot_be_read_decides_nothing() {
    for name in ["verify", "explain"] {
        let output = command(name, UNREADABLE).output().unwrap();
        assert_said(&output, 255, "could not be read: ");
        assert_said(&output, 255, "nothing is known about the signature");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_manifest_that_cannot_be_read_on_fails() {
    let output = Command::new(env!("CARGO_BIN_EXE_kms-verify"))
        .args(["batch", UNREADABLE])
        .output()
        .unwrap();
    assert_said(&output, 255, "could not be read on from line 0");
}

#[test]
fn an_answer_that_cannot_be_written_fails() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command("verify", &format!("{FOLDER}/message.bin"))
        .stdout(full())
        .output();
    assert_said(&output.unwrap(), 255, "standard output could not be written");

    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/batch-resume.in/manifest.jsonl");
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys");
    let output = Command::new(env!("CARGO_BIN_EXE_kms-verify"))
        .args(["batch", manifest, "--key-ring", keys])
        .stdout(full())
        .output();
    assert_said(&output.unwrap(), 255, "standard output could not be written");
}

/// Verified, without a diagnosis: for that it would have to be held in memory.
#[test]
fn a_message_of_more_than_256_mib_is_not_diagnosed() {
    let message = Path::new(env!("CARGO_TARGET_TMPDIR")).join("long.bin");
    // Has no blocks on the disk.
    File::create(&message).unwrap().set_len(256 * 1024 * 1024 + 1).unwrap();
    let name = message.to_str().unwrap();
    let words = "has more than 256 MiB: it is verified, but not diagnosed; to diagnose it, pass its digest with \
                 --message-type DIGEST";
    let verify = command("verify", name).arg("--explain").output().unwrap();
    assert_said(&verify, 254, words);
    assert_said(&verify, 254, "KMSInvalidSignatureException");
    let explain = command("explain", name).output().unwrap();
    assert_said(&explain, 254, words);
    assert!(explain.stdout.starts_with(b"KMSInvalidSignatureException"));
    fs::remove_file(message).unwrap();
}
