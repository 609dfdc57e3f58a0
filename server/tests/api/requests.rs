//! Requests that do not reach an operation, and those for what is not the KMS API.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

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

#[tokio::test]
async fn bodies_that_are_not_an_object() {
    let server = Server::new();
    let list = "Start of list found where not expected";
    for (body, message) in [
        ("", "-"),
        ("{", "-"),
        ("null", "-"),
        ("\"x\"", "-"),
        ("1", "-"),
        ("{\"KeyId\":\"a\",}", "-"),
        ("{} {}", "-"),
        ("\u{feff}{}", "-"),
        ("{\"KeyId\":\"\\ud800\"}", "-"),
        ("[", "-"),
        ("[]", list),
        ("[{}]", list),
        // Two readers could see two values.
        ("{\"KeyId\":\"a\",\"KeyId\":\"b\"}", "-"),
        ("{\"KeyId\":\"a\",\"\\u004beyId\":\"a\"}", "-"),
    ] {
        let expected = ("SerializationException".to_owned(), message.to_owned());
        assert_eq!(server.post("Verify", body).await.exception(), expected, "{body}");
        let deep = format!("{{\"a\":{}}}", "[".repeat(20_000));
        assert_eq!(
            server.post("Verify", deep).await.exception().0,
            "SerializationException"
        );
    }
    let not_utf8 = server.post("Verify", b"{\"KeyId\":\"\xff\"}".to_vec()).await;
    assert_eq!(not_utf8.exception().0, "SerializationException");
    // The spelling of AWS for an error that is found before the operation begins.
    assert_eq!(
        server.post("Verify", "[]").await.text(),
        format!(r#"{{"__type":"SerializationException","Message":"{list}"}}"#)
    );
}

#[tokio::test]
async fn members_of_the_wrong_type() {
    let server = Server::new();
    let structure = "Start of structure or map found where not expected.";
    let list = "Start of list found where not expected";
    for (operation, member, value, message) in [
        (
            "Verify",
            "KeyId",
            json!(1),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "Verify",
            "KeyId",
            json!(true),
            "TRUE_VALUE can not be converted to a String",
        ),
        (
            "Verify",
            "KeyId",
            json!(false),
            "FALSE_VALUE can not be converted to a String",
        ),
        ("Verify", "KeyId", json!([]), list),
        ("Verify", "KeyId", json!({}), structure),
        (
            "Verify",
            "MessageType",
            json!(1.5),
            "NUMBER_VALUE can not be converted to a String",
        ),
        ("Verify", "SigningAlgorithm", json!([]), list),
        ("Verify", "Message", json!([1, 2]), list),
        ("Verify", "Signature", json!({}), structure),
        ("Verify", "GrantTokens", json!("t"), "Expected list or null"),
        ("Verify", "GrantTokens", json!({}), structure),
        (
            "Verify",
            "GrantTokens",
            json!([1]),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "Verify",
            "DryRun",
            json!("true"),
            "STRING_VALUE can not be converted to a Boolean",
        ),
        (
            "ListKeys",
            "Limit",
            json!("1"),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "ListKeys",
            "Limit",
            json!(true),
            "TRUE_VALUE can not be converted to an Integer",
        ),
        (
            "ListKeys",
            "Marker",
            json!(1),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "ListAliases",
            "KeyId",
            json!(1),
            "NUMBER_VALUE can not be converted to a String",
        ),
    ] {
        let request = if operation == "Verify" {
            verify(&p256(), P256)
        } else {
            json!({})
        };
        let request = with(request, member, value);
        let expected = ("SerializationException".to_owned(), message.to_owned());
        assert_eq!(server.fail(operation, request.clone()).await, expected, "{request}");
    }
    // Before constraints, here the members that are missing.
    assert_eq!(
        server.fail("Verify", json!({"DryRun": 1})).await.0,
        "SerializationException"
    );
}

#[tokio::test]
async fn base64_is_strict() {
    let server = Server::new();
    for (member, text) in [
        ("Message", "eA"),
        ("Message", "eB=="),
        ("Signature", "e A=="),
        ("Signature", "-_-_"),
        ("Message", "eA==\n"),
    ] {
        let request = with(verify(&p256(), P256), member, json!(text));
        let expected = ("SerializationException".to_owned(), "-".to_owned());
        assert_eq!(server.fail("Verify", request).await, expected, "{text}");
    }
}

#[tokio::test]
async fn null_members_are_absent_and_unknown_ones_ignored() {
    let mut request = verify(&p256(), P256);
    for (member, value) in [
        ("MessageType", Value::Null),
        ("GrantTokens", Value::Null),
        ("DryRun", Value::Null),
        ("Unknown", json!({"a": [1]})),
    ] {
        request[member] = value;
    }
    assert_eq!(Server::new().ask("Verify", request).await["SignatureValid"], true);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let server = Server::new();
    let padded = |length: usize| {
        let request = verify(&p256(), P256).to_string();
        let padding = " ".repeat(length - request.len());
        request + &padding
    };
    assert_eq!(server.post("Verify", padded(64 << 10)).await.status, 200);
    let too_long = padded((64 << 10) + 1);
    // Announced, or found while it is received.
    let chunks = http_body_util::Full::new(axum::body::Bytes::from(too_long.clone()));
    let in_pieces = Body::new(http_body_util::BodyExt::map_frame(chunks, |frame| frame));
    for body in [
        Body::from(too_long.clone()),
        Body::from_stream(Pieces(too_long.into_bytes())),
        in_pieces,
    ] {
        let answer = server.post("Verify", body).await;
        assert_eq!(answer.status, 413);
        assert_eq!(answer.json()["__type"], "RequestEntityTooLargeException");
    }
    let announced = Request::post("/")
        .header("content-type", CONTENT_TYPE)
        .header("x-amz-target", "TrentService.Verify")
        .header("content-length", "65537")
        .body(Body::empty())
        .unwrap();
    assert_eq!(server.send(announced).await.status, 413);
}

/// A body of unknown length.
struct Pieces(Vec<u8>);

impl futures_core::Stream for Pieces {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let length = self.0.len().min(1000);
        let rest = self.0.split_off(length);
        let piece = std::mem::replace(&mut self.0, rest);
        std::task::Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}

/// A body that never ends.
struct Silence;

impl futures_core::Stream for Silence {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_have_a_time_limit() {
    let server = Server::new();
    let start = tokio::time::Instant::now();
    let answer = server.post("Verify", Body::from_stream(Silence)).await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.json()["__type"], "RequestTimeoutException");
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn bodies_that_wait_for_memory_do_not_block_the_server_for_ever() {
    let server = Server::new();
    // 256 bodies of unknown length reserve all memory.
    let silent: Vec<_> = (0..256)
        .map(|_| {
            let (router, start) = (server.router.clone(), tokio::time::Instant::now());
            tokio::spawn(async move {
                let request = Request::post("/")
                    .header("content-type", CONTENT_TYPE)
                    .header("x-amz-target", "TrentService.Verify")
                    .body(Body::from_stream(Silence))
                    .unwrap();
                let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
                (response.status(), start.elapsed().as_secs())
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let start = tokio::time::Instant::now();
    // A short one does not wait.
    assert_eq!(
        server.ask("Verify", verify(&p256(), P256)).await["SignatureValid"],
        true
    );
    assert_eq!(start.elapsed().as_secs(), 0);
    // A long one does, though all of it is there.
    let router = server.router.clone();
    let long = tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        let request = Request::post("/")
            .header("content-length", 20_000)
            .body(Body::from("x".repeat(20_000)))
            .unwrap();
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        (response.status(), start.elapsed().as_secs())
    });
    let answer = server.post("Verify", Body::from_stream(Silence)).await;
    assert_eq!(answer.status, 408);
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(long.await.unwrap(), (axum::http::StatusCode::NOT_FOUND, 10));
    for silent in silent {
        assert_eq!(silent.await.unwrap(), (axum::http::StatusCode::REQUEST_TIMEOUT, 10));
    }
    assert_eq!(
        server.ask("Verify", verify(&p256(), P256)).await["SignatureValid"],
        true
    );
}

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
