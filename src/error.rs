//! Errors in two tiers: what depends on the signature is one opaque value, all else explains itself.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::algorithm::{KeySpec, List, MessageType, SigningAlgorithm, UnknownName};

/// Why a signature was not accepted.
///
/// [`Error::InvalidSignature`] is the answer to everything that depends on the bytes of the signature (its
/// length, its encoding, the range of its numbers, the equation), and it says no more, as KMS does
/// (`KMSInvalidSignatureException`). Every other value can be known without the signature, and says what was
/// given, what is expected and what to do.
///
/// [`is_rejection`](Self::is_rejection) tells what a service answers to whoever sent a signature from what it has to put
/// right itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not verify with this key and algorithm over this message. A genuine one in another encoding than
    /// KMS's, BER say, or with another salt, gets this too.
    #[error("signature verification failed")]
    InvalidSignature,

    /// A name that KMS does not have.
    #[error(transparent)]
    UnknownName(#[from] UnknownName),

    /// The key cannot be used with the algorithm. KMS answers this with `InvalidKeyUsageException`.
    #[error(
        "algorithm {algorithm} is incompatible with key spec {key_spec}, which has {}; use the algorithm that \
         the signer used, or the key that it used",
        List(.key_spec.signing_algorithms())
    )]
    IncompatibleAlgorithm {
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
        /// The key spec of the key.
        key_spec: KeySpec,
    },

    /// The algorithm does not take the message type. KMS answers this with `ValidationException`.
    #[error(
        "message type {message_type} is incompatible with algorithm {algorithm}, which takes {}{}",
        message_types(*.algorithm),
        message_type_advice(*.algorithm)
    )]
    IncompatibleMessageType {
        /// The message type that was given.
        message_type: MessageType,
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
    },

    /// A DIGEST or EXTERNAL_MU of the wrong length. KMS answers this with `ValidationException`.
    #[error(
        "{message_type} for algorithm {algorithm} has exactly {expected} bytes, and {given} were given; pass the \
         {} as bytes (not as hex or base64), or the message itself as {}",
        digest_noun(*.message_type),
        whole_message(*.algorithm)
    )]
    MessageLength {
        /// DIGEST or EXTERNAL_MU.
        message_type: MessageType,
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
        /// The length of the message in bytes.
        given: usize,
        /// The length in bytes that the algorithm takes.
        expected: usize,
    },

    /// An SM2 distinguishing ID of more than 8191 bytes: its length in bits is hashed as two bytes.
    #[error("an SM2 distinguishing ID has at most 8191 bytes, and {given} were given")]
    DistinguishingIdLength {
        /// The length of the ID in bytes.
        given: usize,
    },

    /// The public key is not one that KMS exports.
    #[error(transparent)]
    PublicKey(#[from] KeyError),

    /// This build of the crate leaves out the family of algorithms that the key belongs to.
    #[error("this build cannot verify with {key_spec} keys; build kms-verify with its cargo feature \"{feature}\"")]
    FeatureDisabled {
        /// The key spec of the key.
        key_spec: KeySpec,
        /// The cargo feature to build with.
        feature: &'static str,
    },

    /// The message could not be read to its end, so the signature was not verified. The [`std::io::Error`] is the
    /// [`source`](core::error::Error::source).
    #[cfg(feature = "std")]
    #[error(transparent)]
    Read(ReadError),
}

impl Error {
    /// Whether the signature, or what comes with it, is not accepted: what whoever sends it can cause, and what a service
    /// answers with a status such as 401. Otherwise the call or the set-up is at fault, as with 500.
    ///
    /// | error | |
    /// |---|---|
    /// | [`InvalidSignature`](Self::InvalidSignature) | `true` |
    /// | [`UnknownName`](Self::UnknownName), [`IncompatibleAlgorithm`](Self::IncompatibleAlgorithm) | `true`: the name of an algorithm comes with a signature, and KMS answers with an error of the request as well |
    /// | [`IncompatibleMessageType`](Self::IncompatibleMessageType), [`MessageLength`](Self::MessageLength) | `true`: so it is if a signature names another algorithm of its key. Where the code names it, this shows a defect of the code |
    /// | [`PublicKey`](Self::PublicKey), [`FeatureDisabled`](Self::FeatureDisabled), [`DistinguishingIdLength`](Self::DistinguishingIdLength) | `false`: keys and IDs are the verifier's own |
    /// | [`Read`](Self::Read) | `false`: nothing was decided |
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        match self {
            Self::InvalidSignature
            | Self::UnknownName(_)
            | Self::IncompatibleAlgorithm { .. }
            | Self::IncompatibleMessageType { .. }
            | Self::MessageLength { .. } => true,
            Self::DistinguishingIdLength { .. } | Self::PublicKey(_) | Self::FeatureDisabled { .. } => false,
            #[cfg(feature = "std")]
            Self::Read(_) => false,
        }
    }
}

/// Why a public key was refused. No KMS key is refused, and nothing that KMS does not make is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The input is larger than any public key.
    #[error(
        "the public key is too long: {given} bytes, and the longest input taken has {max}; a KMS public key has \
         at most 2614 bytes"
    )]
    TooLong {
        /// The length of the input in bytes.
        given: usize,
        /// The length in bytes of the longest input that is looked at.
        max: usize,
    },

    /// The input is something else that people keep near their keys.
    #[error("the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is {found}; {remedy}")]
    OtherFormat {
        /// What was found.
        found: KeyFormat,
        /// What to do.
        remedy: &'static str,
    },

    /// The text between the PEM lines, or around them, is not as it should be.
    #[error("the PEM text of the public key is malformed: {problem}")]
    Pem {
        /// What is wrong with it, and what to do.
        problem: &'static str,
    },

    /// A SubjectPublicKeyInfo that is damaged, or encoded otherwise than in KMS's own way.
    #[error(
        "the SubjectPublicKeyInfo of the public key is malformed: {problem}; get the key again with \
         aws kms get-public-key, and keep its bytes as they are"
    )]
    Encoding {
        /// What is wrong with it.
        problem: Box<str>,
    },

    /// A well-formed public key that KMS cannot have made.
    #[error("this is not the public key of a KMS signing key: {reason}")]
    NotFromKms {
        /// Why KMS cannot have made it.
        reason: Box<str>,
    },
}

/// What an input is that should have been a SubjectPublicKeyInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFormat {
    /// Nothing at all.
    Empty,
    /// An X.509 certificate, as DER or PEM.
    Certificate,
    /// A certificate signing request of PKCS#10 (RFC 2986), as DER or PEM.
    CertificateSigningRequest,
    /// A bare RSA public key of PKCS#1 (RFC 8017 appendix A.1.1), as DER or PEM.
    Pkcs1PublicKey,
    /// A private key in any of its formats.
    PrivateKey,
    /// The base64 text of a key, without PEM lines around it.
    Base64,
    /// Hexadecimal text.
    Hex,
    /// JSON, such as GetPublicKey answers.
    Json,
    /// A PEM block with another label.
    PemLabel(
        /// The label, cut after 64 characters.
        Box<str>,
    ),
    /// PEM text where DER was to be.
    Pem,
    /// A PEM block that does not begin at the first byte.
    PemNotFirst,
    /// The key alone, without the SubjectPublicKeyInfo around it.
    RawKey,
    /// A signature of ECDSA or SM2, as DER.
    Signature,
    /// An OpenSSH public key.
    OpenSsh,
    /// Text in UTF-16, as some shells write it.
    Utf16,
    /// None of these.
    Unknown,
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Certificate => f.write_str("an X.509 certificate"),
            Self::CertificateSigningRequest => f.write_str("a certificate signing request (PKCS#10)"),
            Self::Pkcs1PublicKey => f.write_str("a bare RSA public key (PKCS#1)"),
            Self::PrivateKey => f.write_str("a private key"),
            Self::Base64 => f.write_str("base64 text without PEM lines"),
            Self::Hex => f.write_str("hexadecimal text"),
            Self::Json => f.write_str("JSON"),
            Self::PemLabel(label) => write!(f, "a PEM block labelled \"{label}\""),
            Self::Pem => f.write_str("PEM text where DER was to be"),
            Self::PemNotFirst => f.write_str("PEM text with something before its BEGIN line"),
            Self::RawKey => f.write_str("a raw key without the SubjectPublicKeyInfo around it"),
            Self::Signature => f.write_str("a signature"),
            Self::OpenSsh => f.write_str("an OpenSSH public key"),
            Self::Utf16 => f.write_str("text in UTF-16"),
            Self::Unknown => f.write_str("something else"),
        }
    }
}

impl KeyFormat {
    /// The error that names this format and says how to get from it to what is wanted.
    pub(crate) fn refused(self) -> KeyError {
        let remedy = match self {
            Self::Empty => "get the key with aws kms get-public-key",
            Self::Certificate => "take the key out of it with openssl x509 -pubkey -noout",
            Self::CertificateSigningRequest => "take the key out of it with openssl req -pubkey -noout",
            Self::Pkcs1PublicKey => "convert it with openssl rsa -RSAPublicKey_in -pubout",
            Self::PrivateKey => {
                "a verifier needs the public key only, and KMS exports no private keys: keep this file to \
                 yourself, and get the public key with aws kms get-public-key"
            }
            Self::Base64 => {
                "decode it (base64 --decode), or put -----BEGIN PUBLIC KEY----- and -----END PUBLIC KEY----- \
                 lines around it"
            }
            Self::Hex => "decode it (xxd -r -p)",
            Self::Json => {
                "pass what the field PublicKey of GetPublicKey's answer holds, decoded from base64 (aws kms \
                 get-public-key --output text --query PublicKey | base64 --decode)"
            }
            Self::PemLabel(_) => "the label of a KMS public key is \"PUBLIC KEY\"",
            Self::Pem => "parse it with from_pem or from_der_or_pem, and put PEM lines around DER only",
            Self::PemNotFirst => "remove what stands before the BEGIN line, white space and byte order marks too",
            Self::RawKey => "pass the whole of what aws kms get-public-key returns",
            Self::Signature => "pass the public key in this place, and the signature in its own",
            Self::OpenSsh => "get the key as KMS exports it, with aws kms get-public-key",
            Self::Utf16 => "write it as UTF-8 or ASCII",
            Self::Unknown => "pass the bytes of PublicKey as aws kms get-public-key returns them, or their PEM text",
        };
        KeyError::OtherFormat { found: self, remedy }
    }
}

/// An I/O error met while a message was read, which is the [`source`](core::error::Error::source). Two are equal if their
/// kinds are.
#[cfg(feature = "std")]
#[derive(Clone, Debug)]
pub struct ReadError(alloc::sync::Arc<std::io::Error>);

#[cfg(feature = "std")]
impl ReadError {
    pub(crate) fn new(error: std::io::Error) -> Self {
        Self(alloc::sync::Arc::new(error))
    }

    /// The kind of the I/O error.
    #[must_use]
    pub fn kind(&self) -> std::io::ErrorKind {
        self.0.kind()
    }

    /// The I/O error.
    #[must_use]
    pub fn io_error(&self) -> &std::io::Error {
        &self.0
    }
}

#[cfg(feature = "std")]
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message could not be read")
    }
}

#[cfg(feature = "std")]
impl core::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[cfg(feature = "std")]
impl PartialEq for ReadError {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind()
    }
}

#[cfg(feature = "std")]
impl Eq for ReadError {}

/// Message types with "and" between them.
fn message_types(algorithm: SigningAlgorithm) -> String {
    let mut names = String::new();
    for message_type in algorithm.message_types() {
        if !names.is_empty() {
            names.push_str(" and ");
        }
        names.push_str(message_type.as_str());
    }
    names
}

/// How to turn what one has into what the algorithm takes.
fn message_type_advice(algorithm: SigningAlgorithm) -> &'static str {
    match algorithm.message_types() {
        [MessageType::Raw] => "; pass the message itself",
        [MessageType::Digest] => "; pass the SHA-512 digest of the message",
        types if types.contains(&MessageType::ExternalMu) => "; pass the message itself, or its mu",
        _ => "; pass the message itself, or its digest",
    }
}

fn digest_noun(message_type: MessageType) -> &'static str {
    match message_type {
        MessageType::Raw => "message",
        MessageType::Digest => "digest",
        MessageType::ExternalMu => "mu",
    }
}

/// How the whole message is passed. Of an algorithm that takes no RAW, a stream is hashed to the DIGEST.
fn whole_message(algorithm: SigningAlgorithm) -> &'static str {
    if algorithm.message_types().contains(&MessageType::Raw) {
        "RAW"
    } else {
        "a stream"
    }
}
