//! `kms-verify`: `aws kms verify` offline, with an explanation of why a signature does not verify.
//!
//! It uses only the public API of the library `kms-verify`. The answer goes to standard output, everything else to
//! standard error, and the exit status is that of the AWS CLI.

#![forbid(unsafe_code)]
// No input may make the command panic: no indexing, unwrapping or unchecked arithmetic.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

// In data-flow order: the request, its inputs, the answer.
mod args;
mod descriptors;
mod failure;
mod input;
mod keys;
mod signature;

mod output;
mod printable;
mod progress;
mod style;

mod batch;
mod explain;
mod inspect;
mod jws;
mod request;
mod shell;
mod verify;

use std::process::ExitCode;

use args::{Cli, Command};
use failure::Failure;

fn main() -> ExitCode {
    match Cli::read().map_err(Failure::Usage).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let output = output::Output::new(&cli.global)?;
    let format = cli.global.cli_binary_format;
    match cli.command {
        Command::Verify(args) => verify::run(&args, format, &output),
        Command::Explain(args) => explain::run(&args, format, &output),
        Command::Inspect(args) => inspect::run(&args, &output),
        Command::Jws(args) => jws::run(&args, format, &output),
        Command::Batch(args) => output.require_json_lines().and_then(|()| batch::run(&args)),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { dir } => shell::man(dir.as_deref()),
    }
}
