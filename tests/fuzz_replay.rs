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

use fuzz::differential::{Family, Kind, SplitMix64, check};

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
fn differential() {
    assert!(replay("differential", fuzz::differential::run) >= 100);
}

/// Cases at random, of which as many are valid, and of every kind, as chance has it.
#[test]
fn differential_at_random() {
    const CASES: usize = 300;
    let mut random = SplitMix64(0);
    let mut choices = [0; 1536];
    for family in Family::ALL {
        let mut outcomes = Vec::new();
        while outcomes.len() < CASES {
            random.fill(&mut choices);
            outcomes.extend(check(family, &choices, outcomes.len() < CASES / 10));
        }
        let valid = outcomes.iter().filter(|outcome| outcome.valid).count();
        assert!((CASES / 4..CASES).contains(&valid), "{family:?}: {valid} valid");
        for kind in Kind::ALL {
            let is_reached = outcomes.iter().any(|outcome| outcome.kinds.contains(&kind));
            assert_eq!(is_reached, family.kinds().contains(&kind), "{family:?}: {kind:?}");
        }
    }
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
