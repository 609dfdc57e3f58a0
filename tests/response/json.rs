//! A single JSON object of bounded length, with each field once and well formed.

use kms_verify::{Error, GetPublicKeyResponse, ResponseError, SignResponse};
use kms_verify_testing::response::{ARN, quoted};

use crate::{assert_says, get_public_key, parse_key, parse_signature, sign};

const LIMIT: usize = 64 * 1024;

#[test]
fn text_that_is_not_one_json_object_is_rejected() {
    let json = sign().http();
    let utf16: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (text, problem) in [
        (vec![], "it is empty"),
        (b"  \n".to_vec(), "it is truncated"),
        (json.as_bytes()[..json.len() - 1].to_vec(), "it is truncated"),
        (b"null".to_vec(), "it is a JSON value of another type"),
        (b"\"KeyId\"".to_vec(), "it is a JSON value of another type"),
        (format!("[{json}]").into_bytes(), "it is a JSON value of another type"),
        (
            format!("{json}{json}").into_bytes(),
            "it is invalid or nested too deeply at line 1, column 234",
        ),
        (
            format!("{json}\n\0").into_bytes(),
            "it is invalid or nested too deeply at line 2, column 1",
        ),
        (
            b"{'KeyId': 'mine'}".to_vec(),
            "it is invalid or nested too deeply at line 1, column 2",
        ),
        (
            json.replace('}', ",}").into_bytes(),
            "it is invalid or nested too deeply at line 1, column 234",
        ),
        (
            b"{\"KeyId\":\"\xff\"}".to_vec(),
            "it is invalid or nested too deeply at line 1, column 11",
        ),
        (
            [b"\xff\xfe".to_vec(), utf16].concat(),
            "it is encoded as UTF-16, as some shells do",
        ),
        (
            [b"\xef\xbb\xbf", json.as_bytes()].concat(),
            "it begins with a byte order mark, which some editors add",
        ),
    ] {
        assert_says(
            SignResponse::from_json(&text),
            &format!(
                "the response is not a single JSON object in UTF-8: {problem}; pass the output of aws kms sign \
                 --output json"
            ),
        );
        let other = GetPublicKeyResponse::from_json(&text).unwrap_err();
        assert!(
            matches!(
                other,
                ResponseError::Json {
                    command: "aws kms get-public-key",
                    ..
                }
            ),
            "{other}"
        );
    }
    // No prefix of a response is a response.
    for response in [sign().cli(), get_public_key().cli()] {
        let object = response.trim_end();
        for length in 0..object.len() {
            assert!(parse_key(&object[..length]).is_err() && parse_signature(&object[..length]).is_err());
        }
    }
}

#[test]
fn required_fields_cannot_be_missing() {
    for field in ["KeyId", "PublicKey", "KeyUsage"] {
        assert_says(
            parse_key(&get_public_key().without(field).http()),
            &format!(
                "the response has no field {field}; pass the whole output of aws kms get-public-key --output json, \
                 without --query"
            ),
        );
    }
    for field in ["KeyId", "Signature", "SigningAlgorithm"] {
        assert_says(
            parse_signature(&sign().without(field).http()),
            &format!(
                "the response has no field {field}; pass the whole output of aws kms sign --output json, without \
                 --query"
            ),
        );
    }
    // Neither response is accepted in place of the other.
    assert!(matches!(
        parse_key(&sign().http()),
        Err(ResponseError::MissingField { field: "KeyUsage", .. })
    ));
    assert!(matches!(
        parse_signature(&get_public_key().http()),
        Err(ResponseError::MissingField { field: "Signature", .. })
    ));
    let json = sign().with("SigningAlgorithm", "\"ES256\"").http();
    assert!(matches!(
        parse_signature(&json),
        Err(ResponseError::Invalid(Error::UnknownName { .. }))
    ));
}

/// jsonwebtoken, CVE-2026-25537: a claim of an unexpected type was treated as absent.
#[test]
fn failed_to_parse_is_never_read_as_absent() {
    let values = [
        ("null", "null"),
        ("true", "a boolean"),
        ("1", "a number"),
        ("-1.5e300", "a number"),
        ("{}", "an object"),
        ("[]", "a list"),
        (r#"["ECDSA_SHA_256"]"#, "a list"),
        ("\"\"", "a string"),
        ("\"SIGN_VERIFY\"", "a string"),
    ];
    for (response, is_key) in [(get_public_key(), true), (sign(), false)] {
        for (field, right) in response.0.clone() {
            let is_list = right.starts_with('[');
            for (value, found) in values {
                if value == right {
                    continue;
                }
                let json = response.clone().with(&field, value).http();
                let error = if is_key {
                    parse_key(&json).err()
                } else {
                    parse_signature(&json).err()
                };
                // An empty Signature is a string, so it is left to verification.
                if (field.as_str(), value) == ("Signature", "\"\"")
                    || (field.as_str(), value) == ("KeyId", "\"SIGN_VERIFY\"")
                {
                    assert_eq!(error, None);
                    continue;
                }
                let error = error.unwrap_or_else(|| panic!("{field}: {value} was taken"));
                if found != if is_list { "a list" } else { "a string" } {
                    let expected = if is_list { "a list of strings" } else { "a string" };
                    assert_eq!(
                        error.to_string(),
                        format!(
                            "wrong type of the field {field} of the response: expected {expected}, got {found}; pass \
                             the response exactly as KMS returned it"
                        )
                    );
                }
            }
        }
    }
    for list in [
        "[null]",
        r#"["ECDSA_SHA_256",null]"#,
        r#"[["ECDSA_SHA_256"]]"#,
        r#"[{"0":"ECDSA_SHA_256"}]"#,
    ] {
        assert_says(
            parse_key(&get_public_key().with("SigningAlgorithms", list).http()),
            "wrong type of the field SigningAlgorithms of the response: expected a list of strings, got a list of \
             other values; pass the response exactly as KMS returned it",
        );
    }
}

/// Two values for one field: no parser may choose one of them.
#[test]
fn failed_to_parse_includes_duplicate_fields() {
    assert_says(
        parse_signature(&sign().with_again("KeyId", &quoted(ARN)).http()),
        "the response has the field \"KeyId\" more than once; pass the response exactly as KMS returned it",
    );
    for (response, is_key) in [(get_public_key(), true), (sign(), false)] {
        let response = response.with("Unknown", "{}");
        for (field, value) in response.0.clone() {
            // The same value, a different one, one of another type; spelled plainly or with escapes; after or before
            // the first.
            let escaped = format!("\\u{:04x}{}", field.as_bytes()[0], &field[1..]);
            for (again, value) in [
                (&field, value.as_str()),
                (&field, "null"),
                (&field, "\"other\""),
                (&escaped, "0"),
            ] {
                for turned in [false, true] {
                    let mut response = response.clone().with_again(again, value);
                    if turned {
                        response.0.reverse();
                    }
                    let json = response.http();
                    let error = if is_key {
                        parse_key(&json).err()
                    } else {
                        parse_signature(&json).err()
                    };
                    assert_eq!(
                        error,
                        Some(ResponseError::DuplicateField {
                            field: field.as_str().into()
                        }),
                        "{json}"
                    );
                }
            }
        }
    }
    // In an object of a field that is ignored, too.
    let json = sign().with("X", r#"{"KeyId":[{"a":1,"a":2}]}"#).http();
    assert_eq!(
        parse_signature(&json),
        Err(ResponseError::DuplicateField { field: "a".into() })
    );
    let name = "x".repeat(1000);
    let json = sign().with(&name, "0").with_again(&name, "0").http();
    assert_eq!(
        parse_signature(&json),
        Err(ResponseError::DuplicateField {
            field: name[..64].into()
        })
    );
}

/// cosign, CVE-2023-46737 and CVE-2024-29902: inputs of any size were read and processed.
#[test]
fn unbounded_input_is_rejected_before_it_is_parsed() {
    let fits = sign().http() + &" ".repeat(LIMIT - sign().http().len());
    assert_eq!(parse_signature(&fits), parse_signature(&sign().http()));
    assert_says(
        parse_signature(&(fits.clone() + " ")),
        "the response is too long: expected at most 65536 bytes, got 65537; pass the response to a single KMS call",
    );
    // Rejected before parsing: it is not even JSON.
    for length in [LIMIT + 1, 1 << 20, 64 << 20] {
        let error = ResponseError::TooLong {
            given: length,
            max: LIMIT,
        };
        let text = vec![b'x'; length];
        assert_eq!(SignResponse::from_json(&text), Err(error.clone()));
        assert_eq!(GetPublicKeyResponse::from_json(&text), Err(error));
    }
    // Nesting that would overflow a stack, in an ignored field and in a required one.
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [200, 5000] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            for field in ["Unknown", "KeyId", "SigningAlgorithms"] {
                let error = parse_key(&get_public_key().with(field, &deep).http()).unwrap_err();
                assert!(matches!(error, ResponseError::Json { .. }), "{error}");
            }
        }
    }
    assert!(matches!(
        parse_signature(&"[".repeat(LIMIT)),
        Err(ResponseError::Json { .. })
    ));
    // The largest number of fields, and the longest list, that fit.
    let fields: Vec<_> = (0..7000).map(|i| format!("\"{i}\":0")).collect();
    let fields = sign().http().replace('}', &format!(",{}}}", fields.join(",")));
    assert!(fields.len() <= LIMIT && fields.len() > LIMIT - 4096, "{}", fields.len());
    assert!(parse_signature(&fields).is_ok());
    let list = format!("[{}]", vec!["\"ECDSA_SHA_256\""; 4000].join(","));
    let error = parse_key(&get_public_key().with("SigningAlgorithms", &list).http()).unwrap_err();
    assert!(error.to_string().len() < 500, "{error}");
    // Errors repeat only short parts of the input.
    let long = "\u{202e}\\u0000".repeat(5000);
    for field in ["KeyId", "KeyUsage", "KeySpec", "CustomerMasterKeySpec"] {
        let error = parse_key(&get_public_key().with(field, &quoted(&long)).http()).unwrap_err();
        assert!(
            error.to_string().len() < 2000 && !error.to_string().contains('\0'),
            "{error}"
        );
    }
    let key_id = |length| sign().with("KeyId", &quoted(&"é".repeat(length))).http();
    assert!(parse_signature(&key_id(2048)).is_ok());
    assert_eq!(
        parse_signature(&key_id(2049)),
        Err(ResponseError::KeyIdLength { given: 2049 })
    );
}
