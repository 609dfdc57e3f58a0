//! Why a public key is rejected: a kind for each reason, with its sentence beside it.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::der::DerError;

/// Why a public key was rejected. Every KMS key is accepted, and only the encoding that KMS exports.
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

    /// The input is something else that people keep near their keys.
    #[error("the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is {found}; {}", .found.remedy())]
    OtherFormat {
        /// What was found.
        found: KeyFormat,
    },

    /// The text between the PEM lines, or around them, is malformed.
    #[error("the PEM text of the public key is malformed: {problem}")]
    Pem {
        /// What is wrong with it, and what to do.
        problem: PemProblem,
    },

    /// A SubjectPublicKeyInfo that is damaged, or not encoded as KMS encodes it.
    #[error(
        "the SubjectPublicKeyInfo of the public key is malformed: {problem}; get the key again with \
         aws kms get-public-key, and keep its bytes as they are"
    )]
    Encoding {
        /// What is wrong with it.
        problem: EncodingProblem,
    },

    /// A well-formed public key that KMS cannot have made.
    #[error("this is not the public key of a KMS signing key: {reason}")]
    NotFromKms {
        /// Why KMS cannot have made it.
        reason: NotFromKmsReason,
    },
}

/// What is wrong with PEM text that begins as PEM does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemProblem {
    /// It is not UTF-8.
    #[error("it is not text; use the file as it was written")]
    NotText,
    /// Something else is on the first line.
    #[error("its first line is not -----BEGIN PUBLIC KEY----- and nothing else")]
    BeginLine,
    /// There is no END line.
    #[error("it has no line that is -----END PUBLIC KEY----- and nothing else")]
    EndLine,
    /// An empty line before the END line.
    #[error("it has an empty line before its END line")]
    EmptyLine,
    /// Something other than empty lines after the END line.
    #[error("something follows its END line; pass one public key alone")]
    AfterEnd,
    /// The lines between BEGIN and END are not base64.
    #[error(
        "the text between its lines is not base64; look for spaces, for missing characters, and for \"=\" before the end"
    )]
    NotBase64,
}

/// How a SubjectPublicKeyInfo differs from the encoding that KMS exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingProblem {
    /// The outermost element is not DER.
    #[error("it {0}")]
    Outer(
        /// What is wrong with the element.
        DerError,
    ),
    /// An element inside it is not DER.
    #[error("an element inside it {0}")]
    Inner(
        /// What is wrong with the element.
        DerError,
    ),
    /// A line end after the last byte.
    #[error("a line end follows it, as a text editor or a shell adds one")]
    TrailingLineEnd,
    /// More bytes than the encoding has.
    #[error("it ends after {expected} of the {given} bytes given")]
    TrailingBytes {
        /// The length of the encoding in bytes.
        expected: usize,
        /// The length of the input in bytes.
        given: usize,
    },
    /// An element after the BIT STRING.
    #[error("something follows the BIT STRING inside it")]
    AfterBitString,
    /// A BIT STRING without contents.
    #[error("its BIT STRING is empty")]
    EmptyBitString,
    /// A BIT STRING that is not whole bytes.
    #[error("its BIT STRING has unused bits")]
    UnusedBits,
    /// An AlgorithmIdentifier without an OID.
    #[error("its algorithm does not begin with an object identifier")]
    NoAlgorithm,
    /// `rsaEncryption` with parameters other than NULL (RFC 3279 section 2.3.1).
    #[error("the parameters of rsaEncryption are not NULL")]
    RsaParameters,
    /// Ed25519 with parameters (RFC 8410 section 3).
    #[error("Ed25519 has parameters, which must be absent")]
    Ed25519Parameters,
    /// ML-DSA with parameters (RFC 9881 section 2).
    #[error("ML-DSA has parameters, which must be absent")]
    MlDsaParameters,
    /// `id-ecPublicKey` without parameters (RFC 5480 section 2.1.1).
    #[error("id-ecPublicKey does not name its curve")]
    NoCurve,
    /// `id-ecPublicKey` with parameters NULL (RFC 5480 section 2.1.1).
    #[error("id-ecPublicKey has parameters NULL (implicitCurve) and names no curve")]
    ImplicitCurve,
    /// `id-ecPublicKey` with other parameters than the OID of a curve.
    #[error("the parameters of id-ecPublicKey do not name a curve")]
    CurveParameters,
    /// An element after the OID of the curve.
    #[error("something follows the name of the curve")]
    AfterCurve,
    /// An RSA key that is not an RSAPublicKey (RFC 8017 appendix A.1.1).
    #[error("its key is not an RSAPublicKey of PKCS#1 as DER")]
    NotPkcs1,
    /// A key on a curve that is not a point (SEC 1 section 2.3.3).
    #[error("its key is not a point")]
    NotAPoint,
    /// A point of another length than its curve has.
    #[error("its point does not have the length of its curve")]
    PointLength,
    /// A compressed point.
    #[error("its point is compressed; KMS writes points uncompressed")]
    CompressedPoint,
    /// A point in hybrid form.
    #[error("its point is in hybrid form; KMS writes points uncompressed")]
    HybridPoint,
    /// An Ed25519 or ML-DSA key of another length than such keys have.
    #[error("its key has {given} bytes, and such keys have {expected}")]
    KeyLength {
        /// The length of the key in bytes.
        given: usize,
        /// The length in bytes that such keys have.
        expected: usize,
    },
}

/// Why KMS cannot have made a well-formed public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotFromKmsReason {
    /// An algorithm that KMS has no signing keys of.
    #[error("{}", foreign_algorithm(.oid, *.name))]
    Algorithm {
        /// Its object identifier, as numbers with dots.
        oid: Box<str>,
        /// What such keys are called, if they are well known.
        name: Option<&'static str>,
    },
    /// A named curve that KMS does not have.
    #[error("{}", foreign_curve(.oid, *.name))]
    Curve {
        /// Its object identifier, as numbers with dots.
        oid: Box<str>,
        /// What it is called, if it is well known.
        name: Option<&'static str>,
    },
    /// A curve given by its parameters (specifiedCurve).
    #[error(
        "it has explicit curve parameters (specifiedCurve), which may be those of a weakened curve; KMS names the curve"
    )]
    ExplicitCurve,
    /// An RSA modulus of another length than 2048, 3072 or 4096 bits.
    #[error("its RSA modulus has {bits} bits; those of KMS have 2048, 3072 or 4096")]
    RsaModulusLength {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// An even RSA modulus.
    #[error("its RSA modulus is even")]
    RsaModulusEven,
    /// An RSA exponent that is even, less than 65537 or more than 2^33.
    #[error("its RSA exponent is not an odd number from 65537 up to 2^33; that of KMS is 65537")]
    RsaExponent,
    /// Numbers that the arithmetic does not accept as a key.
    #[error("its numbers are out of range")]
    OutOfRange,
    /// The point at infinity.
    #[error("its point is the point at infinity")]
    PointAtInfinity,
    /// A point that is not on its curve, or has a coordinate of p or more.
    #[error("its point is not on its curve")]
    NotOnCurve,
    /// The point -G of SM2 (GB/T 32918.1 section 6.1: a private key is at most n - 2).
    #[error("its point is -G, whose private key n - 1 SM2 does not have, and for which half of a signature is void")]
    Sm2MinusGenerator,
    /// 32 bytes that do not decode to a point of Edwards25519 (RFC 8032 section 5.1.3).
    #[error("its key is not a point of Edwards25519")]
    Ed25519NotAPoint,
    /// An Ed25519 key with an encoding of y of p or more.
    #[error("its key is not canonically encoded")]
    Ed25519NotCanonical,
    /// An Ed25519 key of small order.
    #[error("its key is a point of small order, with which anyone can make signatures")]
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
        Some(name) => format!("it is a key on {name}, a curve that KMS does not have"),
        None => format!("it is a key on the curve {oid}, which KMS does not have"),
    }
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
    /// JSON, such as the response of GetPublicKey.
    Json,
    /// A PEM block with another label.
    PemLabel(
        /// The label, cut after 64 characters.
        Box<str>,
    ),
    /// PEM where DER was expected.
    Pem,
    /// DER where PEM was expected.
    Der,
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
                "decode it with base64 --decode, or put a line -----BEGIN PUBLIC KEY----- before it and a line -----END \
                 PUBLIC KEY----- after it"
            }
            Self::Hex => "decode it with xxd -r -p",
            Self::Json => {
                "decode its field PublicKey with jq -r .PublicKey key.json | base64 --decode > public_key.der"
            }
            Self::PemLabel(_) => get_the_key!("the label of a KMS public key is \"PUBLIC KEY\": "),
            Self::Pem => "parse it with from_pem or from_der_or_pem",
            Self::Der => "parse it with from_der or from_der_or_pem",
            Self::PemNotFirst => {
                "remove everything before its BEGIN line, including white space and a byte order mark, with sed -n \
                 '/-----BEGIN PUBLIC KEY-----/,$p'"
            }
            Self::Signature => "pass the public key here, and the signature in its own place",
            Self::Utf16 => "convert it with iconv -f UTF-16 -t UTF-8",
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
