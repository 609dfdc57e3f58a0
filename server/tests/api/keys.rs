//! GetPublicKey and DescribeKey.

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn get_public_key() {
    let server = Server::new();
    assert_eq!(
        server
            .ask("GetPublicKey", json!({"KeyId": P256, "GrantTokens": ["t"]}))
            .await,
        json!({
            "KeyId": arn(P256),
            "PublicKey": base64(&p256().der),
            "CustomerMasterKeySpec": "ECC_NIST_P256",
            "KeySpec": "ECC_NIST_P256",
            "KeyUsage": "SIGN_VERIFY",
            "SigningAlgorithms": ["ECDSA_SHA_256"],
        })
    );
    // In the order of KMS.
    let algorithms =
        async |id: &str| server.ask("GetPublicKey", json!({"KeyId": id})).await["SigningAlgorithms"].clone();
    assert_eq!(
        algorithms(ED25519).await,
        json!(["ED25519_PH_SHA_512", "ED25519_SHA_512"])
    );
    assert_eq!(
        algorithms(RSA).await,
        json!([
            "RSASSA_PKCS1_V1_5_SHA_256",
            "RSASSA_PKCS1_V1_5_SHA_384",
            "RSASSA_PKCS1_V1_5_SHA_512",
            "RSASSA_PSS_SHA_256",
            "RSASSA_PSS_SHA_384",
            "RSASSA_PSS_SHA_512"
        ])
    );
}

#[tokio::test]
async fn describe_key() {
    let server = Server::new();
    assert_eq!(
        server.ask("DescribeKey", json!({"KeyId": "alias/signing"})).await,
        json!({"KeyMetadata": {
            "AWSAccountId": "111122223333",
            "KeyId": P256,
            "Arn": arn(P256),
            "Enabled": true,
            "KeyUsage": "SIGN_VERIFY",
            "KeyState": "Enabled",
            "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": "ECC_NIST_P256",
            "KeySpec": "ECC_NIST_P256",
            "SigningAlgorithms": ["ECDSA_SHA_256"],
            "MultiRegion": false,
        }})
    );
    let replica = arn(ML_DSA).replace("us-east-1", "eu-west-1");
    let described = server.ask("DescribeKey", json!({"KeyId": replica})).await;
    let metadata = &described["KeyMetadata"];
    assert_eq!(metadata["Arn"], replica);
    assert_eq!(metadata["KeyId"], ML_DSA);
    assert_eq!(metadata["MultiRegion"], true);
    // Only its name is known.
    let described = server.ask("DescribeKey", json!({"KeyId": "alias/unknown"})).await;
    let metadata = described["KeyMetadata"].as_object().unwrap();
    assert_eq!(metadata["KeyId"], "alias/unknown");
    assert!(!metadata.contains_key("Arn") && !metadata.contains_key("AWSAccountId"));
}

#[tokio::test]
async fn names_that_identify_no_key() {
    let server = Server::new();
    for operation in ["GetPublicKey", "DescribeKey"] {
        for (key_id, name, message) in [
            ("foo", "NotFoundException", "Invalid keyId 'foo'"),
            ("alias/foo", "NotFoundException", "Alias alias/foo is not found."),
            ("arn:aws:s3:::b", "InvalidArnException", "Invalid arn arn:aws:s3:::b"),
        ] {
            let expected = (name.to_owned(), message.to_owned());
            assert_eq!(server.fail(operation, json!({"KeyId": key_id})).await, expected);
        }
        let missing =
            "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null";
        let expected = ("ValidationException".to_owned(), missing.to_owned());
        assert_eq!(server.fail(operation, json!({})).await, expected);
        for key_id in ["", &"a".repeat(2049), "Schl\u{fc}ssel"] {
            let request = json!({"KeyId": key_id});
            assert_eq!(server.fail(operation, request).await.0, "ValidationException");
        }
        let tokens = json!({"KeyId": P256, "GrantTokens": [""]});
        assert_eq!(server.fail(operation, tokens).await.0, "ValidationException");
    }
}
