//! The answer to a form.

use kms_verify::{Finding, Inputs, MessageType, PublicKey, Repaired, SigningAlgorithm};

use super::ask::{Ask, Tongue};
use super::look::Look;
use crate::protocol::MAX_MESSAGE;

/// The answer to a form.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) verdict: Verdict,
    /// What the inputs were recognized as.
    pub(super) looks: Vec<Look>,
    /// The key, if it was accepted.
    pub(super) key: Option<PublicKey>,
    pub(super) findings: Vec<Found>,
    pub(super) changes: Changes,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The signature is valid.
    Valid {
        algorithm: SigningAlgorithm,
        notes: Vec<Note>,
    },
    /// The signature was rejected, with this exception of KMS if it has one for the reason.
    Invalid {
        exception: Option<&'static str>,
        sentence: String,
    },
    /// The public key was rejected, so nothing was verified.
    KeyRejected(String),
    /// The form does not say what to verify.
    Incomplete(Vec<String>),
    /// The form was not read, or not answered.
    Failed(String),
}

impl Verdict {
    /// The verdict for the log, in which nothing of the form is.
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::Invalid { .. } => "invalid",
            Self::KeyRejected(_) => "key-rejected",
            Self::Incomplete(_) => "incomplete",
            Self::Failed(_) => "failed",
        }
    }
}

/// What to know about a valid signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// The form named no algorithm, and the key supports several.
    AlgorithmFound,
    /// It is that of a token, whose claims are not checked.
    ClaimsNotChecked,
    /// KMS rejects RAW messages of this length.
    LengthRejectedByKms,
}

impl Note {
    /// The notes for a signature of this key that is valid.
    pub(super) fn all(ask: &Ask, key: &PublicKey, is_token: bool, length: usize) -> Vec<Self> {
        let is_rejected = ask.message_type.0 == MessageType::Raw && !(1..=MAX_MESSAGE).contains(&length);
        [
            (
                Self::AlgorithmFound,
                ask.algorithm.is_none() && key.signing_algorithms().len() > 1,
            ),
            (Self::ClaimsNotChecked, is_token),
            (Self::LengthRejectedByKms, is_rejected),
        ]
        .into_iter()
        .filter_map(|(note, applies)| applies.then_some(note))
        .collect()
    }
}

/// A finding, with its advice for each of [`Tongue::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) code: String,
    pub(super) certain: bool,
    pub(super) found: String,
    pub(super) advice: Vec<(Tongue, String)>,
}

impl Found {
    pub(super) fn all(findings: &[Finding], inputs: Inputs<'_>) -> Vec<Self> {
        let advice = |finding: &Finding| {
            Tongue::ALL
                .iter()
                .map(|tongue| (*tongue, finding.advice_for(tongue.caller(inputs))))
                .collect()
        };
        findings
            .iter()
            .map(|finding| Self {
                code: finding.cause().as_str().to_owned(),
                certain: finding.is_certain(),
                found: finding.found().to_owned(),
                advice: advice(finding),
            })
            .collect()
    }

    /// A certain finding with the same advice for everyone.
    pub(super) fn certain(code: impl Into<String>, found: impl Into<String>, advice: &str) -> Self {
        Self {
            code: code.into(),
            certain: true,
            found: found.into(),
            advice: Tongue::ALL.iter().map(|tongue| (*tongue, advice.to_owned())).collect(),
        }
    }
}

/// The changes with which the signature verified, or the key was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// The inputs that changed.
    pub(super) files: Vec<(Repair, Vec<u8>)>,
    pub(super) algorithm: Option<SigningAlgorithm>,
    pub(super) message_type: Option<MessageType>,
}

impl Changes {
    pub(super) fn of(repaired: &Repaired, algorithm: SigningAlgorithm, message_type: MessageType) -> Self {
        let message = match repaired.message_type() {
            MessageType::Raw => Repair::Message,
            _ => Repair::Digest,
        };
        let files = [(message, repaired.message()), (Repair::Signature, repaired.signature())];
        Self {
            files: files
                .into_iter()
                .filter_map(|(repair, bytes)| Some((repair, bytes?.to_vec())))
                .collect(),
            algorithm: Some(repaired.signing_algorithm()).filter(|changed| *changed != algorithm),
            message_type: Some(repaired.message_type()).filter(|changed| *changed != message_type),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.algorithm.is_none() && self.message_type.is_none()
    }
}

/// An input that can be downloaded as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    PublicKey,
    Message,
    Digest,
    Signature,
}

impl Repair {
    pub(super) const ALL: [Self; 4] = [Self::PublicKey, Self::Message, Self::Digest, Self::Signature];

    /// The value of the field that names it.
    pub(super) fn value(self) -> &'static str {
        match self {
            Self::PublicKey => "public_key",
            Self::Message => "message",
            Self::Digest => "digest",
            Self::Signature => "signature",
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::PublicKey => "public key",
            Self::Message => "message",
            Self::Digest => "digest",
            Self::Signature => "signature",
        }
    }

    /// The name of the file.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::PublicKey => "public_key.pem",
            Self::Message => "message.bin",
            Self::Digest => "digest.bin",
            Self::Signature => "signature.bin",
        }
    }
}

impl Answer {
    pub(super) fn new(verdict: Verdict, looks: impl IntoIterator<Item = Look>) -> Self {
        Self {
            verdict,
            looks: looks.into_iter().collect(),
            key: None,
            findings: Vec::new(),
            changes: Changes::default(),
        }
    }

    /// The code of the first finding, for the log.
    pub(super) fn cause(&self) -> Option<&str> {
        self.findings.first().map(|found| found.code.as_str())
    }

    pub(super) fn failed(sentence: impl Into<String>) -> Self {
        Self::new(Verdict::Failed(sentence.into()), [])
    }
}
