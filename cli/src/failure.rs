//! Failures: how each is reported, and its exit status.

use std::process::ExitCode;

use kms_verify::{Caller, Diagnosis, Error, Inputs, KeySpec, MessageType, SigningAlgorithm, Source};
use serde::Serialize;

use crate::args::{Color, ErrorFormat};
use crate::output;
use crate::style::{Lines, Style, note, write_stderr};

/// Why the command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// KMS would return an exception.
    Service(Service),
    /// A parameter is invalid, whatever the signature is. The text says what to do.
    Parameter(String),
    /// The public key was rejected.
    PublicKey { name: String, diagnosis: Box<Diagnosis> },
    /// clap rejected the command line, or it asks for help, which clap reports as an error.
    Usage(clap::Error),
    /// A file could not be read or written.
    Io(String),
    /// The settings of the AWS CLI, in the environment or a config file, are malformed.
    Settings(String),
    /// `--query` cannot be applied to the answer.
    Query(String),
    /// The failure was already reported. Only its exit status is left.
    AlreadyReported(u8),
    /// The user interrupted the command.
    Interrupted,
}

/// An exception of KMS, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) exception: &'static str,
    /// The message of KMS.
    pub(crate) message: String,
    /// What was expected, what was given and what to do, which KMS does not say.
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

    /// The failure of the AWS CLI for an error of the library. `key_spec` is that of the key, if one was found.
    pub(crate) fn from_library(error: &Error, key_spec: Option<KeySpec>) -> Self {
        match Service::from_library(error, key_spec) {
            Some(service) => Self::Service(service),
            None => match error {
                Error::Read(read) => Self::Io(format!("{read}: {}", read.io_error())),
                _ => Self::Parameter(error.to_string()),
            },
        }
    }

    /// A digest or mu of more than `max` bytes, of which no more was read.
    pub(crate) fn too_long_digest(
        message_type: MessageType,
        algorithm: SigningAlgorithm,
        expected: usize,
        max: u64,
    ) -> Self {
        let error = Error::MessageLength {
            message_type,
            algorithm,
            given: usize::try_from(max).unwrap_or(usize::MAX),
            expected,
        };
        let (exception, message) = error.kms_exception(None).unwrap_or_default();
        Self::Service(Service {
            exception,
            message,
            advice: Some(format!(
                "{message_type} for algorithm {algorithm}: expected {expected} bytes, got more than {max}; pass the digest as \
                 raw bytes (not hex or base64), or the message itself as RAW"
            )),
        })
    }

    /// The name of the failure, for programs: the exception of KMS, if there is one.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Service(service) => service.exception,
            Self::Parameter(_) | Self::PublicKey { .. } | Self::Usage(_) => "ParameterError",
            Self::Io(_) => "FileError",
            Self::Settings(_) => "SettingsError",
            Self::Query(_) => "QueryError",
            Self::AlreadyReported(_) => "NotValid",
            Self::Interrupted => "Interrupted",
        }
    }

    /// The failure in words, for programs.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Service(service) => match &service.advice {
                Some(advice) => advice.clone(),
                None => Error::InvalidSignature.to_string(),
            },
            Self::Parameter(text) | Self::Io(text) | Self::Settings(text) | Self::Query(text) => text.clone(),
            Self::PublicKey { name, diagnosis } => rejected_key(name, diagnosis),
            Self::Usage(error) => error.to_string(),
            Self::AlreadyReported(_) => "not valid".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
        }
    }

    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Service(_) => 254,
            Self::AlreadyReported(status) => *status,
            Self::Parameter(_) | Self::PublicKey { .. } => 252,
            // Help and the version, which clap reports with status 0.
            Self::Usage(error) if error.exit_code() == 0 => 0,
            Self::Usage(_) => 252,
            Self::Io(_) | Self::Settings(_) | Self::Query(_) => 255,
            Self::Interrupted => 130,
        }
    }

    /// Prints the failure and returns the exit status.
    pub(crate) fn report(&self, format: ErrorFormat) -> ExitCode {
        match self {
            Self::Service(service) => service.print(format),
            Self::Parameter(_) | Self::PublicKey { .. } | Self::Io(_) | Self::Settings(_) | Self::Query(_) => {
                let text = self.sentence();
                match format {
                    ErrorFormat::Legacy | ErrorFormat::Enhanced => note(&format!("error: {text}")),
                    format => Printed::new(&text, self.name(), None).print(format),
                }
            }
            Self::Usage(error) if self.status() == 0 => {
                // Help is an answer: that it cannot be written is a failure.
                if let Err(unwritten) = output::write_stdout(&help(error)) {
                    return unwritten.report(format);
                }
            }
            Self::Usage(error) => usage(error),
            Self::AlreadyReported(_) => {}
            Self::Interrupted => note("interrupted; continue with --resume"),
        }
        ExitCode::from(self.status())
    }
}

/// What a rejected public key is, and how to correct it.
fn rejected_key(name: &str, diagnosis: &Diagnosis) -> String {
    let file = name.strip_prefix("public key ").unwrap_or(name);
    let inputs = match file {
        "-" => Inputs::default(),
        file => Inputs {
            public_key: Source::File(file),
            ..Inputs::default()
        },
    };
    diagnosis.findings().first().map_or_else(
        || format!("{name} is rejected"),
        |finding| {
            format!(
                "{name} is rejected. {} {}",
                finding.found(),
                finding.advice_for(Caller::Shell(inputs))
            )
        },
    )
}

/// Help or the version, in color on a terminal.
fn help(help: &clap::Error) -> Vec<u8> {
    let text = help.render();
    if Style::for_stdout(Color::Auto).has_colors() {
        text.ansi().to_string().into_bytes()
    } else {
        text.to_string().into_bytes()
    }
}

/// Prints a usage error of clap, which has several lines. The command line in it is printable, or was escaped.
fn usage(error: &clap::Error) {
    let mut lines = Lines::for_stderr();
    for line in error.render().to_string().lines() {
        lines.plain(line).end();
    }
    lines.write_to_stderr();
}

/// A failure as an object. The names and the order of the fields are those of the AWS CLI.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Printed<'a> {
    message: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'a str>,
}

impl<'a> Printed<'a> {
    fn new(message: &'a str, code: &'a str, advice: Option<&'a str>) -> Self {
        Self { message, code, advice }
    }

    fn print(&self, format: ErrorFormat) {
        // Lines and tables have the columns of the AWS CLI only, which the advice would move.
        let columns = || {
            let columns = Self { advice: None, ..*self };
            serde_json::to_value(&columns).unwrap_or_default()
        };
        let text = match format {
            ErrorFormat::Text => output::as_text(columns()),
            ErrorFormat::Yaml => output::as_yaml(&serde_json::to_value(self).unwrap_or_default()),
            ErrorFormat::Table => output::as_table("error", columns()),
            ErrorFormat::Json | ErrorFormat::Legacy | ErrorFormat::Enhanced => output::json(self).unwrap_or_default(),
        };
        write_stderr(&text);
    }
}

impl Service {
    /// Prints the exception exactly as the AWS CLI does. The advice, which the AWS CLI does not have, follows on a line of
    /// its own or is another field.
    fn print(&self, format: ErrorFormat) {
        let before = match format {
            ErrorFormat::Legacy => "",
            ErrorFormat::Enhanced => "aws: [ERROR]: ",
            format => return Printed::new(&self.message, self.exception, self.advice.as_deref()).print(format),
        };
        Lines::for_stderr()
            .end()
            .plain(&format!(
                "{before}An error occurred ({}) when calling the Verify operation: {}",
                self.exception, self.message
            ))
            .end()
            .write_to_stderr();
        if let Some(advice) = &self.advice {
            note(advice);
        }
    }

    /// The exception and message of KMS for an error, if KMS has one.
    fn from_library(error: &Error, key_spec: Option<KeySpec>) -> Option<Self> {
        let (exception, message) = error.kms_exception(key_spec)?;
        Some(Self {
            exception,
            message,
            // What this error displays is all that may be said.
            advice: (*error != Error::InvalidSignature).then(|| error.to_string()),
        })
    }
}
