//! Signals before the server listens.

use std::process::Command;

use clap::Parser as _;
use kms_verify_server::args::Args;
use kms_verify_server::{Log, serve};

use crate::support::*;

/// Set in the process whose handlers of signals are tested. They remain for as long as it runs.
const INSIDE: &str = "KMS_VERIFY_TEST_OF_SIGNALS";

#[test]
fn they_are_listened_to_before_the_keys_are_read() {
    if std::env::var_os(INSIDE).is_some() {
        return survive();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "signals::they_are_listened_to_before_the_keys_are_read"]);
    let output = command.env(INSIDE, "").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{output:?}"
    );
}

/// Starts a server without keys, which fails. If nobody listens to a signal by then, it ends this process.
fn survive() {
    let directory = Directory::new();
    let missing = directory.0.join("missing");
    let args = Args::parse_from(["kms-verify-server".as_ref(), "--key-ring".as_ref(), missing.as_os_str()]);
    let log = Log::start(&args).unwrap();
    let failure = serve(args, &log).unwrap_err();
    assert!(failure.to_string().contains("could not be read"), "{failure}");
    for signal in ["HUP", "TERM", "INT"] {
        let mut kill = Command::new("kill");
        kill.args(["-s", signal, &std::process::id().to_string()]);
        assert!(kill.status().unwrap().success());
    }
}
