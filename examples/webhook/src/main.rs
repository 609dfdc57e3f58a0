//! A service that receives webhooks signed by AWS KMS.
//!
//!     webhook ADDRESS KEYS
//!
//! KEYS is a directory of public keys, such as files with the output of `aws kms get-public-key`. It is read again each
//! second, so keys can be added and removed while the service runs. If that fails, the service keeps the keys it has, and
//! logs why.
//!
//! | request | signature |
//! |---|---|
//! | `POST /orders` | base64 in `X-Signature`, the key in `X-Key-Id` |
//! | `POST /webhooks` | Standard Webhooks, by the key `alias/webhooks` |
//!
//! The first line on standard output is the address that the service listens on: with port 0, the system chooses one.

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::error_handling::HandleErrorLayer;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Extension, Json, Router};
use kms_verify::{KeyRing, SigningAlgorithm};
use kms_verify_tower::standard_webhooks::Message;
use kms_verify_tower::{HeaderSignature, PinnedRing, StandardWebhooks, Swap, Verified, VerifySignatureLayer};
use serde_json::{Value, json};
use tower::ServiceBuilder;

/// The algorithm of each kind of key. A request does not choose.
const ALGORITHMS: [SigningAlgorithm; 3] = [
    SigningAlgorithm::RsassaPkcs1V15Sha256,
    SigningAlgorithm::EcdsaSha256,
    SigningAlgorithm::Ed25519Sha512,
];

const TOLERANCE: Duration = Duration::from_secs(300);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(folder), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: webhook ADDRESS KEYS".into());
    };
    let folder = PathBuf::from(folder);

    let ring = KeyRing::from_dir(&folder)?;
    let keys = Swap::new(PinnedRing::new(ring.clone(), ALGORITHMS));
    tokio::spawn(watch(folder, ring, keys.clone()));

    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, service(keys)).await?;
    Ok(())
}

/// Reads the directory each second, and replaces the keys of the service if they have changed.
async fn watch(folder: PathBuf, mut current: KeyRing, keys: Swap<PinnedRing>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut next = current.clone();
        match next.reload(&folder) {
            Ok(()) if next.iter().eq(current.iter()) => {}
            Ok(()) => {
                tracing::info!(keys = next.len(), "keys replaced");
                current = next.clone();
                keys.replace(PinnedRing::new(next, ALGORITHMS));
            }
            Err(error) => tracing::error!(%error, "keys not replaced"),
        }
    }
}

fn service(keys: Swap<PinnedRing>) -> Router {
    let header = VerifySignatureLayer::new(HeaderSignature::new(), keys.clone());
    let scheme = StandardWebhooks::new("alias/webhooks")
        .tolerance(TOLERANCE)
        .only_new(once());
    let webhooks = VerifySignatureLayer::new(scheme, keys);
    // The layers of signatures have no timer, so that a client cannot hold a connection for ever.
    let timer = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |_: tower::BoxError| {
            StatusCode::REQUEST_TIMEOUT
        }))
        .timeout(Duration::from_secs(10));
    Router::new()
        .route("/orders", post(order).layer(header))
        .route("/webhooks", post(event).layer(webhooks))
        .layer(timer)
}

async fn order(Extension(verified): Extension<Verified>, body: Bytes) -> Json<Value> {
    // Here a service decides what this key may order.
    Json(json!({
        "key": verified.key_id(),
        "algorithm": verified.algorithm().as_str(),
        "length": body.len(),
    }))
}

async fn event(Extension(message): Extension<Message>, Json(event): Json<Value>) -> Json<Value> {
    Json(json!({ "id": message.id(), "type": event["type"] }))
}

/// Whether a message is new. A service on several machines would ask a store that they share.
fn once() -> impl Fn(&Message) -> bool + Send + Sync {
    let seen: Mutex<HashMap<String, Instant>> = Mutex::default();
    move |message| {
        let mut seen = seen.lock().expect("no thread panics while it has the lock");
        // A message that is older has a time that is not accepted any more.
        seen.retain(|_, arrived| arrived.elapsed() <= 2 * TOLERANCE);
        seen.insert(message.id().to_owned(), Instant::now()).is_none()
    }
}
