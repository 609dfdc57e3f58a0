//! Verifies the `COSE_Sign1` messages of [`coset`] (RFC 9052) with keys of AWS KMS.

#![forbid(unsafe_code)]

use coset::iana::EnumI64 as _;
use coset::{CoseSign1, RegisteredLabelWithPrivate};
use kms_verify::{KeySpec, Message, Signature, SigningAlgorithm, VerifyingKey};

/// Why a message was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The protected header has no algorithm, or another than that of the key.
    #[error("the algorithm of the message is not that of the key")]
    Algorithm,
    /// The message has extensions that must be understood (`crit`), and none is.
    #[error("the message has critical headers")]
    Critical,
    /// The message contains its payload although it was given, or does not contain it.
    #[error("the payload is not where it was expected")]
    Payload,
    /// The signature does not verify.
    #[error("signature verification failed")]
    InvalidSignature,
}

/// Verifies a message with a key, and returns its payload.
///
/// - The algorithm in the protected header must be that of the key. An algorithm in the unprotected header is ignored.
/// - Messages with critical headers are rejected (RFC 9052 section 3.1).
/// - ECDSA signatures are r || s (RFC 9053 section 2.1).
/// - `external_aad` is what the application signs in addition, often empty.
///
/// The key identifier of a message is `sign1.protected.header.key_id`, or the same of `unprotected`. Use it to find the key
/// among those that you trust.
///
/// # Errors
///
/// See [`Error`].
pub fn verify<'m>(sign1: &'m CoseSign1, key: &VerifyingKey, external_aad: &[u8]) -> Result<&'m [u8], Error> {
    let payload = sign1.payload.as_deref().ok_or(Error::Payload)?;
    verify_signature(sign1, key, &sign1.tbs_data(external_aad))?;
    Ok(payload)
}

/// Verifies a message without its payload, as [`verify`] does.
///
/// # Errors
///
/// See [`Error`].
pub fn verify_detached(
    sign1: &CoseSign1,
    payload: &[u8],
    key: &VerifyingKey,
    external_aad: &[u8],
) -> Result<(), Error> {
    if sign1.payload.is_some() {
        return Err(Error::Payload);
    }
    verify_signature(sign1, key, &sign1.tbs_detached_data(payload, external_aad))
}

fn verify_signature(sign1: &CoseSign1, key: &VerifyingKey, signed: &[u8]) -> Result<(), Error> {
    let header = &sign1.protected.header;
    if !header.crit.is_empty() || !sign1.unprotected.crit.is_empty() {
        return Err(Error::Critical);
    }
    let algorithm = key.algorithm();
    let of_message = match &header.alg {
        Some(RegisteredLabelWithPrivate::Assigned(name)) => name.to_i64(),
        Some(RegisteredLabelWithPrivate::PrivateUse(number)) => *number,
        Some(RegisteredLabelWithPrivate::Text(_)) | None => return Err(Error::Algorithm),
    };
    if !cose_algorithms(algorithm, key.public_key().key_spec()).contains(&of_message) {
        return Err(Error::Algorithm);
    }
    let signature = if is_ecdsa(algorithm) {
        Signature::from_p1363(algorithm, &sign1.signature)
    } else {
        Signature::from_kms(algorithm, &sign1.signature)
    };
    signature
        .and_then(|signature| key.verify_signature(Message::Raw(signed), &signature))
        .map_err(|_| Error::InvalidSignature)
}

fn is_ecdsa(algorithm: SigningAlgorithm) -> bool {
    use SigningAlgorithm::{EcdsaSha256, EcdsaSha384, EcdsaSha512};
    [EcdsaSha256, EcdsaSha384, EcdsaSha512].contains(&algorithm)
}

/// The numbers of an algorithm in the registry of COSE: RFC 8812 section 2 and 3.2, RFC 9053 section 2, RFC 9864
/// section 3, RFC 9964. SM2 and Ed25519ph have none.
fn cose_algorithms(algorithm: SigningAlgorithm, key_spec: KeySpec) -> &'static [i64] {
    match (algorithm, key_spec) {
        (SigningAlgorithm::EcdsaSha256, KeySpec::EccNistP256) => &[-7, -9],
        (SigningAlgorithm::EcdsaSha256, KeySpec::EccSecgP256k1) => &[-47],
        (SigningAlgorithm::EcdsaSha384, KeySpec::EccNistP384) => &[-35, -51],
        (SigningAlgorithm::EcdsaSha512, KeySpec::EccNistP521) => &[-36, -52],
        (SigningAlgorithm::Ed25519Sha512, _) => &[-8, -19],
        (SigningAlgorithm::RsassaPssSha256, _) => &[-37],
        (SigningAlgorithm::RsassaPssSha384, _) => &[-38],
        (SigningAlgorithm::RsassaPssSha512, _) => &[-39],
        (SigningAlgorithm::RsassaPkcs1V15Sha256, _) => &[-257],
        (SigningAlgorithm::RsassaPkcs1V15Sha384, _) => &[-258],
        (SigningAlgorithm::RsassaPkcs1V15Sha512, _) => &[-259],
        (SigningAlgorithm::MlDsaShake256, KeySpec::MlDsa44) => &[-48],
        (SigningAlgorithm::MlDsaShake256, KeySpec::MlDsa65) => &[-49],
        (SigningAlgorithm::MlDsaShake256, KeySpec::MlDsa87) => &[-50],
        _ => &[],
    }
}
