//! The dresses.

/// A dress: what a tool, a language, a protocol or a file format puts around the bytes of a key, a signature, a digest
/// or a message. Requires the feature `diagnosis`.
///
/// [`of`](Self::of) recognizes the outermost dress, and [`take_off`](Self::take_off) takes it off. Both are lenient
/// readers for explanations: what they return decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dress {
    /// The byte order mark of UTF-8.
    ByteOrderMark,
    /// UTF-16, with or without a byte order mark.
    Utf16,
    /// Bytes that were replaced by U+FFFD when they were read as UTF-8.
    LostToReplacement,
    /// A description of an object, such as `[object Object]`, without its bytes.
    Description,
    /// A printed value that was cut short.
    CutShort,
    /// Text between quotation marks.
    Quotes,
    /// An assignment, a header or a field: `NAME=value`, `NAME: value`.
    Assignment,
    /// PEM lines that are indented or followed by spaces.
    PemIndented,
    /// PEM with `\n` as two characters in place of line ends.
    PemEscaped,
    /// PEM with something before or after it.
    PemSurrounded,
    /// PEM in one line, or with empty lines.
    PemReflowed,
    /// PEM whose lines of BEGIN and END have dashes of typography, or other than five hyphens.
    PemDashes,
    /// An X.509 certificate.
    Certificate,
    /// A certificate signing request.
    CertificateSigningRequest,
    /// A bare RSA public key of PKCS#1.
    Pkcs1PublicKey,
    /// A private key.
    PrivateKey,
    /// An OpenSSH public key.
    OpenSsh,
    /// A DKIM record.
    Dkim,
    /// The text that `openssl pkey -text` prints.
    OpenSslText,
    /// A JSON Web Key.
    Jwk,
    /// A key without a SubjectPublicKeyInfo around it.
    RawKey,
    /// A key of an elliptic curve with a compressed point.
    CompressedPoint,
    /// The name of a KMS key, not the key.
    KmsName,
    /// Any PEM block.
    Pem,
    /// The JSON of a Sign response.
    SignResponse,
    /// The JSON of a GetPublicKey response.
    GetPublicKeyResponse,
    /// A Sigstore bundle.
    SigstoreBundle,
    /// A DSSE envelope.
    DsseEnvelope,
    /// A JWS in JSON serialization.
    JwsJson,
    /// The JSON of a Buffer of Node.
    JsonBuffer,
    /// The JSON of a Uint8Array, index by index.
    JsonIndexed,
    /// r and s in JSON.
    JsonPair,
    /// r and s as numbers in text.
    TextPair,
    /// A value in other JSON.
    JsonField,
    /// What the AWS CLI prints with `--output text`.
    CliText,
    /// What the AWS CLI prints with `--output yaml`.
    CliYaml,
    /// A binary value of YAML.
    YamlBinary,
    /// What the AWS CLI prints with `--output table`.
    CliTable,
    /// A bytes literal of Python.
    PythonBytes,
    /// A dictionary or another value of Python that contains a bytes literal.
    PythonValue,
    /// A Buffer as Node prints it.
    NodeBuffer,
    /// SdkBytes of the AWS SDK for Java.
    JavaSdkBytes,
    /// A string literal with escapes, as Ruby and C write bytes.
    StringLiteral,
    /// Bytes as decimal numbers.
    Numbers,
    /// Bytes as a list of hexadecimal numbers.
    HexNumbers,
    /// A JWT.
    Jwt,
    /// What Vault's transit engine prints.
    Vault,
    /// A prefix that names an encoding or an algorithm.
    Prefix,
    /// A line of a hashing tool.
    HashToolLine,
    /// Percent-encoding.
    PercentEncoding,
    /// Base64 in which `+` became a space.
    PlusAsSpace,
    /// Lines after `>`, as in an answer to a mail.
    Quotation,
    /// Text with characters that cannot be seen, such as U+00A0 and U+200B.
    Invisible,
    /// Quoted-printable text (RFC 2045), as in mail.
    QuotedPrintable,
    /// Text with character references or line breaks of HTML.
    Html,
    /// The inside of a JSON string, with escapes such as `\/` and `\u002B`.
    JsonEscapes,
    /// A hexadecimal dump with offsets, as by xxd, hexdump, od and PowerShell's Format-Hex.
    HexDump,
    /// Hexadecimal text.
    Hex,
    /// Base64.
    Base64,
    /// Base64url.
    Base64Url,
    /// Base58.
    Base58,
    /// Base32 (RFC 4648).
    Base32,
    /// A value in other text, such as XML or CSV.
    Embedded,
    /// Other text that was decoded as base64.
    ReadAsBase64,
    /// Latin-1 text that was saved as UTF-8.
    Latin1AsUtf8,
    /// Line feeds that became CRLF.
    CrLf,
    /// A line end after the bytes.
    LineEnd,
    /// A DER BIT STRING.
    BitString,
    /// A DER OCTET STRING.
    OctetString,
    /// A DER SEQUENCE of an algorithm and a BIT STRING.
    AlgorithmAndBits,
    /// A zero byte before the bytes.
    ZeroByte,
    /// An SSH signature.
    SshSignature,
    /// A COSE_Sign1 structure.
    CoseSign1,
    /// A Sui signature.
    Sui,
    /// An ECDSA signature with a recovery byte.
    RecoveryByte,
    /// r and s with the zero bytes of their DER INTEGERs.
    DerZeros,
    /// r and s side by side.
    RawPair,
    /// r and s with the recovery bit in s (EIP-2098).
    CompactPair,
    /// r and s in an encoding other than DER.
    MalformedDer,
    /// A signature that was cut in halves and written as a DER pair.
    HalvesInDer,
    /// An RSA signature without its leading zero bytes.
    ZerosMissing,
}

impl Dress {
    /// The outermost dress of this input, if it is text whose form alone shows one.
    #[must_use]
    pub fn of(input: &[u8]) -> Option<Self> {
        super::search::outermost(input)
    }

    /// The input without this dress, if it wears it.
    #[must_use]
    pub fn take_off(self, input: &[u8]) -> Option<Vec<u8>> {
        super::search::take_off(self, input)
    }

    /// The name of the dress, such as `base64 text`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

impl core::fmt::Display for Dress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

impl Dress {
    /// Whether the dress is bytes and not text, so that its name says nothing of the length of the input.
    pub(crate) fn is_bytes(self) -> bool {
        !self.row().is_text
    }

    /// Whether the dress is an encoding of the same text.
    pub(crate) fn is_text_encoding(self) -> bool {
        matches!(self, Self::ByteOrderMark | Self::Utf16)
    }
}
