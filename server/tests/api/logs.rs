//! The log, and what is not in it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kms_verify_server::protocol::Options;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::*;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The first this many lines, which may still be written.
    async fn wait(&self, count: usize) -> Vec<Value> {
        for _ in 0..500 {
            if self.text().lines().count() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

#[tokio::test]
async fn one_line_a_request() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(lines.clone())
        .finish();
    // For all threads, because diagnoses have their own. No other test looks at the log.
    tracing::subscriber::set_global_default(log).unwrap();

    let server = Server::of(Directory::with_keys(), Options { message_limit: true }, true);
    let request = verify(&p256(), P256);
    server.ask("Verify", request.clone()).await;
    // In base64 twice.
    let mistaken = with(
        request.clone(),
        "Signature",
        json!(base64(base64(&p256().signature).as_bytes())),
    );
    for _ in 0..2 {
        server.fail("Verify", mistaken.clone()).await;
    }
    server.fail("DescribeKey", json!({"KeyId": "a\n\"b\u{1b}[31m"})).await;
    server.fail("DescribeKey", json!({"KeyId": "x".repeat(2000)})).await;

    let mine = |line: &Value| line["target"] == "kms_verify_server::request" && line["key_id"].is_string();
    let mut found = lines.wait(5).await;
    for _ in 0..50 {
        found = lines.wait(5).await;
        if found.iter().filter(|line| mine(line)).count() >= 5 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let found: Vec<_> = found.into_iter().filter(mine).collect();
    let of = |outcome: &str| -> Vec<_> { found.iter().filter(|line| line["outcome"] == outcome).collect() };

    let valid = of("ok");
    assert!(!valid.is_empty(), "{found:?}");
    assert_eq!(valid[0]["operation"], "Verify");
    assert_eq!(valid[0]["key_id"], format!("{P256:?}"));
    assert_eq!(valid[0]["algorithm"], "ECDSA_SHA_256");
    assert!(valid[0]["microseconds"].is_u64());
    assert_eq!(valid[0]["id"].as_str().unwrap().len(), 36);
    assert!(valid[0].get("cause").is_none());

    // The first is explained, and the second comes too soon.
    let causes: Vec<_> = of("KMSInvalidSignatureException")
        .iter()
        .map(|line| line.get("cause").cloned())
        .collect();
    assert!(causes.contains(&Some(json!("signature-is-base64"))), "{found:?}");
    assert!(causes.contains(&None), "{found:?}");

    // After the pause, there are explanations again.
    let explained = || lines.text().matches("signature-is-base64").count();
    for _ in 0..500 {
        if explained() >= 2 {
            break;
        }
        server.fail("Verify", mistaken.clone()).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(explained() >= 2, "{}", lines.text());

    let unknown = of("NotFoundException");
    assert_eq!(unknown[0]["key_id"], r#""a\n\"b\u{1b}[31m""#);

    let long = unknown
        .iter()
        .find(|line| line["key_id"].as_str().unwrap().contains("xxx"))
        .unwrap();
    assert_eq!(long["key_id"].as_str().unwrap().len(), 512 + 2);
    assert!(long["details"].as_str().unwrap().len() <= 512 + 20);

    let text = lines.text();
    let (message, signature) = (base64(&p256().message), base64(&p256().signature));
    for secret in [&message[..8], &signature[..8], "111122223333/", "AKIDEXAMPLE"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
