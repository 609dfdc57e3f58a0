//! One verification: what was asked for, and the decision.

use std::io::{self, Cursor, Read};

use kms_verify::{Diagnosis, Error, KeySpec, Message, MessageType, SigningAlgorithm, VerifyingKey, diagnose};

use crate::args::{BinaryFormat, RequestArgs};
use crate::failure::Failure;
use crate::input::{Input, read_failed};
use crate::keys::{self, NamedKey};
use crate::style::note;
use crate::{progress, signature};

/// The longest message that is held in memory, for a diagnosis. Verification alone holds none.
const MOST_DIAGNOSED: u64 = 256 * 1024 * 1024;

/// Just over the longest digest or mu: a longer message is of the wrong length anyway.
const MOST_DIGEST: u64 = 64;

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
        let public_key = args.keys.public_key.as_ref().and_then(|path| path.to_str());
        let from_stdin = [Some(args.message.as_str()), Some(args.signature.as_str()), public_key];
        if from_stdin.into_iter().flatten().filter(|value| is_stdin(value)).count() > 1 {
            return Err(Failure::Parameter(
                "standard input can be read only once; name a file for all but one of the parameters".to_owned(),
            ));
        }
        Ok(Self {
            message: Input::open("--message", &args.message, format)?,
            signature: signature::read(&args.signature, format, args.signing_algorithm)?,
            key: keys::named(&args.keys, args.key_id.as_deref())?,
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
        match self.message.read_at_most(MOST_DIAGNOSED)? {
            (message, None) => {
                let diagnosis = diagnose(&self.key.key, self.algorithm, Message::Raw(&message), &self.signature);
                decision(diagnosis.outcome(), &name, key_spec, Some(diagnosis))
            }
            (beginning, Some(rest)) => {
                note(&format!(
                    "{name} has more than {} MiB: it is verified, but not diagnosed; to diagnose it, pass its digest with \
                     --message-type DIGEST",
                    MOST_DIAGNOSED / (1024 * 1024)
                ));
                let outcome = self.key.key.verifying_key(self.algorithm).and_then(|key| {
                    verify_stream(
                        &key,
                        progress::watch(Cursor::new(beginning).chain(rest.reader), rest.length),
                        &self.signature,
                    )
                });
                decision(outcome, &name, key_spec, None)
            }
        }
    }

    fn decide_over_digest(self, with_diagnosis: bool) -> Result<Decision, Failure> {
        let (name, key_spec) = (self.message.name.clone(), self.key.key.key_spec());
        if with_diagnosis {
            // It looks at what is there, however long.
            let (bytes, _) = self.message.read_at_most(MOST_DIAGNOSED)?;
            let message = Message::new(self.message_type, &bytes);
            let diagnosis = diagnose(&self.key.key, self.algorithm, message, &self.signature);
            return decision(diagnosis.outcome(), &name, key_spec, Some(diagnosis));
        }
        let outcome = match self.key.key.verifying_key(self.algorithm) {
            Ok(key) => verify_digest(&key, self.message_type, self.message, &self.signature)?,
            Err(error) => Err(error),
        };
        decision(outcome, &name, key_spec, None)
    }
}

/// Whether a parameter names standard input, which its second reader would find empty.
fn is_stdin(value: &str) -> bool {
    let path = value.strip_prefix("fileb://").or_else(|| value.strip_prefix("file://"));
    value == "-" || matches!(path.unwrap_or(value), "/dev/stdin" | "/dev/fd/0")
}

/// Verifies a DIGEST or a mu. Of a longer message, which is none, no more is wanted than its length.
pub(crate) fn verify_digest(
    key: &VerifyingKey,
    message_type: MessageType,
    message: Input,
    signature: &[u8],
) -> Result<Result<(), Error>, Failure> {
    let (bytes, rest) = message.read_at_most(MOST_DIGEST)?;
    let Some(mut rest) = rest else {
        return Ok(key.verify(Message::new(message_type, &bytes), signature));
    };
    let expected = match key.algorithm().message_length(message_type) {
        Ok(expected) => expected.unwrap_or_default(),
        Err(error) => return Ok(Err(error)),
    };
    let more = io::copy(&mut rest.reader, &mut io::sink()).map_err(|error| rest.failed(&error))?;
    let given = more.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    Ok(Err(Error::MessageLength {
        message_type,
        algorithm: key.algorithm(),
        given: usize::try_from(given).unwrap_or(usize::MAX),
        expected,
    }))
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
