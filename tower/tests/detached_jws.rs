//! Detached JSON Web Signatures.

mod support;

use axum::body::Body;
use axum::http::{HeaderName, Request};
use axum::routing::post;
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kms_verify::SigningAlgorithm;
use kms_verify::jws::{Header, KeySet};
use kms_verify_testing::forge::{Hash, curve, rsa};
use kms_verify_testing::{der, padded};
use kms_verify_tower::{DetachedJws, KeySource, PinnedRing, Rule, Verified, VerifySignatureLayer};
use support::{ARN, assert_rejected, p256, ring, send, with_headers};

const BODY: &[u8] = b"the payload";

fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn sign(key: &curve::Key, input: &[u8]) -> Vec<u8> {
    let (r, s) = key.sign(&key.digest(input));
    [padded(&r, 32), padded(&s, 32)].concat()
}

/// A token over a body, signed as base64url.
fn token(header: &str, body: &[u8]) -> String {
    let header = part(header);
    let input = format!("{header}.{}", part(body));
    format!("{header}..{}", part(sign(&p256("sender"), input.as_bytes())))
}

fn header(more: &str) -> String {
    format!(r#"{{"alg":"ES256","kid":"{ARN}"{more}}}"#)
}

fn request(token: &str, body: &[u8]) -> Request<Body> {
    with_headers(&[("x-jws-signature", token)], body.to_vec())
}

fn app(scheme: DetachedJws, keys: impl KeySource) -> Router {
    let echo = async |Extension(verified): Extension<Verified>, Extension(header): Extension<Header>, body: String| {
        format!("{} {} {} {body}", verified.key_id(), verified.algorithm(), header.alg())
    };
    let layer = VerifySignatureLayer::new(scheme, keys);
    Router::new().route("/", post(echo)).layer(layer)
}

fn default_app() -> Router {
    app(DetachedJws::new(), support::keys())
}

#[tokio::test]
async fn tokens_over_the_body_are_accepted() {
    let expected = format!("{ARN} ECDSA_SHA_256 ES256 the payload").into_bytes();
    let (status, answer) = send(&default_app(), request(&token(&header(""), BODY), BODY)).await;
    assert_eq!((status.as_u16(), answer), (200, expected.clone()));

    // RFC 7797: the payload as it is.
    let raw = part(header(r#","b64":false,"crit":["b64"]"#));
    let input = [raw.as_bytes(), b".", BODY].concat();
    let token = format!("{raw}..{}", part(sign(&p256("sender"), &input)));
    let (status, answer) = send(&default_app(), request(&token, BODY)).await;
    assert_eq!((status.as_u16(), answer), (200, expected));
    assert_rejected(
        &send(&default_app(), request(&token, b"another")).await,
        Rule::SignatureInvalid,
    );
}

#[tokio::test]
async fn a_key_set_is_a_source() {
    let mut keys = KeySet::new();
    keys.insert("2026-11", p256("sender").verifying_key()).unwrap();
    let app = app(DetachedJws::new(), keys);
    let named = |kid: &str| header("").replace(ARN, kid);
    let (status, answer) = send(&app, request(&token(&named("2026-11"), BODY), BODY)).await;
    assert_eq!(
        (status.as_u16(), answer),
        (200, b"2026-11 ECDSA_SHA_256 ES256 the payload".to_vec())
    );
    assert_rejected(
        &send(&app, request(&token(&named("2026-10"), BODY), BODY)).await,
        Rule::KeyUnknown,
    );
}

#[tokio::test]
async fn what_breaks_a_rule_is_rejected() {
    let app = default_app();
    let good = token(&header(""), BODY);
    assert_rejected(&send(&app, request(&good, b"another")).await, Rule::SignatureInvalid);
    assert_rejected(&send(&app, request(&good, b"")).await, Rule::SignatureInvalid);
    let (head, signature) = good.split_once("..").unwrap();
    let cases = [
        ("", Rule::HeaderMalformed),
        ("a.b", Rule::HeaderMalformed),
        (&*format!("{head}.{}.{signature}", part(BODY)), Rule::HeaderMalformed),
        (&*format!("{head}..{signature}="), Rule::SignatureInvalid),
        (&*format!("{head}..{}", part([0; 64])), Rule::SignatureInvalid),
        (&*format!("{}..{}", head, "A".repeat(17_000)), Rule::HeaderMalformed),
        (&*token(r#"{"alg":"ES256"}"#, BODY), Rule::HeaderMalformed),
        (
            &*token(r#"{"alg":"ES256","kid":"alias/other"}"#, BODY),
            Rule::KeyUnknown,
        ),
        (&*token(r#"{"alg":"ES256","kid":"not a key"}"#, BODY), Rule::KeyUnknown),
        (&*token(&header(r#","crit":["exp"]"#), BODY), Rule::HeaderMalformed),
        (&*token(&header(r#","b64":false"#), BODY), Rule::HeaderMalformed),
        (
            &*token(&header("").replace("ES256", "none"), BODY),
            Rule::HeaderMalformed,
        ),
        (
            &*token(&header("").replace("ES256", "HS256"), BODY),
            Rule::HeaderMalformed,
        ),
        (
            &*token(&header("").replace("ES256", "ES256K"), BODY),
            Rule::HeaderMalformed,
        ),
    ];
    for (token, rule) in cases {
        assert_rejected(&send(&app, request(token, BODY)).await, rule);
    }
    assert_rejected(&send(&app, with_headers(&[], BODY)).await, Rule::SignatureMissing);
    let twice = with_headers(&[("x-jws-signature", &good), ("x-jws-signature", &good)], BODY);
    assert_rejected(&send(&app, twice).await, Rule::HeaderMalformed);

    // DER where r || s was expected.
    let key = p256("sender");
    let (r, s) = key.sign(&key.digest(format!("{head}.{}", part(BODY)).as_bytes()));
    let token = format!("{head}..{}", part(der::integer_pair(&r, &s)));
    assert_rejected(&send(&app, request(&token, BODY)).await, Rule::SignatureInvalid);
}

#[tokio::test]
async fn the_type_and_the_header_are_those_of_the_service() {
    let app_ = app(DetachedJws::new().typ("order+jws"), support::keys());
    let typed = token(&header(r#","typ":"order+jws""#), BODY);
    assert_eq!(send(&app_, request(&typed, BODY)).await.0, 200);
    for other in [header(""), header(r#","typ":"JOSE""#)] {
        assert_rejected(
            &send(&app_, request(&token(&other, BODY), BODY)).await,
            Rule::HeaderMalformed,
        );
    }
    let app = app(
        DetachedJws::new().header(HeaderName::from_static("detached-jws")),
        support::keys(),
    );
    let good = token(&header(""), BODY);
    assert_rejected(&send(&app, request(&good, BODY)).await, Rule::SignatureMissing);
    assert_eq!(send(&app, with_headers(&[("detached-jws", &good)], BODY)).await.0, 200);
}

#[tokio::test]
async fn the_algorithm_is_that_of_the_key() {
    let rsa = rsa::key(2048);
    let signed = |alg: &str, encode: &dyn Fn(&[u8]) -> Vec<u8>| {
        let head = part(format!(r#"{{"alg":"{alg}","kid":"{ARN}"}}"#));
        let input = format!("{head}.{}", part(BODY));
        let encoded = encode(&Hash::Sha256.digest(input.as_bytes()));
        request(&format!("{head}..{}", part(rsa.sign(&encoded))), BODY)
    };
    let pkcs1 = || signed("RS256", &|digest| rsa::pkcs1(Hash::Sha256, digest, rsa.length()));
    let pss = || {
        signed("PS256", &|digest| {
            rsa::Pss::of(Hash::Sha256).encode(digest, rsa.length())
        })
    };
    let ring = ring(&[(ARN, rsa.spki(65537))]);
    let pinned = app(
        DetachedJws::new(),
        PinnedRing::new(ring.clone(), [SigningAlgorithm::RsassaPssSha256]),
    );
    assert_eq!(send(&pinned, pss()).await.0, 200);
    assert_rejected(&send(&pinned, pkcs1()).await, Rule::HeaderMalformed);
    // The ring alone has no algorithm for an RSA key: the fault of the service.
    assert_rejected(
        &send(&app(DetachedJws::new(), ring), pss()).await,
        Rule::KeysUnavailable,
    );
}
