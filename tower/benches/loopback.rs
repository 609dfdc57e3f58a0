//! Rates of a service with the layer, on loopback: `cargo bench -p kms-verify-tower`.
//!
//! Three services run in turns, in one process with their clients:
//!
//! - `plain` reads the body, and verifies nothing;
//! - `direct` reads the body, and verifies it with a key and a signature that it has from the start: the raw cost;
//! - `layer` is `plain` with the layer.
//!
//! The table has the median rate of each, and the rate of `layer` relative to `direct`. Rates are requests per second of
//! CPU time that the process takes, clients included, so other processes disturb them less.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use kms_verify::{KeyRing, KeySpec, Message, PublicKey, SigningAlgorithm};
use kms_verify_testing::der;
use kms_verify_testing::forge::{Hash, curve, rsa};
use kms_verify_testing::response::ARN;
use kms_verify_tower::{HeaderSignature, PinnedRing, VerifySignatureLayer};
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(1000);

struct Case {
    name: &'static str,
    spki: Vec<u8>,
    algorithm: SigningAlgorithm,
    sign: fn(&[u8]) -> Vec<u8>,
}

fn p256() -> curve::Key {
    curve::Key::new(curve::curve(KeySpec::EccNistP256), "benchmark")
}

fn sign_p256(body: &[u8]) -> Vec<u8> {
    let key = p256();
    let (r, s) = key.sign(&key.digest(body));
    der::integer_pair(&r, &s)
}

fn sign_rsa(body: &[u8]) -> Vec<u8> {
    let key = rsa::key(2048);
    key.sign(&rsa::Pss::of(Hash::Sha256).encode(&Hash::Sha256.digest(body), key.length()))
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let cases = [
        Case {
            name: "P-256",
            spki: p256().spki(),
            algorithm: SigningAlgorithm::EcdsaSha256,
            sign: sign_p256,
        },
        Case {
            name: "RSA-2048 PSS",
            spki: rsa::key(2048).spki(65537),
            algorithm: SigningAlgorithm::RsassaPssSha256,
            sign: sign_rsa,
        },
    ];
    println!("| key | body | plain | direct | layer | layer / direct |");
    println!("|---|---|---|---|---|---|");
    for case in &cases {
        for length in [1 << 10, 1 << 20] {
            measure(case, length).await;
        }
    }
}

async fn measure(case: &Case, length: usize) {
    let body = Bytes::from(vec![b'x'; length]);
    let signature = (case.sign)(&body);
    let key = PublicKey::from_der(&case.spki).unwrap();

    let read = || post(async |body: Bytes| body.len().to_string());
    let plain = Router::new().route("/", read());
    let mut ring = KeyRing::new();
    ring.insert(ARN, key.clone()).unwrap();
    let keys = PinnedRing::new(ring, [case.algorithm]);
    let layer = plain
        .clone()
        .layer(VerifySignatureLayer::new(HeaderSignature::new(), keys));
    let direct = {
        let key = key.verifying_key(case.algorithm).unwrap().precomputed();
        let signature = signature.clone();
        Router::new().route(
            "/",
            post(
                async move |body: Bytes| match key.verify(Message::Raw(&body), &signature) {
                    Ok(()) => (StatusCode::OK, body.len().to_string()),
                    Err(error) => (StatusCode::UNAUTHORIZED, error.to_string()),
                },
            ),
        )
    };

    let mut addresses = Vec::new();
    for service in [plain, direct, layer] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        addresses.push(listener.local_addr().unwrap());
        let service = service.layer(DefaultBodyLimit::disable());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    }
    let request = Arc::new((STANDARD.encode(signature), body));
    let mut rates = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        for (rates, address) in rates.iter_mut().zip(&addresses) {
            let rate = rate(*address, &request).await;
            // The first round builds tables and connections.
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    let [plain, direct, layer] = rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    });
    println!(
        "| {} | {} KiB | {plain:.0} | {direct:.0} | {layer:.0} | {:.2} |",
        case.name,
        length >> 10,
        layer / direct
    );
}

/// Accepted requests per second of CPU time.
async fn rate(address: SocketAddr, request: &Arc<(String, Bytes)>) -> f64 {
    let count = Arc::new(AtomicU64::new(0));
    let done = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let (count, done, request) = (Arc::clone(&count), Arc::clone(&done), Arc::clone(request));
        clients.push(tokio::spawn(async move {
            let (signature, body) = &*request;
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .unwrap();
            let connection = tokio::spawn(connection);
            while !done.load(Ordering::Relaxed) {
                let request = Request::post("/")
                    .header("host", "localhost")
                    .header("x-signature", signature)
                    .header("x-key-id", ARN)
                    .body(Full::new(body.clone()))
                    .unwrap();
                let response = sender.send_request(request).await.unwrap();
                assert_eq!(response.status(), StatusCode::OK);
                response.into_body().collect().await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
            drop(sender);
            connection.await.unwrap().unwrap();
        }));
    }
    let (start, counted_before) = (cpu_seconds(), count.load(Ordering::Relaxed));
    tokio::time::sleep(ROUND).await;
    let counted = count.load(Ordering::Relaxed) - counted_before;
    let seconds = cpu_seconds() - start;
    done.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    counted as f64 / seconds
}

/// The CPU time of this process, in user mode and in the kernel. Only Linux has this file, in hundredths of a second.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = text.rsplit(')').next().unwrap();
    let times = after_name.split_whitespace().skip(11).take(2);
    times.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}
