//! Nothing of a form becomes HTML or reaches a reader unseen.

use std::path::Path;

use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::{Form, P256, base64, between, send, text, vector};

const HOSTILE: &str = "</textarea></code><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";

/// No tag and no attribute that the page does not have without the hostile text.
#[track_caller]
fn assert_harmless(page: &str) {
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert!(!page.contains("<img") && !page.contains("alert(1)>"), "{page}");
    let hidden =
        |character: char| character.is_control() && character != '\n' || "\u{202e}\u{200b}".contains(character);
    assert!(!page.contains(hidden), "{page:?}");
}

#[tokio::test]
async fn names_of_files() {
    let name = format!("a\u{202e}{}", HOSTILE.replace('"', "%22"));
    let page = Form::of(P256)
        .file("message_file", &name, b"x")
        .file("public_key_file", &name, b"y")
        .text("public_key_text", "")
        .answer()
        .await;
    assert!(page.contains("&lt;script&gt;"));
    assert!(page.contains(r"a\u{202e}"));
    assert_harmless(&page);
    // A command names only a plain file.
    assert!(page.contains("sha256sum") || page.contains("public_key"));
    let page = Form::of(P256).file("message_file", "$(id).bin", b"x").answer().await;
    let advice = between(&page, "<p class=\"advice for-shell\">", "</p>");
    assert!(advice.contains("message.txt") && !advice.contains("$(id)"), "{advice}");
    let page = Form::of(P256).file("message_file", "notes.md", b"x").answer().await;
    let advice = between(&page, "<p class=\"advice for-shell\">", "</p>");
    assert!(advice.contains("sha256sum &lt; notes.md"), "{advice}");
}

#[tokio::test]
async fn pasted_text_is_given_back_as_it_was() {
    let page = Form::new()
        .text("message_text", &format!("{HOSTILE}\u{202e}\u{1b}\te\u{301}"))
        .answer()
        .await;
    assert_harmless(&page);
    let back = between(&page, "name=\"message_text\"", "</textarea>");
    let (_, back) = back.split_once('>').unwrap();
    let escaped = HOSTILE.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    assert_eq!(back, format!("\n{escaped}&#x202e;&#x1b;&#x9;e&#x301;"));
}

#[tokio::test]
async fn what_keys_signatures_and_tokens_contain() {
    for key in [
        HOSTILE.to_owned(),
        format!("-----BEGIN {HOSTILE}-----\nAAAA\n-----END {HOSTILE}-----"),
    ] {
        assert_harmless(&Form::of(P256).text("public_key_text", &key).answer().await);
    }
    let key = base64(&vector(P256, "public_key.der"));
    let json = |member: &str| serde_json::to_string(&format!("{member}{HOSTILE}\u{202e}")).unwrap();
    let response = format!(
        "{{\"KeyId\":{},\"PublicKey\":\"{key}\",\"KeyUsage\":{}}}",
        json("a"),
        json("b")
    );
    let page = Form::of(P256).text("public_key_text", &response).answer().await;
    assert!(page.contains("Key rejected"));
    // What was pasted is given back in its field, where the character is an escape of JSON.
    assert_harmless(&page);

    let signature = base64(&vector(P256, "signature.bin"));
    let response = format!(
        "{{\"KeyId\":{},\"Signature\":\"{signature}\",\"SigningAlgorithm\":\"ECDSA_SHA_256\"}}",
        json("k")
    );
    let page = Form::of(P256).text("signature_text", &response).answer().await;
    assert!(page.contains(r"\u{202e}") || page.contains("Not valid"));
    assert_harmless(&page);

    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let token = format!(
        "{}.{}.AAAA",
        part(&format!("{{\"alg\":{}}}", json("ES256"))),
        part(&format!("\u{1b}{HOSTILE}"))
    );
    let page = Form::new()
        .text("public_key_text", &text(vector(P256, "public_key.pem")))
        .text("signature_text", &token)
        .answer()
        .await;
    assert!(page.contains(r"\u{1b}"));
    assert_harmless(&page);
}

#[tokio::test]
async fn values_of_choices_are_not_repeated_as_html() {
    for name in ["algorithm", "message_type", "ring_key", "tongue", HOSTILE] {
        let name = name.replace('"', "%22");
        let response = send(Form::of(P256).text(&name, HOSTILE).request("/page/answer")).await;
        assert!(
            response.headers[header::CONTENT_TYPE]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
        assert_harmless(&text(response.body.to_vec()));
    }
}

/// The command and the server have no crate in common that could have it, except for the library, whose subject it is not.
#[test]
fn the_rule_of_printable_characters_is_that_of_the_command() {
    let rule = |package: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package);
        let source = std::fs::read_to_string(path.join("src/printable.rs")).unwrap();
        let rule = between(&source, "fn is_printable(character: char) -> bool {", "\n}\n").to_owned();
        let lines = rule.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rule("server"), rule("cli"));
}
