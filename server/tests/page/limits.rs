//! The limits on forms.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use kms_verify::SigningAlgorithm;

use crate::support::{Form, P256, answer_of, send, signer, vector};

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
