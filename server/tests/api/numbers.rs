//! /metrics and /healthz.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn metrics_count_requests() {
    let server = Server::new();
    server.ask("Verify", verify(&p256(), P256)).await;
    server
        .fail("Verify", with(verify(&p256(), P256), "Signature", json!("eA==")))
        .await;
    server.post("Sign", "{}").await;
    server.post("Nope", "{}").await;
    let request = || Request::get("/metrics").body(Body::empty()).unwrap();
    let answer = server.send(request()).await;
    assert_eq!(
        answer.headers["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let text = answer.text();
    for line in [
        r#"kms_verify_requests_total{operation="Verify",algorithm="ECDSA_SHA_256",outcome="ok",cause=""} 1"#,
        r#"kms_verify_requests_total{operation="Verify",algorithm="ECDSA_SHA_256",outcome="KMSInvalidSignatureException",cause=""} 1"#,
        r#"kms_verify_requests_total{operation="Sign",algorithm="",outcome="UnsupportedOperationException",cause=""} 1"#,
        r#"kms_verify_requests_total{operation="unknown",algorithm="",outcome="UnknownOperationException",cause=""} 1"#,
        r#"kms_verify_request_seconds_count{operation="Verify"} 2"#,
        r#"kms_verify_verification_seconds_count{algorithm="ECDSA_SHA_256"} 2"#,
        "kms_verify_keys 4",
        "kms_verify_degraded 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
}

#[tokio::test]
async fn health() {
    let server = Server::new();
    let answer = server.send(Request::get("/healthz").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text(), "{\"status\":\"ok\",\"keys\":4}\n");
}

/// Their host may be any, so a site whose name leads to this server can read them. No name of a key is in them.
#[tokio::test]
async fn any_host_gets_numbers_and_no_names() {
    let server = Server::new();
    server.ask("Verify", verify(&p256(), "alias/signing")).await;
    server.ask("Verify", verify(&p256(), &arn(P256))).await;
    server.fail("DescribeKey", json!({"KeyId": "alias/other"})).await;
    for path in ["/metrics", "/healthz"] {
        let request = Request::get(path).header("host", "scraper.example.com");
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200);
        for name in [
            P256,
            RSA,
            ED25519,
            ML_DSA,
            "111122223333",
            "arn:",
            "alias",
            "signing",
            "other",
        ] {
            assert!(!answer.text().contains(name), "{name} in {}", answer.text());
        }
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}
