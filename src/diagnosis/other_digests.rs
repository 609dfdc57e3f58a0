//! Digests that ML-DSA and SM2 signers compute differently from KMS.

use super::advice::{Advice, Call};
use super::cause::Cause;
use super::finding::Finding;
use super::hash::Hash;
use super::message::DEFAULT_SM2_ID;
use super::search::Search;
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::message::Message;

/// Common distinguishing IDs other than that of KMS: the empty ID, the default of OpenSSL, and the ID of the examples
/// in the standard.
const OTHER_SM2_IDS: [&[u8]; 2] = [b"", b"ALICE123@YAHOO.COM"];

/// The object identifiers that HashML-DSA signs before a digest (FIPS 204 Algorithm 4, lines 10 to 22).
const PRE_HASHES: [(Hash, &[u8]); 2] = [
    (Hash::Sha512, b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03"),
    (Hash::Sha256, b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
];

/// The number of bytes before the ML-DSA key in a SubjectPublicKeyInfo.
const ML_DSA_SPKI_PREFIX: usize = 22;

impl Search<'_> {
    /// Tries mu other than that of pure ML-DSA with an empty context (FIPS 204).
    pub(super) fn search_ml_dsa(&mut self, signature: &[u8]) -> Option<Finding> {
        let Message::Raw(message) = self.message else {
            return None;
        };
        let spki = self.key.to_der();
        let key = &self.key.key;
        let h = |parts: &[&[u8]]| key.shake256(parts);
        let tr = h(&[spki.get(ML_DSA_SPKI_PREFIX..)?])?;
        for (hash, oid) in PRE_HASHES {
            let mu = h(&[&tr, &[1, 0], oid, &hash.digest(&[message])])?;
            if self.verifies(SigningAlgorithm::MlDsaShake256, Message::ExternalMu(&mu), signature) {
                return Some(Finding::certain(
                    Cause::MlDsaContext,
                    format!(
                        "The signature was made with HashML-DSA and {}, but KMS uses pure ML-DSA.",
                        hash.name()
                    ),
                    Advice::call(
                        "KMS did not make this signature. Sign with KMS",
                        Call::Sign(SigningAlgorithm::MlDsaShake256, MessageType::Raw),
                    )
                    .then_say("Or sign with pure ML-DSA and an empty context elsewhere."),
                ));
            }
        }
        let tr_of_spki = h(&[&spki])?;
        let miscomputed = [
            (h(&[&tr, message])?, "the two zero bytes before the message are missing"),
            (
                h(&[&tr_of_spki, &[0, 0], message])?,
                "the public key was hashed as the whole DER file, not as the encoded key inside",
            ),
        ];
        miscomputed.into_iter().find_map(|(mu, what)| {
            self.verifies(SigningAlgorithm::MlDsaShake256, Message::ExternalMu(&mu), signature)
                .then(|| {
                    Finding::certain(
                        Cause::MlDsaMuMiscomputed,
                        format!("The signature was made over an EXTERNAL_MU that was computed incorrectly: {what}."),
                        Advice::call(
                            "Sign again with mu = SHAKE256(SHAKE256(key, 64) || 00 00 || message, 64), where key is the \
                             DER file without its first 22 bytes",
                            Call::Mu,
                        ),
                    )
                })
        })
    }

    /// Tries e other than that with the distinguishing ID of KMS. Also returns the e that was signed.
    pub(super) fn search_sm2(&mut self, signature: &[u8]) -> Option<(Finding, Vec<u8>)> {
        let Message::Raw(message) = self.message else {
            return None;
        };
        let plain = self.key.key.sm3(message)?.to_vec();
        let mut digests = vec![(
            plain,
            "the signer signed SM3(message), without a distinguishing ID and the public key".into(),
        )];
        for id in OTHER_SM2_IDS {
            let words = match std::str::from_utf8(id) {
                Ok("") => "the signer used an empty distinguishing ID, the default of OpenSSL".into(),
                Ok(id) => format!("the signer used the distinguishing ID \"{id}\""),
                Err(_) => continue,
            };
            digests.push((self.key.sm2_digest(id, message).ok()?.to_vec(), words));
        }
        digests.into_iter().find_map(|(digest, words)| {
            self.verifies(SigningAlgorithm::Sm2Dsa, Message::Digest(&digest), signature)
                .then(|| {
                    let finding = Finding::certain(
                        Cause::Sm2DistinguishingId,
                        format!(
                            "The signed digest is not that of KMS: {words}. KMS uses \"{}\".",
                            String::from_utf8_lossy(DEFAULT_SM2_ID)
                        ),
                        Advice::say(
                            "Sign with the ID of KMS; with OpenSSL, openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt \
                             distid:1234567812345678.",
                        )
                        .then_call(
                            "Or compute the digest with the other ID, and verify it as DIGEST",
                            Call::Sm2Digest,
                        ),
                    );
                    (finding, digest)
                })
        })
    }
}
