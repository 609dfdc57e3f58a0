//! Attacks on verifiers of tokens, each with its source. Every token here is rejected, and each by the rule that is meant:
//! where it is possible, its signature is genuine.

use kms_verify::jws::{JwkError, Keys};
use kms_verify::{KeySpec as K, SigningAlgorithm as A};
use kms_verify_testing::forge::{MESSAGE, ed25519, rsa};
use sha2::{Digest as _, Sha256};

use super::*;

/// RFC 8725 section 2.1 and CVE-2020-28042.
#[test]
fn none_in_any_case_and_the_empty_signature() {
    for alg in ["none", "None", "noNE", "NONE", ""] {
        rejects_header(format!(r#"{{"alg":"{alg}"}}"#), Error::Algorithm);
        let header = b64(format!(r#"{{"alg":"{alg}"}}"#));
        let unsigned = format!("{header}.{}.", b64(PAYLOAD));
        for (_, signer) in jose_signers() {
            assert_eq!(verify(signer, &unsigned), Err(Error::Algorithm));
        }
    }
    for (name, signer) in jose_signers() {
        let header = b64(format!(r#"{{"alg":"{name}"}}"#));
        let empty = format!("{header}.{}.", b64(PAYLOAD));
        assert_eq!(verify(signer, &empty), Err(Error::Signature), "{name}");
    }
    // No `alg` at all.
    rejects_header("{}", Error::Algorithm);
    rejects_header(r#"{"ALG":"ES256"}"#, Error::Algorithm);
}

/// CVE-2015-9235 and CVE-2016-10555: the public key, which the attacker has, as the key of an HMAC.
#[test]
fn hs256_with_the_public_key_as_secret() {
    for (_, signer) in jose_signers() {
        for secret in [
            signer.key.public_key().to_der(),
            signer.key.public_key().to_pem().into_bytes(),
        ] {
            let signing_input = format!("{}.{}", b64(r#"{"alg":"HS256"}"#), b64(PAYLOAD));
            let mac = hmac_sha256(&secret, signing_input.as_bytes());
            let token = format!("{signing_input}.{}", b64(mac));
            assert_eq!(verify(signer, &token), Err(Error::Algorithm));
        }
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    let outer = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner);
    outer.finalize().to_vec()
}

/// One key, one algorithm: an RSA key supports six, and a token cannot choose among them.
#[test]
fn another_algorithm_of_the_same_key() {
    for (name, signer) in jose_signers() {
        for (other_name, other) in jose_signers() {
            let header = format!(r#"{{"alg":"{other_name}"}}"#);
            let token = token(other, &header, PAYLOAD);
            let verdict = verify(signer, &token).map(|_| ());
            let expected = if name == other_name {
                Ok(())
            } else {
                Err(Error::Algorithm)
            };
            assert_eq!(verdict, expected, "{name} {other_name}");
        }
    }
    // Nor may it call its algorithm by another name.
    for alg in ["es256", "ES256 ", "ES256K", "ES384", "EcdsaSha256", "ECDSA_SHA_256"] {
        rejects_header(format!(r#"{{"alg":"{alg}"}}"#), Error::Algorithm);
    }
}

/// CVE-2018-0114: a key that the token brings. RFC 8725 section 3.10: addresses in the token are not followed.
#[test]
fn a_key_in_the_token_or_at_an_address_in_it() {
    let attacker = signer(A::Ed25519Sha512, K::EccNistEdwards25519);
    let ours = ed25519::Key::new("ours").verifying_key(A::Ed25519Sha512);
    let x = b64(&attacker.key.public_key().as_der()[12..]);
    for member in [
        format!(r#""jwk":{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#),
        r#""jku":"https://attacker.example/jwks.json""#.to_owned(),
        r#""x5u":"https://attacker.example/chain.pem""#.to_owned(),
        r#""x5c":["MIIB"]"#.to_owned(),
    ] {
        let header = format!(r#"{{"alg":"Ed25519","kid":"a",{member}}}"#);
        let forged = token(attacker, &header, PAYLOAD);
        assert_eq!(jws::verify(&ours, &forged), Err(Error::Signature));
        let mut keys = KeySet::new();
        keys.insert("a", ours.clone()).unwrap();
        assert_eq!(keys.verify(&forged), Err(Error::Signature));
    }
}

/// RFC 8725 section 3.10: `kid` is looked up as it is, and in nothing but the set.
#[test]
fn a_key_id_that_is_a_path_or_a_query() {
    let mut keys = KeySet::new();
    keys.insert("a", p256().key.clone()).unwrap();
    for kid in [
        "../a",
        "/dev/null",
        "a' OR '1'='1",
        "a\\u0000",
        "a ",
        "",
        "https://example.com/a",
    ] {
        let token = token(p256(), &format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), PAYLOAD);
        assert_eq!(keys.verify(&token), Err(Error::UnknownKeyId), "{kid}");
    }
    // Escaped in another way, it is the same name.
    let token = token(p256(), r#"{"alg":"ES256","kid":"\u0061"}"#, PAYLOAD);
    assert!(keys.verify(&token).is_ok());
    let find = |kid: &str| (kid == "a").then(|| p256().key.clone());
    assert!(Options::new().verify(Keys::Find(&find), &token).is_ok());
}

fn with_signature(alg: &str, signature: impl AsRef<[u8]>) -> String {
    let header = b64(format!(r#"{{"alg":"{alg}"}}"#));
    format!("{header}.{}.{}", b64(PAYLOAD), b64(signature))
}

/// CVE-2022-21449.
#[test]
fn r_and_s_of_zero_or_the_order() {
    for (name, signer) in jose_signers().filter(|(_, signer)| signer.is_der()) {
        let length = signature(signer, b"").len();
        for (r, s) in [(0, 0), (0, 1), (1, 0), (0xff, 0xff), (0xff, 1), (1, 0xff)] {
            let number = |value: u8| match value {
                1 => [vec![0; length / 2 - 1], vec![1]].concat(),
                _ => vec![value; length / 2],
            };
            let token = with_signature(name, [number(r), number(s)].concat());
            assert_eq!(verify(signer, &token), Err(Error::Signature), "{name} {r} {s}");
        }
    }
}

/// The encoding of KMS, X.509 and OpenSSL, which JWS does not have (RFC 7518 section 3.4).
#[test]
fn der_inside_es256() {
    for (name, signer) in jose_signers().filter(|(_, signer)| signer.is_der()) {
        let header = b64(format!(r#"{{"alg":"{name}"}}"#));
        let signing_input = format!("{header}.{}", b64(PAYLOAD));
        let der = signer.sign(signing_input.as_bytes());
        assert!(
            signer
                .key
                .verify(kms_verify::Message::Raw(signing_input.as_bytes()), &der)
                .is_ok()
        );
        let token = format!("{signing_input}.{}", b64(der));
        assert_eq!(verify(signer, &token), Err(Error::Signature), "{name}");
    }
}

#[test]
fn short_or_long_r_or_s() {
    for (name, signer) in jose_signers() {
        let genuine = token(signer, &format!(r#"{{"alg":"{name}"}}"#), PAYLOAD);
        let (signing_input, text) = genuine.rsplit_once('.').unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        let (first, rest) = bytes.split_at(1);
        for changed in [
            bytes[1..].to_vec(),
            bytes[..bytes.len() - 1].to_vec(),
            [&[0], &bytes[..]].concat(),
            [&bytes[..], &[0]].concat(),
            [&[0, 0], &bytes[..]].concat(),
            [first, &[0], rest].concat(),
        ] {
            let token = format!("{signing_input}.{}", b64(changed));
            assert_eq!(verify(signer, &token), Err(Error::Signature), "{name}");
        }
        assert!(verify(signer, &genuine).is_ok());
    }
}

/// Of an ECDSA signature (r, s), anyone can make (r, n - s), which the standard accepts and KMS makes too. So the whole
/// token must not identify it; the text before the last dot does.
#[test]
fn the_other_s_against_a_replay_cache() {
    let header = r#"{"alg":"ES256"}"#;
    let genuine = token(p256(), header, PAYLOAD);
    let (signing_input, text) = genuine.rsplit_once('.').unwrap();
    let (r, s) = {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        (bytes[..32].to_vec(), bytes[32..].to_vec())
    };
    let n = kms_verify_testing::number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let other = padded(&(n - num_bigint::BigUint::from_bytes_be(&s)), 32);
    let twin = format!("{signing_input}.{}", b64([r, other].concat()));
    assert_ne!(twin, genuine);
    assert_eq!(verify(p256(), &twin), verify(p256(), &genuine));
    assert!(verify(p256(), &twin).is_ok());
    assert_eq!(twin.rsplit_once('.').unwrap().0, signing_input);
}

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

/// RFC 8725 section 3.11: a token of another kind by the same signer.
#[test]
fn typ_confusion() {
    let options = Options::new().typ("at+jwt");
    for (typ, expected) in [
        (r#""typ":"at+jwt""#, Ok(())),
        (r#""typ":"AT+JWT""#, Ok(())),
        (r#""typ":"application/at+jwt""#, Ok(())),
        (r#""typ":"JWT""#, Err(Error::Type)),
        (r#""typ":"jwt""#, Err(Error::Type)),
        (r#""typ":"at+jwt ""#, Err(Error::Type)),
        (r#""typ":"""#, Err(Error::Type)),
        (r#""typ":"application/application/at+jwt""#, Err(Error::Type)),
        (r#""typ":"text/at+jwt""#, Err(Error::Type)),
        (r#""cty":"at+jwt""#, Err(Error::Type)),
    ] {
        let token = token(p256(), &format!(r#"{{"alg":"ES256",{typ}}}"#), PAYLOAD);
        assert_eq!(options.verify(&p256().key, &token).map(|_| ()), expected, "{typ}");
        let qualified = Options::new().typ("application/AT+jwt");
        assert_eq!(qualified.verify(&p256().key, &token).map(|_| ()), expected, "{typ}");
        assert!(verify(p256(), &token).is_ok());
    }
    // Only ASCII letters have two cases: the lower case of the Kelvin sign is k.
    for (required, typ) in [("kb+jwt", "\u{212a}b+jwt"), ("\u{212a}b+jwt", "kb+jwt")] {
        let token = token(p256(), &format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#), PAYLOAD);
        let options = Options::new().typ(required);
        assert_eq!(options.verify(&p256().key, &token), Err(Error::Type), "{typ}");
    }
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

/// RFC 9964: `alg` is a part of an AKP key.
#[test]
fn an_akp_key_with_the_algorithm_of_another() {
    for key_spec in [K::MlDsa44, K::MlDsa65, K::MlDsa87] {
        let signer = signer(A::MlDsaShake256, key_spec);
        for name in ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] {
            let token = token(signer, &format!(r#"{{"alg":"{name}"}}"#), PAYLOAD);
            let is_own = A::MlDsaShake256.jose_name(key_spec) == Some(name);
            let expected = if is_own { Ok(()) } else { Err(Error::Algorithm) };
            assert_eq!(verify(signer, &token).map(|_| ()), expected);
            // A JWK that pretends to be of another parameter set.
            let jwk = jws::Jwk::new(&signer.key, None).unwrap().to_json();
            let own = A::MlDsaShake256.jose_name(key_spec).unwrap();
            let parsed = jws::Jwk::from_json(jwk.replace(own, name).as_bytes());
            assert_eq!(parsed.is_ok(), is_own);
            if let Err(error) = parsed {
                assert!(matches!(error, JwkError::Key(_)), "{error}");
            }
        }
    }
}

/// RFC 7518 section 3.5: the salt is as long as the digest.
#[test]
fn pss_with_another_salt() {
    let key = rsa::key(2048);
    for (hash, _, pss) in kms_verify_testing::forge::RSA_NAMES {
        let verifying_key = key.verifying_key(pss);
        let name = pss.jose_name(K::Rsa2048).unwrap();
        let signing_input = format!("{}.{}", b64(format!(r#"{{"alg":"{name}"}}"#)), b64(PAYLOAD));
        for (length, expected) in [
            (hash.length(), Ok(())),
            (0, Err(Error::Signature)),
            (20, Err(Error::Signature)),
            (hash.length() - 1, Err(Error::Signature)),
            (hash.length() + 1, Err(Error::Signature)),
        ] {
            let mut encoding = rsa::Pss::of(hash);
            encoding.salt = vec![7; length];
            let encoded = encoding.encode(&hash.digest(signing_input.as_bytes()), key.length());
            let token = format!("{signing_input}.{}", b64(key.sign(&encoded)));
            assert_eq!(
                jws::verify(&verifying_key, &token).map(|_| ()),
                expected,
                "{name} {length}"
            );
        }
    }
}

/// JOSE has no name for Ed25519ph, and its signatures are not those of Ed25519.
#[test]
fn ed25519ph_as_ed25519() {
    let key = ed25519::Key::new("signer");
    let signing_input = format!("{}.{}", b64(r#"{"alg":"Ed25519"}"#), b64(PAYLOAD));
    let digest = kms_verify_testing::forge::Hash::Sha512.digest(signing_input.as_bytes());
    let token = format!("{signing_input}.{}", b64(key.sign(ed25519::DOM2_PH, &digest)));
    assert_eq!(
        jws::verify(&key.verifying_key(A::Ed25519Sha512), &token),
        Err(Error::Signature)
    );
    for (algorithm, key_spec) in [(A::Ed25519PhSha512, K::EccNistEdwards25519), (A::Sm2Dsa, K::Sm2)] {
        let signer = signer(algorithm, key_spec);
        let mut keys = KeySet::new();
        assert_eq!(
            keys.insert("a", signer.key.clone()),
            Err(JwkError::NoJoseName { algorithm })
        );
        assert_eq!(
            jws::Jwk::new(&signer.key, None),
            Err(JwkError::NoJoseName { algorithm })
        );
        for name in ["Ed25519", "EdDSA", "Ed25519ph", "SM2", "ES256", ""] {
            let token = with_signature(name, signer.sign(MESSAGE));
            assert_eq!(verify(signer, &token), Err(Error::Algorithm));
        }
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
