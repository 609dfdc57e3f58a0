use std::cell::RefCell;

use kms_verify::{KeySpec, SigningAlgorithm};
use openssl::error::ErrorStack;
use openssl::hash::{DigestBytes, Hasher, MessageDigest, hash};
use openssl::md::Md;
use openssl::pkey::{PKey, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::sha::{sha256, sha384, sha512};
use openssl::sign::{RsaPssSaltlen, Verifier};

use super::{Implementation, subject_public_key};
use crate::cases::Case;

const NAME: &str = "openssl";

/// A key with everything that can be set in advance, which is the fastest way to use OpenSSL. Its context is mutable in
/// each verification.
type Context = RefCell<PkeyCtx<Public>>;

pub(super) fn of(case: &Case) -> Option<Implementation> {
    Some(match (case.key_spec, case.algorithm) {
        (_, SigningAlgorithm::RsassaPssSha256) => Implementation::new(
            NAME,
            case,
            |der| rsa_context(der, Padding::PKCS1_PSS).ok(),
            |key, message, signature| verify(key, &sha256(message), signature),
        ),
        (_, SigningAlgorithm::RsassaPkcs1V15Sha256) => Implementation::new(
            NAME,
            case,
            |der| rsa_context(der, Padding::PKCS1).ok(),
            |key, message, signature| verify(key, &sha256(message), signature),
        ),
        (KeySpec::EccNistP256 | KeySpec::EccSecgP256k1, _) => Implementation::new(
            NAME,
            case,
            |der| context(der).ok().map(RefCell::new),
            |key, message, signature| verify(key, &sha256(message), signature),
        ),
        (KeySpec::EccNistP384, _) => Implementation::new(
            NAME,
            case,
            |der| context(der).ok().map(RefCell::new),
            |key, message, signature| verify(key, &sha384(message), signature),
        ),
        (KeySpec::EccNistP521, _) => Implementation::new(
            NAME,
            case,
            |der| context(der).ok().map(RefCell::new),
            |key, message, signature| verify(key, &sha512(message), signature),
        ),
        (KeySpec::Sm2, _) => Implementation::new(
            NAME,
            case,
            |der| {
                let identity = sm2_identity(subject_public_key(der)?).ok()?;
                Some((RefCell::new(context(der).ok()?), identity))
            },
            |(key, identity), message, signature| {
                sm2_digest(identity, message).is_ok_and(|digest| verify(key, &digest, signature))
            },
        ),
        (KeySpec::EccNistEdwards25519, _) => without_digest(case),
        // From OpenSSL 3.5.
        (KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87, _)
            if PKey::public_key_from_der(&case.public_key).is_ok() =>
        {
            without_digest(case)
        }
        _ => return None,
    })
}

/// For algorithms that hash the message themselves.
fn without_digest(case: &Case) -> Implementation {
    Implementation::new(
        NAME,
        case,
        |der| PKey::public_key_from_der(der).ok(),
        |key, message, signature| {
            Verifier::new_without_digest(key)
                .and_then(|mut verifier| verifier.verify_oneshot(signature, message))
                .unwrap_or(false)
        },
    )
}

fn verify(key: &Context, digest: &[u8], signature: &[u8]) -> bool {
    key.borrow_mut().verify(digest, signature).unwrap_or(false)
}

fn context(der: &[u8]) -> Result<PkeyCtx<Public>, ErrorStack> {
    let key = PKey::public_key_from_der(der)?;
    let mut context = PkeyCtx::new(&key)?;
    context.verify_init()?;
    Ok(context)
}

fn rsa_context(der: &[u8], padding: Padding) -> Result<Context, ErrorStack> {
    let mut context = context(der)?;
    context.set_rsa_padding(padding)?;
    context.set_signature_md(Md::sha256())?;
    if padding == Padding::PKCS1_PSS {
        context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        context.set_rsa_mgf1_md(Md::sha256())?;
    }
    Ok(RefCell::new(context))
}

/// ZA of GB/T 32918.2 section 5.5 with the ID `1234567812345678`, for an uncompressed point. The binding cannot pass an
/// ID to OpenSSL.
fn sm2_identity(point: &[u8]) -> Result<DigestBytes, ErrorStack> {
    /// The length of the ID in bits, the ID, and a, b, xG, yG of sm2p256v1 (GB/T 32918.5 section 2).
    const BEFORE_KEY: &[u8] = b"\x00\x801234567812345678\
        \xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\
        \xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc\
        \x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\
        \xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93\
        \x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\
        \x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\
        \xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\
        \xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";
    hash(
        MessageDigest::sm3(),
        &[BEFORE_KEY, point.get(1..).unwrap_or_default()].concat(),
    )
}

fn sm2_digest(identity: &[u8], message: &[u8]) -> Result<DigestBytes, ErrorStack> {
    let mut hasher = Hasher::new(MessageDigest::sm3())?;
    hasher.update(identity)?;
    hasher.update(message)?;
    hasher.finish()
}
