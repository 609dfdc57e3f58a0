//! Errors of parsing a KMS response.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::{Error, KeySpec, SigningAlgorithm, UnknownName};

/// The reason the JSON of a KMS response was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The input is longer than 64 KiB, so longer than any response.
    #[error(
        "the response is too long: expected at most {max} bytes, got {given}; pass the response to a single KMS call"
    )]
    TooLong {
        /// The length of the input in bytes.
        given: usize,
        /// The maximum length of an input in bytes: 65536.
        max: usize,
    },

    /// The input is not a single JSON object.
    #[error("the response is not a single JSON object in UTF-8: {problem}; pass the output of {command} --output json")]
    Json {
        /// What is wrong with the input, and where.
        problem: Box<str>,
        /// The AWS CLI command that prints such a response.
        command: &'static str,
    },

    /// A required field is missing.
    #[error("the response has no field {field}; pass the whole output of {command} --output json, without --query")]
    MissingField {
        /// The name of the field in the KMS API.
        field: &'static str,
        /// The AWS CLI command that prints such a response.
        command: &'static str,
    },

    /// A field occurs more than once in an object, at any depth, so its value is ambiguous.
    #[error("the response has the field \"{field}\" more than once; pass the response exactly as KMS returned it")]
    DuplicateField {
        /// The name of the field, truncated to 64 characters.
        field: Box<str>,
    },

    /// The value of a field has the wrong type. This includes `null`, which is not the same as an absent field.
    #[error(
        "wrong type of the field {field} of the response: expected {expected}, got {found}; pass the response \
         exactly as KMS returned it"
    )]
    FieldType {
        /// The name of the field in the KMS API.
        field: &'static str,
        /// The expected type, such as `a string`.
        expected: &'static str,
        /// The type of the value, such as `null`.
        found: &'static str,
    },

    /// The value of a field is not base64 (RFC 4648 section 4, padded, without line breaks).
    #[error(
        "the field {field} of the response is not standard base64 (A to Z, a to z, 0 to 9, \"+\" and \"/\", padded \
         with \"=\" to a multiple of 4 characters, without line breaks); pass the response exactly as KMS returned it"
    )]
    Base64 {
        /// The name of the field in the KMS API.
        field: &'static str,
    },

    /// The `KeyId` is empty or longer than 2048 characters.
    #[error(
        "wrong length of KeyId: expected 1 to 2048 characters, got {given}; pass the response exactly as KMS \
         returned it"
    )]
    KeyIdLength {
        /// The length of the `KeyId` in characters.
        given: usize,
    },

    /// The key is not a signing key.
    #[error("the KeyUsage of this key is \"{given}\", expected SIGN_VERIFY; get the public key of the key that signed")]
    KeyUsage {
        /// The `KeyUsage` of the response, truncated to 64 characters.
        given: Box<str>,
    },

    /// The two fields that hold the key spec differ. KMS writes the same value to both.
    #[error(
        "KeySpec is \"{key_spec}\" and CustomerMasterKeySpec is \"{customer_master_key_spec}\", but KMS writes the \
         same value to both; get an unmodified response with aws kms get-public-key"
    )]
    KeySpecsDisagree {
        /// The value of `KeySpec`, truncated to 64 characters.
        key_spec: Box<str>,
        /// The value of `CustomerMasterKeySpec`, truncated to 64 characters.
        customer_master_key_spec: Box<str>,
    },

    /// The key spec of the response is not that of its public key.
    #[error(
        "the key spec of the response is {given}, but its PublicKey is a key of {of_key}; get an unmodified response \
         with aws kms get-public-key"
    )]
    KeySpecNotOfKey {
        /// The key spec in the response.
        given: KeySpec,
        /// The key spec of the public key.
        of_key: KeySpec,
    },

    /// The algorithms in the response are not exactly those of its public key.
    #[error(
        "SigningAlgorithms is [{}], but a key of {of_key} has exactly [{}], each listed once; get an unmodified \
         response with aws kms get-public-key",
        list(.given),
        list(.of_key.signing_algorithms())
    )]
    SigningAlgorithmsNotOfKey {
        /// The algorithms in the response, sorted in the order of [`SigningAlgorithm::ALL`], without duplicates.
        given: Box<[SigningAlgorithm]>,
        /// The key spec of the public key.
        of_key: KeySpec,
    },

    /// The public key was rejected, or the name of an algorithm or a key spec is unknown.
    #[error(transparent)]
    Invalid(#[from] Error),
}

fn list(algorithms: &[SigningAlgorithm]) -> String {
    let names: Vec<_> = algorithms.iter().map(|algorithm| algorithm.as_str()).collect();
    names.join(", ")
}

impl From<UnknownName> for ResponseError {
    fn from(error: UnknownName) -> Self {
        Self::Invalid(error.into())
    }
}
