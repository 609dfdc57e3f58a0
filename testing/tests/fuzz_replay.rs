//! Runs the fuzz targets over their seeds and all past findings, on stable Rust.

#![cfg(feature = "fuzz")]

use std::fs;
use std::path::Path;

use kms_verify_testing::SplitMix64;
use kms_verify_testing::fuzz::{
    self,
    differential::{Ask, Family, Kind, check},
};

/// Runs a target over the files of its directories, and returns the number of those in `fuzz/seeds`.
fn replay(target: &str, run: fn(&[u8])) -> usize {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
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
    assert!(replay("differential", |bytes| fuzz::differential::run(bytes, None)) >= 100);
}

/// Random cases, with the expected share of valid ones and of every kind.
#[test]
fn differential_at_random() {
    const CASES: usize = 300;
    let mut random = SplitMix64(0);
    let mut choices = [0; 1536];
    for family in Family::ALL {
        let mut outcomes = Vec::new();
        while outcomes.len() < CASES {
            random.fill(&mut choices);
            let ask = Ask {
                rustcrypto: outcomes.len() < CASES / 10,
                peer: None,
            };
            outcomes.extend(check(family, &choices, ask));
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
fn jws() {
    assert!(replay("jws", |bytes| _ = fuzz::jws::run(bytes)) >= 40);
}

/// Random cases, with the expected share of accepted tokens.
#[test]
fn jws_at_random() {
    let cases = std::env::var("JWS_CASES").map_or(2_000, |cases| cases.parse().unwrap());
    let mut random = SplitMix64(0);
    let mut choices = [0; 256];
    let (mut accepted, mut run) = (0, 0);
    for _ in 0..cases {
        random.fill(&mut choices);
        if let Some(is_accepted) = fuzz::jws::run(&choices) {
            run += 1;
            accepted += usize::from(is_accepted);
        }
    }
    println!("{accepted} of {run} accepted");
    assert!(accepted * 50 > run && accepted * 2 < run, "{accepted} of {run}");
}

#[test]
fn kms_request() {
    assert!(replay("kms_request", |bytes| _ = fuzz::kms_request::run(bytes)) >= 40);
}

/// Random cases, with the expected share of valid signatures.
#[test]
fn kms_request_at_random() {
    let cases = std::env::var("KMS_REQUEST_CASES").map_or(2_000, |cases| cases.parse().unwrap());
    let mut random = SplitMix64(0);
    let mut choices = [0; 256];
    let mut valid = 0;
    for _ in 0..cases {
        random.fill(&mut choices);
        // Verify, with a request that is made of the rest.
        choices[0] = 16;
        valid += usize::from(fuzz::kms_request::run(&choices));
    }
    println!("{valid} of {cases} valid");
    assert!(valid * 10 > cases && valid * 2 < cases, "{valid} of {cases}");
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
