//! The JSON of GetPublicKey and Sign: what is accepted, what is rejected, and every error message.

#![cfg(feature = "default")]

mod accepted;
mod agreement;
mod encoding;
mod json;

use kms_verify::{GetPublicKeyResponse, ResponseError, SignResponse};
use kms_verify_testing::response::{ARN, Response};
use kms_verify_testing::vectors::kms_vector;

fn get_public_key() -> Response {
    Response::get_public_key(&kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1"), ARN)
}

fn sign() -> Response {
    Response::sign(&kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1"), ARN)
}

fn parse_key(json: &str) -> Result<GetPublicKeyResponse, ResponseError> {
    GetPublicKeyResponse::from_json(json.as_bytes())
}

fn parse_signature(json: &str) -> Result<SignResponse, ResponseError> {
    SignResponse::from_json(json.as_bytes())
}

#[track_caller]
fn assert_says<T: std::fmt::Debug>(result: Result<T, ResponseError>, words: &str) {
    assert_eq!(result.unwrap_err().to_string(), words);
}
