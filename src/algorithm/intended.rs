//! The names of KMS for the names of other standards and libraries.

use alloc::string::String;

use super::{KeySpec, MessageType, NameKind, SigningAlgorithm};

use KeySpec::*;
use SigningAlgorithm::*;

/// The name in KMS of what others call by this name.
pub(super) fn intended(kind: NameKind, given: &str) -> Option<&'static str> {
    // The names of others differ in letter case and separators, and may end a URI, as in XML signatures.
    let given = given.rsplit(['#', ':']).next().unwrap_or(given);
    let name: String = given
        .chars()
        .take(64)
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_uppercase())
        .collect();
    match kind {
        NameKind::SigningAlgorithm => algorithm(given, &name).map(SigningAlgorithm::as_str),
        NameKind::KeySpec => key_spec(&name).map(KeySpec::as_str),
        NameKind::MessageType => message_type(&name).map(MessageType::as_str),
    }
}

/// Whether this is a name of KMS but for its case and separators.
fn is_name(of_kms: &str, name: &str) -> bool {
    of_kms.chars().filter(char::is_ascii_alphanumeric).eq(name.chars())
}

fn algorithm(given: &str, name: &str) -> Option<SigningAlgorithm> {
    let of_kms = SigningAlgorithm::ALL
        .iter()
        .find(|algorithm| is_name(algorithm.as_str(), name));
    if let Some(algorithm) = of_kms {
        return Some(*algorithm);
    }
    // The numbers of COSE (RFC 9053 section 2, RFC 8812 section 2, RFC 9864 section 4).
    match given.trim() {
        "-7" | "-9" | "-47" => return Some(EcdsaSha256),
        "-35" | "-51" => return Some(EcdsaSha384),
        "-36" | "-52" => return Some(EcdsaSha512),
        "-8" | "-19" => return Some(Ed25519Sha512),
        "-37" => return Some(RsassaPssSha256),
        "-38" => return Some(RsassaPssSha384),
        "-39" => return Some(RsassaPssSha512),
        "-257" => return Some(RsassaPkcs1V15Sha256),
        "-258" => return Some(RsassaPkcs1V15Sha384),
        "-259" => return Some(RsassaPkcs1V15Sha512),
        "-48" | "-49" | "-50" => return Some(MlDsaShake256),
        _ => {}
    }
    let has = |part: &str| name.contains(part);
    if has("MLDSA") || has("DILITHIUM") {
        return Some(MlDsaShake256);
    }
    if has("SM2") {
        return Some(Sm2Dsa);
    }
    if has("ED25519PH") || has("EDDSAPH") || has("HASHEDDSA") {
        return Some(Ed25519PhSha512);
    }
    if has("ED25519") || has("EDDSA") {
        return Some(Ed25519Sha512);
    }
    // A size of a key or the number of a curve may precede the hash function, or stand in its place.
    let hash = [
        ("SHA256", 256),
        ("SHA384", 384),
        ("SHA512", 512),
        ("256", 256),
        ("384", 384),
        ("521", 512),
        ("512", 512),
    ]
    .iter()
    .find(|(part, _)| has(part))
    .map(|(_, bits)| *bits)?;
    let [pss, pkcs1, ecdsa] = match hash {
        256 => [RsassaPssSha256, RsassaPkcs1V15Sha256, EcdsaSha256],
        384 => [RsassaPssSha384, RsassaPkcs1V15Sha384, EcdsaSha384],
        _ => [RsassaPssSha512, RsassaPkcs1V15Sha512, EcdsaSha512],
    };
    if has("PSS") || has("MGF1") || name.starts_with("PS") {
        Some(pss)
    } else if has("RSA") || has("PKCS1") || name.starts_with("RS") {
        Some(pkcs1)
    } else if has("ECDSA") || name.starts_with("ES") || name.starts_with("EC") {
        Some(ecdsa)
    } else {
        None
    }
}

fn key_spec(name: &str) -> Option<KeySpec> {
    let of_kms = KeySpec::ALL.iter().find(|key_spec| is_name(key_spec.as_str(), name));
    if let Some(key_spec) = of_kms {
        return Some(*key_spec);
    }
    Some(match name {
        "RSA2048" => Rsa2048,
        "RSA3072" => Rsa3072,
        "RSA4096" => Rsa4096,
        "P256" | "NISTP256" | "SECP256R1" | "PRIME256V1" | "ECP256" => EccNistP256,
        "P384" | "NISTP384" | "SECP384R1" | "ECP384" => EccNistP384,
        "P521" | "NISTP521" | "SECP521R1" | "ECP521" => EccNistP521,
        "SECP256K1" | "P256K" | "P256K1" | "K256" => EccSecgP256k1,
        "ED25519" | "EDWARDS25519" => EccNistEdwards25519,
        "MLDSA44" => MlDsa44,
        "MLDSA65" => MlDsa65,
        "MLDSA87" => MlDsa87,
        "CURVESM2" | "SM2P256V1" => Sm2,
        _ => return None,
    })
}

fn message_type(name: &str) -> Option<MessageType> {
    Some(match name {
        "RAW" | "MESSAGE" | "TEXT" | "PLAINTEXT" | "UNHASHED" => MessageType::Raw,
        "DIGEST" | "HASH" | "HASHED" | "PREHASH" | "PREHASHED" => MessageType::Digest,
        "EXTERNALMU" | "MU" => MessageType::ExternalMu,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_have_a_name_in_kms() {
        let names: [(&str, &[&str]); 13] = [
            (
                "RSASSA_PSS_SHA_256",
                &[
                    "PS256",
                    "SHA256withRSA/PSS",
                    "SHA256withRSAandMGF1",
                    "RSA_SIGN_PSS_2048_SHA256",
                    "rsassa_pss_sha_256",
                ],
            ),
            ("RSASSA_PSS_SHA_384", &["PS384", "-38"]),
            ("RSASSA_PSS_SHA_512", &["PS512", "rsa-pss-sha512"]),
            (
                "RSASSA_PKCS1_V1_5_SHA_256",
                &[
                    "RS256",
                    "SHA256withRSA",
                    "sha256WithRSAEncryption",
                    "rsa-sha2-256",
                    "RSA-SHA256",
                    "rsa-v1_5-sha256",
                    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                    "RsassaPkcs1V15Sha256",
                ],
            ),
            ("RSASSA_PKCS1_V1_5_SHA_384", &["RS384", "SHA384withRSA"]),
            ("RSASSA_PKCS1_V1_5_SHA_512", &["RS512", "-259"]),
            (
                "ECDSA_SHA_256",
                &[
                    "ES256",
                    "ES256K",
                    "SHA256withECDSA",
                    "SHA256withECDSAinP1363Format",
                    "ecdsa-with-SHA256",
                    "ecdsa_sha_256",
                    "ecdsa-sha2-nistp256",
                    "EC_SIGN_P256_SHA256",
                    "-7",
                    "ECDSA-SHA256",
                    "EcdsaSha256",
                ],
            ),
            ("ECDSA_SHA_384", &["ES384", "SHA384withECDSA", "ecdsa-p384-sha384"]),
            ("ECDSA_SHA_512", &["ES512", "ecdsa-sha2-nistp521", "-36"]),
            ("SM2DSA", &["SM3withSM2", "sm2", "SM2-with-SM3"]),
            ("ML_DSA_SHAKE_256", &["ML-DSA-44", "ML-DSA-65", "Dilithium3", "-49"]),
            ("ED25519_SHA_512", &["EdDSA", "Ed25519", "ssh-ed25519", "EDDSA", "-8"]),
            ("ED25519_PH_SHA_512", &["Ed25519ph"]),
        ];
        for (of_kms, others) in names {
            for other in others {
                assert_eq!(intended(NameKind::SigningAlgorithm, other), Some(of_kms), "{other}");
            }
        }
        for not in ["", "HS256", "none", "SHA256", "SHA1withRSA", "DSA", "RSA", "X25519"] {
            assert_eq!(intended(NameKind::SigningAlgorithm, not), None, "{not}");
        }
        for (other, of_kms) in [("digest", "DIGEST"), ("Raw", "RAW"), ("external-mu", "EXTERNAL_MU")] {
            assert_eq!(intended(NameKind::MessageType, other), Some(of_kms));
        }
        for (other, of_kms) in [
            ("prime256v1", "ECC_NIST_P256"),
            ("rsa-2048", "RSA_2048"),
            ("ml_dsa_44", "ML_DSA_44"),
        ] {
            assert_eq!(intended(NameKind::KeySpec, other), Some(of_kms));
        }
    }
}
