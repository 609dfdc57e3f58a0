//! The command line as the AWS CLI reads it: abbreviated flags, `verify help`, and flags that have no meaning offline,
//! most of which are accepted and ignored and the others rejected.

use std::ffi::{OsStr, OsString};

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

/// The flags of every command of the AWS CLI, which it looks for first.
const GLOBAL: [&str; 19] = [
    "debug",
    "endpoint-url",
    "no-verify-ssl",
    "no-paginate",
    "output",
    "query",
    "profile",
    "region",
    "version",
    "color",
    "no-sign-request",
    "ca-bundle",
    "cli-read-timeout",
    "cli-connect-timeout",
    "cli-binary-format",
    "cli-error-format",
    "no-cli-pager",
    "cli-auto-prompt",
    "no-cli-auto-prompt",
];

/// The flags of `aws kms verify`.
const VERIFY: [&str; 11] = [
    "key-id",
    "message",
    "message-type",
    "signature",
    "signing-algorithm",
    "grant-tokens",
    "dry-run",
    "no-dry-run",
    "cli-input-json",
    "cli-input-yaml",
    "generate-cli-skeleton",
];

/// Replaces what only the AWS CLI understands: abbreviations of its flags, and `help` after a command.
pub(super) fn expand(arguments: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    if let [program, name, word] = arguments.as_slice()
        && (name == "verify" || name == "explain")
        && word == "help"
    {
        return vec![program.clone(), name.clone(), "--help".into()];
    }
    let is_known = |name: &str| {
        std::iter::once(command)
            .chain(command.get_subcommands())
            .flat_map(clap::Command::get_arguments)
            .any(|argument| argument.get_long() == Some(name))
    };
    let mut flags = true;
    arguments
        .into_iter()
        .map(|argument| {
            flags = flags && argument != "--";
            let Some(text) = argument
                .to_str()
                .and_then(|text| text.strip_prefix("--"))
                .filter(|_| flags)
            else {
                return argument;
            };
            let (name, value) = text
                .split_at_checked(text.find('=').unwrap_or(text.len()))
                .unwrap_or((text, ""));
            match unabbreviated(name).filter(|_| !is_known(name)) {
                Some(whole) => format!("--{whole}{value}").into(),
                None => argument,
            }
        })
        .collect()
}

/// The one flag that begins with this, among the global flags, or else among those of `verify`.
fn unabbreviated(beginning: &str) -> Option<&'static str> {
    for flags in [&GLOBAL[..], &VERIFY[..]] {
        let mut beginning_so = flags.iter().filter(|flag| flag.starts_with(beginning));
        match (beginning_so.next(), beginning_so.next()) {
            (Some(flag), None) => return Some(flag),
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{expand, unabbreviated};
    use crate::args::Cli;

    #[test]
    fn abbreviations_are_those_of_the_aws_cli() {
        for (beginning, expected) in [
            ("key", Some("key-id")),
            ("k", Some("key-id")),
            ("reg", Some("region")),
            ("p", Some("profile")),
            ("e", Some("endpoint-url")),
            ("d", Some("debug")),
            ("dr", Some("dry-run")),
            ("signat", Some("signature")),
            ("signing", Some("signing-algorithm")),
            ("message-", Some("message-type")),
            ("sign", None),
            ("s", None),
            ("m", None),
            ("no-d", Some("no-dry-run")),
            ("no", None),
            ("cli", None),
            ("cli-i", None),
            ("cli-b", Some("cli-binary-format")),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(unabbreviated(beginning), expected, "{beginning}");
        }
    }

    #[test]
    fn flags_that_exist_and_values_are_left_alone() {
        let expanded = |arguments: &[&str]| {
            let arguments = arguments.iter().map(Into::into).collect();
            expand(arguments, &Cli::command())
        };
        assert_eq!(
            expanded(&[
                "kms-verify",
                "--reg=x",
                "verify",
                "--explain",
                "--key-ring",
                "key",
                "--key=--reg"
            ]),
            [
                "kms-verify",
                "--region=x",
                "verify",
                "--explain",
                "--key-ring",
                "key",
                "--key-id=--reg"
            ]
        );
        assert_eq!(
            expanded(&["kms-verify", "verify", "--", "--reg"]),
            ["kms-verify", "verify", "--", "--reg"]
        );
        assert_eq!(
            expanded(&["kms-verify", "explain", "help"]),
            ["kms-verify", "explain", "--help"]
        );
        assert_eq!(
            expanded(&["kms-verify", "inspect", "help"]),
            ["kms-verify", "inspect", "help"]
        );
    }
}
