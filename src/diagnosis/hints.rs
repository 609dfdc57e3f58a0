//! Hints at possible causes when none was found.

use super::advice::{Advice, Call};
use super::cause::Cause;
use super::finding::Finding;
use super::hash::Hash;
use super::recover;
use super::signature;
use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::message::Message;
use crate::public_key::PublicKey;

/// How to get the key that signed.
pub(super) fn get_the_key() -> Advice {
    Advice::call(
        "Get the public key by the key ARN in the KeyId of the Sign response, not by an alias, which may point to another \
         key by now",
        Call::GetPublicKey,
    )
    .then_say("Check the Region and the account.")
}

/// The maximum length in bytes of a RAW message in KMS.
const MAX_RAW: usize = 4096;

/// A hint that the message is too long for KMS to have signed it as RAW.
pub(super) fn too_long_for_raw(message: Message<'_>) -> Option<Finding> {
    let Message::Raw(bytes) = message else {
        return None;
    };
    (bytes.len() > MAX_RAW).then(|| {
        Finding::hint(
            Cause::MessageTooLongForRaw,
            format!(
                "The message has {} bytes, but KMS accepts at most {MAX_RAW} as RAW, so the signer sent a digest or a \
                 mu of it, or another message.",
                bytes.len()
            ),
            Advice::say(
                "Check what the signer sent, and with which message type. It should be the digest with DIGEST or the mu with \
                 EXTERNAL_MU. Such a signature verifies here with the whole message as RAW.",
            ),
        )
    })
}

/// Hints for a signature in the correct format that did not verify with any candidate.
pub(super) fn unexplained(
    key: &PublicKey,
    algorithm: SigningAlgorithm,
    message: Message<'_>,
    signature: &[u8],
) -> Vec<Finding> {
    let mut hints: Vec<Finding> = empty(message).into_iter().collect();
    hints.extend(digest_of_other_hash(algorithm, message));
    hints.push(wrong_key(key, message, signature));
    hints.extend(too_long_for_raw(message));
    match key.key_spec() {
        KeySpec::EccNistEdwards25519 => hints.extend(ed25519(message)),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => hints.push(Finding::hint(
            Cause::MlDsaContext,
            "ML-DSA signatures with a context, and signatures of HashML-DSA, look like those of KMS but do not verify.",
            Advice::say(
                "KMS signs with pure ML-DSA and an empty context. If another signer made this signature, configure it in the \
                 same way.",
            ),
        )),
        KeySpec::Sm2 => hints.push(Finding::hint(
            Cause::Sm2DistinguishingId,
            "The digest of SM2 includes a distinguishing ID. KMS uses \"1234567812345678\"; another ID results in \
             another digest.",
            Advice::call(
                "If the signer uses another ID, compute the digest with that ID and pass it as DIGEST",
                Call::Sm2Digest,
            )
            .then_say("A plain SM3 digest of the message is never correct."),
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

/// A hint that a signature of another length may belong to a larger or smaller key.
pub(super) fn key_of_other_size(key: &PublicKey, algorithm: SigningAlgorithm, given: &[u8]) -> Option<Finding> {
    let of = KeySpec::ALL.iter().copied().find(|key_spec| {
        *key_spec != key.key_spec()
            && key_spec.signing_algorithms().contains(&algorithm)
            && signature::is_of(key_spec.signature_format(), given)
    })?;
    Some(Finding::hint(
        Cause::WrongKey,
        format!(
            "The signature has the format of {of}, but this is a key of {}.",
            key.key_spec()
        ),
        get_the_key(),
    ))
}

fn wrong_key(key: &PublicKey, message: Message<'_>, signature: &[u8]) -> Finding {
    let mut found =
        "The signature has the correct format, but was not made with this key over this message. Nothing in the \
         signature shows whether the key or the message is wrong."
            .to_owned();
    if let Some(fingerprints) = recover::signers(key, message, signature) {
        found.push_str(&format!(
            " If the key is wrong, the SHA-256 digest of the public key that signed, as DER, is {}.",
            fingerprints.join(" or ")
        ));
    }
    let mut advice = get_the_key();
    if recover::is_possible(key) {
        advice = advice.then_call("Compare its digest", Call::Fingerprint);
    }
    advice = advice.then_call(
        "Compare the message with the signed one byte by byte, by their digests on both sides",
        Call::Compare(Hash::Sha256),
    );
    if is_json_object(message) {
        advice = advice.then_say(
            "If it is the payload of a JWT, the signed message is the first two parts of the token with the dot between \
             them, as they stand there: the header is part of it.",
        );
    }
    Finding::hint(Cause::WrongKey, found, advice)
}

/// A hint that the length of the DIGEST is that of another hash function.
fn digest_of_other_hash(algorithm: SigningAlgorithm, message: Message<'_>) -> Option<Finding> {
    let Message::Digest(digest) = message else {
        return None;
    };
    let wanted = Hash::of_algorithm(algorithm)?;
    let given = Hash::of_length(digest.len()).filter(|given| *given != wanted)?;
    Some(Finding::hint(
        Cause::WrongHash,
        format!(
            "The DIGEST has {} bytes, the length of a {} digest, but {algorithm} requires a {} digest.",
            digest.len(),
            given.name(),
            wanted.name()
        ),
        Advice::call(
            format!("Compute the {} digest of the message", wanted.name()),
            Call::Digest(wanted),
        ),
    ))
}

fn ed25519(message: Message<'_>) -> Option<Finding> {
    matches!(message, Message::Digest(_)).then(|| {
        Finding::hint(
            Cause::Ed25519PureAndPh,
            "Signatures of ED25519_SHA_512 and ED25519_PH_SHA_512 look alike, and a signature of ED25519_SHA_512 \
             cannot be checked against a digest.",
            Advice::call(
                "If the signer may have used ED25519_SHA_512, verify the message itself with it, as RAW",
                Call::Algorithm(SigningAlgorithm::Ed25519Sha512),
            ),
        )
    })
}

/// A hint that KMS never signs the empty message.
fn empty(message: Message<'_>) -> Option<Finding> {
    message.as_bytes().is_empty().then(|| {
        Finding::hint(
            Cause::MessageEmpty,
            "The given message is empty, and KMS signs messages of 1 to 4096 bytes.",
            Advice::say("Check the file or the variable that it comes from: it may be empty or unset."),
        )
    })
}

/// Whether the message may be the payload of a JWT.
fn is_json_object(message: Message<'_>) -> bool {
    match message {
        Message::Raw(bytes) => bytes.starts_with(b"{") && bytes.trim_ascii_end().ends_with(b"}"),
        Message::Digest(_) | Message::ExternalMu(_) => false,
    }
}
