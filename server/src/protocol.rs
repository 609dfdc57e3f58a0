//! The protocol of KMS, AWS JSON 1.1: from the head and the body of a request to an answer, without I/O.
//!
//! The order of the checks is that of KMS, as far as it is known: the operation, the JSON, the types of the members, their
//! constraints (all that are violated are reported together), the key, the algorithm, the message type, the length of a
//! digest, the signature, `DryRun`.

mod exception;
mod input;
mod keys;
mod lists;
mod names;
mod operation;
mod verify;

use std::time::Duration;

use kms_verify::{KeyRing, Message, MessageType, PublicKey, SigningAlgorithm};
use serde::Serialize;

pub use exception::{Exception, Kind};
pub use operation::Operation;

#[cfg(feature = "serve")]
pub(crate) use verify::MAX_MESSAGE;

use input::Members;

/// The content type of requests and responses.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What the caller of [`answer`] may choose.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether a RAW message may have at most 4096 bytes, as in KMS.
    pub message_limit: bool,
}

impl Options {
    /// The maximum length of a body in bytes: 64 KiB, or 1 MiB without the limit on messages.
    #[must_use]
    pub fn max_body(self) -> usize {
        if self.message_limit { 64 << 10 } else { 1 << 20 }
    }
}

/// What counts in a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The header `X-Amz-Target`.
    pub target: Option<&'a [u8]>,
    /// The header `Content-Type`.
    pub content_type: Option<&'a [u8]>,
    /// The body.
    pub body: &'a [u8],
}

/// An answer, and what a log may say about it.
#[derive(Debug)]
pub struct Answer {
    /// The body of the response, or the exception in its place.
    pub result: Result<Vec<u8>, Exception>,
    /// What the request was about.
    pub facts: Facts,
}

/// What a request was about, as far as it was understood.
#[derive(Debug, Default)]
pub struct Facts {
    /// The operation, if KMS has it.
    pub operation: Option<Operation>,
    /// The `KeyId` in the request, from anyone.
    pub key_id: Option<String>,
    /// The signing algorithm of Verify.
    pub algorithm: Option<SigningAlgorithm>,
    /// How long the verification itself took, if there was one.
    pub verification: Option<Duration>,
    /// What did not verify, if the signature is why.
    pub rejected: Option<Box<Rejected>>,
    /// What the owner of the keys may know in addition, such as a similar name in the ring.
    pub details: Option<String>,
}

/// A signature that is not valid, with everything that it was checked with.
#[derive(Debug)]
pub struct Rejected {
    /// The key.
    pub public_key: PublicKey,
    /// The algorithm.
    pub algorithm: SigningAlgorithm,
    /// The type of the message.
    pub message_type: MessageType,
    /// The message, digest or mu.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

impl Rejected {
    /// The message with its type.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }
}

/// Answers a request with the keys of the ring.
#[must_use]
pub fn answer(request: Request<'_>, ring: &KeyRing, options: Options) -> Answer {
    let mut facts = Facts::default();
    let result = respond(request, ring, options, &mut facts);
    Answer { result, facts }
}

fn respond(request: Request<'_>, ring: &KeyRing, options: Options, facts: &mut Facts) -> Result<Vec<u8>, Exception> {
    if !request.content_type.is_some_and(is_aws_json) {
        return Err(Exception::without_message(Kind::UnknownProtocol));
    }
    let operation = request
        .target
        .and_then(Operation::from_target)
        .ok_or(Exception::without_message(Kind::UnknownOperation))?;
    facts.operation = Some(operation);
    let input = || Members::parse(request.body);
    match operation {
        Operation::Verify => to_json(&verify::verify(&input()?, ring, options, facts)?),
        Operation::GetPublicKey => to_json(&keys::get_public_key(&input()?, ring, facts)?),
        Operation::DescribeKey => to_json(&keys::describe_key(&input()?, ring, facts)?),
        Operation::ListKeys => to_json(&lists::list_keys(&input()?, ring)?),
        Operation::ListAliases => to_json(&lists::list_aliases(&input()?, ring, facts)?),
        Operation::Other(name) => Err(Exception::new(
            Kind::UnsupportedOperation,
            format!(
                "{name} is not supported: this endpoint, kms-verify-server, has public keys only. It supports Verify, \
                 GetPublicKey, DescribeKey, ListKeys and ListAliases."
            ),
        )),
    }
}

/// Whether this is `application/x-amz-json-1.1`, with or without parameters. No HTML form can send it.
fn is_aws_json(content_type: &[u8]) -> bool {
    let name = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    name.trim_ascii().eq_ignore_ascii_case(CONTENT_TYPE.as_bytes())
}

fn to_json(response: &impl Serialize) -> Result<Vec<u8>, Exception> {
    serde_json::to_vec(response).map_err(|_| Exception::without_message(Kind::Internal))
}
