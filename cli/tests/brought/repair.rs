//! `explain --repair` over the cases: the folder is complete and its script verifies, or nothing is written.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::case::cases;

/// Runs a script with `kms-verify` on the path, and returns its answer.
pub fn run_script(script: &Path, directory: &Path) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_kms-verify")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), env::var("PATH").unwrap());
    Command::new("sh")
        .arg(script)
        .current_dir(directory)
        .env("PATH", path)
        .env("HOME", "/no-such-directory")
        .output()
        .unwrap()
}

/// Cases in which no changed input verifies.
const NOT_REPAIRED: [&str; 7] = [
    "algorithm-EdDSA-tip",
    "key-awskms-uri",
    "key-utf8-mangled",
    "msg-empty",
    "msg-jwt-payload-only",
    "msg-long-another-key",
    "sig-utf8-mangled-ecdsa",
];

#[test]
fn each_case_is_repaired_or_left_alone() {
    let mut repaired = 0;
    for case in cases("each_case_is_repaired_or_left_alone") {
        let folder = case.directory.join("repaired");
        drop(fs::remove_dir_all(&folder));
        let explain = |more: &[&str]| {
            let more = more.iter().map(|word| (*word).to_owned());
            let mut args = case.args.clone();
            args[0] = "explain".into();
            case.run(&args.into_iter().chain(more).collect::<Vec<_>>())
        };
        let without = explain(&["--output", "json"]);
        let output = explain(&["--output", "json", "--repair", "repaired"]);
        assert_eq!(output.status, without.status, "{}", case.name);
        let Ok(answer) = serde_json::from_slice::<Value>(&output.stdout) else {
            assert!(
                NOT_REPAIRED.contains(&case.name.as_str()) && !folder.exists(),
                "{}: {output:?}",
                case.name
            );
            continue;
        };
        let is_repaired = answer["repair"]["folder"] == "repaired";
        assert_eq!(is_repaired, folder.exists(), "{}: {answer}", case.name);
        assert_eq!(
            is_repaired,
            answer["repair"]["reason"].is_null(),
            "{}: {answer}",
            case.name
        );
        let is_lost = NOT_REPAIRED.contains(&case.name.as_str()) || without.status.success();
        assert_eq!(is_repaired, !is_lost, "{}: {answer}", case.name);
        if !is_repaired {
            continue;
        }
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["message.bin", "public_key.pem", "signature.bin", "verify.sh"]);
        for (script, directory) in [("repaired/verify.sh", ""), ("verify.sh", "repaired")] {
            let verified = run_script(Path::new(script), &case.directory.join(directory));
            assert!(verified.status.success(), "{}: {verified:?}", case.name);
            let verified: Value = serde_json::from_slice(&verified.stdout).unwrap();
            assert_eq!(verified["SignatureValid"], true, "{}", case.name);
        }
        let changed = answer["repair"]["changed"].as_array().unwrap();
        assert!(!changed.is_empty(), "{}: {answer}", case.name);
        let fixed = case.directory.join("fixed.bin");
        if case.name.starts_with("sig-") && fixed.exists() {
            let written = fs::read(folder.join("signature.bin")).unwrap();
            assert_eq!(fs::read(fixed).unwrap(), written, "{}", case.name);
        }
        repaired += 1;
    }
    println!("{repaired} repaired");
    assert!(repaired >= 55, "{repaired}");
}
