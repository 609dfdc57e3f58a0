//! Verifies with a precomputed key a given number of times, for `scripts/count-instructions` to count under valgrind.

use std::hint::black_box;
use std::process::ExitCode;

use clap::Parser;
use kms_verify_benches::{cases, implementations};

/// Verifies with a precomputed key a given number of times. Without arguments: lists the cases and implementations.
#[derive(Parser)]
struct Options {
    /// The name of a case, such as P-256.
    #[arg(requires = "implementation")]
    case: Option<String>,
    /// The name of an implementation, such as RustCrypto.
    #[arg(requires = "count")]
    implementation: Option<String>,
    /// The number of verifications.
    count: Option<u32>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let (Some(case), Some(name), Some(count)) = (options.case, options.implementation, options.count) else {
        for case in cases::all() {
            for implementation in implementations::of(&case) {
                println!("{}\t{}", case.name, implementation.name);
            }
        }
        return ExitCode::SUCCESS;
    };
    let Some(case) = cases::all().into_iter().find(|known| known.name == case) else {
        eprintln!("there is no case {case}");
        return ExitCode::FAILURE;
    };
    let Some(implementation) = implementations::of(&case).into_iter().find(|known| known.name == name) else {
        eprintln!("{name} has no {}", case.name);
        return ExitCode::FAILURE;
    };
    for _ in 0..count {
        assert!(
            (implementation.verify)(black_box(&case)),
            "{name} rejects the signature of {}",
            case.name
        );
    }
    ExitCode::SUCCESS
}
