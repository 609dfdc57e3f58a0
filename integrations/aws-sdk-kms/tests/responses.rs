//! Responses of KMS in the form that its documentation has, played back to the SDK.

use aws_sdk_kms::Client;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{KeyRing, SigningAlgorithm};
use kms_verify_integration_aws_sdk_kms::{Error, add_key, key_ring};
use kms_verify_testing::vectors::{Vector, kms_vector};
use serde_json::{Value, json};

const ED25519: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const P256: &str = "arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";
const SYMMETRIC: &str = "arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888";
const DISABLED: &str = "arn:aws:kms:us-east-1:111122223333:key/99992222-3333-4444-5555-666677778888";

fn ed25519() -> Vector {
    kms_vector("stackd-ed25519-pure-raw")
}

fn p256() -> Vector {
    kms_vector("eksa-bundle-minimal")
}

/// A client that expects these operations with these inputs, in this order.
fn client(calls: &[(&str, Value, u16, Value)]) -> (Client, StaticReplayClient) {
    let events = calls.iter().map(|(operation, input, status, output)| {
        let request = http::Request::post("https://kms.us-east-1.amazonaws.com/")
            .header("x-amz-target", format!("TrentService.{operation}"))
            .body(SdkBody::from(input.to_string()))
            .unwrap();
        let response = http::Response::builder()
            .status(*status)
            .body(SdkBody::from(output.to_string()))
            .unwrap();
        ReplayEvent::new(request, response)
    });
    let replay = StaticReplayClient::new(events.collect());
    let config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(replay.clone())
        .retry_config(aws_sdk_kms::config::retry::RetryConfig::disabled())
        .timeout_config(aws_sdk_kms::config::timeout::TimeoutConfig::disabled())
        .identity_cache(aws_sdk_kms::config::IdentityCache::no_cache())
        .stalled_stream_protection(aws_sdk_kms::config::StalledStreamProtectionConfig::disabled())
        .build();
    (Client::from_conf(config), replay)
}

fn key_id(arn: &str) -> Value {
    json!({ "KeyId": arn })
}

fn get_public_key(arn: &str, vector: &Vector) -> Value {
    let algorithms: Vec<&str> = vector
        .key_spec
        .signing_algorithms()
        .iter()
        .map(|name| name.as_str())
        .collect();
    json!({
        "KeyId": arn,
        "PublicKey": STANDARD.encode(&vector.der),
        "CustomerMasterKeySpec": vector.key_spec.as_str(),
        "KeySpec": vector.key_spec.as_str(),
        "KeyUsage": "SIGN_VERIFY",
        "SigningAlgorithms": algorithms,
    })
}

fn describe_key(arn: &str, usage: &str, state: &str) -> (&'static str, Value, u16, Value) {
    let id = arn.rsplit('/').next().unwrap();
    let metadata =
        json!({ "KeyId": id, "Arn": arn, "KeyUsage": usage, "KeyState": state, "Enabled": state == "Enabled" });
    ("DescribeKey", key_id(arn), 200, json!({ "KeyMetadata": metadata }))
}

fn listed(arn: &str) -> Value {
    json!({ "KeyId": arn.rsplit('/').next().unwrap(), "KeyArn": arn })
}

#[tokio::test]
async fn all_pages_of_keys_are_read() {
    let (client, replay) = client(&[
        (
            "ListKeys",
            json!({ "Limit": 1000 }),
            200,
            json!({ "Keys": [listed(SYMMETRIC), listed(ED25519)], "Truncated": true, "NextMarker": "next" }),
        ),
        describe_key(SYMMETRIC, "ENCRYPT_DECRYPT", "Enabled"),
        describe_key(ED25519, "SIGN_VERIFY", "Enabled"),
        (
            "GetPublicKey",
            key_id(ED25519),
            200,
            get_public_key(ED25519, &ed25519()),
        ),
        (
            "ListKeys",
            json!({ "Limit": 1000, "Marker": "next" }),
            200,
            json!({ "Keys": [listed(DISABLED), listed(P256)], "Truncated": false }),
        ),
        describe_key(DISABLED, "SIGN_VERIFY", "Disabled"),
        describe_key(P256, "SIGN_VERIFY", "Enabled"),
        ("GetPublicKey", key_id(P256), 200, get_public_key(P256, &p256())),
    ]);
    let ring = key_ring(&client).await.unwrap();
    replay.assert_requests_match(&[
        "authorization",
        "x-amz-date",
        "x-amz-user-agent",
        "user-agent",
        "content-length",
    ]);
    let names: Vec<&str> = ring.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [P256, ED25519]);

    // From here on, offline.
    let vector = ed25519();
    let key = ring.verifying_key(ED25519, SigningAlgorithm::Ed25519Sha512).unwrap();
    key.verify(vector.message(), &vector.signature).unwrap();
}

#[tokio::test]
async fn an_alias_is_found_by_both_names() {
    let (client, _) = client(&[(
        "GetPublicKey",
        key_id("alias/signing"),
        200,
        get_public_key(ED25519, &ed25519()),
    )]);
    let mut ring = KeyRing::new();
    add_key(&mut ring, &client, "alias/signing").await.unwrap();
    assert_eq!(ring.get("alias/signing").unwrap(), ring.get(ED25519).unwrap());
    assert_eq!(ring.len(), 2);
}

#[tokio::test]
async fn a_key_is_asked_for_by_its_id() {
    let id = ED25519.rsplit('/').next().unwrap();
    let response = get_public_key(ED25519, &ed25519());
    let (client, _) = client(&[("GetPublicKey", key_id(id), 200, response)]);
    let mut ring = KeyRing::new();
    add_key(&mut ring, &client, id).await.unwrap();
    assert!(ring.get(ED25519).is_ok());
    assert_eq!(ring.len(), 1);
}

#[tokio::test]
async fn contradictions_and_other_keys_are_rejected() {
    let response = |changes: Value| {
        let mut response = get_public_key(ED25519, &ed25519());
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                response.as_object_mut().unwrap().remove(name);
            } else {
                response[name] = value.clone();
            }
        }
        response
    };
    let key = STANDARD.encode(p256().der);
    let cases = [
        (json!({ "KeySpec": "ECC_NIST_P256" }), "KeySpec of"),
        (json!({ "PublicKey": key }), "KeySpec of"),
        (
            json!({ "SigningAlgorithms": ["ECDSA_SHA_256"] }),
            "SigningAlgorithms of",
        ),
        (json!({ "SigningAlgorithms": [] }), "SigningAlgorithms of"),
        (json!({ "KeyUsage": "KEY_AGREEMENT" }), "is not for signatures"),
        (json!({ "KeyUsage": null }), "is not for signatures"),
        (json!({ "KeyId": null }), "has no KeyId"),
        (json!({ "KeySpec": null }), "has no KeySpec"),
        (json!({ "PublicKey": null }), "has no PublicKey"),
        (json!({ "PublicKey": "AAAA" }), "the public key"),
        (json!({ "KeyId": "not a name" }), "not a name"),
        (json!({ "KeyId": P256 }), P256),
    ];
    for (changes, expected) in cases {
        let (client, _) = client(&[("GetPublicKey", key_id(ED25519), 200, response(changes.clone()))]);
        let mut ring = KeyRing::new();
        let error = add_key(&mut ring, &client, ED25519).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{changes}: {error}");
        assert!(ring.is_empty());
    }
}

#[tokio::test]
async fn a_lack_of_permission_is_an_error_and_no_smaller_ring() {
    let denied = json!({ "__type": "AccessDeniedException", "Message": "not authorized to perform: kms:GetPublicKey" });
    let (client, _) = client(&[
        (
            "ListKeys",
            json!({ "Limit": 1000 }),
            200,
            json!({ "Keys": [listed(ED25519)], "Truncated": false }),
        ),
        describe_key(ED25519, "SIGN_VERIFY", "Enabled"),
        ("GetPublicKey", key_id(ED25519), 400, denied),
    ]);
    let error = key_ring(&client).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Sdk {
                operation: "GetPublicKey",
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("not authorized"), "{error}");
}
