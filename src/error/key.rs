//! The reasons why a public key is rejected, each with its message.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::der::DerError;

/// Why a public key was rejected. Every KMS signing key is accepted, in the encoding that KMS exports and no other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The input is larger than any public key.
    #[error(
        "the public key is too long: expected at most {max} bytes, got {given}; a KMS public key has at most 2614 bytes"
    )]
    TooLong {
        /// The length of the input in bytes.
        given: usize,
        /// The length in bytes of the longest input that is parsed.
        max: usize,
    },

    /// The input has a different format, such as a certificate or a private key.
    #[error("the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is {found}; {}", .found.remedy())]
    OtherFormat {
        /// The format of the input.
        found: KeyFormat,
    },

    /// The PEM text is malformed.
    #[error("the PEM text of the public key is malformed: {problem}")]
    Pem {
        /// What is wrong, and what to do.
        problem: PemProblem,
    },

    /// The SubjectPublicKeyInfo is damaged, or its encoding is not the one that KMS uses.
    #[error(
        "the SubjectPublicKeyInfo of the public key is malformed: {problem}; get the key again with \
         aws kms get-public-key, and do not change its bytes"
    )]
    Encoding {
        /// What is wrong.
        problem: EncodingProblem,
    },

    /// The public key is well-formed, but cannot be that of a KMS signing key.
    #[error("this is not the public key of a KMS signing key: {reason}")]
    NotFromKms {
        /// Why it cannot be one.
        reason: NotFromKmsReason,
    },
}

/// What is wrong with text that begins like PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemProblem {
    /// The input is not UTF-8.
    #[error("it is not UTF-8 text; use the original file")]
    NotText,
    /// The first line is not exactly the BEGIN line.
    #[error("its first line is not exactly -----BEGIN PUBLIC KEY-----")]
    BeginLine,
    /// There is no END line.
    #[error("it has no line that is exactly -----END PUBLIC KEY-----")]
    EndLine,
    /// There is an empty line before the END line.
    #[error("it has an empty line before its END line")]
    EmptyLine,
    /// The END line is followed by something other than empty lines.
    #[error("something follows its END line; pass a single public key and nothing else")]
    AfterEnd,
    /// The lines between BEGIN and END are not base64.
    #[error(
        "the text between its BEGIN and END lines is not base64; look for spaces, missing characters, and \"=\" before \
         the end"
    )]
    NotBase64,
}

/// How a SubjectPublicKeyInfo differs from the encoding that KMS exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingProblem {
    /// The outermost element is not valid DER.
    #[error("it {0}")]
    Outer(
        /// What is wrong with the element.
        DerError,
    ),
    /// An inner element is not valid DER.
    #[error("an element inside it {0}")]
    Inner(
        /// What is wrong with the element.
        DerError,
    ),
    /// A line end follows the last byte.
    #[error("a line end follows it, which a text editor or a shell may have added")]
    TrailingLineEnd,
    /// Other bytes follow the encoding.
    #[error("it ends after {expected} of the {given} bytes given")]
    TrailingBytes {
        /// The length of the encoding in bytes.
        expected: usize,
        /// The length of the input in bytes.
        given: usize,
    },
    /// An element follows the BIT STRING.
    #[error("something follows the BIT STRING inside it")]
    AfterBitString,
    /// The BIT STRING has no contents.
    #[error("its BIT STRING is empty")]
    EmptyBitString,
    /// The BIT STRING does not consist of whole bytes.
    #[error("its BIT STRING has unused bits")]
    UnusedBits,
    /// The AlgorithmIdentifier has no OID.
    #[error("its algorithm does not begin with an object identifier")]
    NoAlgorithm,
    /// The parameters of `rsaEncryption` are not NULL (RFC 3279 section 2.3.1).
    #[error("the parameters of rsaEncryption are not NULL")]
    RsaParameters,
    /// Ed25519 has parameters (RFC 8410 section 3).
    #[error("Ed25519 has parameters, which must be absent")]
    Ed25519Parameters,
    /// ML-DSA has parameters (RFC 9881 section 2).
    #[error("ML-DSA has parameters, which must be absent")]
    MlDsaParameters,
    /// `id-ecPublicKey` has no parameters (RFC 5480 section 2.1.1).
    #[error("id-ecPublicKey does not name a curve")]
    NoCurve,
    /// The parameters of `id-ecPublicKey` are NULL (RFC 5480 section 2.1.1).
    #[error("id-ecPublicKey has NULL parameters (implicitCurve) instead of a named curve")]
    ImplicitCurve,
    /// The parameters of `id-ecPublicKey` are not the OID of a curve.
    #[error("the parameters of id-ecPublicKey do not name a curve")]
    CurveParameters,
    /// An element follows the OID of the curve.
    #[error("something follows the name of the curve")]
    AfterCurve,
    /// The RSA key is not an RSAPublicKey (RFC 8017 appendix A.1.1).
    #[error("its key is not a DER-encoded RSAPublicKey (PKCS#1)")]
    NotPkcs1,
    /// The key of a curve is not an encoded point (SEC 1 section 2.3.3).
    #[error("its key is not an encoded point")]
    NotAPoint,
    /// The length of the point does not match the curve.
    #[error("the length of its point does not match its curve")]
    PointLength,
    /// The point is compressed.
    #[error("its point is compressed; KMS exports uncompressed points")]
    CompressedPoint,
    /// The point is in hybrid form.
    #[error("its point is in hybrid form; KMS exports uncompressed points")]
    HybridPoint,
    /// An Ed25519 or ML-DSA key has the wrong length.
    #[error("expected a key of {expected} bytes inside it, got {given}")]
    KeyLength {
        /// The given length in bytes.
        given: usize,
        /// The expected length in bytes.
        expected: usize,
    },
}

/// Why a well-formed public key cannot be that of a KMS signing key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotFromKmsReason {
    /// KMS has no signing keys for the algorithm.
    #[error("{}", foreign_algorithm(.oid, *.name))]
    Algorithm {
        /// Its object identifier, in dotted decimal notation.
        oid: Box<str>,
        /// A description of such keys, if the algorithm is well known.
        name: Option<&'static str>,
    },
    /// KMS does not support the named curve.
    #[error("{}", foreign_curve(.oid, *.name))]
    Curve {
        /// Its object identifier, in dotted decimal notation.
        oid: Box<str>,
        /// Its name, if the curve is well known.
        name: Option<&'static str>,
    },
    /// The curve is given by its parameters (specifiedCurve).
    #[error(
        "it uses explicit curve parameters (specifiedCurve), which can hide a weak curve, instead of a named curve"
    )]
    ExplicitCurve,
    /// The RSA modulus does not have 2048, 3072 or 4096 bits.
    #[error("expected an RSA modulus of 2048, 3072 or 4096 bits, got {bits}")]
    RsaModulusLength {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// The RSA modulus is even.
    #[error("its RSA modulus is even")]
    RsaModulusEven,
    /// The RSA exponent is even, less than 65537 or more than 2^33.
    #[error("its RSA exponent is not an odd number from 65537 up to 2^33; KMS uses 65537")]
    RsaExponent,
    /// The arithmetic does not accept the numbers of the key.
    #[error("its numbers are out of range")]
    OutOfRange,
    /// The key is the point at infinity.
    #[error("its point is the point at infinity")]
    PointAtInfinity,
    /// The point is not on its curve, or a coordinate is not less than p.
    #[error("its point is not on its curve")]
    NotOnCurve,
    /// The SM2 key is the point -G (GB/T 32918.1 section 6.1: a private key is at most n - 2).
    #[error("its point is -G, whose private key n - 1 SM2 excludes")]
    Sm2MinusGenerator,
    /// The 32 bytes of an Ed25519 key do not decode to a point of Edwards25519 (RFC 8032 section 5.1.3).
    #[error("its key is not a point of Edwards25519")]
    Ed25519NotAPoint,
    /// The encoding of an Ed25519 key is not canonical: y is not less than p.
    #[error("its key is not canonically encoded")]
    Ed25519NotCanonical,
    /// The Ed25519 key has small order.
    #[error("its key is a point of small order, for which anyone can make signatures")]
    Ed25519SmallOrder,
}

fn foreign_algorithm(oid: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("it is {name}"),
        None => format!("its algorithm is {oid}"),
    }
}

fn foreign_curve(oid: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("it is a key on {name}, a curve that KMS does not support"),
        None => format!("it is a key on the curve {oid}, which KMS does not support"),
    }
}

/// The format of an input that is not a SubjectPublicKeyInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFormat {
    /// An empty input.
    Empty,
    /// An X.509 certificate, as DER or PEM.
    Certificate,
    /// A certificate signing request of PKCS#10 (RFC 2986), as DER or PEM.
    CertificateSigningRequest,
    /// A bare RSA public key of PKCS#1 (RFC 8017 appendix A.1.1), as DER or PEM.
    Pkcs1PublicKey,
    /// A private key in any of its formats.
    PrivateKey,
    /// Base64 text of a key, without PEM lines.
    Base64,
    /// Hexadecimal text.
    Hex,
    /// JSON, such as the response of GetPublicKey.
    Json,
    /// A PEM block with another label.
    PemLabel(
        /// The label, truncated to 64 characters.
        Box<str>,
    ),
    /// PEM where DER was expected.
    Pem,
    /// DER where PEM was expected.
    Der,
    /// A PEM block that does not begin at the first byte.
    PemNotFirst,
    /// A raw key, without a SubjectPublicKeyInfo around it.
    RawKey,
    /// A DER-encoded ECDSA or SM2 signature.
    Signature,
    /// An OpenSSH public key.
    OpenSsh,
    /// UTF-16 text, which some shells write.
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
            Self::Pem => f.write_str("PEM where DER was expected"),
            Self::Der => f.write_str("DER where PEM was expected"),
            Self::PemNotFirst => f.write_str("PEM text with something before its BEGIN line"),
            Self::RawKey => f.write_str("a raw key without the SubjectPublicKeyInfo around it"),
            Self::Signature => f.write_str("a signature"),
            Self::OpenSsh => f.write_str("an OpenSSH public key"),
            Self::Utf16 => f.write_str("text in UTF-16"),
            Self::Unknown => f.write_str("something else"),
        }
    }
}

/// The command that gets a public key, after other advice.
macro_rules! get_the_key {
    ($before:literal) => {
        concat!(
            $before,
            "get the public key with aws kms get-public-key --key-id ARN --output text --query PublicKey | base64 \
             --decode > public_key.der"
        )
    };
}

impl KeyFormat {
    /// How to get from this format to what is expected: a clause, without a full stop.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty | Self::RawKey | Self::OpenSsh | Self::Unknown => get_the_key!(""),
            Self::Certificate => {
                "extract its public key with openssl x509 -pubkey -noout -in certificate.pem > public_key.pem (with \
                 -inform DER if it is DER)"
            }
            Self::CertificateSigningRequest => {
                "extract its public key with openssl req -pubkey -noout -in request.pem > public_key.pem (with -inform \
                 DER if it is DER)"
            }
            Self::Pkcs1PublicKey => {
                "convert it with openssl rsa -RSAPublicKey_in -in key.pem -pubout > public_key.pem (with -inform DER if it \
                 is DER)"
            }
            Self::PrivateKey => {
                get_the_key!(
                    "KMS exports no private keys, so keep this file to yourself; a verifier needs only the public key: "
                )
            }
            Self::Base64 => {
                "decode it first, or put a line -----BEGIN PUBLIC KEY----- before it and a line -----END PUBLIC KEY----- \
                 after it"
            }
            Self::Hex => "decode it first",
            Self::Json => {
                "read it with GetPublicKeyResponse::from_json, or decode the base64 in its field PublicKey first"
            }
            Self::PemLabel(_) => get_the_key!("the label of a KMS public key is \"PUBLIC KEY\": "),
            Self::Pem => "parse it with from_pem or from_der_or_pem",
            Self::Der => "parse it with from_der or from_der_or_pem",
            Self::PemNotFirst => "remove everything before its BEGIN line, including white space and a byte order mark",
            Self::Signature => "pass the public key here, and the signature in its own place",
            Self::Utf16 => "convert it to UTF-8",
        }
    }
}

impl From<KeyFormat> for KeyError {
    fn from(found: KeyFormat) -> Self {
        Self::OtherFormat { found }
    }
}

impl From<PemProblem> for KeyError {
    fn from(problem: PemProblem) -> Self {
        Self::Pem { problem }
    }
}

impl From<EncodingProblem> for KeyError {
    fn from(problem: EncodingProblem) -> Self {
        Self::Encoding { problem }
    }
}

impl From<NotFromKmsReason> for KeyError {
    fn from(reason: NotFromKmsReason) -> Self {
        Self::NotFromKms { reason }
    }
}
