//! RSA signatures, whose padding says how they were made and, under the right key, always appears.

use super::cause::Cause;
use super::encoded_message::{Encoded, Pkcs1, Pss, read};
use super::explanation;
use super::finding::Finding;
use super::hash::Hash;
use super::search::{Explanation, Search};
use super::signature::Candidate;
use super::text;
use super::variants::{Change, Digester, variants};
use crate::algorithm::SigningAlgorithm;
use crate::message::Message;
use crate::scheme::{Padding, Scheme};

impl Search<'_> {
    /// What the padding of this signature, which is as long as the modulus, shows. `None` if it shows nothing and the
    /// signature was put right by guessing.
    pub(super) fn read_padding(&mut self, candidate: &Candidate) -> Option<Explanation> {
        let encoded = self
            .may_verify()
            .then(|| self.key.key.encoded_message(&candidate.signature))
            .flatten();
        let shown = match encoded.as_deref().map(read) {
            Some(Encoded::Pkcs1(info)) => Some(self.pkcs1(&info)),
            Some(Encoded::Bare(content)) => Some(self.bare(&content)),
            Some(Encoded::Pss(readings)) => self.pss(&readings),
            Some(Encoded::Neither) | None => None,
        };
        match (shown, &candidate.repair) {
            (Some(shown), repair) => Some(Explanation {
                repair: repair.clone(),
                ..shown
            }),
            (None, None) => Some(explanation(None, vec![not_by_this_key()])),
            (None, Some(_)) => None,
        }
    }

    /// PKCS#1 with a DigestInfo.
    fn pkcs1(&self, info: &Pkcs1) -> Explanation {
        let hash = match &info.hash {
            Ok(hash) => *hash,
            Err(name) => {
                let mut findings = vec![foreign_hash(name)];
                findings.extend(self.wrong_padding(Padding::Pkcs1, None));
                return explanation(None, findings);
            }
        };
        let change = self.change(hash, |digest| *digest == *info.digest);
        let mut shown = self.shown(Padding::Pkcs1, hash, change);
        if !info.exact {
            shown.algorithm = None;
            shown.findings.push(Finding::certain(
                Cause::WrongPadding,
                "The padding names its hash function in another encoding than PKCS#1 has it: the parameters NULL are \
                 missing, or something follows.",
                "KMS did not make this signature. Sign with KMS, or with a library that follows RFC 8017 section 9.2.",
            ));
        }
        if change.is_none() && !self.digest_is_of_another_hash(hash) {
            shown.findings.push(differs(Some(&info.digest), hash));
        }
        shown
    }

    /// The way in which the message was signed, if its digest with this hash function is the right one.
    fn change(&self, hash: Hash, is_right: impl Fn(&[u8]) -> bool) -> Option<Change> {
        variants(self.message, Digester::Hash(hash))
            .into_iter()
            .find(|variant| match variant.message() {
                Message::Raw(message) => is_right(&hash.digest(&[message])),
                Message::Digest(digest) | Message::ExternalMu(digest) => is_right(digest),
            })
            .map(|variant| variant.change)
    }

    /// What a padding, a hash function and a change of the message show.
    fn shown(&self, padding: Padding, hash: Hash, change: Option<Change>) -> Explanation {
        let algorithm = algorithm(padding, hash);
        let mut findings = Vec::new();
        findings.extend(self.wrong_padding(padding, Some(hash)));
        findings.extend(self.wrong_hash(padding, hash));
        findings.extend(self.words(change, algorithm));
        explanation(algorithm, findings)
    }

    /// The words for a change of the message. An algorithm that KMS lacks takes digests of a length that KMS's do not.
    fn words(&self, change: Option<Change>, algorithm: Option<SigningAlgorithm>) -> Option<Finding> {
        let change = change.filter(|change| algorithm.is_some() || *change != Change::None)?;
        explanation::finding(change, self.message, algorithm.unwrap_or(self.algorithm))
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
        let found = format!("With this key, the signature shows the padding of {is}, and {asked_for} was asked for.");
        let advice = match hash.and_then(|hash| algorithm(padding, hash)) {
            Some(algorithm) => pass_algorithm(algorithm),
            None => format!("Use an algorithm of RSASSA_{with}, if that is what the signer was to use."),
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
            "With this key, the signature shows that it was made with {}, and {asked_for} was asked for.",
            hash.name()
        );
        let advice = match algorithm(padding, hash) {
            Some(algorithm) => pass_algorithm(algorithm),
            None => format!(
                "KMS has no algorithm with {}, so it did not make this signature. Sign with {asked_for}.",
                hash.name()
            ),
        };
        Some(Finding::certain(Cause::WrongHash, found, advice))
    }

    /// Whether a DIGEST was given that another hash function made: it says nothing of the message.
    fn digest_is_of_another_hash(&self, hash: Hash) -> bool {
        !matches!(self.message, Message::Raw(_))
            && self.message.as_bytes().len() != hash.length()
            && Hash::of_algorithm(self.algorithm) != Some(hash)
    }

    /// The padding of PKCS#1 around something that is no DigestInfo.
    fn bare(&self, content: &[u8]) -> Explanation {
        let hash = Hash::of_length(content.len());
        let change = hash.and_then(|hash| self.change(hash, |digest| *digest == *content));
        let what = if content == self.message.as_bytes() {
            "the message itself, which was not hashed".to_owned()
        } else if let (Some(hash), Some(_)) = (hash, change) {
            format!("the bare {} digest of the message", hash.name())
        } else {
            format!("{} ({:.64})", text::count(content.len(), "byte"), text::hex(content))
        };
        let mut findings: Vec<Finding> = self.wrong_padding(Padding::Pkcs1, hash).into_iter().collect();
        findings.push(Finding::certain(
            Cause::Pkcs1WithoutDigestInfo,
            format!(
                "With this key, the signature shows the padding of RSASSA-PKCS1-v1_5 around {what}. The name of the hash \
                 function (DigestInfo), which belongs before the digest, is missing. Some emulators, NONEwithRSA of Java \
                 and raw RSA operations leave it out."
            ),
            "KMS did not make this signature. Sign with KMS; or with a function that is told the hash function, such as \
             SHA256withRSA of Java or openssl dgst -sha256 -sign key.pem, rather than openssl pkeyutl -sign without \
             -pkeyopt digest:sha256.",
        ));
        findings.extend(self.words(change, None));
        explanation(None, findings)
    }

    fn pss(&self, readings: &[Pss]) -> Option<Explanation> {
        let matching = readings.iter().find_map(|reading| {
            let change = self.change(reading.hash, |digest| reading.is_of(digest))?;
            Some((reading, Some(change)))
        });
        let (reading, change) = matching.or_else(|| readings.first().map(|reading| (reading, None)))?;
        let mut shown = self.shown(Padding::Pss, reading.hash, change);
        let deviations = [salt_length(reading), mask_hash(reading)];
        if deviations.iter().any(Option::is_some) {
            shown.algorithm = None;
        }
        shown.findings.extend(deviations.into_iter().flatten());
        if change.is_none() && !self.digest_is_of_another_hash(reading.hash) {
            shown.findings.push(differs(None, reading.hash));
        }
        if change.is_none() && !reading.is_proof() {
            // The longest salt leaves no zeros that would prove the padding. By chance it is there in about one of 1000
            // signatures of another key.
            shown.findings.push(not_by_this_key());
            shown.findings.iter_mut().for_each(|finding| finding.certain = false);
        }
        Some(shown)
    }
}

fn salt_length(reading: &Pss) -> Option<Finding> {
    let (found, expected) = (reading.salt.len(), reading.hash.length());
    if found == expected {
        return None;
    }
    let who = if reading.has_longest_salt() {
        " It is the longest that fits (\"max\"): what OpenSSL up to 3.0 signs with unless told otherwise, PSS.MAX_LENGTH of Python, \
         PSSSaltLengthAuto of Go, and the emulators moto, local-kms and, before April 2025, LocalStack."
    } else if found == 20 {
        " 20 is the default of PSSParameterSpec in Java and of PKCS#1 itself."
    } else {
        ""
    };
    Some(Finding::certain(
        Cause::PssSaltLength,
        format!(
            "With this key, the signature shows a PSS salt of {found} bytes. KMS always uses {expected}, the length of the \
             {} digest, so KMS did not make this signature.{who}",
            reading.hash.name()
        ),
        format!(
            "Sign with KMS itself, or with a salt as long as the digest: openssl dgst -{} -sign key.pem -sigopt \
             rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest; in Python, salt_length=padding.PSS.DIGEST_LENGTH; in \
             Go, rsa.PSSSaltLengthEqualsHash.",
            reading.hash.command()
        ),
    ))
}

fn mask_hash(reading: &Pss) -> Option<Finding> {
    let (found, expected) = (reading.mgf.name(), reading.hash.name());
    (reading.mgf != reading.hash).then(|| {
        Finding::certain(
            Cause::PssMgfHash,
            format!(
                "With this key, the signature shows that the mask of PSS (MGF1) was made with {found}, and the digest with \
                 {expected}. KMS uses one hash function for both, so KMS did not make this signature. (SHA-1 is the \
                 default in Java.)"
            ),
            format!(
                "Sign with KMS itself, or with MGF1 of {expected}: in Java, new PSSParameterSpec(\"{expected}\", \"MGF1\", \
                 new MGF1ParameterSpec(\"{expected}\"), {}, 1); with OpenSSL, -sigopt rsa_mgf1_md:{}.",
                reading.hash.length(),
                reading.hash.command()
            ),
        )
    })
}

/// Key and padding are right, and the message is another.
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
        format!(
            "Compare with what the signer signed, byte by byte: {}sum message.bin on both sides. Files that were written \
             again (JSON with other spaces or order, a PDF that was saved) differ; for a JWT, the message is its first two \
             parts with the dot, as they stand.",
            hash.command()
        ),
    )
}

fn foreign_hash(name: &str) -> Finding {
    Finding::certain(
        Cause::WrongHash,
        format!("With this key, the signature shows that it was made with {name}."),
        format!("KMS has no algorithm with {name}, so it did not make this signature. Sign with KMS."),
    )
}

fn not_by_this_key() -> Finding {
    Finding::certain(
        Cause::WrongKey,
        "With this key, the signature shows no padding that KMS writes, whatever the message and the algorithm are: it was \
         made with another key, or it was damaged. (Only a signer that is not KMS can have made it with this key: with the \
         padding of X9.31, say, or PSS with SHA-3.)",
        super::hints::GET_THE_KEY,
    )
}

fn explanation(algorithm: Option<SigningAlgorithm>, findings: Vec<Finding>) -> Explanation {
    Explanation {
        repair: None,
        algorithm,
        findings,
    }
}

fn pass_algorithm(algorithm: SigningAlgorithm) -> String {
    format!(
        "If that is what the signer was to use, pass --signing-algorithm {algorithm}; in Rust, \
         SigningAlgorithm::{algorithm:?}. Otherwise have it sign with the algorithm that was asked for."
    )
}

fn padding_of(algorithm: SigningAlgorithm) -> Option<Padding> {
    match algorithm.scheme() {
        Scheme::Rsa(padding, _) => Some(padding),
        Scheme::Ecdsa(_) | Scheme::Ed25519(_) | Scheme::MlDsa | Scheme::Sm2 => None,
    }
}

/// KMS's algorithm with this padding and hash function.
fn algorithm(padding: Padding, hash: Hash) -> Option<SigningAlgorithm> {
    SigningAlgorithm::ALL
        .iter()
        .copied()
        .find(|algorithm| padding_of(*algorithm) == Some(padding) && Hash::of_algorithm(*algorithm) == Some(hash))
}
