//! Searches for inputs that verify, for all keys except RSA, whose padding shows more.

use super::cause::Cause;
use super::explanation;
use super::finding::{Diagnosis, Finding};
use super::hash::Hash;
use super::signature::Candidate;
use super::variants::{Change, Digester, Variant, variants};
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::{Mode, Scheme};

/// Verifies with changed inputs, and counts verifications.
pub(super) struct Search<'a> {
    pub(super) key: &'a PublicKey,
    /// The requested algorithm.
    pub(super) algorithm: SigningAlgorithm,
    /// The given message.
    pub(super) message: Message<'a>,
    pub(super) made: usize,
    /// The key with tables, once they pay off.
    pub(super) precomputed: Option<PublicKey>,
}

/// The number of verifications from which tables pay off for P-384 and P-521, the slowest curves.
const PAYS_FROM: usize = 10;

/// A certain explanation of how a signature was made.
pub(super) struct Explanation {
    /// The finding for a repair of the signature.
    pub(super) repair: Option<Finding>,
    /// The algorithm of the signature, if KMS has it.
    pub(super) algorithm: Option<SigningAlgorithm>,
    /// The findings for other changes.
    pub(super) findings: Vec<Finding>,
}

impl Search<'_> {
    /// Counts another verification, and returns whether it is within the limit.
    pub(super) fn may_verify(&mut self) -> bool {
        let may = self.made < Diagnosis::MAX_VERIFICATIONS;
        self.made = self.made.saturating_add(may.into());
        may
    }

    /// Whether a signature verifies. Not counted if the message is rejected before the signature is inspected.
    pub(super) fn verifies(&mut self, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> bool {
        if message.check(algorithm).is_err() || !self.may_verify() {
            return false;
        }
        let key = if self.made < PAYS_FROM {
            self.key
        } else {
            self.precomputed.get_or_insert_with(|| self.key.clone().precomputed())
        };
        key.verify(algorithm, message, signature).is_ok()
    }

    /// The first candidate that verifies, with the changes to the message and the algorithm.
    pub(super) fn search(&mut self, candidates: &[Candidate]) -> Option<Explanation> {
        // The requested algorithm first, then any other algorithm of the key.
        let mut algorithms = self.key.signing_algorithms().to_vec();
        algorithms.sort_by_key(|algorithm| *algorithm != self.algorithm);
        let first = *algorithms.first()?;
        for variant in variants(self.message, Digester::of(self.key, first)) {
            for algorithm in &algorithms {
                for candidate in candidates {
                    if self.variant_verifies(*algorithm, &variant, &candidate.signature) {
                        return Some(Explanation {
                            repair: candidate.repair.clone(),
                            algorithm: Some(*algorithm),
                            findings: self.changes(*algorithm, variant.change),
                        });
                    }
                }
            }
        }
        candidates.iter().find_map(|candidate| {
            let (algorithm, finding) = self.search_family(&algorithms, &candidate.signature)?;
            Some(Explanation {
                repair: candidate.repair.clone(),
                algorithm: Some(algorithm),
                findings: vec![finding],
            })
        })
    }

    fn variant_verifies(&mut self, algorithm: SigningAlgorithm, variant: &Variant<'_>, signature: &[u8]) -> bool {
        if algorithm == SigningAlgorithm::Ed25519PhSha512 && variant.message_type == MessageType::Raw {
            // The algorithm only supports DIGEST, so the signer hashed the message.
            let digest = Hash::Sha512.digest(&[&variant.bytes]);
            return self.verifies(algorithm, Message::Digest(&digest), signature);
        }
        self.verifies(algorithm, variant.message(), signature)
    }

    /// The words for a change under this algorithm.
    fn changes(&self, algorithm: SigningAlgorithm, change: Change) -> Vec<Finding> {
        let mut findings = Vec::new();
        if algorithm != self.algorithm && self.key.signing_algorithms().contains(&self.algorithm) {
            findings.push(ed25519_pure_and_ph(algorithm));
            // The advice already says how to pass the message to the other algorithm.
            let follows = match change {
                Change::None | Change::IsDigest | Change::IsMessage => true,
                Change::Hashed => self.message.message_type() != MessageType::Raw,
                Change::HashedWith(_)
                | Change::DigestFromHex { .. }
                | Change::DigestFromHexReadAsBase64
                | Change::DigestFromBase64
                | Change::DigestToHex
                | Change::DigestToBase64
                | Change::FromBase64
                | Change::ToBase64
                | Change::NewlineRemoved(_)
                | Change::NewlineAdded(_)
                | Change::ToLf
                | Change::ToCrLf
                | Change::MarkRemoved
                | Change::MarkAdded
                | Change::FromUtf16
                | Change::ToUtf16 => false,
            };
            if follows {
                return findings;
            }
        }
        findings.extend(explanation::finding(change, self.message, algorithm));
        findings
    }

    /// Searches for mistakes specific to a family of algorithms.
    fn search_family(
        &mut self,
        algorithms: &[SigningAlgorithm],
        signature: &[u8],
    ) -> Option<(SigningAlgorithm, Finding)> {
        algorithms.iter().find_map(|algorithm| {
            let finding = match algorithm.scheme() {
                Scheme::Ecdsa(_) => self.search_hashes(*algorithm, signature),
                Scheme::Ed25519(Mode::Prehashed) => self.search_ed25519ph(signature),
                Scheme::MlDsa => self.search_ml_dsa(signature),
                Scheme::Sm2 => self.search_sm2(signature),
                Scheme::Ed25519(Mode::Pure) | Scheme::Rsa(..) => None,
            }?;
            Some((*algorithm, finding))
        })
    }

    /// Tries ECDSA with another hash function. The digest is truncated to the length for the curve or, without changing
    /// the number, padded with leading zeros (FIPS 186-5 section 6.4.2, step 2), so that the algorithm of the curve
    /// verifies it as a DIGEST.
    fn search_hashes(&mut self, algorithm: SigningAlgorithm, signature: &[u8]) -> Option<Finding> {
        let wanted = Hash::of_algorithm(algorithm)?;
        Hash::ALL.into_iter().filter(|hash| *hash != wanted).find_map(|hash| {
            let digest = match self.message {
                Message::Raw(message) => hash.digest(&[message]),
                Message::Digest(digest) | Message::ExternalMu(digest) => {
                    (digest.len() == hash.length()).then(|| digest.to_vec())?
                }
            };
            let fitted = match digest.get(..wanted.length()) {
                Some(cut) => cut.to_vec(),
                None => [vec![0; wanted.length().saturating_sub(digest.len())], digest].concat(),
            };
            self.verifies(algorithm, Message::Digest(&fitted), signature).then(|| {
                Finding::certain(
                    Cause::WrongHash,
                    format!(
                        "The signature was made with {}, but KMS uses {} with this key, so KMS did not hash this \
                         message.",
                        hash.name(),
                        wanted.name()
                    ),
                    format!(
                        "Sign with {algorithm}: aws kms sign --signing-algorithm {algorithm} --message-type RAW, or a \
                         DIGEST from openssl dgst -{} -binary message.bin.",
                        wanted.command()
                    ),
                )
            })
        })
    }

    /// Tries Ed25519ph over the message, as in RFC 8032, whereas that of KMS is over its digest.
    fn search_ed25519ph(&mut self, signature: &[u8]) -> Option<Finding> {
        let prehash = match self.message {
            Message::Raw(message) => Hash::Sha512.digest(&[message]),
            Message::Digest(digest) | Message::ExternalMu(digest) => digest.to_vec(),
        };
        let holds = self.may_verify() && self.key.key.is_rfc_8032_ed25519ph(&prehash, signature);
        holds.then(|| {
            Finding::certain(
                Cause::Ed25519PhHashedOnce,
                "The signature is an Ed25519ph signature over the message, which is hashed once. With \
                 ED25519_PH_SHA_512, the message is hashed twice: by the caller, to compute the DIGEST, and by KMS.",
                "KMS did not make this signature. Sign with KMS: aws kms sign --signing-algorithm ED25519_PH_SHA_512 \
                 --message-type DIGEST; or, where another signer must match KMS, sign the 64-byte SHA-512 digest of the \
                 message with Ed25519ph.",
            )
        })
    }
}

/// The finding for a signature that verifies with this algorithm instead of the other.
fn ed25519_pure_and_ph(algorithm: SigningAlgorithm) -> Finding {
    if algorithm == SigningAlgorithm::Ed25519PhSha512 {
        Finding::certain(
            Cause::Ed25519PureAndPh,
            "The signature was made with ED25519_PH_SHA_512 (Ed25519ph), but ED25519_SHA_512 (pure Ed25519) was \
             requested.",
            "If the signer should use ED25519_PH_SHA_512, pass --signing-algorithm ED25519_PH_SHA_512 --message-type \
             DIGEST with the SHA-512 digest of the message: openssl dgst -sha512 -binary message.bin > digest.bin; in \
             Rust, SigningAlgorithm::Ed25519PhSha512 and Message::Digest(&digest).",
        )
    } else {
        Finding::certain(
            Cause::Ed25519PureAndPh,
            "The signature was made with ED25519_SHA_512 (pure Ed25519), but ED25519_PH_SHA_512 (Ed25519ph) was \
             requested.",
            "If the signer should use ED25519_SHA_512, pass --signing-algorithm ED25519_SHA_512 --message-type RAW \
             with the exact bytes of its message; in Rust, SigningAlgorithm::Ed25519Sha512 and \
             Message::Raw(&message).",
        )
    }
}
