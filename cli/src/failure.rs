//! What is said when there is no good answer, and the exit status that goes with it.

use std::process::ExitCode;

use kms_verify::{Diagnosis, Error, KeySpec, MessageType, SigningAlgorithm};

use crate::args::Color;
use crate::output;
use crate::style::{Lines, Style, note};

/// Why the command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// KMS would answer with an exception.
    Service(Service),
    /// A parameter cannot be used, whatever the signature is. Says what to do.
    Parameter(String),
    /// What should be a public key is none that can be used.
    PublicKey { text: String, diagnosis: Box<Diagnosis> },
    /// The command line is not one of this command; or it asks for help, which clap makes an error.
    Usage(clap::Error),
    /// A file could not be read or written.
    Io(String),
    /// All has been said, and only the exit status is left.
    Said(u8),
    /// The user stopped it.
    Interrupted,
}

/// An answer of KMS that is an exception, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Service {
    /// The name of the exception.
    pub(crate) exception: &'static str,
    /// KMS's own words.
    pub(crate) message: String,
    /// What was given, what is expected and what to do: what KMS does not say.
    pub(crate) advice: Option<String>,
}

impl Failure {
    pub(crate) fn not_found(key_id: &str, advice: String) -> Self {
        Self::Service(Service {
            exception: "NotFoundException",
            message: format!("Key '{key_id}' does not exist"),
            advice: Some(advice),
        })
    }

    pub(crate) fn key_usage(advice: String) -> Self {
        Self::Service(Service {
            exception: "InvalidKeyUsageException",
            message: "The KMS key is not for SIGN_VERIFY.".to_owned(),
            advice: Some(advice),
        })
    }

    /// What the AWS CLI would print and exit with, for an error of the library, with a key of this spec if there is one.
    pub(crate) fn from_library(error: &Error, key_spec: Option<KeySpec>) -> Self {
        match Service::from_library(error, key_spec) {
            Some(service) => Self::Service(service),
            None => match error {
                Error::Read(read) => Self::Io(format!("{read}: {}", read.io_error())),
                _ => Self::Parameter(error.to_string()),
            },
        }
    }

    /// A DIGEST or a mu that has more than `max` bytes, and was not read further.
    pub(crate) fn too_long_digest(
        message_type: MessageType,
        algorithm: SigningAlgorithm,
        expected: usize,
        max: u64,
    ) -> Self {
        Self::Service(Service {
            exception: "ValidationException",
            message: wrong_length(message_type, algorithm),
            advice: Some(format!(
                "{message_type} for algorithm {algorithm} has exactly {expected} bytes, and more than {max} were given; pass \
                 the digest as bytes (not as hex or base64), or the message itself as RAW"
            )),
        })
    }

    /// The name of the failure, for programs: that of KMS's exception, if there is one.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Service(service) => service.exception,
            Self::Parameter(_) | Self::PublicKey { .. } | Self::Usage(_) => "ParameterError",
            Self::Io(_) => "FileError",
            Self::Said(_) => "NotValid",
            Self::Interrupted => "Interrupted",
        }
    }

    /// One sentence or two, for programs.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Service(service) => match &service.advice {
                Some(advice) => advice.clone(),
                None => Error::InvalidSignature.to_string(),
            },
            Self::Parameter(text) | Self::PublicKey { text, .. } | Self::Io(text) => text.clone(),
            Self::Usage(error) => error.to_string(),
            Self::Said(_) => "not valid".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
        }
    }

    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Service(_) => 254,
            Self::Said(status) => *status,
            Self::Parameter(_) | Self::PublicKey { .. } => 252,
            // clap's own status for help and version is 0.
            Self::Usage(error) if error.exit_code() == 0 => 0,
            Self::Usage(_) => 252,
            Self::Io(_) => 255,
            Self::Interrupted => 130,
        }
    }

    /// Prints the failure and gives the exit status.
    pub(crate) fn report(self) -> ExitCode {
        match &self {
            Self::Service(service) => service.print(),
            Self::Parameter(text) | Self::PublicKey { text, .. } | Self::Io(text) => note(&format!("error: {text}")),
            Self::Usage(error) if self.status() == 0 => {
                // Help is an answer like any other.
                if let Err(unwritten) = output::write_stdout(&help(error)) {
                    return unwritten.report();
                }
            }
            Self::Usage(error) => usage(error),
            Self::Said(_) => {}
            Self::Interrupted => note("interrupted: to go on from here, use --resume"),
        }
        ExitCode::from(self.status())
    }
}

/// Help or the version, in colour on a terminal.
fn help(help: &clap::Error) -> Vec<u8> {
    let text = help.render();
    if Style::of_stdout(Color::Auto).has_colours() {
        text.ansi().to_string().into_bytes()
    } else {
        text.to_string().into_bytes()
    }
}

/// What clap says is wrong, in more lines than one. The command line has printable characters only, or was escaped.
fn usage(error: &clap::Error) {
    let mut lines = Lines::of_stderr();
    for line in error.render().to_string().lines() {
        lines.plain(line).end();
    }
    lines.write_to_stderr();
}

impl Service {
    /// As the AWS CLI prints it, to the letter; then, on a line of its own, what to do.
    fn print(&self) {
        Lines::of_stderr()
            .end()
            .plain(&format!(
                "An error occurred ({}) when calling the Verify operation: {}",
                self.exception, self.message
            ))
            .end()
            .write_to_stderr();
        if let Some(advice) = &self.advice {
            note(advice);
        }
    }

    /// The exception that KMS answers with, in its words, where it has one for this.
    fn from_library(error: &Error, of_key: Option<KeySpec>) -> Option<Self> {
        let (exception, message) = match error {
            Error::InvalidSignature => {
                // KMS says no more than the name.
                return Some(Self {
                    exception: "KMSInvalidSignatureException",
                    message: String::new(),
                    advice: None,
                });
            }
            Error::IncompatibleAlgorithm { algorithm, key_spec } => (
                "InvalidKeyUsageException",
                format!("Algorithm {algorithm} is incompatible with key spec {key_spec}."),
            ),
            Error::IncompatibleMessageType {
                message_type,
                algorithm,
            } => (
                "ValidationException",
                match of_key {
                    // Of its algorithms, each takes other types, and so KMS names the algorithm.
                    None | Some(KeySpec::EccNistEdwards25519) => {
                        format!("Message type {message_type} is incompatible with algorithm {algorithm}.")
                    }
                    Some(key_spec) => format!("Message type {message_type} is incompatible with key spec {key_spec}."),
                },
            ),
            Error::MessageLength {
                message_type,
                algorithm,
                ..
            } => ("ValidationException", wrong_length(*message_type, *algorithm)),
            _ => return None,
        };
        Some(Self {
            exception,
            message,
            advice: Some(error.to_string()),
        })
    }
}

fn wrong_length(message_type: MessageType, algorithm: SigningAlgorithm) -> String {
    let name = if message_type == MessageType::ExternalMu {
        "External Mu"
    } else {
        "Digest"
    };
    format!("{name} is invalid length for algorithm {algorithm}.")
}
