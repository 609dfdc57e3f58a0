//! One verification: the request and its decision.

use std::io::Read;

use kms_verify::{Diagnosis, Error, KeySpec, Message, MessageType, SigningAlgorithm, VerifyingKey, diagnose};

use crate::args::{BinaryFormat, RequestArgs};
use crate::failure::Failure;
use crate::input::{Content, Input, read_failed};
use crate::keys::{self, NamedKey};
use crate::style::note;
use crate::{progress, signature};

/// The longest message that is held in memory for a diagnosis, in bytes. Verification alone holds none in memory.
const MAX_DIAGNOSED: u64 = 256 * 1024 * 1024;

/// The length of the longest digest or mu, in bytes. Anything longer has the wrong length.
const MAX_DIGEST: u64 = 64;

pub(crate) struct Request {
    pub(crate) key: NamedKey,
    pub(crate) algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: Input,
    signature: Vec<u8>,
}

/// The decision, and the diagnosis if it was requested.
pub(crate) struct Decision {
    pub(crate) outcome: Result<(), Failure>,
    pub(crate) diagnosis: Option<Diagnosis>,
}

impl Request {
    /// Reads the signature and the key, and opens the message.
    pub(crate) fn read(args: &RequestArgs, format: BinaryFormat) -> Result<Self, Failure> {
        Ok(Self {
            message: Input::open("--message", &args.message, format)?,
            signature: signature::read(&args.signature, format, args.signing_algorithm)?,
            key: keys::named(&args.keys, args.key_id.as_ref())?,
            algorithm: args.signing_algorithm,
            message_type: args.message_type,
        })
    }

    /// Verifies the signature. Uses constant memory, unless a diagnosis is requested.
    pub(crate) fn decide(self, with_diagnosis: bool) -> Result<Decision, Failure> {
        if self.message_type != MessageType::Raw {
            return self.decide_over_digest(with_diagnosis);
        }
        let key_spec = self.key.key.key_spec();
        if !with_diagnosis {
            let (length, name) = (self.message.length, self.message.name);
            let outcome = self
                .key
                .key
                .verifying_key(self.algorithm)
                .and_then(|key| verify_stream(&key, progress::watch(self.message.reader, length), &self.signature));
            return decision(outcome, &name, key_spec, None);
        }
        let name = self.message.name.clone();
        match self.message.buffer(MAX_DIAGNOSED)? {
            Content::Whole(message) => {
                let diagnosis = diagnose(&self.key.key, self.algorithm, Message::Raw(&message), &self.signature);
                decision(diagnosis.outcome(), &name, key_spec, Some(diagnosis))
            }
            Content::Longer(message) => {
                note(&format!(
                    "{name} has more than {} MiB: it is verified, but not diagnosed; for a diagnosis, pass its digest with \
                     --message-type DIGEST",
                    MAX_DIAGNOSED / (1024 * 1024)
                ));
                let outcome = self.key.key.verifying_key(self.algorithm).and_then(|key| {
                    verify_stream(&key, progress::watch(message.reader, message.length), &self.signature)
                });
                decision(outcome, &name, key_spec, None)
            }
        }
    }

    fn decide_over_digest(self, with_diagnosis: bool) -> Result<Decision, Failure> {
        let (name, key_spec) = (self.message.name.clone(), self.key.key.key_spec());
        let message = if with_diagnosis {
            // The diagnosis also tries the bytes as other message types, so all of them are needed.
            match self.message.buffer(MAX_DIAGNOSED)? {
                Content::Whole(bytes) => {
                    let message = Message::new(self.message_type, &bytes);
                    let diagnosis = diagnose(&self.key.key, self.algorithm, message, &self.signature);
                    return decision(diagnosis.outcome(), &name, key_spec, Some(diagnosis));
                }
                Content::Longer(message) => message,
            }
        } else {
            self.message
        };
        let outcome = match self.key.key.verifying_key(self.algorithm) {
            Ok(key) => verify_digest(&key, self.message_type, message, &self.signature)?,
            Err(error) => Err(error),
        };
        decision(outcome, &name, key_spec, None)
    }
}

/// Verifies a digest or mu. Reads at most one byte more than the longest, however long the input is.
pub(crate) fn verify_digest(
    key: &VerifyingKey,
    message_type: MessageType,
    message: Input,
    signature: &[u8],
) -> Result<Result<(), Error>, Failure> {
    match message.buffer(MAX_DIGEST)? {
        Content::Whole(bytes) => Ok(key.verify(Message::new(message_type, &bytes), signature)),
        Content::Longer(_) => match key.algorithm().message_length(message_type) {
            Ok(expected) => Err(Failure::too_long_digest(
                message_type,
                key.algorithm(),
                expected.unwrap_or_default(),
                MAX_DIGEST,
            )),
            Err(error) => Ok(Err(error)),
        },
    }
}

/// Verifies a RAW message while it is read. For `ED25519_PH_SHA_512`, which does not accept RAW, the library would hash
/// the stream; this rejects it, like KMS.
pub(crate) fn verify_stream(key: &VerifyingKey, message: impl Read, signature: &[u8]) -> Result<(), Error> {
    key.algorithm().message_length(MessageType::Raw)?;
    key.verify_reader(message, signature)
}

/// The decision for an outcome. An error while reading the message is a failure, not a decision.
fn decision(
    outcome: Result<(), Error>,
    name: &str,
    key_spec: KeySpec,
    diagnosis: Option<Diagnosis>,
) -> Result<Decision, Failure> {
    if let Err(Error::Read(error)) = &outcome {
        return Err(read_failed(name, error.io_error()));
    }
    Ok(Decision {
        outcome: outcome.map_err(|error| Failure::from_library(&error, Some(key_spec))),
        diagnosis,
    })
}
