//! Signatures in a header, sent to the service without a connection.

mod support;

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use kms_verify::{KeyRing, SigningAlgorithm};
use kms_verify_testing::forge::{ed25519, rsa};
use kms_verify_testing::vectors::kms_vectors;
use kms_verify_tower::{
    HeaderSignature, KeySource, KeySourceError, PinnedRing, Rule, Swap, TrustedKey, VerifySignatureLayer,
};
use support::{
    ARN, KEY_ID, app, assert_accepted, assert_rejected, base64, keys, p256, public_key, ring, send, sign_p256,
    sign_pss, signed, with_headers,
};
use tower::ServiceExt as _;

const ECDSA: SigningAlgorithm = SigningAlgorithm::EcdsaSha256;

fn layer(keys: impl KeySource) -> VerifySignatureLayer<HeaderSignature, impl KeySource> {
    VerifySignatureLayer::new(HeaderSignature::new(), keys)
}

/// A body of these pieces, whose length is not known in advance.
fn in_pieces<P: Into<Bytes>>(pieces: impl IntoIterator<Item = P>) -> Body {
    let frames: Vec<_> = pieces
        .into_iter()
        .map(|piece| Ok::<_, Infallible>(Frame::data(piece.into())))
        .collect();
    Body::new(StreamBody::new(tokio_stream(frames)))
}

/// A stream of what is ready.
fn tokio_stream<T: Unpin>(items: Vec<T>) -> impl futures_core::Stream<Item = T> {
    struct Ready<T>(std::vec::IntoIter<T>);
    impl<T: Unpin> futures_core::Stream for Ready<T> {
        type Item = T;
        fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<T>> {
            std::task::Poll::Ready(self.0.next())
        }
    }
    Ready(items.into_iter())
}

#[tokio::test]
async fn signatures_of_kms_are_accepted() {
    let mut accepted = 0;
    for vector in kms_vectors()
        .iter()
        .filter(|vector| vector.message_type == kms_verify::MessageType::Raw)
    {
        let ring = ring(&[(ARN, vector.der.clone())]);
        let app = app(layer(PinnedRing::new(ring, [vector.algorithm])));
        let headers = [("x-signature", &*base64(&vector.signature)), ("x-key-id", ARN)];
        let answer = send(&app, with_headers(&headers, vector.message.clone())).await;
        assert_accepted(&answer, ARN, vector.algorithm, &vector.message);
        accepted += 1;
    }
    assert_eq!(accepted, 15);
}

#[tokio::test]
async fn any_changed_byte_is_rejected() {
    let app = app(layer(keys()));
    let body = b"what was signed";
    let signature = sign_p256(&p256("sender"), body);
    for at in 0..body.len() {
        let mut body = body.to_vec();
        body[at] ^= 1;
        let headers = [("x-signature", &*base64(&signature)), ("x-key-id", ARN)];
        assert_rejected(&send(&app, with_headers(&headers, body)).await, Rule::SignatureInvalid);
    }
    for at in 0..signature.len() {
        let mut signature = signature.clone();
        signature[at] ^= 1;
        let headers = [("x-signature", &*base64(&signature)), ("x-key-id", ARN)];
        assert_rejected(
            &send(&app, with_headers(&headers, &body[..])).await,
            Rule::SignatureInvalid,
        );
    }
    for longer in [&b"what was signed "[..], b"what was signe", b""] {
        let headers = [("x-signature", &*base64(&signature)), ("x-key-id", ARN)];
        assert_rejected(
            &send(&app, with_headers(&headers, longer)).await,
            Rule::SignatureInvalid,
        );
    }
}

#[tokio::test]
async fn the_body_arrives_in_any_pieces() {
    let app = app(layer(keys()));
    let body: Vec<u8> = (0..10_000_u32).map(|number| number as u8).collect();
    for size in [1, 7, 64, 4096, 9_999, 10_000] {
        let mut request = signed(&body);
        *request.body_mut() = in_pieces(body.chunks(size).map(<[u8]>::to_vec));
        assert_accepted(&send(&app, request).await, ARN, ECDSA, &body);
    }
    // Also if some of them are empty.
    let mut request = signed(&body);
    *request.body_mut() = in_pieces([&b""[..], &body[..1], b"", &body[1..], b""].map(<[u8]>::to_vec));
    assert_accepted(&send(&app, request).await, ARN, ECDSA, &body);
}

#[tokio::test]
async fn an_empty_body_is_signed_like_any_other() {
    let app = app(layer(keys()));
    assert_accepted(&send(&app, signed(b"")).await, ARN, ECDSA, b"");
    let mut request = signed(b"not empty");
    *request.body_mut() = Body::empty();
    assert_rejected(&send(&app, request).await, Rule::SignatureInvalid);
}

#[tokio::test]
async fn trailers_are_dropped() {
    let body = Bytes::from_static(b"signed");
    let trailers = async || {
        let mut trailers = HeaderMap::new();
        trailers.insert("x-unsigned", HeaderValue::from_static("1"));
        Some(Ok::<_, Infallible>(trailers))
    };
    let with_trailers = http_body_util::Full::new(body.clone()).with_trailers(trailers());
    let service = tower::ServiceBuilder::new().layer(layer(keys())).service_fn(
        async |request: Request<kms_verify_tower::VerifiedBody>| {
            let collected = request.into_body().collect().await.unwrap();
            assert!(collected.trailers().is_none());
            Ok::<_, Infallible>(axum::http::Response::new(Body::from(collected.to_bytes())))
        },
    );
    let response = service.oneshot(signed(&body).map(|_| with_trailers)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), body);
}

#[tokio::test]
async fn a_compressed_body_is_verified_as_it_was_sent() {
    let app = app(layer(keys()));
    // The output of `printf signed | gzip --no-name`.
    let gzip = kms_verify_testing::hex("1f8b08000000000000032bce4ccf4b4d0100c3d8bb1e06000000");
    let mut request = signed(&gzip);
    request
        .headers_mut()
        .insert("content-encoding", HeaderValue::from_static("gzip"));
    assert_accepted(&send(&app, request).await, ARN, ECDSA, &gzip);
    let mut request = signed(b"signed");
    *request.body_mut() = gzip.into();
    request
        .headers_mut()
        .insert("content-encoding", HeaderValue::from_static("gzip"));
    assert_rejected(&send(&app, request).await, Rule::SignatureInvalid);
}

#[tokio::test]
async fn the_limit_is_exact() {
    let limited = |limit| {
        app(VerifySignatureLayer::with_body_limit(
            HeaderSignature::new(),
            keys(),
            limit,
        ))
    };
    let body = vec![7; 5000];
    for announced in [true, false] {
        let request = || {
            let mut request = signed(&body);
            if !announced {
                *request.body_mut() = in_pieces(body.chunks(100).map(<[u8]>::to_vec));
            }
            request
        };
        assert_accepted(&send(&limited(5000), request()).await, ARN, ECDSA, &body);
        assert_rejected(&send(&limited(4999), request()).await, Rule::BodyTooLarge);
        assert_rejected(&send(&limited(0), request()).await, Rule::BodyTooLarge);
    }
    assert_accepted(&send(&limited(0), signed(b"")).await, ARN, ECDSA, b"");
    // The default.
    let body = vec![7; 1 << 20];
    assert_accepted(&send(&app(layer(keys())), signed(&body)).await, ARN, ECDSA, &body);
    let request = with_headers(&[("x-signature", "AAAA"), ("x-key-id", ARN)], vec![7; (1 << 20) + 1]);
    assert_rejected(&send(&app(layer(keys())), request).await, Rule::BodyTooLarge);
}

#[tokio::test]
async fn malformed_headers_are_rejected_before_the_body_is_read() {
    let app = app(layer(keys()));
    let never = || Body::new(StreamBody::new(Pending));
    struct Pending;
    impl futures_core::Stream for Pending {
        type Item = Result<Frame<Bytes>, Infallible>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            panic!("the body was read")
        }
    }
    let signature = base64(sign_p256(&p256("sender"), b""));
    let unpadded = signature.trim_end_matches('=').to_owned();
    assert_ne!(unpadded, signature);
    let trailing = format!("{signature}=");
    let long = "A".repeat(8196);
    let cases: [(&[(&str, &str)], Rule); 17] = [
        (&[("x-key-id", ARN)], Rule::SignatureMissing),
        (&[], Rule::SignatureMissing),
        (&[("x-signature", &signature)], Rule::HeaderMalformed),
        (&[("x-signature", ""), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", &unpadded), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", &trailing), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", "AB=="), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", "AA-_"), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", "AA AA"), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", "\u{e9}"), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (&[("x-signature", &long), ("x-key-id", ARN)], Rule::HeaderMalformed),
        (
            &[
                ("x-signature", &signature),
                ("x-signature", &signature),
                ("x-key-id", ARN),
            ],
            Rule::HeaderMalformed,
        ),
        (
            &[("x-signature", &signature), ("x-key-id", ARN), ("x-key-id", ARN)],
            Rule::HeaderMalformed,
        ),
        (&[("x-signature", &signature), ("x-key-id", "")], Rule::HeaderMalformed),
        (
            &[("x-signature", &signature), ("x-key-id", "not a key")],
            Rule::KeyUnknown,
        ),
        (
            &[("x-signature", &signature), ("x-key-id", "alias/other")],
            Rule::KeyUnknown,
        ),
        // Not DER: no body could make it verify.
        (&[("x-signature", "AAAA"), ("x-key-id", ARN)], Rule::SignatureInvalid),
    ];
    for (headers, rule) in cases {
        assert_rejected(&send(&app, with_headers(headers, never())).await, rule);
    }
}

#[tokio::test]
async fn the_name_is_that_of_the_source() {
    let app = app(layer(keys()));
    let mut request = signed(b"by key ID");
    request
        .headers_mut()
        .insert("x-key-id", HeaderValue::from_static(KEY_ID));
    assert_accepted(&send(&app, request).await, ARN, ECDSA, b"by key ID");
}

#[tokio::test]
async fn headers_have_the_names_of_the_service() {
    let scheme = HeaderSignature::new()
        .signature_header(HeaderName::from_static("x-other-signature"))
        .key_id_header(HeaderName::from_static("x-signature"));
    let app_ = app(VerifySignatureLayer::new(scheme, keys()));
    let signature = base64(sign_p256(&p256("sender"), b"body"));
    let headers = [("x-other-signature", &*signature), ("x-signature", ARN)];
    assert_accepted(&send(&app_, with_headers(&headers, "body")).await, ARN, ECDSA, b"body");
    assert_rejected(&send(&app_, signed(b"body")).await, Rule::SignatureMissing);

    // A fixed key: what a request says is ignored.
    let app_ = app(VerifySignatureLayer::new(HeaderSignature::new().key_id(KEY_ID), keys()));
    let headers = [("x-signature", &*signature), ("x-key-id", "alias/other")];
    assert_accepted(&send(&app_, with_headers(&headers, "body")).await, ARN, ECDSA, b"body");
    // One that the source does not have is the fault of the service.
    let other = HeaderSignature::new().key_id("alias/other");
    let app = app(VerifySignatureLayer::new(other, keys()));
    assert_rejected(&send(&app, with_headers(&headers, "body")).await, Rule::KeysUnavailable);
}

#[tokio::test]
async fn the_algorithm_is_that_of_the_key() {
    let body = b"body";
    let pss = base64(sign_pss(body));
    let by_rsa = || with_headers(&[("x-signature", &pss), ("x-key-id", "alias/rsa")], &body[..]);
    let by_p256 = || signed(body);
    let ring = ring(&[("alias/rsa", rsa::key(2048).spki(65537)), (ARN, p256("sender").spki())]);

    let pinned = app(layer(PinnedRing::new(
        ring.clone(),
        [
            SigningAlgorithm::RsassaPssSha256,
            ECDSA,
            SigningAlgorithm::RsassaPssSha512,
        ],
    )));
    assert_accepted(
        &send(&pinned, by_rsa()).await,
        "alias/rsa",
        SigningAlgorithm::RsassaPssSha256,
        body,
    );
    assert_accepted(&send(&pinned, by_p256()).await, ARN, ECDSA, body);

    // The first of the list that the key has.
    let other = app(layer(PinnedRing::new(
        ring.clone(),
        [SigningAlgorithm::RsassaPssSha512, SigningAlgorithm::RsassaPssSha256],
    )));
    assert_rejected(&send(&other, by_rsa()).await, Rule::SignatureInvalid);
    // A key without any of them is not used.
    assert_rejected(&send(&other, by_p256()).await, Rule::KeyUnknown);

    // A ring alone does not know which of the six algorithms of an RSA key was meant.
    let alone = app(layer(ring));
    assert_rejected(&send(&alone, by_rsa()).await, Rule::KeysUnavailable);
    assert_accepted(&send(&alone, by_p256()).await, ARN, ECDSA, body);
}

#[tokio::test]
async fn every_source_finds_its_keys() {
    let key = public_key(&p256("sender").spki()).verifying_key(ECDSA).unwrap();
    let map = BTreeMap::from([(ARN.to_owned(), key.clone())]);
    let hash_map = HashMap::from([(ARN.to_owned(), key)]);
    let arc: Arc<KeyRing> = Arc::new(ring(&[(ARN, p256("sender").spki())]));
    let swap = Swap::new(ring(&[(ARN, p256("sender").spki())]));
    for app in [
        app(layer(map)),
        app(layer(hash_map)),
        app(layer(arc)),
        app(layer(swap.clone())),
    ] {
        assert_accepted(&send(&app, signed(b"x")).await, ARN, ECDSA, b"x");
        let mut request = signed(b"x");
        request
            .headers_mut()
            .insert("x-key-id", HeaderValue::from_static("alias/no"));
        assert_rejected(&send(&app, request).await, Rule::KeyUnknown);
    }

    let app = app(layer(swap.clone()));
    assert_eq!(swap.replace(KeyRing::new()).len(), 1);
    assert_rejected(&send(&app, signed(b"x")).await, Rule::KeyUnknown);

    // Ed25519 in a ring alone is the algorithm that signs whole messages.
    let ed25519 = ed25519::Key::new("sender");
    swap.replace(ring(&[(ARN, ed25519.spki())]));
    let signature = base64(ed25519.sign(b"", b"x"));
    let request = with_headers(&[("x-signature", &signature), ("x-key-id", ARN)], "x");
    assert_accepted(&send(&app, request).await, ARN, SigningAlgorithm::Ed25519Sha512, b"x");
}

#[tokio::test]
async fn a_source_that_fails_is_the_fault_of_the_service() {
    struct Broken;
    impl KeySource for Broken {
        fn find(&self, _: &str) -> Result<TrustedKey, KeySourceError> {
            Err(KeySourceError::Unavailable("secret details".into()))
        }
    }
    let answer = send(&app(layer(Broken)), signed(b"x")).await;
    assert_rejected(&answer, Rule::KeysUnavailable);
    assert!(!String::from_utf8(answer.1).unwrap().contains("secret"));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_rejected() {
    let app = app(layer(keys()));
    let frames = vec![Ok(Frame::data(Bytes::from_static(b"si"))), Err("connection reset")];
    let mut request = signed(b"signed");
    *request.body_mut() = Body::new(StreamBody::new(tokio_stream(frames)));
    assert_rejected(&send(&app, request).await, Rule::BodyIncomplete);
}

#[tokio::test]
async fn each_rule_has_one_response() {
    let statuses: Vec<u16> = Rule::ALL.iter().map(|rule| rule.status().as_u16()).collect();
    assert_eq!(statuses, [401, 400, 401, 401, 401, 409, 413, 400, 500]);
    for rule in Rule::ALL {
        let response = rule.response::<Body>();
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(
            response.headers().contains_key("www-authenticate"),
            rule.status() == 401
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(json["status"], rule.status().as_u16());
        assert_eq!(json["type"], rule.problem_type());
        assert_eq!(json.as_object().unwrap().len(), 3);
    }
    let body = Rule::SignatureInvalid
        .response::<Body>()
        .into_body()
        .collect()
        .await
        .unwrap();
    assert_eq!(
        body.to_bytes(),
        "{\"type\":\"https://docs.rs/kms-verify-tower/latest/kms_verify_tower/enum.Rule.html#variant.SignatureInvalid\",\
         \"title\":\"The signature does not verify\",\"status\":401}"
    );
}
