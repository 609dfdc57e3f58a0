//! Flags of the AWS CLI that have no meaning offline: most are accepted and ignored, the others are rejected.

use std::ffi::OsStr;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Args};

/// Help heading of the flags that are accepted so that commands written for the AWS CLI work.
pub(super) const IGNORED: &str = "AWS CLI flags that are accepted and ignored";

/// Global flags that are accepted and ignored.
#[derive(Debug, Args)]
#[command(next_help_heading = IGNORED)]
pub(super) struct Ignored {
    /// The AWS Region
    #[arg(long, global = true, hide_short_help = true, value_name = "REGION")]
    region: Option<String>,
    /// The credentials profile
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    profile: Option<String>,
    /// The endpoint of the service
    #[arg(long, global = true, hide_short_help = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// The CA certificates to trust
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    ca_bundle: Option<String>,
    /// The socket read timeout
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS")]
    cli_read_timeout: Option<u32>,
    /// The socket connect timeout
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS")]
    cli_connect_timeout: Option<u32>,
    /// Print debug output
    #[arg(long, global = true, hide_short_help = true)]
    debug: bool,
    /// Disable the pager
    #[arg(long, global = true, hide_short_help = true)]
    no_cli_pager: bool,
    /// Do not verify TLS certificates
    #[arg(long, global = true, hide_short_help = true)]
    no_verify_ssl: bool,
    /// Disable pagination
    #[arg(long, global = true, hide_short_help = true)]
    no_paginate: bool,
    /// Do not sign requests
    #[arg(long, global = true, hide_short_help = true)]
    no_sign_request: bool,
    /// Prompt for parameters
    #[arg(long, global = true, hide_short_help = true)]
    cli_auto_prompt: bool,
    /// Do not prompt for parameters
    #[arg(long, global = true, hide_short_help = true)]
    no_cli_auto_prompt: bool,
}

/// Flags of `aws kms verify` that cannot be honored offline, and why. Ignoring them would do something other than what
/// was asked for.
const REJECTED: [(&str, &str); 4] = [
    (
        "dry-run",
        "--dry-run asks KMS whether the caller may verify, which cannot be answered offline; leave it out",
    ),
    (
        "cli-input-json",
        "--cli-input-json is not supported; pass each parameter as a flag, or the JSON as a line to kms-verify batch",
    ),
    (
        "cli-input-yaml",
        "--cli-input-yaml is not supported; pass each parameter as a flag, or as JSON in a line to kms-verify batch",
    ),
    (
        "generate-cli-skeleton",
        "--generate-cli-skeleton is not supported; for the parameters, see kms-verify verify --help, and for the lines of a \
         manifest, kms-verify batch --help",
    ),
];

/// Adds the flags that are rejected.
pub(super) fn add_rejected(command: clap::Command) -> clap::Command {
    command.args(REJECTED.map(|(name, reason)| {
        Arg::new(name)
            .long(name)
            .hide(true)
            .num_args(0..=1)
            .default_missing_value("")
            .value_parser(Reject(reason))
    }))
}

/// Rejects a flag, with the reason.
#[derive(Clone)]
struct Reject(&'static str);

impl TypedValueParser for Reject {
    type Value = ();

    fn parse_ref(&self, command: &clap::Command, _: Option<&Arg>, _: &OsStr) -> Result<(), clap::Error> {
        Err(clap::Error::raw(ErrorKind::UnknownArgument, format!("{}\n", self.0)).with_cmd(command))
    }
}
