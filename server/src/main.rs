//! The program `kms-verify-server`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser as _;
use kms_verify_server::Log;
use kms_verify_server::args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    let log = match Log::start(&args) {
        Ok(log) => log,
        Err(error) => {
            eprintln!("the log could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match kms_verify_server::serve(args, &log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!("{failure}");
            ExitCode::FAILURE
        }
    }
}
