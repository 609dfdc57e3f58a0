//! The traits for public keys of the crate `spki`, which the crate `pkcs8` exports too.

use alloc::vec::Vec;

use spki::der::{Any, Decode as _, Document};
use spki::{
    AlgorithmIdentifierOwned, DecodePublicKey, DynAssociatedAlgorithmIdentifier, DynSignatureAlgorithmIdentifier,
    EncodePublicKey, Error as SpkiError, ObjectIdentifier, SubjectPublicKeyInfoRef,
};

use crate::der::{push_element, push_unsigned, tag};
use crate::{Error, KeySpec, PublicKey, SigningAlgorithm, VerifyingKey};

impl PublicKey {
    /// The key of a RustCrypto crate (`rsa`, `p256`, `p384`, `p521`, `k256`, `ed25519-dalek`, `ml-dsa` and others), or of
    /// any type that encodes itself as a SubjectPublicKeyInfo. Requires the feature `pkcs8`.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der), and as for an empty input if the key cannot be encoded.
    pub fn from_rustcrypto(key: &impl EncodePublicKey) -> Result<Self, Error> {
        match key.to_public_key_der() {
            Ok(document) => Self::from_der(document.as_bytes()),
            Err(_) => Self::from_der(&[]),
        }
    }
}

/// Requires the feature `pkcs8`. The document is [`PublicKey::as_der`].
impl EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> Result<Document, SpkiError> {
        Ok(Document::try_from(self.as_der())?)
    }
}

/// Requires the feature `pkcs8`. The document is [`PublicKey::as_der`].
impl EncodePublicKey for VerifyingKey {
    fn to_public_key_der(&self) -> Result<Document, SpkiError> {
        self.public_key().to_public_key_der()
    }
}

/// Requires the feature `pkcs8`. Accepts exactly what [`PublicKey::from_der`] accepts. That function says why it rejects a
/// key; here the error is always [`spki::Error::KeyMalformed`].
impl DecodePublicKey for PublicKey {
    fn from_public_key_der(der: &[u8]) -> Result<Self, SpkiError> {
        Self::from_der(der).map_err(|_| SpkiError::KeyMalformed)
    }
}

/// Requires the feature `pkcs8`. The AlgorithmIdentifier in the SubjectPublicKeyInfo of the key.
impl DynAssociatedAlgorithmIdentifier for PublicKey {
    fn algorithm_identifier(&self) -> Result<AlgorithmIdentifierOwned, SpkiError> {
        Ok(SubjectPublicKeyInfoRef::from_der(self.as_der())?.algorithm.into())
    }
}

/// Requires the feature `pkcs8`. The AlgorithmIdentifier of signatures in X.509 and CMS: RFC 4055, RFC 5758, RFC 8410, RFC
/// 9881, and for `SM2DSA` GM/T 0006.
///
/// `ED25519_PH_SHA_512` has none, and returns an error.
impl DynSignatureAlgorithmIdentifier for VerifyingKey {
    fn signature_algorithm_identifier(&self) -> Result<AlgorithmIdentifierOwned, SpkiError> {
        use SigningAlgorithm::*;
        let null = || Ok(Some(Any::null()));
        let (oid, parameters) = match self.algorithm() {
            RsassaPkcs1V15Sha256 => ("1.2.840.113549.1.1.11", null()),
            RsassaPkcs1V15Sha384 => ("1.2.840.113549.1.1.12", null()),
            RsassaPkcs1V15Sha512 => ("1.2.840.113549.1.1.13", null()),
            RsassaPssSha256 => (PSS, pss_parameters(SHA_256, 32)),
            RsassaPssSha384 => (PSS, pss_parameters(SHA_384, 48)),
            RsassaPssSha512 => (PSS, pss_parameters(SHA_512, 64)),
            EcdsaSha256 => ("1.2.840.10045.4.3.2", Ok(None)),
            EcdsaSha384 => ("1.2.840.10045.4.3.3", Ok(None)),
            EcdsaSha512 => ("1.2.840.10045.4.3.4", Ok(None)),
            Sm2Dsa => ("1.2.156.10197.1.501", Ok(None)),
            Ed25519Sha512 => ("1.3.101.112", Ok(None)),
            MlDsaShake256 => match self.public_key().key_spec() {
                KeySpec::MlDsa44 => ("2.16.840.1.101.3.4.3.17", Ok(None)),
                KeySpec::MlDsa65 => ("2.16.840.1.101.3.4.3.18", Ok(None)),
                KeySpec::MlDsa87 => ("2.16.840.1.101.3.4.3.19", Ok(None)),
                KeySpec::Rsa2048
                | KeySpec::Rsa3072
                | KeySpec::Rsa4096
                | KeySpec::EccNistP256
                | KeySpec::EccNistP384
                | KeySpec::EccNistP521
                | KeySpec::EccSecgP256k1
                | KeySpec::EccNistEdwards25519
                | KeySpec::Sm2 => return Err(SpkiError::KeyMalformed),
            },
            Ed25519PhSha512 => return Err(SpkiError::AlgorithmParametersMissing),
        };
        Ok(AlgorithmIdentifierOwned {
            oid: ObjectIdentifier::new(oid).map_err(|_| SpkiError::KeyMalformed)?,
            parameters: parameters?,
        })
    }
}

/// id-RSASSA-PSS (RFC 8017 appendix A.2.3).
const PSS: &str = "1.2.840.113549.1.1.10";

/// The contents of the object identifiers of the hash functions (RFC 8017 appendix B.1).
const SHA_256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01";
const SHA_384: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x02";
const SHA_512: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x03";

/// The contents of id-mgf1 (RFC 8017 appendix B.2.1).
const MGF1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08";

/// RSASSA-PSS-params (RFC 8017 appendix A.2.3) with MGF1 and the same hash function. The trailer field is the default.
fn pss_parameters(hash: &[u8], salt_length: u8) -> Result<Option<Any>, SpkiError> {
    let element = |tag, parts: &[&[u8]]| {
        let mut encoded = Vec::new();
        push_element(&mut encoded, tag, &parts.concat());
        encoded
    };
    let null = element(tag::NULL, &[]);
    let hash = element(tag::SEQUENCE, &[&element(tag::OBJECT_IDENTIFIER, &[hash]), &null]);
    let mgf1 = element(tag::SEQUENCE, &[&element(tag::OBJECT_IDENTIFIER, &[MGF1]), &hash]);
    let mut salt = Vec::new();
    push_unsigned(&mut salt, &[salt_length]);
    let parameters = element(
        tag::SEQUENCE,
        &[
            &element(0xa0, &[&hash]),
            &element(0xa1, &[&mgf1]),
            &element(0xa2, &[&salt]),
        ],
    );
    Ok(Some(Any::from_der(&parameters)?))
}
