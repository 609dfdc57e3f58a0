//! Verify.

use std::borrow::Cow;
use std::time::Instant;

use kms_verify::{Error, KeyRing, KeyRingError, KeySpec, Message, MessageType, SigningAlgorithm};
use serde::Serialize;

use super::input::{Constraints, Members};
use super::names::{self, MalformedArn};
use super::{Exception, Facts, Kind, Options, Rejected};

/// The maximum length of a message in KMS, in bytes.
pub(crate) const MAX_MESSAGE: usize = 4096;

/// The maximum length of a signature in KMS, in bytes.
const MAX_SIGNATURE: usize = 6144;

/// In the order in which KMS lists them in an error.
const MESSAGE_TYPES: [&str; 3] = ["RAW", "DIGEST", "EXTERNAL_MU"];

/// In the order in which KMS lists them in an error.
pub(super) const ALGORITHMS: [&str; 13] = [
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "ECDSA_SHA_256",
    "ECDSA_SHA_384",
    "ECDSA_SHA_512",
    "ED25519_SHA_512",
    "ED25519_PH_SHA_512",
    "SM2DSA",
    "ML_DSA_SHAKE_256",
];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Response {
    key_id: String,
    signature_valid: bool,
    signing_algorithm: &'static str,
}

/// The members of a request, within their constraints.
struct Input<'a> {
    key_id: Cow<'a, str>,
    message: Vec<u8>,
    message_type: MessageType,
    signature: Vec<u8>,
    algorithm: SigningAlgorithm,
    dry_run: bool,
}

pub(super) fn verify(
    members: &Members<'_>,
    ring: &KeyRing,
    options: Options,
    facts: &mut Facts,
) -> Result<Response, Exception> {
    let input = read(members, options, facts)?;
    facts.algorithm = Some(input.algorithm);
    let key_id = &*input.key_id;
    let key = ring
        .verifying_key(key_id, input.algorithm)
        .map_err(|error| match error {
            KeyRingError::Verify(error) => rejected(&error, None),
            error => names::not_found(key_id, &error, MalformedArn::NotFound, facts),
        })?;
    let message = Message::new(input.message_type, &input.message);
    let start = Instant::now();
    let verified = key.verify(message, &input.signature);
    facts.verification = Some(start.elapsed());
    if let Err(error) = verified {
        let public_key = key.public_key();
        let exception = rejected(&error, Some(public_key.key_spec()));
        if error == Error::InvalidSignature {
            facts.rejected = Some(Box::new(Rejected {
                public_key: public_key.clone(),
                algorithm: input.algorithm,
                message_type: input.message_type,
                message: input.message,
                signature: input.signature,
            }));
        }
        return Err(exception);
    }
    if input.dry_run {
        return Err(Exception::new(
            Kind::DryRunOperation,
            "The request would have succeeded, but the DryRun option is set.",
        ));
    }
    Ok(Response {
        key_id: names::in_answer(ring, key_id).to_owned(),
        signature_valid: true,
        signing_algorithm: input.algorithm.as_str(),
    })
}

/// The exception of KMS for an error of the library.
fn rejected(error: &Error, key_spec: Option<KeySpec>) -> Exception {
    let Some((name, message)) = error.kms_exception(key_spec) else {
        return Exception::without_message(Kind::Internal);
    };
    match name {
        "KMSInvalidSignatureException" => Exception::without_message(Kind::InvalidSignature),
        "InvalidKeyUsageException" => Exception::new(Kind::InvalidKeyUsage, message),
        "ValidationException" => Exception::new(Kind::Validation, message),
        _ => Exception::without_message(Kind::Internal),
    }
}

fn read<'a>(members: &Members<'a>, options: Options, facts: &mut Facts) -> Result<Input<'a>, Exception> {
    let key_id = members.string("KeyId")?;
    facts.key_id = key_id.as_deref().map(str::to_owned);
    let message = members.bytes("Message")?;
    let message_type = members.string("MessageType")?;
    let signature = members.bytes("Signature")?;
    let algorithm = members.string("SigningAlgorithm")?;
    let tokens = members.strings("GrantTokens")?;
    let dry_run = members.boolean("DryRun")?;

    let is_raw = message_type.as_deref().is_none_or(|name| name == "RAW");
    let max_message = if is_raw && !options.message_limit {
        usize::MAX
    } else {
        MAX_MESSAGE
    };
    let mut constraints = Constraints::default();
    constraints.required("keyId", key_id.as_ref(), false);
    constraints.key_id(key_id.as_deref());
    constraints.required("message", message.as_ref(), true);
    constraints.bytes("message", message.as_ref(), max_message);
    constraints.one_of("messageType", message_type.as_deref(), &MESSAGE_TYPES);
    constraints.required("signature", signature.as_ref(), false);
    constraints.bytes("signature", signature.as_ref(), MAX_SIGNATURE);
    constraints.required("signingAlgorithm", algorithm.as_ref(), false);
    constraints.one_of("signingAlgorithm", algorithm.as_deref(), &ALGORITHMS);
    names::grant_tokens(&mut constraints, tokens.as_ref());
    constraints.check()?;

    let internal = || Exception::without_message(Kind::Internal);
    Ok(Input {
        key_id: key_id.ok_or_else(internal)?,
        message: message.ok_or_else(internal)?,
        message_type: match message_type {
            None => MessageType::Raw,
            Some(name) => name.parse().map_err(|_| internal())?,
        },
        signature: signature.ok_or_else(internal)?,
        algorithm: algorithm.and_then(|name| name.parse().ok()).ok_or_else(internal)?,
        dry_run: dry_run.unwrap_or_default(),
    })
}
