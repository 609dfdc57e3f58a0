//! Errors of the library as exceptions: their classes and their codes.

use std::fmt::{self, Display};

use kms_verify::{
    Error, KeyDirectoryError, KeyDirectoryProblem, KeyError, KeyFileError, KeyRingError, NameKind, ResponseError,
    UnknownName, jws,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What an exception needs to know of an error. The text is that of `Display`.
pub(crate) trait Describe: Display {
    /// The class in `kms_verify/_errors.py`.
    fn class(&self) -> &'static str;

    /// The value of `code`.
    fn code(&self) -> &'static str;

    fn is_rejection(&self) -> bool {
        false
    }

    /// The text for the owner of the keys, if it is another.
    fn details(&self) -> Option<String> {
        None
    }
}

/// The exception for an error. `argument` is the argument of the call that was rejected.
pub(crate) fn exception(py: Python<'_>, error: &impl Describe, argument: Option<&str>) -> PyErr {
    instance(py, error, argument).map_or_else(|error| error, PyErr::from_value)
}

fn instance<'py>(py: Python<'py>, error: &impl Describe, argument: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("code", error.code())?;
    fields.set_item("argument", argument)?;
    fields.set_item("is_rejection", error.is_rejection())?;
    fields.set_item("details", error.details())?;
    let class = py.import("kms_verify._errors")?.getattr(error.class())?;
    class.call((error.to_string(),), Some(&fields))
}

/// A `TypeError` that names the argument.
pub(crate) fn type_error(argument: &str, expected: &str, got: &Bound<'_, PyAny>) -> PyErr {
    match got.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("argument '{argument}': expected {expected}, got {name}")),
        Err(error) => error,
    }
}

/// The enum `Code`, with its list and its rows in the same order.
macro_rules! codes {
    ($($code:ident => $name:literal, $class:literal;)+) => {
        /// An error of verification: also the outcome of a row of a table, which keeps nothing but this.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code {
            $($code,)+
        }

        use Code::*;

        impl Code {
            /// All codes, each at the index that is its number.
            pub(crate) const ALL: &'static [Self] = &[$($code,)+];

            const fn row(self) -> (&'static str, &'static str) {
                match self {
                    $($code => ($name, $class),)+
                }
            }
        }
    };
}

// The name for programs, and the class of the exception.
codes! {
    InvalidSignature => "invalid-signature", "InvalidSignature";
    UnknownSigningAlgorithm => "unknown-signing-algorithm", "UnknownName";
    UnknownMessageType => "unknown-message-type", "UnknownName";
    UnknownKeySpec => "unknown-key-spec", "UnknownName";
    IncompatibleAlgorithm => "incompatible-algorithm", "UnsupportedCombination";
    IncompatibleMessageType => "incompatible-message-type", "UnsupportedCombination";
    MessageLength => "message-length", "InvalidMessage";
    SignatureOfOtherAlgorithm => "signature-of-other-algorithm", "UnsupportedCombination";
    NoP1363Encoding => "no-p1363-encoding", "UnsupportedCombination";
    DistinguishingIdLength => "distinguishing-id-length", "InvalidMessage";
    FeatureDisabled => "feature-disabled", "UnsupportedCombination";
    PublicKeyTooLong => "public-key-too-long", "InvalidPublicKey";
    PublicKeyOtherFormat => "public-key-other-format", "InvalidPublicKey";
    PublicKeyPem => "public-key-pem", "InvalidPublicKey";
    PublicKeyEncoding => "public-key-encoding", "InvalidPublicKey";
    PublicKeyNotFromKms => "public-key-not-from-kms", "InvalidPublicKey";
    InvalidKeyId => "invalid-key-id", "KeyRingError";
    UnknownKey => "unknown-key", "UnknownKey";
    AmbiguousKeyId => "ambiguous-key-id", "UnknownKey";
    DifferentKey => "different-key", "KeyRingError";
    MalformedValue => "malformed-value", "KmsVerifyError";
    Other => "other", "KmsVerifyError";
}

impl Code {
    pub(crate) const fn as_str(self) -> &'static str {
        self.row().0
    }

    const fn class(self) -> &'static str {
        self.row().1
    }
}

// The enums of the library are non-exhaustive: a variant that this package does not know yet is `Other`.

impl From<&UnknownName> for Code {
    fn from(error: &UnknownName) -> Self {
        match error.kind() {
            NameKind::SigningAlgorithm => UnknownSigningAlgorithm,
            NameKind::MessageType => UnknownMessageType,
            NameKind::KeySpec => UnknownKeySpec,
            _ => Other,
        }
    }
}

impl From<&Error> for Code {
    fn from(error: &Error) -> Self {
        match error {
            Error::InvalidSignature => InvalidSignature,
            Error::UnknownName(error) => error.into(),
            Error::IncompatibleAlgorithm { .. } => IncompatibleAlgorithm,
            Error::IncompatibleMessageType { .. } => IncompatibleMessageType,
            Error::MessageLength { .. } => MessageLength,
            Error::SignatureOfOtherAlgorithm { .. } => SignatureOfOtherAlgorithm,
            Error::NoP1363Encoding { .. } => NoP1363Encoding,
            Error::DistinguishingIdLength { .. } => DistinguishingIdLength,
            Error::PublicKey(KeyError::TooLong { .. }) => PublicKeyTooLong,
            Error::PublicKey(KeyError::OtherFormat { .. }) => PublicKeyOtherFormat,
            Error::PublicKey(KeyError::Pem { .. }) => PublicKeyPem,
            Error::PublicKey(KeyError::Encoding { .. }) => PublicKeyEncoding,
            Error::PublicKey(KeyError::NotFromKms { .. }) => PublicKeyNotFromKms,
            Error::FeatureDisabled { .. } => FeatureDisabled,
            _ => Other,
        }
    }
}

impl From<&KeyRingError> for Code {
    fn from(error: &KeyRingError) -> Self {
        match error {
            KeyRingError::KeyId(_) => InvalidKeyId,
            KeyRingError::UnknownKey { .. } => UnknownKey,
            KeyRingError::AmbiguousKeyId { .. } => AmbiguousKeyId,
            KeyRingError::DifferentKey { .. } => DifferentKey,
            KeyRingError::Verify(error) => error.into(),
            _ => Other,
        }
    }
}

impl Describe for Error {
    fn class(&self) -> &'static str {
        Code::from(self).class()
    }

    fn code(&self) -> &'static str {
        Code::from(self).as_str()
    }

    fn is_rejection(&self) -> bool {
        self.is_rejection()
    }
}

impl Describe for KeyRingError {
    fn class(&self) -> &'static str {
        Code::from(self).class()
    }

    fn code(&self) -> &'static str {
        Code::from(self).as_str()
    }

    fn is_rejection(&self) -> bool {
        self.is_rejection()
    }

    fn details(&self) -> Option<String> {
        Some(self.details().to_string())
    }
}

impl Describe for ResponseError {
    fn class(&self) -> &'static str {
        match self {
            Self::Invalid(error) => error.class(),
            _ => "InvalidResponse",
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "response-too-long",
            Self::Json { .. } => "response-json",
            Self::MissingField { .. } => "response-missing-field",
            Self::DuplicateField { .. } => "response-duplicate-field",
            Self::FieldType { .. } => "response-field-type",
            Self::Base64 { .. } => "response-base64",
            Self::KeyIdLength { .. } => "response-key-id-length",
            Self::KeyUsage { .. } => "response-key-usage",
            Self::KeySpecsDisagree { .. } => "response-key-specs-disagree",
            Self::KeySpecNotOfKey { .. } => "response-key-spec-not-of-key",
            Self::SigningAlgorithmsNotOfKey { .. } => "response-signing-algorithms-not-of-key",
            Self::Invalid(error) => error.code(),
            _ => Other.as_str(),
        }
    }
}

impl Describe for KeyDirectoryError {
    fn class(&self) -> &'static str {
        "InvalidKeyDirectory"
    }

    fn code(&self) -> &'static str {
        match self.problem() {
            KeyDirectoryProblem::Directory(_) => "directory-unreadable",
            KeyDirectoryProblem::File(_) => "file-unreadable",
            KeyDirectoryProblem::NotRegular => "file-not-regular",
            KeyDirectoryProblem::TooLong => "file-too-long",
            KeyDirectoryProblem::KeyFile(KeyFileError::KeyId(_)) => InvalidKeyId.as_str(),
            KeyDirectoryProblem::KeyFile(KeyFileError::PublicKey(error)) => error.code(),
            KeyDirectoryProblem::KeyFile(KeyFileError::Response(error)) => error.code(),
            KeyDirectoryProblem::Name(error) => Code::from(error).as_str(),
            KeyDirectoryProblem::NoKeys => "directory-has-no-keys",
            KeyDirectoryProblem::Changing => "directory-changing",
            _ => Other.as_str(),
        }
    }
}

/// Why a column of a table cannot be read.
pub(crate) enum ColumnError {
    Missing {
        name: Box<str>,
        present: Vec<String>,
    },
    Duplicate {
        name: Box<str>,
    },
    Type {
        name: Box<str>,
        given: String,
        expected: &'static str,
    },
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, present } => {
                write!(
                    f,
                    "the table has no column {name:?}; its columns are {}",
                    present.join(", ")
                )
            }
            Self::Duplicate { name } => write!(f, "the table has more than one column {name:?}"),
            Self::Type { name, given, expected } => {
                write!(f, "the column {name:?} has the type {given}; expected {expected}")
            }
        }
    }
}

impl Describe for ColumnError {
    fn class(&self) -> &'static str {
        "InvalidColumn"
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "column-missing",
            Self::Duplicate { .. } => "column-duplicate",
            Self::Type { .. } => "column-type",
        }
    }
}

impl Describe for jws::Error {
    fn class(&self) -> &'static str {
        "InvalidToken"
    }

    fn code(&self) -> &'static str {
        self.as_str()
    }

    fn is_rejection(&self) -> bool {
        true
    }
}

impl Describe for jws::JwkError {
    fn class(&self) -> &'static str {
        match self {
            Self::Key(error) => error.class(),
            Self::InSet { error, .. } => error.class(),
            _ => "InvalidJwk",
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "jwk-too-long",
            Self::Json => "jwk-json",
            Self::DuplicateMember { .. } => "jwk-duplicate-member",
            Self::MissingMember { .. } => "jwk-missing-member",
            Self::MemberType { .. } => "jwk-member-type",
            Self::Base64 { .. } => "jwk-base64",
            Self::Length { .. } => "jwk-length",
            Self::LeadingZero { .. } => "jwk-leading-zero",
            Self::PrivateMember { .. } => "jwk-private-member",
            Self::NotForVerification { .. } => "jwk-not-for-verification",
            Self::UnknownKeyType { .. } => "jwk-unknown-key-type",
            Self::UnknownCurve { .. } => "jwk-unknown-curve",
            Self::UnknownAlgorithm { .. } => "jwk-unknown-algorithm",
            Self::Algorithm { .. } => "jwk-algorithm",
            Self::NoJoseName { .. } => "jwk-no-jose-name",
            Self::NoKeyType { .. } => "jwk-no-key-type",
            Self::DuplicateKeyId { .. } => "jwk-duplicate-key-id",
            Self::Key(error) => error.code(),
            Self::InSet { error, .. } => error.code(),
            _ => Other.as_str(),
        }
    }
}
