//! A key ring in a directory, and requests to the router.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use kms_verify_server::protocol::Options;
use kms_verify_server::{Dropped, Keys, State, router};
use kms_verify_testing::response::Response as Printed;
use kms_verify_testing::vectors::{Vector, kms_vector};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
pub const ACCOUNT: &str = "arn:aws:kms:us-east-1:111122223333";
pub const P256: &str = "1234abcd-12ab-34cd-56ef-000000000256";
pub const RSA: &str = "1234abcd-12ab-34cd-56ef-000000002048";
pub const ED25519: &str = "1234abcd-12ab-34cd-56ef-000000025519";
pub const ML_DSA: &str = "mrk-1234abcd12ab34cd56ef000000000044";

pub fn arn(id: &str) -> String {
    format!("{ACCOUNT}:key/{id}")
}

pub fn p256() -> Vector {
    kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1")
}

pub fn rsa() -> Vector {
    kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw")
}

pub fn ed25519() -> Vector {
    kms_vector("stackd-ed25519-pure-raw")
}

pub fn ml_dsa() -> Vector {
    kms_vector("stackd-ml_dsa_44-raw")
}

/// A directory that is removed at the end.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ring-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(path.join("alias")).unwrap();
        Self(path)
    }

    /// A key of each kind that a client can tell apart, with two aliases.
    pub fn with_keys() -> Self {
        let directory = Self::new();
        for (id, vector) in [(P256, p256()), (RSA, rsa()), (ED25519, ed25519()), (ML_DSA, ml_dsa())] {
            directory.add(&format!("{id}.json"), &response(&vector, &arn(id)));
        }
        directory.add("alias/signing.json", &response(&p256(), &arn(P256)));
        directory.add("alias/unknown.pem", &p256().pem);
        directory
    }

    pub fn add(&self, name: &str, content: &str) {
        // As a reload would want it: never half a file.
        let (path, unfinished) = (self.0.join(name), self.0.join("unfinished"));
        fs::write(&unfinished, content).unwrap();
        fs::rename(unfinished, path).unwrap();
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The output of `aws kms get-public-key`.
pub fn response(vector: &Vector, arn: &str) -> String {
    let Printed(fields) = Printed::get_public_key(vector, arn);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

pub struct Server {
    pub directory: Directory,
    pub state: State,
    pub router: Router,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Server {
    pub fn new() -> Self {
        Self::of(Directory::with_keys(), Options { message_limit: true }, false)
    }

    pub fn of(directory: Directory, options: Options, explain: bool) -> Self {
        let state = State::new(Keys::open(&directory.0).unwrap(), options, explain, Dropped::default());
        Self {
            directory,
            router: router(state.clone(), false),
            state,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    /// Sends a body to an operation, as an SDK does.
    pub async fn post(&self, operation: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post("/")
            .header("content-type", CONTENT_TYPE)
            .header("x-amz-target", format!("TrentService.{operation}"))
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261126/us-east-1/kms/aws4_request",
            )
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    /// The response to a request that succeeds.
    pub async fn ask(&self, operation: &str, request: Value) -> Value {
        let answer = self.post(operation, request.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The name and the message of the exception for a request.
    pub async fn fail(&self, operation: &str, request: Value) -> (String, String) {
        self.post(operation, request.to_string()).await.exception()
    }
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], CONTENT_TYPE);
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The name of an exception, and its message or "-".
    pub fn exception(&self) -> (String, String) {
        assert_eq!(self.status, 400, "{}", self.text());
        let body = self.json();
        let name = body["__type"].as_str().unwrap();
        assert_eq!(self.headers["x-amzn-errortype"], name);
        assert_eq!(self.headers["x-amzn-requestid"].len(), 36);
        let message = body.get("message").or(body.get("Message"));
        let message = message.map_or("-", |message| message.as_str().unwrap());
        (name.to_owned(), message.to_owned())
    }
}

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A request of Verify that is valid.
pub fn verify(vector: &Vector, key_id: &str) -> Value {
    json!({
        "KeyId": key_id,
        "Message": base64(&vector.message),
        "MessageType": vector.message_type.as_str(),
        "Signature": base64(&vector.signature),
        "SigningAlgorithm": vector.algorithm.as_str(),
    })
}

/// With another value of a member, or without it if the value is null.
pub fn with(mut request: Value, member: &str, value: Value) -> Value {
    let members = request.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    request
}
