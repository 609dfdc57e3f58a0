//! Verifies the signatures of X.509 certificates with keys of AWS KMS, for [`rustls-webpki`] and rustls.
//!
//! [`ALGORITHMS`] is the list that `webpki::EndEntityCert::verify_for_usage` and `rustls::crypto::WebPkiSupportedAlgorithms`
//! take: all signatures that KMS can make in a certificate (RFC 3279, 4055, 5480, 8410, 9881), and nothing else.
//!
//! An issuer's key in a certificate that is its trust anchor is trusted; one that is sent is not, until its own
//! certificate has been verified. Whether it is a key of KMS cannot be known: the list only has the forms that KMS has.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;
use core::fmt;

use kms_verify::{Message, PublicKey, SigningAlgorithm};
use rustls_pki_types::alg_id;
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

/// An algorithm of KMS with the key and the signature as certificates name them.
pub struct CertificateAlgorithm {
    name: &'static str,
    algorithm: SigningAlgorithm,
    key_id: AlgorithmIdentifier,
    signature_id: AlgorithmIdentifier,
}

const fn of(
    name: &'static str,
    algorithm: SigningAlgorithm,
    key_id: AlgorithmIdentifier,
    signature_id: AlgorithmIdentifier,
) -> CertificateAlgorithm {
    CertificateAlgorithm {
        name,
        algorithm,
        key_id,
        signature_id,
    }
}

use SigningAlgorithm::*;

static P256: CertificateAlgorithm = of("P-256", EcdsaSha256, alg_id::ECDSA_P256, alg_id::ECDSA_SHA256);
static P256K1: CertificateAlgorithm = of("secp256k1", EcdsaSha256, alg_id::ECDSA_P256K1, alg_id::ECDSA_SHA256);
static P384: CertificateAlgorithm = of("P-384", EcdsaSha384, alg_id::ECDSA_P384, alg_id::ECDSA_SHA384);
static P521: CertificateAlgorithm = of("P-521", EcdsaSha512, alg_id::ECDSA_P521, alg_id::ECDSA_SHA512);
static ED25519: CertificateAlgorithm = of("Ed25519", Ed25519Sha512, alg_id::ED25519, alg_id::ED25519);
static RSA_256: CertificateAlgorithm = of(
    "RSA",
    RsassaPkcs1V15Sha256,
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PKCS1_SHA256,
);
static RSA_384: CertificateAlgorithm = of(
    "RSA",
    RsassaPkcs1V15Sha384,
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PKCS1_SHA384,
);
static RSA_512: CertificateAlgorithm = of(
    "RSA",
    RsassaPkcs1V15Sha512,
    alg_id::RSA_ENCRYPTION,
    alg_id::RSA_PKCS1_SHA512,
);
static PSS_256: CertificateAlgorithm = of("RSA", RsassaPssSha256, alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA256);
static PSS_384: CertificateAlgorithm = of("RSA", RsassaPssSha384, alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA384);
static PSS_512: CertificateAlgorithm = of("RSA", RsassaPssSha512, alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA512);
static ML_DSA_44: CertificateAlgorithm = of("ML-DSA-44", MlDsaShake256, alg_id::ML_DSA_44, alg_id::ML_DSA_44);
static ML_DSA_65: CertificateAlgorithm = of("ML-DSA-65", MlDsaShake256, alg_id::ML_DSA_65, alg_id::ML_DSA_65);
static ML_DSA_87: CertificateAlgorithm = of("ML-DSA-87", MlDsaShake256, alg_id::ML_DSA_87, alg_id::ML_DSA_87);

/// All algorithms of KMS that certificates have a name for.
pub static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    &P256, &P256K1, &P384, &P521, &ED25519, &RSA_256, &RSA_384, &RSA_512, &PSS_256, &PSS_384, &PSS_512, &ML_DSA_44,
    &ML_DSA_65, &ML_DSA_87,
];

impl SignatureVerificationAlgorithm for CertificateAlgorithm {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let spki = subject_public_key_info(&self.key_id, public_key).ok_or(InvalidSignature)?;
        PublicKey::from_der(&spki)
            .and_then(|key| key.verify(self.algorithm, Message::Raw(message), signature))
            .map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key_id
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature_id
    }
}

impl fmt::Debug for CertificateAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kms-verify {} with a key of {}", self.algorithm, self.name)
    }
}

/// The SubjectPublicKeyInfo of a key (RFC 5280 section 4.1), from the contents of its AlgorithmIdentifier and of its BIT
/// STRING. `None` if the key is too long for any of KMS.
fn subject_public_key_info(key_id: &AlgorithmIdentifier, public_key: &[u8]) -> Option<Vec<u8>> {
    let algorithm = element(0x30, &[key_id.as_ref()])?;
    let key = element(0x03, &[&[0], public_key])?;
    element(0x30, &[&algorithm, &key])
}

/// A DER element with a length of at most 65535 bytes.
fn element(tag: u8, parts: &[&[u8]]) -> Option<Vec<u8>> {
    let contents = parts.concat();
    let [high, low] = u16::try_from(contents.len()).ok()?.to_be_bytes();
    let head = match (high, low) {
        (0, 0..=0x7f) => &[tag, low][..],
        (0, _) => &[tag, 0x81, low],
        (_, _) => &[tag, 0x82, high, low],
    };
    Some([head, &contents].concat())
}
