//! One call of `diagnose`, and assertions about its result.

use std::collections::BTreeSet;

use kms_verify::{Caller, Cause, Diagnosis, Inputs, Message, MessageType, PublicKey, SigningAlgorithm, diagnose};
pub use kms_verify_testing::dresses::{base64, base64url, hex, lines, python, utf16};
use kms_verify_testing::forge::Hash;
use kms_verify_testing::vectors::Vector;

/// The inputs of a verification.
#[derive(Clone, Debug)]
pub struct Case {
    pub key: PublicKey,
    pub algorithm: SigningAlgorithm,
    pub message_type: MessageType,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Case {
    pub fn of(vector: &Vector) -> Self {
        Self {
            key: vector.public_key(),
            algorithm: vector.algorithm,
            message_type: vector.message_type,
            message: vector.message.clone(),
            signature: vector.signature.clone(),
        }
    }

    pub fn with_signature(mut self, signature: impl Into<Vec<u8>>) -> Self {
        self.signature = signature.into();
        self
    }

    pub fn with_message(mut self, message_type: MessageType, message: impl Into<Vec<u8>>) -> Self {
        self.message_type = message_type;
        self.message = message.into();
        self
    }

    pub fn with_algorithm(mut self, algorithm: SigningAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    pub fn with_key(mut self, key: PublicKey) -> Self {
        self.key = key;
        self
    }

    pub fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }

    /// The diagnosis, after checking what must hold for every diagnosis.
    #[track_caller]
    pub fn diagnose(&self) -> Diagnosis {
        let diagnosis = diagnose(&self.key, self.algorithm, self.message(), &self.signature);
        let verdict = self.key.verify(self.algorithm, self.message(), &self.signature);
        assert_eq!(diagnosis.outcome(), verdict, "the outcome is not that of verification");
        assert!(diagnosis.verifications() <= Diagnosis::MAX_VERIFICATIONS);
        if verdict.is_ok() {
            assert!(
                diagnosis.findings().is_empty() && diagnosis.verifications() == 0,
                "{diagnosis}"
            );
        } else {
            assert!(!diagnosis.findings().is_empty(), "nothing is said of {self:?}");
        }
        self.check_repaired(&diagnosis);
        let (certain, hints): (Vec<_>, Vec<_>) = diagnosis.findings().iter().partition(|finding| finding.is_certain());
        assert!(
            diagnosis.findings().iter().eq(certain.iter().chain(&hints).copied()),
            "{diagnosis}"
        );
        assert!(
            certain.is_sorted_by(|one, next| one.cause() < next.cause()),
            "{diagnosis}"
        );
        assert_eq!(
            causes(&diagnosis).into_iter().collect::<BTreeSet<_>>().len(),
            diagnosis.findings().len()
        );
        for finding in diagnosis.findings() {
            let callers = [
                Caller::Shell(Inputs::default()),
                Caller::Rust,
                Caller::Python,
                Caller::Node,
                Caller::Go,
                Caller::Java,
            ];
            let advice = callers.map(|caller| finding.advice_for(caller));
            for words in advice.iter().map(String::as_str).chain([finding.found()]) {
                assert!(words.len() > 20 && words.ends_with(['.', ')']), "{finding:?}: {words}");
                assert!(!words.contains("  ") || words.contains("  -"), "{words}");
                assert!(!words.contains(char::is_control), "{words:?}");
            }
            for words in &advice[1..] {
                // The name of a dress may name the flag that made it.
                let words = words.replace("with --output", "");
                assert!(!words.contains("--") && !words.contains(" | "), "not for code: {words}");
            }
        }
        diagnosis
    }

    /// What is repaired verifies, differs from what was given, and is explained by a certain finding.
    #[track_caller]
    fn check_repaired(&self, diagnosis: &Diagnosis) {
        let Some(repaired) = diagnosis.repaired() else { return };
        assert!(diagnosis.outcome().is_err() && diagnosis.findings()[0].is_certain());
        let message = repaired.message().unwrap_or(&self.message);
        let signature = repaired.signature().unwrap_or(&self.signature);
        let message = Message::new(repaired.message_type(), message);
        assert_eq!(
            self.key.verify(repaired.signing_algorithm(), message, signature),
            Ok(()),
            "{diagnosis}"
        );
        assert!(repaired.message() != Some(&self.message) && repaired.signature() != Some(&self.signature));
    }

    /// Asserts that this cause comes first and is certain.
    #[track_caller]
    pub fn assert_shown(&self, cause: Cause, what: &str) -> Diagnosis {
        let diagnosis = self.diagnose();
        let first = &diagnosis.findings()[0];
        assert_eq!(
            (first.cause(), first.is_certain()),
            (cause, true),
            "{what}: {diagnosis}"
        );
        diagnosis
    }

    /// Asserts that nothing is certain, and this cause is among the hints.
    #[track_caller]
    pub fn assert_hinted(&self, cause: Cause, what: &str) -> Diagnosis {
        let diagnosis = self.diagnose();
        let findings = diagnosis.findings();
        assert!(
            findings.iter().all(|finding| !finding.is_certain()),
            "{what}: {diagnosis}"
        );
        assert!(
            findings.iter().any(|finding| finding.cause() == cause),
            "{what}: {diagnosis}"
        );
        diagnosis
    }
}

pub fn causes(diagnosis: &Diagnosis) -> Vec<Cause> {
    diagnosis.findings().iter().map(|finding| finding.cause()).collect()
}

/// The digest of a message for this algorithm, and its message type. `None` for pure Ed25519.
pub fn digest(key: &PublicKey, algorithm: SigningAlgorithm, message: &[u8]) -> Option<(MessageType, Vec<u8>)> {
    match algorithm {
        SigningAlgorithm::Sm2Dsa => {
            let digest = key.sm2_digest(b"1234567812345678", message).unwrap();
            Some((MessageType::Digest, digest.to_vec()))
        }
        SigningAlgorithm::MlDsaShake256 => Some((MessageType::ExternalMu, key.external_mu(message).unwrap().to_vec())),
        _ => Some((MessageType::Digest, Hash::of(algorithm)?.digest(message))),
    }
}
