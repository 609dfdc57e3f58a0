//! What golden files cannot test: a batch whose results are read while it runs, and one that is interrupted.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys");

fn batch() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kms-verify"));
    command.arg("batch").args(["--key-ring", KEYS]);
    command
}

/// A line with a valid signature, from the golden tests.
fn line() -> String {
    let manifest = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/cmd/batch-resume-from-nothing.in/manifest.jsonl"
    );
    fs::read_to_string(manifest).unwrap().lines().next().unwrap().to_owned()
}

/// Lines with the keys, signatures and messages of KMS, also changed ones, and mistakes: more than are verified together.
fn mixed_lines() -> Vec<String> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/kms");
    let mut lines = Vec::new();
    for entry in fs::read_dir(vectors).unwrap() {
        let vector = entry.unwrap().path();
        let Ok(meta) = fs::read(vector.join("meta.json")) else {
            continue;
        };
        let meta: Value = serde_json::from_slice(&meta).unwrap();
        let read = |name: &str| fs::read(vector.join(name)).unwrap();
        let (message, signature) = (read("message.bin"), read("signature.bin"));
        let genuine = json!({
            "PublicKeyFile": vector.join("public_key.der"),
            "SigningAlgorithm": meta["algorithm"],
            "MessageType": meta["message_type"],
            "Message": STANDARD.encode(&message),
            "Signature": STANDARD.encode(&signature),
        });
        let with = |changes: Value| {
            let mut line = genuine.clone();
            for (name, value) in changes.as_object().unwrap() {
                line[name] = value.clone();
            }
            line.to_string()
        };
        let mut changed = signature.clone();
        *changed.last_mut().unwrap() ^= 1;
        let mut from_file = genuine.clone();
        from_file.as_object_mut().unwrap().remove("Message");
        from_file["MessageFile"] = json!(vector.join("message.bin"));
        lines.extend([
            genuine.to_string(),
            with(json!({"Signature": STANDARD.encode(changed)})),
            with(json!({"Message": STANDARD.encode(b"another message")})),
            with(json!({"Message": STANDARD.encode([1; 32])})),
            with(json!({"Message": ""})),
            with(json!({"MessageType": "DIGEST"})),
            with(json!({"SigningAlgorithm": "ECDSA_SHA_256", "Id": "other algorithm"})),
            with(json!({"PublicKeyFile": "missing.der"})),
            with(json!({"Message": "not base64"})),
            from_file.to_string(),
            "{}".to_owned(),
            String::new(),
            genuine.to_string(),
        ]);
    }
    lines
}

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Left over from an earlier run, if any.
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

fn assert_whole_lines(results: &str) {
    assert!(results.is_empty() || results.ends_with('\n'), "cut: {results:?}");
    for (number, line) in (1_u64..).zip(results.lines()) {
        let result: Value = serde_json::from_str(line).unwrap();
        assert_eq!(result["Line"], number);
        assert_eq!(result["SignatureValid"], true);
    }
}

#[test]
fn each_result_is_written_before_the_next_line_and_ctrl_c_ends_the_batch() {
    let mut child = batch()
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut results = String::new();
    for _ in 0..3 {
        writeln!(stdin, "{}", line()).unwrap();
        stdin.flush().unwrap();
        stdout.read_line(&mut results).unwrap();
    }
    assert_eq!(results.lines().count(), 3);
    assert_whole_lines(&results);

    // The manifest has not ended, so the batch waits for more.
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(stderr.contains("3 valid"), "{stderr}");
    assert!(stderr.contains("--resume"), "{stderr}");
}

#[test]
fn lines_that_are_verified_together_have_the_same_results_as_alone() {
    let directory = directory("together");
    let lines = mixed_lines();
    assert!(lines.len() > 100);
    fs::write(directory.join("manifest.jsonl"), lines.join("\n")).unwrap();
    let own_keys = |manifest: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kms-verify"));
        command.args(["batch", manifest]).current_dir(&directory);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let together = own_keys("manifest.jsonl").wait_with_output().unwrap();
    let together = String::from_utf8(together.stdout).unwrap();

    let mut child = own_keys("-");
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut alone = String::new();
    for line in &lines {
        writeln!(stdin, "{line}").unwrap();
        stdin.flush().unwrap();
        if !line.is_empty() {
            stdout.read_line(&mut alone).unwrap();
        }
    }
    drop(stdin);
    child.wait().unwrap();

    for (together, alone) in together.lines().zip(alone.lines()) {
        assert_eq!(together, alone);
    }
    assert_eq!(together, alone);
    for answer in ["true", "false", "null"] {
        assert!(together.contains(&format!("\"SignatureValid\":{answer}")), "{answer}");
    }
}

/// The third message takes seconds.
#[test]
fn a_long_message_does_not_delay_the_lines_before_it() {
    let directory = directory("delay");
    fs::File::create(directory.join("long"))
        .and_then(|file| file.set_len(4 * 1024 * 1024 * 1024))
        .unwrap();
    let mut second: Value = serde_json::from_str(&line()).unwrap();
    second.as_object_mut().unwrap().remove("Message");
    second.as_object_mut().unwrap().remove("MessageType");
    second["MessageFile"] = json!("long");
    // Also what follows it is verified at once, but written after it.
    let manifest = [line(), line(), second.to_string(), line()].join("\n");
    fs::write(directory.join("manifest.jsonl"), manifest + "\n").unwrap();
    let mut child = batch()
        .arg(directory.join("manifest.jsonl"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut results = String::new();
    stdout.read_line(&mut results).unwrap();
    stdout.read_line(&mut results).unwrap();
    signal(&child, "-INT");
    stdout.read_to_string(&mut results).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(results.lines().count(), 2, "{results}");
    assert_whole_lines(&results);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn an_interrupted_batch_resumes_to_the_same_results() {
    const LINES: usize = 3000;
    let directory = directory("stopped");
    let (manifest, whole, stopped) = (
        directory.join("manifest.jsonl"),
        directory.join("whole.jsonl"),
        directory.join("stopped.jsonl"),
    );
    fs::write(&manifest, format!("{}\n", line()).repeat(LINES)).unwrap();
    let run = |results: &Path| {
        let mut command = batch();
        command
            .arg(&manifest)
            .arg("--resume")
            .arg(results)
            .stderr(Stdio::null());
        command
    };
    assert!(run(&whole).status().unwrap().success());
    let expected = fs::read_to_string(&whole).unwrap();
    assert_eq!(expected.lines().count(), LINES);

    let mut interrupted = 0;
    for name in ["-INT", "-TERM", "-KILL", "-INT"] {
        let mut child = run(&stopped).spawn().unwrap();
        let before = fs::metadata(&stopped).map_or(0, |file| file.len());
        // Wait until it has started to write.
        while child.try_wait().unwrap().is_none() && fs::metadata(&stopped).map_or(0, |file| file.len()) <= before {
            std::thread::yield_now();
        }
        if child.try_wait().unwrap().is_some() {
            break;
        }
        signal(&child, name);
        let status = child.wait().unwrap();
        let results = fs::read_to_string(&stopped).unwrap();
        assert!(expected.starts_with(&results), "after {name}");
        if name != "-KILL" && !status.success() {
            assert_eq!(status.code(), Some(130));
            assert_whole_lines(&results);
        }
        interrupted += usize::from(!status.success());
    }
    assert!(interrupted > 0, "it ended before it could be interrupted");
    assert!(run(&stopped).status().unwrap().success());
    assert_eq!(fs::read_to_string(&stopped).unwrap(), expected);
}

#[test]
fn a_line_that_is_too_long_is_reported_and_skipped() {
    let directory = directory("long");
    let manifest = directory.join("manifest.jsonl");
    let long = format!("{{\"Message\": \"{}\"}}", "A".repeat(3 * 1024 * 1024));
    fs::write(&manifest, format!("{}\n{long}\n{}\n", line(), line())).unwrap();
    let output = batch().arg(&manifest).output().unwrap();
    assert_eq!(output.status.code(), Some(254));
    let results = String::from_utf8(output.stdout).unwrap();
    let results: Vec<Value> = results
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0]["SignatureValid"], true);
    assert_eq!(results[1]["Line"], 2);
    assert!(results[1]["Message"].as_str().unwrap().contains("MessageFile"));
    assert_eq!(results[2]["SignatureValid"], true);
}
