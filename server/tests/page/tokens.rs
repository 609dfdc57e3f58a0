//! Tokens: JSON Web Tokens in place of a message and a signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kms_verify::{Signature, SigningAlgorithm};

use crate::support::{Form, assert_has, signer};

/// A token and its key.
fn token(algorithm: SigningAlgorithm, alg: &str) -> (Vec<u8>, String) {
    let signer = signer(algorithm);
    let part = |json: String| URL_SAFE_NO_PAD.encode(json);
    let signed = format!(
        "{}.{}",
        part(format!("{{\"alg\":\"{alg}\"}}")),
        part("{\"sub\":\"<b>\"}".to_owned())
    );
    let der = signer.sign(signed.as_bytes());
    let signature = Signature::from_kms(algorithm, &der).unwrap();
    let signature = signature.to_p1363().unwrap_or(der);
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    (signer.key.public_key().as_der().to_vec(), token)
}

#[tokio::test]
async fn tokens() {
    for (algorithm, alg) in [
        (SigningAlgorithm::EcdsaSha256, "ES256"),
        (SigningAlgorithm::RsassaPssSha384, "PS384"),
        (SigningAlgorithm::Ed25519Sha512, "EdDSA"),
    ] {
        let (key, token) = token(algorithm, alg);
        let form = || Form::new().file("public_key_file", "key.der", &key);
        for form in [
            form().text("signature_text", &token),
            form().text("message_text", &token),
            form()
                .text("message_text", &token)
                .text("signature_text", &format!(" {token}\n")),
        ] {
            let page = form.answer().await;
            assert_has(&page, &["Valid", &format!("with {algorithm}."), "JWT", "{\"alg\":\""]);
            assert_has(&page, &["{\"sub\":\"<b>\"}", "was not checked"]);
        }
        let changed = token.replacen(".ey", ".fy", 1);
        assert_has(&form().text("signature_text", &changed).answer().await, &["Not valid"]);
    }
}

#[tokio::test]
async fn a_token_beside_a_message_is_not_a_token_that_is_verified() {
    let (key, token) = token(SigningAlgorithm::Ed25519Sha512, "EdDSA");
    let (signed, _) = token.rsplit_once('.').unwrap();
    let form = |message: &str| {
        Form::new()
            .file("public_key_file", "key.der", &key)
            .text("message_text", message)
            .text("signature_text", &token)
    };
    let page = form(signed).answer().await;
    assert_has(&page, &["Not valid", "signature-is-jwt", "Download the signature"]);
    assert_has(&form("another").answer().await, &["Not valid"]);
    // The chosen algorithm is that of the token, or it is rejected.
    let page = Form::new()
        .file("public_key_file", "key.der", &key)
        .text("signature_text", &token)
        .text("algorithm", "ED25519_PH_SHA_512");
    assert_has(&page.answer().await, &["Not valid"]);
}

#[tokio::test]
async fn tokens_that_are_rejected() {
    let (key, es256) = token(SigningAlgorithm::EcdsaSha256, "ES256");
    let page = |token: String| {
        Form::new()
            .file("public_key_file", "key.der", &key)
            .text("signature_text", &token)
            .answer()
    };
    let (_, other) = token(SigningAlgorithm::EcdsaSha256, "none");
    assert_has(&page(other).await, &["Not valid", "jws-algorithm"]);

    let (signed, encoded) = es256.rsplit_once('.').unwrap();
    assert_has(&page(format!("{signed}.")).await, &["Not valid", "jws-unsigned"]);
    assert_has(
        &page(format!("{signed}.{encoded}A")).await,
        &["Not valid", "jws-signature-"],
    );
    let pair = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    let der = Signature::from_p1363(SigningAlgorithm::EcdsaSha256, &pair).unwrap();
    let in_der = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(der.as_bytes()));
    assert_has(
        &page(in_der).await,
        &["Not valid", "jws-der", "must convert it to r || s"],
    );
    let another = es256.replacen(".", ".e30g", 1);
    assert_has(&page(another).await, &["Not valid", "perhaps"]);
}
