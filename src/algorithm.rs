//! Signing algorithms, key specs and message types of AWS KMS, and their combinations.
//!
//! All properties are defined by two tables: [`SigningAlgorithm::row`] and [`KeySpec::row`].

mod intended;
mod name;

use core::fmt;
use core::str::FromStr;

use crate::scheme::hash::HashFunction::{Sha256, Sha384, Sha512};
use crate::scheme::{Mode, Padding, Scheme};
pub(crate) use name::List;
pub use name::{NameKind, UnknownName};

use KeySpec::*;
use MessageType::*;
use SigningAlgorithm::*;

/// A KMS signing algorithm: the `SigningAlgorithm` of the KMS Sign and Verify operations.
///
/// [`FromStr`] and [`Display`](fmt::Display) use exactly the names of KMS. All 13 names parse with any set of features.
/// An algorithm determines padding, hash function, salt length and signature encoding, so there are no other
/// parameters.
///
/// ```
/// use kms_verify::SigningAlgorithm;
///
/// let algorithm: SigningAlgorithm = "ECDSA_SHA_256".parse()?;
/// assert_eq!(algorithm, SigningAlgorithm::EcdsaSha256);
/// assert_eq!(algorithm.to_string(), "ECDSA_SHA_256");
/// # Ok::<(), kms_verify::UnknownName>(())
/// ```
///
/// See the AWS KMS API Reference,
/// [Sign](https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_RequestSyntax).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
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
    /// `ED25519_SHA_512`: RFC 8032 section 5.1 Ed25519, pure. Supports RAW only.
    Ed25519Sha512,
    /// `ED25519_PH_SHA_512`: RFC 8032 section 5.1 Ed25519ph with an empty context, where the message is the 64-byte
    /// DIGEST, which is hashed again. Supports DIGEST only.
    Ed25519PhSha512,
}

impl SigningAlgorithm {
    /// All 13 algorithms, in the order of the KMS API.
    pub const ALL: &'static [Self] = &[
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

    /// The table of algorithms: the name in KMS, the scheme with its hash function, the supported message types, and the
    /// names in JOSE with their keys.
    #[rustfmt::skip]
    const fn row(self) -> (&'static str, Scheme, &'static [MessageType], JoseNames) {
        use Mode::{Prehashed, Pure};
        use Padding::{Pkcs1, Pss};
        use Scheme::{Ecdsa, Ed25519, MlDsa, Rsa};
        const RSA: &[KeySpec] = &[Rsa2048, Rsa3072, Rsa4096];
        match self {
            RsassaPssSha256 => ("RSASSA_PSS_SHA_256", Rsa(Pss, Sha256), &[Raw, Digest], &[("PS256", RSA)]),
            RsassaPssSha384 => ("RSASSA_PSS_SHA_384", Rsa(Pss, Sha384), &[Raw, Digest], &[("PS384", RSA)]),
            RsassaPssSha512 => ("RSASSA_PSS_SHA_512", Rsa(Pss, Sha512), &[Raw, Digest], &[("PS512", RSA)]),
            RsassaPkcs1V15Sha256 => ("RSASSA_PKCS1_V1_5_SHA_256", Rsa(Pkcs1, Sha256), &[Raw, Digest], &[("RS256", RSA)]),
            RsassaPkcs1V15Sha384 => ("RSASSA_PKCS1_V1_5_SHA_384", Rsa(Pkcs1, Sha384), &[Raw, Digest], &[("RS384", RSA)]),
            RsassaPkcs1V15Sha512 => ("RSASSA_PKCS1_V1_5_SHA_512", Rsa(Pkcs1, Sha512), &[Raw, Digest], &[("RS512", RSA)]),
            EcdsaSha256 => ("ECDSA_SHA_256", Ecdsa(Sha256), &[Raw, Digest],
                &[("ES256", &[EccNistP256]), ("ES256K", &[EccSecgP256k1])]),
            EcdsaSha384 => ("ECDSA_SHA_384", Ecdsa(Sha384), &[Raw, Digest], &[("ES384", &[EccNistP384])]),
            EcdsaSha512 => ("ECDSA_SHA_512", Ecdsa(Sha512), &[Raw, Digest], &[("ES512", &[EccNistP521])]),
            Sm2Dsa => ("SM2DSA", Scheme::Sm2, &[Raw, Digest], &[]),
            MlDsaShake256 => ("ML_DSA_SHAKE_256", MlDsa, &[Raw, ExternalMu],
                &[("ML-DSA-44", &[MlDsa44]), ("ML-DSA-65", &[MlDsa65]), ("ML-DSA-87", &[MlDsa87])]),
            // The second is the deprecated name.
            Ed25519Sha512 => ("ED25519_SHA_512", Ed25519(Pure), &[Raw],
                &[("Ed25519", &[EccNistEdwards25519]), ("EdDSA", &[EccNistEdwards25519])]),
            Ed25519PhSha512 => ("ED25519_PH_SHA_512", Ed25519(Prehashed), &[Digest], &[]),
        }
    }

    /// The name in KMS, such as `"ECDSA_SHA_256"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The signature scheme.
    pub(crate) fn scheme(self) -> Scheme {
        self.row().1
    }

    /// The message types that KMS supports for this algorithm.
    #[must_use]
    pub fn message_types(self) -> &'static [MessageType] {
        self.row().2
    }

    /// The name of this algorithm in JOSE with a key of this spec, the `alg` of JWS and JWK: such as `"ES256"` for
    /// `ECDSA_SHA_256` with P-256, and `"ES256K"` with secp256k1.
    ///
    /// `None` if the key does not support the algorithm, or JOSE has no name for it: `SM2DSA` and `ED25519_PH_SHA_512`
    /// have none.
    ///
    /// The names are those of RFC 7518 section 3.1, RFC 8812 section 3.2 (`ES256K`), RFC 9864 section 2.2 (`Ed25519`)
    /// and RFC 9964 (`ML-DSA-44`, `-65`, `-87`).
    #[must_use]
    pub fn jose_name(self, key_spec: KeySpec) -> Option<&'static str> {
        self.jose_names(key_spec).next()
    }

    /// The algorithm of a key of this spec with this name in JOSE: the inverse of [`jose_name`](Self::jose_name).
    ///
    /// For Ed25519, `"EdDSA"` is accepted as well, the name of RFC 8037 that RFC 9864 deprecates. Names are
    /// case-sensitive.
    ///
    /// ```
    /// use kms_verify::{KeySpec, SigningAlgorithm};
    ///
    /// let algorithm = SigningAlgorithm::from_jose_name("ES256", KeySpec::EccNistP256);
    /// assert_eq!(algorithm, Some(SigningAlgorithm::EcdsaSha256));
    /// assert_eq!(SigningAlgorithm::from_jose_name("ES256", KeySpec::EccSecgP256k1), None);
    /// assert_eq!(SigningAlgorithm::from_jose_name("none", KeySpec::EccNistP256), None);
    /// ```
    #[must_use]
    pub fn from_jose_name(name: &str, key_spec: KeySpec) -> Option<Self> {
        let mut algorithms = key_spec.signing_algorithms().iter().copied();
        algorithms.find(|algorithm| algorithm.jose_names(key_spec).any(|known| known == name))
    }

    /// The current name, and deprecated ones after it.
    fn jose_names(self, key_spec: KeySpec) -> impl Iterator<Item = &'static str> {
        let names = self.row().3.iter();
        names.filter_map(move |(name, key_specs)| key_specs.contains(&key_spec).then_some(*name))
    }
}

/// Names of an algorithm in JOSE, each with the key specs that it stands for.
type JoseNames = &'static [(&'static str, &'static [KeySpec])];

/// The key spec of a KMS signing key: the `KeySpec` of GetPublicKey.
///
/// See the AWS KMS Developer Guide,
/// [Key spec reference](https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
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
    /// All 12 key specs of signing keys.
    pub const ALL: &'static [Self] = &[
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

    /// The table of key specs: the name in KMS, the algorithms in the order in which GetPublicKey lists them, the
    /// format of signatures, and the cargo feature that enables such keys.
    const fn row(self) -> (&'static str, &'static [SigningAlgorithm], SignatureFormat, &'static str) {
        use SignatureFormat::{Der, Fixed};
        /// Every RSA key supports all six.
        const RSA: &[SigningAlgorithm] = &[
            RsassaPkcs1V15Sha256,
            RsassaPkcs1V15Sha384,
            RsassaPkcs1V15Sha512,
            RsassaPssSha256,
            RsassaPssSha384,
            RsassaPssSha512,
        ];
        match self {
            Rsa2048 => ("RSA_2048", RSA, Fixed(256), "rsa"),
            Rsa3072 => ("RSA_3072", RSA, Fixed(384), "rsa"),
            Rsa4096 => ("RSA_4096", RSA, Fixed(512), "rsa"),
            EccNistP256 => ("ECC_NIST_P256", &[EcdsaSha256], Der(32), "ecdsa"),
            EccNistP384 => ("ECC_NIST_P384", &[EcdsaSha384], Der(48), "ecdsa"),
            EccNistP521 => ("ECC_NIST_P521", &[EcdsaSha512], Der(66), "ecdsa"),
            EccSecgP256k1 => ("ECC_SECG_P256K1", &[EcdsaSha256], Der(32), "ecdsa"),
            EccNistEdwards25519 => (
                "ECC_NIST_EDWARDS25519",
                &[Ed25519PhSha512, Ed25519Sha512],
                Fixed(64),
                "ed25519",
            ),
            MlDsa44 => ("ML_DSA_44", &[MlDsaShake256], Fixed(2420), "ml-dsa"),
            MlDsa65 => ("ML_DSA_65", &[MlDsaShake256], Fixed(3309), "ml-dsa"),
            MlDsa87 => ("ML_DSA_87", &[MlDsaShake256], Fixed(4627), "ml-dsa"),
            Sm2 => ("SM2", &[Sm2Dsa], Der(32), "sm2"),
        }
    }

    /// The name in KMS, such as `"ECC_NIST_P256"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The algorithms that a key of this spec supports, in the order in which GetPublicKey lists them.
    #[must_use]
    pub fn signing_algorithms(self) -> &'static [SigningAlgorithm] {
        self.row().1
    }

    /// The format of signatures by such keys.
    pub(crate) fn signature_format(self) -> SignatureFormat {
        self.row().2
    }

    /// The cargo feature that enables such keys.
    pub(crate) fn feature(self) -> &'static str {
        self.row().3
    }
}

/// The format of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureFormat {
    /// Exactly this number of bytes.
    Fixed(usize),
    /// DER of r and s, each of at most this number of bytes.
    Der(usize),
}

/// The type of a message: the `MessageType` of the KMS Sign and Verify operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MessageType {
    /// `RAW`: the message itself, which the algorithm hashes.
    Raw,
    /// `DIGEST`: the digest of the message with the hash function of the algorithm.
    Digest,
    /// `EXTERNAL_MU`: the 64-byte message representative mu of ML-DSA (FIPS 204 section 6.2).
    ExternalMu,
}

impl MessageType {
    /// All three message types.
    pub const ALL: &'static [Self] = &[Raw, Digest, ExternalMu];

    /// The name in KMS, such as `"RAW"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Raw => "RAW",
            Digest => "DIGEST",
            ExternalMu => "EXTERNAL_MU",
        }
    }
}

/// Implements `FromStr`, `Display` and `AsRef<str>` with the names in KMS.
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
            type Err = UnknownName;

            /// Parses exactly the name in KMS: it is case-sensitive, and surrounding white space is rejected.
            fn from_str(name: &str) -> Result<Self, UnknownName> {
                let known = Self::ALL.iter().copied().find(|value| value.as_str() == name);
                known.ok_or_else(|| UnknownName::new(NameKind::$type, name))
            }
        }
    };
}

named!(SigningAlgorithm);
named!(KeySpec);
named!(MessageType);
