//! Trust boundaries: each test is an attack on the command, and shows that it fails.
#![cfg(target_os = "linux")]

mod bounds;
mod keys;
mod lines;
mod names;
mod resume;
mod stdin;
mod stdout;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The key ring of the golden tests, and a key in it with a genuine signature.
const RING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys");
const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const GENUINE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1"
);

/// The attacker's vector: another key of the same type, and a message that it signed.
const FOREIGN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/kms/eksa-bundle-minimal");

/// Far longer than any command here takes.
const TIMEOUT: Duration = Duration::from_secs(60);

fn kms_verify() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kms-verify"));
    command
        .env_remove("KMS_VERIFY_KEY_RING")
        .env("AWS_CONFIG_FILE", "no-such-file")
        .env("AWS_SHARED_CREDENTIALS_FILE", "no-such-file");
    command
}

/// Adds the parameters of `verify` and `explain`, except for the message and the signature.
fn with_key(command: &mut Command) -> &mut Command {
    command.args([
        "--key-ring",
        RING,
        "--key-id",
        ARN,
        "--signing-algorithm",
        "ECDSA_SHA_256",
    ])
}

struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    #[track_caller]
    fn assert(&self, status: i32, expected: &str) {
        assert_eq!(self.status, Some(status), "{}{}", self.stdout, self.stderr);
        let output = format!("{}{}", self.stdout, self.stderr);
        assert!(output.contains(expected), "{output}");
    }

    fn results(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// Runs a command with these bytes piped to standard input. Panics if it hangs.
#[track_caller]
fn run_with(command: &mut Command, stdin: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // The command may exit without reading all of it.
    std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    finish(child)
}

#[track_caller]
fn run(command: &mut Command) -> Ran {
    run_with(command, b"")
}

#[track_caller]
fn finish(child: Child) -> Ran {
    let id = child.id();
    let waiter = std::thread::spawn(move || child.wait_with_output().unwrap());
    let started = Instant::now();
    while !waiter.is_finished() {
        if started.elapsed() > TIMEOUT {
            drop(Command::new("kill").args(["-KILL", &id.to_string()]).status());
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = waiter.join().unwrap();
    Ran {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Creates an empty directory for a test.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trust").join(name);
    // Left over from an earlier run, if any.
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn base64_of(path: &str) -> String {
    STANDARD.encode(fs::read(path).unwrap())
}

/// A line with a genuine signature.
fn genuine(id: &str) -> Value {
    json!({
        "Id": id,
        "KeyId": ARN,
        "SigningAlgorithm": "ECDSA_SHA_256",
        "Message": base64_of(&format!("{GENUINE}/message.bin")),
        "Signature": base64_of(&format!("{GENUINE}/signature.bin")),
    })
}

/// A line with the name of a trusted key, but signed with the attacker's key.
fn forged(id: &str) -> Value {
    json!({
        "Id": id,
        "KeyId": ARN,
        "SigningAlgorithm": "ECDSA_SHA_256",
        "Message": base64_of(&format!("{FOREIGN}/message.bin")),
        "Signature": base64_of(&format!("{FOREIGN}/signature.bin")),
    })
}

fn with(mut line: Value, field: &str, value: Value) -> Value {
    line[field] = value;
    line
}

fn without(mut line: Value, field: &str) -> Value {
    line.as_object_mut().unwrap().remove(field);
    line
}

fn manifest(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Runs a batch with the key ring over these lines, written to a file in this directory.
#[track_caller]
fn batch(directory: &Path, lines: &[Value]) -> Ran {
    let path = directory.join("manifest.jsonl");
    fs::write(&path, manifest(lines)).unwrap();
    run(kms_verify().arg("batch").arg(path).args(["--key-ring", RING]))
}

/// Creates a sparse file, which takes no space on the disk.
fn sparse(path: &Path, length: u64) {
    File::create(path).unwrap().set_len(length).unwrap();
}
