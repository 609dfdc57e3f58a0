//! The command line: its flags are those of `aws kms verify`, and a few of its own.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use kms_verify::{KeyId, MessageType, SigningAlgorithm};

use crate::printable;

// Narrow enough for a terminal of 80 columns: a command that was wrapped could not be copied.
const EXAMPLES: &str = "\
The five commonest uses:

  Verify as with AWS, with the public key in a file:
    kms-verify verify --public-key public_key.pem \\
        --signing-algorithm RSASSA_PSS_SHA_256 \\
        --message fileb://message.txt --signature fileb://signature.bin

  Verify what aws kms sign printed, with the keys of a folder, which
  aws kms get-public-key printed:
    kms-verify verify --key-ring keys/ --key-id alias/message-signing \\
        --signing-algorithm ECDSA_SHA_256 \\
        --message fileb://message.txt --signature sign-response.json

  Find out why a signature does not verify:
    kms-verify explain --public-key public_key.pem \\
        --signing-algorithm ECDSA_SHA_256 \\
        --message fileb://message.txt --signature fileb://signature.bin

  See what a public key is, and which algorithms it has:
    kms-verify inspect public_key.pem

  Verify many signatures at once:
    kms-verify batch manifest.jsonl --key-ring keys/ > results.jsonl

Exit status:
  0    valid
  252  the parameters cannot be used
  254  not valid, or refused as AWS KMS would refuse it
  255  a file could not be read or written
  130  interrupted";

/// Verify AWS KMS signatures offline, without credentials, and find out why one does not verify.
#[derive(Debug, Parser)]
#[command(name = "kms-verify", version, after_help = EXAMPLES, args_override_self = true, max_term_width = 120)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) global: Global,
}

impl Cli {
    /// Parses the command line. What is wrong with it is said in printable characters, whatever they were.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        // Not in the command itself, whose completions must not offer them.
        let refuse = |command: clap::Command| {
            command.args(REFUSED.map(|(name, reason)| {
                Arg::new(name)
                    .long(name)
                    .hide(true)
                    .num_args(0..=1)
                    .default_missing_value("")
                    .value_parser(Refuse(reason))
            }))
        };
        let command = Self::command()
            .mut_subcommand("verify", refuse)
            .mut_subcommand("explain", refuse);
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let parse = |arguments: &[OsString]| Self::from_arg_matches(&command.clone().try_get_matches_from(arguments)?);
        match parse(&arguments) {
            Ok(cli) => Ok(cli),
            Err(error) if error.exit_code() == 0 && is_for_help(&arguments) => Err(error),
            Err(error) if error.exit_code() == 0 => Err(clap::Error::raw(ErrorKind::ArgumentConflict, HELP_ALONE)),
            Err(error) => {
                let printable: Vec<OsString> = arguments
                    .iter()
                    .map(|argument| printable::line(&argument.to_string_lossy()).into_owned().into())
                    .collect();
                if printable == arguments {
                    return Err(error);
                }
                Err(parse(&printable)
                    .err()
                    .unwrap_or_else(|| clap::Error::raw(ErrorKind::InvalidValue, UNPRINTABLE)))
            }
        }
    }
}

/// Whether all of a command line asks for help or for the version. Among other arguments, `--help` may be the value of one
/// of them that was not expected; and then the status must not be that of a valid signature.
fn is_for_help(arguments: &[OsString]) -> bool {
    let text: Vec<&str> = arguments
        .iter()
        .skip(1)
        .map(|argument| argument.to_str().unwrap_or_default())
        .collect();
    match text.as_slice() {
        ["help", ..] | ["-h" | "--help" | "-V" | "--version"] => true,
        [command, "-h" | "--help"] => !command.starts_with('-'),
        _ => false,
    }
}

const HELP_ALONE: &str = "\
help and the version are shown if nothing else is asked for: nothing was verified
for help write kms-verify help, or kms-verify help verify; before a value that begins with \"-\" write --NAME=, or -- if it \
has no name
";

const UNPRINTABLE: &str = "an argument has characters that are not printable; leave them out\n";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Verify a signature: the flags, the output and the exit status of aws kms verify
    Verify(VerifyArgs),
    /// Say why a signature does not verify, and what to try: the flags and the exit status of verify
    Explain(RequestArgs),
    /// Say what a public key is: key spec, usage, algorithms, message types, fingerprint
    Inspect(InspectArgs),
    /// Verify many signatures: one JSON object a line in, one a line out, in the same order
    #[command(after_long_help = MANIFEST)]
    Batch(BatchArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page, or write a page for each command
    Man {
        /// Write a page for each command into this folder
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,

    /// If the signature does not verify, say on standard error why, and what to try
    #[arg(long)]
    pub(crate) explain: bool,
}

/// The parameters of one verification.
#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// The KMS key: key ARN, key id, alias name or alias ARN. Needed to find the key in a key ring
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: Option<KeyId>,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    /// The message: fileb://FILE (its bytes), file://FILE (base64), base64, a FILE (its bytes), or - for standard input
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) message: String,

    /// What the message is
    #[arg(long, value_name = "TYPE", default_value = "RAW", value_parser = message_type())]
    pub(crate) message_type: MessageType,

    /// The signature: as --message; and a plain FILE or - may hold bytes, base64 or what aws kms sign printed
    #[arg(long, value_name = "SIGNATURE")]
    pub(crate) signature: String,

    /// The algorithm that the signer used
    #[arg(long, value_name = "ALGORITHM", value_parser = signing_algorithm())]
    pub(crate) signing_algorithm: SigningAlgorithm,

    /// Offline, no grant is needed
    #[arg(long, value_name = "TOKEN", num_args = 1.., hide_short_help = true, help_heading = NO_EFFECT)]
    pub(crate) grant_tokens: Vec<String>,

    /// Verify, as is done without it
    #[arg(long, hide_short_help = true, help_heading = NO_EFFECT)]
    pub(crate) no_dry_run: bool,
}

/// Flags of `aws kms verify` that cannot have their meaning here, and why. To ignore them would be to do something else
/// than what was asked for.
const REFUSED: [(&str, &str); 4] = [
    (
        "dry-run",
        "--dry-run asks KMS whether you may verify, which cannot be known offline; leave it out",
    ),
    (
        "cli-input-json",
        "--cli-input-json is not read here; pass each parameter as a flag, or the JSON as a line to kms-verify batch",
    ),
    (
        "cli-input-yaml",
        "--cli-input-yaml is not read here; pass each parameter as a flag, or as JSON in a line to kms-verify batch",
    ),
    (
        "generate-cli-skeleton",
        "--generate-cli-skeleton has nothing to fill in here; see the parameters with kms-verify verify --help, or those of \
         a line of a manifest with kms-verify batch --help",
    ),
];

/// Refuses a flag, with the reason.
#[derive(Clone)]
struct Refuse(&'static str);

impl TypedValueParser for Refuse {
    type Value = ();

    fn parse_ref(&self, command: &clap::Command, _: Option<&Arg>, _: &OsStr) -> Result<(), clap::Error> {
        Err(clap::Error::raw(ErrorKind::UnknownArgument, format!("{}\n", self.0)).with_cmd(command))
    }
}

/// Where keys come from.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The public key: DER, PEM, base64, or what aws kms get-public-key printed
    #[arg(long, value_name = "FILE", conflicts_with = "key_ring")]
    pub(crate) public_key: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) ring: RingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RingArgs {
    /// Public keys by key id: a folder or a file of what aws kms get-public-key printed. Without it, that of the
    /// environment variable KMS_VERIFY_KEY_RING
    ///
    /// In a folder, each *.json file holds what aws kms get-public-key printed; a *.pem or *.der file is the key whose id
    /// is the name of the file. What lies in its subfolder "alias", and in the folders there, can be found as alias/NAME. A
    /// file holds one or more of what aws kms get-public-key printed, one after another or as a JSON array.
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) key_ring: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The public key: DER, PEM, base64, or what aws kms get-public-key printed; - for standard input
    pub(crate) key: PathBuf,
}

// Paragraphs are wrapped where they are shown.
const MANIFEST: &str = "\
A line of the manifest is the request of the Verify operation of the KMS API, with files where you like. Here it is shown \
in two lines:

  {\"KeyId\": \"...\", \"SigningAlgorithm\": \"...\", \"MessageType\": \"RAW\",
      \"Message\": \"base64\", \"Signature\": \"base64\"}

\"MessageFile\" (bytes) in the place of Message; \"SignatureFile\" (bytes, base64, or what aws kms sign printed) in the \
place of Signature. \"Id\" is any string of yours, and comes back in the result. Files are sought from the folder of the \
manifest, and must be regular files, of at most 16 GiB. A field that is unknown, there twice or null is an error of its line.

Whose word is what? With a key ring, its keys alone decide: KeyId names one of them, and the result has the name \
that the ring has for it, of a multi-Region key perhaps in another Region. Without a ring, each line names its own key, as \"PublicKeyFile\", with or without a KeyId: you then trust whoever \
wrote the manifest. The result has the fingerprint of that key, as PublicKeyFingerprint, and no KeyId. Beside a ring, \
PublicKeyFile is an error of its line. Id is always the word of the manifest.

A result is {\"Line\", \"Id\", \"KeyId\", \"SignatureValid\", \"SigningAlgorithm\", \"Error\", \"Message\", \"Binding\"}. Error and \
Message are there if the signature is not valid. If a line cannot be verified, SignatureValid is null.

Binding ties the result to its line and all lines before it, the key ring, the folder of the manifest and the version. \
--resume checks every line from the first, and continues nothing else. It is a check against mistakes: keep results where \
only you can write. Files that lines name are not read again.

Exit status: 0 if every line is valid, in this run or in those that it continues; 254 if any is not.";

#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// One JSON object a line; - for standard input
    pub(crate) manifest: PathBuf,

    #[command(flatten)]
    pub(crate) ring: RingArgs,

    /// Go on where this file of results ends, and append to it. It must have been made from the same lines with the same
    /// keys. A line that was cut is written again
    #[arg(long, value_name = "RESULTS")]
    pub(crate) resume: Option<PathBuf>,
}

/// The heading of what is about the answer.
const OUTPUT: &str = "Output";

/// The heading of what is taken for the sake of commands that were written for the AWS CLI.
const NO_EFFECT: &str = "Accepted as by the AWS CLI, and without effect offline";

/// The global flags of the AWS CLI.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// How to print the answer
    #[arg(long, global = true, value_name = "FORMAT", help_heading = OUTPUT)]
    pub(crate) output: Option<Format>,

    /// Print what this JMESPath expression makes of the answer
    #[arg(long, global = true, value_name = "JMESPATH", help_heading = OUTPUT)]
    pub(crate) query: Option<String>,

    /// When to use colours; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = OUTPUT)]
    pub(crate) color: Color,

    /// What file:// and values on the command line hold: base64, or the bytes as they are
    #[arg(long, global = true, value_name = "FORMAT", default_value = "base64")]
    pub(crate) cli_binary_format: BinaryFormat,

    #[command(flatten)]
    _no_effect: NoEffect,
}

#[derive(Debug, Args)]
#[command(next_help_heading = NO_EFFECT)]
struct NoEffect {
    /// Where the key is
    #[arg(long, global = true, hide_short_help = true, value_name = "REGION")]
    region: Option<String>,
    /// Whose credentials to use
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    profile: Option<String>,
    /// Which server to ask
    #[arg(long, global = true, hide_short_help = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Which certificates to trust
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    ca_bundle: Option<String>,
    /// How long to wait for an answer
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS")]
    cli_read_timeout: Option<u32>,
    /// How long to wait for a connection
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS")]
    cli_connect_timeout: Option<u32>,
    /// Tell what is done
    #[arg(long, global = true, hide_short_help = true)]
    debug: bool,
    /// Use no pager
    #[arg(long, global = true, hide_short_help = true)]
    no_cli_pager: bool,
    /// Trust any server
    #[arg(long, global = true, hide_short_help = true)]
    no_verify_ssl: bool,
    /// Ask for one page only
    #[arg(long, global = true, hide_short_help = true)]
    no_paginate: bool,
    /// Use no credentials
    #[arg(long, global = true, hide_short_help = true)]
    no_sign_request: bool,
    /// Ask for parameters; nothing is ever asked
    #[arg(long, global = true, hide_short_help = true)]
    cli_auto_prompt: bool,
    /// Do not ask for parameters
    #[arg(long, global = true, hide_short_help = true)]
    no_cli_auto_prompt: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Json,
    Text,
    Yaml,
    YamlStream,
    Table,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BinaryFormat {
    Base64,
    RawInBase64Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    On,
    Off,
}

fn signing_algorithm() -> impl TypedValueParser<Value = SigningAlgorithm> {
    PossibleValuesParser::new(SigningAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()))
        .try_map(|name| name.parse::<SigningAlgorithm>())
}

fn message_type() -> impl TypedValueParser<Value = MessageType> {
    PossibleValuesParser::new(MessageType::ALL.iter().map(|message_type| message_type.as_str()))
        .try_map(|name| name.parse::<MessageType>())
}
