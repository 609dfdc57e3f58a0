//! How much is tried, and how much of the inputs is shown.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kms_verify::SigningAlgorithm;

use crate::support::{Form, P256, answer_of, base64, between, send_to, server_of, signer, text, vector};

/// The page when the ring has this many other keys before that of the signer.
async fn answer_with_others(count: usize) -> String {
    let other = vector("eksa-bundle-minimal", "public_key.pem");
    let mut files: Vec<_> = (0..count)
        .map(|number| (format!("a-{number:02}.pem"), other.clone()))
        .collect();
    files.push(("b.pem".to_owned(), vector(P256, "public_key.pem")));
    let given = signer(SigningAlgorithm::EcdsaSha256);
    let form = Form::of(P256)
        .file("public_key_file", "key.der", given.key.public_key().as_der())
        .text("public_key_text", "");
    let response = send_to(server_of(&files), form.request("/page/answer")).await;
    assert_eq!(response.status, StatusCode::OK);
    answer_of(&response.text())
}

#[tokio::test]
async fn at_most_64_keys_of_the_ring_are_tried() {
    let found = "The key b of the key ring made this signature";
    let page = answer_with_others(63).await;
    assert!(page.contains(found), "{page}");
    let page = answer_with_others(64).await;
    assert!(!page.contains(found), "{page}");
}

#[tokio::test]
async fn a_chain_has_at_most_six_steps() {
    let wrapped = |times| (0..times).fold(vector(P256, "public_key.pem"), |key, _| base64(&key).into_bytes());
    let chain = async |times| {
        let key = text(wrapped(times));
        let page = Form::new().text("public_key_text", &key).answer().await;
        between(&page, "What the public key was recognized as\">", "</ol>").to_owned()
    };
    let short = chain(2).await;
    assert_eq!(short.matches("<li>").count(), 3);
    assert!(short.contains("<li>ECC_NIST_P256 key "), "{short}");
    assert_eq!(chain(6).await.matches("<li>").count(), 6);
}

#[tokio::test]
async fn long_names_and_values_are_cut() {
    let name = "n".repeat(200);
    let page = Form::of(P256).file("message_file", &name, b"x").answer().await;
    let origin = between(&page, "<span class=\"origin\">file <code>", "</code>");
    assert_eq!(origin.len(), 120 + "...".len(), "{origin}");
    let forgotten = between(&page, "The browser forgot the file <code>", "</code>");
    assert_eq!(forgotten.len(), 60 + "...".len(), "{forgotten}");

    let payload = URL_SAFE_NO_PAD.encode(format!("{{\"a\":\"{}\"}}", "v".repeat(3000)));
    let token = format!("{}.{payload}.c2ln", URL_SAFE_NO_PAD.encode("{\"alg\":\"ES256\"}"));
    let page = Form::new()
        .text("public_key_text", &text(vector(P256, "public_key.pem")))
        .text("signature_text", &token)
        .answer()
        .await;
    let shown = between(&page, "<code>{&quot;a&quot;:&quot;v", "</code>");
    assert_eq!(shown.len(), 2000 - "{\"a\":\"v".len() + "...".len(), "{shown}");
}

#[tokio::test]
async fn commands_name_short_and_plain_files_only() {
    for (name, is_named) in [
        ("n".repeat(80), true),
        ("n".repeat(81), false),
        ("notes-1_a.md".to_owned(), true),
        ("-rf".to_owned(), false),
        (".notes".to_owned(), false),
        ("a b".to_owned(), false),
        ("a/b".to_owned(), false),
    ] {
        let page = Form::of(P256).file("message_file", &name, b"x").answer().await;
        let advice = between(&page, "<p class=\"advice for-shell\">", "</p>");
        let expected = if is_named { name.as_str() } else { "message.txt" };
        assert!(advice.contains(&format!("&lt; {expected}")), "{name}: {advice}");
    }
}
