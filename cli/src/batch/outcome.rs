//! The result of a line of the manifest.

use serde::Serialize;

use super::binding::{Binding, Chain};
use crate::failure::{Failure, Service};
use crate::printable;

/// The only exception that means that the signature is not valid.
const INVALID: &str = "KMSInvalidSignatureException";

/// The fields of a result. `Id` is copied from the line; the name of the key never is.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Outcome {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// The name in the key ring of the key, if it was found.
    pub(super) key_id: Option<String>,
    /// The fingerprint of the key, if it is the line's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_key_fingerprint: Option<String>,
    /// `None` if the line could not be verified.
    signature_valid: Option<bool>,
    pub(super) signing_algorithm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// A result as written.
pub(super) struct Sealed {
    pub(super) text: String,
    pub(super) signature_valid: Option<bool>,
}

impl Outcome {
    pub(super) fn new(line: u64) -> Self {
        Self {
            line,
            id: None,
            key_id: None,
            public_key_fingerprint: None,
            signature_valid: None,
            signing_algorithm: None,
            error: None,
            message: None,
        }
    }

    pub(super) fn set(&mut self, result: Result<(), Failure>) {
        match result {
            Ok(()) => self.signature_valid = Some(true),
            Err(failure) => {
                self.error = Some(failure.name());
                self.message = Some(failure.sentence());
                if matches!(failure, Failure::Service(Service { exception, .. }) if exception == INVALID) {
                    self.signature_valid = Some(false);
                }
            }
        }
    }

    /// Formats the result, and binds it to its line.
    pub(super) fn seal(&self, binding: &Binding, chain: Chain) -> Result<Sealed, Failure> {
        let json = serde_json::to_string(self).map_err(|error| {
            Failure::Io(format!(
                "the result of line {} could not be written: {error}",
                self.line
            ))
        })?;
        let fields = json.strip_suffix('}').unwrap_or(&json);
        Ok(Sealed {
            text: binding.seal(chain, &printable::json(fields)),
            signature_valid: self.signature_valid,
        })
    }
}
