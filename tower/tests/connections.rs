//! The layer in a server, on real connections.

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kms_verify::SigningAlgorithm;
use kms_verify_tower::{HeaderSignature, Rule, Swap, VerifySignatureLayer};
use support::{ARN, app, assert_accepted, assert_rejected, base64, keys, p256, ring, serve, sign_p256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const ECDSA: SigningAlgorithm = SigningAlgorithm::EcdsaSha256;
const SOON: Duration = Duration::from_secs(30);

async fn server() -> SocketAddr {
    serve(app(VerifySignatureLayer::new(HeaderSignature::new(), keys()))).await
}

/// The head of a request that is signed over this body.
fn head(body: &[u8], more: &str) -> String {
    let signature = base64(sign_p256(&p256("sender"), body));
    format!("POST / HTTP/1.1\r\nhost: localhost\r\nx-signature: {signature}\r\nx-key-id: {ARN}\r\n{more}\r\n")
}

/// Reads up to the end of the response of this length, or of the connection.
async fn read_until(stream: &mut TcpStream, end: &[u8]) -> String {
    let mut response = Vec::new();
    let mut buffer = [0; 4096];
    let read = async {
        while !response.ends_with(end) {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(length) => response.extend_from_slice(&buffer[..length]),
            }
        }
    };
    timeout(SOON, read).await.expect("no response");
    String::from_utf8(response).unwrap()
}

#[tokio::test]
async fn a_slow_body_is_waited_for() {
    let mut stream = TcpStream::connect(server().await).await.unwrap();
    let body = b"slowly";
    let head = head(body, "content-length: 6\r\nconnection: close\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    for byte in body {
        sleep(Duration::from_millis(20)).await;
        stream.write_all(&[*byte]).await.unwrap();
    }
    let response = read_until(&mut stream, b"slowly").await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

#[tokio::test]
async fn a_body_that_is_too_slow_ends_with_the_timer_around_the_layer() {
    let layer = VerifySignatureLayer::new(HeaderSignature::new(), keys());
    let timer = tower::ServiceBuilder::new()
        .layer(axum::error_handling::HandleErrorLayer::new(
            async |_: tower::BoxError| StatusCode::REQUEST_TIMEOUT,
        ))
        .timeout(Duration::from_millis(50));
    let address = serve(app(layer).layer(timer)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = head(b"slowly", "content-length: 6\r\n");
    stream.write_all(format!("{head}slow").as_bytes()).await.unwrap();
    let response = read_until(&mut stream, b"\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
}

#[tokio::test]
async fn a_dropped_connection_calls_no_service() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let service = axum::routing::post(async move || {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let layer = VerifySignatureLayer::new(HeaderSignature::new(), keys());
    let address = serve(Router::new().route("/", service).layer(layer)).await;
    for sent in ["", "drop"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = head(b"dropped", "content-length: 7\r\n");
        stream.write_all(format!("{head}{sent}").as_bytes()).await.unwrap();
        drop(stream);
    }
    // A chunked body that ends without its last chunk.
    let mut stream = TcpStream::connect(address).await.unwrap();
    let chunked = head(b"dropped", "transfer-encoding: chunked\r\n");
    stream
        .write_all(format!("{chunked}7\r\ndropped\r\n").as_bytes())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    read_until(&mut stream, b"}").await;
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    // The server goes on.
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = head(b"whole", "content-length: 5\r\nconnection: close\r\n");
    stream.write_all(format!("{head}whole").as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, b"\r\n\r\n").await.starts_with("HTTP/1.1 200 "));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_is_answered_before_it_sends() {
    let address = server().await;
    let expect = "expect: 100-continue\r\nconnection: close\r\n";

    let mut stream = TcpStream::connect(address).await.unwrap();
    let good = head(b"signed", &format!("content-length: 6\r\n{expect}"));
    stream.write_all(good.as_bytes()).await.unwrap();
    assert_eq!(
        read_until(&mut stream, b"\r\n\r\n").await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    stream.write_all(b"signed").await.unwrap();
    assert!(read_until(&mut stream, b"signed").await.starts_with("HTTP/1.1 200 "));

    let unknown = good.replace(ARN, "alias/other");
    let too_large = good.replace("content-length: 6", "content-length: 1048577");
    let unsigned = good.replace("x-signature", "x-other");
    for (head, rule) in [
        (unknown, Rule::KeyUnknown),
        (too_large, Rule::BodyTooLarge),
        (unsigned, Rule::SignatureMissing),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let response = read_until(&mut stream, b"}").await;
        assert!(
            response.starts_with(&format!("HTTP/1.1 {} ", rule.status().as_u16())),
            "{response}"
        );
        assert!(response.contains(rule.name()), "{response}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_rejected_at_the_limit() {
    let mut stream = TcpStream::connect(server().await).await.unwrap();
    let head = head(b"", "transfer-encoding: chunked\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let endless = tokio::spawn(async move {
        let chunk = [b"2000\r\n", &[b'x'; 0x2000][..], b"\r\n"].concat();
        let mut sent = 0;
        while writer.write_all(&chunk).await.is_ok() {
            sent += 0x2000;
        }
        sent
    });
    let mut response = Vec::new();
    let mut buffer = [0; 4096];
    while !response.ends_with(b"}") {
        match timeout(SOON, reader.read(&mut buffer)).await.expect("no response") {
            Ok(0) | Err(_) => break,
            Ok(length) => response.extend_from_slice(&buffer[..length]),
        }
    }
    let response = String::from_utf8(response).unwrap();
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    drop(reader);
    // The server closes the connection. What is in the buffers of the two sockets may exceed the limit by far.
    let sent = timeout(SOON, endless)
        .await
        .expect("the connection stays open")
        .unwrap();
    assert!(sent >= 1 << 20, "{sent}");
}

#[tokio::test]
async fn chunks_and_trailers_of_http_1_are_read() {
    let mut stream = TcpStream::connect(server().await).await.unwrap();
    let head = head(
        b"signed",
        "transfer-encoding: chunked\r\ntrailer: x-late\r\nconnection: close\r\n",
    );
    let body = "2\r\nsi\r\n1\r\ng\r\n3\r\nned\r\n0\r\nx-late: 1\r\n\r\n";
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let response = read_until(&mut stream, b"signed").await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(!response.contains("x-late"));
}

#[tokio::test]
async fn http_2_is_verified_alike() {
    let address = server().await;
    let io = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .unwrap();
    tokio::spawn(connection);
    let body = Bytes::from(vec![5; 200_000]);
    let signature = base64(sign_p256(&p256("sender"), &body));
    let mut answers = Vec::new();
    // Larger than the window of a stream, and several at once.
    for sent in [body.clone(), body.slice(1..), body.clone()] {
        let request = Request::post(format!("http://{address}/"))
            .header("x-signature", &signature)
            .header("x-key-id", ARN)
            .body(Full::new(sent))
            .unwrap();
        answers.push(tokio::spawn(sender.send_request(request)));
    }
    let mut results = Vec::new();
    for answer in answers {
        let response = answer.await.unwrap().unwrap();
        let status = response.status();
        results.push((
            status,
            response.into_body().collect().await.unwrap().to_bytes().to_vec(),
        ));
    }
    assert_accepted(&results[0], ARN, ECDSA, &body);
    assert_rejected(&results[1], Rule::SignatureInvalid);
    assert_accepted(&results[2], ARN, ECDSA, &body);
}

/// While the key is replaced again and again, each request is verified by one of the two rings, whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ring_is_replaced_under_load() {
    let rings = ["sender", "other"].map(|label| ring(&[(ARN, p256(label).spki())]));
    let swap = Swap::new(rings[0].clone());
    let layer = VerifySignatureLayer::new(HeaderSignature::new(), swap.clone());
    let address = serve(app(layer)).await;
    let done = Arc::new(AtomicBool::new(false));
    let swapping = tokio::spawn({
        let (swap, done, rings) = (swap.clone(), Arc::clone(&done), rings.clone());
        async move {
            for number in 0.. {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                swap.replace(rings[number % 2].clone());
                tokio::task::yield_now().await;
            }
        }
    });
    let body = Bytes::from_static(b"under load");
    let signatures = ["sender", "other", "neither"].map(|label| base64(sign_p256(&p256(label), &body)));
    let mut clients = Vec::new();
    for _ in 0..4 {
        let (body, signatures) = (body.clone(), signatures.clone());
        clients.push(tokio::spawn(async move {
            let io = TokioIo::new(TcpStream::connect(address).await.unwrap());
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            let mut counts = [0; 2];
            for number in 0..300 {
                let request = Request::post("/")
                    .header("host", "localhost")
                    .header("x-signature", &signatures[number % 3])
                    .header("x-key-id", ARN)
                    .body(Full::new(body.clone()))
                    .unwrap();
                let response = sender.send_request(request).await.unwrap();
                let status = response.status();
                assert!([StatusCode::OK, StatusCode::UNAUTHORIZED].contains(&status));
                assert!(status == StatusCode::UNAUTHORIZED || number % 3 != 2);
                response.into_body().collect().await.unwrap();
                counts[usize::from(status == StatusCode::OK)] += 1;
            }
            counts
        }));
    }
    for client in clients {
        let [rejected, accepted] = client.await.unwrap();
        assert_eq!(rejected + accepted, 300);
        assert!(rejected >= 100);
    }
    done.store(true, Ordering::Relaxed);
    swapping.await.unwrap();
}
