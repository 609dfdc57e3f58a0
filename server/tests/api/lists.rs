//! ListKeys and ListAliases.

use kms_verify_server::protocol::Options;
use serde_json::{Value, json};

use crate::support::*;

/// All entries, in pages of this length.
async fn pages(server: &Server, operation: &str, list: &str, request: Value, limit: usize) -> Vec<Value> {
    let mut request = with(request, "Limit", json!(limit));
    let mut all = Vec::new();
    loop {
        let page = server.ask(operation, request.clone()).await;
        let entries = page[list].as_array().unwrap();
        assert!(entries.len() <= limit);
        all.extend_from_slice(entries);
        assert_eq!(page["Truncated"], page.get("NextMarker").is_some());
        match page.get("NextMarker") {
            None => return all,
            // No page is empty, and only the last is not full.
            Some(marker) => {
                assert_eq!(entries.len(), limit);
                request = with(request, "Marker", marker.clone());
            }
        }
    }
}

#[tokio::test]
async fn list_keys() {
    let directory = Directory::with_keys();
    // The same key by its ID alone, another by its ID alone, and a key ID in two accounts.
    directory.add(&format!("{P256}.pem"), &p256().pem);
    directory.add("local.pem", &p256().pem);
    let other = arn(RSA).replace("111122223333", "444455556666");
    directory.add("other.json", &response(&p256(), &other));
    let server = Server::of(directory, Options { message_limit: true }, false);
    let entry = |id: &str| json!({"KeyId": id, "KeyArn": arn(id)});
    let expected = [
        entry(P256),
        entry(RSA),
        json!({"KeyId": RSA, "KeyArn": other}),
        entry(ED25519),
        json!({"KeyId": "local"}),
        entry(ML_DSA),
    ];
    for limit in 1..=7 {
        let keys = pages(&server, "ListKeys", "Keys", json!({}), limit).await;
        assert_eq!(keys, expected, "{limit}");
    }
}

#[tokio::test]
async fn list_aliases() {
    let server = Server::new();
    let signing =
        json!({"AliasName": "alias/signing", "AliasArn": format!("{ACCOUNT}:alias/signing"), "TargetKeyId": P256});
    let unknown = json!({"AliasName": "alias/unknown"});
    for limit in 1..=3 {
        let aliases = pages(&server, "ListAliases", "Aliases", json!({}), limit).await;
        assert_eq!(aliases, [signing.clone(), unknown.clone()], "{limit}");
    }
    for key_id in [P256, &arn(P256)] {
        let aliases = pages(&server, "ListAliases", "Aliases", json!({"KeyId": key_id}), 10).await;
        assert_eq!(aliases, std::slice::from_ref(&signing));
    }
    assert!(
        pages(&server, "ListAliases", "Aliases", json!({"KeyId": RSA}), 10)
            .await
            .is_empty()
    );
    assert_eq!(
        server.fail("ListAliases", json!({"KeyId": "alias/signing"})).await,
        (
            "InvalidArnException".to_owned(),
            "Key Aliases are not supported for this operation.".to_owned()
        )
    );
    assert_eq!(
        server.fail("ListAliases", json!({"KeyId": "foo"})).await.0,
        "NotFoundException"
    );
}

#[tokio::test]
async fn default_limits() {
    let directory = Directory::with_keys();
    for number in 0..101 {
        directory.add(&format!("a-key-{number:03}.pem"), &p256().pem);
        directory.add(&format!("alias/{number:03}.pem"), &p256().pem);
    }
    let server = Server::of(directory, Options { message_limit: true }, false);
    let count = async |operation, list: &str| server.ask(operation, json!({})).await[list].as_array().unwrap().len();
    assert_eq!(count("ListKeys", "Keys").await, 100);
    assert_eq!(count("ListAliases", "Aliases").await, 50);
}

#[tokio::test]
async fn limits_and_markers() {
    let server = Server::new();
    for operation in ["ListKeys", "ListAliases"] {
        for (request, message) in [
            (
                json!({"Limit": 0}),
                "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value \
                 greater than or equal to 1",
            ),
            (
                json!({"Limit": 1001}),
                "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value \
                 less than or equal to 1000",
            ),
            (
                json!({"Marker": ""}),
                "1 validation error detected: Value '' at 'marker' failed to satisfy constraint: Member must have length \
                 greater than or equal to 1",
            ),
        ] {
            let expected = ("ValidationException".to_owned(), message.to_owned());
            assert_eq!(server.fail(operation, request).await, expected);
        }
        let expected = ("InvalidMarkerException".to_owned(), "-".to_owned());
        assert_eq!(server.fail(operation, json!({"Marker": "x"})).await, expected);
        assert_eq!(
            server.fail(operation, json!({"Marker": "x".repeat(1025)})).await.0,
            "ValidationException"
        );
        server.ask(operation, json!({"Limit": 1000})).await;
        // AWS truncates fractions.
        server.ask(operation, json!({"Limit": 1.9})).await;
    }
    for key_id in ["", &"a".repeat(2049)] {
        let request = json!({"KeyId": key_id});
        assert_eq!(server.fail("ListAliases", request).await.0, "ValidationException");
    }
    for owners in [json!([]), json!(["SELF", "SELF", "SELF"]), json!(["S".repeat(65)])] {
        let request = json!({"ResourceOwners": owners});
        assert_eq!(server.fail("ListKeys", request).await.0, "ValidationException");
    }
    server.ask("ListKeys", json!({"ResourceOwners": ["SELF"]})).await;
}
