//! Public keys: from the bytes that KMS exports to a typed key. This module alone decides which keys are accepted.
//!
//! KMS exports every key as a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), always in the same form for a key spec.
//! The AlgorithmIdentifier, including its parameters, is compared with a constant. The rest is read as strict DER
//! without trailing data, so encoding a key again yields the same bytes.

mod fingerprint;
mod other_format;
#[cfg(feature = "jws")]
mod parts;
mod pem;
mod spki;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::der::{Reader, tag, unsigned};
use crate::error::{EncodingProblem, Error, KeyError, NotFromKmsReason, PemProblem};
use crate::scheme::{BadKey, Curve, Key, ParameterSet, ecdsa, ed25519, ml_dsa, rsa, sm2};
#[cfg(feature = "diagnosis")]
pub(crate) use spki::algorithm_identifier;
use spki::{Algorithm, Spki};

pub use fingerprint::Fingerprint;
#[cfg(feature = "jws")]
pub(crate) use parts::Parts;

/// The coordinates x || y of the point of an ECDSA key with this x, and with an odd or an even y.
#[cfg(feature = "diagnosis")]
pub(crate) fn decompressed(key_spec: KeySpec, x: &[u8], y_is_odd: bool) -> Option<Vec<u8>> {
    let curve = match key_spec {
        KeySpec::EccNistP256 => Curve::P256,
        KeySpec::EccNistP384 => Curve::P384,
        KeySpec::EccNistP521 => Curve::P521,
        KeySpec::EccSecgP256k1 => Curve::Secp256k1,
        KeySpec::Rsa2048
        | KeySpec::Rsa3072
        | KeySpec::Rsa4096
        | KeySpec::EccNistEdwards25519
        | KeySpec::MlDsa44
        | KeySpec::MlDsa65
        | KeySpec::MlDsa87
        | KeySpec::Sm2 => return None,
    };
    ecdsa::PublicKey::decompress(curve, x, y_is_odd)
}

/// The longest accepted input in bytes. A KMS public key has at most 2614 bytes as DER and 3600 as PEM.
const MAX_INPUT: usize = 64 * 1024;

/// The public key of a KMS signing key.
///
/// Accepts every key that KMS exports, and no other:
///
/// | key | conditions |
/// |---|---|
/// | RSA | an odd modulus of exactly 2048, 3072 or 4096 bits; an odd exponent of at least 65537 and less than 2^33 |
/// | P-256, P-384, P-521, secp256k1 | an uncompressed point on the named curve |
/// | SM2 | an uncompressed point on sm2p256v1 other than -G |
/// | Ed25519 | canonically encoded, and not of small order |
/// | ML-DSA-44, -65, -87 | 1312, 1952 or 2592 bytes |
///
/// The encoding must be exactly the one that KMS uses: DER, with NULL parameters for RSA, without parameters for
/// Ed25519 and ML-DSA, and without trailing data.
///
/// Two keys are equal if their encodings are.
///
/// A SubjectPublicKeyInfo does not state the purpose of a key: a KMS key for encryption or key agreement (RSA, a NIST
/// curve or SM2) looks the same as one for signing. Check the `KeyUsage` of the GetPublicKey response.
#[derive(Clone)]
pub struct PublicKey {
    der: Arc<[u8]>,
    key_spec: KeySpec,
    pub(crate) key: Key,
}

impl PublicKey {
    /// Parses a DER-encoded SubjectPublicKeyInfo: the `PublicKey` of the GetPublicKey response, decoded from base64. It
    /// has 44 bytes for Ed25519, and 88 to 2614 bytes for other key specs.
    ///
    /// # Errors
    ///
    /// - [`Error::PublicKey`] if this is not the public key of a KMS signing key. The error says what it is instead, and
    ///   what to do.
    /// - [`Error::FeatureDisabled`] if the cargo feature for the key is disabled.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        check_length(der)?;
        let spki = Spki::read(der).ok_or_else(|| other_format::recognise(der))?;
        let material = Material::read(&spki)?;
        Ok(Self {
            der: der.into(),
            key_spec: material.key_spec,
            key: material.into_key()?,
        })
    }

    /// Parses a PEM-encoded SubjectPublicKeyInfo (RFC 7468 section 13): one block with the label `PUBLIC KEY`, and
    /// nothing before or after it. Lines end in LF or CRLF; lines of base64 can have any length.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        check_length(pem.as_bytes())?;
        Self::from_der(&pem::decode(pem)?)
    }

    /// Parses PEM if the input begins with `-----BEGIN`, and DER otherwise.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_der_or_pem(input: &[u8]) -> Result<Self, Error> {
        check_length(input)?;
        if input.starts_with(pem::BEGIN.as_bytes()) {
            Self::from_pem(core::str::from_utf8(input).map_err(|_| KeyError::from(PemProblem::NotText))?)
        } else {
            Self::from_der(input)
        }
    }

    /// The key spec of the key, which its encoding determines.
    #[must_use]
    pub fn key_spec(&self) -> KeySpec {
        self.key_spec
    }

    /// The algorithms that the key supports, in the order in which GetPublicKey lists them.
    #[must_use]
    pub fn signing_algorithms(&self) -> &'static [SigningAlgorithm] {
        self.key_spec.signing_algorithms()
    }

    /// The DER encoding of the SubjectPublicKeyInfo. If the key was parsed from DER, these are the same bytes.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// A copy of [`as_der`](Self::as_der).
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        self.der.to_vec()
    }

    /// The PEM encoding of the SubjectPublicKeyInfo, as OpenSSL writes it: lines of 64 characters that end in LF.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(&self.der)
    }

    /// The SHA-256 digest of the DER encoding, as a short identifier of the key. Other tools compute the same digest, for
    /// example `openssl pkey -pubin -in key.pem -outform DER | sha256sum`.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new(Sha256::digest(&self.der).into())
    }

    /// The same key with precomputed tables.
    pub(crate) fn precomputed(self) -> Self {
        Self {
            key: self.key.precomputed(),
            ..self
        }
    }

    /// The message representative mu of ML-DSA for this key and an empty context:
    /// SHAKE256(SHAKE256(pk, 64) || 0x00 || 0x00 || message, 64) (FIPS 204 Algorithm 8, line 7). KMS accepts it as
    /// `EXTERNAL_MU`, the only way to sign a message of more than 4096 bytes with ML-DSA.
    ///
    /// # Errors
    ///
    /// [`Error::IncompatibleAlgorithm`] if this is not an ML-DSA key.
    pub fn external_mu(&self, message: &[u8]) -> Result<[u8; 64], Error> {
        match &self.key {
            Key::MlDsa(key) => Ok(key.mu(message)),
            Key::Rsa(_) | Key::Ecdsa(_) | Key::Ed25519(_) | Key::Sm2(_) => {
                Err(self.lacks(SigningAlgorithm::MlDsaShake256))
            }
        }
    }

    /// The digest e = SM3(ZA || message) of SM2 for this key and a distinguishing ID (GB/T 32918.2 sections 5.5 and
    /// 6.1). KMS accepts it as `DIGEST`. For `RAW` messages, KMS itself uses the ID `1234567812345678`.
    ///
    /// # Errors
    ///
    /// - [`Error::IncompatibleAlgorithm`] if this is not an SM2 key.
    /// - [`Error::DistinguishingIdLength`] if the ID has more than 8191 bytes.
    pub fn sm2_digest(&self, distinguishing_id: &[u8], message: &[u8]) -> Result<[u8; 32], Error> {
        match &self.key {
            Key::Sm2(key) => key
                .digest(distinguishing_id, message)
                .ok_or(Error::DistinguishingIdLength {
                    given: distinguishing_id.len(),
                }),
            Key::Rsa(_) | Key::Ecdsa(_) | Key::Ed25519(_) | Key::MlDsa(_) => Err(self.lacks(SigningAlgorithm::Sm2Dsa)),
        }
    }

    fn lacks(&self, algorithm: SigningAlgorithm) -> Error {
        Error::IncompatibleAlgorithm {
            algorithm,
            key_spec: self.key_spec,
        }
    }
}

impl fmt::Debug for PublicKey {
    /// Shows the key spec and the fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("key_spec", &self.key_spec)
            .field("fingerprint", &self.fingerprint())
            .finish()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

/// Parses DER, as [`PublicKey::from_der`].
impl TryFrom<&[u8]> for PublicKey {
    type Error = Error;

    fn try_from(der: &[u8]) -> Result<Self, Error> {
        Self::from_der(der)
    }
}

/// Parses PEM, as [`PublicKey::from_pem`].
impl FromStr for PublicKey {
    type Err = Error;

    fn from_str(pem: &str) -> Result<Self, Error> {
        Self::from_pem(pem)
    }
}

fn check_length(input: &[u8]) -> Result<(), KeyError> {
    if input.len() <= MAX_INPUT {
        Ok(())
    } else {
        Err(KeyError::TooLong {
            given: input.len(),
            max: MAX_INPUT,
        })
    }
}

/// The numbers of a key, still as bytes, after all checks that only need its encoding.
struct Material<'a> {
    key_spec: KeySpec,
    /// RSA: the modulus. Curves: x || y. Otherwise: the encoded key.
    number: &'a [u8],
    /// RSA: the exponent. Otherwise zero.
    exponent: u64,
}

impl<'a> Material<'a> {
    fn read(spki: &Spki<'a>) -> Result<Self, KeyError> {
        let key = spki.key;
        let (key_spec, number) = match Algorithm::of(spki.algorithm)? {
            Algorithm::Rsa => return rsa_material(key),
            Algorithm::P256 => (KeySpec::EccNistP256, coordinates(key, 32)?),
            Algorithm::P384 => (KeySpec::EccNistP384, coordinates(key, 48)?),
            Algorithm::P521 => (KeySpec::EccNistP521, coordinates(key, 66)?),
            Algorithm::Secp256k1 => (KeySpec::EccSecgP256k1, coordinates(key, 32)?),
            Algorithm::Sm2 => (KeySpec::Sm2, coordinates(key, 32)?),
            Algorithm::Ed25519 => (KeySpec::EccNistEdwards25519, exactly(key, 32)?),
            Algorithm::MlDsa44 => (KeySpec::MlDsa44, exactly(key, 1312)?),
            Algorithm::MlDsa65 => (KeySpec::MlDsa65, exactly(key, 1952)?),
            Algorithm::MlDsa87 => (KeySpec::MlDsa87, exactly(key, 2592)?),
        };
        Ok(Self {
            key_spec,
            number,
            exponent: 0,
        })
    }

    /// The typed key, if the numbers are a key: a point of the curve, say.
    fn into_key(self) -> Result<Key, Error> {
        match self.key_spec {
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
                rsa::PublicKey::with(self.exponent, self.number).map(Key::Rsa)
            }
            KeySpec::EccNistP256 => ecdsa::PublicKey::with(Curve::P256, self.number).map(Key::Ecdsa),
            KeySpec::EccNistP384 => ecdsa::PublicKey::with(Curve::P384, self.number).map(Key::Ecdsa),
            KeySpec::EccNistP521 => ecdsa::PublicKey::with(Curve::P521, self.number).map(Key::Ecdsa),
            KeySpec::EccSecgP256k1 => ecdsa::PublicKey::with(Curve::Secp256k1, self.number).map(Key::Ecdsa),
            KeySpec::EccNistEdwards25519 => ed25519::PublicKey::new(self.number).map(Key::Ed25519),
            KeySpec::MlDsa44 => ml_dsa::PublicKey::with(ParameterSet::MlDsa44, self.number).map(Key::MlDsa),
            KeySpec::MlDsa65 => ml_dsa::PublicKey::with(ParameterSet::MlDsa65, self.number).map(Key::MlDsa),
            KeySpec::MlDsa87 => ml_dsa::PublicKey::with(ParameterSet::MlDsa87, self.number).map(Key::MlDsa),
            KeySpec::Sm2 => sm2::PublicKey::new(self.number).map(Key::Sm2),
        }
        .map_err(|reason| bad_key(reason, self.key_spec))
    }
}

/// The error for key material that a scheme rejects.
fn bad_key(reason: BadKey, key_spec: KeySpec) -> Error {
    let reason = match reason {
        BadKey::NotBuilt => {
            return Error::FeatureDisabled {
                key_spec,
                feature: key_spec.feature(),
            };
        }
        BadKey::OutOfRange => NotFromKmsReason::OutOfRange,
        BadKey::NotOnCurve => NotFromKmsReason::NotOnCurve,
        BadKey::MinusGenerator => NotFromKmsReason::Sm2MinusGenerator,
        BadKey::NotAPoint => NotFromKmsReason::Ed25519NotAPoint,
        BadKey::NotCanonical => NotFromKmsReason::Ed25519NotCanonical,
        BadKey::SmallOrder => NotFromKmsReason::Ed25519SmallOrder,
    };
    KeyError::from(reason).into()
}

/// Reads the modulus and the exponent of an RSAPublicKey (RFC 8017 appendix A.1.1), and checks that KMS can have made
/// them.
///
/// All known KMS keys have the exponent 65537. Exponents from 65537, the lower bound of FIPS 186-5 section A.1.1, up to
/// 2^33, which bounds the time of a verification, are accepted. Smaller exponents have led to forgeries with careless
/// verifiers, and are rejected.
fn rsa_material(key: &[u8]) -> Result<Material<'_>, KeyError> {
    let (number, exponent) = rsa_numbers(key).ok_or(EncodingProblem::NotPkcs1)?;
    let key_spec = match bit_length(number) {
        2048 => KeySpec::Rsa2048,
        3072 => KeySpec::Rsa3072,
        4096 => KeySpec::Rsa4096,
        bits => return Err(NotFromKmsReason::RsaModulusLength { bits }.into()),
    };
    if number.last().is_none_or(|byte| byte & 1 == 0) {
        return Err(NotFromKmsReason::RsaModulusEven.into());
    }
    let exponent = Some(exponent)
        .filter(|e| e.len() <= 5)
        .map(|e| e.iter().fold(0_u64, |e, byte| (e << 8) | u64::from(*byte)))
        .filter(|e| e & 1 == 1 && (0x1_0001..1 << 33).contains(e))
        .ok_or(NotFromKmsReason::RsaExponent)?;
    Ok(Material {
        key_spec,
        number,
        exponent,
    })
}

fn rsa_numbers(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Reader::new(key);
    let mut inner = Reader::new(outer.expect(tag::SEQUENCE)?);
    let n = unsigned(inner.expect(tag::INTEGER)?)?;
    let e = unsigned(inner.expect(tag::INTEGER)?)?;
    (outer.is_empty() && inner.is_empty()).then_some((n, e))
}

/// The number of bits of a magnitude without leading zero bytes, of at most 64 KiB.
fn bit_length(magnitude: &[u8]) -> usize {
    let unused = magnitude.first().map_or(0, |byte| byte.leading_zeros());
    magnitude.len().saturating_mul(8).saturating_sub(unused as usize)
}

/// x || y of an uncompressed point (SEC 1 section 2.3.3) whose coordinates have this many bytes.
fn coordinates(point: &[u8], bytes: usize) -> Result<&[u8], KeyError> {
    match point {
        [0x04, coordinates @ ..] if coordinates.len() == bytes.saturating_mul(2) => Ok(coordinates),
        [0x04, ..] => Err(EncodingProblem::PointLength.into()),
        [0x02 | 0x03, ..] => Err(EncodingProblem::CompressedPoint.into()),
        [0x06 | 0x07, ..] => Err(EncodingProblem::HybridPoint.into()),
        [0x00] => Err(NotFromKmsReason::PointAtInfinity.into()),
        _ => Err(EncodingProblem::NotAPoint.into()),
    }
}

fn exactly(key: &[u8], expected: usize) -> Result<&[u8], KeyError> {
    let given = key.len();
    if given == expected {
        Ok(key)
    } else {
        Err(EncodingProblem::KeyLength { given, expected }.into())
    }
}
