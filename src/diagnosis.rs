//! Why did it fail, and what to do? Off the path of verification: nothing in this crate uses it.
//!
//! A diagnosis verifies again with inputs that people mistake for the right ones, and reads what an RSA signature
//! shows. It describes. What is accepted is decided by verification alone, whose outcome it repeats.

mod ber;
mod cause;
mod encoded_message;
mod explanation;
mod finding;
mod hash;
mod hints;
mod other_digests;
mod public_key;
mod recover;
mod rsa;
mod search;
mod signature;
mod signature_format;
mod text;
mod variants;

pub use cause::Cause;
pub use finding::{Diagnosis, Finding};
pub use public_key::diagnose_public_key;

use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::error::Error;
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::Key;
use search::{Explanation, Search};

use signature::{Candidate, Reading};

/// Says why a signature does not verify, and what to try.
///
/// The inputs are those of [`PublicKey::verify`], and the outcome is the same, always: what verifies after a change is a
/// finding, never a success. Meant for people and logs, not for decisions.
///
/// # Work
///
/// None if the signature is valid. Otherwise at most [`Diagnosis::MAX_VERIFICATIONS`] more verifications, the likeliest and
/// cheapest first, each of which hashes the message, or a form of it of at most twice its length, once. With P-384 and
/// P-521 they take most time; after the first ten the tables of the key are made, which pay by then. A RAW message of more
/// than [`Diagnosis::MAX_REWRITTEN`] bytes is not copied, and verified at most [`Diagnosis::MAX_VERIFICATIONS_OF_LONG`]
/// times. Of a signature of more than 64 KiB only the length is inspected. [`Diagnosis::verifications`] says how many were
/// made.
///
/// On a busy x86-64 core that was up to 20 ms for a short message, 0.4 s for one of 1 MiB, and 60 ms for each MiB of a
/// longer one. So a diagnosis takes far longer than a verification: a service should not make one for every signature
/// that it rejects.
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
        };
    }
    let mut search = Search {
        key: public_key,
        algorithm,
        message,
        made: 0,
        precomputed: None,
    };
    let reading = signature::read(public_key.key_spec().signature_format(), signature);
    let mut findings = search.findings(&outcome, signature, reading);
    // What is certain comes first, in the order of the causes; hints stay in theirs, the likeliest first.
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
    }
}

impl Search<'_> {
    fn findings(&mut self, outcome: &Result<(), Error>, given: &[u8], reading: Reading) -> Vec<Finding> {
        let explanation = self.explain(&reading.candidates);
        let may_be_of_key = reading.fits();
        let mut findings = reading.layers;
        if matches!(outcome, Err(Error::IncompatibleAlgorithm { .. })) {
            let actual = explanation.as_ref().and_then(|explanation| explanation.algorithm);
            // A signature of a small curve has the form of one of a larger curve too, and says nothing of the two.
            if actual.is_none() && !may_be_of_key && is_of(self.algorithm, given) {
                // Then nothing is wrong with the signature, nor with the algorithm.
                return vec![self.key_is_another()];
            }
            findings.push(self.algorithm_is_another(actual));
        }
        let of_wrong_length =
            matches!(&reading.refusal, Some(refusal) if refusal.cause() == Cause::SignatureWrongLength);
        match (explanation, reading.candidates.first()) {
            (Some(explanation), _) => {
                findings.extend(explanation.repair);
                findings.extend(explanation.findings);
            }
            (None, Some(candidate)) if !of_wrong_length => {
                findings.extend(reading.refusal);
                findings.extend(hints::unexplained(
                    self.key,
                    self.algorithm,
                    self.message,
                    &candidate.signature,
                ));
            }
            (None, _) => {
                findings.extend(reading.refusal);
                findings.extend(hints::key_of_other_size(self.key, self.algorithm, given));
            }
        }
        if findings.iter().any(|finding| is_of_a_digest(finding.cause())) {
            findings.extend(hints::too_long_for_raw(self.message));
        }
        findings
    }

    /// What shows how a signature was made: its padding, or a changed input that verifies.
    fn explain(&mut self, candidates: &[Candidate]) -> Option<Explanation> {
        match &self.key.key {
            Key::Rsa(_) => candidates.iter().find_map(|candidate| self.read_padding(candidate)),
            Key::Ecdsa(_) | Key::Ed25519(_) | Key::MlDsa(_) | Key::Sm2(_) => self.search(candidates),
        }
    }

    /// The key and the signature go together, and the algorithm does not go with the key.
    fn algorithm_is_another(&self, actual: Option<SigningAlgorithm>) -> Finding {
        let (algorithm, key_spec) = (self.algorithm, self.key.key_spec());
        let names: Vec<&str> = self.key.signing_algorithms().iter().map(|name| name.as_str()).collect();
        let mut found = format!(
            "A key of key spec {key_spec} never has {algorithm}; it has {}.",
            names.join(", ")
        );
        let advice = match actual {
            Some(actual) => {
                found.push_str(&format!(" The signature is one of {actual}."));
                format!(
                    "If that is what the signer was to use, pass --signing-algorithm {actual}; in Rust, \
                     SigningAlgorithm::{actual:?}. If not, get the key that it was to sign with."
                )
            }
            None => format!(
                "Pass the algorithm that the signer used, which the Sign response has as SigningAlgorithm; or the key that it \
                 used. {}",
                hints::GET_THE_KEY
            ),
        };
        Finding::certain(Cause::KeyIsForAnotherAlgorithm, found, advice)
    }

    /// The algorithm and the signature go together, and the key does not go with them.
    fn key_is_another(&self) -> Finding {
        let (algorithm, key_spec) = (self.algorithm, self.key.key_spec());
        Finding::certain(
            Cause::KeyIsForAnotherAlgorithm,
            format!(
                "A key of key spec {key_spec} never has {algorithm}, and the signature has the form of one of {algorithm}. So \
                 this is not the key that signed."
            ),
            hints::GET_THE_KEY,
        )
    }
}

/// Whether a signature has the form of one of this algorithm.
fn is_of(algorithm: SigningAlgorithm, given: &[u8]) -> bool {
    KeySpec::ALL
        .iter()
        .filter(|key_spec| key_spec.signing_algorithms().contains(&algorithm))
        .any(|key_spec| signature::read(key_spec.signature_format(), given).fits())
}

/// Whether this cause may lie in how the signer sent a message to KMS that is too long for it.
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
