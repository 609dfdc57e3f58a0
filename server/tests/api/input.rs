//! Bodies and their members that AWS does not read.

use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn bodies_that_are_not_an_object() {
    let server = Server::new();
    let list = "Start of list found where not expected";
    for (body, message) in [
        ("", "-"),
        ("{", "-"),
        ("null", "-"),
        ("\"x\"", "-"),
        ("1", "-"),
        ("{\"KeyId\":\"a\",}", "-"),
        ("{} {}", "-"),
        ("\u{feff}{}", "-"),
        ("{\"KeyId\":\"\\ud800\"}", "-"),
        ("[", "-"),
        ("[]", list),
        ("[{}]", list),
        // Two readers could see two values.
        ("{\"KeyId\":\"a\",\"KeyId\":\"b\"}", "-"),
        ("{\"KeyId\":\"a\",\"\\u004beyId\":\"a\"}", "-"),
    ] {
        let expected = ("SerializationException".to_owned(), message.to_owned());
        assert_eq!(server.post("Verify", body).await.exception(), expected, "{body}");
    }
    let deep = format!("{{\"a\":{}}}", "[".repeat(20_000));
    assert_eq!(
        server.post("Verify", deep).await.exception().0,
        "SerializationException"
    );
    let not_utf8 = server.post("Verify", b"{\"KeyId\":\"\xff\"}".to_vec()).await;
    assert_eq!(not_utf8.exception().0, "SerializationException");
    // The spelling of AWS for an error that is found before the operation begins.
    assert_eq!(
        server.post("Verify", "[]").await.text(),
        format!(r#"{{"__type":"SerializationException","Message":"{list}"}}"#)
    );
}

#[tokio::test]
async fn members_of_the_wrong_type() {
    let server = Server::new();
    let structure = "Start of structure or map found where not expected.";
    let list = "Start of list found where not expected";
    for (operation, member, value, message) in [
        (
            "Verify",
            "KeyId",
            json!(1),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "Verify",
            "KeyId",
            json!(true),
            "TRUE_VALUE can not be converted to a String",
        ),
        (
            "Verify",
            "KeyId",
            json!(false),
            "FALSE_VALUE can not be converted to a String",
        ),
        ("Verify", "KeyId", json!([]), list),
        ("Verify", "KeyId", json!({}), structure),
        (
            "Verify",
            "MessageType",
            json!(1.5),
            "NUMBER_VALUE can not be converted to a String",
        ),
        ("Verify", "SigningAlgorithm", json!([]), list),
        ("Verify", "Message", json!([1, 2]), list),
        ("Verify", "Signature", json!({}), structure),
        ("Verify", "GrantTokens", json!("t"), "Expected list or null"),
        ("Verify", "GrantTokens", json!({}), structure),
        (
            "Verify",
            "GrantTokens",
            json!([1]),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "Verify",
            "DryRun",
            json!("true"),
            "STRING_VALUE can not be converted to a Boolean",
        ),
        (
            "ListKeys",
            "Limit",
            json!("1"),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "ListKeys",
            "Limit",
            json!(true),
            "TRUE_VALUE can not be converted to an Integer",
        ),
        (
            "ListKeys",
            "Marker",
            json!(1),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "ListAliases",
            "KeyId",
            json!(1),
            "NUMBER_VALUE can not be converted to a String",
        ),
    ] {
        let request = if operation == "Verify" {
            verify(&p256(), P256)
        } else {
            json!({})
        };
        let request = with(request, member, value);
        let expected = ("SerializationException".to_owned(), message.to_owned());
        assert_eq!(server.fail(operation, request.clone()).await, expected, "{request}");
    }
    // Before constraints, here the members that are missing.
    assert_eq!(
        server.fail("Verify", json!({"DryRun": 1})).await.0,
        "SerializationException"
    );
}

#[tokio::test]
async fn base64_is_strict() {
    let server = Server::new();
    for (member, text) in [
        ("Message", "eA"),
        ("Message", "eB=="),
        ("Signature", "e A=="),
        ("Signature", "-_-_"),
        ("Message", "eA==\n"),
    ] {
        let request = with(verify(&p256(), P256), member, json!(text));
        let expected = ("SerializationException".to_owned(), "-".to_owned());
        assert_eq!(server.fail("Verify", request).await, expected, "{text}");
    }
}

#[tokio::test]
async fn null_members_are_absent_and_unknown_ones_ignored() {
    let mut request = verify(&p256(), P256);
    for (member, value) in [
        ("MessageType", Value::Null),
        ("GrantTokens", Value::Null),
        ("DryRun", Value::Null),
        ("Unknown", json!({"a": [1]})),
    ] {
        request[member] = value;
    }
    assert_eq!(Server::new().ask("Verify", request).await["SignatureValid"], true);
}
