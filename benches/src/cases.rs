//! The cases: a key, a message and a signature for each algorithm.

mod many;

pub use many::{MANY, many};

use kms_verify::{KeySpec, SigningAlgorithm};

/// A valid signature, with its key and message.
#[derive(Clone)]
pub struct Case {
    pub name: &'static str,
    pub key_spec: KeySpec,
    pub algorithm: SigningAlgorithm,
    /// A SubjectPublicKeyInfo as DER.
    pub public_key: Vec<u8>,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

/// The case of a directory of vectors.
macro_rules! case {
    ($name:literal, $key_spec:ident, $algorithm:ident, $folder:literal) => {
        Case {
            name: $name,
            key_spec: KeySpec::$key_spec,
            algorithm: SigningAlgorithm::$algorithm,
            public_key: include_bytes!(concat!("../../", $folder, "/public_key.der")).to_vec(),
            message: include_bytes!(concat!("../../", $folder, "/message.bin")).to_vec(),
            signature: include_bytes!(concat!("../../", $folder, "/signature.bin")).to_vec(),
        }
    };
}

/// All cases. Those of `tests/vectors` are signatures of KMS; `benches/vectors` has the other kinds.
#[rustfmt::skip]
pub fn all() -> Vec<Case> {
    vec![
        case!("RSA-2048 PSS", Rsa2048, RsassaPssSha256, "tests/vectors/kms/stackd-rsa_2048-rsassa_pss_sha_256-raw"),
        case!("RSA-2048 PKCS1", Rsa2048, RsassaPkcs1V15Sha256, "tests/vectors/kms/stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_256-raw"),
        case!("RSA-3072 PSS", Rsa3072, RsassaPssSha256, "tests/vectors/kms/stackd-rsa_3072-rsassa_pss_sha_256-raw"),
        case!("RSA-3072 PKCS1", Rsa3072, RsassaPkcs1V15Sha256, "benches/vectors/rsa_3072_pkcs1_sha256"),
        case!("RSA-4096 PSS", Rsa4096, RsassaPssSha256, "benches/vectors/rsa_4096_pss_sha256"),
        case!("RSA-4096 PKCS1", Rsa4096, RsassaPkcs1V15Sha256, "tests/vectors/kms/stackd-rsa_4096-rsassa_pkcs1_v1_5_sha_256-raw"),
        case!("P-256", EccNistP256, EcdsaSha256, "tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1"),
        case!("P-384", EccNistP384, EcdsaSha384, "tests/vectors/kms/stackd-ecc_nist_p384-ecdsa_sha_384-raw1"),
        case!("P-521", EccNistP521, EcdsaSha512, "tests/vectors/kms/stackd-ecc_nist_p521-ecdsa_sha_512-raw1"),
        case!("secp256k1", EccSecgP256k1, EcdsaSha256, "tests/vectors/kms/stackd-ecc_secg_p256k1-ecdsa_sha_256-raw2"),
        case!("SM2", Sm2, Sm2Dsa, "benches/vectors/sm2"),
        case!("Ed25519", EccNistEdwards25519, Ed25519Sha512, "tests/vectors/kms/stackd-ed25519-pure-raw"),
        case!("ML-DSA-44", MlDsa44, MlDsaShake256, "tests/vectors/kms/stackd-ml_dsa_44-raw"),
        case!("ML-DSA-65", MlDsa65, MlDsaShake256, "tests/vectors/kms/stackd-ml_dsa_65-raw"),
        case!("ML-DSA-87", MlDsa87, MlDsaShake256, "tests/vectors/kms/stackd-ml_dsa_87-raw"),
    ]
}
