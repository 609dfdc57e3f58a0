//! The events for the log of a service.

mod support;

use std::fmt;
use std::sync::{Arc, Mutex};

use kms_verify::{KeyRing, SigningAlgorithm};
use kms_verify_tower::{HeaderSignature, KeySource, PinnedRing, VerifySignatureLayer};
use support::{ARN, app, base64, keys, p256, send, sign_p256, with_headers};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps each event as text: the level and the fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("kms_verify_tower")
    }

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                self.0 += &format!(" {field}={value:?}");
            }
        }
        let mut text = Text(event.metadata().level().to_string());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The only event of a request.
fn event(keys: impl KeySource, headers: &[(&str, &str)]) -> String {
    let log = Log::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(log.clone(), || {
        let app = app(VerifySignatureLayer::new(HeaderSignature::new(), keys));
        runtime.block_on(send(&app, with_headers(headers, "the secret body")))
    });
    let events = log.0.lock().unwrap();
    let [event] = &events[..] else { panic!("{events:?}") };
    event.clone()
}

#[test]
fn each_request_is_one_event_without_its_body_and_signature() {
    let good = base64(sign_p256(&p256("sender"), b"the secret body"));
    let other = base64(sign_p256(&p256("sender"), b"another body"));
    let rejected = |rest: &str| format!("INFO message=request rejected rule={rest}");
    assert_eq!(
        event(keys(), &[("x-signature", &good), ("x-key-id", ARN)]),
        format!("DEBUG message=signature verified key_id=\"{ARN}\" algorithm=ECDSA_SHA_256 length=15")
    );
    assert_eq!(
        event(keys(), &[("x-signature", &other), ("x-key-id", ARN)]),
        rejected("SignatureInvalid")
    );
    assert_eq!(
        event(keys(), &[("x-signature", "?"), ("x-key-id", ARN)]),
        rejected("HeaderMalformed")
    );
    assert_eq!(event(keys(), &[("x-key-id", ARN)]), rejected("SignatureMissing"));
    // A name that the client chose.
    assert_eq!(
        event(keys(), &[("x-signature", &good), ("x-key-id", "alias/no")]),
        rejected(
            r#"KeyUnknown details="the key ring has no key \"alias/no\"; if you trust that key, add it with this name""#
        )
    );
    let without_algorithm = PinnedRing::new(
        support::ring(&[(ARN, p256("sender").spki())]),
        [SigningAlgorithm::Sm2Dsa],
    );
    assert_eq!(
        event(without_algorithm, &[("x-signature", &good), ("x-key-id", ARN)]),
        rejected(r#"KeyUnknown details="no algorithm of ECC_NIST_P256 is in the list of this service""#)
    );
}

#[test]
fn a_fault_of_the_service_is_an_error() {
    let rsa = kms_verify_testing::forge::rsa::key(2048).spki(65537);
    let ring: KeyRing = support::ring(&[(ARN, rsa)]);
    assert_eq!(
        event(ring, &[("x-signature", "AAAA"), ("x-key-id", ARN)]),
        "ERROR message=request rejected rule=KeysUnavailable details=\"RSA_2048 has several algorithms; use PinnedRing to \
         choose one\""
    );
}
