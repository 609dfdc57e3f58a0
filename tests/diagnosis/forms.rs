//! Every form in which a message may have been signed, with every signer: the form is named.

use std::collections::BTreeMap;

use kms_verify::{Cause, KeySpec, MessageType, PublicKey, SigningAlgorithm};
use kms_verify_testing::forge::{Hash, curve, signers};
use kms_verify_testing::{der, padded};

use crate::case::{Case, base64, base64url, hex};
use crate::commands::{Given, run_all};
use crate::signers::case;

use Cause::*;

/// What is given, what was signed, and the causes that may come first.
struct Form {
    name: String,
    given: Vec<u8>,
    signed: Vec<u8>,
    causes: Vec<Cause>,
}

fn form(name: impl Into<String>, given: impl Into<Vec<u8>>, signed: impl Into<Vec<u8>>, causes: &[Cause]) -> Form {
    Form {
        name: name.into(),
        given: given.into(),
        signed: signed.into(),
        causes: causes.to_vec(),
    }
}

fn tokens() -> Vec<Form> {
    let payload = r#"{"sub":"1","n":[1,2]}"#;
    let (header, second) = (base64url(br#"{"alg":"ES256"}"#), base64url(payload.as_bytes()));
    let input = format!("{header}.{second}");
    let token = format!("{input}.c2lnbmF0dXJl");
    vec![
        form(
            "JWT: token for signing input",
            token.clone(),
            input.clone(),
            &[MessageJwtPart],
        ),
        form(
            "JWT: header of HTTP for signing input",
            format!("Bearer {token}\n"),
            input.clone(),
            &[MessageJwtPart],
        ),
        form("JWT: token for payload", token.clone(), payload, &[MessageJwtPart]),
        form("JWT: token for second part", token, second.clone(), &[MessageJwtPart]),
        form(
            "JWT: signing input for second part",
            input.clone(),
            second.clone(),
            &[MessageJwtPart],
        ),
        form("JWT: signing input for payload", input, payload, &[MessageJwtPart]),
        form("JWT: second part for payload", second, payload, &[MessageIsBase64]),
    ]
}

fn pae(payload_type: &str, payload: &str) -> String {
    format!(
        "DSSEv1 {} {payload_type} {} {payload}",
        payload_type.len(),
        payload.len()
    )
}

fn envelopes() -> Vec<Form> {
    let payload = r#"{"_type":"https://in-toto.io/Statement/v1"}"#;
    let mut forms: Vec<Form> = [
        "application/vnd.in-toto+json",
        "application/json",
        "text/plain",
        "application/octet-stream",
        "application/vnd.in-toto.layout+json",
    ]
    .iter()
    .map(|payload_type| {
        form(
            format!("DSSE: {payload_type}"),
            payload,
            pae(payload_type, payload),
            &[MessageDssePae],
        )
    })
    .collect();
    let envelope = format!(
        "{{\"payloadType\":\"application/x.unheard\",\"payload\":\"{}\",\"signatures\":[]}}",
        base64(payload.as_bytes())
    );
    let signed = pae("application/x.unheard", payload);
    forms.push(form(
        "DSSE: envelope",
        envelope.clone(),
        signed.clone(),
        &[MessageDssePae],
    ));
    let bundle = format!("{{\"dsseEnvelope\":{envelope}}}");
    forms.push(form("DSSE: Sigstore bundle", bundle, signed.clone(), &[MessageDssePae]));
    forms.push(form("DSSE: PAE for payload", signed, payload, &[MessageDssePae]));
    forms
}

/// JSON that tools write as they read it, so that commands can write the other forms.
fn plain_json() -> Vec<Form> {
    let given = "{\n  \"b\" : 1,\n  \"a\": [1, -20, {}, []],\n  \"name\": \"J\u{f6}rg <x>\"\n}\n";
    [
        ("compact", r#"{"b":1,"a":[1,-20,{},[]],"name":"Jörg <x>"}"#),
        ("sorted", r#"{"a":[1,-20,{},[]],"b":1,"name":"Jörg <x>"}"#),
        ("Python", r#"{"b": 1, "a": [1, -20, {}, []], "name": "J\u00f6rg <x>"}"#),
        ("Python, sorted", r#"{"a": [1, -20, {}, []], "b": 1, "name": "J\u00f6rg <x>"}"#),
        ("Python, compact", r#"{"b":1,"a":[1,-20,{},[]],"name":"J\u00f6rg <x>"}"#),
        ("Python, not in ASCII", r#"{"b": 1, "a": [1, -20, {}, []], "name": "Jörg <x>"}"#),
        (
            "Python, compact, sorted",
            r#"{"a":[1,-20,{},[]],"b":1,"name":"J\u00f6rg <x>"}"#,
        ),
        (
            "indented",
            "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    -20,\n    {},\n    []\n  ],\n  \"name\": \"Jörg <x>\"\n}",
        ),
        (
            "indented by four spaces",
            "{\n    \"b\": 1,\n    \"a\": [\n        1,\n        -20,\n        {},\n        []\n    ],\n    \"name\": \"Jörg <x>\"\n}",
        ),
        ("compact with a line end", "{\"b\":1,\"a\":[1,-20,{},[]],\"name\":\"Jörg <x>\"}\n"),
    ]
    .map(|(name, signed)| {
        form(
            format!("plain JSON: {name}"),
            given,
            signed,
            &[MessageJsonForm, MessageMissingNewline],
        )
    })
    .into()
}

fn json() -> Vec<Form> {
    let given = "{\n  \"b\" : 1,\n  \"a\": [1, 2.50, 1e3],\n  \"name\": \"J\u{f6}rg <x>\"\n}\n";
    [
        ("compact", r#"{"b":1,"a":[1,2.50,1e3],"name":"Jörg <x>"}"#),
        ("sorted", r#"{"a":[1,2.50,1e3],"b":1,"name":"Jörg <x>"}"#),
        ("Python", r#"{"b": 1, "a": [1, 2.50, 1e3], "name": "J\u00f6rg <x>"}"#),
        (
            "Python, sorted",
            r#"{"a": [1, 2.50, 1e3], "b": 1, "name": "J\u00f6rg <x>"}"#,
        ),
        ("Python, compact", r#"{"b":1,"a":[1,2.50,1e3],"name":"J\u00f6rg <x>"}"#),
        (
            "Python, compact, sorted",
            r#"{"a":[1,2.50,1e3],"b":1,"name":"J\u00f6rg <x>"}"#,
        ),
        ("RFC 8785", r#"{"a":[1,2.5,1000],"b":1,"name":"Jörg <x>"}"#),
        ("JSON.stringify", r#"{"b":1,"a":[1,2.5,1000],"name":"Jörg <x>"}"#),
        ("Go", r#"{"b":1,"a":[1,2.50,1e3],"name":"Jörg \u003cx\u003e"}"#),
        (
            "indented",
            "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    2.50,\n    1e3\n  ],\n  \"name\": \"Jörg <x>\"\n}",
        ),
        (
            "compact with a line end",
            "{\"b\":1,\"a\":[1,2.50,1e3],\"name\":\"Jörg <x>\"}\n",
        ),
    ]
    .map(|(name, signed)| {
        form(
            format!("JSON: {name}"),
            given,
            signed,
            &[MessageJsonForm, MessageMissingNewline],
        )
    })
    .into()
}

/// A text with these line ends, this end, and this encoding.
fn text(lines: &str, end: &str, encoding: &str) -> Vec<u8> {
    let text = format!("first line{lines}second line{end}");
    let utf16 = |mark: &str, to_pair: fn(u16) -> [u8; 2]| {
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(to_pair)
            .collect::<Vec<u8>>()
    };
    match encoding {
        "UTF-8 with mark" => format!("\u{feff}{text}").into(),
        "UTF-16LE" => utf16("", u16::to_le_bytes),
        "UTF-16LE with mark" => utf16("\u{feff}", u16::to_le_bytes),
        "UTF-16BE" => utf16("", u16::to_be_bytes),
        "UTF-16BE with mark" => utf16("\u{feff}", u16::to_be_bytes),
        _ => text.into(),
    }
}

const ENCODINGS: [&str; 6] = [
    "UTF-8",
    "UTF-8 with mark",
    "UTF-16LE",
    "UTF-16LE with mark",
    "UTF-16BE",
    "UTF-16BE with mark",
];

/// Line ends, the end and the encoding, alone and together, from and to plain text.
fn texts() -> Vec<Form> {
    let plain = text("\n", "", "UTF-8");
    let causes = [
        MessageByteOrderMark,
        MessageLineEndings,
        MessageMissingNewline,
        MessageTrailingNewline,
        MessageWhiteSpace,
    ];
    let mut forms = Vec::new();
    for encoding in ENCODINGS {
        for lines in ["\n", "\r\n"] {
            for end in ["", "\n", "\r\n"] {
                let other = text(lines, end, encoding);
                if other != plain {
                    let name = format!("text: {encoding}, {}, {}", lines.escape_debug(), end.escape_debug());
                    forms.push(form(format!("{name} signed"), plain.clone(), other.clone(), &causes));
                    forms.push(form(format!("{name} given"), other, plain.clone(), &causes));
                }
            }
        }
    }
    for end in [" ", "\0"] {
        let longer = text("\n", end, "UTF-8");
        forms.push(form(
            format!("text: {end:?} signed"),
            plain.clone(),
            longer.clone(),
            &causes,
        ));
        forms.push(form(format!("text: {end:?} given"), longer, plain.clone(), &causes));
    }
    forms
}

fn encodings() -> Vec<Form> {
    let message = b"a message: \xc3\xb6, \x01\x02 and more of it, so that lines break in base64 text";
    let pairs: [(&str, Vec<u8>, Cause, Cause); 6] = [
        (
            "base64",
            base64(message).into(),
            MessageWasBase64Encoded,
            MessageIsBase64,
        ),
        (
            "base64 with a line end",
            (base64(message) + "\n").into(),
            MessageWasBase64Encoded,
            MessageIsBase64,
        ),
        (
            "base64url",
            base64url(message).into(),
            MessageWasBase64Encoded,
            MessageIsBase64,
        ),
        ("hex", hex(message).into(), MessageIsHex, MessageIsHex),
        (
            "hex in upper case",
            hex(message).to_uppercase().into(),
            MessageIsHex,
            MessageIsHex,
        ),
        (
            "hex after 0x",
            format!("0x{}", hex(message)).into(),
            MessageIsHex,
            MessageIsHex,
        ),
    ];
    let mut forms = Vec::new();
    for (name, encoded, to, from) in pairs {
        forms.push(form(format!("{name} signed"), *message, encoded.clone(), &[to]));
        forms.push(form(format!("{name} given"), encoded, *message, &[from]));
    }
    for hash in Hash::ALL.into_iter().filter(|hash| *hash != Hash::Md5) {
        let name = format!("{hash:?} digest signed");
        forms.push(form(name, *message, hash.digest(message), &[MessageHashedTwice]));
    }
    forms.push(form("empty signed", *message, b"", &[MessageEmpty]));
    forms
}

fn structures() -> Vec<Form> {
    let to_be_signed = der::sequence(&[&der::element(2, &[1]), &der::element(0x30, &[5, 0])]);
    let algorithm = der::sequence(&[&der::element(6, &[0x2a])]);
    let certificate = der::sequence(&[&to_be_signed, &algorithm, &der::element(3, &[0, 1, 2, 3])]);
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        base64(&certificate)
    );
    let attributes = der::element(0xa0, &der::sequence(&[&der::element(6, &[0x2a])]));
    let signed_attributes = [&[0x31], &attributes[1..]].concat();
    let long = vec![b'x'; 5000];
    let payload = [7; 300];
    let cose = [
        &[0x84, 0x6a][..],
        b"Signature1",
        &[0x43, 0xa1, 0x01, 0x26, 0x40, 0x59, 0x01, 0x2c],
        &payload,
    ]
    .concat();
    vec![
        form("certificate", certificate, to_be_signed.clone(), &[MessageSignedPart]),
        form("certificate as PEM", pem, to_be_signed, &[MessageSignedPart]),
        form(
            "CMS attributes",
            attributes.clone(),
            signed_attributes.clone(),
            &[MessageSignedPart],
        ),
        form(
            "CMS attributes, the reverse",
            signed_attributes,
            attributes,
            &[MessageSignedPart],
        ),
        form("COSE payload", payload, cose, &[MessageSignedPart]),
        form(
            "SSHSIG",
            b"a commit",
            [
                &b"SSHSIG\0\0\0\x03git\0\0\0\0\0\0\0\x06sha512\0\0\0\x40"[..],
                &Hash::Sha512.digest(b"a commit"),
            ]
            .concat(),
            &[MessageSignedPart],
        ),
        form("first 4096 bytes", long.clone(), &long[..4096], &[MessageTruncated]),
    ]
}

fn all_forms() -> impl Iterator<Item = Form> {
    [
        tokens(),
        envelopes(),
        plain_json(),
        json(),
        texts(),
        encodings(),
        structures(),
    ]
    .into_iter()
    .flatten()
}

/// What the commands write is what was signed.
#[test]
fn each_command_for_a_form_writes_what_was_signed() {
    let signer = signers()
        .iter()
        .find(|signer| signer.key.algorithm() == SigningAlgorithm::EcdsaSha256)
        .unwrap();
    let commands = all_forms().map(|form| (form.name, Given::Message(case(signer, &form.signed, &form.given))));
    run_all(commands.collect());
}

/// Digests of Keccak-256, from the documentation of ethers and of Solidity: of the message, and with the prefix of EIP-191.
const KECCAK: [(&str, &str, &str); 2] = [
    (
        "hello",
        "1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8",
        "50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750",
    ),
    (
        "hello world",
        "47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad",
        "d9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68",
    ),
];

#[test]
fn keccak_digests_are_named() {
    let mut commands = Vec::new();
    for (message, plain, personal) in KECCAK {
        for (key_spec, digest, what) in [
            (KeySpec::EccNistP256, plain, "digest of the message"),
            (KeySpec::EccSecgP256k1, plain, "digest of the message"),
            (KeySpec::EccSecgP256k1, personal, "EIP-191"),
        ] {
            let key = curve::Key::new(curve::curve(key_spec), "signer");
            let (r, s) = key.sign(&kms_verify_testing::hex(digest));
            let case = Case {
                key: PublicKey::from_der(&key.spki()).unwrap(),
                algorithm: SigningAlgorithm::EcdsaSha256,
                message_type: MessageType::Raw,
                message: message.into(),
                signature: der::integer_pair(&r, &s),
            };
            let name = format!("{message} with {key_spec}, {what}");
            let diagnosis = case.assert_shown(MessageKeccak, &name);
            assert!(diagnosis.findings()[0].found().contains(what), "{diagnosis}");
            assert_eq!(diagnosis.repaired().unwrap().message_type(), MessageType::Digest);
            // With r, s and v side by side, as Ethereum's libraries print them.
            let numbers = [padded(&r, 32), padded(&s, 32), vec![27]].concat();
            let dressed = case.clone().with_signature(format!("0x{}", hex(&numbers)));
            let causes = crate::case::causes(&dressed.diagnose());
            let expected = [
                SignatureIsHex,
                SignatureHasRecoveryByte,
                SignatureIsRawRS,
                MessageKeccak,
            ];
            assert_eq!(causes, expected, "{name}");
            commands.push((name, Given::Message(case)));
        }
    }
    run_all(commands);
}

#[test]
fn every_form_is_named_with_every_signer() {
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for Form {
        name,
        given,
        signed,
        causes,
    } in all_forms()
    {
        for signer in signers() {
            let is_own = Hash::of(signer.key.algorithm()).is_some_and(|hash| hash.digest(&given) == signed);
            let case = case(signer, &signed, &given);
            let diagnosis = case.diagnose();
            let first = &diagnosis.findings()[0];
            let row = table.entry(name.clone()).or_default();
            row.0 += 1;
            if first.is_certain() && (causes.contains(&first.cause()) || is_own) {
                row.1 += 1;
            } else {
                missed.push(format!("{name} with {}: {diagnosis}", signer.name));
            }
        }
    }
    println!("{:>5} {:>5}  form", "found", "of");
    for (name, (applied, found)) in &table {
        println!("{found:>5} {applied:>5}  {name}");
    }
    let all = missed.len();
    missed.truncate(20);
    assert!(missed.is_empty(), "{all} missed:\n{}", missed.join("\n"));
}
