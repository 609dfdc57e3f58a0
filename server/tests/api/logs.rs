//! The log, and what is not in it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kms_verify_server::protocol::Options;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::*;

const LOGGED: &str = "1234abcd-12ab-34cd-56ef-00000000106d";

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

    /// The lines about the names of the test.
    fn mine(&self) -> Vec<Value> {
        let names = [LOGGED, "logged"];
        let is_mine = |line: &Value| {
            let key_id = line["key_id"].as_str().unwrap_or_default();
            names.iter().any(|name| key_id.contains(name))
        };
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.filter(is_mine).collect()
    }

    /// This many of these lines, which may still be written.
    async fn wait(&self, count: usize) -> Vec<Value> {
        for _ in 0..500 {
            if self.mine().len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.mine()
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
    // For all threads, because diagnoses have their own. Other tests write to it meanwhile, so this one has its own names.
    tracing::subscriber::set_global_default(log).unwrap();

    let directory = Directory::with_keys();
    directory.add(&format!("{LOGGED}.json"), &response(&p256(), &arn(LOGGED)));
    let server = Server::of(directory, Options { message_limit: true }, true);
    let request = verify(&p256(), LOGGED);
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
    server
        .fail("DescribeKey", json!({"KeyId": "logged\n\"b\u{1b}[31m"}))
        .await;
    server.fail("DescribeKey", json!({"KeyId": "logged".repeat(300)})).await;

    let found = lines.wait(5).await;
    let of = |outcome: &str| -> Vec<_> { found.iter().filter(|line| line["outcome"] == outcome).collect() };

    let valid = of("ok");
    assert_eq!(valid.len(), 1, "{found:?}");
    assert_eq!(valid[0]["operation"], "Verify");
    assert_eq!(valid[0]["key_id"], format!("{LOGGED:?}"));
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
    let explained = || {
        let is_explained = |line: &Value| line["cause"] == "signature-is-base64";
        lines.mine().iter().filter(|line| is_explained(line)).count()
    };
    for _ in 0..500 {
        if explained() >= 2 {
            break;
        }
        server.fail("Verify", mistaken.clone()).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(explained() >= 2, "{}", lines.text());

    let unknown = of("NotFoundException");
    assert_eq!(unknown[0]["key_id"], r#""logged\n\"b\u{1b}[31m""#);

    let long = unknown
        .iter()
        .find(|line| line["key_id"].as_str().unwrap().contains("loggedlogged"))
        .unwrap();
    assert_eq!(long["key_id"].as_str().unwrap().len(), 512 + 2);
    assert!(long["details"].as_str().unwrap().len() <= 512 + 20);

    let text = lines.text();
    let (message, signature) = (base64(&p256().message), base64(&p256().signature));
    for secret in [&message[..8], &signature[..8], "111122223333/", "AKIDEXAMPLE"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
