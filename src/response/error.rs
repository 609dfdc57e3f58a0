//! Why a response of KMS was refused.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::{Error, KeySpec, SigningAlgorithm, UnknownName};

/// Why the JSON of a response was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The input is larger than any response.
    #[error(
        "the response is too long: {given} bytes, and the longest input taken has {max}; pass the answer to one call \
         of KMS"
    )]
    TooLong {
        /// The length of the input in bytes.
        given: usize,
        /// The length in bytes of the longest input that is looked at.
        max: usize,
    },

    /// The input is not one JSON object.
    #[error("the response must be one JSON object as UTF-8, but {problem}; pass what {command} --output json prints")]
    Json {
        /// What is wrong with it, and where.
        problem: Box<str>,
        /// The command of the AWS CLI that makes such a response.
        command: &'static str,
    },

    /// A field that must be there is not.
    #[error(
        "the response has no field {field}; pass the whole of what {command} --output json prints, without --query"
    )]
    MissingField {
        /// AWS's name of the field.
        field: &'static str,
        /// The command of the AWS CLI that makes such a response.
        command: &'static str,
    },

    /// A field is there more than once, so it has no one value.
    #[error("the response has the field \"{field}\" more than once; pass it as KMS answered it, with each field once")]
    DuplicateField {
        /// The name of the field, cut after 64 characters.
        field: Box<str>,
    },

    /// The value of a field is of another type. This includes `null`, which is not the same as no field.
    #[error("the field {field} of the response must be {expected}, but it is {found}; pass it as KMS answered it")]
    FieldType {
        /// AWS's name of the field.
        field: &'static str,
        /// What its value should be.
        expected: &'static str,
        /// What its value is.
        found: &'static str,
    },

    /// The value of a field is not base64.
    #[error(
        "the field {field} of the response is not base64 as KMS writes it: A to Z, a to z, 0 to 9, \"+\" and \"/\", \
         padded with \"=\" to a multiple of 4 characters, without line ends; pass it as KMS answered it"
    )]
    Base64 {
        /// AWS's name of the field.
        field: &'static str,
    },

    /// A `KeyId` that is empty, or longer than any of KMS.
    #[error("the KeyId of a response has 1 to 2048 characters, and this one has {given}; pass it as KMS answered it")]
    KeyIdLength {
        /// Its length in characters.
        given: usize,
    },

    /// The key is not for signing.
    #[error(
        "the KeyUsage of this key is \"{given}\", and only keys for SIGN_VERIFY make signatures; get the public key \
         of the key that signed"
    )]
    KeyUsage {
        /// The usage of the key, cut after 64 characters.
        given: Box<str>,
    },

    /// The two fields for the key spec, which KMS writes alike, differ.
    #[error(
        "KeySpec is \"{key_spec}\" and CustomerMasterKeySpec is \"{customer_master_key_spec}\", but KMS writes the \
         same in both; get the response again with aws kms get-public-key, and keep it as it is"
    )]
    KeySpecsDisagree {
        /// The value of `KeySpec`, cut after 64 characters.
        key_spec: Box<str>,
        /// The value of `CustomerMasterKeySpec`, cut after 64 characters.
        customer_master_key_spec: Box<str>,
    },

    /// The key is of another key spec than the response says.
    #[error(
        "the response says that the key is {given}, but its PublicKey is {of_key}; get the response again with \
         aws kms get-public-key, and keep it as it is"
    )]
    KeySpecNotOfKey {
        /// The key spec that the response says.
        given: KeySpec,
        /// The key spec of the key.
        of_key: KeySpec,
    },

    /// The algorithms of the response are not those of its key.
    #[error(
        "SigningAlgorithms is [{}], but a key that is {of_key} has exactly [{}], each once; get the response again \
         with aws kms get-public-key, and keep it as it is",
        list(.given),
        list(.of_key.signing_algorithms())
    )]
    SigningAlgorithmsNotOfKey {
        /// The algorithms that the response lists: in the order of the KMS API, those listed twice only once.
        given: Box<[SigningAlgorithm]>,
        /// The key spec of the key.
        of_key: KeySpec,
    },

    /// The public key was refused, or a name is not one of KMS.
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
