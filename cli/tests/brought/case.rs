//! The cases in `tests/vectors/brought`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub struct Case {
    pub name: String,
    pub directory: PathBuf,
    pub args: Vec<String>,
    pub expected: Value,
}

/// Each test works on a copy of its own.
pub fn cases(test: &str) -> Vec<Case> {
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

pub fn strings(value: &Value) -> Vec<String> {
    let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
    values.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

impl Case {
    pub fn run(&self, args: &[String]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kms-verify"))
            .args(args)
            .current_dir(&self.directory)
            .env_remove("KMS_VERIFY_KEY_RING")
            .output()
            .unwrap()
    }

    /// The arguments with other values for flags, as arguments of `verify`.
    pub fn args_with(&self, flags: &[&str]) -> Vec<String> {
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
    pub fn assert_verifies(&self, flags: &[&str], what: &str) {
        let output = self.run(&self.args_with(flags));
        assert!(
            output.status.success(),
            "{}: {what}: {}",
            self.name,
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The findings, as JSON. Empty if the input is now accepted, or the command only prints an error.
    pub fn findings(&self) -> (Vec<Value>, String) {
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
