//! Many signatures of one key, for each algorithm that is verified at once.

use kms_verify::{KeySpec, SigningAlgorithm};
use ml_dsa::{MlDsa44, MlDsa65, MlDsa87};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Signer};
use p256::ecdsa::signature::{Keypair as _, Signer as _};
use spki::EncodePublicKey;

use super::Case;

/// As many as fill lanes several times, and different ones, as in practice: the same one would find its part of the tables
/// in the cache.
pub const MANY: u32 = 64;

/// What is before the key in a SubjectPublicKeyInfo (RFC 8410), which dalek encodes only with another feature.
const ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// The cases of one key for each algorithm.
pub fn many() -> Vec<Vec<Case>> {
    let p256 = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number in range");
    let k256 = k256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number in range");
    let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let ed25519_der = [ED25519, ed25519.verifying_key().as_bytes()].concat();
    let ecdsa = SigningAlgorithm::EcdsaSha256;
    let mut all = vec![
        signed(
            "P-256",
            KeySpec::EccNistP256,
            ecdsa,
            &der(p256.verifying_key()),
            |message| {
                let signature: p256::ecdsa::Signature = p256.sign(message);
                signature.to_der().as_bytes().to_vec()
            },
        ),
        signed(
            "secp256k1",
            KeySpec::EccSecgP256k1,
            ecdsa,
            &der(k256.verifying_key()),
            |message| {
                // Low-S, which libsecp256k1 requires.
                let signature: k256::ecdsa::Signature = k256.sign(message);
                signature.normalize_s().to_der().as_bytes().to_vec()
            },
        ),
        signed(
            "Ed25519",
            KeySpec::EccNistEdwards25519,
            SigningAlgorithm::Ed25519Sha512,
            &ed25519_der,
            |message| ed25519.sign(message).to_bytes().to_vec(),
        ),
    ];
    for (bits, key_spec, pss, pkcs1) in [
        (2048, KeySpec::Rsa2048, "RSA-2048 PSS", "RSA-2048 PKCS1"),
        (3072, KeySpec::Rsa3072, "RSA-3072 PSS", "RSA-3072 PKCS1"),
        (4096, KeySpec::Rsa4096, "RSA-4096 PSS", "RSA-4096 PKCS1"),
    ] {
        let key = Rsa::generate(bits)
            .and_then(PKey::from_rsa)
            .expect("OpenSSL makes keys");
        let public = key.public_key_to_der().expect("a public key");
        for (name, algorithm, padding) in [
            (pss, SigningAlgorithm::RsassaPssSha256, Padding::PKCS1_PSS),
            (pkcs1, SigningAlgorithm::RsassaPkcs1V15Sha256, Padding::PKCS1),
        ] {
            all.push(signed(name, key_spec, algorithm, &public, |message| {
                rsa(&key, padding, message)
            }));
        }
    }
    macro_rules! ml_dsa {
        ($name:literal, $parameters:ident) => {{
            let key = ml_dsa::SigningKey::<$parameters>::from_seed(&[7; 32].into());
            signed(
                $name,
                KeySpec::$parameters,
                SigningAlgorithm::MlDsaShake256,
                &der(&key.verifying_key()),
                |message| {
                    let signature: ml_dsa::Signature<$parameters> = key.sign(message);
                    signature.encode().to_vec()
                },
            )
        }};
    }
    all.extend([
        ml_dsa!("ML-DSA-44", MlDsa44),
        ml_dsa!("ML-DSA-65", MlDsa65),
        ml_dsa!("ML-DSA-87", MlDsa87),
    ]);
    all
}

fn signed(
    name: &'static str,
    key_spec: KeySpec,
    algorithm: SigningAlgorithm,
    public_key: &[u8],
    sign: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<Case> {
    let case = |i: u32| {
        let message = format!("message {i:02} of a batch").into_bytes();
        Case {
            name,
            key_spec,
            algorithm,
            public_key: public_key.to_vec(),
            signature: sign(&message),
            message,
        }
    };
    (0..MANY).map(case).collect()
}

fn der(key: &impl EncodePublicKey) -> Vec<u8> {
    key.to_public_key_der().expect("a public key").into_vec()
}

fn rsa(key: &PKey<Private>, padding: Padding, message: &[u8]) -> Vec<u8> {
    let sign = || {
        let mut signer = Signer::new(MessageDigest::sha256(), key)?;
        signer.set_rsa_padding(padding)?;
        if padding == Padding::PKCS1_PSS {
            signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        }
        signer.sign_oneshot_to_vec(message)
    };
    sign().expect("OpenSSL signs")
}
