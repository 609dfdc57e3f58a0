//! What a diagnosis consists of.

use core::fmt;

use super::cause::Cause;
use crate::error::Error;

/// The answer to "why does this not verify?": the outcome, and what was found about it.
///
/// The outcome is that of the verification as it was asked for. No finding changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    pub(super) outcome: Result<(), Error>,
    pub(super) findings: Vec<Finding>,
    pub(super) verifications: usize,
}

impl Diagnosis {
    /// The most verifications that a diagnosis makes, beyond the one that is its outcome. Only where the signature may be
    /// either of two, with a message that has every form at once, is something left untried.
    pub const MAX_VERIFICATIONS: usize = 52;

    /// The longest RAW message in bytes that is tried in rewritten forms (other line ends, base64 and the like). Of a
    /// longer one only its digest, and the message without something at its ends, are tried. 1 MiB.
    pub const MAX_REWRITTEN: usize = 1024 * 1024;

    /// The most verifications that a diagnosis makes of a RAW message of more than [`MAX_REWRITTEN`](Self::MAX_REWRITTEN)
    /// bytes, each of which hashes it once. Its digests are made a few times besides.
    pub const MAX_VERIFICATIONS_OF_LONG: usize = 24;

    /// What verifying gives, with the same inputs as the diagnosis: not more and not less.
    ///
    /// # Errors
    ///
    /// The error that verifying gives.
    pub fn outcome(&self) -> Result<(), Error> {
        self.outcome.clone()
    }

    /// What was found: certain findings first, in the order of [`Cause`]; then hints, the likeliest first. No cause comes
    /// twice. Empty if the outcome is `Ok`.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many verifications were made beyond the one that is the outcome: at most
    /// [`MAX_VERIFICATIONS`](Self::MAX_VERIFICATIONS).
    #[must_use]
    pub fn verifications(&self) -> usize {
        self.verifications
    }
}

impl fmt::Display for Diagnosis {
    /// The outcome and the findings, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(()) => f.write_str("the signature is valid")?,
            Err(error) => write!(f, "{error}")?,
        }
        self.findings.iter().try_for_each(|finding| write!(f, "\n{finding}"))
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) cause: Cause,
    pub(super) certain: bool,
    pub(super) found: String,
    pub(super) advice: String,
}

impl Finding {
    pub(super) fn certain(cause: Cause, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            cause,
            certain: true,
            found: found.into(),
            advice: advice.into(),
        }
    }

    pub(super) fn hint(cause: Cause, found: impl Into<String>, advice: impl Into<String>) -> Self {
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

    /// Whether this is shown rather than guessed: the inputs verified once this was changed, or the padding inside an
    /// RSA signature says it, or the inputs as they are can never verify because of it. Otherwise it is a hint.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    /// What was found, in whole sentences.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What to try, in whole sentences, with the command or the call.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = if self.certain { "" } else { " (perhaps)" };
        write!(f, "{}{hint}: {} {}", self.cause, self.found, self.advice)
    }
}
