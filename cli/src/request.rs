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
use crate::repair::Corrected;
use crate::signature::Signature;
use crate::style::note;
use crate::{progress, signature};

/// The longest message that is held in memory for a diagnosis, in bytes. Verification alone holds none in memory.
const MAX_DIAGNOSED: u64 = 256 * 1024 * 1024;

/// The length of the longest digest or mu, in bytes. Anything longer has the wrong length.
const MAX_DIGEST: u64 = 64;

pub(crate) struct Request {
    pub(crate) key: NamedKey,
    /// Whether the key was taken out of an input that is rejected.
    is_key_changed: bool,
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
    /// The inputs that verify in place of the given ones, if the diagnosis found any.
    pub(crate) corrected: Option<Corrected>,
}

impl Request {
    /// Reads the signature and the key, and opens the message.
    pub(crate) fn read(args: &RequestArgs, format: BinaryFormat) -> Result<Self, Failure> {
        match Self::read_with_any_key(args, format)? {
            (request, None) => Ok(request),
            (_, Some(rejected)) => Err(rejected),
        }
    }

    /// The same, also with a key inside an input that is rejected. Also returns the failure for that input.
    pub(crate) fn read_with_any_key(
        args: &RequestArgs,
        format: BinaryFormat,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let message = Input::open("--message", &args.message, format)?;
        let signature = signature::read(&args.signature, format, args.signing_algorithm)?;
        let (key, ring, rejected) = match keys::named(&args.keys, args.key_id.as_ref()) {
            Ok((key, ring)) => (key, ring, None),
            Err(Failure::PublicKey { name, diagnosis }) => match diagnosis.repaired_public_key().cloned() {
                Some(key) => {
                    let key_id = name.clone();
                    let rejected = Failure::PublicKey { name, diagnosis };
                    (NamedKey { key_id, key }, None, Some(rejected))
                }
                None => return Err(Failure::PublicKey { name, diagnosis }),
            },
            Err(failure) => return Err(failure),
        };
        let request = Self {
            is_key_changed: rejected.is_some(),
            ring,
            ..Self::of(key, args.signing_algorithm, args.message_type, message, signature)
        };
        Ok((request, rejected))
    }

    pub(crate) fn of(
        key: NamedKey,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: Input,
        signature: Signature,
    ) -> Self {
        Self {
            key,
            is_key_changed: false,
            ring: None,
            algorithm,
            message_type,
            message,
            signature,
        }
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
        let (name, key_spec) = (self.message.name.clone(), self.key.key.key_spec());
        if !with_diagnosis {
            return self.verified(&name, key_spec);
        }
        let origin = self.message.origin.clone();
        // The diagnosis also tries the bytes of a digest as other message types, so all of them are needed.
        match self.message.buffer(MAX_DIAGNOSED)? {
            Content::Whole(message) => Ok(Held {
                key: self.key.key,
                is_key_changed: self.is_key_changed,
                ring: self.ring,
                algorithm: self.algorithm,
                message_type: self.message_type,
                message,
                origin,
                signature: self.signature,
            }
            .explained()),
            Content::Longer(message) => {
                if self.message_type == MessageType::Raw {
                    note(&format!(
                        "{name} has more than {} MiB: it is verified, but not diagnosed; for a diagnosis, pass its digest \
                         with --message-type DIGEST",
                        MAX_DIAGNOSED / (1024 * 1024)
                    ));
                }
                Self { message, ..self }.verified(&name, key_spec)
            }
        }
    }

    /// The decision without a diagnosis, in constant memory.
    fn verified(self, name: &str, key_spec: KeySpec) -> Result<Decision, Failure> {
        let Self { message, signature, .. } = self;
        let outcome = match (self.key.key.verifying_key(self.algorithm), self.message_type) {
            (Err(error), _) => Err(error),
            (Ok(key), MessageType::Raw) => {
                let length = message.length;
                verify_stream(&key, progress::watch(message.reader, length), &signature.bytes)
            }
            (Ok(key), message_type) => verify_digest(&key, message_type, message, &signature.bytes)?,
        };
        decision(outcome, name, key_spec)
    }
}

/// The inputs of a diagnosis, all in memory.
struct Held {
    key: PublicKey,
    is_key_changed: bool,
    ring: Option<Ring>,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: Vec<u8>,
    origin: Origin,
    signature: Signature,
}

impl Held {
    /// The decision with its diagnosis, and with the key of the ring that made the signature, if it is another one.
    fn explained(self) -> Decision {
        let message = Message::new(self.message_type, &self.message);
        let (diagnosis, explained, signature) = self.diagnosed();
        let outcome = diagnosis.outcome();
        let signer = match (&outcome, &self.ring) {
            (Err(_), Some(ring)) => ring.signer(self.algorithm, message, &self.signature.bytes),
            (Ok(()), _) | (_, None) => None,
        };
        let signer = signer.map(|(name, key)| (name.to_owned(), key.clone()));
        let key_spec = self.key.key_spec();
        let origins = Origins {
            public_key: Origin::Unknown,
            message: self.origin.clone(),
            signature,
        };
        let (name, key) = signer.unzip();
        Decision {
            outcome: outcome.map_err(|error| Failure::from_library(&error, Some(key_spec))),
            corrected: self.corrected(&diagnosis, explained, key),
            diagnosed: Some((diagnosis, origins)),
            signer: name,
        }
    }

    /// The diagnosis, the signature that it is about, and where that comes from: if the decoded text is not a signature,
    /// the text itself is explained.
    fn diagnosed(&self) -> (Diagnosis, Vec<u8>, Origin) {
        let message = Message::new(self.message_type, &self.message);
        let of = |bytes: &[u8]| diagnose(&self.key, self.algorithm, message, bytes);
        let first = |diagnosis: &Diagnosis| diagnosis.findings().first().map(Finding::cause);
        let is_no_signature = |cause| matches!(cause, Some(Cause::SignatureWrongLength | Cause::SignatureDerMalformed));
        let diagnosis = of(&self.signature.bytes);
        if let (Some((text, origin)), true) = (&self.signature.text, is_no_signature(first(&diagnosis))) {
            let of_text = of(text);
            if !matches!(first(&of_text), Some(Cause::SignatureIsBase64)) && !is_no_signature(first(&of_text)) {
                return (of_text, text.clone(), origin.clone());
            }
        }
        (diagnosis, self.signature.bytes.clone(), self.signature.origin.clone())
    }

    /// The inputs that verify, if the diagnosis of this signature or another key of the ring shows them.
    fn corrected(self, diagnosis: &Diagnosis, signature: Vec<u8>, signer: Option<PublicKey>) -> Option<Corrected> {
        let repaired = diagnosis.repaired();
        let as_given = Corrected {
            key: self.key,
            algorithm: self.algorithm,
            message_type: self.message_type,
            message: self.message,
            signature,
            changed: Vec::new(),
        };
        let mut corrected = match (signer, repaired) {
            (Some(key), _) => Corrected {
                key,
                signature: self.signature.bytes,
                changed: vec!["--public-key"],
                ..as_given
            },
            (None, Some(repaired)) => {
                let changed = [
                    (repaired.message().is_some(), "--message"),
                    (repaired.message_type() != self.message_type, "--message-type"),
                    (repaired.signature().is_some(), "--signature"),
                    (repaired.signing_algorithm() != self.algorithm, "--signing-algorithm"),
                ];
                Corrected {
                    algorithm: repaired.signing_algorithm(),
                    message_type: repaired.message_type(),
                    message: repaired.message().map_or(as_given.message, Vec::from),
                    signature: repaired.signature().map_or(as_given.signature, Vec::from),
                    changed: changed
                        .into_iter()
                        .filter_map(|(is_changed, name)| is_changed.then_some(name))
                        .collect(),
                    key: as_given.key,
                }
            }
            // Only the key was not right.
            (None, None) if diagnosis.outcome().is_ok() && self.is_key_changed => as_given,
            (None, None) => return None,
        };
        if self.is_key_changed {
            corrected.changed.insert(0, "--public-key");
        }
        Some(corrected)
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
fn decision(outcome: Result<(), Error>, name: &str, key_spec: KeySpec) -> Result<Decision, Failure> {
    if let Err(Error::Read(error)) = &outcome {
        return Err(read_failed(name, error.io_error()));
    }
    Ok(Decision {
        outcome: outcome.map_err(|error| Failure::from_library(&error, Some(key_spec))),
        diagnosed: None,
        signer: None,
        corrected: None,
    })
}
