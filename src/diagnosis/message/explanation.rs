//! Findings for a message that was signed in a form other than the given one.

use super::change::Change;
use super::form_findings::of_form;
use super::forms::Form;
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::diagnosis::advice::{Advice, Call, Part, Step, origin};
use crate::diagnosis::cause::Cause;
use crate::diagnosis::dressed::describe;
use crate::diagnosis::finding::Finding;
use crate::diagnosis::hash::Hash;
use crate::message::Message;
use crate::undress::{Dress, Layer};

/// The findings for the form of the message under which a signature verifies with this algorithm, in the order of the
/// changes. None if the given message is correct.
pub(in crate::diagnosis) fn findings(form: &Form<'_>, given: Message<'_>, algorithm: SigningAlgorithm) -> Vec<Finding> {
    let context = Context { given, algorithm };
    if form.changes.is_empty() {
        return context.right_bytes_of_wrong_type().into_iter().collect();
    }
    let mut findings: Vec<Finding> = Vec::new();
    let found = |change| of_form(change).or_else(|| context.of_digest(change));
    for finding in form.changes.iter().filter_map(found) {
        match findings.iter_mut().find(|known| known.cause == finding.cause) {
            Some(known) => known.found.push_str(&format!(" {}", finding.found)),
            None => findings.push(finding),
        }
    }
    // Certain findings are reported in the order of their causes.
    findings.sort_by_key(|finding| finding.cause);
    if let Some(step) = context.correction(form)
        && let Some((first, others)) = findings.split_first_mut()
    {
        first.advice.0.insert(0, step);
        for other in others {
            other.advice.0.insert(
                0,
                Step::Shell(format!("The command for {} corrects this one too", first.cause)),
            );
        }
    }
    findings
}

struct Context<'a> {
    given: Message<'a>,
    /// The algorithm under which the signature verifies.
    algorithm: SigningAlgorithm,
}

impl Context<'_> {
    fn length(&self) -> usize {
        self.given.as_bytes().len()
    }

    fn is_ml_dsa(&self) -> bool {
        self.algorithm == SigningAlgorithm::MlDsaShake256
    }

    fn digest_type(&self) -> MessageType {
        if self.is_ml_dsa() {
            MessageType::ExternalMu
        } else {
            MessageType::Digest
        }
    }

    /// Whether the algorithm supports this message type.
    fn takes(&self, message_type: MessageType) -> bool {
        self.algorithm.message_length(message_type).is_ok()
    }

    /// The command that corrects the message, and the message type to pass.
    fn correction(&self, form: &Form<'_>) -> Option<Step> {
        let is_same = |change: &Change| matches!(change, Change::IsDigest | Change::IsMessage);
        if form.changes.iter().all(is_same)
            || (form.changes == [Change::Hashed] && self.given.message_type() != MessageType::Raw)
        {
            return None;
        }
        let digest = Hash::of_algorithm(self.algorithm).or(match self.algorithm {
            SigningAlgorithm::Ed25519Sha512 | SigningAlgorithm::Ed25519PhSha512 => Some(Hash::Sha512),
            _ => None,
        });
        let is_given_digest = self.given.message_type() != MessageType::Raw;
        let filters: Option<Vec<String>> = form
            .changes
            .iter()
            .map(|change| match change {
                // The digest is given already.
                Change::DigestToHex { .. } | Change::DigestToBase64 { .. } if is_given_digest => {
                    let filter = change.filter(Some(Hash::Sha256))?;
                    filter.split_once(" | ").map(|(_, rest)| rest.to_owned())
                }
                change => change.filter(digest),
            })
            .collect();
        // Ed25519ph takes the digest of a message alone.
        let (message_type, filters) = match form.message_type {
            MessageType::Raw if !self.takes(MessageType::Raw) => (
                MessageType::Digest,
                filters.map(|filters| [filters, vec!["openssl dgst -sha512 -binary".into()]].concat()),
            ),
            message_type => (message_type, filters),
        };
        let literal = if filters.is_none() {
            form.bytes.to_vec()
        } else {
            Vec::new()
        };
        Some(Step::Rewrite {
            part: if message_type == MessageType::Raw {
                Part::Message
            } else {
                Part::Digest
            },
            filters,
            literal,
            message_type: (message_type != self.given.message_type() || is_given_digest).then_some(message_type),
        })
    }

    /// What the signer should have sent to KMS.
    fn should_be_sent(&self) -> Advice {
        let digest = self.digest_type();
        let what = if self.is_ml_dsa() { "mu" } else { "digest" };
        let mut advice = Advice::default();
        let takes_digest = self.takes(digest);
        if takes_digest {
            advice = advice.then_call(
                format!("From now on, have the signer send KMS the bytes of the {what}"),
                Call::MessageType(digest),
            );
        }
        if self.takes(MessageType::Raw) {
            let words = if takes_digest {
                "Or have it send"
            } else {
                "From now on, have the signer send KMS"
            };
            advice = advice.then_call(
                format!("{words} the message itself"),
                Call::MessageType(MessageType::Raw),
            );
        }
        advice
    }

    /// The finding for a digest that was mixed up with its message. `None` for another form of the message.
    fn of_digest(&self, change: &Change) -> Option<Finding> {
        let (cause, found, advice) = match change {
            Change::IsDigest => return Some(self.is_digest()),
            Change::IsMessage => return Some(self.is_message()),
            Change::Hashed => return Some(self.hashed()),
            Change::HashedWith(hash) => (
                Cause::MessageHashedTwice,
                format!(
                    "The {} digest of the message was signed as the message itself, and {} hashed it again.",
                    hash.name(),
                    self.algorithm
                ),
                self.should_be_sent().then(Step::Code(format!(
                    "Until then, verify the {} digest as the message",
                    hash.name()
                ))),
            ),
            Change::DigestUndressed(layers) => return Some(self.digest_undressed(layers)),
            Change::DigestToHex { upper, after } => (
                Cause::DigestIsHex,
                format!(
                    "The hexadecimal text of the digest{}{} was signed as the message itself.",
                    if *upper { ", in upper case," } else { "" },
                    if after.is_empty() {
                        ""
                    } else {
                        ", as a hashing tool prints it,"
                    }
                ),
                self.should_be_sent(),
            ),
            Change::DigestToBase64 { .. } => (
                Cause::DigestIsBase64,
                "The base64 text of the digest was signed as the message itself.".into(),
                self.should_be_sent(),
            ),
            Change::Undressed(_)
            | Change::ToBase64 { .. }
            | Change::ToBase64Url
            | Change::ToHex { .. }
            | Change::NewlineRemoved(_)
            | Change::NewlineAdded(_)
            | Change::SpaceRemoved(_)
            | Change::SpaceAdded(_)
            | Change::ToLf
            | Change::ToCrLf
            | Change::MarkAdded
            | Change::ToUtf16 { .. }
            | Change::Jwt(_)
            | Change::Pae(_)
            | Change::FromPae
            | Change::Json(_)
            | Change::ToJsonString
            | Change::SignedPart { .. }
            | Change::CmsAttributes { .. }
            | Change::Cose { .. }
            | Change::SshSig { .. }
            | Change::Keccak { .. }
            | Change::Truncated
            | Change::Empty => return None,
        };
        Some(Finding::certain(cause, found, advice))
    }

    fn digest_undressed(&self, layers: &[Layer]) -> Finding {
        let has = |dress| layers.iter().any(|layer| layer.dress == dress);
        let cause = match layers.last().map(|layer| layer.dress) {
            _ if has(Dress::PythonBytes) || has(Dress::PythonValue) || has(Dress::Numbers) => Cause::DigestIsEncoded,
            Some(Dress::Hex) => Cause::DigestIsHex,
            Some(Dress::Base64) => Cause::DigestIsBase64,
            _ => Cause::DigestIsEncoded,
        };
        let names: Vec<String> = layers.iter().map(describe).collect();
        let found = format!(
            "The given digest is {} ({} characters), not bytes.",
            names.join(", and inside it "),
            self.length()
        );
        let mut advice = Advice::default().then(Step::Code(format!(
            "Decode it, and pass its bytes as {}",
            self.digest_type()
        )));
        if let Some(origin) = origin(Part::Digest, layers) {
            advice = advice.then(origin);
        }
        Finding::certain(cause, found, advice)
    }

    /// The given bytes were signed with another message type.
    fn right_bytes_of_wrong_type(&self) -> Option<Finding> {
        self.given.check(self.algorithm).err()?;
        Some(match self.given.message_type() {
            MessageType::Raw => self.not_a_digest(format!(
                "The message itself was given as RAW, but {} only supports a DIGEST of it.",
                self.algorithm
            )),
            MessageType::Digest | MessageType::ExternalMu => self.is_digest(),
        })
    }

    fn is_digest(&self) -> Finding {
        let given = self.given.message_type();
        if self.is_ml_dsa() {
            Finding::certain(
                Cause::MlDsaMuAndRaw,
                format!("The 64 bytes given as {given} are the mu that was signed."),
                Advice::call("Pass them as EXTERNAL_MU", Call::MessageType(MessageType::ExternalMu)),
            )
        } else {
            Finding::certain(
                Cause::MessageIsADigest,
                format!(
                    "The {} bytes given as {given} are the digest that was signed{}.",
                    self.length(),
                    if given == MessageType::Raw {
                        "; as RAW, they are hashed again"
                    } else {
                        ""
                    }
                ),
                Advice::call("Pass them as DIGEST", Call::MessageType(MessageType::Digest))
                    .then_say("Or pass the message itself as RAW."),
            )
        }
    }

    fn is_message(&self) -> Finding {
        let given = self.given.message_type();
        if self.is_ml_dsa() && given == MessageType::ExternalMu {
            Finding::certain(
                Cause::MlDsaMuAndRaw,
                "The bytes given as EXTERNAL_MU are the message that was signed, not its mu.",
                Advice::call("Pass it as RAW", Call::MessageType(MessageType::Raw))
                    .then_call("Or compute the mu", Call::Mu),
            )
        } else {
            self.not_a_digest(format!(
                "The {} bytes given as {given} are the message that was signed, not its digest.",
                self.length()
            ))
        }
    }

    fn not_a_digest(&self, found: String) -> Finding {
        let raw = Advice::call("Pass it as RAW", Call::MessageType(MessageType::Raw));
        let advice = match (self.takes(MessageType::Raw), self.takes(self.digest_type())) {
            (false, _) => Advice::call("Compute its SHA-512 digest", Call::Digest(Hash::Sha512))
                .then_call("Pass it as DIGEST", Call::MessageType(MessageType::Digest)),
            (true, false) => raw,
            (true, true) if self.is_ml_dsa() => raw.then_say("Or pass its mu, as EXTERNAL_MU."),
            (true, true) => raw.then_say("Or pass its digest."),
        };
        Finding::certain(Cause::MessageIsNotADigest, found, advice)
    }

    fn hashed(&self) -> Finding {
        match (self.given.message_type(), self.is_ml_dsa()) {
            (MessageType::Raw, true) => Finding::certain(
                Cause::MlDsaMuAndRaw,
                "The mu of the message was signed as RAW, so KMS computed the mu of the mu.",
                self.should_be_sent()
                    .then_call("Until then, verify the mu as RAW", Call::Mu),
            ),
            (_, true) => Finding::certain(
                Cause::MlDsaMuAndRaw,
                "The 64 bytes given as EXTERNAL_MU were signed as RAW.",
                Advice::call("Pass them as RAW", Call::MessageType(MessageType::Raw)).then_call(
                    "Have the signer send a mu as such",
                    Call::MessageType(MessageType::ExternalMu),
                ),
            ),
            (MessageType::Raw, false) => Finding::certain(
                Cause::MessageHashedTwice,
                "The digest of the message was signed as RAW, so the message was hashed twice: by the signer and by \
                 KMS.",
                self.should_be_sent(),
            ),
            (_, false) => Finding::certain(
                Cause::MessageHashedTwice,
                "The bytes given as DIGEST were signed as RAW, so the signer hashed them again. (Moto and old \
                 LocalStack do this for every message type.)",
                Advice::call("Pass them as RAW", Call::MessageType(MessageType::Raw)).then_call(
                    "Have the signer send them as DIGEST",
                    Call::MessageType(MessageType::Digest),
                ),
            ),
        }
    }
}
