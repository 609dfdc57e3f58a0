//! The names of the causes, on which scripts rely.

use kms_verify::Cause;

/// Names can be added, but never changed.
const NAMES: [&str; 60] = [
    "public-key-encoding",
    "key-is-for-another-algorithm",
    "signature-is-python-bytes-text",
    "signature-is-sign-response-json",
    "signature-is-jwt",
    "signature-in-envelope",
    "signature-is-json",
    "signature-is-cli-output",
    "signature-is-printed-value",
    "signature-is-pem",
    "signature-is-url-encoded",
    "signature-is-base64",
    "signature-is-base64url",
    "signature-is-hex",
    "signature-is-base58",
    "signature-is-base32",
    "signature-read-as-text",
    "signature-line-endings",
    "signature-in-der",
    "signature-halves-in-der",
    "signature-has-recovery-byte",
    "signature-is-raw-r-s",
    "signature-der-malformed",
    "signature-wrong-length",
    "wrong-padding",
    "wrong-hash",
    "pss-salt-length",
    "pss-mgf-hash",
    "pkcs1-without-digest-info",
    "ed25519-pure-and-ph",
    "ed25519-ph-hashed-once",
    "ml-dsa-mu-and-raw",
    "ml-dsa-mu-miscomputed",
    "digest-is-hex",
    "digest-is-base64",
    "digest-is-encoded",
    "message-is-a-digest",
    "message-is-not-a-digest",
    "message-hashed-twice",
    "message-was-base64-encoded",
    "message-is-base64",
    "message-is-hex",
    "message-is-encoded",
    "message-jwt-part",
    "message-dsse-pae",
    "message-json-form",
    "message-trailing-newline",
    "message-missing-newline",
    "message-white-space",
    "message-line-endings",
    "message-byte-order-mark",
    "message-truncated",
    "message-signed-part",
    "message-keccak",
    "message-empty",
    "message-differs",
    "message-too-long-for-raw",
    "wrong-key",
    "ml-dsa-context",
    "sm2-distinguishing-id",
];

#[test]
fn names_are_stable() {
    let names: Vec<&str> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
    assert_eq!(names, NAMES);
    let displayed: Vec<String> = Cause::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(displayed, NAMES);
    assert!(
        Cause::ALL.is_sorted_by(|one, next| one < next),
        "each once, in their order"
    );
}
