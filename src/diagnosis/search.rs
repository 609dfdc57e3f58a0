//! Searches for inputs that verify, for all keys except RSA, whose padding shows more.

use super::advice::{Advice, Call};
use super::cause::Cause;
use super::finding::{Diagnosis, Finding};
use super::hash::Hash;
use super::message::{Change, Digester, Form, find, findings};
use super::repaired::Repaired;
use super::signature::Candidate;
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
    /// The given signature.
    pub(super) signature: &'a [u8],
    pub(super) made: usize,
    /// The key with tables, once they pay off.
    pub(super) precomputed: Option<PublicKey>,
}

/// The number of verifications from which tables pay off for P-384 and P-521, the slowest curves.
const PAYS_FROM: usize = 10;

/// A certain explanation of how a signature was made.
pub(super) struct Explanation {
    /// The findings for what was taken off the signature.
    pub(super) of_signature: Vec<Finding>,
    /// The algorithm of the signature, if KMS has it.
    pub(super) algorithm: Option<SigningAlgorithm>,
    /// The findings for other changes.
    pub(super) findings: Vec<Finding>,
    /// The inputs that verify, unless the signer has to sign again.
    pub(super) repaired: Option<Repaired>,
}

impl Search<'_> {
    /// Counts another verification, and returns whether it is within the limit.
    pub(super) fn may_verify(&mut self) -> bool {
        let is_long = self.message.as_bytes().len() > Diagnosis::MAX_REWRITTEN;
        let max = if is_long {
            Diagnosis::MAX_VERIFICATIONS_OF_LONG
        } else {
            Diagnosis::MAX_VERIFICATIONS
        };
        let may = self.made < max;
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
        let (key, message) = (self.key, self.message);
        let mut right = None;
        let form = find(message, Digester::of(key, first), key.key_spec(), &mut |form| {
            right = algorithms.iter().find_map(|algorithm| {
                let is_right = |candidate: &&Candidate| self.form_verifies(*algorithm, form, &candidate.signature);
                candidates
                    .iter()
                    .find(is_right)
                    .map(|candidate| (*algorithm, candidate))
            });
            right.is_some()
        });
        if let (Some(form), Some((algorithm, candidate))) = (form, right) {
            return Some(Explanation {
                of_signature: candidate.findings.clone(),
                algorithm: Some(algorithm),
                findings: self.changes(algorithm, &form),
                repaired: Some(self.repaired_form(algorithm, &form, &candidate.signature)),
            });
        }
        candidates.iter().find_map(|candidate| {
            let (algorithm, finding, digest) = self.search_family(&algorithms, &candidate.signature)?;
            Some(Explanation {
                of_signature: candidate.findings.clone(),
                algorithm: Some(algorithm),
                findings: vec![finding],
                repaired: digest
                    .map(|digest| self.repaired(algorithm, (MessageType::Digest, &digest), &candidate.signature)),
            })
        })
    }

    /// The inputs with a form of the message that verified.
    fn repaired_form(&self, algorithm: SigningAlgorithm, form: &Form<'_>, signature: &[u8]) -> Repaired {
        if algorithm == SigningAlgorithm::Ed25519PhSha512 && form.message_type == MessageType::Raw {
            let digest = Hash::Sha512.digest(&[&form.bytes]);
            return self.repaired(algorithm, (MessageType::Digest, &digest), signature);
        }
        self.repaired(algorithm, (form.message_type, &form.bytes), signature)
    }

    fn form_verifies(&mut self, algorithm: SigningAlgorithm, form: &Form<'_>, signature: &[u8]) -> bool {
        if algorithm == SigningAlgorithm::Ed25519PhSha512 && form.message_type == MessageType::Raw {
            // The algorithm only supports DIGEST, so the signer hashed the message.
            let digest = Hash::Sha512.digest(&[&form.bytes]);
            return self.verifies(algorithm, Message::Digest(&digest), signature);
        }
        self.verifies(algorithm, form.message(), signature)
    }

    /// The findings for a form of the message under this algorithm.
    fn changes(&self, algorithm: SigningAlgorithm, form: &Form<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        if algorithm != self.algorithm && self.key.signing_algorithms().contains(&self.algorithm) {
            found.push(ed25519_pure_and_ph(algorithm));
            // The advice already says how to pass the message to the other algorithm.
            let follows = match form.changes.as_slice() {
                [] | [Change::IsDigest | Change::IsMessage] => true,
                [Change::Hashed] => self.message.message_type() != MessageType::Raw,
                _ => false,
            };
            if follows {
                return found;
            }
        }
        found.extend(findings(form, self.message, algorithm));
        found
    }

    /// Searches for mistakes specific to a family of algorithms. Also returns the digest that KMS signed, unless the
    /// signer has to sign again.
    fn search_family(
        &mut self,
        algorithms: &[SigningAlgorithm],
        signature: &[u8],
    ) -> Option<(SigningAlgorithm, Finding, Option<Vec<u8>>)> {
        algorithms.iter().find_map(|algorithm| {
            let signs_again = |finding| (finding, None);
            let (finding, digest) = match algorithm.scheme() {
                Scheme::Ecdsa(_) => self.search_hashes(*algorithm, signature).map(signs_again),
                Scheme::Ed25519(Mode::Prehashed) => self.search_ed25519ph(signature).map(signs_again),
                Scheme::MlDsa => self.search_ml_dsa(signature).map(signs_again),
                Scheme::Sm2 => self
                    .search_sm2(signature)
                    .map(|(finding, digest)| (finding, Some(digest))),
                Scheme::Ed25519(Mode::Pure) | Scheme::Rsa(..) => None,
            }?;
            Some((*algorithm, finding, digest))
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
                    Advice::call(
                        format!("Sign with {algorithm}"),
                        Call::Sign(algorithm, MessageType::Raw),
                    )
                    .then_call(
                        format!("Or sign a {} digest as DIGEST", wanted.name()),
                        Call::Digest(wanted),
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
                Advice::call(
                    "KMS did not make this signature. Sign with KMS",
                    Call::Sign(SigningAlgorithm::Ed25519PhSha512, MessageType::Digest),
                )
                .then_say(
                    "Or, where another signer must match KMS, sign the 64-byte SHA-512 digest of the message with Ed25519ph.",
                ),
            )
        })
    }
}

/// The finding for a signature that verifies with this algorithm instead of the other.
fn ed25519_pure_and_ph(algorithm: SigningAlgorithm) -> Finding {
    let (found, advice) = if algorithm == SigningAlgorithm::Ed25519PhSha512 {
        (
            "The signature was made with ED25519_PH_SHA_512 (Ed25519ph), but ED25519_SHA_512 (pure Ed25519) was requested.",
            Advice::call("If the signer should use it, pass it", Call::Algorithm(algorithm))
                .then_call("Pass the message by its SHA-512 digest", Call::Digest(Hash::Sha512))
                .then_call("Pass the digest as DIGEST", Call::MessageType(MessageType::Digest)),
        )
    } else {
        (
            "The signature was made with ED25519_SHA_512 (pure Ed25519), but ED25519_PH_SHA_512 (Ed25519ph) was requested.",
            Advice::call("If the signer should use it, pass it", Call::Algorithm(algorithm)).then_call(
                "Pass the exact bytes of its message as RAW",
                Call::MessageType(MessageType::Raw),
            ),
        )
    };
    Finding::certain(Cause::Ed25519PureAndPh, found, advice)
}
