//! Explains RSA signatures by their padding, which the correct key always recovers.

use super::advice::{Advice, Call};
use super::cause::Cause;
use super::encoded_message::{Encoded, Pkcs1, Pss, read};
use super::finding::Finding;
use super::hash::Hash;
use super::message::{Digester, Form, find, findings};
use super::repaired::Repaired;
use super::search::{Explanation, Search};
use super::signature::Candidate;
use super::text;
use crate::algorithm::SigningAlgorithm;
use crate::message::Message;
use crate::scheme::{Padding, Scheme};

impl Search<'_> {
    /// The explanation by the padding of a signature as long as the modulus. `None` if there is no padding.
    pub(super) fn read_padding(&mut self, candidate: &Candidate) -> Option<Explanation> {
        let encoded = self
            .may_verify()
            .then(|| self.key.key.encoded_message(&candidate.signature))
            .flatten()?;
        let shown = match read(&encoded) {
            Encoded::Pkcs1(info) => self.pkcs1(&info, &candidate.signature),
            Encoded::Bare(content) => self.bare(&content),
            Encoded::Pss(readings) => self.pss(&readings, &candidate.signature)?,
            Encoded::Neither => return None,
        };
        Some(Explanation {
            of_signature: candidate.findings.clone(),
            ..shown
        })
    }

    /// PKCS#1 with a DigestInfo.
    fn pkcs1(&mut self, info: &Pkcs1, signature: &[u8]) -> Explanation {
        let hash = match &info.hash {
            Ok(hash) => *hash,
            Err(name) => {
                let mut findings = vec![foreign_hash(name)];
                findings.extend(self.wrong_padding(Padding::Pkcs1, None));
                return explanation(None, findings);
            }
        };
        let form = self.form(hash, |digest| *digest == *info.digest);
        let mut shown = self.shown(Padding::Pkcs1, hash, form.as_ref());
        if !info.exact {
            shown.algorithm = None;
            shown.findings.push(Finding::certain(
                Cause::WrongPadding,
                "The padding does not encode the hash function as PKCS#1 requires: the NULL parameters are missing, or \
                 there is trailing data.",
                Advice::say("KMS did not make this signature. Sign with KMS, or with a library that follows RFC 8017 section 9.2."),
            ));
        }
        if form.is_none() && !self.digest_is_of_another_hash(hash) {
            shown.findings.push(differs(Some(&info.digest), hash));
        }
        shown.repaired = self.of_form(&shown, form.as_ref(), signature);
        shown
    }

    /// The inputs that verify, if KMS has this padding and it is around this form of the message.
    fn of_form(&mut self, shown: &Explanation, form: Option<&Form<'_>>, signature: &[u8]) -> Option<Repaired> {
        self.verified(shown.algorithm?, form?, signature)
    }

    /// The form of the message whose digest with this hash function is the signed one.
    fn form(&self, hash: Hash, is_right: impl Fn(&[u8]) -> bool) -> Option<Form<'static>> {
        let digester = Digester::Hash(hash);
        find(
            self.message,
            digester,
            self.key.key_spec(),
            &mut |form| match form.message() {
                Message::Raw(message) => is_right(&hash.digest(&[message])),
                Message::Digest(digest) | Message::ExternalMu(digest) => is_right(digest),
            },
        )
    }

    /// The explanation by a padding, a hash function and a change to the message.
    fn shown(&self, padding: Padding, hash: Hash, form: Option<&Form<'_>>) -> Explanation {
        let algorithm = algorithm(padding, hash);
        let mut findings = Vec::new();
        findings.extend(self.wrong_padding(padding, Some(hash)));
        findings.extend(self.wrong_hash(padding, hash));
        findings.extend(self.changes_of(form, algorithm));
        explanation(algorithm, findings)
    }

    /// The findings for a form of the message. An algorithm that KMS lacks takes digests of a length that KMS's do not.
    fn changes_of(&self, form: Option<&Form<'_>>, algorithm: Option<SigningAlgorithm>) -> Vec<Finding> {
        match form {
            Some(form) if algorithm.is_some() || !form.changes.is_empty() => {
                findings(form, self.message, algorithm.unwrap_or(self.algorithm))
            }
            _ => Vec::new(),
        }
    }

    fn wrong_padding(&self, padding: Padding, hash: Option<Hash>) -> Option<Finding> {
        let asked_for = self.algorithm;
        if padding_of(asked_for)? == padding {
            return None;
        }
        let (is, with) = match (padding, hash) {
            (Padding::Pss, _) => ("RSASSA-PSS", "PSS"),
            (Padding::Pkcs1, _) => ("RSASSA-PKCS1-v1_5", "PKCS1_V1_5"),
        };
        let found = format!("With this key, the signature has the padding of {is}, but {asked_for} was requested.");
        let advice = match hash.and_then(|hash| algorithm(padding, hash)) {
            Some(algorithm) => pass_algorithm(algorithm),
            None => Advice::say(format!(
                "Use an algorithm of RSASSA_{with} if the signer should use it."
            )),
        };
        Some(Finding::certain(Cause::WrongPadding, found, advice))
    }

    fn wrong_hash(&self, padding: Padding, hash: Hash) -> Option<Finding> {
        let asked_for = self.algorithm;
        padding_of(asked_for)?;
        if Hash::of_algorithm(asked_for)? == hash {
            return None;
        }
        let found = format!(
            "With this key, the signature shows that it was made with {}, but {asked_for} was requested.",
            hash.name()
        );
        let advice = match algorithm(padding, hash) {
            Some(algorithm) => pass_algorithm(algorithm),
            None => Advice::say(format!(
                "KMS has no algorithm with {}, so it did not make this signature. Sign with {asked_for}.",
                hash.name()
            )),
        };
        Some(Finding::certain(Cause::WrongHash, found, advice))
    }

    /// Whether the given DIGEST is of another hash function, so that it cannot be compared.
    fn digest_is_of_another_hash(&self, hash: Hash) -> bool {
        !matches!(self.message, Message::Raw(_))
            && self.message.as_bytes().len() != hash.length()
            && Hash::of_algorithm(self.algorithm) != Some(hash)
    }

    /// PKCS#1 padding around something other than a DigestInfo.
    fn bare(&self, content: &[u8]) -> Explanation {
        let hash = Hash::of_length(content.len());
        let form = hash.and_then(|hash| self.form(hash, |digest| *digest == *content));
        let what = if content == self.message.as_bytes() {
            "the unhashed message itself".to_owned()
        } else if let (Some(hash), Some(_)) = (hash, &form) {
            format!("the bare {} digest of the message", hash.name())
        } else {
            format!("{} ({:.64})", text::count(content.len(), "byte"), text::hex(content))
        };
        let mut findings: Vec<Finding> = self.wrong_padding(Padding::Pkcs1, hash).into_iter().collect();
        findings.push(Finding::certain(
            Cause::Pkcs1WithoutDigestInfo,
            format!(
                "With this key, the signature has the padding of RSASSA-PKCS1-v1_5 around {what}. The DigestInfo, \
                 which identifies the hash function, is missing. Some emulators, Java's NONEwithRSA and raw RSA \
                 operations omit it."
            ),
            Advice::say(
                "KMS did not make this signature. Sign with KMS, or with a function that encodes the hash function, such as \
                 Java's SHA256withRSA or openssl dgst -sha256 -sign key.pem, rather than openssl pkeyutl -sign without \
                 -pkeyopt digest:sha256.",
            ),
        ));
        findings.extend(self.changes_of(form.as_ref(), None));
        explanation(None, findings)
    }

    fn pss(&mut self, readings: &[Pss], signature: &[u8]) -> Option<Explanation> {
        let matching = readings.iter().find_map(|reading| {
            let form = self.form(reading.hash, |digest| reading.is_of(digest))?;
            Some((reading, Some(form)))
        });
        let (reading, form) = matching.or_else(|| readings.first().map(|reading| (reading, None)))?;
        let mut shown = self.shown(Padding::Pss, reading.hash, form.as_ref());
        let deviations = [salt_length(reading), mask_hash(reading)];
        if deviations.iter().any(Option::is_some) {
            shown.algorithm = None;
        }
        shown.findings.extend(deviations.into_iter().flatten());
        if form.is_none() && !self.digest_is_of_another_hash(reading.hash) {
            shown.findings.push(differs(None, reading.hash));
        }
        if form.is_none() && !reading.is_proof() {
            // The longest salt leaves no zero bytes to prove the padding. About 1 in 1000 signatures by another key
            // appears to have it.
            shown.findings.push(not_by_this_key());
            shown.findings.iter_mut().for_each(|finding| finding.certain = false);
        }
        shown.repaired = self.of_form(&shown, form.as_ref(), signature);
        Some(shown)
    }
}

fn salt_length(reading: &Pss) -> Option<Finding> {
    let (found, expected) = (reading.salt.len(), reading.hash.length());
    if found == expected {
        return None;
    }
    let who = if reading.has_longest_salt() {
        " This is the maximum length (\"max\"): the default of OpenSSL up to 3.0, PSS.MAX_LENGTH in Python, \
         PSSSaltLengthAuto in Go, and the emulators moto, local-kms and, before April 2025, LocalStack."
    } else if found == 20 {
        " 20 is the default of PSSParameterSpec in Java and of PKCS#1 itself."
    } else {
        ""
    };
    Some(Finding::certain(
        Cause::PssSaltLength,
        format!(
            "With this key, the signature has a PSS salt of {found} bytes. KMS always uses {expected}, the length of \
             the {} digest, so KMS did not make this signature.{who}",
            reading.hash.name()
        ),
        Advice::call(
            "Sign with KMS itself, or with a salt as long as the digest",
            Call::SaltOfDigest(reading.hash),
        ),
    ))
}

fn mask_hash(reading: &Pss) -> Option<Finding> {
    let (found, expected) = (reading.mgf.name(), reading.hash.name());
    (reading.mgf != reading.hash).then(|| {
        Finding::certain(
            Cause::PssMgfHash,
            format!(
                "With this key, the signature shows that MGF1 of PSS used {found}, but the digest is {expected}. KMS \
                 uses one hash function for both, so KMS did not make this signature. (SHA-1 is the default in Java.)"
            ),
            Advice::call(
                format!("Sign with KMS itself, or with MGF1 of {expected}"),
                Call::MaskOfDigest(reading.hash),
            ),
        )
    })
}

/// The key and the padding are correct, but the message differs.
fn differs(signed: Option<&[u8]>, hash: Hash) -> Finding {
    let mut found = "The signature was made with this key, over another message.".to_owned();
    if let Some(digest) = signed {
        found.push_str(&format!(
            " The {} digest of what was signed is {}.",
            hash.name(),
            text::hex(digest)
        ));
    }
    Finding::certain(
        Cause::MessageDiffers,
        found,
        Advice::call(
            "Compare the message with the signed one byte by byte, by their digests on both sides",
            Call::Compare(hash),
        )
        .then_say(
            "Rewritten files (reformatted JSON, a PDF saved again) differ. For a JWT, the message is the first two parts with \
             the dot, unmodified.",
        ),
    )
}

fn foreign_hash(name: &str) -> Finding {
    Finding::certain(
        Cause::WrongHash,
        format!("With this key, the signature shows that it was made with {name}."),
        Advice::say(format!(
            "KMS has no algorithm with {name}, so it did not make this signature. Sign with KMS."
        )),
    )
}

pub(super) fn not_by_this_key() -> Finding {
    Finding::certain(
        Cause::WrongKey,
        "With this key, the signature has no padding that KMS uses with any message or algorithm: it was made with \
         another key, or it is damaged. (Only a signer other than KMS can have made it with this key, for example with \
         the padding of X9.31, or PSS with SHA-3.)",
        super::hints::get_the_key(),
    )
}

pub(super) fn explanation(algorithm: Option<SigningAlgorithm>, findings: Vec<Finding>) -> Explanation {
    Explanation {
        of_signature: Vec::new(),
        algorithm,
        findings,
        repaired: None,
    }
}

fn pass_algorithm(algorithm: SigningAlgorithm) -> Advice {
    Advice::call("If the signer should use it, pass it", Call::Algorithm(algorithm))
        .then_say("Otherwise, have it sign with the requested algorithm.")
}

fn padding_of(algorithm: SigningAlgorithm) -> Option<Padding> {
    match algorithm.scheme() {
        Scheme::Rsa(padding, _) => Some(padding),
        Scheme::Ecdsa(_) | Scheme::Ed25519(_) | Scheme::MlDsa | Scheme::Sm2 => None,
    }
}

/// The KMS algorithm with this padding and hash function.
fn algorithm(padding: Padding, hash: Hash) -> Option<SigningAlgorithm> {
    SigningAlgorithm::ALL
        .iter()
        .copied()
        .find(|algorithm| padding_of(*algorithm) == Some(padding) && Hash::of_algorithm(*algorithm) == Some(hash))
}
