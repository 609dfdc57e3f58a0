//! From a form to its answer: a function of the fields and of the key ring.
//!
//! The decision is that of [`PublicKey::verify`] with the bytes that the answer shows. Everything else explains it.

use kms_verify::{Cause, Diagnosis, Error, Finding, Inputs, KeyRing, Message, PublicKey, SigningAlgorithm, diagnose};

use super::answer::{Answer, Changes, Found, Note, Repair, Verdict};
use super::ask::{Ask, Part};
use super::look::{self, Given, Key, Look, Origin, Rejected};
use super::source::{Owned, source};
use super::token::{self, Token};

/// The answer to a form. Its work is that of at most one diagnosis for each algorithm of the key.
pub(super) fn answer(ask: &Ask, ring: &KeyRing) -> Answer {
    let mut problems = Vec::new();
    let mut noted = |problem: String| problems.push(problem);
    let key = look::public_key(ask, ring).map_err(&mut noted).ok().flatten();
    let message = look::message(ask).map_err(&mut noted).ok();
    let signature = look::signature(ask).map_err(&mut noted).ok().flatten();
    let token = message
        .as_ref()
        .and_then(|message| Token::of(message, signature.as_ref()));
    if problems.is_empty() {
        if key.is_none() {
            problems.push("There is no public key. Paste one, or choose its file.".to_owned());
        }
        if signature.is_none() && token.is_none() {
            problems.push("There is no signature. Paste one, or choose its file.".to_owned());
        }
    }
    match (key, message, signature, token) {
        (Some(key), Some(_), _, Some(token)) if problems.is_empty() => token_answer(ask, key, token),
        (Some(key), Some(message), Some(signature), None) if problems.is_empty() => {
            signature_answer(ask, ring, key, message, signature)
        }
        (key, message, signature, _) => {
            let looks = [
                key.map(|key| key.look),
                message.map(|message| message.look),
                signature.map(|signature| signature.look),
            ];
            let given = looks
                .into_iter()
                .flatten()
                .filter(|look| look.origin != Origin::Nothing);
            Answer::new(Verdict::Incomplete(problems), given)
        }
    }
}

fn token_answer(ask: &Ask, key: Key, token: Token) -> Answer {
    match key.content {
        Ok(public_key) => token::answer(ask, public_key, key.look, token),
        Err(rejected) => rejected_key(rejected, vec![key.look, token.look], |_| None),
    }
}

fn signature_answer(ask: &Ask, ring: &KeyRing, key: Key, message: Given, signature: Given) -> Answer {
    let looks = vec![key.look, message.look.clone(), signature.look.clone()];
    let request = Request {
        chosen: ask.algorithm,
        message: Message::new(ask.message_type.0, &message.bytes),
        signature: &signature.bytes,
    };
    let key = match key.content {
        Ok(key) => key,
        Err(rejected) => return rejected_key(rejected, looks, |key| request.verify(key)),
    };
    let sources = Sources::of(&looks);
    let answer = match request.verify(&key) {
        Some(algorithm) => Answer {
            findings: request.if_not_decoded(&key, algorithm, &message, &signature),
            ..Answer::new(
                Verdict::Valid {
                    algorithm,
                    notes: Note::all(ask, &key, false, message.bytes.len()),
                },
                looks,
            )
        },
        None => {
            let (algorithm, diagnosis) = request.diagnosis(&key);
            let changes = diagnosis.repaired();
            Answer {
                findings: match request.signer(&key, ring) {
                    // Nothing else has to be changed.
                    Some(signer) => vec![signer],
                    None => Found::all(diagnosis.findings(), sources.inputs()),
                },
                changes: changes.map_or_else(Changes::default, |changes| {
                    Changes::of(changes, algorithm, ask.message_type.0)
                }),
                ..Answer::new(rejection(&diagnosis, &key), looks)
            }
        }
    };
    Answer {
        key: Some(key),
        ..answer
    }
}

/// The answer for a key that was rejected, and whether the signature is valid for the key inside it.
fn rejected_key(
    rejected: Rejected,
    looks: Vec<Look>,
    verify: impl Fn(&PublicKey) -> Option<SigningAlgorithm>,
) -> Answer {
    let diagnosis = match rejected {
        Rejected::Response(sentence) => return Answer::new(Verdict::KeyRejected(sentence), looks),
        Rejected::Diagnosed(diagnosis) => diagnosis,
    };
    let sources = Sources::of(&looks);
    let findings = Found::all(diagnosis.findings(), sources.inputs());
    let mut sentence = "This is not a public key in the form in which KMS exports it.".to_owned();
    let mut changes = Changes::default();
    if let Some(key) = diagnosis.repaired_public_key() {
        changes.files.push((Repair::PublicKey, key.to_pem().into_bytes()));
        if let Some(algorithm) = verify(key) {
            sentence.push_str(&format!(
                " The signature is valid for the key that is in it, with {algorithm}."
            ));
        }
    }
    Answer {
        findings,
        changes,
        ..Answer::new(Verdict::KeyRejected(sentence), looks)
    }
}

/// The verdict for a signature that was rejected.
fn rejection(diagnosis: &Diagnosis, key: &PublicKey) -> Verdict {
    let error = diagnosis.outcome().err().unwrap_or(Error::InvalidSignature);
    Verdict::Invalid {
        exception: error.kms_exception(Some(key.key_spec())).map(|(name, _)| name),
        sentence: match &error {
            Error::InvalidSignature => {
                "This signature was not made with this key and this algorithm over this message.".to_owned()
            }
            error => sentence(error),
        },
    }
}

/// An error as a sentence.
pub(super) fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).chain(['.']).collect()
}

/// Where the inputs are, for shell commands.
struct Sources {
    public_key: Owned,
    message: Owned,
    signature: Owned,
}

impl Sources {
    fn of(looks: &[Look]) -> Self {
        let of = |part| {
            let look = looks.iter().find(|look| look.part == part);
            look.map_or_else(|| source(part, &Origin::Pasted), |look| look.source.clone())
        };
        Self {
            public_key: of(Part::PublicKey),
            message: of(Part::Message),
            signature: of(Part::Signature),
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs {
            public_key: self.public_key.borrowed(),
            message: self.message.borrowed(),
            signature: self.signature.borrowed(),
        }
    }
}

/// The most keys of the ring that are tried for a rejected signature.
const MAX_SIGNERS: usize = 64;

/// What is verified, with any key.
struct Request<'a> {
    /// `None`: any algorithm of the key.
    chosen: Option<SigningAlgorithm>,
    message: Message<'a>,
    signature: &'a [u8],
}

impl Request<'_> {
    /// The algorithm with which the signature is valid: the chosen one, or any that the key supports.
    fn verify(&self, key: &PublicKey) -> Option<SigningAlgorithm> {
        let holds = |algorithm: &SigningAlgorithm| key.verify(*algorithm, self.message, self.signature).is_ok();
        self.algorithms(key).into_iter().find(holds)
    }

    /// The diagnosis with the algorithm that explains the most: the first for which no other is the cause.
    fn diagnosis(&self, key: &PublicKey) -> (SigningAlgorithm, Diagnosis) {
        let of = |algorithm| (algorithm, diagnose(key, algorithm, self.message, self.signature));
        let mut algorithms = self.algorithms(key).into_iter();
        let first = of(algorithms.next().unwrap_or(SigningAlgorithm::EcdsaSha256));
        if !is_of_another_algorithm(&first.1) {
            return first;
        }
        let mut others = algorithms.map(of);
        others
            .find(|(_, diagnosis)| !is_of_another_algorithm(diagnosis))
            .unwrap_or(first)
    }

    /// The algorithms to try: of those that the key supports, those that accept this message. Never empty.
    fn algorithms(&self, key: &PublicKey) -> Vec<SigningAlgorithm> {
        if let Some(chosen) = self.chosen {
            return vec![chosen];
        }
        let (message_type, given) = (self.message.message_type(), self.message.as_bytes().len());
        let length = |algorithm: &SigningAlgorithm| algorithm.message_length(message_type);
        let all = key.signing_algorithms();
        let supporting: Vec<_> = all.iter().copied().filter(|one| length(one).is_ok()).collect();
        let accepting = |one: &SigningAlgorithm| length(one) == Ok(None) || length(one) == Ok(Some(given));
        let accepting: Vec<_> = supporting.iter().copied().filter(accepting).collect();
        [accepting, supporting]
            .into_iter()
            .find(|algorithms| !algorithms.is_empty())
            .unwrap_or_else(|| all.to_vec())
    }

    /// The finding that another key of the ring made the signature.
    fn signer(&self, key: &PublicKey, ring: &KeyRing) -> Option<Found> {
        let is_other = |other: &PublicKey| other.key_spec() == key.key_spec() && other != key;
        let mut others = ring.iter().filter(|(_, key)| is_other(key)).take(MAX_SIGNERS);
        let (name, _) = others.find(|(_, key)| self.verify(key).is_some())?;
        Some(Found::certain(
            Cause::WrongKey.as_str(),
            format!("The key {name} of the key ring made this signature over this message."),
            "If the signer should use that key, choose it. Otherwise, ask for a signature with the given key.",
        ))
    }

    /// The findings for a program that passes the given text on without decoding it.
    fn if_not_decoded(
        &self,
        key: &PublicKey,
        algorithm: SigningAlgorithm,
        message: &Given,
        signature: &Given,
    ) -> Vec<Found> {
        let undecoded = |given: &Given| source(given.look.part, &given.look.origin);
        let sources = Sources {
            public_key: source(Part::PublicKey, &Origin::Pasted),
            message: undecoded(message),
            signature: undecoded(signature),
        };
        let given_message = message.encoded.as_ref().unwrap_or(&message.bytes);
        let given_signature = signature.encoded.as_ref().unwrap_or(&signature.bytes);
        let given_message = Message::new(self.message.message_type(), given_message);
        // Valid, and without findings, if nothing was decoded.
        let diagnosis = diagnose(key, algorithm, given_message, given_signature);
        Found::all(diagnosis.findings(), sources.inputs())
    }
}

/// Whether a finding says that another algorithm was used.
fn is_of_another_algorithm(diagnosis: &Diagnosis) -> bool {
    let is_of_algorithm = |finding: &Finding| {
        matches!(
            finding.cause(),
            Cause::WrongHash | Cause::WrongPadding | Cause::KeyIsForAnotherAlgorithm | Cause::Ed25519PureAndPh
        )
    };
    diagnosis
        .findings()
        .iter()
        .any(|finding| finding.is_certain() && is_of_algorithm(finding))
}
