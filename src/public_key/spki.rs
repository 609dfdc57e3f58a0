//! A strict reader of SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), and the accepted algorithms.

use alloc::boxed::Box;
use alloc::string::ToString as _;

#[cfg(any(feature = "diagnosis", feature = "jws"))]
use crate::algorithm::KeySpec;
use crate::der::{Reader, tag};
use crate::error::{EncodingProblem, KeyError, NotFromKmsReason};

/// The parts of a SubjectPublicKeyInfo.
pub(super) struct Spki<'a> {
    /// The contents of the AlgorithmIdentifier: an OID, and parameters.
    pub(super) algorithm: &'a [u8],
    /// The key: the contents of the BIT STRING.
    pub(super) key: &'a [u8],
}

impl<'a> Spki<'a> {
    /// Reads DER. `None` if a tag is wrong, a length is not minimal, the BIT STRING has unused bits, or there is trailing
    /// data at either level.
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(der);
        let mut inner = Reader::new(outer.expect(tag::SEQUENCE)?);
        let algorithm = inner.expect(tag::SEQUENCE)?;
        let key = inner.expect(tag::BIT_STRING)?.strip_prefix(&[0])?;
        (outer.is_empty() && inner.is_empty()).then_some(Self { algorithm, key })
    }
}

/// The algorithms of KMS keys. An AlgorithmIdentifier is compared as a whole, including its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rsa,
    P256,
    P384,
    P521,
    Secp256k1,
    Sm2,
    Ed25519,
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

/// The contents of every AlgorithmIdentifier that KMS uses.
const ALGORITHMS: [(Algorithm, &[u8]); 10] = [
    // rsaEncryption, with parameters NULL (RFC 3279 section 2.3.1).
    (Algorithm::Rsa, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"),
    // id-ecPublicKey, with the OID of a named curve (RFC 5480 section 2.1.1).
    (
        Algorithm::P256,
        b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
    ),
    (
        Algorithm::P384,
        b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22",
    ),
    (
        Algorithm::P521,
        b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23",
    ),
    (
        Algorithm::Secp256k1,
        b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a",
    ),
    (
        Algorithm::Sm2,
        b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d",
    ),
    // id-Ed25519, without parameters (RFC 8410 section 3).
    (Algorithm::Ed25519, b"\x06\x03\x2b\x65\x70"),
    // id-ml-dsa-44, -65 and -87, without parameters (RFC 9881 section 2).
    (Algorithm::MlDsa44, b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x11"),
    (Algorithm::MlDsa65, b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x12"),
    (Algorithm::MlDsa87, b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x13"),
];

/// The contents of the AlgorithmIdentifier of such keys.
#[cfg(feature = "diagnosis")]
pub(crate) fn algorithm_identifier(key_spec: KeySpec) -> &'static [u8] {
    Algorithm::of_key_spec(key_spec).identifier()
}

impl Algorithm {
    /// The contents of its AlgorithmIdentifier.
    #[cfg(any(feature = "diagnosis", feature = "jws"))]
    pub(super) fn identifier(self) -> &'static [u8] {
        let known = ALGORITHMS.iter().find(|(algorithm, _)| *algorithm == self);
        known.map_or(&[], |(_, identifier)| identifier)
    }

    /// The algorithm of keys of this spec.
    #[cfg(any(feature = "diagnosis", feature = "jws"))]
    pub(super) fn of_key_spec(key_spec: KeySpec) -> Self {
        match key_spec {
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => Self::Rsa,
            KeySpec::EccNistP256 => Self::P256,
            KeySpec::EccNistP384 => Self::P384,
            KeySpec::EccNistP521 => Self::P521,
            KeySpec::EccSecgP256k1 => Self::Secp256k1,
            KeySpec::EccNistEdwards25519 => Self::Ed25519,
            KeySpec::MlDsa44 => Self::MlDsa44,
            KeySpec::MlDsa65 => Self::MlDsa65,
            KeySpec::MlDsa87 => Self::MlDsa87,
            KeySpec::Sm2 => Self::Sm2,
        }
    }

    /// The algorithm with this AlgorithmIdentifier.
    pub(super) fn of(identifier: &[u8]) -> Result<Self, KeyError> {
        ALGORITHMS
            .iter()
            .find(|(_, known)| *known == identifier)
            .map(|(algorithm, _)| *algorithm)
            .ok_or_else(|| rejected(identifier))
    }
}

/// The error for an AlgorithmIdentifier that KMS does not use.
fn rejected(identifier: &[u8]) -> KeyError {
    let mut reader = Reader::new(identifier);
    let Some(oid) = reader.expect(tag::OBJECT_IDENTIFIER) else {
        return EncodingProblem::NoAlgorithm.into();
    };
    let parameters = reader.rest();
    match oid {
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" => EncodingProblem::RsaParameters.into(),
        b"\x2a\x86\x48\xce\x3d\x02\x01" => rejected_curve(parameters),
        b"\x2b\x65\x70" => EncodingProblem::Ed25519Parameters.into(),
        b"\x60\x86\x48\x01\x65\x03\x04\x03\x11"
        | b"\x60\x86\x48\x01\x65\x03\x04\x03\x12"
        | b"\x60\x86\x48\x01\x65\x03\x04\x03\x13" => EncodingProblem::MlDsaParameters.into(),
        _ => NotFromKmsReason::Algorithm {
            oid: dotted(oid),
            name: foreign_algorithm(oid),
        }
        .into(),
    }
}

/// The error for parameters of id-ecPublicKey (RFC 5480 section 2.1.1) that KMS does not use.
fn rejected_curve(parameters: &[u8]) -> KeyError {
    let mut reader = Reader::new(parameters);
    match reader.element() {
        Err(_) if parameters.is_empty() => EncodingProblem::NoCurve.into(),
        Ok((tag::OBJECT_IDENTIFIER, curve)) => {
            let whole = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
                .iter()
                .chain(parameters.strip_suffix(reader.rest()).unwrap_or_default());
            if ALGORITHMS.iter().any(|(_, known)| known.iter().eq(whole.clone())) {
                EncodingProblem::AfterCurve.into()
            } else {
                NotFromKmsReason::Curve {
                    oid: dotted(curve),
                    name: foreign_curve(curve),
                }
                .into()
            }
        }
        Ok((tag::SEQUENCE, _)) => NotFromKmsReason::ExplicitCurve.into(),
        Ok((tag::NULL, _)) => EncodingProblem::ImplicitCurve.into(),
        _ => EncodingProblem::CurveParameters.into(),
    }
}

/// Well-known algorithms for which KMS has no signing keys.
fn foreign_algorithm(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" => "an RSA key for PSS only (id-RSASSA-PSS)",
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07" => "an RSA key for encryption only (id-RSAES-OAEP)",
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01" | b"\x2a\x86\x48\xce\x3e\x02\x01" => "a Diffie-Hellman key",
        b"\x2a\x86\x48\xce\x38\x04\x01" => "a DSA key",
        b"\x2b\x81\x04\x01\x0c" => "an elliptic curve key for key agreement only (id-ecDH)",
        b"\x2b\x65\x6e" => "an X25519 key, for key agreement only",
        b"\x2b\x65\x6f" => "an X448 key, for key agreement only",
        b"\x2b\x65\x71" => "an Ed448 key",
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04, 0x01..=0x03] => "an ML-KEM key, which does not sign",
        [
            0x60,
            0x86,
            0x48,
            0x01,
            0x65,
            0x03,
            0x04,
            0x03,
            0x14..=0x1f | 0x23..=0x2e,
        ] => "an SLH-DSA key",
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x20..=0x22] => "a HashML-DSA key; KMS signs with pure ML-DSA",
        _ => return None,
    })
}

/// Well-known named curves that KMS does not support.
fn foreign_curve(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        b"\x2a\x86\x48\xce\x3d\x03\x01\x01" => "P-192",
        b"\x2b\x81\x04\x00\x21" => "P-224",
        b"\x2b\x81\x04\x00\x20" => "secp224k1",
        [0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x01..=0x0e] => "a Brainpool curve",
        [
            0x2b,
            0x81,
            0x04,
            0x00,
            0x01..=0x05 | 0x0f..=0x11 | 0x16..=0x1b | 0x24..=0x27,
        ] => "a binary curve",
        _ => return None,
    })
}

/// An object identifier in dotted decimal notation.
fn dotted(oid: &[u8]) -> Box<str> {
    const_oid::ObjectIdentifier::from_bytes(oid)
        .map_or_else(|_| "an unusual object identifier".into(), |oid| oid.to_string().into())
}
