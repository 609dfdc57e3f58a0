//! Which keys an ECDSA signature can be of, if its message is right (SEC 1 section 4.1.6).

use crate::algorithm::KeySpec;
use crate::message::Message;
use crate::public_key::PublicKey;

/// Whether signatures of such keys tell.
pub(super) fn is_possible(key_spec: KeySpec) -> bool {
    cfg!(feature = "ecdsa")
        && match key_spec {
            KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 | KeySpec::EccSecgP256k1 => true,
            KeySpec::Rsa2048
            | KeySpec::Rsa3072
            | KeySpec::Rsa4096
            | KeySpec::EccNistEdwards25519
            | KeySpec::MlDsa44
            | KeySpec::MlDsa65
            | KeySpec::MlDsa87
            | KeySpec::Sm2 => false,
        }
}

#[cfg(not(feature = "ecdsa"))]
pub(super) fn signers(_: &PublicKey, _: Message<'_>, _: &[u8]) -> Option<Vec<String>> {
    None
}

/// The fingerprints of the keys, on the curve of this one, that made this DER signature if they made it over this message.
/// There are two, but for one signature in 2^32 or fewer.
#[cfg(feature = "ecdsa")]
pub(super) fn signers(key: &PublicKey, message: Message<'_>, signature: &[u8]) -> Option<Vec<String>> {
    use super::hash::Hash;
    use super::text::hex;
    use crate::der::integer_pair;

    let algorithm = *key.signing_algorithms().first()?;
    let hash = Hash::of_algorithm(algorithm)?;
    message.check(algorithm).ok()?;
    let digest = match message {
        Message::Raw(message) => hash.digest(&[message]),
        Message::Digest(digest) | Message::ExternalMu(digest) => digest.to_vec(),
    };
    /// The uncompressed points, on a curve whose numbers have so many bytes.
    macro_rules! points {
        ($curve:ident, $bytes:literal) => {{
            let (r, s) = integer_pair::<$bytes>(signature)?;
            let signature = $curve::ecdsa::Signature::from_scalars(r, s).ok()?;
            [false, true].map(|y_is_odd| {
                let id = k256::ecdsa::RecoveryId::new(y_is_odd, false);
                let key = $curve::ecdsa::VerifyingKey::recover_from_prehash(&digest, &signature, id).ok()?;
                Some(key.to_sec1_point(false).as_bytes().to_vec())
            })
        }};
    }
    let points: [Option<Vec<u8>>; 2] = match key.key_spec() {
        KeySpec::EccNistP256 => points!(p256, 32),
        KeySpec::EccNistP384 => points!(p384, 48),
        KeySpec::EccNistP521 => points!(p521, 66),
        KeySpec::EccSecgP256k1 => points!(k256, 32),
        _ => return None,
    };
    let spki = key.to_der();
    let fingerprints: Vec<String> = points
        .into_iter()
        .flatten()
        .filter_map(|point| {
            // The encoding of a key of the same curve ends in its point, and differs in nothing else.
            let prefix = spki.get(..spki.len().checked_sub(point.len())?)?;
            let signer = PublicKey::from_der(&[prefix, &point].concat()).ok()?;
            Some(hex(&signer.fingerprint()))
        })
        .collect();
    (!fingerprints.is_empty()).then_some(fingerprints)
}
