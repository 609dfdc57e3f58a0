//! Dresses, and how they are put on: what tools, languages and protocols put around the bytes of a key or a signature.
//!
//! Each is written here by its definition, and not by the code under test.

use crate::der;

/// A text around bytes: its name, the cause for a signature (`None` if it only surrounds another), and how it is made.
pub type Text = (&'static str, Option<&'static str>, fn(&[u8]) -> Vec<u8>);

pub fn numbers(bytes: &[u8], between: &str) -> String {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    numbers.join(between)
}

pub fn base58(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut number = num_bigint::BigUint::from_bytes_be(bytes);
    let mut text = Vec::new();
    while number > 0_u32.into() {
        let digit = &number % 58_u32;
        text.push(ALPHABET[usize::try_from(digit).unwrap()]);
        number /= 58_u32;
    }
    text.extend(bytes.iter().take_while(|byte| **byte == 0).map(|_| b'1'));
    text.reverse();
    String::from_utf8(text).unwrap()
}

/// Encodings of bytes.
pub const ENCODINGS: &[Text] = &[
    ("base64", Some("signature-is-base64"), |b| base64(b).into()),
    ("base64 in lines", Some("signature-is-base64"), |b| {
        lines(&base64(b), 76).into()
    }),
    ("base64url", Some("signature-is-base64url"), |b| base64url(b).into()),
    ("hex", Some("signature-is-hex"), |b| hex(b).into()),
    ("hex in upper case", Some("signature-is-hex"), |b| {
        hex(b).to_uppercase().into()
    }),
    ("hex after 0x", Some("signature-is-hex"), |b| {
        format!("0x{}", hex(b)).into()
    }),
    ("hex with colons", Some("signature-is-hex"), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":").into()
    }),
    ("hex with spaces", Some("signature-is-hex"), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(" ").into()
    }),
    ("hex as a C array", Some("signature-is-hex"), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("0x{byte:02x}")).collect();
        format!("{{ {} }}", pairs.join(", ")).into()
    }),
    ("hex escapes", Some("signature-is-hex"), |b| {
        b.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>().into()
    }),
    ("hex as NSData", Some("signature-is-hex"), |b| {
        let words: Vec<String> = b.chunks(4).map(hex).collect();
        format!("<{}>", words.join(" ")).into()
    }),
    ("xxd", Some("signature-is-hex"), |b| {
        dump(b, |at, bytes| {
            let words: Vec<String> = bytes.chunks(2).map(hex).collect();
            format!("{at:08x}: {:<39}  {}\n", words.join(" "), shown(bytes))
        })
        .into()
    }),
    ("hexdump -C", Some("signature-is-hex"), |b| {
        let lines = dump(b, |at, bytes| {
            let halves: Vec<String> = bytes.chunks(8).map(spaced).collect();
            format!("{at:08x}  {:<48}  |{}|\n", halves.join("  "), shown(bytes))
        });
        format!("{lines}{:08x}\n", b.len()).into()
    }),
    ("od", Some("signature-is-hex"), |b| {
        let lines = dump(b, |at, bytes| format!("{at:07o} {}\n", spaced(bytes)));
        format!("{lines}{:07o}\n", b.len()).into()
    }),
    ("Elixir binary", Some("signature-is-printed-value"), |b| {
        format!("<<{}>>", numbers(b, ", ")).into()
    }),
    ("Ruby string", Some("signature-is-printed-value"), |b| {
        let escaped: String = b.iter().map(|byte| format!("\\x{byte:02X}")).collect();
        format!("\"{escaped}\"").into()
    }),
    ("Ruby struct", Some("signature-is-printed-value"), |b| {
        let literal = ruby(b);
        format!("#<struct Aws::KMS::Types::SignResponse key_id=\"k\", signature={literal}, public_key={literal}>")
            .into()
    }),
    ("base32", Some("signature-is-base32"), |b| base32(b).into()),
    ("base32 without padding", Some("signature-is-base32"), |b| {
        base32(b).trim_end_matches('=').into()
    }),
    ("Python bytes", Some("signature-is-python-bytes-text"), |b| {
        python(b).into()
    }),
    ("Python bytearray", Some("signature-is-python-bytes-text"), |b| {
        format!("bytearray({})", python(b)).into()
    }),
    ("boto3 response", Some("signature-is-printed-value"), |b| {
        let literal = python(b);
        format!("{{'KeyId': 'arn:aws:kms:x', 'Signature': {literal}, 'PublicKey': {literal}}}").into()
    }),
    ("Go []byte", Some("signature-is-printed-value"), |b| {
        format!("[{}]", numbers(b, " ")).into()
    }),
    ("Go struct", Some("signature-is-printed-value"), |b| {
        format!(
            "{{KeyId:0xc000 Signature:[{}] SigningAlgorithm:X ResultMetadata:map[]}}",
            numbers(b, " ")
        )
        .into()
    }),
    ("JSON numbers", Some("signature-is-printed-value"), |b| {
        format!("[{}]", numbers(b, ",")).into()
    }),
    ("numbers with commas", Some("signature-is-printed-value"), |b| {
        numbers(b, ",").into()
    }),
    ("signed numbers of Java", Some("signature-is-printed-value"), |b| {
        let signed: Vec<String> = b.iter().map(|byte| i8::from_be_bytes([*byte]).to_string()).collect();
        format!("[{}]", signed.join(", ")).into()
    }),
    ("array of C#", Some("signature-is-printed-value"), |b| {
        format!("new byte[] {{ {} }}", numbers(b, ", ")).into()
    }),
    ("array of Java", Some("signature-is-printed-value"), |b| {
        let items: Vec<String> = b.iter().map(|byte| format!("(byte)0x{byte:02x}")).collect();
        format!("new byte[] {{{}}};", items.join(", ")).into()
    }),
    ("array of Kotlin", Some("signature-is-printed-value"), |b| {
        let items: Vec<String> = b.iter().map(|byte| format!("0x{byte:02x}.toByte()")).collect();
        format!("byteArrayOf({})", items.join(", ")).into()
    }),
    ("slice of Go in source", Some("signature-is-printed-value"), |b| {
        let items: Vec<String> = b.iter().map(|byte| format!("{byte:#x}")).collect();
        format!("[]byte{{{}}}", items.join(", ")).into()
    }),
    ("Rust {:x?}", Some("signature-is-printed-value"), |b| {
        format!("{b:x?}").into()
    }),
    ("Python list of hex()", Some("signature-is-printed-value"), |b| {
        let items: Vec<String> = b.iter().map(|byte| format!("'{byte:#x}'")).collect();
        format!("[{}]", items.join(", ")).into()
    }),
    ("printf of a shell", Some("signature-is-printed-value"), |b| {
        b.iter().map(|byte| format!("\\{byte:03o}")).collect::<String>().into()
    }),
    ("Java SdkBytes", Some("signature-is-printed-value"), |b| {
        format!("SdkBytes(bytes=0x{})", hex(b)).into()
    }),
    ("Java response", Some("signature-is-printed-value"), |b| {
        let bytes = format!("SdkBytes(bytes=0x{})", hex(b));
        format!("SignResponse(KeyId=k, Signature={bytes}, PublicKey={bytes}, SigningAlgorithm=X)").into()
    }),
    ("Rust Blob", Some("signature-is-printed-value"), |b| {
        format!("Blob {{ inner: [{}] }}", numbers(b, ", ")).into()
    }),
    ("Rust response", Some("signature-is-printed-value"), |b| {
        format!(
            "SignOutput {{ key_id: Some(\"k\"), signature: Some(Blob {{ inner: [{}] }}), _id: None }}",
            numbers(b, ", ")
        )
        .into()
    }),
    ("Node Buffer", Some("signature-is-printed-value"), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("<Buffer {}>", pairs.join(" ")).into()
    }),
    ("Node Uint8Array", Some("signature-is-printed-value"), |b| {
        format!("Uint8Array({}) [\n  {}\n]", b.len(), lines_of_numbers(b)).into()
    }),
    ("JSON of a Node Buffer", Some("signature-is-printed-value"), |b| {
        format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", numbers(b, ",")).into()
    }),
    ("JSON of a Uint8Array", Some("signature-is-printed-value"), |b| {
        indexed(b).into()
    }),
];

/// A line for each 16 bytes, with their offset.
fn dump(bytes: &[u8], line: impl Fn(usize, &[u8]) -> String) -> String {
    let lines = bytes.chunks(16).enumerate();
    lines.map(|(place, bytes)| line(place * 16, bytes)).collect()
}

/// Two hexadecimal digits for each byte, with spaces between them.
fn spaced(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}

/// The bytes as characters, or dots.
fn shown(bytes: &[u8]) -> String {
    let character = |byte: &u8| {
        if (b' '..=b'~').contains(byte) {
            char::from(*byte)
        } else {
            '.'
        }
    };
    bytes.iter().map(character).collect()
}

pub fn lines_of_numbers(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(12).map(|line| numbers(line, ", ")).collect();
    lines.join(",\n  ")
}

pub fn indexed(bytes: &[u8]) -> String {
    let members: Vec<String> = bytes
        .iter()
        .enumerate()
        .map(|(i, byte)| format!("\"{i}\":{byte}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// What stands around text.
pub const AROUND: &[Text] = &[
    ("byte order mark", None, |t| [b"\xef\xbb\xbf", t].concat()),
    ("UTF-16", None, |t| utf16(str::from_utf8(t).unwrap())),
    ("UTF-16 without mark", None, |t| {
        let text = str::from_utf8(t).unwrap();
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("JSON string", None, |t| {
        serde_json::to_vec(str::from_utf8(t).unwrap()).unwrap()
    }),
    ("assignment", None, |t| [b"SIGNATURE=", t].concat()),
    ("JSON field", Some("signature-is-json"), |t| {
        serde_json::to_vec(&serde_json::json!({"version": 1, "data": {"value": str::from_utf8(t).unwrap()}})).unwrap()
    }),
    ("percent-encoding", Some("signature-is-url-encoded"), |t| {
        let escape = |byte: &u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(*byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        let escaped: String = t.iter().map(escape).collect();
        // Something is escaped, so that it differs.
        format!("{escaped}%0A").into()
    }),
    ("quoted-printable", None, |t| quoted_printable(t).into()),
    ("HTML", None, |t| html(str::from_utf8(t).unwrap()).into()),
    ("base64 again", Some("signature-is-base64"), |t| base64(t).into()),
    ("hex again", Some("signature-is-hex"), |t| hex(t).into()),
];

/// Dresses that hold base64.
pub const HOLD_BASE64: &[Text] = &[
    ("Sign response", Some("signature-is-sign-response-json"), |b| {
        format!(
            "{{\"KeyId\": \"k\", \"Signature\": \"{}\", \"SigningAlgorithm\": \"X\"}}",
            base64(b)
        )
        .into()
    }),
    ("AWS CLI text", Some("signature-is-cli-output"), |b| {
        format!("arn:aws:kms:us-east-1:111122223333:key/1\t{}\tX\n", base64(b)).into()
    }),
    ("AWS CLI yaml", Some("signature-is-cli-output"), |b| {
        format!(
            "KeyId: arn:aws:kms:us-east-1:111122223333:key/1\nSignature: {}\nSigningAlgorithm: X\n",
            base64(b)
        )
        .into()
    }),
    ("AWS CLI yaml-stream", Some("signature-is-cli-output"), |b| {
        format!(
            "- KeyId: arn:aws:kms:us-east-1:111122223333:key/1\n  Signature: {}\n",
            base64(b)
        )
        .into()
    }),
    (
        "AWS CLI yaml-stream with --query",
        Some("signature-is-cli-output"),
        |b| format!("- {}\n", base64(b)).into(),
    ),
    ("AWS CLI table", Some("signature-is-cli-output"), |b| {
        format!(
            "-----\n|  Sign  |\n+-----+\n|  KeyId  |  k  |\n|  Signature  |  {}  |\n+-----+\n",
            base64(b)
        )
        .into()
    }),
    ("Sigstore bundle", Some("signature-in-envelope"), |b| {
        format!(
            "{{\"mediaType\":\"x\",\"messageSignature\":{{\"signature\":\"{}\"}}}}",
            base64(b)
        )
        .into()
    }),
    ("DSSE envelope", Some("signature-in-envelope"), |b| {
        format!("{{\"payloadType\":\"text/plain\",\"payload\":\"eA==\",\"signatures\":[{{\"keyid\":\"\",\"sig\":\"{}\"}}]}}", base64(b)).into()
    }),
    ("base64 as JSON of PHP", Some("signature-is-base64"), |b| {
        // A line end, so that something is escaped.
        format!("{}\\n", base64(b).replace('/', "\\/")).into()
    }),
    ("base64 with the escapes of HTML", Some("signature-is-base64"), |b| {
        let text = base64(b).replace('+', "\\u002b").replace('=', "\\u003d");
        format!("{text}\\u000a").into()
    }),
    ("base64 with U+200B", Some("signature-is-base64"), |b| {
        let text = base64(b);
        let (first, rest) = text.split_at(text.len() / 2);
        format!("{first}\u{200b}{rest}\u{a0}").into()
    }),
    ("base64 in a quotation", Some("signature-is-base64"), |b| {
        lines(&base64(b), 70)
            .lines()
            .map(|line| format!("> {line}\n"))
            .collect::<String>()
            .into()
    }),
    ("YAML binary", Some("signature-is-base64"), |b| {
        format!("!!binary |\n  {}", lines(&base64(b), 70).replace('\n', "\n  ")).into()
    }),
    ("field of YAML with binary", Some("signature-is-base64"), |b| {
        format!(
            "signature: !!binary |\n  {}",
            lines(&base64(b), 70).replace('\n', "\n  ")
        )
        .into()
    }),
    ("Vault", Some("signature-in-envelope"), |b| {
        format!("vault:v1:{}", base64(b)).into()
    }),
    ("PEM", Some("signature-is-pem"), |b| {
        format!(
            "-----BEGIN SIGNATURE-----\n{}-----END SIGNATURE-----\n",
            lines(&base64(b), 64)
        )
        .into()
    }),
    ("data URL", Some("signature-is-base64"), |b| {
        format!("data:application/octet-stream;base64,{}", base64(b)).into()
    }),
];

/// Dresses of bytes.
pub const OF_BYTES: &[Text] = &[
    ("BIT STRING", Some("signature-in-der"), |b| {
        der_element(3, &[&[0], b].concat())
    }),
    ("OCTET STRING", Some("signature-in-der"), |b| der_element(4, b)),
    ("X.509 signature", Some("signature-in-der"), |b| {
        let bits = der_element(3, &[&[0], b].concat());
        der_element(0x30, &[&[0x30, 5, 6, 3, 0x2b, 0x65, 0x70][..], &bits].concat())
    }),
    ("Latin-1 as UTF-8", Some("signature-read-as-text"), |b| {
        b.iter().map(|byte| char::from(*byte)).collect::<String>().into()
    }),
    ("COSE_Sign1", Some("signature-in-envelope"), |b| {
        let length = u16::try_from(b.len()).unwrap().to_be_bytes();
        [
            &[0xd2, 0x84, 0x43, 0xa1, 0x01, 0x26, 0xa0, 0x41, 0x78, 0x59][..],
            &length,
            b,
        ]
        .concat()
    }),
];

pub fn der_element(tag: u8, contents: &[u8]) -> Vec<u8> {
    der::element(tag, contents)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64, by its definition.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, i| (group << 8) | usize::from(*chunk.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let character = char::from(ALPHABET[(group >> (18 - 6 * i)) & 63]);
            text.push(if i <= chunk.len() { character } else { '=' });
        }
    }
    text
}

pub fn base64url(bytes: &[u8]) -> String {
    base64(bytes).replace('+', "-").replace('/', "_").replace('=', "")
}

/// Base32 with padding, by its definition (RFC 4648, section 6).
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let group = (0..5).fold(0_u64, |group, i| (group << 8) | u64::from(*chunk.get(i).unwrap_or(&0)));
        let digits = (chunk.len() * 8).div_ceil(5);
        for i in 0..8 {
            let digit = usize::try_from((group >> (35 - 5 * i)) & 31).unwrap();
            text.push(if i < digits { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    text
}

/// Quoted-printable text in lines of at most 76 characters (RFC 2045, section 6.7), in which every `+`, `/` and `=` is
/// encoded.
pub fn quoted_printable(text: &[u8]) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for byte in text {
        let encoded = match byte {
            b'\n' => {
                lines.push('\n');
                width = 0;
                continue;
            }
            b'!'..=b'~' if !b"=+/".contains(byte) => char::from(*byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        if width + encoded.len() > 75 {
            lines.push_str("=\n");
            width = 0;
        }
        width += encoded.len();
        lines.push_str(&encoded);
    }
    // A soft line break at the end, so that the text always differs.
    lines + "=\n"
}

/// Text with references for what is not alphanumeric, and line breaks, of HTML.
pub fn html(text: &str) -> String {
    let reference = |character: char| match character {
        '\n' => "<br>\n".into(),
        'A'..='Z' | 'a'..='z' | '0'..='9' => character.to_string(),
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        '+' => "&#43;".into(),
        character => format!("&#x{:X};", u32::from(character)),
    };
    let text: String = text.chars().map(reference).collect();
    text + "<br />"
}

/// Bytes as Ruby prints a string of them.
pub fn ruby(bytes: &[u8]) -> String {
    let escaped: String = bytes
        .iter()
        .map(|byte| match byte {
            b'\n' => "\\n".into(),
            b'\r' => "\\r".into(),
            b'\t' => "\\t".into(),
            7 => "\\a".into(),
            8 => "\\b".into(),
            11 => "\\v".into(),
            12 => "\\f".into(),
            27 => "\\e".into(),
            b'\\' => "\\\\".into(),
            b'"' => "\\\"".into(),
            b'#' => "\\#".into(),
            b' '..=b'~' => char::from(*byte).to_string(),
            _ => format!("\\x{byte:02X}"),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// Text in lines of this many characters.
pub fn lines(text: &str, width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters
        .chunks(width)
        .map(|line| line.iter().collect::<String>() + "\n")
        .collect()
}

/// Little-endian UTF-16 with a byte order mark.
pub fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// Bytes as Python prints them.
pub fn python(bytes: &[u8]) -> String {
    let escaped: String = bytes
        .iter()
        .map(|byte| match byte {
            b'\n' => "\\n".into(),
            b'\r' => "\\r".into(),
            b'\t' => "\\t".into(),
            b'\\' => "\\\\".into(),
            b'\'' => "\\'".into(),
            b' '..=b'~' => char::from(*byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        })
        .collect();
    format!("b'{escaped}'")
}
