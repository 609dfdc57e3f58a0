//! The commands that advice prints are run, and what they write is what the diagnosis repaired.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use kms_verify::{Caller, Diagnosis, Inputs, PublicKey, Source, diagnose_public_key};

use crate::case::Case;

/// The names of the files are words that a shell would take apart.
const INPUTS: Inputs<'static> = Inputs {
    public_key: Source::File("the key.txt"),
    message: Source::File("the message.txt"),
    signature: Source::File("it's the signature.txt"),
};

/// What is diagnosed.
pub enum Given {
    Signature(Case),
    Message(Case),
    Key(Vec<u8>, PublicKey),
}

/// A new directory for each command.
fn directory() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("commands")
        .join(number.to_string());
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// The first command of the advice, with the name of the file that it writes.
fn command(diagnosis: &Diagnosis) -> Option<(String, String)> {
    diagnosis.findings().iter().find_map(|finding| {
        let advice = finding.advice_for(Caller::Shell(INPUTS));
        let (_, rest) = advice.split_once("Correct it: ")?;
        let (command, _) = rest.split_once("; then pass ")?;
        let (_, name) = command.rsplit_once(" > ")?;
        Some((command.to_owned(), name.to_owned()))
    })
}

/// Runs the command. `Ok(false)` if nothing was repaired, or the advice has no command.
fn run(given: &Given) -> Result<bool, String> {
    let (diagnosis, name, bytes) = match given {
        Given::Signature(case) => (case.diagnose(), INPUTS.signature, &case.signature),
        Given::Message(case) => (case.diagnose(), INPUTS.message, &case.message),
        Given::Key(input, _) => (diagnose_public_key(input), INPUTS.public_key, input),
    };
    let Some((command, written)) = command(&diagnosis) else {
        return Ok(false);
    };
    let Source::File(name) = name else { unreachable!() };
    let directory = directory();
    fs::write(directory.join(name), bytes).unwrap();
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(&directory)
        .output()
        .unwrap();
    let written = fs::read(directory.join(written)).unwrap_or_default();
    let is_right = match (given, diagnosis.repaired()) {
        (Given::Key(_, key), _) => PublicKey::from_der_or_pem(&written).as_ref() == Ok(key),
        (Given::Signature(_), Some(repaired)) => repaired.signature() == Some(&written),
        // The command may compute the digest, or the bytes that are hashed.
        (Given::Message(_), Some(repaired)) => repaired.message() == Some(&written),
        (Given::Signature(_) | Given::Message(_), None) => true,
    };
    fs::remove_dir_all(&directory).unwrap();
    if output.status.success() && output.stderr.is_empty() && is_right {
        Ok(true)
    } else {
        Err(format!(
            "{command}: {}: {diagnosis}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// Runs all commands, some at a time. Each has a name for the error.
pub fn run_all(all: Vec<(String, Given)>) {
    let (next, ran) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failed: Mutex<Vec<String>> = Mutex::default();
    let (without, count) = (Mutex::new(Vec::new()), all.len());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((name, given)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match run(given) {
                        Ok(true) => drop(ran.fetch_add(1, Ordering::Relaxed)),
                        Ok(false) => without.lock().unwrap_or_else(PoisonError::into_inner).push(name),
                        Err(said) => failed
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(format!("{name}: {said}")),
                    }
                }
            });
        }
    });
    let without = without.into_inner().unwrap();
    println!(
        "{} of {count} commands ran; without a command: {without:#?}",
        ran.into_inner()
    );
    let failed = failed.into_inner().unwrap();
    let shown: Vec<&str> = failed.iter().map(String::as_str).take(10).collect();
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), shown.join("\n"));
}
