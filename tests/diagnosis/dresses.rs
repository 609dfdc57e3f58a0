//! Every dress over every signature and key of KMS, alone and two deep: each is named, and what it hides is found.

use std::collections::BTreeMap;

use kms_verify::{Caller, Cause, Inputs, diagnose_public_key};
use kms_verify_testing::dresses::{AROUND, ENCODINGS, HOLD_BASE64, OF_BYTES, Text, base58, der_element, indexed};
use kms_verify_testing::forge::curve;
use kms_verify_testing::vectors::{Vector, kms_vectors};

use crate::case::{Case, base64, base64url, utf16};
use crate::commands::{Given, run_all};

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
fn named(vector: &Vector, given: &[u8], causes: &[Option<&str>]) -> Result<(), String> {
    let diagnosis = Case::of(vector).with_signature(given).diagnose();
    let findings = diagnosis.findings();
    let is_explained = findings
        .iter()
        .all(|finding| finding.is_certain() && finding.cause() != Cause::WrongKey);
    let is_first = causes.contains(&Some(findings[0].cause().as_str()));
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

/// r and s as programs print numbers.
fn pairs_in_text(r: &[u8], s: &[u8]) -> [(&'static str, String); 5] {
    let decimal = |number: &[u8]| num_bigint::BigUint::from_bytes_be(number).to_string();
    let hexadecimal = |number: &[u8]| format!("{:X}", num_bigint::BigUint::from_bytes_be(number));
    let integer = |number: &[u8]| {
        format!(
            "    4:d=1  hl=2 l=  32 prim: INTEGER           :{}\n",
            hexadecimal(number)
        )
    };
    [
        ("r and s in decimal", format!("r: {}\ns: {}\n", decimal(r), decimal(s))),
        ("r and s as a tuple", format!("({}, {})", decimal(r), decimal(s))),
        (
            "r and s as JSON numbers",
            format!("{{\"R\":{},\"S\":{}}}", decimal(r), decimal(s)),
        ),
        (
            "r and s after 0x",
            format!("r = 0x{}, s = 0x{}", hexadecimal(r), hexadecimal(s)),
        ),
        (
            "openssl asn1parse",
            format!(
                "    0:d=0  hl=2 l=  69 cons: SEQUENCE          \n{}{}",
                integer(r),
                integer(s)
            ),
        ),
    ]
}

#[test]
fn every_dress_of_every_signature_is_named() {
    let mut table = Table::default();
    for vector in kms_vectors() {
        let signature = vector.signature.as_slice();
        for (name, cause, make) in ENCODINGS.iter().chain(HOLD_BASE64).chain(OF_BYTES) {
            let given = make(signature);
            // Longer ones are not looked at.
            if given.len() <= 64 * 1024 {
                table.record(name, &vector, named(&vector, &given, &[*cause]));
            }
        }
        if signature.len() <= 64 {
            table.record(
                "base58",
                &vector,
                named(&vector, base58(signature).as_bytes(), &[Some("signature-is-base58")]),
            );
        }
        let text = base64(signature);
        if text.contains('+') {
            let spaced = text.replace('+', " ");
            table.record(
                "+ as space",
                &vector,
                named(&vector, spaced.as_bytes(), &[Some("signature-is-url-encoded")]),
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
                named(&vector, &translated, &[Some("signature-line-endings")]),
            );
        }
        if let Some([r, s]) = raw_pair(&vector) {
            let jwt = format!("eyJhbGciOiJFUzI1NiJ9.e30.{}", base64url(&[r.as_slice(), &s].concat()));
            table.record(
                "JWT",
                &vector,
                named(&vector, jwt.as_bytes(), &[Some("signature-is-jwt")]),
            );
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
                    named(&vector, &with_zeros, &[Some("signature-is-raw-r-s")]),
                );
            }
            for (name, text) in pairs_in_text(&r, &s) {
                let named = named(&vector, text.as_bytes(), &[Some("signature-is-raw-r-s")]);
                table.record(name, &vector, named);
            }
            if r.len() == 32 {
                for v in [0, 1, 27, 28, 37] {
                    let with_v = [r.as_slice(), &s, &[v]].concat();
                    table.record(
                        "recovery byte",
                        &vector,
                        named(&vector, &with_v, &[Some("signature-has-recovery-byte")]),
                    );
                }
                let with_header = [&[31], r.as_slice(), &s].concat();
                table.record(
                    "Bitcoin's header",
                    &vector,
                    named(&vector, &with_header, &[Some("signature-has-recovery-byte")]),
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
                named(&vector, &halves, &[Some("signature-halves-in-der")]),
            );
        }
    }
    table.finish();
}

/// A pair of dresses around a signature: its name, the text, and the causes that may come first.
struct Pair {
    name: String,
    given: Vec<u8>,
    causes: Vec<Option<&'static str>>,
}

/// The number of pairs.
fn number_of_pairs() -> usize {
    AROUND.len() * (ENCODINGS.len() + HOLD_BASE64.len()) + ENCODINGS.len() * OF_BYTES.len()
}

/// The pair with this number. `None` if it does not apply to this signature.
fn pair(number: usize, signature: &[u8]) -> Option<Pair> {
    let inner: Vec<&Text> = ENCODINGS.iter().chain(HOLD_BASE64).collect();
    let (outer, inner) = match number.checked_sub(AROUND.len() * inner.len()) {
        None => (&AROUND[number % AROUND.len()], inner[number / AROUND.len()]),
        Some(number) => (
            &ENCODINGS[number % ENCODINGS.len()],
            &OF_BYTES[number / ENCODINGS.len()],
        ),
    };
    let ((outer_name, outer_cause, around), (inner_name, inner_cause, make)) = (outer, inner);
    let inside = make(signature);
    // It is recognized by its zero bytes.
    if *outer_name == "UTF-16 without mark" && !inside.is_ascii() {
        return None;
    }
    let given = around(&inside);
    // One line alone can be assigned.
    if given.len() > 48 * 1024 || (*outer_name == "assignment" && given.contains(&b'\n')) {
        return None;
    }
    let mut causes = vec![*outer_cause, *inner_cause];
    // NAME=b'...' and NAME={...} are also printed values.
    if *inner_cause == Some("signature-is-python-bytes-text") || *inner_name == "hex as a C array" {
        causes.push(Some("signature-is-printed-value"));
    }
    Some(Pair {
        name: format!("{outer_name} around {inner_name}"),
        given,
        causes,
    })
}

/// One vector of each algorithm and key spec.
fn one_of_each() -> Vec<Vector> {
    let mut vectors = kms_vectors();
    vectors.sort_by_key(|vector| (vector.algorithm, vector.key_spec));
    vectors.dedup_by_key(|vector| (vector.algorithm, vector.key_spec));
    vectors
}

/// Each pair over one vector, in turn. The table above has every vector.
#[test]
fn dresses_two_deep_are_named() {
    let mut table = Table::default();
    let mut vectors = one_of_each();
    vectors.retain(|vector| vector.signature.len() <= 512);
    for number in 0..number_of_pairs() {
        let vector = &vectors[number % vectors.len()];
        if let Some(Pair { name, given, causes }) = pair(number, &vector.signature) {
            table.record(&name, vector, named(vector, &given, &causes));
        }
    }
    table.finish();
}

#[test]
#[ignore = "takes minutes: run by scripts/diagnosis"]
fn all_dresses_two_deep_are_named() {
    let mut table = Table::default();
    for vector in one_of_each() {
        for number in 0..number_of_pairs() {
            if let Some(Pair { name, given, causes }) = pair(number, &vector.signature) {
                table.record(&name, &vector, named(&vector, &given, &causes));
            }
        }
    }
    table.finish();
}

/// The commands for these pairs of dresses over these vectors.
fn run_commands(vectors: &[Vector], numbers: impl Iterator<Item = usize> + Clone) {
    let mut all = Vec::new();
    for vector in vectors {
        for number in numbers.clone() {
            if let Some(Pair { name, given, .. }) = pair(number, &vector.signature) {
                let name = format!("{name} over {}", vector.name);
                all.push((name, Given::Signature(Case::of(vector).with_signature(given))));
            }
        }
    }
    run_all(all);
}

#[test]
fn each_command_for_a_dress_writes_the_signature() {
    let mut vectors = kms_vectors();
    vectors.retain(|vector| ["ECDSA_SHA_256", "RSASSA_PSS_SHA_256"].contains(&vector.algorithm.as_str()));
    vectors.dedup_by_key(|vector| vector.algorithm);
    vectors.truncate(2);
    let mut all = Vec::new();
    for vector in &vectors {
        for (name, _, make) in ENCODINGS.iter().chain(HOLD_BASE64).chain(OF_BYTES) {
            let case = Case::of(vector).with_signature(make(&vector.signature));
            all.push((format!("{name} over {}", vector.name), Given::Signature(case)));
        }
    }
    run_all(all);
    run_commands(&vectors[..1], (0..number_of_pairs()).step_by(7));
}

#[test]
#[ignore = "takes minutes: run by scripts/diagnosis"]
fn all_commands_for_dresses_two_deep_write_the_signature() {
    let mut vectors = one_of_each();
    // DER, and a fixed length: a command depends on the dresses and on the form of what is inside.
    vectors.retain(|vector| ["ECC_NIST_P256", "RSA_2048"].contains(&vector.key_spec.as_str()));
    vectors.dedup_by_key(|vector| vector.key_spec);
    assert_eq!(vectors.len(), 2);
    run_commands(&vectors, 0..number_of_pairs());
}

/// A key in each dress, and in two: their names and the inputs.
fn dressed_keys(vector: &Vector) -> Vec<(String, Vec<u8>)> {
    let pem = vector.pem.clone();
    let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, _, make) in ENCODINGS {
        inputs.push(((*name).into(), make(&vector.der)));
        for (around_name, _, around) in AROUND {
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
        ("four hyphens", pem.replace("-----", "----")),
        ("six hyphens", pem.replace("-----", "------")),
        ("em dashes", pem.replace("-----", "\u{2014}\u{2014}-")),
        ("en dashes", pem.replace("-----", &"\u{2013}".repeat(5))),
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
    let with_pem: Vec<(String, Vec<u8>)> = inputs
        .iter()
        .filter(|(name, _)| name.starts_with("PEM"))
        .cloned()
        .collect();
    for (name, input) in with_pem {
        for (around_name, _, around) in AROUND {
            let applies = match *around_name {
                "assignment" => !input.contains(&b'\n') && str::from_utf8(&input).is_ok(),
                "UTF-16 without mark" => input.is_ascii(),
                _ => str::from_utf8(&input).is_ok(),
            };
            if applies {
                inputs.push((format!("{around_name} around {name}"), around(&input)));
            }
        }
    }
    inputs.retain(|(_, input)| input.len() <= 64 * 1024);
    inputs
}

/// The point of a key of ECDSA, compressed: alone, and in a SubjectPublicKeyInfo.
fn compressed(vector: &Vector) -> Option<[Vec<u8>; 2]> {
    if !vector.algorithm.as_str().starts_with("ECDSA") {
        return None;
    }
    let length = curve::curve(vector.key_spec).bytes;
    let (before, coordinates) = vector.der.split_at(vector.der.len() - 2 * length);
    let (x, y) = coordinates.split_at(length);
    let point = [&[2 + (y[length - 1] & 1)], x].concat();
    // The identifier of the algorithm stands between two lengths.
    let start = before.iter().position(|byte| *byte == 6).unwrap() - 2;
    let identifier = &before[start..start + 2 + usize::from(before[start + 1])];
    let bits = der_element(3, &[&[0], point.as_slice()].concat());
    Some([point, der_element(0x30, &[identifier, &bits].concat())])
}

#[test]
fn compressed_points_are_keys() {
    let mut commands = Vec::new();
    for vector in one_of_each_key() {
        let Some([point, spki]) = compressed(&vector) else {
            continue;
        };
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            base64(&spki)
        );
        for (name, input) in [
            ("point", point.clone()),
            ("DER", spki),
            ("PEM", pem.into()),
            ("hexadecimal text", crate::case::hex(&point).into()),
        ] {
            let name = format!("{name} of {}", vector.key_spec);
            key_is_found(&vector, &name, &input).unwrap();
            commands.push((name, Given::Key(input, vector.public_key())));
        }
    }
    assert_eq!(commands.len(), 16);
    run_all(commands);
}

/// Whether the key is found inside, and the advice says how to get it.
fn key_is_found(vector: &Vector, name: &str, input: &[u8]) -> Result<(), String> {
    let diagnosis = diagnose_public_key(input);
    let [finding] = diagnosis.findings() else {
        panic!("{name} is a key: {diagnosis}");
    };
    let advice = finding.advice_for(Caller::Shell(Inputs::default()));
    let is_found = advice.contains("Correct it: ") || advice.contains("write the bytes themselves");
    if is_found && diagnosis.repaired_public_key() == Some(&vector.public_key()) {
        Ok(())
    } else {
        Err(format!("{diagnosis} {advice}"))
    }
}

/// Each dress of a key over one key of each kind, and each pair over one of them in turn.
#[test]
fn every_dress_of_every_key_is_taken_off() {
    let mut table = Table::default();
    for (place, vector) in one_of_each_key().iter().enumerate() {
        for (number, (name, input)) in dressed_keys(vector).into_iter().enumerate() {
            let is_pair = name.contains(" around ");
            if !is_pair || number % 12 == place {
                table.record(&name, vector, key_is_found(vector, &name, &input));
            }
        }
    }
    table.finish();
}

#[test]
#[ignore = "takes minutes: run by scripts/diagnosis"]
fn all_dresses_of_keys_two_deep_are_taken_off() {
    let mut table = Table::default();
    for vector in one_of_each_key() {
        for (name, input) in dressed_keys(&vector) {
            table.record(&name, &vector, key_is_found(&vector, &name, &input));
        }
    }
    table.finish();
}

/// One vector of each key spec.
fn one_of_each_key() -> Vec<Vector> {
    let mut vectors = kms_vectors();
    vectors.sort_by_key(|vector| vector.key_spec);
    vectors.dedup_by_key(|vector| vector.key_spec);
    vectors
}

/// The commands for some dresses of a key.
fn run_key_commands(vectors: &[Vector], is_run: impl Fn(usize) -> bool) {
    let mut all = Vec::new();
    for vector in vectors {
        for (number, (name, input)) in dressed_keys(vector).into_iter().enumerate() {
            if is_run(number) {
                let name = format!("{name} over {}", vector.name);
                all.push((name, Given::Key(input, vector.public_key())));
            }
        }
    }
    run_all(all);
}

#[test]
fn each_command_for_a_dress_of_a_key_writes_the_key() {
    let mut vectors = one_of_each_key();
    vectors.retain(|vector| vector.der.len() <= 100);
    run_key_commands(&vectors[..1], |number| number % 5 == 0);
}

#[test]
#[ignore = "takes minutes: run by scripts/diagnosis"]
fn all_commands_for_dresses_of_keys_write_the_key() {
    let mut vectors = one_of_each_key();
    vectors.retain(|vector| ["ECC_NIST_P256", "RSA_2048"].contains(&vector.key_spec.as_str()));
    assert_eq!(vectors.len(), 2);
    run_key_commands(&vectors, |_| true);
}
