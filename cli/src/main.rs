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
mod paths;
mod settings;

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
mod repair;
mod request;
mod shell;
mod verify;

use std::process::ExitCode;

use args::{Cli, Command, ErrorFormat};
use failure::Failure;
use output::Output;
use settings::Settings;

fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => return Failure::Usage(error).report(ErrorFormat::Legacy),
    };
    let settings = match Settings::read(&cli.global, &cli.command) {
        Ok(settings) => settings,
        Err(failure) => return failure.report(ErrorFormat::Legacy),
    };
    match run(&cli, &settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(settings.error_format),
    }
}

fn run(cli: &Cli, settings: &Settings) -> Result<(), Failure> {
    let output = Output::new(&cli.global, settings)?;
    match &cli.command {
        Command::Verify(args) => verify::run(args, settings, &output),
        Command::Explain(args) => explain::run(args, settings.binary_format, &output),
        Command::Inspect(args) => inspect::run(args, &output),
        Command::Jws(args) => jws::run(args, settings.binary_format, &output),
        Command::Batch(args) => output.require_json_lines().and_then(|()| batch::run(args)),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { dir } => shell::man(dir.as_deref()),
    }
}
