//! Forms, as browsers send them, and the responses to them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use kms_verify::{KeySpec, SigningAlgorithm};
use kms_verify_server::protocol::Options;
use kms_verify_server::{Dropped, Keys, State, router};
use kms_verify_testing::forge::{Signer, signers};
use tower::ServiceExt as _;

const BOUNDARY: &str = "----boundary";

/// The directory of a captured signature of KMS.
pub(crate) fn vector(name: &str, file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/kms");
    std::fs::read(folder.join(name).join(file)).unwrap()
}

pub(crate) const P256: &str = "stackd-ecc_nist_p256-ecdsa_sha_256-raw1";
pub(crate) const RSA: &str = "stackd-rsa_2048-rsassa_pss_sha_256-raw";

/// The ARN of the key of [`P256`] in the ring.
pub(crate) const P256_ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A form with the fields of multipart/form-data.
#[derive(Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The key, the message and the signature of a vector: the first two pasted, and the third as base64.
    pub(crate) fn of(name: &str) -> Self {
        Self::new()
            .text("public_key_text", &text(vector(name, "public_key.pem")))
            .file("message_file", "message.bin", &vector(name, "message.bin"))
            .text("signature_text", &base64(&vector(name, "signature.bin")))
    }

    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        self.field(&format!("name=\"{name}\""), value.as_bytes())
    }

    pub(crate) fn file(self, name: &str, file: &str, content: &[u8]) -> Self {
        self.field(&format!("name=\"{name}\"; filename=\"{file}\""), content)
    }

    fn field(mut self, disposition: &str, content: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(content);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub(crate) fn request(mut self, path: &str) -> Request<Body> {
        self.0.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        Request::post(path)
            .header(header::HOST, "127.0.0.1:9911")
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(self.0))
            .unwrap()
    }

    /// The page with the answer to this form.
    pub(crate) async fn answer(self) -> String {
        let response = send(self.request("/page/answer")).await;
        assert_eq!(response.status, StatusCode::OK);
        response.text()
    }
}

pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }
}

/// Sends a request to a server whose ring has the keys of [`P256`] and [`RSA`].
pub(crate) async fn send(request: Request<Body>) -> Response {
    send_to(router(state(), true), request).await
}

pub(crate) async fn send_to(router: axum::Router, request: Request<Body>) -> Response {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Response {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

/// A directory with the two keys.
static RING: LazyLock<PathBuf> = LazyLock::new(|| {
    let ring = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{}", std::process::id()));
    std::fs::create_dir_all(ring.join("alias")).unwrap();
    let key = base64(&vector(P256, "public_key.der"));
    let response = format!(
        "{{\"KeyId\":\"{P256_ARN}\",\"PublicKey\":\"{key}\",\"KeySpec\":\"ECC_NIST_P256\",\"KeyUsage\":\"SIGN_VERIFY\",\
         \"SigningAlgorithms\":[\"ECDSA_SHA_256\"]}}"
    );
    std::fs::write(ring.join("p256.json"), response).unwrap();
    std::fs::write(ring.join("alias/invoices.pem"), vector(RSA, "public_key.pem")).unwrap();
    ring
});

pub(crate) fn state() -> State {
    State::new(
        Keys::open(&RING).unwrap(),
        Options { message_limit: true },
        false,
        Dropped::default(),
    )
}

/// A server whose ring has these files.
pub(crate) fn server_of(files: &[(String, Vec<u8>)]) -> axum::Router {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let ring = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{}-{count}", std::process::id()));
    std::fs::create_dir_all(&ring).unwrap();
    for (name, content) in files {
        std::fs::write(ring.join(name), content).unwrap();
    }
    let keys = Keys::open(&ring).unwrap();
    std::fs::remove_dir_all(ring).unwrap();
    router(
        State::new(keys, Options { message_limit: true }, false, Dropped::default()),
        true,
    )
}

/// A signer with another key than those of the vectors, not of secp256k1.
pub(crate) fn signer(algorithm: SigningAlgorithm) -> &'static Signer {
    let is_it = |signer: &&Signer| {
        let key = &signer.key;
        key.algorithm() == algorithm && key.public_key().key_spec() != KeySpec::EccSecgP256k1
    };
    signers().iter().find(is_it).unwrap()
}

/// What is between two texts.
pub(crate) fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} is not in {page}"));
    rest.split_once(after).unwrap().0
}

/// The text of the answer of a page.
pub(crate) fn answer_of(page: &str) -> String {
    let answer = between(page, "<section id=\"answer\"", "<footer>");
    let mut words = String::new();
    let mut is_tag = true;
    for character in answer.chars() {
        match character {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            character if !is_tag => words.push(character),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    entities
        .into_iter()
        .fold(words, |words, (entity, character)| words.replace(entity, character))
}

/// The answer of a page has all of these words.
#[track_caller]
pub(crate) fn assert_has(page: &str, all: &[&str]) {
    let answer = answer_of(page);
    for words in all {
        assert!(answer.contains(words), "{words:?} is not in {answer}");
    }
}
