//! The table of dresses: one row for each.

use super::Dress;
use super::{ALL, DIGEST, NOT_MESSAGE, Off, PUBLIC_KEY, SIGNATURE, Worn};
use super::{
    binary, cli_output, damage, json_fields, key, key_text, list, literal, pair, pem, structure, transport, words,
};

use Dress::*;

/// What is known of a dress.
pub(super) struct Row {
    /// The name, after "is" or "in": a noun.
    pub(super) name: &'static str,
    /// The things that may wear it.
    pub(super) things: u8,
    /// Whether its form does not show it: what is left must fit, or verify.
    pub(super) is_guess: bool,
    /// Whether it is text.
    pub(super) is_text: bool,
    /// Takes it off, in each possible way, the most likely first.
    pub(super) take_off: fn(&Worn<'_>) -> Vec<Off>,
}

/// Text whose form shows the dress.
const fn text(name: &'static str, things: u8, take_off: fn(&Worn<'_>) -> Vec<Off>) -> Row {
    Row {
        name,
        things,
        is_guess: false,
        is_text: true,
        take_off,
    }
}

/// Bytes whose form shows the dress.
const fn bytes(name: &'static str, things: u8, take_off: fn(&Worn<'_>) -> Vec<Off>) -> Row {
    Row {
        is_text: false,
        ..text(name, things, take_off)
    }
}

/// Bytes that may wear the dress.
const fn guess(name: &'static str, things: u8, take_off: fn(&Worn<'_>) -> Vec<Off>) -> Row {
    Row {
        is_guess: true,
        ..bytes(name, things, take_off)
    }
}

/// Text that may wear the dress.
const fn guess_text(name: &'static str, things: u8, take_off: fn(&Worn<'_>) -> Vec<Off>) -> Row {
    Row {
        is_text: true,
        ..guess(name, things, take_off)
    }
}

impl Dress {
    /// All dresses. Of two that the same input may wear, the more special one comes first.
    pub(super) const ALL: &'static [Self] = &[
        ByteOrderMark,
        Utf16,
        LostToReplacement,
        Description,
        CutShort,
        PrivateKey,
        Certificate,
        CertificateSigningRequest,
        Pkcs1PublicKey,
        OpenSsh,
        Dkim,
        OpenSslText,
        KmsName,
        Quotes,
        PemEscaped,
        PemIndented,
        PemSurrounded,
        PemReflowed,
        PemDashes,
        Jwk,
        SigstoreBundle,
        DsseEnvelope,
        JwsJson,
        SignResponse,
        GetPublicKeyResponse,
        JsonBuffer,
        JsonIndexed,
        JsonPair,
        JsonField,
        YamlBinary,
        CliText,
        CliYaml,
        CliTable,
        PythonBytes,
        PythonValue,
        NodeBuffer,
        JavaSdkBytes,
        TextPair,
        StringLiteral,
        Numbers,
        HexNumbers,
        Jwt,
        Vault,
        Prefix,
        HashToolLine,
        Pem,
        Assignment,
        Quotation,
        Invisible,
        PercentEncoding,
        QuotedPrintable,
        Html,
        JsonEscapes,
        HexDump,
        Hex,
        Base32,
        Base64,
        Base64Url,
        PlusAsSpace,
        Base58,
        Embedded,
        ReadAsBase64,
        Latin1AsUtf8,
        RawKey,
        CompressedPoint,
        LineEnd,
        BitString,
        OctetString,
        AlgorithmAndBits,
        SshSignature,
        CoseSign1,
        CrLf,
        Sui,
        DerZeros,
        RecoveryByte,
        ZeroByte,
        RawPair,
        CompactPair,
        MalformedDer,
        HalvesInDer,
        ZerosMissing,
    ];

    pub(super) const fn row(self) -> Row {
        match self {
            ByteOrderMark => text("text after a byte order mark (EF BB BF)", ALL, words::byte_order_mark),
            Utf16 => text("text in UTF-16", ALL, words::utf16),
            LostToReplacement => bytes(
                "bytes that were read as UTF-8 text: EF BF BD (U+FFFD) stands in place of each byte that is not valid \
                 UTF-8, and those bytes are lost",
                NOT_MESSAGE,
                damage::lost_to_replacement,
            ),
            Description => text(
                "the description of an object, in which its bytes do not occur",
                NOT_MESSAGE,
                literal::description,
            ),
            CutShort => text("a printed value that was cut short", NOT_MESSAGE, literal::cut_short),
            Quotes => text("text between quotation marks", ALL, words::quotes),
            Assignment => text("the value of a named field", NOT_MESSAGE, words::assignment),
            PemIndented => text(
                "PEM with white space at the beginning or the end of its lines",
                NOT_MESSAGE,
                pem::indented,
            ),
            PemEscaped => text(
                "PEM with \\n as two characters in place of its line ends, as in a .env file",
                NOT_MESSAGE,
                pem::escaped,
            ),
            PemSurrounded => text(
                "PEM with other text before its BEGIN line or after its END line",
                NOT_MESSAGE,
                pem::surrounded,
            ),
            PemReflowed => text(
                "PEM without its line ends, or with empty lines",
                NOT_MESSAGE,
                pem::reflowed,
            ),
            PemDashes => text(
                "PEM whose lines of BEGIN and END do not have five hyphens on either side, but fewer, more, or the dashes of \
                 typography (U+2013, U+2014) that word processors and chats write",
                NOT_MESSAGE,
                pem::dashes,
            ),
            Certificate => bytes("an X.509 certificate", PUBLIC_KEY, key::certificate),
            CertificateSigningRequest => bytes("a certificate signing request (PKCS#10)", PUBLIC_KEY, key::request),
            Pkcs1PublicKey => bytes("a bare RSA public key (PKCS#1)", PUBLIC_KEY, key::pkcs1),
            PrivateKey => bytes("a private key", PUBLIC_KEY, key::private),
            OpenSsh => text("an OpenSSH public key", PUBLIC_KEY, key_text::open_ssh),
            Dkim => text(
                "a DKIM record, whose key is what follows p=",
                PUBLIC_KEY,
                key_text::dkim,
            ),
            OpenSslText => text("what openssl pkey -text prints", PUBLIC_KEY, key_text::openssl),
            Jwk => text("a JSON Web Key (JWK)", PUBLIC_KEY, key_text::jwk),
            RawKey => bytes(
                "a raw key without the SubjectPublicKeyInfo around it",
                PUBLIC_KEY,
                key::raw,
            ),
            CompressedPoint => bytes(
                "a key with a compressed point (a first byte of 02 or 03), where KMS exports both coordinates",
                PUBLIC_KEY,
                key::compressed,
            ),
            KmsName => text("the name of a KMS key, not the key", PUBLIC_KEY, key_text::kms_name),
            Pem => text("a PEM block", NOT_MESSAGE, pem::block),
            SignResponse => text("the whole JSON response of Sign", SIGNATURE, json_fields::sign_response),
            GetPublicKeyResponse => text(
                "the whole JSON response of GetPublicKey",
                PUBLIC_KEY,
                json_fields::get_public_key_response,
            ),
            SigstoreBundle => text("a Sigstore bundle", SIGNATURE, json_fields::sigstore_bundle),
            DsseEnvelope => text("a DSSE envelope", SIGNATURE, json_fields::dsse_envelope),
            JwsJson => text("a JWS in JSON", SIGNATURE, json_fields::jws),
            JsonBuffer => text("the JSON of a Node Buffer", ALL, json_fields::buffer),
            JsonIndexed => text(
                "a Uint8Array that JSON.stringify wrote index by index",
                ALL,
                json_fields::indexed,
            ),
            JsonPair => text("r and s in JSON", SIGNATURE, json_fields::pair),
            TextPair => guess_text("r and s as two numbers", SIGNATURE, pair::in_text),
            JsonField => text("JSON", NOT_MESSAGE, json_fields::other),
            YamlBinary => text(
                "a binary value of YAML (!!binary)",
                NOT_MESSAGE,
                cli_output::yaml_binary,
            ),
            CliText => text(
                "the answer of the AWS CLI with --output text",
                NOT_MESSAGE,
                cli_output::text,
            ),
            CliYaml => text(
                "the answer of the AWS CLI with --output yaml",
                NOT_MESSAGE,
                cli_output::yaml,
            ),
            CliTable => text(
                "the answer of the AWS CLI with --output table",
                NOT_MESSAGE,
                cli_output::table,
            ),
            PythonBytes => text("a Python bytes literal", ALL, literal::python_bytes),
            PythonValue => text(
                "a printed Python value with a bytes literal",
                NOT_MESSAGE,
                literal::python_value,
            ),
            NodeBuffer => text("a Buffer as Node prints it", ALL, literal::node_buffer),
            JavaSdkBytes => text(
                "SdkBytes as the AWS SDK for Java prints them",
                NOT_MESSAGE,
                literal::java_sdk_bytes,
            ),
            StringLiteral => text(
                "a string literal with escapes, as Ruby and C write bytes",
                NOT_MESSAGE,
                literal::string,
            ),
            Numbers => text("bytes as decimal numbers", ALL, list::decimal),
            HexNumbers => text("bytes as hexadecimal numbers", NOT_MESSAGE, list::hexadecimal),
            Jwt => text("a whole JWT, whose third part is the signature", SIGNATURE, words::jwt),
            Vault => text("what Vault's transit engine prints", NOT_MESSAGE, words::vault),
            Prefix => text("text with a prefix", NOT_MESSAGE, words::prefix),
            HashToolLine => text("a line of a hashing tool", DIGEST, words::hash_tool_line),
            PercentEncoding => text("percent-encoded text", ALL, transport::percent),
            PlusAsSpace => text(
                "base64 text in which each \"+\" became a space, as in a query or a form",
                NOT_MESSAGE,
                transport::plus_as_space,
            ),
            Quotation => guess_text(
                "lines of a quotation in mail, after >",
                NOT_MESSAGE,
                transport::quotation,
            ),
            Invisible => guess_text(
                "text with characters that cannot be seen, such as U+00A0 and U+200B",
                NOT_MESSAGE,
                transport::invisible,
            ),
            QuotedPrintable => guess_text(
                "quoted-printable text, as in mail",
                NOT_MESSAGE,
                transport::quoted_printable,
            ),
            Html => guess_text(
                "text with character references or line breaks of HTML",
                NOT_MESSAGE,
                transport::html,
            ),
            JsonEscapes => guess_text(
                "the inside of a JSON string with its escapes, such as \\/, \\n and \\u002B",
                NOT_MESSAGE,
                transport::json_escapes,
            ),
            HexDump => text(
                "a hexadecimal dump with offsets, as by xxd, hexdump, od and Format-Hex",
                NOT_MESSAGE,
                literal::dump,
            ),
            Hex => text("hexadecimal text", ALL, words::hex),
            Base64 => text("base64 text", ALL, words::base64),
            Base64Url => text("base64url text, as in JWTs", ALL, words::base64_url),
            Base58 => text("base58 text, as Solana, NEAR and Sui write it", ALL, transport::base58),
            Base32 => guess_text("base32 text", NOT_MESSAGE, transport::base32),
            Embedded => text("other text around one value", NOT_MESSAGE, words::embedded),
            ReadAsBase64 => bytes(
                "other text that was decoded as base64",
                NOT_MESSAGE,
                binary::read_as_base64,
            ),
            Latin1AsUtf8 => guess(
                "bytes that were saved as UTF-8 text, in which each byte of 80 or more became two or three",
                ALL,
                damage::latin1_as_utf8,
            ),
            CrLf => guess(
                "bytes in which each 0A became 0D 0A, as in the text mode of Windows, of FTP and of Git's autocrlf",
                NOT_MESSAGE,
                damage::crlf,
            ),
            LineEnd => guess("bytes with a line end after them", NOT_MESSAGE, damage::line_end),
            BitString => bytes(
                "a DER BIT STRING, as in X.509",
                SIGNATURE | PUBLIC_KEY,
                structure::bit_string,
            ),
            OctetString => bytes("a DER OCTET STRING", NOT_MESSAGE, structure::octet_string),
            AlgorithmAndBits => bytes(
                "a DER SEQUENCE of an algorithm and a BIT STRING, as in X.509",
                SIGNATURE,
                structure::algorithm_and_bits,
            ),
            ZeroByte => guess(
                "bytes after a zero byte: the unused bits of a BIT STRING, or the sign of Java's BigInteger",
                NOT_MESSAGE,
                damage::zero_byte,
            ),
            SshSignature => bytes("an SSH signature", SIGNATURE, structure::ssh),
            CoseSign1 => bytes(
                "a COSE_Sign1 structure, whose fourth element is the signature",
                SIGNATURE,
                structure::cose_sign1,
            ),
            Sui => guess(
                "a Sui signature (flag, signature, public key)",
                SIGNATURE,
                structure::sui,
            ),
            RecoveryByte => guess("r and s with a recovery byte", SIGNATURE, pair::recovery_byte),
            DerZeros => guess(
                "r and s with the zero bytes of their DER INTEGERs",
                SIGNATURE,
                pair::der_zeros,
            ),
            RawPair => guess(
                "the concatenation of r and s, as in JWTs, WebCrypto and IEEE P1363",
                SIGNATURE,
                pair::raw,
            ),
            CompactPair => guess(
                "the concatenation of r and s, with the recovery bit in s (EIP-2098)",
                SIGNATURE,
                pair::compact,
            ),
            MalformedDer => guess("an encoding of r and s other than DER", SIGNATURE, pair::malformed_der),
            HalvesInDer => guess(
                "a signature that was cut in halves and written as a DER pair, as if it were r and s of ECDSA",
                SIGNATURE,
                pair::halves_in_der,
            ),
            ZerosMissing => guess(
                "an RSA signature without its leading zero bytes, which big integer libraries omit",
                SIGNATURE,
                pair::zeros_missing,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dress that is not in the list would never be taken off.
    #[test]
    fn the_list_has_every_dress_once() {
        let last = ZerosMissing as usize;
        let mut places: Vec<usize> = Dress::ALL.iter().map(|dress| *dress as usize).collect();
        places.sort_unstable();
        assert!(places.into_iter().eq(0..=last));
        assert!(Dress::ALL.iter().all(|dress| dress.row().things & ALL != 0));
    }
}
