//! Every dress over every signature and key of KMS, alone and two deep: each is named, and what it hides is found.

use std::collections::BTreeMap;

use kms_verify::{Caller, Cause, Inputs, diagnose_public_key};
use kms_verify_testing::forge::curve;
use kms_verify_testing::vectors::{Vector, kms_vectors};

use crate::case::{Case, base64, base64url, hex, lines, python, utf16};

use Cause::*;

/// A text around bytes: its name, the cause for a signature (`None` if it only surrounds another), and how it is made.
type Text = (&'static str, Option<Cause>, fn(&[u8]) -> Vec<u8>);

fn numbers(bytes: &[u8], between: &str) -> String {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    numbers.join(between)
}

fn base58(bytes: &[u8]) -> String {
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
const ENCODINGS: &[Text] = &[
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

fn lines_of_numbers(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(12).map(|line| numbers(line, ", ")).collect();
    lines.join(",\n  ")
}

fn indexed(bytes: &[u8]) -> String {
    let members: Vec<String> = bytes
        .iter()
        .enumerate()
        .map(|(i, byte)| format!("\"{i}\":{byte}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// What stands around text.
const AROUND: &[Text] = &[
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
const HOLD_BASE64: &[Text] = &[
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
const OF_BYTES: &[Text] = &[
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

fn der_element(tag: u8, contents: &[u8]) -> Vec<u8> {
    kms_verify_testing::der::element(tag, contents)
}

/// The table: how often each dress applies, and how often its cause comes first.
#[derive(Default)]
struct Table {
    rows: BTreeMap<String, (usize, usize)>,
    missed: Vec<String>,
}

impl Table {
    fn record(&mut self, dress: &str, vector: &Vector, found: Result<(), String>) {
        let row = self.rows.entry(dress.to_owned()).or_default();
        row.0 += 1;
        match found {
            Ok(()) => row.1 += 1,
            Err(said) => self.missed.push(format!("{dress} over {}: {said}", vector.name)),
        }
    }

    fn finish(self) {
        println!("{:>5} {:>5}  dress", "found", "of");
        for (dress, (applied, found)) in &self.rows {
            println!("{found:>5} {applied:>5}  {dress}");
        }
        let missed: Vec<&str> = self.missed.iter().map(String::as_str).take(20).collect();
        assert!(
            missed.is_empty(),
            "{} missed:\n{}",
            self.missed.len(),
            missed.join("\n")
        );
    }
}

/// Whether all is explained, and one of these causes comes first.
fn named(vector: &Vector, given: &[u8], causes: &[Option<Cause>]) -> Result<(), String> {
    let diagnosis = Case::of(vector).with_signature(given).diagnose();
    let findings = diagnosis.findings();
    let is_explained = findings
        .iter()
        .all(|finding| finding.is_certain() && finding.cause() != WrongKey);
    let is_first = causes.contains(&Some(findings[0].cause()));
    if is_explained && is_first {
        Ok(())
    } else {
        Err(diagnosis.to_string())
    }
}

/// r || s with all its bytes, of a DER signature.
fn raw_pair(vector: &Vector) -> Option<[Vec<u8>; 2]> {
    if !vector.algorithm.as_str().starts_with("ECDSA") {
        return None;
    }
    let content = match vector.signature.as_slice() {
        [0x30, 0x81, _, content @ ..] | [0x30, _, content @ ..] => content,
        _ => unreachable!("KMS writes DER"),
    };
    let (r, rest) = content[2..].split_at(content[1].into());
    let length = curve::curve(vector.key_spec).bytes;
    let padded = |integer: &[u8]| {
        let magnitude = integer.strip_prefix(&[0]).unwrap_or(integer);
        [&vec![0; length - magnitude.len()], magnitude].concat()
    };
    Some([padded(r), padded(&rest[2..])])
}

#[test]
fn every_dress_of_every_signature_is_named() {
    let mut table = Table::default();
    for vector in kms_vectors() {
        let signature = vector.signature.as_slice();
        for (name, cause, make) in ENCODINGS.iter().chain(HOLD_BASE64).chain(OF_BYTES) {
            table.record(name, &vector, named(&vector, &make(signature), &[*cause]));
        }
        if signature.len() <= 64 {
            table.record(
                "base58",
                &vector,
                named(&vector, base58(signature).as_bytes(), &[Some(SignatureIsBase58)]),
            );
        }
        let text = base64(signature);
        if text.contains('+') {
            let spaced = text.replace('+', " ");
            table.record(
                "+ as space",
                &vector,
                named(&vector, spaced.as_bytes(), &[Some(SignatureIsUrlEncoded)]),
            );
        }
        if signature.contains(&b'\n') {
            let translated: Vec<u8> = signature
                .iter()
                .flat_map(|byte| {
                    if *byte == b'\n' {
                        vec![b'\r', b'\n']
                    } else {
                        vec![*byte]
                    }
                })
                .collect();
            table.record(
                "CRLF",
                &vector,
                named(&vector, &translated, &[Some(SignatureLineEndings)]),
            );
        }
        if let Some([r, s]) = raw_pair(&vector) {
            let jwt = format!("eyJhbGciOiJFUzI1NiJ9.e30.{}", base64url(&[r.as_slice(), &s].concat()));
            table.record("JWT", &vector, named(&vector, jwt.as_bytes(), &[Some(SignatureIsJwt)]));
            let zeros = |number: &[u8]| {
                if number[0] & 0x80 == 0 {
                    number.to_vec()
                } else {
                    [&[0], number].concat()
                }
            };
            let with_zeros = [zeros(&r), zeros(&s)].concat();
            if with_zeros.len() > r.len() * 2 {
                table.record(
                    "zeros of DER",
                    &vector,
                    named(&vector, &with_zeros, &[Some(SignatureIsRawRS)]),
                );
            }
            if r.len() == 32 {
                for v in [0, 1, 27, 28, 37] {
                    let with_v = [r.as_slice(), &s, &[v]].concat();
                    table.record(
                        "recovery byte",
                        &vector,
                        named(&vector, &with_v, &[Some(SignatureHasRecoveryByte)]),
                    );
                }
                let with_header = [&[31], r.as_slice(), &s].concat();
                table.record(
                    "Bitcoin's header",
                    &vector,
                    named(&vector, &with_header, &[Some(SignatureHasRecoveryByte)]),
                );
            }
        }
        if vector.algorithm.as_str().starts_with("RSA") {
            let (r, s) = signature.split_at(signature.len() / 2);
            let integer = |half: &[u8]| der_element(2, &[&[0], half].concat());
            let halves = der_element(0x30, &[integer(r), integer(s)].concat());
            table.record(
                "halves in DER",
                &vector,
                named(&vector, &halves, &[Some(SignatureHalvesInDer)]),
            );
        }
    }
    table.finish();
}

#[test]
fn dresses_two_deep_are_named() {
    let mut table = Table::default();
    // One vector of each format of signatures: the table above has every vector.
    let mut vectors = kms_vectors();
    vectors.sort_by_key(|vector| (vector.signature.len(), vector.key_spec));
    vectors.dedup_by_key(|vector| vector.signature.len() / 16);
    vectors.retain(|vector| vector.signature.len() <= 2500);
    for vector in vectors {
        for (outer_name, outer_cause, around) in AROUND {
            for (inner_name, inner_cause, make) in ENCODINGS.iter().chain(HOLD_BASE64) {
                let given = around(&make(&vector.signature));
                let name = format!("{outer_name} around {inner_name}");
                // One line alone can be assigned.
                if given.len() > 48 * 1024 || (*outer_name == "assignment" && given.contains(&b'\n')) {
                    continue;
                }
                let causes = match inner_cause {
                    // NAME=b'...' is also a printed value.
                    Some(SignatureIsPythonBytesText) => {
                        &[*outer_cause, *inner_cause, Some(SignatureIsPrintedValue)][..]
                    }
                    _ => &[*outer_cause, *inner_cause],
                };
                table.record(&name, &vector, named(&vector, &given, causes));
            }
        }
        for (outer_name, outer_cause, around) in ENCODINGS {
            for (inner_name, inner_cause, make) in OF_BYTES {
                let given = around(&make(&vector.signature));
                if given.len() > 64 * 1024 {
                    continue;
                }
                let name = format!("{outer_name} around {inner_name}");
                table.record(&name, &vector, named(&vector, &given, &[*outer_cause, *inner_cause]));
            }
        }
    }
    table.finish();
}

#[test]
fn every_dress_of_every_key_is_taken_off() {
    let mut table = Table::default();
    for vector in kms_vectors() {
        let pem = vector.pem.clone();
        let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, _, make) in ENCODINGS {
            inputs.push(((*name).into(), make(&vector.der)));
            for (around_name, _, around) in AROUND.iter().filter(|_| vector.der.len() <= 300) {
                let inner = make(&vector.der);
                if !inner.contains(&b'\n') {
                    inputs.push((format!("{around_name} around {name}"), around(&inner)));
                }
            }
        }
        let indented: String = pem.lines().map(|line| format!("    {line}\n")).collect();
        let spaced: String = pem.lines().map(|line| format!("{line}  \n")).collect();
        let json = |pem: &str| serde_json::json!({"public_key_pem": {"sensitive": false, "value": pem}}).to_string();
        let one_line: String = pem.lines().collect::<Vec<_>>().join(" ");
        let pems = [
            ("byte order mark", format!("\u{feff}{pem}")),
            ("indented", indented.clone()),
            ("indented under a key", format!("public_key: |\n{indented}")),
            ("trailing spaces", spaced),
            ("heredoc", format!("<<EOT\n{pem}EOT\n")),
            ("text around", format!("Here is the key:\n\n{pem}\nBest regards\n")),
            ("quoted", format!("\"{}\"", pem.replace('\n', "\\n"))),
            ("escaped", pem.replace('\n', "\\n")),
            (".env", format!("PUBLIC_KEY=\"{}\"", pem.replace('\n', "\\n"))),
            ("single quotes", format!("'{pem}'")),
            ("one line", one_line),
            ("no line ends", pem.replace('\n', "")),
            ("empty lines", pem.replace('\n', "\n\n")),
            ("terraform output -json", json(&pem)),
            ("base64", base64(pem.as_bytes())),
            (
                "PEM in PEM",
                format!(
                    "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                    base64(pem.as_bytes())
                ),
            ),
            ("blank line before", format!("\n{pem}")),
            ("space before", format!(" {pem}")),
        ];
        inputs.extend(pems.map(|(name, text)| (format!("PEM: {name}"), text.into_bytes())));
        inputs.push(("PEM: UTF-16".into(), utf16(&pem)));
        inputs.push((
            "response of SDK v3".into(),
            format!("{{\"KeyId\":\"k\",\"PublicKey\":{}}}", indexed(&vector.der)).into(),
        ));
        for (name, input) in inputs {
            if input.len() > 64 * 1024 {
                continue;
            }
            let diagnosis = diagnose_public_key(&input);
            let [finding] = diagnosis.findings() else {
                panic!("{name} is a key: {diagnosis}");
            };
            let advice = finding.advice_for(Caller::Shell(Inputs::default()));
            let is_found = advice.contains("Correct it: ") || advice.contains("write the bytes themselves");
            let found = if is_found {
                Ok(())
            } else {
                Err(format!("{diagnosis} {advice}"))
            };
            table.record(&name, &vector, found);
        }
    }
    table.finish();
}
