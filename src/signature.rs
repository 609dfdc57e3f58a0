//! Signatures with their algorithm, from the encoding of KMS or from r || s.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::algorithm::{KeySpec, SignatureFormat, SigningAlgorithm};
use crate::error::Error;
use crate::integer_pair::{encode_integer_pair, fixed_length_pair};
use crate::message::Message;
use crate::verify::{StreamVerifier, VerifyingKey};

/// A signature in the encoding of KMS, with its algorithm.
///
/// ECDSA and SM2 signatures are two numbers, r and s, and have two encodings:
///
/// | encoding | used by | constructor |
/// |---|---|---|
/// | DER (RFC 3279 section 2.2.3) | KMS, OpenSSL, X.509 | [`from_kms`](Self::from_kms) |
/// | r &#124;&#124; s of fixed length, "P1363" | JWS, COSE, WebCrypto, PKCS #11 | [`from_p1363`](Self::from_p1363) |
///
/// The encoding is always named and never guessed: some signatures are valid in both encodings and mean different numbers.
///
/// Two values are equal if their bytes are. ECDSA signatures are malleable, so unequal signatures can be valid for the same
/// message, and one can be derived from the other: never use signatures as identifiers.
///
/// ```
/// use kms_verify::{Message, PublicKey, Signature, SigningAlgorithm};
///
/// # let folder = "tests/vectors/kms/eksa-bundle-minimal";
/// # let public_key = PublicKey::from_der(&std::fs::read(format!("{folder}/public_key.der"))?)?;
/// # let message = std::fs::read(format!("{folder}/message.bin"))?;
/// # let algorithm = SigningAlgorithm::EcdsaSha256;
/// # let r_and_s = Signature::from_kms(algorithm, &std::fs::read(format!("{folder}/signature.bin"))?)?.to_p1363()?;
/// let key = public_key.verifying_key(SigningAlgorithm::EcdsaSha256)?;
///
/// // 64 bytes, from a token or a browser, say.
/// let signature = Signature::from_p1363(SigningAlgorithm::EcdsaSha256, &r_and_s)?;
/// key.verify_signature(Message::Raw(&message), &signature)?;
///
/// let mut stream = key.stream_signature(&signature)?;
/// message.chunks(4096).for_each(|piece| stream.update(piece));
/// stream.finish()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    algorithm: SigningAlgorithm,
    bytes: Box<[u8]>,
}

impl Signature {
    /// Creates a signature from the bytes that KMS returns, and checks their form:
    ///
    /// | algorithm | form |
    /// |---|---|
    /// | RSA | 256, 384 or 512 bytes |
    /// | `ECDSA_SHA_256`, `SM2DSA` | strict DER of two numbers of at most 32 bytes each |
    /// | `ECDSA_SHA_384`, `ECDSA_SHA_512` | the same with 48 and 66 bytes |
    /// | Ed25519 | 64 bytes |
    /// | ML-DSA | 2420, 3309 or 4627 bytes |
    ///
    /// Whether the numbers are in range is checked by verification, because it depends on the key.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if the form is wrong, so that the signature cannot verify with any key.
    pub fn from_kms(algorithm: SigningAlgorithm, bytes: &[u8]) -> Result<Self, Error> {
        let has_form = |format| match format {
            SignatureFormat::Fixed(length) => bytes.len() == length,
            SignatureFormat::Der(length) => fixed_length_pair(bytes, length).is_some(),
        };
        if formats(algorithm).any(has_form) {
            Ok(Self {
                algorithm,
                bytes: bytes.into(),
            })
        } else {
            Err(Error::InvalidSignature)
        }
    }

    /// Creates an ECDSA or SM2 signature from r || s, two big-endian numbers with leading zeros: exactly 64 bytes for
    /// `ECDSA_SHA_256` and `SM2DSA`, 96 for `ECDSA_SHA_384`, and 132 for `ECDSA_SHA_512`.
    ///
    /// This is the encoding of IEEE P1363, JWS (RFC 7518 section 3.4) and COSE (RFC 9053 section 2.1).
    ///
    /// # Errors
    ///
    /// - [`Error::NoP1363Encoding`] if signatures of the algorithm have only one encoding.
    /// - [`Error::InvalidSignature`] if the length is wrong, so that the signature cannot verify with any key.
    pub fn from_p1363(algorithm: SigningAlgorithm, bytes: &[u8]) -> Result<Self, Error> {
        let length = number_length(algorithm)?;
        match bytes.split_at_checked(length) {
            Some((r, s)) if s.len() == length => Ok(Self {
                algorithm,
                bytes: encode_integer_pair(r, s).into(),
            }),
            Some(_) | None => Err(Error::InvalidSignature),
        }
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The signature as KMS returns it: DER for ECDSA and SM2.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The signature as r || s, the input of [`from_p1363`](Self::from_p1363).
    ///
    /// # Errors
    ///
    /// [`Error::NoP1363Encoding`] if signatures of the algorithm have only one encoding.
    pub fn to_p1363(&self) -> Result<Vec<u8>, Error> {
        let length = number_length(self.algorithm)?;
        fixed_length_pair(&self.bytes, length).ok_or(Error::InvalidSignature)
    }

    /// The low-S form of an ECDSA signature, as [`VerifyingKey::normalized_signature`] computes it. Signatures of other
    /// algorithms are returned unchanged. The key determines the curve. This does not verify the signature.
    ///
    /// # Errors
    ///
    /// - [`Error::SignatureOfOtherAlgorithm`] if the key is bound to another algorithm.
    /// - [`Error::InvalidSignature`] if this key cannot have made the signature: a number is out of range, or the length
    ///   is that of another key spec.
    pub fn normalized(&self, key: &VerifyingKey) -> Result<Self, Error> {
        self.check_algorithm(key)?;
        Ok(Self {
            algorithm: self.algorithm,
            bytes: key.normalized_signature(&self.bytes)?.into(),
        })
    }

    fn check_algorithm(&self, key: &VerifyingKey) -> Result<(), Error> {
        if key.algorithm() == self.algorithm {
            Ok(())
        } else {
            Err(Error::SignatureOfOtherAlgorithm {
                given: self.algorithm,
                expected: key.algorithm(),
            })
        }
    }
}

impl VerifyingKey {
    /// Verifies a signature of the algorithm that the key is bound to.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureOfOtherAlgorithm`] if the algorithms differ; otherwise the errors of [`verify`](Self::verify).
    pub fn verify_signature(&self, message: Message<'_>, signature: &Signature) -> Result<(), Error> {
        signature.check_algorithm(self)?;
        self.verify(message, &signature.bytes)
    }

    /// Starts the verification of a signature over a message in pieces, like [`stream`](Self::stream).
    ///
    /// # Errors
    ///
    /// [`Error::SignatureOfOtherAlgorithm`] if the algorithms differ; otherwise the errors of [`stream`](Self::stream).
    pub fn stream_signature(&self, signature: &Signature) -> Result<StreamVerifier, Error> {
        signature.check_algorithm(self)?;
        self.stream(&signature.bytes)
    }
}

/// The formats of signatures of an algorithm, one for each key spec that supports it.
fn formats(algorithm: SigningAlgorithm) -> impl Iterator<Item = SignatureFormat> {
    KeySpec::ALL
        .iter()
        .filter(move |key_spec| key_spec.signing_algorithms().contains(&algorithm))
        .map(|key_spec| key_spec.signature_format())
}

/// The length in bytes of each number of a signature, which is the same for all curves of an algorithm.
fn number_length(algorithm: SigningAlgorithm) -> Result<usize, Error> {
    formats(algorithm)
        .find_map(|format| match format {
            SignatureFormat::Der(length) => Some(length),
            SignatureFormat::Fixed(_) => None,
        })
        .ok_or(Error::NoP1363Encoding { algorithm })
}
