//! What may be the cause when nothing shows it.

use super::cause::Cause;
use super::finding::Finding;
use super::hash::Hash;
use super::recover;
use super::signature;
use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::message::Message;
use crate::public_key::PublicKey;

/// How to come by the key that signed.
pub(super) const GET_THE_KEY: &str = "Get the public key by the key ARN that the Sign response has as KeyId, and not by an \
     alias, which may point to another key by now: aws kms get-public-key --key-id ARN --output text --query PublicKey | \
     base64 --decode > public_key.der. Mind Region and account.";

/// The longest message in bytes that KMS takes as RAW.
const MAX_RAW: usize = 4096;

/// That KMS cannot have signed a message of this length as RAW.
pub(super) fn too_long_for_raw(message: Message<'_>) -> Option<Finding> {
    let Message::Raw(bytes) = message else {
        return None;
    };
    (bytes.len() > MAX_RAW).then(|| {
        Finding::hint(
            Cause::MessageTooLongForRaw,
            format!(
                "The message has {} bytes. KMS takes at most {MAX_RAW} as RAW, so the signer sent a digest of it, or a mu, or \
                 another message.",
                bytes.len()
            ),
            "Find out what the signer sent, and with which --message-type. It should be the digest with DIGEST, or the mu \
             with EXTERNAL_MU: then the whole message verifies as RAW here.",
        )
    })
}

/// What may be wrong with a call whose signature has the right form, and holds for nothing that was tried.
pub(super) fn unexplained(
    key: &PublicKey,
    algorithm: SigningAlgorithm,
    message: Message<'_>,
    signature: &[u8],
) -> Vec<Finding> {
    let mut hints: Vec<Finding> = too_long_for_raw(message).into_iter().collect();
    hints.extend(digest_of_other_hash(algorithm, message));
    hints.push(wrong_key(key, message, signature));
    match key.key_spec() {
        KeySpec::EccNistEdwards25519 => hints.extend(ed25519(message)),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => hints.push(Finding::hint(
            Cause::MlDsaContext,
            "ML-DSA signatures with a context, and those of HashML-DSA, look like KMS's and do not verify.",
            "KMS signs with pure ML-DSA and an empty context. If another signer made this signature, have it do the same.",
        )),
        KeySpec::Sm2 => hints.push(Finding::hint(
            Cause::Sm2DistinguishingId,
            "The digest of SM2 has a distinguishing ID in it. KMS's is \"1234567812345678\"; another one gives another \
             digest.",
            "If the signer uses another ID, compute the digest with it and pass it as DIGEST: \
             PublicKey::sm2_digest(id, message). A plain SM3 digest of the message is never right.",
        )),
        KeySpec::Rsa2048
        | KeySpec::Rsa3072
        | KeySpec::Rsa4096
        | KeySpec::EccNistP256
        | KeySpec::EccNistP384
        | KeySpec::EccNistP521
        | KeySpec::EccSecgP256k1 => {}
    }
    hints
}

/// That a signature of another length may be of a larger or smaller key.
pub(super) fn key_of_other_size(key: &PublicKey, algorithm: SigningAlgorithm, given: &[u8]) -> Option<Finding> {
    let of = KeySpec::ALL.iter().copied().find(|key_spec| {
        *key_spec != key.key_spec()
            && key_spec.signing_algorithms().contains(&algorithm)
            && signature::read(key_spec.signature_format(), given).fits()
    })?;
    Some(Finding::hint(
        Cause::WrongKey,
        format!(
            "The signature has the form of one of {of}, and this key is of {}.",
            key.key_spec()
        ),
        GET_THE_KEY,
    ))
}

fn wrong_key(key: &PublicKey, message: Message<'_>, signature: &[u8]) -> Finding {
    let mut found =
        "The signature has the right form, and was not made with this key over this message. Nothing in it \
                     tells which of the two is another."
            .to_owned();
    if let Some(fingerprints) = recover::signers(key, message, signature) {
        found.push_str(&format!(
            " If it is the key, then the public key that signed, as DER, has the SHA-256 digest {}.",
            fingerprints.join(" or ")
        ));
    }
    let mut advice = GET_THE_KEY.to_owned();
    if recover::is_possible(key) {
        advice.push_str(" sha256sum public_key.der shows its digest.");
    }
    advice.push_str(" And compare the message with what the signer signed, byte by byte: sha256sum on both sides.");
    if key.key_spec() == KeySpec::EccSecgP256k1 {
        advice.push_str(" Ethereum signers sign the Keccak-256 digest, which must be passed as DIGEST.");
    }
    Finding::hint(Cause::WrongKey, found, advice)
}

/// A DIGEST whose length is that of another hash function than the algorithm's.
fn digest_of_other_hash(algorithm: SigningAlgorithm, message: Message<'_>) -> Option<Finding> {
    let Message::Digest(digest) = message else {
        return None;
    };
    let wanted = Hash::of_algorithm(algorithm)?;
    let given = Hash::of_length(digest.len()).filter(|given| *given != wanted)?;
    Some(Finding::hint(
        Cause::WrongHash,
        format!(
            "The DIGEST has {} bytes, as digests of {} have, and {algorithm} takes those of {}.",
            digest.len(),
            given.name(),
            wanted.name()
        ),
        format!(
            "Make the digest with openssl dgst -{} -binary message.bin.",
            wanted.command()
        ),
    ))
}

fn ed25519(message: Message<'_>) -> Option<Finding> {
    matches!(message, Message::Digest(_)).then(|| {
        Finding::hint(
            Cause::Ed25519PureAndPh,
            "Signatures of ED25519_SHA_512 and ED25519_PH_SHA_512 look alike, and from a digest alone one of \
             ED25519_SHA_512 over the message cannot be told.",
            "If the signer may have used ED25519_SHA_512, verify the message itself: --signing-algorithm \
             ED25519_SHA_512 --message-type RAW.",
        )
    })
}
