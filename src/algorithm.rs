//! What goes with what: the signing algorithms, key specs and message types of AWS KMS.
//!
//! Two tables hold every pairing: [`KeySpec::row`] and [`SigningAlgorithm::row`]. All else reads them.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, NameKind, excerpt};

use KeySpec::*;
use MessageType::*;
use SigningAlgorithm::*;

/// A KMS signing algorithm: the `SigningAlgorithm` of the KMS Sign and Verify operations.
///
/// [`FromStr`] and [`Display`](fmt::Display) use KMS's names exactly, and all 13 names parse whatever
/// features are built in. Each value fixes padding, hash, salt length and signature encoding, so there is
/// nothing else to choose.
///
/// ```
/// use kms_verify::SigningAlgorithm;
///
/// let algorithm: SigningAlgorithm = "ECDSA_SHA_256".parse()?;
/// assert_eq!(algorithm, SigningAlgorithm::EcdsaSha256);
/// assert_eq!(algorithm.to_string(), "ECDSA_SHA_256");
/// # Ok::<(), kms_verify::Error>(())
/// ```
///
/// See the AWS KMS API Reference,
/// [Sign](https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_RequestSyntax).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SigningAlgorithm {
    /// `RSASSA_PSS_SHA_256`: RFC 8017 section 8.1, SHA-256, MGF1 with SHA-256, a salt of 32 bytes.
    RsassaPssSha256,
    /// `RSASSA_PSS_SHA_384`: RFC 8017 section 8.1, SHA-384, MGF1 with SHA-384, a salt of 48 bytes.
    RsassaPssSha384,
    /// `RSASSA_PSS_SHA_512`: RFC 8017 section 8.1, SHA-512, MGF1 with SHA-512, a salt of 64 bytes.
    RsassaPssSha512,
    /// `RSASSA_PKCS1_V1_5_SHA_256`: RFC 8017 section 8.2 with SHA-256.
    RsassaPkcs1V15Sha256,
    /// `RSASSA_PKCS1_V1_5_SHA_384`: RFC 8017 section 8.2 with SHA-384.
    RsassaPkcs1V15Sha384,
    /// `RSASSA_PKCS1_V1_5_SHA_512`: RFC 8017 section 8.2 with SHA-512.
    RsassaPkcs1V15Sha512,
    /// `ECDSA_SHA_256`: FIPS 186-5 section 6.4 with SHA-256, on P-256 or secp256k1; DER signatures.
    EcdsaSha256,
    /// `ECDSA_SHA_384`: FIPS 186-5 section 6.4 with SHA-384, on P-384; DER signatures.
    EcdsaSha384,
    /// `ECDSA_SHA_512`: FIPS 186-5 section 6.4 with SHA-512, on P-521; DER signatures.
    EcdsaSha512,
    /// `SM2DSA`: GB/T 32918.2 with SM3 and the ID `1234567812345678`; DER signatures.
    Sm2Dsa,
    /// `ML_DSA_SHAKE_256`: FIPS 204 ML-DSA, pure, with an empty context.
    MlDsaShake256,
    /// `ED25519_SHA_512`: RFC 8032 section 5.1 Ed25519, pure. Takes RAW only.
    Ed25519Sha512,
    /// `ED25519_PH_SHA_512`: RFC 8032 section 5.1 Ed25519ph with an empty context, over a DIGEST of 64 bytes
    /// that is hashed again. Takes DIGEST only.
    Ed25519PhSha512,
}

impl SigningAlgorithm {
    /// All 13, in the order of the KMS API.
    pub const ALL: [Self; 13] = [
        RsassaPssSha256,
        RsassaPssSha384,
        RsassaPssSha512,
        RsassaPkcs1V15Sha256,
        RsassaPkcs1V15Sha384,
        RsassaPkcs1V15Sha512,
        EcdsaSha256,
        EcdsaSha384,
        EcdsaSha512,
        Sm2Dsa,
        MlDsaShake256,
        Ed25519Sha512,
        Ed25519PhSha512,
    ];

    /// The table of algorithms: KMS's name, the message types that the algorithm takes, and how many bytes each of them
    /// has (`None`: any number).
    const fn row(self) -> (&'static str, &'static [(MessageType, Option<usize>)]) {
        match self {
            RsassaPssSha256 => ("RSASSA_PSS_SHA_256", &[(Raw, None), (Digest, Some(32))]),
            RsassaPssSha384 => ("RSASSA_PSS_SHA_384", &[(Raw, None), (Digest, Some(48))]),
            RsassaPssSha512 => ("RSASSA_PSS_SHA_512", &[(Raw, None), (Digest, Some(64))]),
            RsassaPkcs1V15Sha256 => ("RSASSA_PKCS1_V1_5_SHA_256", &[(Raw, None), (Digest, Some(32))]),
            RsassaPkcs1V15Sha384 => ("RSASSA_PKCS1_V1_5_SHA_384", &[(Raw, None), (Digest, Some(48))]),
            RsassaPkcs1V15Sha512 => ("RSASSA_PKCS1_V1_5_SHA_512", &[(Raw, None), (Digest, Some(64))]),
            EcdsaSha256 => ("ECDSA_SHA_256", &[(Raw, None), (Digest, Some(32))]),
            EcdsaSha384 => ("ECDSA_SHA_384", &[(Raw, None), (Digest, Some(48))]),
            EcdsaSha512 => ("ECDSA_SHA_512", &[(Raw, None), (Digest, Some(64))]),
            Sm2Dsa => ("SM2DSA", &[(Raw, None), (Digest, Some(32))]),
            MlDsaShake256 => ("ML_DSA_SHAKE_256", &[(Raw, None), (ExternalMu, Some(64))]),
            Ed25519Sha512 => ("ED25519_SHA_512", &[(Raw, None)]),
            Ed25519PhSha512 => ("ED25519_PH_SHA_512", &[(Digest, Some(64))]),
        }
    }

    /// KMS's name, such as `"ECDSA_SHA_256"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The message types that KMS takes with this algorithm.
    pub fn message_types(self) -> impl Iterator<Item = MessageType> {
        self.row().1.iter().map(|(message_type, _)| *message_type)
    }

    /// The exact length in bytes of a message of this type: `None` for RAW, which may have any length.
    ///
    /// # Errors
    ///
    /// [`Error::MessageTypeNotOfAlgorithm`] if the algorithm does not take the message type.
    pub fn message_length(self, message_type: MessageType) -> Result<Option<usize>, Error> {
        self.row()
            .1
            .iter()
            .find(|(of_row, _)| *of_row == message_type)
            .map(|(_, length)| *length)
            .ok_or(Error::MessageTypeNotOfAlgorithm {
                message_type,
                algorithm: self,
            })
    }
}

/// The kind of a KMS key: the `KeySpec` of GetPublicKey, as far as it can sign.
///
/// See the AWS KMS Developer Guide,
/// [Key spec reference](https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeySpec {
    /// `RSA_2048`: an RSA key with a modulus of 2048 bits.
    Rsa2048,
    /// `RSA_3072`: an RSA key with a modulus of 3072 bits.
    Rsa3072,
    /// `RSA_4096`: an RSA key with a modulus of 4096 bits.
    Rsa4096,
    /// `ECC_NIST_P256`: a point of P-256 (secp256r1, prime256v1).
    EccNistP256,
    /// `ECC_NIST_P384`: a point of P-384 (secp384r1).
    EccNistP384,
    /// `ECC_NIST_P521`: a point of P-521 (secp521r1).
    EccNistP521,
    /// `ECC_SECG_P256K1`: a point of secp256k1.
    EccSecgP256k1,
    /// `ECC_NIST_EDWARDS25519`: an Ed25519 key.
    EccNistEdwards25519,
    /// `ML_DSA_44`: an ML-DSA-44 key.
    MlDsa44,
    /// `ML_DSA_65`: an ML-DSA-65 key.
    MlDsa65,
    /// `ML_DSA_87`: an ML-DSA-87 key.
    MlDsa87,
    /// `SM2`: a point of the SM2 curve, sm2p256v1 (China Regions).
    Sm2,
}

impl KeySpec {
    /// All 12 key specs that can sign.
    pub const ALL: [Self; 12] = [
        Rsa2048,
        Rsa3072,
        Rsa4096,
        EccNistP256,
        EccNistP384,
        EccNistP521,
        EccSecgP256k1,
        EccNistEdwards25519,
        MlDsa44,
        MlDsa65,
        MlDsa87,
        Sm2,
    ];

    /// The table of key specs: KMS's name, the algorithms of the key spec in the order in which GetPublicKey lists them,
    /// and the cargo feature that verifies with such keys.
    const fn row(self) -> (&'static str, &'static [SigningAlgorithm], &'static str) {
        /// Every RSA key has all six.
        const RSA: &[SigningAlgorithm] = &[
            RsassaPkcs1V15Sha256,
            RsassaPkcs1V15Sha384,
            RsassaPkcs1V15Sha512,
            RsassaPssSha256,
            RsassaPssSha384,
            RsassaPssSha512,
        ];
        match self {
            Rsa2048 => ("RSA_2048", RSA, "rsa"),
            Rsa3072 => ("RSA_3072", RSA, "rsa"),
            Rsa4096 => ("RSA_4096", RSA, "rsa"),
            EccNistP256 => ("ECC_NIST_P256", &[EcdsaSha256], "ecdsa"),
            EccNistP384 => ("ECC_NIST_P384", &[EcdsaSha384], "ecdsa"),
            EccNistP521 => ("ECC_NIST_P521", &[EcdsaSha512], "ecdsa"),
            EccSecgP256k1 => ("ECC_SECG_P256K1", &[EcdsaSha256], "ecdsa"),
            EccNistEdwards25519 => ("ECC_NIST_EDWARDS25519", &[Ed25519PhSha512, Ed25519Sha512], "ed25519"),
            MlDsa44 => ("ML_DSA_44", &[MlDsaShake256], "ml-dsa"),
            MlDsa65 => ("ML_DSA_65", &[MlDsaShake256], "ml-dsa"),
            MlDsa87 => ("ML_DSA_87", &[MlDsaShake256], "ml-dsa"),
            Sm2 => ("SM2", &[Sm2Dsa], "sm2"),
        }
    }

    /// KMS's name, such as `"ECC_NIST_P256"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The algorithms that a key of this spec can be used with, in the order in which GetPublicKey lists them.
    #[must_use]
    pub fn signing_algorithms(self) -> &'static [SigningAlgorithm] {
        self.row().1
    }

    /// Refuses an algorithm that a key of this spec cannot have.
    pub(crate) fn check_algorithm(self, algorithm: SigningAlgorithm) -> Result<(), Error> {
        if self.signing_algorithms().contains(&algorithm) {
            Ok(())
        } else {
            Err(Error::AlgorithmNotOfKeySpec {
                algorithm,
                key_spec: self,
            })
        }
    }

    /// The cargo feature of this crate that verifies with such keys.
    pub(crate) fn feature(self) -> &'static str {
        self.row().2
    }
}

/// What a message is: the `MessageType` of the KMS Sign and Verify operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageType {
    /// `RAW`: the message itself, which the algorithm hashes.
    Raw,
    /// `DIGEST`: a digest of the message, made with the algorithm's hash function.
    Digest,
    /// `EXTERNAL_MU`: the 64-byte message representative mu of ML-DSA (FIPS 204 section 6.2).
    ExternalMu,
}

impl MessageType {
    /// All three.
    pub const ALL: [Self; 3] = [Raw, Digest, ExternalMu];

    /// KMS's name, such as `"RAW"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Raw => "RAW",
            Digest => "DIGEST",
            ExternalMu => "EXTERNAL_MU",
        }
    }
}

/// `FromStr`, `Display` and `AsRef<str>` by KMS's names.
macro_rules! named {
    ($type:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl FromStr for $type {
            type Err = Error;

            /// Parses KMS's name, exactly: no other case, no surrounding space.
            fn from_str(name: &str) -> Result<Self, Error> {
                Self::ALL
                    .into_iter()
                    .find(|value| value.as_str() == name)
                    .ok_or_else(|| Error::UnknownName {
                        kind: NameKind::$type,
                        given: excerpt(name),
                    })
            }
        }
    };
}

named!(SigningAlgorithm);
named!(KeySpec);
named!(MessageType);
