//! The key ring.

#![cfg(feature = "default")]

mod errors;
mod names;
mod responses;
mod sharing;

use kms_verify::{KeyRing, SignResponse};
use kms_verify_testing::response::Response;
use kms_verify_testing::vectors::{Vector, kms_vector};

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_ACCOUNT: &str = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_REGION: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_PARTITION: &str = "arn:aws-cn:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const MRK_ID: &str = "mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK_REPLICA: &str = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK_OTHER_ACCOUNT: &str = "arn:aws:kms:us-east-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK_OTHER_PARTITION: &str = "arn:aws-cn:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const NO_MRK_ID: &str = "mrk1234abcd-12ab-34cd-56ef-1234567890ab";
const NO_MRK: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk1234abcd-12ab-34cd-56ef-1234567890ab";
const NO_MRK_OTHER_REGION: &str = "arn:aws:kms:eu-west-1:111122223333:key/mrk1234abcd-12ab-34cd-56ef-1234567890ab";
const ALIAS: &str = "alias/release-signing";
const ALIAS_ARN: &str = "arn:aws:kms:us-east-1:111122223333:alias/release-signing";

/// Signatures over the same message with two P-256 keys: a real one of AWS, and one made here.
fn p256() -> (Vector, Vector) {
    let [ours, theirs] = ["eksa-bundle-minimal", "stackd-ecc_nist_p256-ecdsa_sha_256-raw1"].map(kms_vector);
    assert_eq!((ours.key_spec, ours.algorithm), (theirs.key_spec, theirs.algorithm));
    assert_ne!(ours.der, theirs.der);
    (ours, theirs)
}

fn ring(entries: &[(&str, &Vector)]) -> KeyRing {
    let mut ring = KeyRing::new();
    for (name, vector) in entries {
        ring.insert(name, vector.public_key()).unwrap();
    }
    ring
}

fn sign_response(vector: &Vector, key_id: &str) -> SignResponse {
    SignResponse::from_json(Response::sign(vector, key_id).cli().as_bytes()).unwrap()
}

/// A key ARN for the key of a vector, different for each key.
fn arn_of(vector: &Vector) -> String {
    let digest = vector.public_key().fingerprint();
    format!(
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-{:.12}",
        digest.to_string()
    )
}
