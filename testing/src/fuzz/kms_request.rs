//! Requests to the KMS endpoint: whatever is sent, the answer is one that KMS could give, and a signature is valid exactly
//! if a second reader of the request finds so.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{KeyRing, Message};
use kms_verify_server::protocol::{Answer, CONTENT_TYPE, Kind, Operation, Options, Request, answer};
use serde_json::{Value, json};

use super::vectors::{VECTORS, Vector};

/// The limits are those of KMS.
const OPTIONS: Options = Options { message_limit: true };

/// Each key under a key ARN and an alias.
static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    let mut ring = KeyRing::new();
    for (index, vector) in VECTORS.iter().enumerate() {
        let key = kms_verify::PublicKey::from_der(&vector.key).unwrap();
        ring.insert(&arn(index), key.clone()).unwrap();
        ring.insert(&format!("alias/{index}"), key).unwrap();
    }
    ring
});

fn arn(index: usize) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-{index:012x}")
}

/// Runs one case, and returns whether its signature is valid.
pub fn run(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else {
        return false;
    };
    let target = match first % 8 {
        0..=3 => "TrentService.Verify",
        4 => "TrentService.GetPublicKey",
        5 => "TrentService.DescribeKey",
        6 => "TrentService.ListKeys",
        _ => "TrentService.ListAliases",
    };
    match first / 8 {
        0 => check(target, rest),
        // The target itself.
        1 => {
            let at = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (target, body) = rest.split_at(at);
            let answer = ask(Some(target), body);
            let known = Operation::from_target(target).is_some();
            let unknown = answer
                .result
                .is_err_and(|exception| exception.kind() == Kind::UnknownOperation);
            assert_eq!(unknown, !known);
            false
        }
        _ => {
            let body = structured(&mut Unstructured::new(rest)).unwrap_or_default();
            check(target, body.as_bytes())
        }
    }
}

fn ask(target: Option<&[u8]>, body: &[u8]) -> Answer {
    let request = Request {
        target,
        content_type: Some(CONTENT_TYPE.as_bytes()),
        body,
    };
    let answer = answer(request, &RING, OPTIONS);
    check_answer(&answer, body.len());
    answer
}

/// What holds for every answer.
fn check_answer(answer: &Answer, length: usize) {
    let kind = match &answer.result {
        Ok(body) => {
            let body: Value = serde_json::from_slice(body).unwrap();
            assert!(body.is_object());
            None
        }
        Err(exception) => {
            let (body, content_type) = exception.to_body();
            assert_eq!(content_type, CONTENT_TYPE);
            assert_eq!(exception.kind().status(), 400);
            // A name can be shown twice, with six bytes for one.
            assert!(body.len() <= 12 * length + 2048, "{} bytes", body.len());
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["__type"], exception.kind().name());
            let message = body
                .get("message")
                .or(body.get("Message"))
                .map(|text| text.as_str().unwrap());
            assert_eq!(message, exception.message());
            Some(exception.kind())
        }
    };
    assert_ne!(kind, Some(Kind::Internal));
    assert_eq!(kind == Some(Kind::InvalidSignature), answer.facts.rejected.is_some());
}

fn check(target: &str, body: &[u8]) -> bool {
    let answer = ask(Some(target.as_bytes()), body);
    let is_valid = target.ends_with(".Verify") && answer.result.is_ok();
    // Strict readers read nothing that this one does not.
    let Ok(value @ Value::Object(_)) = serde_json::from_slice::<Value>(body) else {
        assert!(!is_valid || std::str::from_utf8(body).is_ok());
        return is_valid;
    };
    let expected = target.ends_with(".Verify") && is_valid_request(&value);
    assert!(!is_valid || expected, "{value}");
    // Written again, no member repeats.
    let again = ask(Some(target.as_bytes()), value.to_string().as_bytes());
    if target.ends_with(".Verify") {
        assert_eq!(again.result.is_ok(), expected, "{value}");
    }
    let was_read = !matches!(&answer.result, Err(exception) if exception.kind() == Kind::Serialization);
    if was_read {
        assert_eq!(again.result, answer.result, "{value}");
    }
    is_valid
}

/// Whether a request of Verify is well-formed, and its signature valid. Written from the documentation of KMS.
fn is_valid_request(request: &Value) -> bool {
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let bytes = |name: &str, max: usize| {
        let bytes = STANDARD.decode(text(name)?).ok()?;
        (1..=max).contains(&bytes.len()).then_some(bytes)
    };
    let is_absent = |name: &str| request.get(name).is_none_or(Value::is_null);
    let tokens = match &request["GrantTokens"] {
        Value::Null => true,
        Value::Array(tokens) => {
            let is_token = |token: &Value| token.as_str().is_some_and(|token| (1..=8192).contains(&token.len()));
            tokens.len() <= 10 && tokens.iter().all(is_token)
        }
        _ => false,
    };
    if !tokens || !(is_absent("DryRun") || request["DryRun"] == false) {
        return false;
    }
    let message_type = if is_absent("MessageType") {
        Some("RAW")
    } else {
        text("MessageType")
    };
    let (Some(key_id), Some(message), Some(signature), Some(message_type), Some(algorithm)) = (
        text("KeyId"),
        bytes("Message", 4096),
        bytes("Signature", 6144),
        message_type.and_then(|name| name.parse().ok()),
        text("SigningAlgorithm").and_then(|name| name.parse().ok()),
    ) else {
        return false;
    };
    let message = Message::new(message_type, &message);
    RING.get(key_id)
        .is_ok_and(|key| key.verify(algorithm, message, &signature).is_ok())
}

/// A request of Verify for a genuine signature, with a few members changed, in any order and notation.
fn structured(choices: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let index = choices.choose_index(VECTORS.len())?;
    let Vector {
        algorithm,
        message_type,
        message,
        signature,
        ..
    } = &VECTORS[index];
    let mut members = vec![
        ("KeyId", json!(arn(index))),
        ("Message", json!(STANDARD.encode(message))),
        ("MessageType", json!(message_type.as_str())),
        ("Signature", json!(STANDARD.encode(signature))),
        ("SigningAlgorithm", json!(algorithm.as_str())),
    ];
    for _ in 0..choices.int_in_range(0..=3)? {
        let name = *choices.choose(&[
            "KeyId",
            "Message",
            "MessageType",
            "Signature",
            "SigningAlgorithm",
            "GrantTokens",
            "DryRun",
        ])?;
        let value = match choices.int_in_range(0..=9)? {
            0 => Value::Null,
            1 => json!(choices.arbitrary::<bool>()?),
            2 => json!(choices.arbitrary::<i64>()?),
            3 => json!(["token"]),
            4 => json!({"Message": 1}),
            5 => json!(choices.arbitrary::<&str>()?),
            6 => json!(STANDARD.encode(choices.arbitrary::<&[u8]>()?)),
            7 => json!(format!("alias/{}", choices.choose_index(VECTORS.len())?)),
            8 => json!("A".repeat(choices.int_in_range(0..=9000)?)),
            _ => json!(VECTORS[choices.choose_index(VECTORS.len())?].algorithm.as_str()),
        };
        let repeats = choices.ratio(1, 8)?;
        match members.iter_mut().find(|(found, _)| *found == name) {
            Some((_, old)) if !repeats => *old = value,
            _ => members.push((name, value)),
        }
    }
    let mut body = String::from("{");
    while !members.is_empty() {
        let (name, value) = members.swap_remove(choices.choose_index(members.len())?);
        if body.len() > 1 {
            body.push(',');
        }
        match choices.int_in_range(0..=3)? {
            // The first letter as an escape.
            0 => body += &format!("\"\\u{:04x}{}\" :\n", u32::from(name.as_bytes()[0]), &name[1..]),
            1 => body += &format!("\"Unknown\":[{{\"{name}\":[]}}],\"{name}\":"),
            _ => body += &format!("\"{name}\":"),
        }
        body += &value.to_string();
    }
    body.push('}');
    Ok(body)
}
