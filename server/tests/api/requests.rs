//! Requests that do not reach an operation, and those for what is not the KMS API.

use axum::body::Body;
use axum::http::{Method, Request};

use crate::support::*;

#[tokio::test]
async fn headers_of_a_response() {
    let server = Server::new();
    let answer = server.post("Verify", verify(&p256(), P256).to_string()).await;
    assert_eq!(answer.headers["content-type"], CONTENT_TYPE);
    assert_eq!(
        answer.headers["cache-control"],
        "no-cache, no-store, must-revalidate, private"
    );
    assert!(!answer.headers.contains_key("x-amzn-errortype"));
    let id = answer.headers["x-amzn-requestid"].clone();
    let another = server.post("Verify", "").await.headers["x-amzn-requestid"].clone();
    assert_ne!(id, another);
}

#[tokio::test]
async fn operations_that_need_a_private_key() {
    let server = Server::new();
    for operation in [
        "Sign",
        "CreateKey",
        "Encrypt",
        "GenerateMac",
        "ScheduleKeyDeletion",
        "GetKeyLastUsage",
    ] {
        // Whatever the request is.
        let (name, message) = server.post(operation, "not JSON").await.exception();
        assert_eq!(name, "UnsupportedOperationException");
        assert!(
            message.starts_with(&format!("{operation} is not supported: ")),
            "{message}"
        );
        assert!(message.contains("public keys only"), "{message}");
    }
}

#[tokio::test]
async fn operations_that_kms_does_not_have() {
    let server = Server::new();
    for target in [
        "TrentService.Nope",
        "TrentService.verify",
        "TrentService.",
        "Verify",
        "DynamoDB.Verify",
        "",
    ] {
        let request = Request::post("/")
            .header("content-type", CONTENT_TYPE)
            .header("x-amz-target", target)
            .body(Body::from("{}"))
            .unwrap();
        let answer = server.send(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.text(), r#"{"__type":"UnknownOperationException"}"#, "{target}");
    }
    let without_target = Request::post("/")
        .header("content-type", CONTENT_TYPE)
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        server.send(without_target).await.exception().0,
        "UnknownOperationException"
    );
}

#[tokio::test]
async fn headers_that_repeat() {
    let server = Server::new();
    let repeated = async |name: &str, value: &str| {
        let request = Request::post("/")
            .header("content-type", CONTENT_TYPE)
            .header("x-amz-target", "TrentService.Verify")
            .header(name, value)
            .body(Body::from(verify(&p256(), P256).to_string()))
            .unwrap();
        server.send(request).await
    };
    assert_eq!(repeated("x-amz-date", "20261126T000000Z").await.status, 200);
    for target in ["TrentService.Verify", "TrentService.ListKeys"] {
        let (name, _) = repeated("x-amz-target", target).await.exception();
        assert_eq!(name, "UnknownOperationException");
    }
    for content_type in [CONTENT_TYPE, "text/plain"] {
        assert_eq!(repeated("content-type", content_type).await.status, 404);
    }
}

/// What a form or a script of another site can send without asking first.
#[tokio::test]
async fn other_content_types() {
    let server = Server::new();
    let body = verify(&p256(), P256).to_string();
    let request = async |content_type: Option<&str>| {
        let mut request = Request::post("/").header("x-amz-target", "TrentService.Verify");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        server.send(request.body(Body::from(body.clone())).unwrap()).await
    };
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("application/x-amz-json-1.0"),
        Some("application/x-amz-json-1.10"),
        Some(""),
    ] {
        let answer = request(content_type).await;
        assert_eq!(answer.status, 404, "{content_type:?}");
        assert_eq!(answer.text(), "<UnknownOperationException/>\n");
        assert_eq!(answer.headers["content-type"], "application/xml");
    }
    for content_type in [
        "application/x-amz-json-1.1; charset=utf-8",
        "Application/X-Amz-Json-1.1",
    ] {
        assert_eq!(request(Some(content_type)).await.status, 200, "{content_type}");
    }
}

#[tokio::test]
async fn other_paths_and_methods() {
    let server = Server::new();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::PUT, "/"),
        (Method::OPTIONS, "/"),
        (Method::POST, "/keys"),
        (Method::POST, "/healthz"),
        (Method::GET, "/../etc/passwd"),
    ] {
        let request = Request::builder()
            .method(method.clone())
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let answer = server.send(request).await;
        assert_eq!(answer.status, 404, "{method} {path}");
        // No other site may read or send anything.
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}
