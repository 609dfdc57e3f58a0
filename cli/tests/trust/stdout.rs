//! An answer that cannot be written, and help that was not asked for, are not success.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use super::*;

fn commands(directory: &Path) -> Vec<Vec<String>> {
    let manifest_path = directory.join("manifest.jsonl");
    fs::write(&manifest_path, manifest(&[genuine("a")])).unwrap();
    let text = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let request = format!(
        "--key-ring {RING} --key-id {ARN} --signing-algorithm ECDSA_SHA_256 --message fileb://{GENUINE}/message.bin \
         --signature fileb://{GENUINE}/signature.bin"
    );
    vec![
        text(&format!("verify {request}")),
        text(&format!("verify {request} --output table")),
        text(&format!("explain {request}")),
        text(&format!("inspect {GENUINE}/public_key.pem")),
        text(&format!("batch {} --key-ring {RING}", manifest_path.display())),
        text("completions bash"),
        text("man"),
        text("--help"),
        text("-h"),
        text("help batch"),
        text("verify --help"),
        text("--version"),
    ]
}

#[test]
fn closed_or_full_standard_output_is_a_failure() {
    for arguments in commands(&directory("closed")) {
        let sh = |redirection: &str| {
            let script = format!("exec \"$@\" {redirection}");
            run(Command::new("sh")
                .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_kms-verify")])
                .args(&arguments)
                .env_remove("KMS_VERIFY_KEY_RING"))
        };
        for redirection in [">&-", ">/dev/full", "</dev/null >&-", "<&- >&- 2>&-"] {
            let ran = sh(redirection);
            assert_eq!(ran.status, Some(255), "{arguments:?} {redirection}: {}", ran.stderr);
            if !redirection.contains("2>") {
                ran.assert(255, "standard output could not be written");
            }
        }
        // Each of these discards the output on purpose.
        for redirection in [">/dev/null", "1<>/dev/null", ">/dev/null 2>&-"] {
            assert_eq!(sh(redirection).status, Some(0), "{arguments:?} {redirection}");
        }
        // A pipe whose reader has exited.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = kms_verify()
            .args(&arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        finish(child).assert(255, "standard output could not be written");
    }
}

#[test]
fn help_among_other_arguments_is_not_success() {
    let all = commands(&directory("help"));
    let verify: Vec<&str> = all[0].iter().map(String::as_str).collect();
    let batch: Vec<&str> = all[4].iter().map(String::as_str).collect();
    for more in [
        vec!["--grant-tokens", "x", "--help"],
        vec!["--grant-tokens", "--help"],
        vec!["--help"],
        vec!["-h"],
        vec!["--profile", "--help"],
    ] {
        let ran = run(kms_verify().args(&verify).args(&more));
        ran.assert(252, "");
        assert!(ran.stdout.is_empty());
        // Also before the arguments of the command.
        let ran = run(kms_verify().args(&verify[..1]).args(&more).args(&verify[1..]));
        ran.assert(252, "");
    }
    for arguments in [
        vec!["--help", "verify"],
        vec!["--version", "verify"],
        vec!["--color", "off", "--help"],
        vec!["batch", "--help", "--key-ring", RING],
        vec!["batch", "--key-ring", RING, "--help"],
        vec!["batch", "--key-ring", RING, "--", "--help"],
        vec![batch[0], "--resume", "--help"],
    ] {
        let ran = run(kms_verify().args(&arguments));
        ran.assert(252, "");
        assert!(ran.stdout.is_empty(), "{arguments:?}");
    }
    // Nor after a value that is not UTF-8: once it is escaped for the error, the arguments after it are parsed too.
    let not_text = OsStr::from_bytes(b"\xff");
    for more in [["--profile", "--help"], ["--query", "--version"], ["--output", "-h"]] {
        let ran = run(kms_verify().arg(verify[0]).arg(more[0]).arg(not_text).arg(more[1]));
        ran.assert(252, "");
        assert!(ran.stdout.is_empty(), "{more:?}");
        let ran = run(kms_verify().arg(more[0]).arg(not_text).arg(more[1]));
        ran.assert(252, "");
        assert!(ran.stdout.is_empty(), "{more:?}");
    }
    // After `--NAME=`, it is a value.
    run(kms_verify().args(&verify).arg("--grant-tokens=--help")).assert(0, "\"SignatureValid\": true");
}
