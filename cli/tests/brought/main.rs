//! Inputs that people bring: the cause comes first, each printed command is run, and what it writes verifies.

#![cfg(target_os = "linux")]

mod case;
mod repair;

use std::process::Command;

use case::{cases, strings};

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
            case.assert_verifies(&flags, command);
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
