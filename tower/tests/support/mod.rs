//! Signers, and services to send requests to.

#![allow(dead_code, reason = "each test uses a part")]

use std::net::SocketAddr;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use axum::routing::post;
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{KeyRing, KeySpec, PublicKey, SigningAlgorithm};
use kms_verify_testing::forge::{Hash, curve, ed25519, rsa};
use kms_verify_testing::{der, response};
use kms_verify_tower::{KeySource, PinnedRing, Rule, Scheme, Verified, VerifySignatureLayer};
use tower::ServiceExt as _;

pub const ARN: &str = response::ARN;
pub const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

pub fn p256(label: &str) -> curve::Key {
    curve::Key::new(curve::curve(KeySpec::EccNistP256), label)
}

pub fn sign_p256(key: &curve::Key, message: &[u8]) -> Vec<u8> {
    let (r, s) = key.sign(&key.digest(message));
    der::integer_pair(&r, &s)
}

pub fn sign_pss(message: &[u8]) -> Vec<u8> {
    let key = rsa::key(2048);
    key.sign(&rsa::Pss::of(Hash::Sha256).encode(&Hash::Sha256.digest(message), key.length()))
}

pub fn public_key(spki: &[u8]) -> PublicKey {
    PublicKey::from_der(spki).unwrap()
}

pub fn ring(entries: &[(&str, Vec<u8>)]) -> KeyRing {
    let mut ring = KeyRing::new();
    for (name, spki) in entries {
        ring.insert(name, public_key(spki)).unwrap();
    }
    ring
}

/// The key of most tests, used with ECDSA only.
pub fn keys() -> PinnedRing {
    PinnedRing::new(ring(&[(ARN, p256("sender").spki())]), [SigningAlgorithm::EcdsaSha256])
}

pub fn webhook_key() -> ed25519::Key {
    ed25519::Key::new("webhooks")
}

pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// A request with the signature of the sender over the body.
pub fn signed(body: &[u8]) -> Request<Body> {
    with_headers(
        &[
            ("x-signature", &base64(sign_p256(&p256("sender"), body))),
            ("x-key-id", ARN),
        ],
        body.to_vec(),
    )
}

pub fn with_headers(headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

/// Answers with the name of the key, the algorithm, and the body.
pub fn app<P: Scheme, K: KeySource>(layer: VerifySignatureLayer<P, K>) -> Router {
    let echo = async |Extension(verified): Extension<Verified>, headers: HeaderMap, body: Bytes| {
        assert!(headers.contains_key("x-signature") || headers.contains_key("webhook-id"));
        let mut answer = format!("{} {}\n", verified.key_id(), verified.algorithm()).into_bytes();
        answer.extend_from_slice(&body);
        answer
    };
    Router::new()
        .route("/", post(echo))
        .layer(layer)
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// The status and the body of the response.
pub async fn send(app: &Router, request: Request<Body>) -> (StatusCode, Vec<u8>) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    (status, body_of(response).await)
}

pub async fn body_of(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

#[track_caller]
pub fn assert_accepted(
    (status, answer): &(StatusCode, Vec<u8>),
    key_id: &str,
    algorithm: SigningAlgorithm,
    body: &[u8],
) {
    let expected = [format!("{key_id} {algorithm}\n").as_bytes(), body].concat();
    assert_eq!(*status, StatusCode::OK);
    assert!(*answer == expected, "{}", String::from_utf8_lossy(answer));
}

#[track_caller]
pub fn assert_rejected((status, answer): &(StatusCode, Vec<u8>), rule: Rule) {
    let answer = String::from_utf8_lossy(answer);
    assert!(answer.contains(&format!("#variant.{}\"", rule.name())), "{answer}");
    assert_eq!(*status, rule.status());
}

/// Serves on loopback until the runtime ends.
pub async fn serve(app: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}
