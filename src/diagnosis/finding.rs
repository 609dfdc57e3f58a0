//! A diagnosis and its findings.

use core::fmt;

use super::advice::{Advice, Caller};
use super::cause::Cause;
use super::repaired::Repaired;
use crate::error::Error;
use crate::public_key::PublicKey;

/// The outcome of a verification and the findings that explain it. Requires the feature `diagnosis`.
///
/// The outcome is that of the requested verification. Findings do not change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    pub(super) outcome: Result<(), Error>,
    pub(super) findings: Vec<Finding>,
    pub(super) verifications: usize,
    pub(super) repaired: Option<Repaired>,
    pub(super) public_key: Option<PublicKey>,
}

impl Diagnosis {
    /// The maximum number of verifications in addition to the one that is the outcome. Candidates are left untried only
    /// if the signature has two readings and the message combines every form.
    pub const MAX_VERIFICATIONS: usize = 320;

    /// The maximum length in bytes of a RAW message that is tried in rewritten forms (such as other line endings, or
    /// base64): 1 MiB. For a longer message, only its digest, and the message without a newline or a byte order mark,
    /// are tried.
    pub const MAX_REWRITTEN: usize = 1024 * 1024;

    /// The maximum number of verifications with a RAW message longer than [`MAX_REWRITTEN`](Self::MAX_REWRITTEN) bytes.
    /// Each hashes the message once, and a few digests of it are computed in addition.
    pub const MAX_VERIFICATIONS_OF_LONG: usize = 32;

    /// The result of verification with the same inputs.
    ///
    /// # Errors
    ///
    /// The error of verification.
    pub fn outcome(&self) -> Result<(), Error> {
        self.outcome.clone()
    }

    /// The findings: certain findings in the order of [`Cause`], then hints, the most likely first. Each cause occurs
    /// at most once. Empty if the outcome is `Ok`.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The inputs with which the signature verifies. `None` if the outcome is `Ok`, if no changed input verified, or if
    /// the signer has to sign again because KMS cannot have made this signature. A public key that would only fit the
    /// signature is never among them: for any ECDSA signature, there are keys with which it verifies.
    #[must_use]
    pub fn repaired(&self) -> Option<&Repaired> {
        self.repaired.as_ref()
    }

    /// The public key that [`diagnose_public_key`](crate::diagnose_public_key) found inside an input that is not a valid
    /// public key. `None` for a valid public key, if there is no key inside, and for any other diagnosis.
    #[must_use]
    pub fn repaired_public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }

    /// The number of verifications in addition to the one that is the outcome: at most
    /// [`MAX_VERIFICATIONS`](Self::MAX_VERIFICATIONS).
    #[must_use]
    pub fn verifications(&self) -> usize {
        self.verifications
    }
}

impl fmt::Display for Diagnosis {
    /// Shows the outcome and the findings, one per line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(()) => f.write_str("the signature is valid")?,
            Err(error) => write!(f, "{error}")?,
        }
        self.findings.iter().try_for_each(|finding| write!(f, "\n{finding}"))
    }
}

/// A possible cause of a failed verification, with advice. Requires the feature `diagnosis`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) cause: Cause,
    pub(super) certain: bool,
    pub(super) found: String,
    pub(super) advice: Advice,
}

impl Finding {
    pub(super) fn certain(cause: Cause, found: impl Into<String>, advice: Advice) -> Self {
        Self {
            cause,
            certain: true,
            found: found.into(),
            advice,
        }
    }

    pub(super) fn hint(cause: Cause, found: impl Into<String>, advice: Advice) -> Self {
        Self {
            certain: false,
            ..Self::certain(cause, found, advice)
        }
    }

    /// The cause.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// Whether the finding is certain rather than a hint: the inputs verify after the change, the padding of an RSA
    /// signature shows it, or the inputs can never verify because of it.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    /// The description of the finding, in full sentences.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The advice on how to fix the cause, in full sentences, with calls of this crate and of `aws-sdk-kms`: that of
    /// [`advice_for`](Self::advice_for) [`Caller::Rust`].
    #[must_use]
    pub fn advice(&self) -> String {
        self.advice_for(Caller::Rust)
    }

    /// The advice on how to fix the cause, in full sentences, with the commands or the calls of this caller.
    #[must_use]
    pub fn advice_for(&self, caller: Caller<'_>) -> String {
        self.advice.words(caller)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = if self.certain { "" } else { " (perhaps)" };
        write!(f, "{}{hint}: {} {}", self.cause, self.found, self.advice())
    }
}
