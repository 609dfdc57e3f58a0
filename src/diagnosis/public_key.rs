//! Explains why an input is not a valid public key.

use super::advice::{Advice, Call, Part, Step, origin};
use super::cause::Cause;
use super::dressed::describe;
use super::finding::{Diagnosis, Finding};
use crate::error::{Error, KeyError, KeyFormat};
use crate::public_key::PublicKey;
use crate::undress::{Bare, Dress, Thing, undress};

/// Explains why [`PublicKey::from_der_or_pem`] rejects an input, and how to get a public key from it. Requires the
/// feature `diagnosis`.
///
/// The outcome is that of [`PublicKey::from_der_or_pem`]. There is at most one finding,
/// [`Cause::PublicKeyEncoding`], and it is certain. If a key is inside the input, [`Diagnosis::repaired_public_key`]
/// returns it.
///
/// ```
/// use kms_verify::{Caller, Cause, Inputs, Source, diagnose_public_key};
///
/// let base64 = std::fs::read("cli/tests/data/public-key.b64")?;
/// let diagnosis = diagnose_public_key(&base64);
/// assert!(diagnosis.outcome().is_err());
/// let finding = &diagnosis.findings()[0];
/// assert_eq!(finding.cause(), Cause::PublicKeyEncoding);
/// assert!(diagnosis.repaired_public_key().is_some());
/// let inputs = Inputs { public_key: Source::File("key.b64"), ..Inputs::default() };
/// let advice = finding.advice_for(Caller::Shell(inputs));
/// assert!(advice.contains("base64 --decode < key.b64 > public_key.der"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn diagnose_public_key(input: &[u8]) -> Diagnosis {
    let outcome = PublicKey::from_der_or_pem(input).map(|_| ());
    let (findings, public_key) = match &outcome {
        Err(Error::PublicKey(error)) => {
            let (finding, public_key) = finding(input, error);
            (vec![finding], public_key)
        }
        _ => (Vec::new(), None),
    };
    Diagnosis {
        outcome,
        findings,
        verifications: 0,
        repaired: None,
        public_key,
    }
}

/// The finding, and the key inside the input.
fn finding(input: &[u8], error: &KeyError) -> (Finding, Option<PublicKey>) {
    if let KeyError::TooLong { .. } = error {
        let (found, advice) = bad_key(error);
        return (Finding::certain(Cause::PublicKeyEncoding, found, advice), None);
    }
    let search = undress(input, Thing::PublicKey, |bytes| {
        PublicKey::from_der_or_pem(bytes).is_ok()
    });
    let is_key = |error: &KeyError| !matches!(error, KeyError::OtherFormat { .. });
    // Where PEM is malformed is known better than that a key is somewhere in it.
    let is_pem = matches!(error, KeyError::Pem { .. });
    let fitting = search
        .fitting
        .into_iter()
        .next()
        .filter(|bare| !is_pem || !bare.is_cut_out());
    let inside = fitting.as_ref().and_then(|bare| bare.bytes.as_deref());
    let public_key = inside.and_then(|bytes| PublicKey::from_der_or_pem(bytes).ok());
    let (found, advice) = match (fitting, search.apparent) {
        (Some(bare), _) => dressed(&bare, None),
        // Unless the input is a key, and not a good one.
        (None, Some(bare)) if bare.bytes.is_none() || (!is_key(error) && !is_damaged_pem(&bare)) => {
            let inner = bare.bytes.as_deref().map(PublicKey::from_der_or_pem);
            match inner {
                Some(Err(Error::PublicKey(inner))) => dressed(&bare, Some(&inner)),
                _ => dressed(&bare, None),
            }
        }
        (None, _) => bad_key(error),
    };
    (Finding::certain(Cause::PublicKeyEncoding, found, advice), public_key)
}

/// Whether this is PEM whose label alone says what it is.
fn is_damaged_pem(bare: &Bare) -> bool {
    matches!(bare.layers.as_slice(), [layer] if layer.dress == Dress::Pem)
}

/// A key in other dresses than DER and PEM, or something else in a dress.
fn dressed(bare: &Bare, inner: Option<&KeyError>) -> (String, Advice) {
    let names: Vec<String> = bare.layers.iter().map(describe).collect();
    let mut found = format!(
        "The public key should be a SubjectPublicKeyInfo in DER or PEM, but this is {}.",
        names.join("; and inside that, ")
    );
    let get_it_again = |words: &str| Advice::call(words.to_owned(), Call::GetPublicKey);
    let last = bare.layers.last().map(|layer| layer.dress);
    let mut advice = match (inner, last) {
        (None, Some(Dress::PrivateKey)) => get_it_again(
            "KMS exports no private keys, so keep this file to yourself; a verifier needs only the public key",
        ),
        (None, Some(Dress::KmsName)) => get_it_again("Get the key that has this name"),
        (None, _) if bare.bytes.is_none() => get_it_again("The bytes cannot be recovered from this: get the key again"),
        (None, _) => Advice::default().then(Step::Undress {
            part: Part::PublicKey,
            layers: bare.layers.clone(),
            bytes: bare.bytes.clone(),
        }),
        (Some(error), _) => {
            let (words, advice) = bad_key(error);
            found.push_str(&format!(" What is inside is rejected: {words}"));
            advice
        }
    };
    if let Some(origin) = origin(Part::PublicKey, &bare.layers) {
        advice = advice.then(origin);
    }
    (found, advice)
}

/// What is not a key of KMS in any dress.
fn bad_key(error: &KeyError) -> (String, Advice) {
    let get_it_again = || Advice::call("Get it again and keep its bytes unchanged", Call::GetPublicKey);
    match error {
        KeyError::OtherFormat { found } => (
            format!("The public key should be a SubjectPublicKeyInfo in DER or PEM, but this is {found}."),
            match found {
                KeyFormat::Signature => Advice::say("Pass the public key here, and the signature in its own place."),
                KeyFormat::PemLabel(_) => Advice::call(
                    "The label of a KMS public key is \"PUBLIC KEY\": get the public key",
                    Call::GetPublicKey,
                ),
                KeyFormat::Certificate | KeyFormat::CertificateSigningRequest | KeyFormat::Pkcs1PublicKey => {
                    Advice::default()
                        .then(Step::Shell(found.remedy().to_owned()))
                        .then(Step::Code("Extract the SubjectPublicKeyInfo".into()))
                }
                _ => get_it_again(),
            },
        ),
        KeyError::TooLong { given, max } => (
            format!(
                "The input has {given} bytes, but a public key has at most 2614. Inputs over {max} bytes are \
                 rejected."
            ),
            get_it_again(),
        ),
        KeyError::Pem { problem } => (
            format!("The PEM text of the public key is malformed: {problem}."),
            Advice::say(
                "A PEM public key is a line -----BEGIN PUBLIC KEY-----, lines of base64, and a line -----END PUBLIC \
                 KEY-----.",
            )
            .then_call("Get it again", Call::GetPublicKey),
        ),
        KeyError::Encoding { problem } => (
            format!("The public key is damaged, or not encoded as KMS exports it: {problem}."),
            get_it_again(),
        ),
        KeyError::NotFromKms { reason } => (
            format!("This is not the public key of a KMS signing key: {reason}."),
            Advice::say("Use the public key of a KMS signing key.").then_call("Get it", Call::GetPublicKey),
        ),
    }
}
