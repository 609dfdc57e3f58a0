//! The limits on forms.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, StatusCode, header};
use kms_verify::SigningAlgorithm;
use kms_verify_server::router;
use tokio::time::Instant;

use crate::support::{Form, P256, answer_of, send, send_to, signer, state, vector};

const MIB: usize = 1024 * 1024;

async fn status_of(form: Form) -> (StatusCode, String) {
    let response = send(form.request("/page/answer")).await;
    (response.status, answer_of(&response.text()))
}

#[tokio::test]
async fn the_longest_message_is_answered_and_a_longer_one_is_not() {
    let message = vec![b'a'; MIB];
    // Valid, because tests are too slow to explain why not.
    let signer = signer(SigningAlgorithm::Ed25519Sha512);
    let form = Form::new()
        .file("public_key_file", "key.der", signer.key.public_key().as_der())
        .file("signature_file", "s", &signer.sign(&message))
        .file("message_file", "m", &message);
    let (status, answer) = status_of(form).await;
    assert_eq!(status, StatusCode::OK);
    assert!(answer.contains("Valid"), "{answer}");
    let (status, answer) = status_of(Form::of(P256).file("message_file", "m", &vec![b'a'; MIB + 1])).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.contains("message has more than 1024 KiB") && answer.contains("DIGEST"),
        "{answer}"
    );
}

#[tokio::test]
async fn keys_and_signatures_are_shorter() {
    for (name, noun) in [("public_key_file", "public key"), ("signature_file", "signature")] {
        let (status, _) = status_of(Form::new().file(name, "f", &vec![0; 64 * 1024])).await;
        assert_eq!(status, StatusCode::OK);
        let (status, answer) = status_of(Form::new().file(name, "f", &vec![0; 64 * 1024 + 1])).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(
            answer.contains(&format!("The {noun} has more than 64 KiB.")),
            "{answer}"
        );
    }
    let (status, _) = status_of(Form::new().text("ring_key", &"a".repeat(4097))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn bodies_are_bounded() {
    let form = (0..3).fold(Form::new(), |form, _| form.file("message_file", "m", &vec![0; MIB / 2]));
    assert_eq!(status_of(form).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let form = Form::new().text("what", "message").text("base64", &"A".repeat(4 * MIB));
    assert_eq!(
        send(form.request("/page/file")).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let form = Form::new().text("what", "message").text("base64", &"A".repeat(2 * MIB));
    let response = send(form.request("/page/file")).await;
    assert_eq!((response.status, response.body.len()), (StatusCode::OK, MIB * 3 / 2));
}

#[tokio::test]
async fn what_is_not_a_form_of_the_page() {
    for path in ["/page/answer", "/page/look", "/page/file"] {
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("message_text=a"))
            .unwrap();
        assert_eq!(send(request).await.status, StatusCode::BAD_REQUEST);
        let unknown = Form::new().text("unknown", "");
        assert_eq!(send(unknown.request(path)).await.status, StatusCode::BAD_REQUEST);
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(
                "--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\ncut sh",
            ))
            .unwrap();
        assert_eq!(send(request).await.status, StatusCode::BAD_REQUEST);
    }
    for (name, value) in [("algorithm", "HS256"), ("message_type", "raw")] {
        let (status, answer) = status_of(Form::of(P256).text(name, value)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    }
    let not_text = Form::new().file("message_text", "", &vector(P256, "signature.bin"));
    assert_eq!(status_of(not_text).await.0, StatusCode::BAD_REQUEST);
    for form in [
        Form::new(),
        Form::new().text("what", "message"),
        Form::new().text("what", "other").text("base64", ""),
        Form::new().text("what", "message").text("base64", "?"),
    ] {
        assert_eq!(send(form.request("/page/file")).await.status, StatusCode::BAD_REQUEST);
    }
}

/// A body that announces its length, or does not, and does not end.
struct HalfOpen(Option<u64>);

impl HttpBody for HalfOpen {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.0.map(hyper::body::SizeHint::with_exact).unwrap_or_default()
    }
}

/// Sends this many such forms to a server, and lets it read them. Each gets its status and the seconds that it took.
async fn half_open(
    router: &axum::Router,
    count: usize,
    length: Option<u64>,
) -> Vec<tokio::task::JoinHandle<(StatusCode, u64)>> {
    let forms = (0..count).map(|_| {
        let (router, start) = (router.clone(), Instant::now());
        let request = Form::new().request("/page/answer").map(|_| Body::new(HalfOpen(length)));
        tokio::spawn(async move { (send_to(router, request).await.status, start.elapsed().as_secs()) })
    });
    let forms = forms.collect();
    tokio::task::yield_now().await;
    forms
}

#[tokio::test(start_paused = true)]
async fn forms_have_a_time_limit_and_slow_ones_keep_no_other_from_its_turn() {
    let router = router(state(), true);
    let slow = half_open(&router, 100, Some(16 << 10)).await;
    let slow_and_long = half_open(&router, 4, Some(1 << 20)).await;
    let start = Instant::now();
    let form = || Form::of(P256).request("/page/answer");
    assert_eq!(send_to(router.clone(), form()).await.status, StatusCode::OK);
    assert!(start.elapsed().as_secs() < 1);
    for form in slow.into_iter().chain(slow_and_long) {
        assert_eq!(form.await.unwrap(), (StatusCode::REQUEST_TIMEOUT, 20));
    }
}

#[tokio::test(start_paused = true)]
async fn long_forms_wait_for_memory_and_not_for_ever() {
    let router = router(state(), true);
    // Whatever it announces, a form takes no more than the longest one.
    let mut held = half_open(&router, 2, Some(u64::MAX)).await;
    // And so does one that announces nothing.
    held.extend(half_open(&router, 2, None).await);
    let waiting = ["/page/answer", "/page/look", "/page/file"].map(|path| {
        let (router, start) = (router.clone(), Instant::now());
        let long = Form::new().request(path).map(|_| Body::new(HalfOpen(Some(17 << 10))));
        tokio::spawn(async move { (send_to(router, long).await.status, start.elapsed().as_secs()) })
    });
    for form in waiting {
        assert_eq!(form.await.unwrap(), (StatusCode::SERVICE_UNAVAILABLE, 10));
    }
    for form in held {
        assert_eq!(form.await.unwrap(), (StatusCode::REQUEST_TIMEOUT, 20));
    }
}
