//! What is wrong with an input that should be a public key.

use super::cause::Cause;
use super::finding::{Diagnosis, Finding};
use crate::error::{Error, KeyError, KeyFormat};
use crate::public_key::PublicKey;

/// Says what an input is that [`PublicKey::from_der_or_pem`] refuses, and how to get a public key from it.
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

const GET_IT_AGAIN: &str = "Get it again and keep its bytes as they are: aws kms get-public-key --key-id ARN --output text \
     --query PublicKey | base64 --decode > public_key.der.";

fn finding(error: &KeyError) -> Finding {
    let (found, advice): (String, String) = match error {
        KeyError::OtherFormat { found, .. } => (
            format!("The public key should be a SubjectPublicKeyInfo, as DER or PEM, and this is {found}."),
            advice(found),
        ),
        KeyError::TooLong { given, max } => (
            format!("The input has {given} bytes, and a public key has at most 2614. Over {max}, none is looked at."),
            GET_IT_AGAIN.into(),
        ),
        KeyError::Pem { problem } => (
            format!("The PEM text of the public key is malformed: {problem}."),
            "A PEM public key is a line -----BEGIN PUBLIC KEY-----, lines of base64, and a line -----END PUBLIC KEY-----. \
             Write it with openssl pkey -pubin -inform DER -in public_key.der."
                .into(),
        ),
        KeyError::Encoding { problem } => (
            format!("The public key is damaged, or written otherwise than KMS writes it: {problem}."),
            GET_IT_AGAIN.into(),
        ),
        KeyError::NotFromKms { reason } => (
            format!("This is a public key that KMS cannot have made for signing: {reason}."),
            format!("It belongs to something else than a KMS signing key. {GET_IT_AGAIN}"),
        ),
    };
    Finding::certain(Cause::PublicKeyEncoding, found, advice)
}

/// How to get from another format to what is wanted.
fn advice(format: &KeyFormat) -> String {
    match format {
        KeyFormat::Certificate => {
            "Take the public key out of it: openssl x509 -pubkey -noout -in certificate.pem > public_key.pem (with \
             -inform DER if it is not PEM)."
        }
        KeyFormat::CertificateSigningRequest => {
            "Take the public key out of it: openssl req -pubkey -noout -in request.pem > public_key.pem (with -inform DER \
             if it is not PEM)."
        }
        KeyFormat::Pkcs1PublicKey => {
            "Convert it: openssl rsa -RSAPublicKey_in -in key.pem -pubout > public_key.pem (with -inform DER if it is not \
             PEM)."
        }
        KeyFormat::PrivateKey => {
            return format!(
                "KMS exports no private keys: keep this file to yourself. A verifier needs the public key only. \
                 {GET_IT_AGAIN}"
            );
        }
        KeyFormat::Base64 => {
            "Decode it: base64 --decode < public_key.b64 > public_key.der; or put a line -----BEGIN PUBLIC KEY----- before \
             it and a line -----END PUBLIC KEY----- after it."
        }
        KeyFormat::Json => {
            "Take the field PublicKey out of it and decode it: jq -r .PublicKey key.json | base64 --decode > \
             public_key.der."
        }
        KeyFormat::PemLabel(_) => return format!("The label of a public key is PUBLIC KEY. {GET_IT_AGAIN}"),
        KeyFormat::PemNotFirst => {
            "Remove what stands before the line -----BEGIN PUBLIC KEY-----, white space and a byte order mark too: \
             sed -n '/-----BEGIN PUBLIC KEY-----/,$p'."
        }
        KeyFormat::Hex => "Decode it: xxd -r -p public_key.hex > public_key.der.",
        KeyFormat::Pem => "Parse it as PEM: PublicKey::from_pem, or PublicKey::from_der_or_pem for either.",
        KeyFormat::Signature => "The public key and the signature are in each other's place: exchange them.",
        KeyFormat::Utf16 => "Convert it: iconv -f UTF-16 -t UTF-8 public_key.txt > public_key.pem.",
        KeyFormat::Empty | KeyFormat::OpenSsh | KeyFormat::RawKey | KeyFormat::Unknown => GET_IT_AGAIN,
    }
    .to_owned()
}
