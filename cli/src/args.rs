//! The command line: the flags of `aws kms verify`, plus those that are specific to this command.

mod aws_cli;

use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use kms_verify::{KeyId, MessageType, SigningAlgorithm, UnknownName};

use crate::printable;

use aws_cli::{IGNORED, Ignored};

// Fits in 54 columns: a wrapped command cannot be copied.
const EXAMPLES: &str = "\
Examples:

  Verify as with the AWS CLI, with the public key in
  a file:
    kms-verify verify \\
        --public-key public_key.pem \\
        --signing-algorithm RSASSA_PSS_SHA_256 \\
        --message fileb://message.txt \\
        --signature fileb://signature.bin

  Verify the output of aws kms sign with a directory
  of outputs of aws kms get-public-key:
    kms-verify verify --key-ring keys/ \\
        --key-id alias/message-signing \\
        --signing-algorithm ECDSA_SHA_256 \\
        --message fileb://message.txt \\
        --signature sign-response.json

  Find out why a signature does not verify:
    kms-verify explain \\
        --public-key public_key.pem \\
        --signing-algorithm ECDSA_SHA_256 \\
        --message fileb://message.txt \\
        --signature fileb://signature.bin

  Show the type of a public key and the algorithms
  that it supports:
    kms-verify inspect public_key.pem

  Verify a token with a JWK Set:
    kms-verify jws fileb://token.txt --jwks jwks.json

  Verify many signatures at once:
    kms-verify batch manifest.jsonl \\
        --key-ring keys/ > results.jsonl

Exit status:
  0    the signature is valid
  252  a parameter is invalid
  254  the signature is not valid, or AWS KMS would reject the request
  255  a file could not be read or written, or a setting of the AWS CLI is not valid
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
    /// Parses the command line. Errors repeat its arguments with unprintable characters escaped.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        // Added here only, so that completions do not offer them.
        let command = Self::command()
            .mut_subcommand("verify", aws_cli::add_rejected)
            .mut_subcommand("explain", aws_cli::add_rejected);
        let arguments = aws_cli::expand(std::env::args_os().collect(), &command);
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
                // Escaping may remove the error, so that parsing goes on to a `--help`.
                let of_printable = parse(&printable).err().filter(|error| error.exit_code() != 0);
                Err(of_printable.unwrap_or_else(|| clap::Error::raw(ErrorKind::InvalidValue, UNPRINTABLE)))
            }
        }
    }
}

/// Whether the whole command line asks for help or the version. Among other arguments, `--help` may be a misplaced
/// value of one of them, and the exit status must not be that of a valid signature.
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
--help and --version cannot be combined with other arguments; nothing was verified
for help, run kms-verify help or kms-verify help verify; for a value that begins with \"-\", write --NAME=VALUE, or put -- \
before it if it has no name
";

const UNPRINTABLE: &str = "an argument contains unprintable characters; remove them\n";

/// The usage of a command that takes [`RequestArgs`], broken to fit in 80 columns.
macro_rules! usage {
    ($command:literal) => {
        concat!(
            "kms-verify ",
            $command,
            " [OPTIONS] --message <MESSAGE> --signature <SIGNATURE>\n           --signing-algorithm <ALGORITHM>"
        )
    };
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Verify a signature, with the flags, output and exit status of aws kms verify
    #[command(override_usage = usage!("verify"))]
    Verify(VerifyArgs),
    /// Explain why a signature does not verify, with the flags and exit status of verify
    #[command(override_usage = usage!("explain"))]
    Explain(ExplainArgs),
    /// Show a public key: key spec, usage, algorithms, message types, fingerprint
    Inspect(InspectArgs),
    /// Verify a JSON Web Signature in compact serialization, and print its header and payload
    Jws(JwsArgs),
    /// Verify many signatures: one JSON object per line in, one per line out, in the same order
    #[command(after_long_help = MANIFEST)]
    Batch(BatchArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell to generate completions for
        shell: clap_complete::Shell,
    },
    /// Print the man page, or write one page per command
    Man {
        /// Write one page per command to this directory
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,

    /// If the signature does not verify, explain why on standard error, and what to try
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,

    /// Write the inputs that verify to this new folder, if any were found
    ///
    /// The folder gets public_key.pem, message.bin and signature.bin, and verify.sh, which verifies them. They are
    /// verified once more before the folder is kept. Nothing is written if no changed input verified. The exit status is
    /// that of the inputs as given, or 255 if the folder cannot be written. Decide yourself whether what was signed is what
    /// should have been signed.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) repair: Option<PathBuf>,
}

/// The parameters of one verification.
#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// The KMS key: key ARN, key ID, alias name or alias ARN. Required with a key ring
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: Option<KeyId>,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    /// The message: fileb://FILE (raw bytes), file://FILE (base64), a base64 value, a FILE (raw bytes), or - for
    /// standard input
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) message: String,

    /// What --message holds: the message itself, its digest, or its ML-DSA mu
    #[arg(long, value_name = "TYPE", default_value = "RAW", value_parser = message_type())]
    pub(crate) message_type: MessageType,

    /// The signature, given like --message; a plain FILE or - may also hold base64 or the output of aws kms sign
    #[arg(long, value_name = "SIGNATURE")]
    pub(crate) signature: String,

    /// The algorithm that the signature was made with
    #[arg(long, value_name = "ALGORITHM", value_parser = signing_algorithm())]
    pub(crate) signing_algorithm: SigningAlgorithm,

    /// Whose calls the advice of an explanation names
    #[arg(long, value_name = "CALLER", default_value = "shell")]
    pub(crate) advice: AdviceFor,

    /// Grant tokens
    #[arg(long, value_name = "TOKEN", num_args = 1.., hide_short_help = true, help_heading = IGNORED)]
    pub(crate) grant_tokens: Vec<String>,

    /// Verify the signature, which is the default
    #[arg(long, hide_short_help = true, help_heading = IGNORED)]
    pub(crate) no_dry_run: bool,
}

/// Who reads the advice of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdviceFor {
    Shell,
    Rust,
    Python,
    Node,
    Go,
    Java,
}

/// The source of the keys.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The public key: DER, PEM, base64, or the output of aws kms get-public-key
    #[arg(long, value_name = "FILE", conflicts_with = "key_ring")]
    pub(crate) public_key: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) ring: RingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RingArgs {
    /// Public keys by key ID: a directory or a file of outputs of aws kms get-public-key. Defaults to the environment
    /// variable KMS_VERIFY_KEY_RING
    ///
    /// In a directory, each *.json file holds the output of aws kms get-public-key, and each *.pem, *.der or *.pub file holds
    /// the key whose ID is the name of the file without its extension. A key in the subdirectory "alias", or in a
    /// directory below it, can also be found as alias/NAME. A key ring file holds one or more outputs of aws kms
    /// get-public-key, one after another or as a JSON array.
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) key_ring: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct JwsArgs {
    /// The token; fileb://FILE or - for a file or standard input, whose last line end is not a part of the token
    pub(crate) token: String,

    /// Public keys by "kid": a JWK Set (RFC 7517). Each key needs "kid", and an RSA key "alg"
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public_key", "key_ring", "signing_algorithm"])]
    pub(crate) jwks: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    /// The algorithm that the key signs tokens with. Required for an RSA key, which has six
    #[arg(long, value_name = "ALGORITHM", value_parser = signing_algorithm())]
    pub(crate) signing_algorithm: Option<SigningAlgorithm>,

    /// Require this "typ", such as at+jwt
    #[arg(long, value_name = "TYPE")]
    pub(crate) typ: Option<String>,

    /// The payload of a token that does not contain it, given like --message of verify
    #[arg(long, value_name = "PAYLOAD")]
    pub(crate) payload: Option<String>,

    /// Accept the padded tokens of Application Load Balancers, and no others
    #[arg(long)]
    pub(crate) padded: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The public key: DER, PEM, base64, or the output of aws kms get-public-key; - for standard input
    #[arg(required_unless_present = "public_key")]
    key: Option<PathBuf>,

    /// The public key, given as for verify
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    public_key: Option<PathBuf>,

    /// Whose calls the advice for a rejected key names
    #[arg(long, value_name = "CALLER", default_value = "shell")]
    pub(crate) advice: AdviceFor,
}

impl InspectArgs {
    /// The file with the public key. clap requires one.
    pub(crate) fn file(&self) -> &Path {
        self.key
            .as_deref()
            .or(self.public_key.as_deref())
            .unwrap_or(Path::new("-"))
    }
}

// clap wraps the paragraphs.
const MANIFEST: &str = "\
Each line of the manifest is the request of the Verify operation of the KMS API, in which files can replace values. \
It is shown here on two lines:

  {\"KeyId\": \"...\", \"SigningAlgorithm\": \"...\", \"MessageType\": \"RAW\",
      \"Message\": \"base64\", \"Signature\": \"base64\"}

\"MessageFile\" (raw bytes) replaces Message, and \"SignatureFile\" (raw bytes, base64, or the output of aws kms \
sign) replaces Signature. \"Id\" is any string, and is copied to the result. File names are relative to the directory \
of the manifest. Files must be regular files, and a message file has at most 16 GiB. An unknown, duplicate or null \
field is an error of its line.

Which key verifies a line? With a key ring, only a key of the ring: KeyId names it, and the result contains the name \
that the ring has for it, which for a multi-Region key may be in another Region. Without a key ring, each line names \
its own key as \"PublicKeyFile\", with or without a KeyId, and you trust whoever wrote the manifest. The result then \
contains the fingerprint of that key as PublicKeyFingerprint, and no KeyId. With a key ring, PublicKeyFile is an \
error of its line.

A result is {\"Line\", \"Id\", \"KeyId\", \"SignatureValid\", \"SigningAlgorithm\", \"Error\", \"Message\", \
\"Binding\"}. Error and Message are present unless SignatureValid is true. SignatureValid is null if the line could \
not be verified.

Binding ties a result to its line, all lines before it, the key ring, the directory of the manifest and the version \
of kms-verify. --resume checks every result from the first line on, and stops at any that does not belong. This \
protects against mistakes, not against forgery: keep results where only you can write. --resume does not read the \
files of finished lines again.

Exit status: 0 if every line is valid, including the resumed results; 254 if any line is not.";

#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// The manifest, one JSON object per line; - for standard input
    pub(crate) manifest: PathBuf,

    #[command(flatten)]
    pub(crate) ring: RingArgs,

    /// Continue after the last result in this file, and append to it. The results must come from the same lines and the
    /// same keys. If the last result was cut off, it is replaced
    #[arg(long, value_name = "RESULTS")]
    pub(crate) resume: Option<PathBuf>,
}

/// Help heading of the flags for the answer.
const OUTPUT: &str = "Output";

/// The global flags of the AWS CLI.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Output format of the answer
    #[arg(long, global = true, value_name = "FORMAT", help_heading = OUTPUT)]
    pub(crate) output: Option<Format>,

    /// Filter the answer with a JMESPath expression
    #[arg(long, global = true, value_name = "JMESPATH", help_heading = OUTPUT)]
    pub(crate) query: Option<String>,

    /// When to use colors; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = OUTPUT)]
    pub(crate) color: Color,

    /// How to read file:// files and command-line values: as base64, which is the default, or as raw bytes
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) cli_binary_format: Option<BinaryFormat>,

    /// How to print the errors of verify and explain: like AWS CLI 2.9 (legacy), which is the default, like newer
    /// versions (enhanced), or as an object
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) cli_error_format: Option<ErrorFormat>,

    /// The profile of the AWS CLI from whose config file output, cli_binary_format and cli_error_format are read
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    #[command(flatten)]
    _ignored: Ignored,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Json,
    Text,
    Yaml,
    YamlStream,
    Table,
    // Prints nothing. Not documented: the completions would describe every format then.
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    Legacy,
    Enhanced,
    Json,
    Text,
    Yaml,
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

/// A name of KMS. The tip for a name of another standard or library is what KMS calls it, not the nearest spelling.
#[derive(Clone)]
struct KmsName<T> {
    names: PossibleValuesParser,
    value: PhantomData<T>,
}

impl<T> TypedValueParser for KmsName<T>
where
    T: FromStr<Err = UnknownName> + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let name = self.names.parse_ref(command, arg, value);
        let parsed: Result<T, UnknownName> = value.to_string_lossy().parse();
        match (name, parsed) {
            (Ok(_), Ok(value)) => Ok(value),
            (Ok(_), Err(unknown)) => Err(clap::Error::raw(ErrorKind::InvalidValue, unknown)),
            (Err(mut error), parsed) => {
                if let Some(intended) = parsed.err().and_then(|unknown| unknown.intended()) {
                    error.insert(ContextKind::SuggestedValue, ContextValue::String(intended.to_owned()));
                }
                Err(error)
            }
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.names.possible_values()
    }
}

fn kms_name<T>(names: impl Iterator<Item = &'static str>) -> KmsName<T> {
    KmsName {
        names: PossibleValuesParser::new(names),
        value: PhantomData,
    }
}

fn signing_algorithm() -> KmsName<SigningAlgorithm> {
    kms_name(SigningAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()))
}

fn message_type() -> KmsName<MessageType> {
    kms_name(MessageType::ALL.iter().map(|message_type| message_type.as_str()))
}
