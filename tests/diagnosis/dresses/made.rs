//! How dresses are put on.

use kms_verify::Cause;

use crate::case::{base64, base64url, hex, lines, python, utf16};

use Cause::*;

/// A text around bytes: its name, the cause for a signature (`None` if it only surrounds another), and how it is made.
pub type Text = (&'static str, Option<Cause>, fn(&[u8]) -> Vec<u8>);

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
    ("base64", Some(SignatureIsBase64), |b| base64(b).into()),
    ("base64 in lines", Some(SignatureIsBase64), |b| {
        lines(&base64(b), 76).into()
    }),
    ("base64url", Some(SignatureIsBase64Url), |b| base64url(b).into()),
    ("hex", Some(SignatureIsHex), |b| hex(b).into()),
    ("hex in upper case", Some(SignatureIsHex), |b| {
        hex(b).to_uppercase().into()
    }),
    ("hex after 0x", Some(SignatureIsHex), |b| format!("0x{}", hex(b)).into()),
    ("hex with colons", Some(SignatureIsHex), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":").into()
    }),
    ("hex with spaces", Some(SignatureIsHex), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(" ").into()
    }),
    ("hex as a C array", Some(SignatureIsHex), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("0x{byte:02x}")).collect();
        format!("{{ {} }}", pairs.join(", ")).into()
    }),
    ("hex escapes", Some(SignatureIsHex), |b| {
        b.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>().into()
    }),
    ("Python bytes", Some(SignatureIsPythonBytesText), |b| python(b).into()),
    ("Python bytearray", Some(SignatureIsPythonBytesText), |b| {
        format!("bytearray({})", python(b)).into()
    }),
    ("boto3 response", Some(SignatureIsPrintedValue), |b| {
        let literal = python(b);
        format!("{{'KeyId': 'arn:aws:kms:x', 'Signature': {literal}, 'PublicKey': {literal}}}").into()
    }),
    ("Go []byte", Some(SignatureIsPrintedValue), |b| {
        format!("[{}]", numbers(b, " ")).into()
    }),
    ("Go struct", Some(SignatureIsPrintedValue), |b| {
        format!(
            "{{KeyId:0xc000 Signature:[{}] SigningAlgorithm:X ResultMetadata:map[]}}",
            numbers(b, " ")
        )
        .into()
    }),
    ("JSON numbers", Some(SignatureIsPrintedValue), |b| {
        format!("[{}]", numbers(b, ",")).into()
    }),
    ("numbers with commas", Some(SignatureIsPrintedValue), |b| {
        numbers(b, ",").into()
    }),
    ("signed numbers of Java", Some(SignatureIsPrintedValue), |b| {
        let signed: Vec<String> = b.iter().map(|byte| i8::from_be_bytes([*byte]).to_string()).collect();
        format!("[{}]", signed.join(", ")).into()
    }),
    ("Java SdkBytes", Some(SignatureIsPrintedValue), |b| {
        format!("SdkBytes(bytes=0x{})", hex(b)).into()
    }),
    ("Java response", Some(SignatureIsPrintedValue), |b| {
        let bytes = format!("SdkBytes(bytes=0x{})", hex(b));
        format!("SignResponse(KeyId=k, Signature={bytes}, PublicKey={bytes}, SigningAlgorithm=X)").into()
    }),
    ("Rust Blob", Some(SignatureIsPrintedValue), |b| {
        format!("Blob {{ inner: [{}] }}", numbers(b, ", ")).into()
    }),
    ("Rust response", Some(SignatureIsPrintedValue), |b| {
        format!(
            "SignOutput {{ key_id: Some(\"k\"), signature: Some(Blob {{ inner: [{}] }}), _id: None }}",
            numbers(b, ", ")
        )
        .into()
    }),
    ("Node Buffer", Some(SignatureIsPrintedValue), |b| {
        let pairs: Vec<String> = b.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("<Buffer {}>", pairs.join(" ")).into()
    }),
    ("Node Uint8Array", Some(SignatureIsPrintedValue), |b| {
        format!("Uint8Array({}) [\n  {}\n]", b.len(), lines_of_numbers(b)).into()
    }),
    ("JSON of a Node Buffer", Some(SignatureIsPrintedValue), |b| {
        format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", numbers(b, ",")).into()
    }),
    ("JSON of a Uint8Array", Some(SignatureIsPrintedValue), |b| {
        indexed(b).into()
    }),
];

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
    ("JSON field", Some(SignatureIsJson), |t| {
        serde_json::to_vec(&serde_json::json!({"version": 1, "data": {"value": str::from_utf8(t).unwrap()}})).unwrap()
    }),
    ("percent-encoding", Some(SignatureIsUrlEncoded), |t| {
        let escape = |byte: &u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(*byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        let escaped: String = t.iter().map(escape).collect();
        // Something is escaped, so that it differs.
        format!("{escaped}%0A").into()
    }),
    ("base64 again", Some(SignatureIsBase64), |t| base64(t).into()),
    ("hex again", Some(SignatureIsHex), |t| hex(t).into()),
];

/// Dresses that hold base64.
pub const HOLD_BASE64: &[Text] = &[
    ("Sign response", Some(SignatureIsSignResponseJson), |b| {
        format!(
            "{{\"KeyId\": \"k\", \"Signature\": \"{}\", \"SigningAlgorithm\": \"X\"}}",
            base64(b)
        )
        .into()
    }),
    ("AWS CLI text", Some(SignatureIsCliOutput), |b| {
        format!("arn:aws:kms:us-east-1:111122223333:key/1\t{}\tX\n", base64(b)).into()
    }),
    ("AWS CLI yaml", Some(SignatureIsCliOutput), |b| {
        format!(
            "KeyId: arn:aws:kms:us-east-1:111122223333:key/1\nSignature: {}\nSigningAlgorithm: X\n",
            base64(b)
        )
        .into()
    }),
    ("AWS CLI yaml-stream", Some(SignatureIsCliOutput), |b| {
        format!(
            "- KeyId: arn:aws:kms:us-east-1:111122223333:key/1\n  Signature: {}\n",
            base64(b)
        )
        .into()
    }),
    ("AWS CLI table", Some(SignatureIsCliOutput), |b| {
        format!(
            "-----\n|  Sign  |\n+-----+\n|  KeyId  |  k  |\n|  Signature  |  {}  |\n+-----+\n",
            base64(b)
        )
        .into()
    }),
    ("Sigstore bundle", Some(SignatureInEnvelope), |b| {
        format!(
            "{{\"mediaType\":\"x\",\"messageSignature\":{{\"signature\":\"{}\"}}}}",
            base64(b)
        )
        .into()
    }),
    ("DSSE envelope", Some(SignatureInEnvelope), |b| {
        format!("{{\"payloadType\":\"text/plain\",\"payload\":\"eA==\",\"signatures\":[{{\"keyid\":\"\",\"sig\":\"{}\"}}]}}", base64(b)).into()
    }),
    ("Vault", Some(SignatureInEnvelope), |b| {
        format!("vault:v1:{}", base64(b)).into()
    }),
    ("PEM", Some(SignatureIsPem), |b| {
        format!(
            "-----BEGIN SIGNATURE-----\n{}-----END SIGNATURE-----\n",
            lines(&base64(b), 64)
        )
        .into()
    }),
    ("data URL", Some(SignatureIsBase64), |b| {
        format!("data:application/octet-stream;base64,{}", base64(b)).into()
    }),
];

/// Dresses of bytes.
pub const OF_BYTES: &[Text] = &[
    ("BIT STRING", Some(SignatureInDer), |b| {
        der_element(3, &[&[0], b].concat())
    }),
    ("OCTET STRING", Some(SignatureInDer), |b| der_element(4, b)),
    ("X.509 signature", Some(SignatureInDer), |b| {
        let bits = der_element(3, &[&[0], b].concat());
        der_element(0x30, &[&[0x30, 5, 6, 3, 0x2b, 0x65, 0x70][..], &bits].concat())
    }),
    ("Latin-1 as UTF-8", Some(SignatureReadAsText), |b| {
        b.iter().map(|byte| char::from(*byte)).collect::<String>().into()
    }),
    ("COSE_Sign1", Some(SignatureInEnvelope), |b| {
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
    kms_verify_testing::der::element(tag, contents)
}
