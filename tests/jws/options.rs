//! What can be set, and the form of AWS's load balancers.

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use kms_verify::jws::Keys;

use super::*;

#[test]
fn the_limit_on_the_length_is_exact() {
    let token = token(p256(), r#"{"alg":"ES256"}"#, PAYLOAD);
    let limited = |length| Options::new().max_length(length).verify(&p256().key, &token);
    assert!(limited(token.len()).is_ok());
    assert_eq!(limited(token.len() - 1), Err(Error::TooLong));
    assert_eq!(limited(0), Err(Error::TooLong));
    // The default is 1 MiB.
    for (payload, length, is_ok) in [(786_351, 1 << 20, true), (786_352, (1 << 20) + 2, false)] {
        let token = super::token(p256(), r#"{"alg":"ES256"}"#, &vec![b'a'; payload]);
        assert_eq!(token.len(), length);
        assert_eq!(verify(p256(), &token).is_ok(), is_ok);
    }
}

/// A token as the Application Load Balancer makes it: each part padded, and signed with its padding.
fn padded_token(header: &str, payload: &[u8]) -> String {
    let (header, payload) = (URL_SAFE.encode(header), URL_SAFE.encode(payload));
    let signing_input = format!("{header}.{payload}");
    let signature = signature(p256(), signing_input.as_bytes());
    format!("{signing_input}.{}", URL_SAFE.encode(signature))
}

#[test]
fn padded_tokens_need_the_option_and_the_option_needs_padded_tokens() {
    let options = Options::new().padded_base64();
    for payload in [&b"a"[..], b"aa", b"aaa", b"\xff\xfe"] {
        for header in [r#"{"alg":"ES256"}"#, r#"{"alg":"ES256" }"#, r#"{"alg":"ES256"  }"#] {
            let padded = padded_token(header, payload);
            assert!(padded.ends_with('='));
            assert_eq!(options.verify(&p256().key, &padded).unwrap().payload(), payload);
            assert!(verify(p256(), &padded).is_err());
            // Without padding, or with a part of it, it is another text.
            let plain = token(p256(), header, payload);
            assert!(options.verify(&p256().key, &plain).is_err());
            assert!(options.verify(&p256().key, &padded.replacen('=', "", 1)).is_err());
            assert!(options.verify(&p256().key, &format!("{padded}=")).is_err());
        }
    }
    // Not the standard alphabet.
    let header = URL_SAFE.encode(r#"{"alg":"ES256"}"#);
    let token = signed(p256(), &header, &STANDARD.encode(b"\xff\xfe\xfd"));
    assert_eq!(options.verify(&p256().key, &token), Err(Error::PayloadEncoding));
}

#[test]
fn padded_payloads_can_be_detached() {
    let options = Options::new().padded_base64();
    let header = URL_SAFE.encode(r#"{"alg":"ES256"}"#);
    for payload in [&b""[..], b"a", b"aa", b"aaa", b"aaaa"] {
        let signing_input = format!("{header}.{}", URL_SAFE.encode(payload));
        let signature = signature(p256(), signing_input.as_bytes());
        let token = format!("{header}..{}", URL_SAFE.encode(signature));
        assert!(options.verify_detached(&p256().key, &token, payload).is_ok());
        assert_eq!(
            options.verify_detached(&p256().key, &token, b"b"),
            Err(Error::Signature)
        );
    }
}

#[test]
fn keys_can_come_from_a_function() {
    let find = |kid: &str| (kid == "a").then(|| p256().key.clone());
    let keys = Keys::Find(&find);
    let named = |members: &str| token(p256(), &format!(r#"{{"alg":"ES256"{members}}}"#), PAYLOAD);
    let options = Options::new();
    assert!(options.verify(keys, &named(r#","kid":"a""#)).is_ok());
    assert_eq!(options.verify(keys, &named(r#","kid":"b""#)), Err(Error::UnknownKeyId));
    assert_eq!(options.verify(keys, &named("")), Err(Error::MissingKeyId));
}
