//! How dresses are avoided where they come from, and taken off in code.

use super::{Caller, Part, Step};
use crate::undress::{Dress, Layer};

/// The language or the tool that made a dress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Python,
    Node,
    Go,
    Java,
    Rust,
    Cli,
    Terraform,
    /// Code that made text of bytes, in any language.
    AnyCode,
    /// A file that holds more than the key or the signature, on purpose.
    Format,
}

impl Origin {
    fn is_language(self) -> bool {
        match self {
            Self::Python | Self::Node | Self::Go | Self::Java | Self::Rust => true,
            Self::Cli | Self::Terraform | Self::AnyCode | Self::Format => false,
        }
    }
}

fn origin_of(layer: &Layer) -> Option<Origin> {
    Some(match layer.dress {
        Dress::PythonBytes | Dress::PythonValue => Origin::Python,
        Dress::NodeBuffer | Dress::JsonBuffer | Dress::JsonIndexed => Origin::Node,
        Dress::JavaSdkBytes => Origin::Java,
        Dress::Numbers if layer.note.contains("Go") => Origin::Go,
        Dress::Numbers if layer.note.contains("Rust") => Origin::Rust,
        Dress::Numbers if layer.note.contains("Java") => Origin::Java,
        Dress::Numbers if layer.note.contains("Node") => Origin::Node,
        Dress::HexNumbers if layer.note.contains("Rust") => Origin::Rust,
        Dress::CutShort => Origin::Node,
        Dress::Numbers | Dress::HexNumbers | Dress::Description | Dress::LostToReplacement | Dress::Latin1AsUtf8 => {
            Origin::AnyCode
        }
        Dress::CliText | Dress::CliYaml | Dress::CliTable => Origin::Cli,
        Dress::SignResponse | Dress::GetPublicKeyResponse => Origin::Cli,
        Dress::PemSurrounded if layer.note.contains("terraform") => Origin::Terraform,
        Dress::JsonField if layer.note.contains("terraform") => Origin::Terraform,
        Dress::JsonField
        | Dress::PemSurrounded
        | Dress::SigstoreBundle
        | Dress::DsseEnvelope
        | Dress::JwsJson
        | Dress::Jwt
        | Dress::CoseSign1
        | Dress::SshSignature
        | Dress::Jwk
        | Dress::Certificate
        | Dress::CertificateSigningRequest => Origin::Format,
        Dress::Quotes if layer.note.contains("AWS CLI") => Origin::Cli,
        Dress::ByteOrderMark
        | Dress::Utf16
        | Dress::Quotes
        | Dress::Assignment
        | Dress::PemIndented
        | Dress::PemEscaped
        | Dress::PemReflowed
        | Dress::PemDashes
        | Dress::Pkcs1PublicKey
        | Dress::PrivateKey
        | Dress::OpenSsh
        | Dress::Dkim
        | Dress::OpenSslText
        | Dress::RawKey
        | Dress::CompressedPoint
        | Dress::KmsName
        | Dress::Pem
        | Dress::Vault
        | Dress::Prefix
        | Dress::HashToolLine
        | Dress::PercentEncoding
        | Dress::PlusAsSpace
        | Dress::YamlBinary
        | Dress::Quotation
        | Dress::Invisible
        | Dress::QuotedPrintable
        | Dress::Html
        | Dress::JsonEscapes
        | Dress::Hex
        | Dress::HexDump
        | Dress::StringLiteral
        | Dress::JsonPair
        | Dress::TextPair
        | Dress::Base64
        | Dress::Base64Url
        | Dress::Base58
        | Dress::Base32
        | Dress::Embedded
        | Dress::ReadAsBase64
        | Dress::CrLf
        | Dress::LineEnd
        | Dress::BitString
        | Dress::OctetString
        | Dress::AlgorithmAndBits
        | Dress::ZeroByte
        | Dress::Sui
        | Dress::RecoveryByte
        | Dress::DerZeros
        | Dress::RawPair
        | Dress::CompactPair
        | Dress::MalformedDer
        | Dress::HalvesInDer
        | Dress::ZerosMissing => return None,
    })
}

/// The names of the field that holds a part: in the KMS API, in Go and JavaScript; in Rust and Java.
fn field(part: Part) -> (&'static str, &'static str, &'static str) {
    match part {
        Part::PublicKey => ("PublicKey", "public_key", "publicKey"),
        Part::Signature => ("Signature", "signature", "signature"),
        Part::Message | Part::Digest => ("Message", "message", "message"),
    }
}

/// How the dress is avoided where the input comes from.
pub(in crate::diagnosis) fn origin(part: Part, layers: &[Layer]) -> Option<Step> {
    // The language that printed bytes says more than what they were printed into.
    let origins = || layers.iter().filter_map(origin_of);
    let origin = origins()
        .find(|origin| origin.is_language())
        .or_else(|| origins().next())?;
    let (name, snake, camel) = field(part);
    let file = match part {
        Part::PublicKey => "public_key.der",
        Part::Signature => "signature.bin",
        Part::Message | Part::Digest => "message.bin",
    };
    let words = match origin {
        Origin::Python => format!(
            "In Python, write the bytes themselves: open(\"{file}\", \"wb\").write(response[\"{name}\"]), or \
             base64.b64encode(...).decode() where text is needed; never str() of bytes."
        ),
        Origin::Node => format!(
            "In Node, write the bytes themselves: fs.writeFileSync(\"{file}\", {name}), or \
             Buffer.from({name}).toString(\"base64\") where text or JSON is needed."
        ),
        Origin::Go => format!(
            "In Go, write the bytes themselves: os.WriteFile(\"{file}\", out.{name}, 0o644), or \
             base64.StdEncoding.EncodeToString(out.{name}) where text is needed; never fmt.Println or string()."
        ),
        Origin::Java => format!(
            "In Java, write the bytes themselves: Files.write(Path.of(\"{file}\"), response.{camel}().asByteArray()), or \
             Base64.getEncoder().encodeToString(...) where text is needed; never toString()."
        ),
        Origin::Rust => format!(
            "In Rust, write the bytes themselves: std::fs::write(\"{file}\", output.{snake}().unwrap().as_ref()), or their \
             base64 where text is needed; never format!(\"{{:?}}\")."
        ),
        Origin::Cli => {
            let command = if part == Part::PublicKey {
                "get-public-key"
            } else {
                "sign"
            };
            return Some(Step::Shell(format!(
                "The AWS CLI prints the field alone with aws kms {command} ... --query {name} --output text | base64 --decode \
                 > {file}"
            )));
        }
        Origin::Terraform => {
            return Some(Step::Shell(
                "Terraform writes the value alone with terraform output -raw NAME > public_key.pem".into(),
            ));
        }
        Origin::AnyCode => format!(
            "Where {name} is read, keep it as bytes, or encode it as base64: in Node, Buffer.from({name}).toString(\"base64\"); \
             in Go, base64.StdEncoding.EncodeToString(out.{name}), never string(); in Java, \
             Base64.getEncoder().encodeToString(...), never new String(); in Python, base64.b64encode(...)."
        ),
        Origin::Format => return None,
    };
    Some(Step::Say(words))
}

/// The calls that take off dresses.
pub(super) fn calls(part: Part, layers: &[Layer], caller: Caller<'_>) -> String {
    // The types for responses decode base64 themselves.
    let reads_base64 = |place: usize| {
        let outer = place.checked_sub(1).and_then(|place| layers.get(place));
        caller == Caller::Rust
            && outer.is_some_and(|outer| matches!(outer.dress, Dress::SignResponse | Dress::GetPublicKeyResponse))
    };
    let calls: Vec<String> = layers
        .iter()
        .enumerate()
        .filter(|(place, layer)| layer.dress != Dress::Base64 || !reads_base64(*place))
        .map(|(_, layer)| match call(layer.dress, caller) {
            Some(call) => call.to_owned(),
            None => format!("undo \"{}\"", layer.dress),
        })
        .collect();
    match layers {
        [only] if call(only.dress, caller).is_none() => format!("Correct the {} before you pass it.", part.noun()),
        _ => format!("Correct the {}: {}.", part.noun(), calls.join(", then ")),
    }
}

/// The call that takes off a dress.
fn call(dress: Dress, caller: Caller<'_>) -> Option<&'static str> {
    let [rust, python, node, go, java] = match dress {
        Dress::Base64 => [
            "base64::engine::general_purpose::STANDARD.decode(text)",
            "base64.b64decode(text)",
            "Buffer.from(text, \"base64\")",
            "base64.StdEncoding.DecodeString(text)",
            "Base64.getDecoder().decode(text)",
        ],
        Dress::Base64Url => [
            "base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text)",
            "base64.urlsafe_b64decode(text + \"==\")",
            "Buffer.from(text, \"base64url\")",
            "base64.RawURLEncoding.DecodeString(text)",
            "Base64.getUrlDecoder().decode(text)",
        ],
        Dress::Hex => [
            "hex::decode(text)",
            "bytes.fromhex(text)",
            "Buffer.from(text, \"hex\")",
            "hex.DecodeString(text)",
            "HexFormat.of().parseHex(text)",
        ],
        Dress::Base58 => [
            "bs58::decode(text).into_vec()",
            "base58.b58decode(text)",
            "bs58.decode(text)",
            "base58.Decode(text)",
            "Base58.decode(text)",
        ],
        Dress::Base32 => [
            "data_encoding::BASE32.decode(text.as_bytes())",
            "base64.b32decode(text)",
            "base32.decode(text, \"RFC4648\")",
            "base32.StdEncoding.DecodeString(text)",
            "new Base32().decode(text)",
        ],
        Dress::QuotedPrintable => [
            "quoted_printable::decode(text, quoted_printable::ParseMode::Robust)",
            "quopri.decodestring(text)",
            "libqp.decode(text)",
            "io.ReadAll(quotedprintable.NewReader(r))",
            "MimeUtility.decode(stream, \"quoted-printable\")",
        ],
        Dress::Html => [
            "html_escape::decode_html_entities(text)",
            "html.unescape(text)",
            "he.decode(text)",
            "html.UnescapeString(text)",
            "StringEscapeUtils.unescapeHtml4(text)",
        ],
        Dress::JsonEscapes => [
            "serde_json::from_str::<String>(&format!(\"\\\"{text}\\\"\"))",
            "json.loads(f'\"{text}\"')",
            "JSON.parse(`\"${text}\"`)",
            "json.Unmarshal([]byte(`\"`+text+`\"`), &value)",
            "new ObjectMapper().readValue('\"' + text + '\"', String.class)",
        ],
        Dress::ByteOrderMark => [
            "text.strip_prefix('\\u{feff}')",
            "text.removeprefix(\"\\ufeff\")",
            "text.replace(/^\\uFEFF/, \"\")",
            "strings.TrimPrefix(text, \"\\ufeff\")",
            "text.replaceFirst(\"^\\uFEFF\", \"\")",
        ],
        Dress::PemEscaped => [
            "text.replace(\"\\\\n\", \"\\n\")",
            "text.replace(\"\\\\n\", \"\\n\")",
            "text.replace(/\\\\n/g, \"\\n\")",
            "strings.ReplaceAll(text, \"\\\\n\", \"\\n\")",
            "text.replace(\"\\\\n\", \"\\n\")",
        ],
        Dress::PercentEncoding => [
            "percent_encoding::percent_decode_str(text)",
            "urllib.parse.unquote_to_bytes(text)",
            "decodeURIComponent(text)",
            "url.QueryUnescape(text)",
            "URLDecoder.decode(text, UTF_8)",
        ],
        Dress::SignResponse => [
            "SignResponse::from_json(text)?.signature()",
            "json.loads(text)[\"Signature\"]",
            "JSON.parse(text).Signature",
            "json.Unmarshal into a struct with Signature []byte",
            "the field Signature",
        ],
        Dress::GetPublicKeyResponse => [
            "GetPublicKeyResponse::from_json(text)?.public_key()",
            "json.loads(text)[\"PublicKey\"]",
            "JSON.parse(text).PublicKey",
            "json.Unmarshal into a struct with PublicKey []byte",
            "the field PublicKey",
        ],
        Dress::JsonBuffer => [
            "read the array data of the JSON",
            "bytes(json.loads(text)[\"data\"])",
            "Buffer.from(JSON.parse(text).data)",
            "read the array data of the JSON",
            "read the array data of the JSON",
        ],
        Dress::JsonIndexed => [
            "read the members of the JSON in the order of their numbers",
            "bytes(json.loads(text).values())",
            "Buffer.from(Object.values(JSON.parse(text)))",
            "read the members of the JSON in the order of their numbers",
            "read the members of the JSON in the order of their numbers",
        ],
        Dress::Jwk => [
            "build a SubjectPublicKeyInfo from its numbers",
            "jwcrypto.jwk.JWK.from_json(text).export_to_pem()",
            "crypto.createPublicKey({ key: jwk, format: \"jwk\" }).export({ type: \"spki\", format: \"der\" })",
            "x509.MarshalPKIXPublicKey(key)",
            "JWK.parse(text).toECKey().toPublicKey().getEncoded()",
        ],
        Dress::RawPair => [
            "to DER with p256::ecdsa::Signature::from_slice(bytes)?.to_der() or the like",
            "encode_dss_signature(int.from_bytes(sig[:n], \"big\"), int.from_bytes(sig[n:], \"big\")) of cryptography, n = \
             len(sig) // 2",
            "with dsaEncoding: \"der\" where it is signed",
            "asn1.Marshal(struct{ R, S *big.Int }{r, s})",
            "verify with SHA256withECDSA rather than SHA256withECDSAinP1363Format",
        ],
        Dress::Certificate => [
            "the subjectPublicKeyInfo of x509_cert::Certificate::from_der",
            "x509.load_pem_x509_certificate(data).public_key()",
            "new crypto.X509Certificate(data).publicKey",
            "x509.ParseCertificate(der), then RawSubjectPublicKeyInfo",
            "certificate.getPublicKey().getEncoded()",
        ],
        _ => return None,
    };
    Some(match caller {
        Caller::Rust | Caller::Shell(_) => rust,
        Caller::Python => python,
        Caller::Node => node,
        Caller::Go => go,
        Caller::Java => java,
    })
}
