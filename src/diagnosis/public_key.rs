//! Explains why an input is not a valid public key.

use super::cause::Cause;
use super::finding::{Diagnosis, Finding};
use crate::error::{Error, KeyError};
use crate::public_key::PublicKey;

/// Explains why [`PublicKey::from_der_or_pem`] rejects an input, and how to get a public key from it. Requires the
/// feature `diagnosis`.
///
/// The outcome is that of [`PublicKey::from_der_or_pem`]. There is at most one finding,
/// [`Cause::PublicKeyEncoding`], and it is certain.
///
/// ```
/// use kms_verify::{Cause, diagnose_public_key};
///
/// let diagnosis = diagnose_public_key(b"-----BEGIN CERTIFICATE-----\n...");
/// assert!(diagnosis.outcome().is_err());
/// let finding = &diagnosis.findings()[0];
/// assert_eq!(finding.cause(), Cause::PublicKeyEncoding);
/// assert!(finding.advice().contains("openssl x509 -pubkey -noout"));
/// ```
#[must_use]
pub fn diagnose_public_key(input: &[u8]) -> Diagnosis {
    let outcome = PublicKey::from_der_or_pem(input).map(|_| ());
    let findings = match &outcome {
        Err(Error::PublicKey(error)) => vec![finding(error)],
        _ => Vec::new(),
    };
    Diagnosis {
        outcome,
        findings,
        verifications: 0,
    }
}

const GET_IT_AGAIN: &str = "Get it again and keep its bytes unchanged: aws kms get-public-key --key-id ARN --output \
     text --query PublicKey | base64 --decode > public_key.der.";

fn finding(error: &KeyError) -> Finding {
    let (found, advice): (String, String) = match error {
        KeyError::OtherFormat { found } => (
            format!("The public key should be a SubjectPublicKeyInfo in DER or PEM, but this is {found}."),
            sentence(found.remedy()),
        ),
        KeyError::TooLong { given, max } => (
            format!(
                "The input has {given} bytes, but a public key has at most 2614. Inputs over {max} bytes are \
                 rejected."
            ),
            GET_IT_AGAIN.into(),
        ),
        KeyError::Pem { problem } => (
            format!("The PEM text of the public key is malformed: {problem}."),
            "A PEM public key is a line -----BEGIN PUBLIC KEY-----, lines of base64, and a line -----END PUBLIC \
             KEY-----. Create it with openssl pkey -pubin -inform DER -in public_key.der."
                .into(),
        ),
        KeyError::Encoding { problem } => (
            format!("The public key is damaged, or not encoded as KMS exports it: {problem}."),
            GET_IT_AGAIN.into(),
        ),
        KeyError::NotFromKms { reason } => (
            format!("This is not the public key of a KMS signing key: {reason}."),
            format!("Use the public key of a KMS signing key. {GET_IT_AGAIN}"),
        ),
    };
    Finding::certain(Cause::PublicKeyEncoding, found, advice)
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut characters = clause.chars();
    characters
        .next()
        .map(|first| format!("{}{}.", first.to_ascii_uppercase(), characters.as_str()))
        .unwrap_or_default()
}
