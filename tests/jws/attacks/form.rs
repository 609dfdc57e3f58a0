//! The form of a token and of its header: exactly one reading.

use super::*;

/// CVE-2025-59420, CVE-2026-32597, GHSA-hm7r-c7qw-ghp6.
#[test]
fn crit_that_is_unknown_empty_duplicate_absent_or_a_standard_name() {
    for (members, error) in [
        (r#""crit":["exp"],"exp":1"#, Error::Critical),
        (
            r#""crit":["http://example.com/UNDEFINED"],"http://example.com/UNDEFINED":true"#,
            Error::Critical,
        ),
        (r#""crit":[]"#, Error::Critical),
        (r#""crit":["alg"]"#, Error::Critical),
        (r#""crit":["b64","b64"],"b64":true"#, Error::Critical),
        (r#""crit":["b64","exp"],"b64":true,"exp":1"#, Error::Critical),
        (r#""crit":["b64"]"#, Error::Critical),
        (r#""crit":["b64"],"b64":true"#, Error::UnencodedPayload),
        (r#""crit":"b64","b64":true"#, Error::MemberType),
        (r#""crit":null"#, Error::MemberType),
        (r#""crit":{}"#, Error::MemberType),
        (r#""crit":[1]"#, Error::MemberType),
        (r#""crit":["b64",null],"b64":true"#, Error::MemberType),
    ] {
        rejects_header(format!(r#"{{"alg":"ES256",{members}}}"#), error);
        // With a detached payload too, except that `b64` is supported.
        let token = detached(
            p256(),
            &format!(r#"{{"alg":"ES256",{members}}}"#),
            b64(PAYLOAD).as_bytes(),
        );
        let verdict = jws::verify_detached(&p256().key, &token, PAYLOAD).map(|_| ());
        let expected = if error == Error::UnencodedPayload {
            Ok(())
        } else {
            Err(error)
        };
        assert_eq!(verdict, expected, "{members}");
    }
}

/// RFC 7797.
#[test]
fn an_unencoded_payload_taken_as_base64() {
    for members in [
        r#""b64":false,"crit":["b64"]"#,
        r#""b64":true,"crit":["b64"]"#,
        r#""b64":false"#,
        r#""b64":true"#,
    ] {
        let header = format!(r#"{{"alg":"ES256",{members}}}"#);
        rejects_header(&header, Error::UnencodedPayload);
        // Signed over the text itself, which happens to be base64url.
        let token = signed(p256(), &b64(&header), "aGVsbG8");
        assert_eq!(verify(p256(), &token), Err(Error::UnencodedPayload));
    }
    for member in ["\"b64\":null", "\"b64\":\"false\"", "\"b64\":0"] {
        rejects_header(
            format!(r#"{{"alg":"ES256",{member},"crit":["b64"]}}"#),
            Error::MemberType,
        );
    }
}

/// GHSA-jc38-x7x8-2xc8: the JSON serializations have headers that are not signed.
#[test]
fn a_json_serialization_or_an_unprotected_header() {
    let genuine = token(p256(), r#"{"alg":"ES256"}"#, PAYLOAD);
    let [header, payload, signature]: [_; 3] = genuine.split('.').collect::<Vec<_>>().try_into().unwrap();
    for json in [
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
        format!(r#"{{"header":{{"alg":"ES256"}},"payload":"{payload}","signature":"{signature}"}}"#),
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#),
    ] {
        assert_eq!(verify(p256(), &json), Err(Error::NotCompact));
        // With dots in the right number.
        let dotted = json.replacen("\"payload\"", "\"a.b\":\".\",\"payload\"", 1);
        assert_eq!(verify(p256(), &dotted), Err(Error::HeaderEncoding));
    }
    // `alg` only outside of what is signed.
    rejects_header("{}", Error::Algorithm);
}

/// An encrypted token has five parts (RFC 7516 section 7.1).
#[test]
fn five_parts_or_another_number() {
    let genuine = token(p256(), r#"{"alg":"ES256"}"#, PAYLOAD);
    for token in [
        String::new(),
        ".".to_owned(),
        genuine.replacen('.', "", 1),
        genuine.replace('.', ""),
        format!("{genuine}."),
        format!(".{genuine}"),
        format!("{genuine}.a.b"),
        genuine.replacen('.', "..", 1),
    ] {
        assert_eq!(verify(p256(), &token), Err(Error::NotCompact), "{token}");
    }
    assert_eq!(verify(p256(), ".."), Err(Error::HeaderJson));
}

/// RFC 7515 section 4: two readers must not see two headers.
#[test]
fn duplicate_members() {
    for header in [
        r#"{"alg":"ES256","alg":"ES256"}"#,
        r#"{"alg":"none","alg":"ES256"}"#,
        r#"{"alg":"ES256","\u0061lg":"ES256"}"#,
        r#"{"alg":"ES256","a":1,"a":1}"#,
        r#"{"alg":"ES256","a":{"b":1,"b":1}}"#,
        r#"{"alg":"ES256","a":[{"b":1,"b":1}]}"#,
    ] {
        rejects_header(header, Error::DuplicateMember);
    }
}

#[test]
fn members_of_another_type() {
    for header in [
        r#"{"alg":["ES256"]}"#,
        r#"{"alg":null}"#,
        r#"{"alg":"ES256","kid":1}"#,
        r#"{"alg":"ES256","kid":null}"#,
        r#"{"alg":"ES256","typ":{}}"#,
        r#"{"alg":"ES256","cty":[]}"#,
    ] {
        rejects_header(header, Error::MemberType);
    }
}

#[test]
fn utf_16_a_byte_order_mark_or_invalid_utf_8() {
    let header = r#"{"alg":"ES256"}"#;
    rejects_header(format!("\u{feff}{header}"), Error::HeaderJson);
    let big: Vec<u8> = header.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = header.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for utf_16 in [
        [&[0xfe, 0xff], &big[..]].concat(),
        [&[0xff, 0xfe], &little[..]].concat(),
        big,
        little,
    ] {
        rejects_header(utf_16, Error::HeaderJson);
    }
    for invalid in [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        rejects_header(
            [br#"{"alg":"ES256","a":""#, invalid, br#""}"#].concat(),
            Error::HeaderJson,
        );
    }
    rejects_header(r#"{"alg":"ES256","a":"\ud800"}"#, Error::HeaderJson);
    for not_an_object in [
        "",
        "null",
        "[]",
        r#""ES256""#,
        "{}{}",
        r#"{"alg":"ES256"}x"#,
        r#"{"alg":"ES256",}"#,
    ] {
        rejects_header(not_an_object, Error::HeaderJson);
    }
    // White space in the JSON is a part of what is signed.
    let token = token(p256(), "{ \"alg\" : \"ES256\"\r\n}", PAYLOAD);
    assert!(verify(p256(), &token).is_ok());
}

/// GHSA-mvf2-f6gm-w987 and RFC 7515 section 2. Every part has exactly one encoding. The header and the payload are signed as
/// they are here.
#[test]
fn padding_trailing_bits_or_white_space() {
    // Of lengths 1, 2 and 3 modulo 4, with padding and with a trailing bit that is not zero.
    let header = |text: &str| b64(format!(r#"{{"alg":"ES256","a":"{text}"}}"#));
    let encoded = [header(""), header("a"), header("aa")];
    let mut changed = 0;
    for good in &encoded {
        let bad = [
            format!("{good}="),
            format!("{good}=="),
            format!("{good} "),
            format!("{good}\n"),
            format!(" {good}"),
            format!("{good}+"),
            format!("{good}\u{e9}"),
            good.replacen('J', "J\r\n", 1),
        ];
        for header in bad.iter().chain(&with_trailing_bits(good)) {
            let token = signed(p256(), header, &b64(PAYLOAD));
            assert_eq!(verify(p256(), &token), Err(Error::HeaderEncoding), "{header}");
            changed += 1;
        }
        let token = signed(p256(), good, &b64(PAYLOAD));
        assert!(verify(p256(), &token).is_ok());
    }
    let header = b64(r#"{"alg":"ES256"}"#);
    for good in ["YQ", "YWE", "YWFh"] {
        let bad = [
            format!("{good}="),
            format!("{good}=="),
            format!("{good}\n"),
            format!("{good}/"),
            format!("{good}A="),
            "Y Q".to_owned(),
            "Y".to_owned(),
        ];
        for payload in bad.iter().chain(&with_trailing_bits(good)) {
            let token = signed(p256(), &header, payload);
            assert_eq!(verify(p256(), &token), Err(Error::PayloadEncoding), "{payload}");
            changed += 1;
        }
        let token = signed(p256(), &header, good);
        assert!(verify(p256(), &token).is_ok());
        let (signing_input, signature) = token.rsplit_once('.').unwrap();
        let bad = [
            format!("{signature}="),
            format!("{signature}=="),
            format!("{signature}\n"),
            format!("{signature} "),
        ];
        for signature in bad.iter().chain(&with_trailing_bits(signature)) {
            let token = format!("{signing_input}.{signature}");
            assert_eq!(verify(p256(), &token), Err(Error::Signature), "{signature}");
            changed += 1;
        }
    }
    assert!(changed > 50);
    // White space around the token.
    let token = signed(p256(), &header, "YQ");
    assert_eq!(verify(p256(), &format!(" {token}")), Err(Error::HeaderEncoding));
    assert_eq!(verify(p256(), &format!("{token}\n")), Err(Error::Signature));
}

/// The same bytes with other trailing bits, which lenient decoders ignore. None if the text has no trailing bits.
fn with_trailing_bits(text: &str) -> Vec<String> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = match text.len() % 4 {
        2 => 4,
        3 => 2,
        _ => return Vec::new(),
    };
    let (rest, last) = text.split_at(text.len() - 1);
    let value = alphabet
        .iter()
        .position(|character| *character == last.as_bytes()[0])
        .unwrap();
    assert_eq!(value % (1 << bits), 0);
    let changed = |bit: usize| format!("{rest}{}", alphabet[value | (1 << bit)] as char);
    (0..bits).map(changed).collect()
}

#[test]
fn a_header_of_a_mebibyte_or_of_deep_json() {
    let header = |length: usize| {
        let begin = r#"{"alg":"ES256","a":""#;
        format!("{begin}{}\"}}", "a".repeat(length - begin.len() - 2))
    };
    let limit = 8 * 1024;
    for (length, expected) in [
        (limit, Ok(())),
        (limit + 1, Err(Error::HeaderTooLong)),
        (limit + 2, Err(Error::HeaderTooLong)),
        (limit + 3, Err(Error::HeaderTooLong)),
        (limit + 100, Err(Error::HeaderTooLong)),
        (700_000, Err(Error::HeaderTooLong)),
        (1 << 20, Err(Error::TooLong)),
    ] {
        let token = token(p256(), &header(length), PAYLOAD);
        assert_eq!(verify(p256(), &token).map(|_| ()), expected, "{length}");
    }
    for depth in [127, 128, 1000] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        rejects_header(format!(r#"{{"alg":"ES256","a":{nested}}}"#), Error::HeaderJson);
        rejects_header(
            format!(r#"{{"alg":"ES256","a":{}"#, "{\"a\":".repeat(depth)),
            Error::HeaderJson,
        );
    }
}

/// It is rejected by its length, before anything is read or allocated.
#[test]
fn a_token_of_many_mebibytes() {
    let long = "a".repeat(1 << 26);
    assert_eq!(verify(p256(), &long), Err(Error::TooLong));
    // The signature has a limit of its own.
    let long = with_signature("ES256", vec![1; 700_000]);
    assert_eq!(verify(p256(), &long), Err(Error::Signature));
}
