//! Standard Webhooks with `v1a` signatures.

mod support;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use kms_verify::{KeyRing, SigningAlgorithm};
use kms_verify_testing::forge::ed25519;
use kms_verify_tower::standard_webhooks::{Message, PublicKeyError, public_key};
use kms_verify_tower::{KeySource, Rule, StandardWebhooks, VerifySignatureLayer};
use support::{ARN, app, assert_accepted, assert_rejected, base64, p256, ring, send, webhook_key, with_headers};

const ALGORITHM: SigningAlgorithm = SigningAlgorithm::Ed25519Sha512;
const NOW: u64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn scheme() -> StandardWebhooks {
    StandardWebhooks::new(ARN).clock(now)
}

fn layer(scheme: StandardWebhooks) -> VerifySignatureLayer<StandardWebhooks, impl KeySource> {
    VerifySignatureLayer::new(scheme, ring(&[(ARN, webhook_key().spki())]))
}

fn sign(key: &ed25519::Key, id: &str, timestamp: &str, body: &[u8]) -> String {
    let content = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    format!("v1a,{}", base64(key.sign(b"", &content)))
}

fn request(id: &str, timestamp: &str, signature: &str) -> Request<Body> {
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", signature),
    ];
    with_headers(&headers, BODY)
}

fn signed(id: &str, timestamp: &str) -> Request<Body> {
    request(id, timestamp, &sign(&webhook_key(), id, timestamp, BODY))
}

/// The test vector of the reference implementation in Go, `TestAsymmetricWebhookSign` in
/// `libraries/go/webhook_asymmetric_test.go` of github.com/standard-webhooks/standard-webhooks. The public key is that of
/// its seed.
#[tokio::test]
async fn the_vector_of_the_reference_is_accepted() {
    let mut ring = KeyRing::new();
    ring.insert(
        ARN,
        public_key("whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g=").unwrap(),
    )
    .unwrap();
    let app = app(VerifySignatureLayer::new(scheme(), ring));
    let signature = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";
    let request = request("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", signature);
    assert_accepted(&send(&app, request).await, ARN, ALGORITHM, BODY);
}

#[tokio::test]
async fn each_part_is_signed() {
    let app = app(layer(scheme()));
    let now = NOW.to_string();
    let later = (NOW + 1).to_string();
    let signature = sign(&webhook_key(), "msg_1", &now, BODY);
    assert_accepted(
        &send(&app, request("msg_1", &now, &signature)).await,
        ARN,
        ALGORITHM,
        BODY,
    );
    for (id, timestamp) in [("msg_2", &now), ("msg_1", &later)] {
        assert_rejected(
            &send(&app, request(id, timestamp, &signature)).await,
            Rule::SignatureInvalid,
        );
    }
    let mut other_body = request("msg_1", &now, &signature);
    *other_body.body_mut() = Body::from("{}");
    assert_rejected(&send(&app, other_body).await, Rule::SignatureInvalid);
}

#[tokio::test]
async fn one_valid_signature_of_several_is_enough() {
    let now = NOW.to_string();
    let app_ = app(layer(scheme()));
    let good = sign(&webhook_key(), "msg", &now, BODY);
    let other = sign(&ed25519::Key::new("other"), "msg", &now, BODY);
    let symmetric = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
    let accepted = [
        format!("{symmetric} v2,??? {good}"),
        format!("{good} {other}"),
        format!("{other} {good}"),
        format!("{other} {other} {other} {good}"),
    ];
    for signatures in accepted {
        assert_accepted(
            &send(&app_, request("msg", &now, &signatures)).await,
            ARN,
            ALGORITHM,
            BODY,
        );
    }
    let short = format!("v1a,{}", base64([1; 63]));
    let rejected = [
        (symmetric.to_owned(), Rule::SignatureMissing),
        (good.replacen("v1a", "v1", 1), Rule::SignatureMissing),
        (good.replacen("v1a,", "v1a", 1), Rule::SignatureMissing),
        ("v1a,".to_owned(), Rule::HeaderMalformed),
        (good.replace('=', ""), Rule::HeaderMalformed),
        (format!("{other} {other} {other} {other} {good}"), Rule::HeaderMalformed),
        (other.clone(), Rule::SignatureInvalid),
        (short, Rule::SignatureInvalid),
    ];
    for (signatures, rule) in rejected {
        assert_rejected(&send(&app_, request("msg", &now, &signatures)).await, rule);
    }

    // Two keys during a rotation: the name is that of the key that signed.
    let keys = ring(&[
        ("alias/old", webhook_key().spki()),
        ("alias/new", ed25519::Key::new("other").spki()),
    ]);
    let scheme = StandardWebhooks::any_of(["alias/old", "alias/new"]).clock(self::now);
    let app = app(VerifySignatureLayer::new(scheme, keys));
    assert_accepted(
        &send(&app, request("msg", &now, &good)).await,
        "alias/old",
        ALGORITHM,
        BODY,
    );
    assert_accepted(
        &send(&app, request("msg", &now, &other)).await,
        "alias/new",
        ALGORITHM,
        BODY,
    );
}

#[tokio::test]
async fn the_time_is_within_the_tolerance() {
    let send_at = async |scheme: StandardWebhooks, timestamp: u64| {
        send(&app(layer(scheme)), signed("msg", &timestamp.to_string())).await
    };
    for timestamp in [NOW - 300, NOW, NOW + 300] {
        assert_accepted(&send_at(scheme(), timestamp).await, ARN, ALGORITHM, BODY);
    }
    for timestamp in [0, NOW - 301, NOW + 301, 999_999_999_999] {
        assert_rejected(&send_at(scheme(), timestamp).await, Rule::TimestampOutOfRange);
    }
    let strict = || scheme().tolerance(Duration::from_secs(1));
    assert_accepted(&send_at(strict(), NOW - 1).await, ARN, ALGORITHM, BODY);
    assert_rejected(&send_at(strict(), NOW - 2).await, Rule::TimestampOutOfRange);
    // With the clock of the system.
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert_accepted(&send_at(StandardWebhooks::new(ARN), unix).await, ARN, ALGORITHM, BODY);
    assert_rejected(
        &send_at(StandardWebhooks::new(ARN), NOW).await,
        Rule::TimestampOutOfRange,
    );
}

#[tokio::test]
async fn metadata_has_one_form() {
    let app = app(layer(scheme()));
    let now = NOW.to_string();
    let timestamps = [
        "",
        "1614265330.0",
        "+1614265330",
        "-1614265330",
        " 1614265330",
        "01614265330",
        "1614265330Z",
        "0x60378cb2",
        "1614265330000",
        "99999999999999999999999",
    ];
    for timestamp in timestamps {
        assert_rejected(&send(&app, signed("msg", timestamp)).await, Rule::HeaderMalformed);
    }
    let long = "m".repeat(257);
    for id in ["", "msg.1", "msg 1", "msg\t1", &*long] {
        assert_rejected(&send(&app, signed(id, &now)).await, Rule::HeaderMalformed);
    }
    assert_accepted(&send(&app, signed(&long[1..], &now)).await, ARN, ALGORITHM, BODY);

    for missing in ["webhook-id", "webhook-timestamp"] {
        let mut request = signed("msg", &now);
        request.headers_mut().remove(missing);
        assert_rejected(&send(&app, request).await, Rule::HeaderMalformed);
    }
    let mut request = signed("msg", &now);
    request.headers_mut().remove("webhook-signature");
    assert_rejected(&send(&app, request).await, Rule::SignatureMissing);
    for twice in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut request = signed("msg", &now);
        let value = request.headers()[twice].clone();
        request.headers_mut().append(twice, value);
        assert_rejected(&send(&app, request).await, Rule::HeaderMalformed);
    }
}

#[tokio::test]
async fn a_message_is_asked_about_once_it_is_verified() {
    let seen = Mutex::new(HashSet::new());
    let app = app(layer(scheme().only_new(move |message: &Message| {
        assert_eq!(message.timestamp(), NOW);
        seen.lock().unwrap().insert(message.id().to_owned())
    })));
    let now = NOW.to_string();
    // A forgery does not use up the identifier.
    let forged = request("msg", &now, &sign(&ed25519::Key::new("other"), "msg", &now, BODY));
    assert_rejected(&send(&app, forged).await, Rule::SignatureInvalid);
    assert_accepted(&send(&app, signed("msg", &now)).await, ARN, ALGORITHM, BODY);
    let answer = send(&app, signed("msg", &now)).await;
    assert_eq!(answer.0, StatusCode::CONFLICT);
    assert_rejected(&answer, Rule::Replayed);
    assert_accepted(&send(&app, signed("msg2", &now)).await, ARN, ALGORITHM, BODY);
}

/// Otherwise the identifier of a message could be forgotten while the body of a copy is on its way.
#[tokio::test]
async fn the_time_is_checked_again_when_the_body_has_arrived() {
    static CLOCK: AtomicU64 = AtomicU64::new(NOW);
    let clock = || UNIX_EPOCH + Duration::from_secs(CLOCK.load(Relaxed));
    let asked = Arc::new(AtomicBool::new(false));
    let is_new = {
        let asked = Arc::clone(&asked);
        move |_: &Message| {
            asked.store(true, Relaxed);
            true
        }
    };
    let app = app(layer(scheme().clock(clock).only_new(is_new)));
    let arriving_at = |arrival: u64| {
        let mut request = signed("msg", &NOW.to_string());
        *request.body_mut() = Body::new(
            http_body_util::Full::new(Bytes::from_static(BODY)).map_frame(move |frame| {
                CLOCK.store(arrival, Relaxed);
                frame
            }),
        );
        CLOCK.store(NOW, Relaxed);
        request
    };
    let late = send(&app, arriving_at(NOW + 301)).await;
    assert_rejected(&late, Rule::TimestampOutOfRange);
    assert!(!asked.load(Relaxed));
    assert_accepted(&send(&app, arriving_at(NOW + 300)).await, ARN, ALGORITHM, BODY);
    assert!(asked.load(Relaxed));
}

#[tokio::test]
async fn a_key_that_the_service_names_wrongly_is_its_own_fault() {
    let now = NOW.to_string();
    let unknown = VerifySignatureLayer::new(StandardWebhooks::new("alias/no").clock(self::now), KeyRing::new());
    assert_rejected(&send(&app(unknown), signed("msg", &now)).await, Rule::KeysUnavailable);
    let no_ed25519 = VerifySignatureLayer::new(scheme(), ring(&[(ARN, p256("sender").spki())]));
    assert_rejected(
        &send(&app(no_ed25519), signed("msg", &now)).await,
        Rule::KeysUnavailable,
    );
    let none = VerifySignatureLayer::new(StandardWebhooks::any_of([]).clock(self::now), KeyRing::new());
    assert_rejected(&send(&app(none), signed("msg", &now)).await, Rule::SignatureInvalid);
}

#[test]
fn public_keys_are_read() {
    let key = webhook_key();
    let text = format!("whpk_{}", base64(key.encoded()));
    assert_eq!(public_key(&text).unwrap().to_der(), key.spki());
    assert_eq!(public_key(&text[5..]), Err(PublicKeyError::Prefix));
    assert_eq!(public_key(&text.replace("whpk", "whsk")), Err(PublicKeyError::Prefix));
    assert_eq!(public_key(text.trim_end_matches('=')), Err(PublicKeyError::Base64));
    assert_eq!(public_key("whpk_AAAA"), Err(PublicKeyError::Length(3)));
    assert_eq!(public_key("whpk_"), Err(PublicKeyError::Length(0)));
    let identity = format!("whpk_{}", base64([&[1][..], &[0; 31]].concat()));
    assert!(matches!(public_key(&identity), Err(PublicKeyError::Key(_))));
}
