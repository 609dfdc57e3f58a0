//! Each kind of answer.

use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{Message, PublicKey, Signature, SigningAlgorithm};

use crate::support::{Form, P256, P256_ARN, RSA, answer_of, assert_has, base64, between, send, signer, text, vector};

/// The bytes that a page offers to download, sent back as a file.
async fn download(page: &str, what: &str, file: &str) -> Vec<u8> {
    let field = format!("name=\"what\" value=\"{what}\"><input type=\"hidden\" name=\"base64\" value=\"");
    let encoded = between(page, &field, "\"");
    let form = Form::new().text("what", what).text("base64", encoded);
    let response = send(form.request("/page/file")).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(
        response.headers[header::CONTENT_DISPOSITION],
        format!("attachment; filename=\"{file}\"")
    );
    assert_eq!(response.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(response.body, STANDARD.decode(encoded).unwrap());
    response.body.to_vec()
}

#[tokio::test]
async fn a_valid_signature_with_what_a_program_has_to_decode() {
    let page = Form::of(P256).answer().await;
    assert_has(
        &page,
        &[
            "Valid",
            "with ECDSA_SHA_256.",
            "base64 text 96 bytes",
            "ECDSA signature in DER 70 bytes",
            "PEM",
            "ECC_NIST_P256 key 91 bytes",
            "signature-is-base64",
            "base64.b64decode(text)",
        ],
    );
    assert!(!answer_of(&page).contains("Not valid"));
    assert!(!page.contains("Download"));
    assert!(!answer_of(&page).contains("must expect one algorithm"));
}

#[tokio::test]
async fn a_valid_signature_that_kms_does_not_verify() {
    let signer = signer(SigningAlgorithm::EcdsaSha256);
    for (length, is_rejected) in [(0, true), (1, false), (4096, false), (4097, true)] {
        let message = vec![b'm'; length];
        let page = Form::new()
            .file("public_key_file", "key.der", signer.key.public_key().as_der())
            .file("message_file", "message.bin", &message)
            .file("signature_file", "signature.bin", &signer.sign(&message))
            .answer()
            .await;
        assert_has(&page, &["Valid", "with ECDSA_SHA_256."]);
        assert_eq!(answer_of(&page).contains("KMS itself rejects"), is_rejected, "{length}");
    }
}

#[tokio::test]
async fn the_key_says_which_of_its_algorithms() {
    let page = Form::of(RSA).answer().await;
    assert_has(&page, &["with RSASSA_PSS_SHA_256.", "must expect one algorithm"]);
    assert_has(
        &Form::of(RSA).text("algorithm", "RSASSA_PSS_SHA_256").answer().await,
        &["Valid"],
    );
    let wrong = Form::of(RSA)
        .text("algorithm", "RSASSA_PKCS1_V1_5_SHA_512")
        .answer()
        .await;
    assert_has(
        &wrong,
        &["Not valid", "wrong-padding", "certain", "Algorithm: RSASSA_PSS_SHA_256"],
    );
    // All fail. The explanation is that of the algorithm that was used.
    let page = Form::of(RSA)
        .file("public_key_file", "", b"")
        .text("message_type", "RAW");
    let mut message = vector(RSA, "message.bin");
    message.push(b'\n');
    let page = Form::new()
        .text("ring_key", "alias/invoices")
        .file("message_file", "m", &message)
        .file("signature_file", "s", &vector(RSA, "signature.bin"))
        .answer()
        .await
        + &page.answer().await;
    assert_has(&page, &["message-trailing-newline"]);
    assert!(!answer_of(&page).contains("wrong-padding"));
}

#[tokio::test]
async fn every_captured_signature_gets_the_answer_of_kms() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/kms");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let facts: serde_json::Value = serde_json::from_slice(&vector(&name, "meta.json")).unwrap();
        let fact = |name: &str| facts[name].as_str().unwrap();
        let form = || Form::of(&name).text("message_type", fact("message_type"));
        for form in [form(), form().text("algorithm", fact("algorithm"))] {
            let page = form.answer().await;
            assert_has(&page, &["Valid", &format!("with {}.", fact("algorithm"))]);
        }
        count += 1;
    }
    assert!(count > 20);
}

#[tokio::test]
async fn a_cause_that_a_change_shows_and_the_changed_message() {
    let mut message = vector(P256, "message.bin");
    message.push(b'\n');
    let page = Form::new()
        .text("public_key_text", &text(vector(P256, "public_key.pem")))
        .text("message_text", &text(message))
        .file("signature_file", "s.bin", &vector(P256, "signature.bin"))
        .text("tongue", "python")
        .answer()
        .await;
    assert_has(
        &page,
        &[
            "Not valid",
            "KMSInvalidSignatureException",
            "message-trailing-newline",
            "certain",
            "head -c 27 < message.txt",
            "For Python: Pass the first 27 bytes.",
        ],
    );
    assert!(page.contains("value=\"python\" checked"));
    let repaired = download(&page, "message", "message.bin").await;
    let key = PublicKey::from_der(&vector(P256, "public_key.der")).unwrap();
    let signature = vector(P256, "signature.bin");
    assert_eq!(
        key.verify(SigningAlgorithm::EcdsaSha256, Message::Raw(&repaired), &signature),
        Ok(())
    );
}

#[tokio::test]
async fn a_signature_in_another_encoding_and_the_changed_signature() {
    let der = vector(P256, "signature.bin");
    let pair = Signature::from_kms(SigningAlgorithm::EcdsaSha256, &der)
        .unwrap()
        .to_p1363()
        .unwrap();
    let page = Form::of(P256).text("signature_text", &hex(&pair)).answer().await;
    assert_has(
        &page,
        &["Not valid", "signature-is-raw-r-s", "hexadecimal text 128 bytes"],
    );
    assert_eq!(download(&page, "signature", "signature.bin").await, der);
}

#[tokio::test]
async fn no_cause_can_be_shown() {
    let page = Form::of(P256)
        .file("message_file", "m", b"another message")
        .answer()
        .await;
    assert_has(&page, &["Not valid", "wrong-key", "perhaps"]);
    assert!(!page.contains("Download"));
}

#[tokio::test]
async fn a_key_that_is_not_accepted_and_the_key_in_it() {
    let der = vector(P256, "public_key.der");
    let page = Form::of(P256).text("public_key_text", &hex(&der)).answer().await;
    assert_has(
        &page,
        &[
            "Key rejected",
            "The signature is valid for the key that is in it, with ECDSA_SHA_256.",
            "public-key-encoding",
            "hexadecimal text",
            "xxd -r -p < public_key.txt",
        ],
    );
    let pem = text(download(&page, "public_key", "public_key.pem").await);
    assert_eq!(PublicKey::from_pem(&pem).unwrap().as_der(), der);

    let page = Form::of(P256).text("public_key_text", "not a key").answer().await;
    assert_has(&page, &["Key rejected", "public-key-encoding"]);
    let response = r#"{"KeyId":"alias/a","PublicKey":"MFkw","KeyUsage":"ENCRYPT_DECRYPT"}"#;
    assert_has(
        &Form::of(P256).text("public_key_text", response).answer().await,
        &["Key rejected"],
    );
}

#[tokio::test]
async fn an_algorithm_that_is_not_of_the_key() {
    let page = Form::of(P256).text("algorithm", "RSASSA_PSS_SHA_256").answer().await;
    assert_has(
        &page,
        &["Not valid", "InvalidKeyUsageException", "key-is-for-another-algorithm"],
    );
    // What the key supports is offered first.
    assert!(page.contains("<optgroup label=\"Of this key (ECC_NIST_P256)\"><option value=\"ECDSA_SHA_256\">"));
}

#[tokio::test]
async fn digests_as_bytes_and_as_text() {
    let name = "eksa-bundle-minimal-digest";
    let digest = vector(name, "message.bin");
    let form = || Form::of(name).text("message_type", "DIGEST");
    assert_has(&form().answer().await, &["Valid", "DIGEST 32 bytes"]);
    for (encoded, words) in [(hex(&digest), "hexadecimal text"), (base64(&digest), "base64 text")] {
        let page = Form::new()
            .text("public_key_text", &text(vector(name, "public_key.pem")))
            .text("message_text", &(encoded + "\n"))
            .text("message_type", "DIGEST")
            .file("signature_file", "s", &vector(name, "signature.bin"))
            .answer()
            .await;
        assert_has(&page, &["Valid", words, "DIGEST 32 bytes"]);
    }
    let short = form().file("message_file", "m", &digest[1..]).answer().await;
    assert_has(&short, &["Not valid", "ValidationException", "31"]);
}

#[tokio::test]
async fn keys_of_the_ring_by_name() {
    let request = Request::get("/").header(header::HOST, "localhost:9911");
    let page = send(request.body(axum::body::Body::empty()).unwrap()).await.text();
    assert!(page.contains("1234abcd-12ab-34cd-56ef-1234567890ab (ECC_NIST_P256, us-east-1, 111122223333)"));
    assert!(page.contains("<option value=\"alias/invoices\">alias/invoices (RSA_2048)</option>"));

    let form = |key: &str| {
        Form::new()
            .text("ring_key", key)
            .file("message_file", "m", &vector(P256, "message.bin"))
            .file("signature_file", "s", &vector(P256, "signature.bin"))
    };
    assert_has(&form(P256_ARN).answer().await, &["Valid", "key ring", P256_ARN]);
    assert_has(&form("alias/other").answer().await, &["Not complete", "alias/other"]);
    let both = form(P256_ARN).text("public_key_text", "x").answer().await;
    assert_has(&both, &["Not complete", "Remove one of them."]);
}

#[tokio::test]
async fn another_key_of_the_ring_made_the_signature() {
    let signer = signer(SigningAlgorithm::EcdsaSha256);
    let page = Form::of(P256)
        .file("public_key_file", "key.der", signer.key.public_key().as_der())
        .text("public_key_text", "")
        .answer()
        .await;
    assert_has(
        &page,
        &[
            "Not valid",
            "wrong-key",
            "certain",
            &format!("The key {P256_ARN} of the key ring made"),
        ],
    );
}

#[tokio::test]
async fn what_is_missing_or_given_twice() {
    assert_has(
        &Form::new().answer().await,
        &["Not complete", "no public key", "no signature"],
    );
    let twice = Form::of(P256).file("signature_file", "s", b"x").answer().await;
    assert_has(&twice, &["Not complete", "The signature was given twice"]);
    // As browsers send a file that was not chosen.
    let page = Form::of(P256).file("signature_file", "", b"").answer().await;
    assert_has(&page, &["Valid"]);
    // No message is the empty message.
    let signer = signer(SigningAlgorithm::Ed25519Sha512);
    let page = Form::new()
        .file("public_key_file", "key.der", signer.key.public_key().as_der())
        .file("signature_file", "s", &signer.sign(b""))
        .answer()
        .await;
    assert_has(&page, &["Valid", "an empty message 0 bytes"]);
}

#[tokio::test]
async fn pasted_text_has_the_line_ends_that_were_pasted() {
    let signer = signer(SigningAlgorithm::Ed25519Sha512);
    let form = |message: &str, signed: &[u8]| {
        Form::new()
            .file("public_key_file", "key.der", signer.key.public_key().as_der())
            .text("message_text", message)
            .file("signature_file", "s", &signer.sign(signed))
    };
    // Browsers send CRLF.
    assert_has(&form("one\r\ntwo", b"one\ntwo").answer().await, &["Valid"]);
    let page = form("one\r\ntwo", b"one\r\ntwo").answer().await;
    assert_has(&page, &["Not valid", "message-line-endings"]);
    assert_eq!(download(&page, "message", "message.bin").await, b"one\r\ntwo");
}

#[tokio::test]
async fn white_space_around_pasted_keys_and_signatures_is_ignored() {
    let form = Form::new()
        .text(
            "public_key_text",
            &format!("\r\n  {}\r\n", text(vector(P256, "public_key.pem"))),
        )
        .file("message_file", "m", &vector(P256, "message.bin"))
        .text(
            "signature_text",
            &format!(" {}\r\n", base64(&vector(P256, "signature.bin"))),
        );
    assert_has(&form.answer().await, &["Valid"]);
    // That around the bytes of a file is a part of them.
    let mut der = vector(P256, "public_key.der");
    der.push(b'\n');
    let page = Form::of(P256)
        .text("public_key_text", "")
        .file("public_key_file", "key", &der)
        .answer()
        .await;
    assert_has(&page, &["Key rejected"]);
}

#[tokio::test]
async fn a_digest_that_was_given_as_the_message() {
    let name = "eksa-bundle-minimal-digest";
    let page = Form::of(name).text("message_type", "RAW").answer().await;
    assert_has(&page, &["Not valid", "message-is-a-digest", "Message type: DIGEST"]);
    assert!(!page.contains("Download"));
}

#[tokio::test]
async fn what_is_given_is_recognized_before_it_is_verified() {
    let form = Form::new()
        .text("public_key_text", &text(vector(RSA, "public_key.pem")))
        .text("signature_text", &base64(&vector(RSA, "signature.bin")));
    let response = send(form.request("/page/look")).await;
    assert_eq!(response.status, StatusCode::OK);
    let page = response.text();
    assert!(page.contains("id=\"look-public_key\""));
    assert!(page.contains("RSA_2048 key"));
    assert!(page.contains("Any of the 6 of the key"));
    assert!(page.contains("RSA_2048 signature"));
    assert!(!page.contains("id=\"look-message\""));
    let both = Form::of(P256).file("signature_file", "s", b"x");
    let page = send(both.request("/page/look")).await.text();
    assert!(page.contains("The signature was given twice"));
    let hex = Form::new().text("public_key_text", &hex(&vector(P256, "public_key.der")));
    let page = send(hex.request("/page/look")).await.text();
    assert!(page.contains("ECC_NIST_P256 key") && page.contains("Not accepted in this form"));
    assert!(page.contains("Any that the key supports"));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
