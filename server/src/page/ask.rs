//! What a form asks: its fields, as they were filled in.

use kms_verify::{Caller, Inputs, MessageType, SigningAlgorithm};

/// The longest message, in bytes: a diagnosis rewrites no longer one.
pub(super) const MAX_MESSAGE: usize = kms_verify::Diagnosis::MAX_REWRITTEN;

/// The longest public key and the longest signature, in bytes, with everything around them.
pub(super) const MAX_OTHER: usize = 64 * 1024;

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask {
    /// The name of a key of the key ring. Empty if none was chosen.
    pub(super) ring_key: String,
    pub(super) public_key: Field,
    pub(super) message: Field,
    pub(super) signature: Field,
    /// `None`: any that the key supports.
    pub(super) algorithm: Option<SigningAlgorithm>,
    pub(super) message_type: Type,
    pub(super) tongue: Tongue,
}

/// A part of a verification that can be pasted or chosen as a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    /// What was pasted, with LF as line ends.
    pub(super) text: String,
    pub(super) file: Option<File>,
}

#[derive(Clone, Debug)]
pub(super) struct File {
    /// The name that the browser gave, which may be anything.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The three parts of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    PublicKey,
    Message,
    Signature,
}

impl Part {
    pub(super) const ALL: [Self; 3] = [Self::PublicKey, Self::Message, Self::Signature];

    /// The prefix of the names of its fields.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PublicKey => "public_key",
            Self::Message => "message",
            Self::Signature => "signature",
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::PublicKey => "public key",
            Self::Message => "message",
            Self::Signature => "signature",
        }
    }

    /// The most bytes of it.
    pub(super) fn max(self) -> usize {
        match self {
            Self::Message => MAX_MESSAGE,
            Self::PublicKey | Self::Signature => MAX_OTHER,
        }
    }
}

impl Ask {
    pub(super) fn field(&self, part: Part) -> &Field {
        match part {
            Part::PublicKey => &self.public_key,
            Part::Message => &self.message,
            Part::Signature => &self.signature,
        }
    }

    pub(super) fn field_mut(&mut self, part: Part) -> &mut Field {
        match part {
            Part::PublicKey => &mut self.public_key,
            Part::Message => &mut self.message,
            Part::Signature => &mut self.signature,
        }
    }
}

/// A message type, RAW if none was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type(pub(super) MessageType);

impl Default for Type {
    fn default() -> Self {
        Self(MessageType::Raw)
    }
}

/// Whose commands or calls an advice names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tongue {
    #[default]
    Shell,
    Rust,
    Python,
    Node,
    Go,
    Java,
}

impl Tongue {
    pub(super) const ALL: [Self; 6] = [Self::Shell, Self::Rust, Self::Python, Self::Node, Self::Go, Self::Java];

    /// The value of the field.
    pub(super) fn value(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Node => "node",
            Self::Go => "go",
            Self::Java => "java",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Shell => "Shell",
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::Node => "Node",
            Self::Go => "Go",
            Self::Java => "Java",
        }
    }

    pub(super) fn caller(self, inputs: Inputs<'_>) -> Caller<'_> {
        match self {
            Self::Shell => Caller::Shell(inputs),
            Self::Rust => Caller::Rust,
            Self::Python => Caller::Python,
            Self::Node => Caller::Node,
            Self::Go => Caller::Go,
            Self::Java => Caller::Java,
        }
    }
}
