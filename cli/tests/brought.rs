//! Inputs that people bring: the cause comes first, each printed command is run, and what it writes verifies.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

struct Case {
    name: String,
    directory: PathBuf,
    args: Vec<String>,
    expected: Value,
}

/// Each test works on a copy of its own.
fn cases(test: &str) -> Vec<Case> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/brought");
    let mut cases: Vec<Case> = fs::read_dir(vectors)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test).join(&name);
            copy(&path, &directory);
            let expected: Value = serde_json::from_slice(&fs::read(path.join("case.json")).unwrap()).unwrap();
            let args = strings(&expected["args"]);
            Case {
                name,
                directory,
                args,
                expected,
            }
        })
        .collect();
    cases.sort_by(|one, next| one.name.cmp(&next.name));
    cases
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}

fn strings(value: &Value) -> Vec<String> {
    let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
    values.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

impl Case {
    fn run(&self, args: &[String]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kms-verify"))
            .args(args)
            .current_dir(&self.directory)
            .env_remove("KMS_VERIFY_KEY_RING")
            .output()
            .unwrap()
    }

    /// The arguments with other values for flags, as arguments of `verify`.
    fn args_with(&self, flags: &[&str]) -> Vec<String> {
        let mut args = self.args.clone();
        args[0] = "verify".into();
        for pair in flags.chunks(2) {
            match args.iter().position(|arg| arg == pair[0]) {
                Some(at) => args[at + 1] = pair[1].into(),
                None => args.extend(pair.iter().map(|word| (*word).to_owned())),
            }
        }
        args
    }

    #[track_caller]
    fn assert_verifies(&self, flags: &[&str], what: &str) {
        let output = self.run(&self.args_with(flags));
        assert!(
            output.status.success(),
            "{}: {what}: {}",
            self.name,
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The findings, as JSON. Empty if the input is now accepted, or the command only prints an error.
    fn findings(&self) -> (Vec<Value>, String) {
        let output = self.run(&[self.args.clone(), vec!["--output".into(), "json".into()]].concat());
        let errors = String::from_utf8(output.stderr).unwrap();
        if output.stdout.is_empty() {
            assert_eq!(output.status.code(), Some(252), "{}: {errors}", self.name);
            return (Vec::new(), errors);
        }
        if output.status.success() {
            return (Vec::new(), errors);
        }
        let explanation: Value = serde_json::from_slice(&output.stdout).unwrap();
        (explanation["findings"].as_array().unwrap().clone(), errors)
    }
}

/// The command in an advice, and the flags to use next.
fn command(advice: &str) -> Option<(&str, Vec<&str>)> {
    let (_, rest) = advice.split_once("Correct it: ")?;
    let (command, rest) = rest.split_once("; then pass ")?;
    let flags = rest
        .split_once(". ")
        .map_or(rest.trim_end_matches('.'), |(flags, _)| flags);
    Some((command, flags.split(' ').collect()))
}

#[test]
fn the_cause_is_named_first() {
    for case in cases("the_cause_is_named_first") {
        let (findings, errors) = case.findings();
        let causes: Vec<String> = findings
            .iter()
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(causes, strings(&case.expected["causes"]), "{}", case.name);
        if let Some(first) = findings.first() {
            assert_eq!(first["certain"], case.expected["certain"], "{}", case.name);
        }
        let said: String = findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {} ",
                    finding["found"].as_str().unwrap(),
                    finding["try"].as_str().unwrap()
                )
            })
            .collect();
        for words in strings(&case.expected["says"]) {
            assert!(
                said.contains(&words) || errors.contains(&words),
                "{}: {words}: {said}{errors}",
                case.name
            );
        }
    }
}

/// Cases without a command: nothing can be corrected, or a service has to be asked.
const WITHOUT_COMMAND: [&str; 8] = [
    "algorithm-EdDSA-tip",
    "key-awskms-uri",
    "key-ring-cosign-pub",
    "key-utf8-mangled",
    "msg-empty",
    "msg-jwt-payload-only",
    "msg-long-another-key",
    "sig-utf8-mangled-ecdsa",
];

#[test]
fn each_command_makes_an_input_that_verifies() {
    let mut run = 0;
    for case in cases("each_command_makes_an_input_that_verifies") {
        let (findings, _) = case.findings();
        let commands: Vec<(&str, Vec<&str>)> = findings
            .iter()
            .filter_map(|finding| command(finding["try"].as_str().unwrap()))
            .collect();
        assert_eq!(
            commands.is_empty(),
            WITHOUT_COMMAND.contains(&case.name.as_str()),
            "{}",
            case.name
        );
        for (command, flags) in commands {
            let output = Command::new("sh")
                .args(["-c", command])
                .current_dir(&case.directory)
                .output()
                .unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && errors.is_empty(),
                "{}: {command}: {errors}",
                case.name
            );
            if case.name == "sig-cose-sign1" {
                // The message at hand is not the Sig_structure.
                assert_eq!(fs::read(case.directory.join("fixed_signature.bin")).unwrap()[0], 0x30);
            } else {
                case.assert_verifies(&flags, command);
            }
            run += 1;
        }
    }
    assert!(run >= 60, "{run}");
}

#[test]
fn each_fixed_input_verifies() {
    for case in cases("each_fixed_input_verifies") {
        let flag = match case.name.split('-').next() {
            Some("key") => "--public-key",
            Some("sig") => "--signature",
            Some("msg") if case.directory.join("fixed.der").exists() => "--public-key",
            _ => "--message",
        };
        if case.directory.join("fixed.der").exists() {
            case.assert_verifies(&["--public-key", "fixed.der"], "fixed");
        } else if case.directory.join("fixed.bin").exists() {
            let types = ["RAW", "DIGEST"];
            let verifies = |message_type: &&&str| {
                let flags = [flag, "fileb://fixed.bin", "--message-type", message_type];
                case.run(&case.args_with(&flags)).status.success()
            };
            assert!(
                types.iter().any(|message_type| verifies(&message_type)),
                "{}",
                case.name
            );
        }
    }
}
