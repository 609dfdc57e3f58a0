//! The JSON of GetPublicKey and Sign: what is taken, what is refused, and every error's words.

#![cfg(all(
    feature = "std",
    feature = "rsa",
    feature = "ecdsa",
    feature = "ed25519",
    feature = "ml-dsa",
    feature = "sm2"
))]

mod common;
#[path = "common/responses.rs"]
mod responses;

use common::{kms_vector, kms_vectors};
use kms_verify::{Error, GetPublicKeyResponse, KeyError, KeyFormat, PublicKey, ResponseError, SignResponse};
use responses::{ARN, Response, quoted};

const LIMIT: usize = 64 * 1024;

fn get_public_key() -> Response {
    Response::get_public_key(&kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1"), ARN)
}

fn sign() -> Response {
    Response::sign(&kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1"), ARN)
}

fn parse_key(json: &str) -> Result<GetPublicKeyResponse, ResponseError> {
    GetPublicKeyResponse::from_json(json.as_bytes())
}

fn parse_signature(json: &str) -> Result<SignResponse, ResponseError> {
    SignResponse::from_json(json.as_bytes())
}

#[test]
fn responses_around_all_real_keys_and_signatures_are_taken() {
    for vector in kms_vectors() {
        let response = Response::get_public_key(&vector, ARN);
        for json in [response.cli(), response.http()] {
            let response = parse_key(&json).expect(&vector.name);
            assert_eq!(response.key_id(), ARN);
            assert_eq!(response.public_key(), &vector.public_key());
            assert_eq!(response.key_spec(), vector.key_spec);
            assert_eq!(response.key_usage(), "SIGN_VERIFY");
            assert_eq!(response.signing_algorithms(), vector.key_spec.signing_algorithms());
        }
        let response = Response::sign(&vector, ARN);
        for json in [response.cli(), response.http()] {
            let response = parse_signature(&json).expect(&vector.name);
            assert_eq!(response.key_id(), ARN);
            assert_eq!(response.signature(), vector.signature);
            assert_eq!(response.signing_algorithm(), vector.algorithm);
        }
    }
}

/// The texts are in the form that AWS writes, as its documentation shows it.
#[test]
fn the_texts_of_these_tests_look_like_those_of_aws() {
    let key = get_public_key().with("PublicKey", "\"MFkw...\"");
    let algorithms = r#"["RSASSA_PKCS1_V1_5_SHA_256","RSASSA_PSS_SHA_256"]"#;
    assert_eq!(
        key.with("SigningAlgorithms", algorithms).cli(),
        "{\n    \"KeyId\": \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\",\n    \
         \"PublicKey\": \"MFkw...\",\n    \"CustomerMasterKeySpec\": \"ECC_NIST_P256\",\n    \
         \"KeySpec\": \"ECC_NIST_P256\",\n    \"KeyUsage\": \"SIGN_VERIFY\",\n    \"SigningAlgorithms\": [\n        \
         \"RSASSA_PKCS1_V1_5_SHA_256\",\n        \"RSASSA_PSS_SHA_256\"\n    ]\n}\n"
    );
    assert_eq!(
        sign().with("Signature", "\"MEUC...\"").http(),
        "{\"KeyId\":\"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\",\
         \"Signature\":\"MEUC...\",\"SigningAlgorithm\":\"ECDSA_SHA_256\"}"
    );
}

#[test]
fn what_the_key_shows_may_be_missing_and_what_aws_adds_may_be_there() {
    let wanted = parse_key(&get_public_key().http()).unwrap();
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let rsa = kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw");
    for (what, response) in [
        ("no KeySpec (moto)", get_public_key().without("KeySpec")),
        (
            "no CustomerMasterKeySpec",
            get_public_key().without("CustomerMasterKeySpec"),
        ),
        (
            "neither",
            get_public_key().without("KeySpec").without("CustomerMasterKeySpec"),
        ),
        ("no SigningAlgorithms", get_public_key().without("SigningAlgorithms")),
        ("another field", get_public_key().with("KeyOrigin", "\"AWS_KMS\"")),
        (
            "another field, null",
            get_public_key().with("EncryptionAlgorithms", "null"),
        ),
        (
            "another field, nested",
            get_public_key().with("X", r#"{"KeyId":[{"KeyId":1,"KeyId":2}]}"#),
        ),
        ("another field, deep", get_public_key().with("X", &deep)),
        (
            "another field, like one that is read",
            get_public_key().with("keyId", "1"),
        ),
        ("a name with an escape", {
            let mut response = get_public_key();
            response.0[0].0 = "Key\\u0049d".to_owned();
            response
        }),
        ("another order", {
            let mut response = get_public_key();
            response.0.reverse();
            response
        }),
    ] {
        assert_eq!(parse_key(&response.http()).as_ref(), Ok(&wanted), "{what}");
    }
    let mut algorithms: Vec<_> = rsa
        .key_spec
        .signing_algorithms()
        .iter()
        .map(|name| quoted(name.as_str()))
        .collect();
    algorithms.reverse();
    let response =
        Response::get_public_key(&rsa, ARN).with("SigningAlgorithms", &format!("[{}]", algorithms.join(",")));
    assert_eq!(parse_key(&response.cli()).unwrap().public_key(), &rsa.public_key());

    let padded = format!(" \t\r\n{}\r\n\n", get_public_key().http());
    assert_eq!(parse_key(&padded).as_ref(), Ok(&wanted));
    let response = sign().with("KeyMaterialId", "{}").http();
    assert_eq!(parse_signature(&response), parse_signature(&sign().http()));
    // Whatever a signature is, only verification says so.
    assert_eq!(
        parse_signature(&sign().with("Signature", "\"\"").http())
            .unwrap()
            .signature(),
        b""
    );
}

#[track_caller]
fn assert_says<T: std::fmt::Debug>(result: Result<T, ResponseError>, words: &str) {
    assert_eq!(result.unwrap_err().to_string(), words);
}

#[test]
fn a_get_public_key_response_that_contradicts_itself_is_refused() {
    for (field, value, words) in [
        (
            "KeyUsage",
            "\"ENCRYPT_DECRYPT\"",
            "the KeyUsage of this key is \"ENCRYPT_DECRYPT\", and only keys for SIGN_VERIFY make signatures; get the \
             public key of the key that signed",
        ),
        (
            "KeyUsage",
            "\"sign_verify\\u001b\"",
            "the KeyUsage of this key is \"sign_verify\\u{1b}\", and only keys for SIGN_VERIFY make signatures; get \
             the public key of the key that signed",
        ),
        (
            "KeySpec",
            "\"ECC_SECG_P256K1\"",
            "KeySpec is \"ECC_SECG_P256K1\" and CustomerMasterKeySpec is \"ECC_NIST_P256\", but KMS writes the same in \
             both; get the response again with aws kms get-public-key, and keep it as it is",
        ),
        (
            "CustomerMasterKeySpec",
            "\"ML_DSA_44\"",
            "KeySpec is \"ECC_NIST_P256\" and CustomerMasterKeySpec is \"ML_DSA_44\", but KMS writes the same in \
             both; get the response again with aws kms get-public-key, and keep it as it is",
        ),
        (
            "SigningAlgorithms",
            r#"["ECDSA_SHA_384"]"#,
            "SigningAlgorithms is [ECDSA_SHA_384], but a key that is ECC_NIST_P256 has exactly [ECDSA_SHA_256], each \
             once; get the response again with aws kms get-public-key, and keep it as it is",
        ),
        (
            "SigningAlgorithms",
            r#"["ECDSA_SHA_384","ECDSA_SHA_256"]"#,
            "SigningAlgorithms is [ECDSA_SHA_256, ECDSA_SHA_384], but a key that is ECC_NIST_P256 has exactly \
             [ECDSA_SHA_256], each once; get the response again with aws kms get-public-key, and keep it as it is",
        ),
        (
            "SigningAlgorithms",
            r#"["ECDSA_SHA_256","ECDSA_SHA_256"]"#,
            "SigningAlgorithms is [ECDSA_SHA_256], but a key that is ECC_NIST_P256 has exactly [ECDSA_SHA_256], each \
             once; get the response again with aws kms get-public-key, and keep it as it is",
        ),
        (
            "SigningAlgorithms",
            "[]",
            "SigningAlgorithms is [], but a key that is ECC_NIST_P256 has exactly [ECDSA_SHA_256], each once; get the \
             response again with aws kms get-public-key, and keep it as it is",
        ),
        (
            "SigningAlgorithms",
            r#"["ES256"]"#,
            "\"ES256\" is not a KMS signing algorithm; the names are RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, \
             RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, \
             ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, SM2DSA, ML_DSA_SHAKE_256, ED25519_SHA_512, \
             ED25519_PH_SHA_512",
        ),
        (
            "KeyId",
            "\"\"",
            "the KeyId of a response has 1 to 2048 characters, and this one has 0; pass it as KMS answered it",
        ),
        (
            "PublicKey",
            "\"\"",
            "the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is empty; get the key with aws kms \
             get-public-key",
        ),
    ] {
        assert_says(parse_key(&get_public_key().with(field, value).cli()), words);
    }

    // One key spec alone, or both alike, that the key does not have: of any family.
    for spec in [
        "ECC_SECG_P256K1",
        "ML_DSA_65",
        "ECC_NIST_EDWARDS25519",
        "RSA_2048",
        "SM2",
    ] {
        let words = format!(
            "the response says that the key is {spec}, but its PublicKey is ECC_NIST_P256; get the response again with \
             aws kms get-public-key, and keep it as it is"
        );
        let (older, newer, spec) = ("CustomerMasterKeySpec", "KeySpec", quoted(spec));
        assert_says(
            parse_key(&get_public_key().without(older).with(newer, &spec).http()),
            &words,
        );
        assert_says(
            parse_key(&get_public_key().without(newer).with(older, &spec).http()),
            &words,
        );
        assert_says(
            parse_key(&get_public_key().with(newer, &spec).with(older, &spec).http()),
            &words,
        );
    }
    let unknown = parse_key(
        &get_public_key()
            .without("CustomerMasterKeySpec")
            .with("KeySpec", "\"P-256\"")
            .http(),
    );
    assert!(matches!(
        unknown,
        Err(ResponseError::Invalid(Error::UnknownName { .. }))
    ));

    // The list of an RSA key without one of its algorithms, and with one that is not its own.
    let rsa = kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw");
    let names: Vec<_> = rsa
        .key_spec
        .signing_algorithms()
        .iter()
        .map(|name| quoted(name.as_str()))
        .collect();
    for list in [names[1..].join(","), format!("{},\"ECDSA_SHA_256\"", names.join(","))] {
        let response = Response::get_public_key(&rsa, ARN).with("SigningAlgorithms", &format!("[{list}]"));
        let result = parse_key(&response.http());
        assert!(
            matches!(result, Err(ResponseError::SigningAlgorithmsNotOfKey { .. })),
            "{list}"
        );
    }
}

/// A key for another purpose is named as such, before its `PublicKey` is looked at.
#[test]
fn a_usage_other_than_signing_is_its_own_error() {
    for usage in [
        "ENCRYPT_DECRYPT",
        "KEY_AGREEMENT",
        "GENERATE_VERIFY_MAC",
        "ENCAPSULATE_DECAPSULATE",
        "sign_verify",
        "SIGN_VERIFY ",
        "",
    ] {
        for public_key in [get_public_key(), get_public_key().with("PublicKey", "\"?\"")] {
            assert_eq!(
                parse_key(&public_key.with("KeyUsage", &quoted(usage)).http()),
                Err(ResponseError::KeyUsage { given: usage.into() })
            );
        }
    }
}

#[test]
fn base64_is_strict() {
    let (key, signature) = (get_public_key().0[1].1.clone(), sign().0[1].1.clone());
    let key = key.trim_matches('"');
    // The key has 91 bytes, so its base64 ends in "==", with 4 bits unused; those of the last character are zero.
    assert!(key.ends_with("Q=="), "{key}");
    for (what, wrong) in [
        ("base64url", key.replace('+', "-").replace('/', "_")),
        ("no padding", key.trim_end_matches('=').to_owned()),
        ("half the padding", key.strip_suffix('=').unwrap().to_owned()),
        ("more padding", format!("{key}==")),
        ("unused bits", key.replace("Q==", "R==")),
        ("a line end", format!("{}\\n{}", &key[..64], &key[64..])),
        ("a last line end", format!("{key}\\n")),
        ("a space", format!(" {key}")),
        ("two of them", format!("{key}{key}")),
        ("hex", "3059301306072a8648ce3d020106".repeat(4) + "ab"),
        ("cut", key[..99].to_owned()),
        ("another alphabet", key.replace('A', "é")),
    ] {
        assert_ne!(wrong, key, "{what}");
        let response = get_public_key().with("PublicKey", &quoted(&wrong));
        assert_eq!(
            parse_key(&response.http()),
            Err(ResponseError::Base64 { field: "PublicKey" }),
            "{what}"
        );
        let response = sign().with("Signature", &quoted(&wrong));
        assert_eq!(
            parse_signature(&response.http()),
            Err(ResponseError::Base64 { field: "Signature" }),
            "{what}"
        );
    }
    assert_says(
        parse_signature(&sign().with("Signature", &signature.replace("\"ME", "\"?E")).cli()),
        "the field Signature of the response is not base64 as KMS writes it: A to Z, a to z, 0 to 9, \"+\" and \"/\", \
         padded with \"=\" to a multiple of 4 characters, without line ends; pass it as KMS answered it",
    );
}

/// `PublicKey` is base64 of DER. What decodes to something else is refused, and not tried as something else.
#[test]
fn key_source_confusion_a_public_key_in_another_format_is_not_tried() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let pem = vector.pem.replace('\n', "\\n");
    let refused = parse_key(&get_public_key().with("PublicKey", &quoted(&pem)).http());
    assert_eq!(refused, Err(ResponseError::Base64 { field: "PublicKey" }));

    use base64::Engine as _;
    let twice = base64::engine::general_purpose::STANDARD.encode(&vector.pem);
    assert!(PublicKey::from_pem(&vector.pem).is_ok());
    let refused = parse_key(&get_public_key().with("PublicKey", &quoted(&twice)).http()).unwrap_err();
    assert!(
        matches!(
            refused,
            ResponseError::Invalid(Error::PublicKey(KeyError::OtherFormat { .. }))
        ),
        "{refused}"
    );

    let twice = base64::engine::general_purpose::STANDARD.encode(get_public_key().0[1].1.trim_matches('"'));
    let refused = parse_key(&get_public_key().with("PublicKey", &quoted(&twice)).http()).unwrap_err();
    let ResponseError::Invalid(Error::PublicKey(KeyError::OtherFormat { found, .. })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(found, KeyFormat::Base64);
}

#[test]
fn text_that_is_not_one_json_object_is_refused() {
    let json = sign().http();
    let utf16: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (text, problem) in [
        (vec![], "it is empty"),
        (b"  \n".to_vec(), "it ends early"),
        (json.as_bytes()[..json.len() - 1].to_vec(), "it ends early"),
        (b"null".to_vec(), "it is another JSON value"),
        (b"\"KeyId\"".to_vec(), "it is another JSON value"),
        (format!("[{json}]").into_bytes(), "it is another JSON value"),
        (
            format!("{json}{json}").into_bytes(),
            "it goes wrong at line 1, column 234, or is nested too deep there",
        ),
        (
            format!("{json}\n\0").into_bytes(),
            "it goes wrong at line 2, column 1, or is nested too deep there",
        ),
        (
            b"{'KeyId': 'mine'}".to_vec(),
            "it goes wrong at line 1, column 2, or is nested too deep there",
        ),
        (
            json.replace('}', ",}").into_bytes(),
            "it goes wrong at line 1, column 234, or is nested too deep there",
        ),
        (
            b"{\"KeyId\":\"\xff\"}".to_vec(),
            "it goes wrong at line 1, column 11, or is nested too deep there",
        ),
        (
            [b"\xff\xfe".to_vec(), utf16].concat(),
            "it is UTF-16, as some shells write it",
        ),
        (
            [b"\xef\xbb\xbf", json.as_bytes()].concat(),
            "it begins with a byte order mark, as some editors write it",
        ),
    ] {
        assert_says(
            SignResponse::from_json(&text),
            &format!(
                "the response must be one JSON object as UTF-8, but {problem}; pass what aws kms sign --output json \
                 prints"
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
    // No beginning of a response is one.
    for response in [sign().cli(), get_public_key().cli()] {
        let object = response.trim_end();
        for length in 0..object.len() {
            assert!(parse_key(&object[..length]).is_err() && parse_signature(&object[..length]).is_err());
        }
    }
}

#[test]
fn fields_that_nothing_else_says_must_be_there() {
    for field in ["KeyId", "PublicKey", "KeyUsage"] {
        assert_says(
            parse_key(&get_public_key().without(field).http()),
            &format!(
                "the response has no field {field}; pass the whole of what aws kms get-public-key --output json \
                 prints, without --query"
            ),
        );
    }
    for field in ["KeyId", "Signature", "SigningAlgorithm"] {
        assert_says(
            parse_signature(&sign().without(field).http()),
            &format!(
                "the response has no field {field}; pass the whole of what aws kms sign --output json prints, without \
                 --query"
            ),
        );
    }
    // Each of the two is not the other.
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

/// jsonwebtoken, CVE-2026-25537: a claim of another type than wanted was treated as if it were not there.
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
                // An empty Signature is a string, and so what verification decides on.
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
                            "the field {field} of the response must be {expected}, but it is {found}; pass it as KMS \
                             answered it"
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
            "the field SigningAlgorithms of the response must be a list of strings, but it is a list of other values; \
             pass it as KMS answered it",
        );
    }
}

/// The other half of it: of two values, no parser may choose.
#[test]
fn failed_to_parse_includes_a_field_that_is_there_twice() {
    assert_says(
        parse_signature(&sign().with_again("KeyId", &quoted(ARN)).http()),
        "the response has the field \"KeyId\" more than once; pass it as KMS answered it, with each field once",
    );
    for (response, is_key) in [(get_public_key(), true), (sign(), false)] {
        let response = response.with("Unknown", "{}");
        for (field, value) in response.0.clone() {
            // The same value, another one, one of another type; in plain letters or escaped; behind or before the first.
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
    let name = "x".repeat(1000);
    let json = sign().with(&name, "0").with_again(&name, "0").http();
    assert_eq!(
        parse_signature(&json),
        Err(ResponseError::DuplicateField {
            field: name[..64].into()
        })
    );
}

/// cosign, CVE-2023-46737 and CVE-2024-29902: inputs of any size were read and worked through.
#[test]
fn unbounded_input_is_refused_before_it_is_parsed() {
    let fits = sign().http() + &" ".repeat(LIMIT - sign().http().len());
    assert_eq!(parse_signature(&fits), parse_signature(&sign().http()));
    assert_says(
        parse_signature(&(fits.clone() + " ")),
        "the response is too long: 65537 bytes, and the longest input taken has 65536; pass the answer to one call of \
         KMS",
    );
    // Before parsing: it is not JSON at all.
    for length in [LIMIT + 1, 1 << 20, 64 << 20] {
        let error = ResponseError::TooLong {
            given: length,
            max: LIMIT,
        };
        let text = vec![b'x'; length];
        assert_eq!(SignResponse::from_json(&text), Err(error.clone()));
        assert_eq!(GetPublicKeyResponse::from_json(&text), Err(error));
    }
    // Nesting that would overflow a stack, in a field that is not read and in one that is.
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
    // As many fields, and as long a list, as fit.
    let fields: Vec<_> = (0..7000).map(|i| format!("\"{i}\":0")).collect();
    let fields = sign().http().replace('}', &format!(",{}}}", fields.join(",")));
    assert!(fields.len() <= LIMIT && fields.len() > LIMIT - 4096, "{}", fields.len());
    assert!(parse_signature(&fields).is_ok());
    let list = format!("[{}]", vec!["\"ECDSA_SHA_256\""; 4000].join(","));
    let error = parse_key(&get_public_key().with("SigningAlgorithms", &list).http()).unwrap_err();
    assert!(error.to_string().len() < 500, "{error}");
    // What errors repeat of the input is short.
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

#[test]
fn types_are_small_and_can_be_shared() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug + Eq + 'static>() {}
    shared::<GetPublicKeyResponse>();
    shared::<SignResponse>();
    shared::<ResponseError>();
    assert!(size_of::<ResponseError>() <= 56, "{}", size_of::<ResponseError>());
}
