//! Recovers the public keys that may have made an ECDSA signature over a message (SEC 1 section 4.1.6).

use super::hash::Hash;
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::Key;

/// Whether keys can be recovered from signatures of such a key.
pub(super) fn is_possible(key: &PublicKey) -> bool {
    match &key.key {
        Key::Ecdsa(_) => true,
        Key::Rsa(_) | Key::Ed25519(_) | Key::MlDsa(_) | Key::Sm2(_) => false,
    }
}

/// The fingerprints of the keys on the curve of this key that may have made this DER signature over this message. There
/// are two, except with probability at most 2^-32.
pub(super) fn signers(key: &PublicKey, message: Message<'_>, signature: &[u8]) -> Option<Vec<String>> {
    let algorithm = *key.signing_algorithms().first()?;
    let hash = Hash::of_algorithm(algorithm)?;
    message.check(algorithm).ok()?;
    let digest = match message {
        Message::Raw(message) => hash.digest(&[message]),
        Message::Digest(digest) | Message::ExternalMu(digest) => digest.to_vec(),
    };
    let spki = key.to_der();
    let fingerprints: Vec<String> = key
        .key
        .signers(algorithm.scheme(), &digest, signature)
        .into_iter()
        .filter_map(|point| {
            // Encodings of keys on the same curve only differ in the coordinates at the end.
            let prefix = spki.get(..spki.len().checked_sub(point.len())?)?;
            let signer = PublicKey::from_der(&[prefix, &point].concat()).ok()?;
            Some(signer.fingerprint().to_string())
        })
        .collect();
    (!fingerprints.is_empty()).then_some(fingerprints)
}
