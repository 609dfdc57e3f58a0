//! What to do about a cause, for whoever reads it: a person at a shell, or someone who writes code with an SDK.
//!
//! An advice is a list of steps. The steps are closed enums, and only the functions here turn them into sentences.

mod call;
mod dress;
mod pipeline;

pub(super) use call::Call;
pub(super) use dress::origin;

use super::text::sentence;
use crate::algorithm::MessageType;
use crate::undress::Layer;

/// Who reads an advice. Requires the feature `diagnosis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caller<'a> {
    /// A person at a shell, with the inputs in files of these names. Commands are those of a POSIX shell.
    Shell(Inputs<'a>),
    /// A programmer in Rust, with this crate and `aws-sdk-kms`.
    Rust,
    /// A programmer in Python, with boto3.
    Python,
    /// A programmer in JavaScript, with the AWS SDK for JavaScript v3.
    Node,
    /// A programmer in Go, with the AWS SDK for Go v2.
    Go,
    /// A programmer in Java, with the AWS SDK for Java 2.x.
    Java,
}

/// Where the inputs of a verification are, for shell commands. Requires the feature `diagnosis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs<'a> {
    /// The public key.
    pub public_key: Source<'a>,
    /// The message, or its digest.
    pub message: Source<'a>,
    /// The signature.
    pub signature: Source<'a>,
}

impl<'a> Inputs<'a> {
    fn of(self, part: Part) -> Source<'a> {
        match part {
            Part::PublicKey => self.public_key,
            Part::Message | Part::Digest => self.message,
            Part::Signature => self.signature,
        }
    }
}

/// Where an input is. Requires the feature `diagnosis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// The file of this name.
    File(&'a str),
    /// The output of this shell command, such as `base64 --decode < signature.b64`.
    Command(&'a str),
}

impl Default for Inputs<'_> {
    /// The files `public_key.txt`, `message.txt` and `signature.txt`.
    fn default() -> Self {
        Self {
            public_key: Source::File("public_key.txt"),
            message: Source::File("message.txt"),
            signature: Source::File("signature.txt"),
        }
    }
}

/// An input of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    PublicKey,
    Message,
    Digest,
    Signature,
}

impl Part {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::PublicKey => "public key",
            Self::Message => "message",
            Self::Digest => "digest",
            Self::Signature => "signature",
        }
    }
}

/// A step of an advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Sentences for everyone.
    Say(String),
    /// A clause for everyone, and how the caller does it.
    Do(String, Call),
    /// The dresses of an input are taken off: what is left, if it is known.
    Undress {
        part: Part,
        layers: Vec<Layer>,
        bytes: Option<Vec<u8>>,
    },
    /// The message is rewritten by these filters, in their order; if there are none, to these bytes.
    Rewrite {
        part: Part,
        filters: Option<Vec<String>>,
        literal: Vec<u8>,
        /// The message type to pass, if it is not that of the given message.
        message_type: Option<MessageType>,
    },
    /// Only for a person at a shell.
    Shell(String),
    /// Only for someone who writes code.
    Code(String),
}

/// What to do about a cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Advice(pub(super) Vec<Step>);

impl Advice {
    pub(super) fn say(words: impl Into<String>) -> Self {
        Self(vec![Step::Say(words.into())])
    }

    pub(super) fn call(words: impl Into<String>, call: Call) -> Self {
        Self(vec![Step::Do(words.into(), call)])
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    pub(super) fn then_say(self, words: impl Into<String>) -> Self {
        self.then(Step::Say(words.into()))
    }

    pub(super) fn then_call(self, words: impl Into<String>, call: Call) -> Self {
        self.then(Step::Do(words.into(), call))
    }

    /// The advice in full sentences.
    pub(super) fn words(&self, caller: Caller<'_>) -> String {
        let sentences: Vec<String> = self
            .0
            .iter()
            .map(|step| step.words(caller))
            .filter(|sentence| !sentence.is_empty())
            .collect();
        sentences.join(" ")
    }
}

impl Step {
    fn words(&self, caller: Caller<'_>) -> String {
        let is_shell = matches!(caller, Caller::Shell(_));
        match self {
            Self::Say(words) => sentence(words),
            Self::Do(words, call) => match call.words(caller) {
                Some(call) => sentence(&format!("{words}: {call}")),
                None => sentence(words),
            },
            Self::Undress { part, layers, bytes } => match (caller, bytes) {
                (Caller::Shell(inputs), Some(bytes)) => pipeline::undress(*part, layers, bytes, inputs),
                (Caller::Shell(_), None) => String::new(),
                (caller, _) => dress::calls(*part, layers, caller),
            },
            Self::Rewrite {
                part,
                filters,
                literal,
                message_type,
            } => match caller {
                Caller::Shell(inputs) => pipeline::rewrite(*part, filters.as_deref(), literal, *message_type, inputs),
                _ => String::new(),
            },
            Self::Shell(words) if is_shell => sentence(words),
            Self::Code(words) if !is_shell => sentence(words),
            Self::Shell(_) | Self::Code(_) => String::new(),
        }
    }
}
