//! One verification: what was asked for, and the decision.

use std::io::Read;

use kms_verify::{Diagnosis, Error, KeySpec, Message, MessageType, SigningAlgorithm, VerifyingKey, diagnose};

use crate::args::{BinaryFormat, RequestArgs};
use crate::failure::Failure;
use crate::input::{Content, Input, read_failed};
use crate::keys::{self, NamedKey};
use crate::style::note;
use crate::{progress, signature};

/// The longest message that is held in memory, for a diagnosis. Verification alone holds none.
const MAX_DIAGNOSED: u64 = 256 * 1024 * 1024;

/// Just over the longest digest or mu: a longer message is of the wrong length anyway.
const MAX_DIGEST: u64 = 64;

pub(crate) struct Request {
    pub(crate) key: NamedKey,
    pub(crate) algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: Input,
    signature: Vec<u8>,
}

/// The decision, and if it was asked for, the diagnosis.
pub(crate) struct Decision {
    pub(crate) outcome: Result<(), Failure>,
    pub(crate) diagnosis: Option<Diagnosis>,
}

impl Request {
    /// Reads all that the parameters name, but the message, which is only opened.
    pub(crate) fn read(args: &RequestArgs, format: BinaryFormat) -> Result<Self, Failure> {
        Ok(Self {
            message: Input::open("--message", &args.message, format)?,
            signature: signature::read(&args.signature, format, args.signing_algorithm)?,
            key: keys::named(&args.keys, args.key_id.as_ref())?,
            algorithm: args.signing_algorithm,
            message_type: args.message_type,
        })
    }

    /// Decides, in constant memory unless there is to be a diagnosis.
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
                    "{name} has more than {} MiB: it is verified, but not diagnosed; to diagnose it, pass its digest with \
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
            // It also tries what is there as another kind of message, if that is not too much.
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

/// Verifies a DIGEST or a mu. That it is too long is known one byte after the longest, however much there is.
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

/// Verifies a RAW message as it is read. The library would hash a stream under `ED25519_PH_SHA_512`, which takes no RAW;
/// here it is as KMS answers it.
pub(crate) fn verify_stream(key: &VerifyingKey, message: impl Read, signature: &[u8]) -> Result<(), Error> {
    key.algorithm().message_length(MessageType::Raw)?;
    key.verify_reader(message, signature)
}

/// An error while the message is read is no decision.
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
