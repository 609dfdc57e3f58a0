//! One verification: the request and its decision.

use std::io::Read;

use kms_verify::{
    Cause, Diagnosis, Error, Finding, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, VerifyingKey,
    diagnose,
};

use crate::args::{BinaryFormat, RequestArgs};
use crate::explain::Origins;
use crate::failure::Failure;
use crate::input::Origin;
use crate::input::{Content, Input, read_failed};
use crate::keys::{self, NamedKey, Ring};
use crate::signature::Signature;
use crate::style::note;
use crate::{progress, signature};

/// The longest message that is held in memory for a diagnosis, in bytes. Verification alone holds none in memory.
const MAX_DIAGNOSED: u64 = 256 * 1024 * 1024;

/// The length of the longest digest or mu, in bytes. Anything longer has the wrong length.
const MAX_DIGEST: u64 = 64;

pub(crate) struct Request {
    pub(crate) key: NamedKey,
    /// The ring that the key is from.
    ring: Option<Ring>,
    pub(crate) algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: Input,
    signature: Signature,
}

/// The decision, and the diagnosis if it was requested.
pub(crate) struct Decision {
    pub(crate) outcome: Result<(), Failure>,
    /// With where the inputs come from that it is about.
    pub(crate) diagnosed: Option<(Diagnosis, Origins)>,
    /// The key of the ring that made the signature, if it is another one.
    pub(crate) signer: Option<String>,
}

impl Request {
    /// Reads the signature and the key, and opens the message.
    pub(crate) fn read(args: &RequestArgs, format: BinaryFormat) -> Result<Self, Failure> {
        let message = Input::open("--message", &args.message, format)?;
        let signature = signature::read(&args.signature, format, args.signing_algorithm)?;
        let (key, ring) = keys::named(&args.keys, args.key_id.as_ref())?;
        Ok(Self {
            message,
            signature,
            key,
            ring,
            algorithm: args.signing_algorithm,
            message_type: args.message_type,
        })
    }

    /// Verifies the signature. Uses constant memory, unless a diagnosis is requested.
    pub(crate) fn decide(mut self, with_diagnosis: bool) -> Result<Decision, Failure> {
        match self.signature.problem.take() {
            // What is not a signature is never verified.
            Some(problem) if with_diagnosis => {
                return Ok(Decision {
                    outcome: Err(problem),
                    ..self.decide_without_problem(true)?
                });
            }
            Some(problem) => return Err(problem),
            None => {}
        }
        self.decide_without_problem(with_diagnosis)
    }

    fn decide_without_problem(self, with_diagnosis: bool) -> Result<Decision, Failure> {
        if self.message_type != MessageType::Raw {
            return self.decide_over_digest(with_diagnosis);
        }
        let key_spec = self.key.key.key_spec();
        if !with_diagnosis {
            let (length, name) = (self.message.length, self.message.name);
            let outcome = self.key.key.verifying_key(self.algorithm).and_then(|key| {
                verify_stream(
                    &key,
                    progress::watch(self.message.reader, length),
                    &self.signature.bytes,
                )
            });
            return decision(outcome, &name, key_spec);
        }
        let (name, origin) = (self.message.name.clone(), self.message.origin.clone());
        match self.message.buffer(MAX_DIAGNOSED)? {
            Content::Whole(message) => {
                let message = (Message::Raw(&message), origin);
                explained(
                    &self.key.key,
                    self.ring.as_ref(),
                    self.algorithm,
                    message,
                    self.signature,
                )
            }
            Content::Longer(message) => {
                note(&format!(
                    "{name} has more than {} MiB: it is verified, but not diagnosed; for a diagnosis, pass its digest with \
                     --message-type DIGEST",
                    MAX_DIAGNOSED / (1024 * 1024)
                ));
                let outcome = self.key.key.verifying_key(self.algorithm).and_then(|key| {
                    verify_stream(
                        &key,
                        progress::watch(message.reader, message.length),
                        &self.signature.bytes,
                    )
                });
                decision(outcome, &name, key_spec)
            }
        }
    }

    fn decide_over_digest(self, with_diagnosis: bool) -> Result<Decision, Failure> {
        let (name, key_spec) = (self.message.name.clone(), self.key.key.key_spec());
        let message = if with_diagnosis {
            // The diagnosis also tries the bytes as other message types, so all of them are needed.
            let origin = self.message.origin.clone();
            match self.message.buffer(MAX_DIAGNOSED)? {
                Content::Whole(bytes) => {
                    let message = (Message::new(self.message_type, &bytes), origin);
                    return explained(
                        &self.key.key,
                        self.ring.as_ref(),
                        self.algorithm,
                        message,
                        self.signature,
                    );
                }
                Content::Longer(message) => message,
            }
        } else {
            self.message
        };
        let outcome = match self.key.key.verifying_key(self.algorithm) {
            Ok(key) => verify_digest(&key, self.message_type, message, &self.signature.bytes)?,
            Err(error) => Err(error),
        };
        decision(outcome, &name, key_spec)
    }
}

/// The decision with its diagnosis, and with the key of the ring that made the signature, if it is another one.
fn explained(
    key: &PublicKey,
    ring: Option<&Ring>,
    algorithm: SigningAlgorithm,
    message: (Message<'_>, Origin),
    signature: Signature,
) -> Result<Decision, Failure> {
    let (given, bytes) = (message.0, signature.bytes.clone());
    let diagnosed = diagnosed(key, algorithm, message, signature);
    let outcome = diagnosed.0.outcome();
    let signer = match (&outcome, ring) {
        (Err(_), Some(ring)) => ring.signer(algorithm, given, &bytes).map(str::to_owned),
        (Ok(()), _) | (_, None) => None,
    };
    Ok(Decision {
        outcome: outcome.map_err(|error| Failure::from_library(&error, Some(key.key_spec()))),
        diagnosed: Some(diagnosed),
        signer,
    })
}

/// The diagnosis, and where the signature comes from that it is about: if the decoded text is not a signature, the text
/// itself is explained.
fn diagnosed(
    key: &PublicKey,
    algorithm: SigningAlgorithm,
    (message, message_origin): (Message<'_>, Origin),
    signature: Signature,
) -> (Diagnosis, Origins) {
    let origins = |signature| Origins {
        public_key: Origin::Unknown,
        message: message_origin,
        signature,
    };
    let of = |bytes: &[u8]| diagnose(key, algorithm, message, bytes);
    let first = |diagnosis: &Diagnosis| diagnosis.findings().first().map(Finding::cause);
    let diagnosis = of(&signature.bytes);
    let is_no_signature = |cause| matches!(cause, Some(Cause::SignatureWrongLength | Cause::SignatureDerMalformed));
    if let (Some((text, origin)), true) = (signature.text, is_no_signature(first(&diagnosis))) {
        let of_text = of(&text);
        if !matches!(first(&of_text), Some(Cause::SignatureIsBase64)) && !is_no_signature(first(&of_text)) {
            return (of_text, origins(origin));
        }
    }
    (diagnosis, origins(signature.origin))
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
fn decision(outcome: Result<(), Error>, name: &str, key_spec: KeySpec) -> Result<Decision, Failure> {
    if let Err(Error::Read(error)) = &outcome {
        return Err(read_failed(name, error.io_error()));
    }
    Ok(Decision {
        outcome: outcome.map_err(|error| Failure::from_library(&error, Some(key_spec))),
        diagnosed: None,
        signer: None,
    })
}
