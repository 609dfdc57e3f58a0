//! Inputs with more than one value, with white space in unusual places, or that only look like another form.

use kms_verify::Cause;
use kms_verify_testing::dresses::{base32, base64, hex, numbers, python, quoted_printable, ruby};

use kms_verify_testing::vectors::kms_vector;

use crate::case::Case;
use crate::commands::{Given, run_all};

/// A command that is printed writes the signature. Where it would write another value of the input, there is none.
#[test]
fn commands_take_the_value_that_was_recognized() {
    let ecdsa = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let rsa = kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw");
    let mut all = Vec::new();
    for vector in [&ecdsa, &rsa] {
        let b = vector.signature.as_slice();
        let text = base64(b);
        let other = base64(&vec![7; b.len()]);
        let crlf = |text: &str| {
            let lines: Vec<&str> = text
                .as_bytes()
                .chunks(64)
                .map(|line| str::from_utf8(line).unwrap())
                .collect();
            lines.join("\r\n") + "\r\n"
        };
        let pem = format!("-----BEGIN SIGNATURE-----\n{}\n-----END SIGNATURE-----\n", text.trim());
        let prefixed: Vec<String> = b.iter().map(|byte| format!("0x{byte:02x}")).collect();
        let cast: Vec<String> = b.iter().map(|byte| format!("(byte) 0x{byte:02x}")).collect();
        let sdk_bytes = |bytes: &[u8]| format!("SdkBytes(bytes=0x{})", hex(bytes));
        let inputs = [
            ("CRLF", crlf(&text)),
            ("indented", format!("\t{}", text)),
            ("CRLF in base32", crlf(&base32(b))),
            ("base32 in lower case", base32(b).to_lowercase()),
            ("CRLF in PEM", pem.replace('\n', "\r\n")),
            ("CR in PEM", pem.replace('\n', "\r")),
            ("gofmt", format!("var sig = []byte{{\n\t{},\n}}\n", numbers(b, ",\n\t"))),
            (
                "C# in CRLF lines",
                format!("new byte[] {{\r\n  {}\r\n}}", numbers(b, ",\r\n  ")),
            ),
            (
                "two lists",
                format!(
                    "{{Message:[{}] Signature:[{}]}}",
                    numbers(&[7; 40], " "),
                    numbers(b, " ")
                ),
            ),
            (
                "a constant before",
                format!("#define LENGTH 0x48\nchar sig[] = {{{}}};", prefixed.join(", ")),
            ),
            ("Java with spaces", format!("new byte[] {{{}}};", cast.join(", "))),
            ("Rust inside Some", format!("Some(Blob {{ inner: {b:x?} }})")),
            ("Rust with types", format!("[{}]", numbers(b, "u8, ") + "u8")),
            (
                "Java with another field",
                format!("X(PublicKey={}, Signature={})", sdk_bytes(&[7; 300]), sdk_bytes(b)),
            ),
            ("two words", format!("old {other} new {text}")),
            (
                "table with a key",
                format!("-----\n|  PublicKey  |  {other}  |\n|  Signature  |  {text}  |\n+-----+\n"),
            ),
            ("text after empty lines", format!("\n\narn\t{text}\tECDSA\n")),
            (
                "nested dictionary",
                format!("{{'result': {{'Signature': {}}}}}", python(b)),
            ),
            (
                "two dictionaries",
                format!("[{{'Signature': b'x'}}, {{'Signature': {}}}]", python(b)),
            ),
            (
                "dictionary with a date",
                format!("{{'at': datetime.datetime(2026, 1, 2), 'Signature': {}}}", python(b)),
            ),
            (
                "two structures",
                format!("#<struct A signature=\"\\x80\", b=#<struct B signature={}>>", ruby(b)),
            ),
            (
                "wrapped in quotation marks",
                format!(
                    "\"{}\"",
                    text.as_bytes()
                        .chunks(64)
                        .map(|line| str::from_utf8(line).unwrap())
                        .collect::<Vec<_>>()
                        .join("\n")
                ),
            ),
            (
                "quoted-printable JSON",
                String::from_utf8(quoted_printable(format!("{{\"Signature\":\"{text}\"}}").as_bytes()).into()).unwrap(),
            ),
            ("no-break spaces", pem.replace(' ', "\u{a0}")),
        ];
        for (name, input) in inputs {
            let case = Case::of(vector).with_signature(input);
            let diagnosis = case.diagnose();
            let repaired = diagnosis.repaired().unwrap_or_else(|| panic!("{name}: {diagnosis}"));
            assert_eq!(repaired.signature(), Some(b), "{name}");
            all.push((format!("{name} over {}", vector.name), Given::Signature(case)));
        }
    }
    run_all(all);
}

/// Text that has long numbers, `=` and digits, but no signature.
#[test]
fn other_text_is_not_called_a_signature() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let (a, b) = ("a".repeat(64), "b".repeat(64));
    for text in [
        format!("{a}  one.txt\n{b}  two.txt\n"),
        format!("repo@sha256:{a} built from sha256:{b}"),
        format!("commit {a}\nparent {b}\n"),
        format!("{{\"digest\":\"{a}\",\"nonce\":\"{b}\"}}"),
        "The value x=10 and y=20 are of no interest here at all, it is a plain text.".into(),
        // ASCII85.
        "<~9jqo%2DBleB1DJ+*+F(f,q/0JhKF<GL>Cj@.4Gp$d7F!,L7@<6@~>".into(),
        "> On Monday somebody wrote a sentence that is quite long\n> and that goes on here\n".into(),
    ] {
        let diagnosis = Case::of(&vector).with_signature(text.clone()).diagnose();
        let is_dress = |cause: Cause| {
            matches!(
                cause,
                Cause::SignatureIsRawRS
                    | Cause::SignatureIsUrlEncoded
                    | Cause::SignatureIsPrintedValue
                    | Cause::SignatureIsBase32
            )
        };
        for finding in diagnosis.findings() {
            assert!(
                !finding.is_certain() || !is_dress(finding.cause()),
                "{text}: {diagnosis}"
            );
        }
        assert!(diagnosis.repaired().is_none());
    }
}

/// Labels do not decide which number is r.
#[test]
fn s_may_come_before_r() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let content = &vector.signature[2..];
    let (r, rest) = content[2..].split_at(content[1].into());
    let decimal = |number: &[u8]| num_bigint::BigUint::from_bytes_be(number).to_string();
    let text = format!("s = {}\nr = {}\n", decimal(&rest[2..]), decimal(r));
    let case = Case::of(&vector).with_signature(text);
    let diagnosis = case.diagnose();
    assert_eq!(diagnosis.findings()[0].cause(), Cause::SignatureIsRawRS);
    assert!(diagnosis.findings()[0].is_certain());
    run_all(vec![("s before r".into(), Given::Signature(case))]);
}

/// Decoders reject it too.
#[test]
fn base32_has_no_bits_left_over() {
    let vector = kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw");
    let text = base32(&vector.signature);
    let digits = text.trim_end_matches('=');
    // 2048 bits are 409 digits and three bits of the last one, whose other two are zero.
    let (rest, last) = digits.split_at(409);
    assert!(["A", "E", "I", "M", "Q", "U", "Y", "4"].contains(&last));
    let is_repaired = |text: String| {
        let diagnosis = Case::of(&vector).with_signature(text).diagnose();
        diagnosis.repaired().is_some()
    };
    assert!(is_repaired(digits.into()));
    assert!(!is_repaired(format!("{digits}A")));
    let next = char::from(last.as_bytes()[0] + 1);
    assert!(!is_repaired(format!("{rest}{next}")));
}
