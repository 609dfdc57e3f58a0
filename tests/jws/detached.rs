//! Detached payloads (RFC 7515 appendix F) and unencoded ones (RFC 7797).

use super::*;

const BYTES: &[u8] = b"not base64url.\0\xff";

#[test]
fn payloads_of_any_length_verify_at_once_and_in_pieces() {
    for (name, signer) in jose_signers() {
        let plain = format!(r#"{{"alg":"{name}","kid":"a"}}"#);
        let raw = format!(r#"{{"alg":"{name}","kid":"a","b64":false,"crit":["b64"]}}"#);
        let encoded = format!(r#"{{"alg":"{name}","kid":"a","b64":true,"crit":["b64"]}}"#);
        let mut keys = KeySet::new();
        keys.insert("a", signer.key.clone()).unwrap();
        for length in [0, 1, 2, 3, 4, 1000] {
            let payload: Vec<u8> = BYTES.iter().copied().cycle().take(length).collect();
            for (header, signed_payload) in [
                (&plain, b64(&payload).into_bytes()),
                (&encoded, b64(&payload).into_bytes()),
                (&raw, payload.clone()),
            ] {
                let token = detached(signer, header, &signed_payload);
                let verified = jws::verify_detached(&signer.key, &token, &payload).unwrap();
                assert_eq!(verified.as_json(), header);
                assert_eq!(keys.verify_detached(&token, &payload), Ok(verified.clone()));
                for step in [1, 2, 5] {
                    let mut stream = Options::new().stream_detached(&keys, &token).unwrap();
                    payload.chunks(step).for_each(|piece| stream.update(piece));
                    assert_eq!(stream.finish(), Ok(verified.clone()));
                }
                let longer = [&payload[..], b"x"].concat();
                assert_eq!(
                    jws::verify_detached(&signer.key, &token, &longer),
                    Err(Error::Signature)
                );
            }
        }
    }
}

/// The same bytes, encoded or not, are different messages, and a token says which one it signs.
#[test]
fn an_encoded_payload_is_not_an_unencoded_one() {
    let payload = b"aGVsbG8";
    let plain = detached(p256(), r#"{"alg":"ES256"}"#, payload);
    assert!(jws::verify_detached(&p256().key, &plain, b"hello").is_ok());
    assert_eq!(
        jws::verify_detached(&p256().key, &plain, payload),
        Err(Error::Signature)
    );
    let raw = detached(p256(), r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#, payload);
    assert!(jws::verify_detached(&p256().key, &raw, payload).is_ok());
    assert_eq!(jws::verify_detached(&p256().key, &raw, b"hello"), Err(Error::Signature));
}

/// With the payload in the token, there would be two payloads.
#[test]
fn a_token_with_a_payload_is_not_detached() {
    let attached = token(p256(), r#"{"alg":"ES256"}"#, PAYLOAD);
    assert_eq!(
        jws::verify_detached(&p256().key, &attached, PAYLOAD),
        Err(Error::PayloadNotDetached)
    );
    // The other way round, it is a token with an empty payload, and another message.
    let detached = detached(p256(), r#"{"alg":"ES256"}"#, b64(PAYLOAD).as_bytes());
    assert_eq!(verify(p256(), &detached), Err(Error::Signature));
}

#[test]
fn b64_without_crit_is_rejected() {
    for b64 in ["true", "false"] {
        let header = format!(r#"{{"alg":"ES256","b64":{b64}}}"#);
        let token = detached(p256(), &header, PAYLOAD);
        assert_eq!(
            jws::verify_detached(&p256().key, &token, PAYLOAD),
            Err(Error::UnencodedPayload)
        );
    }
}
