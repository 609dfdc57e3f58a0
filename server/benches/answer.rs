//! How long the protocol takes beside the verification in it: `cargo bench -p kms-verify-server`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::KeyRing;
use kms_verify_server::protocol::{CONTENT_TYPE, Options, Request, answer};
use kms_verify_testing::response::ARN;
use kms_verify_testing::vectors::{Vector, kms_vector};

const ROUNDS: usize = 40;
const CALLS: u32 = 500;

fn main() {
    println!("microseconds: the verification, and the whole answer");
    for name in [
        "stackd-ecc_nist_p256-ecdsa_sha_256-raw1",
        "stackd-rsa_2048-rsassa_pss_sha_256-raw",
        "stackd-ed25519-pure-raw",
        "stackd-ml_dsa_44-raw",
    ] {
        compare(&kms_vector(name));
    }
}

fn compare(vector: &Vector) {
    let mut ring = KeyRing::new();
    ring.insert(ARN, vector.public_key()).unwrap();
    ring.precompute();
    let key = ring.verifying_key(ARN, vector.algorithm).unwrap();
    let body = format!(
        r#"{{"KeyId":"{ARN}","Message":"{}","MessageType":"{}","Signature":"{}","SigningAlgorithm":"{}"}}"#,
        STANDARD.encode(&vector.message),
        vector.message_type,
        STANDARD.encode(&vector.signature),
        vector.algorithm
    );
    let request = Request {
        target: Some(b"TrentService.Verify"),
        content_type: Some(CONTENT_TYPE.as_bytes()),
        body: body.as_bytes(),
    };
    let options = Options { message_limit: true };
    assert!(answer(request, &ring, options).result.is_ok());
    // In turns, and the best of each.
    let (mut verification, mut whole) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        verification = verification.min(time(|| key.verify(vector.message(), &vector.signature).is_ok()));
        whole = whole.min(time(|| answer(black_box(request), &ring, options).result.is_ok()));
    }
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    println!("{:60} {:6.2} {:6.2}", vector.name, micros(verification), micros(whole));
}

fn time(mut call: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    for _ in 0..CALLS {
        assert!(black_box(call()));
    }
    start.elapsed() / CALLS
}
