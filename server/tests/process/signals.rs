//! Signals before the server listens.

use std::process::Command;

use clap::Parser as _;
use kms_verify_server::args::Args;
use kms_verify_server::{Log, serve};

use crate::support::*;

/// In the process of this test, where signals are listened to for ever from then on.
#[test]
fn they_are_listened_to_before_the_keys_are_read() {
    let directory = Directory::new();
    let missing = directory.0.join("missing");
    let args = Args::parse_from(["kms-verify-server".as_ref(), "--key-ring".as_ref(), missing.as_os_str()]);
    let log = Log::start(&args).unwrap();
    let failure = serve(args, &log).unwrap_err();
    assert!(failure.to_string().contains("could not be read"), "{failure}");
    // If nobody listens, they end this process.
    for signal in ["HUP", "TERM", "INT"] {
        let mut kill = Command::new("kill");
        kill.args(["-s", signal, &std::process::id().to_string()]);
        assert!(kill.status().unwrap().success());
    }
}
