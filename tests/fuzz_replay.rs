//! Runs the fuzz targets over their seeds and over everything that they have ever found, on stable Rust.

#![cfg(all(
    feature = "std",
    feature = "rsa",
    feature = "ecdsa",
    feature = "ed25519",
    feature = "ml-dsa",
    feature = "sm2"
))]

mod common;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

/// Runs a target over the files of its folders, and counts those of `fuzz/seeds`.
fn replay(target: &str, run: fn(&[u8])) -> usize {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut seeds = 0;
    for folder in ["seeds", "regressions"] {
        for entry in fs::read_dir(fuzz.join(folder).join(target)).unwrap() {
            let path = entry.unwrap().path();
            // Shown if the test fails.
            println!("{}", path.display());
            run(&fs::read(&path).unwrap());
            seeds += usize::from(folder == "seeds");
        }
    }
    seeds
}

#[test]
fn public_key() {
    assert!(replay("public_key", fuzz::public_key::run) >= 40);
}

#[test]
fn verify_any() {
    assert!(replay("verify_any", fuzz::verify_any::run) >= 100);
}

#[test]
fn diagnose() {
    assert!(replay("diagnose", fuzz::diagnose::run) >= 200);
}

/// The targets embed the vectors by name, so that a new folder must be added there.
#[test]
fn the_fuzz_targets_know_every_signature_of_kms() {
    let vectors = common::kms_vectors();
    let names: Vec<&str> = vectors.iter().map(|vector| vector.name.as_str()).collect();
    let known: Vec<&str> = fuzz::vectors::KMS.iter().map(|folder| folder.name).collect();
    assert_eq!(names, known);
}
