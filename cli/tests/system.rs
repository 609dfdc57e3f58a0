//! What golden files cannot test: files that fail or are very long, and output to a terminal.
#![cfg(target_os = "linux")]

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const VECTOR: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/kms/stackd-rsa_2048-rsassa_pss_sha_256-raw"
);

/// A file that can be opened, but not read from its start.
const UNREADABLE: &str = "/proc/self/mem";

/// A command with the parameters of a valid signature, except for the message.
fn command(name: &str, message: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kms-verify"));
    command
        .args([name, "--signing-algorithm", "RSASSA_PSS_SHA_256"])
        .args(["--public-key", &format!("{VECTOR}/public_key.pem")])
        .args(["--signature", &format!("fileb://{VECTOR}/signature.bin")])
        .args(["--message", &format!("fileb://{message}")]);
    command
}

#[track_caller]
fn assert_failed(output: &Output, status: i32, expected: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn a_message_that_cannot_be_read_is_not_verified() {
    for name in ["verify", "explain"] {
        let output = command(name, UNREADABLE).output().unwrap();
        assert_failed(&output, 255, "could not be read: ");
        assert_failed(&output, 255, "the signature was not verified");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_manifest_that_cannot_be_read_fails() {
    let output = Command::new(env!("CARGO_BIN_EXE_kms-verify"))
        .args(["batch", UNREADABLE])
        .output()
        .unwrap();
    assert_failed(&output, 255, "could not be read after line 0");
}

#[test]
fn an_answer_that_cannot_be_written_fails() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command("verify", &format!("{VECTOR}/message.bin"))
        .stdout(full())
        .output();
    assert_failed(&output.unwrap(), 255, "standard output could not be written");

    let manifest = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/cmd/batch-resume-from-nothing.in/manifest.jsonl"
    );
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys");
    let output = Command::new(env!("CARGO_BIN_EXE_kms-verify"))
        .args(["batch", manifest, "--key-ring", keys])
        .stdout(full())
        .output();
    assert_failed(&output.unwrap(), 255, "standard output could not be written");
}

#[test]
fn help_that_cannot_be_written_fails() {
    for arguments in [["help", "verify"], ["verify", "--help"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_kms-verify"))
            .args(arguments)
            .stdout(OpenOptions::new().write(true).open("/dev/full").unwrap())
            .output();
        assert_failed(&output.unwrap(), 255, "standard output could not be written");
    }
}

#[test]
fn file_names_do_not_control_the_terminal() {
    let name = Path::new(env!("CARGO_TARGET_TMPDIR")).join("\x1b[31mred.pem");
    fs::write(&name, "-----BEGIN CERTIFICATE-----\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kms-verify"));
    let output = command.arg("inspect").arg(&name).output().unwrap();
    fs::remove_file(&name).unwrap();
    assert_eq!(output.status.code(), Some(252));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("[31mred.pem") && !stdout.contains('\x1b'), "{stdout:?}");
}

/// It is verified, but a diagnosis would have to hold it in memory.
#[test]
fn a_message_of_more_than_256_mib_is_not_diagnosed() {
    let message = Path::new(env!("CARGO_TARGET_TMPDIR")).join("long.bin");
    // Sparse: takes no space on the disk.
    File::create(&message).unwrap().set_len(256 * 1024 * 1024 + 1).unwrap();
    let name = message.to_str().unwrap();
    let expected = "has more than 256 MiB: it is verified, but not diagnosed; for a diagnosis, pass its digest with \
                 --message-type DIGEST";
    let verify = command("verify", name).arg("--explain").output().unwrap();
    assert_failed(&verify, 254, expected);
    assert_failed(&verify, 254, "KMSInvalidSignatureException");
    let explain = command("explain", name).output().unwrap();
    assert_failed(&explain, 254, expected);
    assert!(explain.stdout.starts_with(b"KMSInvalidSignatureException"));
    fs::remove_file(message).unwrap();
}

/// The output of a shell command on a terminal, which `script` emulates.
fn on_terminal(before: &str, message: &str, after: &str) -> String {
    let command = format!(
        "{before} {} verify --signing-algorithm RSASSA_PSS_SHA_256 --public-key {VECTOR}/public_key.pem \
         --signature fileb://{VECTOR}/signature.bin --message {message} {after}",
        env!("CARGO_BIN_EXE_kms-verify")
    );
    let output = Command::new("script")
        .args(["--quiet", "--command", &command, "/dev/null"])
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .output()
        .expect("script, of util-linux");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn terminal_output_has_colors_unless_no_color_is_set() {
    let message = format!("fileb://{VECTOR}/public_key.pem");
    let bold = "\x1b[1mmessage-differs\x1b[0m";
    for (before, after, colored) in [
        ("", "--explain", true),
        ("NO_COLOR=1", "--explain", false),
        ("NO_COLOR=", "--explain", true),
        ("", "--explain --color off", false),
        ("NO_COLOR=1", "--explain --color on", true),
        ("", "--explain 2>&1 | cat", false),
    ] {
        let shown = on_terminal(before, &message, after);
        assert!(shown.contains("message-differs"), "{shown}");
        assert_eq!(shown.contains(bold), colored, "{before} {after}: {shown}");
    }
}

#[test]
fn terminal_output_suggests_explain() {
    let message = format!("fileb://{VECTOR}/public_key.pem");
    let hint = "to see why, add --explain";
    assert!(on_terminal("", &message, "").contains(hint));
    assert!(!on_terminal("", &message, "--explain").contains(hint));
    assert!(!on_terminal("", &message, "2>&1 | cat").contains(hint));
}

#[test]
fn a_progress_bar_is_shown_after_one_second() {
    let bar = "27 B, ";
    let slow = on_terminal(&format!("(sleep 1.1; cat {VECTOR}/message.bin) |"), "-", "");
    assert!(
        slow.contains(bar) && slow.contains("\"SignatureValid\": true"),
        "{slow:?}"
    );
    let fast = on_terminal(&format!("cat {VECTOR}/message.bin |"), "-", "");
    assert!(
        !fast.contains(bar) && fast.contains("\"SignatureValid\": true"),
        "{fast:?}"
    );
}

/// A thousand names of one key, each bound to its algorithm with 256 KiB of tables. A batch that cached them all would
/// take 256 MB.
#[test]
fn a_batch_caches_a_bounded_number_of_keys() {
    let vector = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1"
    );
    let manifest: String = (0..1000)
        .map(|number| {
            format!(
                "{{\"PublicKeyFile\": \"{vector}/public_key.der\", \"KeyId\": \"alias/{number}\", \
                 \"SigningAlgorithm\": \"ECDSA_SHA_256\", \"MessageFile\": \"{vector}/message.bin\", \
                 \"SignatureFile\": \"{vector}/signature.bin\"}}\n"
            )
        })
        .collect();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("many-keys.jsonl");
    fs::write(&path, manifest).unwrap();
    let output = Command::new("sh")
        .args(["-c", "ulimit -d 160000; exec \"$0\" batch \"$1\""])
        .arg(env!("CARGO_BIN_EXE_kms-verify"))
        .arg(&path)
        .env("RAYON_NUM_THREADS", "2")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("1000 valid"), "{stderr}");
}
