//! Explains why a signature does not verify. Verification never depends on this module.
//!
//! A diagnosis verifies again with inputs that are commonly mistaken for the correct ones, and inspects the padding of
//! an RSA signature. It only describes: its outcome is that of verification.

mod advice;
mod cause;
mod dressed;
mod encoded_message;
mod finding;
mod hash;
mod hints;
mod message;
mod other_digests;
mod public_key;
mod recover;
mod repaired;
mod rsa;
mod search;
mod signature;
mod signature_format;
mod text;

pub use advice::{Caller, Inputs, Source};
pub use cause::Cause;
pub use finding::{Diagnosis, Finding};
pub use public_key::diagnose_public_key;
pub use repaired::Repaired;

use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::error::Error;
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::Key;
use advice::{Advice, Call};
use search::{Explanation, Search};

use signature::Reading;

/// Explains why a signature does not verify, and how to fix it. Requires the feature `diagnosis`.
///
/// The inputs are those of [`PublicKey::verify`], and the outcome is always the same: an input that verifies after a
/// change is a finding, never a success. A diagnosis is meant for people and logs, not for decisions.
///
/// # Work
///
/// If the signature is valid, there is no additional work. Otherwise, a diagnosis makes at most
/// [`Diagnosis::MAX_VERIFICATIONS`] additional verifications, the most likely and cheapest first. Each hashes the
/// message, or a form of it of at most eight times its length, once. After ten, the tables of the key are computed. A RAW
/// message longer than [`Diagnosis::MAX_REWRITTEN`] bytes is not copied, and verified at most
/// [`Diagnosis::MAX_VERIFICATIONS_OF_LONG`] times. If the signature is longer than 64 KiB, only its length is
/// inspected. [`Diagnosis::verifications`] returns the number of additional verifications.
///
/// All forms of a message of up to 1 MiB together have at most 32 MiB. A diagnosis takes much longer than a verification:
/// on a busy x86-64 core, up to 25 ms of CPU time for a message of a few KiB, and up to 0.2 s for one of 1 MiB, whatever
/// they contain. So a service should not diagnose every signature that it rejects.
///
/// ```
/// use kms_verify::{Cause, Message, PublicKey, SigningAlgorithm, diagnose};
///
/// let folder = "tests/vectors/kms/stackd-ed25519-pure-raw";
/// let key = PublicKey::from_der(&std::fs::read(format!("{folder}/public_key.der"))?)?;
/// let signature = std::fs::read(format!("{folder}/signature.bin"))?;
/// let mut message = std::fs::read(format!("{folder}/message.bin"))?;
/// message.push(b'\n'); // as echo does
///
/// let diagnosis = diagnose(&key, SigningAlgorithm::Ed25519Sha512, Message::Raw(&message), &signature);
/// assert!(diagnosis.outcome().is_err());
/// assert_eq!(diagnosis.findings()[0].cause(), Cause::MessageTrailingNewline);
/// assert!(diagnosis.findings()[0].is_certain());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn diagnose(
    public_key: &PublicKey,
    algorithm: SigningAlgorithm,
    message: Message<'_>,
    signature: &[u8],
) -> Diagnosis {
    let outcome = public_key.verify(algorithm, message, signature);
    if outcome.is_ok() {
        return Diagnosis {
            outcome,
            findings: Vec::new(),
            verifications: 0,
            repaired: None,
            public_key: None,
        };
    }
    let mut search = Search {
        key: public_key,
        algorithm,
        message,
        signature,
        made: 0,
        precomputed: None,
    };
    let reading = signature::read(public_key.key_spec().signature_format(), signature);
    let (mut findings, repaired) = search.findings(&outcome, signature, reading);
    // Certain findings come first, in the order of the causes. Hints keep their order, the most likely first.
    findings.sort_by_key(|finding| {
        finding
            .is_certain()
            .then(|| finding.cause())
            .map_or((1, None), |cause| (0, Some(cause)))
    });
    findings.dedup_by_key(|finding| finding.cause());
    Diagnosis {
        outcome,
        findings,
        verifications: search.made,
        repaired,
        public_key: None,
    }
}

impl Search<'_> {
    /// The findings, and the inputs that verify.
    fn findings(
        &mut self,
        outcome: &Result<(), Error>,
        given: &[u8],
        reading: Reading,
    ) -> (Vec<Finding>, Option<Repaired>) {
        let explanation = self.explain(&reading);
        let is_shown = reading.shown.is_some();
        let mut findings = Vec::new();
        if matches!(outcome, Err(Error::IncompatibleAlgorithm { .. })) {
            let actual = explanation.as_ref().and_then(|explanation| explanation.algorithm);
            // A signature of a small curve also has the format of larger curves, so it does not show which is wrong.
            if actual.is_none() && !is_shown && is_of(self.algorithm, given) {
                // The signature matches the algorithm.
                return (vec![self.key_is_another()], None);
            }
            findings.push(self.algorithm_is_another(actual));
        }
        let has_wrong_length = |findings: &[Finding]| {
            findings.iter().any(|finding| {
                matches!(
                    finding.cause(),
                    Cause::SignatureWrongLength | Cause::SignatureReadAsText
                )
            })
        };
        let mut repaired = None;
        match (explanation, reading.shown, reading.candidates.first()) {
            (Some(explanation), ..) => {
                repaired = explanation.repaired;
                findings.extend(explanation.of_signature);
                findings.extend(explanation.findings);
            }
            (None, Some(signature), _) => {
                findings.extend(reading.otherwise);
                findings.extend(hints::unexplained(self.key, self.algorithm, self.message, &signature));
            }
            (None, None, Some(candidate)) if !has_wrong_length(&reading.otherwise) => {
                findings.extend(reading.otherwise);
                findings.extend(hints::unexplained(
                    self.key,
                    self.algorithm,
                    self.message,
                    &candidate.signature,
                ));
            }
            (None, None, _) => {
                findings.extend(reading.otherwise);
                findings.extend(hints::key_of_other_size(self.key, self.algorithm, given));
            }
        }
        if findings.iter().any(|finding| is_of_a_digest(finding.cause())) {
            findings.extend(hints::too_long_for_raw(self.message));
        }
        (findings, repaired)
    }

    /// Explains how a signature was made, by its padding or by a changed input that verifies.
    fn explain(&mut self, reading: &Reading) -> Option<Explanation> {
        let candidates = reading.candidates.as_slice();
        match &self.key.key {
            Key::Rsa(_) => candidates
                .iter()
                .find_map(|candidate| self.read_padding(candidate))
                .or_else(|| {
                    reading.shown.as_ref()?;
                    let of_signature = candidates.first()?.findings.clone();
                    Some(Explanation {
                        of_signature,
                        ..rsa::explanation(None, vec![rsa::not_by_this_key()])
                    })
                }),
            Key::Ecdsa(_) | Key::Ed25519(_) | Key::MlDsa(_) | Key::Sm2(_) => self.search(candidates),
        }
    }

    /// The signature matches the key, but the algorithm is incompatible with the key.
    fn algorithm_is_another(&self, actual: Option<SigningAlgorithm>) -> Finding {
        let (algorithm, key_spec) = (self.algorithm, self.key.key_spec());
        let names: Vec<&str> = self.key.signing_algorithms().iter().map(|name| name.as_str()).collect();
        let mut found = format!(
            "A key of key spec {key_spec} does not support {algorithm}, only {}.",
            names.join(", ")
        );
        let advice = match actual {
            Some(actual) => {
                found.push_str(&format!(" The signature was made with {actual}."));
                Advice::call("If the signer should use it, pass it", Call::Algorithm(actual))
                    .then_say("Otherwise, get the key that it should sign with.")
            }
            None => {
                let mut advice = Advice::say(
                    "Pass the algorithm that the signer used, which is the SigningAlgorithm of the Sign response, or the key \
                     that it used.",
                );
                advice.0.extend(hints::get_the_key().0);
                advice
            }
        };
        Finding::certain(Cause::KeyIsForAnotherAlgorithm, found, advice)
    }

    /// The signature matches the algorithm, but the key is incompatible with both.
    fn key_is_another(&self) -> Finding {
        let (algorithm, key_spec) = (self.algorithm, self.key.key_spec());
        Finding::certain(
            Cause::KeyIsForAnotherAlgorithm,
            format!(
                "A key of key spec {key_spec} does not support {algorithm}, but the signature has the format of \
                 {algorithm}, so another key signed."
            ),
            hints::get_the_key(),
        )
    }
}

/// Whether a signature has a format of this algorithm.
fn is_of(algorithm: SigningAlgorithm, given: &[u8]) -> bool {
    KeySpec::ALL
        .iter()
        .filter(|key_spec| key_spec.signing_algorithms().contains(&algorithm))
        .any(|key_spec| signature::is_of(key_spec.signature_format(), given))
}

/// Whether this cause may result from a message that is too long for RAW.
fn is_of_a_digest(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::MessageDiffers
            | Cause::MessageHashedTwice
            | Cause::DigestIsHex
            | Cause::DigestIsBase64
            | Cause::MlDsaMuAndRaw
    )
}
