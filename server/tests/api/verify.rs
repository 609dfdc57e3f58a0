//! Verify.

use kms_verify::SigningAlgorithm;
use kms_verify_server::protocol::Options;
use kms_verify_testing::vectors::kms_vectors;
use serde_json::{Value, json};

use crate::support::*;

fn invalid_signature() -> (String, String) {
    ("KMSInvalidSignatureException".to_owned(), "-".to_owned())
}

fn validation(message: &str) -> (String, String) {
    ("ValidationException".to_owned(), message.to_owned())
}

/// One violated constraint.
fn violated(constraint: &str) -> (String, String) {
    validation(&format!("1 validation error detected: {constraint}"))
}

#[tokio::test]
async fn every_signature_of_kms_is_valid_and_changed_ones_are_not() {
    for vector in kms_vectors() {
        let directory = Directory::new();
        directory.add("key.json", &response(&vector, &arn(P256)));
        let server = Server::of(directory, Options { message_limit: true }, false);
        let request = verify(&vector, P256);
        assert_eq!(
            server.ask("Verify", request.clone()).await,
            json!({"KeyId": arn(P256), "SignatureValid": true, "SigningAlgorithm": vector.algorithm.as_str()}),
            "{}",
            vector.name
        );
        let mut signature = vector.signature.clone();
        *signature.last_mut().unwrap() ^= 1;
        for changed in [&signature, &vector.signature[1..], &[][..], b"x"] {
            if changed.is_empty() {
                continue;
            }
            let request = with(request.clone(), "Signature", json!(base64(changed)));
            assert_eq!(
                server.fail("Verify", request).await,
                invalid_signature(),
                "{}",
                vector.name
            );
        }
        let mut message = vector.message.clone();
        message[0] ^= 1;
        let request = with(request, "Message", json!(base64(&message)));
        assert_eq!(
            server.fail("Verify", request).await,
            invalid_signature(),
            "{}",
            vector.name
        );
    }
}

#[tokio::test]
async fn the_body_of_an_invalid_signature_has_no_message() {
    let request = with(verify(&p256(), P256), "Signature", json!("eA=="));
    let answer = Server::new().post("Verify", request.to_string()).await;
    assert_eq!(answer.text(), r#"{"__type":"KMSInvalidSignatureException"}"#);
}

#[tokio::test]
async fn the_answer_names_the_key_arn() {
    let server = Server::new();
    let alias_arn = format!("{ACCOUNT}:alias/signing");
    for key_id in [P256, &arn(P256), "alias/signing", &alias_arn] {
        let answer = server.ask("Verify", verify(&p256(), key_id)).await;
        assert_eq!(answer["KeyId"], arn(P256), "{key_id}");
    }
    // A multi-Region key in a Region that is not in the ring, as KMS there would name it.
    let replica = arn(ML_DSA).replace("us-east-1", "eu-west-1");
    assert_eq!(
        server.ask("Verify", verify(&ml_dsa(), &replica)).await["KeyId"],
        replica
    );
    assert_eq!(
        server.ask("Verify", verify(&ml_dsa(), ML_DSA)).await["KeyId"],
        arn(ML_DSA)
    );
    // A file without an ARN does not say which key the alias stands for.
    let answer = server.ask("Verify", verify(&p256(), "alias/unknown")).await;
    assert_eq!(answer["KeyId"], "alias/unknown");
}

#[tokio::test]
async fn raw_is_the_default_message_type() {
    let request = with(verify(&p256(), P256), "MessageType", Value::Null);
    assert_eq!(Server::new().ask("Verify", request).await["SignatureValid"], true);
}

#[tokio::test]
async fn a_dry_run_succeeds_with_an_exception() {
    let server = Server::new();
    let dry = with(verify(&p256(), P256), "DryRun", json!(true));
    assert_eq!(
        server.fail("Verify", dry.clone()).await,
        (
            "DryRunOperationException".to_owned(),
            "The request would have succeeded, but the DryRun option is set.".to_owned()
        )
    );
    // A signature that is not valid is found first.
    let invalid = with(dry.clone(), "Signature", json!("eA=="));
    assert_eq!(server.fail("Verify", invalid).await, invalid_signature());
    let not_dry = with(dry, "DryRun", json!(false));
    assert_eq!(server.ask("Verify", not_dry).await["SignatureValid"], true);
}

#[tokio::test]
async fn algorithms_and_message_types_of_other_keys() {
    let server = Server::new();
    let usage = |message: &str| ("InvalidKeyUsageException".to_owned(), message.to_owned());
    let ed25519_digest = with(verify(&ed25519(), ED25519), "MessageType", json!("DIGEST"));
    for (request, expected) in [
        (
            with(verify(&p256(), P256), "SigningAlgorithm", json!("RSASSA_PSS_SHA_256")),
            usage("Algorithm RSASSA_PSS_SHA_256 is incompatible with key spec ECC_NIST_P256."),
        ),
        (
            // Before the length of the digest.
            with(
                with(verify(&p256(), P256), "SigningAlgorithm", json!("ECDSA_SHA_384")),
                "MessageType",
                json!("DIGEST"),
            ),
            usage("Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256."),
        ),
        (
            with(verify(&rsa(), RSA), "MessageType", json!("EXTERNAL_MU")),
            validation("Message type EXTERNAL_MU is incompatible with key spec RSA_2048."),
        ),
        (
            with(verify(&ml_dsa(), ML_DSA), "MessageType", json!("DIGEST")),
            validation("Message type DIGEST is incompatible with key spec ML_DSA_44."),
        ),
        (
            // Before the length of the digest, too.
            ed25519_digest.clone(),
            validation("Message type DIGEST is incompatible with algorithm ED25519_SHA_512."),
        ),
        (
            with(
                verify(&ed25519(), ED25519),
                "SigningAlgorithm",
                json!("ED25519_PH_SHA_512"),
            ),
            validation("Message type RAW is incompatible with algorithm ED25519_PH_SHA_512."),
        ),
        (
            with(ed25519_digest, "SigningAlgorithm", json!("ED25519_PH_SHA_512")),
            validation("Digest is invalid length for algorithm ED25519_PH_SHA_512."),
        ),
        (
            with(verify(&p256(), P256), "MessageType", json!("DIGEST")),
            validation("Digest is invalid length for algorithm ECDSA_SHA_256."),
        ),
        (
            with(verify(&ml_dsa(), ML_DSA), "MessageType", json!("EXTERNAL_MU")),
            validation("External Mu is invalid length for algorithm ML_DSA_SHAKE_256."),
        ),
    ] {
        assert_eq!(server.fail("Verify", request.clone()).await, expected, "{request}");
    }
}

#[tokio::test]
async fn constraints() {
    let server = Server::new();
    let request = || verify(&p256(), P256);
    let null = |member: &str| format!("Value null at '{member}' failed to satisfy constraint: Member must not be null");
    for (member, value, expected) in [
        ("KeyId", Value::Null, null("keyId")),
        // The value of a sensitive member is not shown, not even if there is none.
        (
            "Message",
            Value::Null,
            "Value at 'message' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        ("Signature", Value::Null, null("signature")),
        ("SigningAlgorithm", Value::Null, null("signingAlgorithm")),
        (
            "Message",
            json!(""),
            "Value at 'message' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            "Message",
            json!(base64(&[0; 4097])),
            "Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096".to_owned(),
        ),
        (
            "Signature",
            json!(""),
            "Value at 'signature' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            "Signature",
            json!(base64(&[0; 6145])),
            "Value at 'signature' failed to satisfy constraint: Member must have length less than or equal to 6144"
                .to_owned(),
        ),
        (
            "MessageType",
            json!("raw"),
            "Value 'raw' at 'messageType' failed to satisfy constraint: Member must satisfy enum value set: [RAW, DIGEST, \
             EXTERNAL_MU]"
                .to_owned(),
        ),
        (
            "SigningAlgorithm",
            json!("ECDSA_SHA_1"),
            "Value 'ECDSA_SHA_1' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: \
             [RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256, \
             RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, \
             ED25519_SHA_512, ED25519_PH_SHA_512, SM2DSA, ML_DSA_SHAKE_256]"
                .to_owned(),
        ),
        (
            "GrantTokens",
            json!(vec!["t"; 11]),
            "Value at 'grantTokens' failed to satisfy constraint: Member must have length less than or equal to 10".to_owned(),
        ),
        (
            "KeyId",
            json!("k".repeat(2049)),
            format!(
                "Value '{}' at 'keyId' failed to satisfy constraint: Member must have length less than or equal to 2048",
                "k".repeat(2049)
            ),
        ),
        (
            "KeyId",
            json!("Schlüssel"),
            r"Value 'Schlüssel' at 'keyId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\p{ASCII}+$"
                .to_owned(),
        ),
    ] {
        let request = with(request(), member, value);
        assert_eq!(server.fail("Verify", request.clone()).await, violated(&expected), "{request}");
    }
    // The longest that are accepted.
    let longest = with(request(), "Message", json!(base64(&[0; 4096])));
    let longest = with(longest, "Signature", json!(base64(&[0; 6144])));
    let longest = with(longest, "GrantTokens", json!(["t".repeat(8192)]));
    assert_eq!(server.fail("Verify", longest).await, invalid_signature());
    let tokens = with(request(), "GrantTokens", json!(["t".repeat(8193)]));
    assert_eq!(server.fail("Verify", tokens).await.0, "ValidationException");
}

#[tokio::test]
async fn all_violated_constraints_are_reported_together() {
    assert_eq!(
        Server::new()
            .fail("Verify", json!({"KeyId": "", "Message": "eA=="}))
            .await,
        validation(
            r"4 validation errors detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'keyId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\p{ASCII}+$; Value null at 'signature' failed to satisfy constraint: Member must not be null; Value null at 'signingAlgorithm' failed to satisfy constraint: Member must not be null"
        )
    );
}

#[tokio::test]
async fn constraints_come_before_the_key() {
    let request = with(verify(&p256(), "no-such-key"), "Message", json!(""));
    assert_eq!(Server::new().fail("Verify", request).await.0, "ValidationException");
}

#[tokio::test]
async fn long_messages_verify_if_the_limit_is_lifted() {
    let vector = kms_verify_testing::vectors::kms_vector("eksa-bundle-minimal");
    let directory = || {
        let directory = Directory::new();
        directory.add("key.json", &response(&vector, &arn(P256)));
        directory
    };
    let mut long = vector.message.clone();
    long.resize(700_000, 0);
    let lifted = Server::of(directory(), Options { message_limit: false }, false);
    let request = with(verify(&vector, P256), "Message", json!(base64(&long)));
    // Hashed, and not rejected for its length.
    assert_eq!(lifted.fail("Verify", request.clone()).await, invalid_signature());
    // Only that of RAW messages.
    let digest = with(request.clone(), "MessageType", json!("DIGEST"));
    assert!(
        lifted
            .fail("Verify", digest)
            .await
            .1
            .contains("less than or equal to 4096")
    );
    let limited = Server::of(directory(), Options { message_limit: true }, false);
    assert_eq!(limited.post("Verify", request.to_string()).await.status, 413);
}

#[tokio::test]
async fn names_that_identify_no_key() {
    let directory = Directory::with_keys();
    // Two different keys with one key ID.
    let other = arn(P256).replace("111122223333", "444455556666");
    directory.add("other.json", &response(&rsa(), &other));
    let server = Server::of(directory, Options { message_limit: true }, false);
    let missing = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for (key_id, message) in [
        (missing.to_owned(), format!("Key '{missing}' does not exist")),
        (arn(missing), format!("Key '{}' does not exist", arn(missing))),
        (
            "mrk-1234abcd12ab34cd56ef1234567890ab".to_owned(),
            "Key 'mrk-1234abcd12ab34cd56ef1234567890ab' does not exist".to_owned(),
        ),
        ("fake-key-id".to_owned(), "Invalid keyId 'fake-key-id'".to_owned()),
        (
            "1234abcd12ab34cd56ef1234567890ab".to_owned(),
            "Invalid keyId '1234abcd12ab34cd56ef1234567890ab'".to_owned(),
        ),
        ("mrk-1234".to_owned(), "Invalid keyId 'mrk-1234'".to_owned()),
        (format!("{missing}-"), format!("Invalid keyId '{missing}-'")),
        ("a key".to_owned(), "Invalid keyId 'a key'".to_owned()),
        (arn("fake"), "Invalid keyId fake".to_owned()),
        (
            "alias/missing".to_owned(),
            "Alias alias/missing is not found.".to_owned(),
        ),
        (
            format!("{ACCOUNT}:alias/missing"),
            format!("Alias {ACCOUNT}:alias/missing is not found."),
        ),
        ("arn:aws:kms".to_owned(), "Invalid arn arn:aws:kms".to_owned()),
        // Another account or Region is another key.
        (
            arn(RSA).replace("111122223333", "444455556666"),
            format!(
                "Key '{}' does not exist",
                arn(RSA).replace("111122223333", "444455556666")
            ),
        ),
        (
            arn(RSA).replace("us-east-1", "us-east-2"),
            format!("Key '{}' does not exist", arn(RSA).replace("us-east-1", "us-east-2")),
        ),
        // It stands for two keys.
        (P256.to_owned(), format!("Key '{P256}' does not exist")),
    ] {
        let request = with(verify(&p256(), &key_id), "Signature", json!("eA=="));
        let expected = ("NotFoundException".to_owned(), message);
        assert_eq!(server.fail("Verify", request).await, expected, "{key_id}");
    }
    assert_eq!(
        server.ask("Verify", verify(&p256(), &arn(P256))).await["KeyId"],
        arn(P256)
    );
}

#[tokio::test]
async fn all_algorithms_are_known() {
    let server = Server::new();
    for algorithm in SigningAlgorithm::ALL {
        let request = with(verify(&p256(), P256), "SigningAlgorithm", json!(algorithm.as_str()));
        let answer = server.post("Verify", request.to_string()).await;
        assert!(!answer.text().contains("enum value set"), "{algorithm}");
    }
}
