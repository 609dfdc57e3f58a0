//! Findings for a message that was signed in a form other than the given one.

use super::change::Change;
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
    for change in &form.changes {
        let finding = context.finding(change);
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
                Step::Shell("The command for the first cause corrects this one too".into()),
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

    fn finding(&self, change: &Change) -> Finding {
        let (cause, found, advice) = match change {
            Change::IsDigest => return self.is_digest(),
            Change::IsMessage => return self.is_message(),
            Change::Hashed => return self.hashed(),
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
            Change::DigestUndressed(layers) => return self.digest_undressed(layers),
            Change::DigestToHex { upper, after } => (
                Cause::DigestIsHex,
                format!(
                    "The hexadecimal text of the digest{}{} was signed as the message itself.",
                    if *upper { ", in upper case," } else { "" },
                    if after.is_empty() { "" } else { ", as a hashing tool prints it," }
                ),
                self.should_be_sent(),
            ),
            Change::DigestToBase64 { .. } => (
                Cause::DigestIsBase64,
                "The base64 text of the digest was signed as the message itself.".into(),
                self.should_be_sent(),
            ),
            Change::Undressed(layer) => return undressed(layer),
            Change::ToBase64 { .. } | Change::ToBase64Url => {
                let (name, why) = if *change == Change::ToBase64Url {
                    ("base64url text (without padding)", "Signers of JWTs do this.")
                } else {
                    (
                        "base64 text",
                        "Either the signer passed base64 text as bytes, which nothing decodes; or the given message was \
                         text on the command line, which the AWS CLI decodes as base64.",
                    )
                };
                (
                    Cause::MessageWasBase64Encoded,
                    format!("The {name} of the given message was signed, not its bytes. {why}"),
                    Advice::default()
                        .then(Step::Shell(
                            "If the message was given on the command line, add --cli-binary-format raw-in-base64-out".into(),
                        ))
                        .then_say("If the text was signed by mistake, sign the bytes of the message instead."),
                )
            }
            Change::ToHex { upper, prefix } => (
                Cause::MessageIsHex,
                format!(
                    "The hexadecimal text of the given message{}{} was signed, not its bytes.",
                    if *upper { " in upper case" } else { "" },
                    if prefix.is_empty() { "" } else { " after 0x" }
                ),
                Advice::say("If the text was signed by mistake, sign the bytes of the message instead."),
            ),
            Change::NewlineRemoved(length) => (
                Cause::MessageTrailingNewline,
                "The given message ends with a newline that was not signed. echo, PowerShell and text editors add one."
                    .into(),
                Advice::default()
                    .then(Step::Shell("With echo -n or printf '%s', none is written".into()))
                    .then(Step::Code(format!("Pass the first {length} bytes"))),
            ),
            Change::NewlineAdded(newline) => (
                Cause::MessageMissingNewline,
                format!(
                    "The signed message ends with a newline ({}) that the given message lacks. echo and text editors add \
                     one.",
                    newline.escape_debug()
                ),
                Advice::say("Verify the exact file that was signed, or add the newline."),
            ),
            Change::SpaceRemoved(length) => (
                Cause::MessageWhiteSpace,
                "The given message ends with white space or zero bytes that were not signed.".into(),
                Advice::default().then(Step::Code(format!("Pass the first {length} bytes"))),
            ),
            Change::SpaceAdded(end) => (
                Cause::MessageWhiteSpace,
                format!(
                    "The signed message ends with {} that the given message lacks.",
                    if *end == "\0" { "a zero byte" } else { "a space" }
                ),
                Advice::say("Verify the exact bytes that were signed."),
            ),
            Change::ToLf => (
                Cause::MessageLineEndings,
                "The given message has CRLF line endings (Windows), but the signed message has LF. Git's autocrlf and \
                 FTP's text mode convert line endings."
                    .into(),
                Advice::say("Mark the file as binary where it is kept (in .gitattributes, -text)."),
            ),
            Change::ToCrLf => (
                Cause::MessageLineEndings,
                "The given message has LF line endings, but the signed message has CRLF (Windows).".into(),
                Advice::say("Mark the file as binary where it is kept (in .gitattributes, -text)."),
            ),
            Change::MarkAdded => (
                Cause::MessageByteOrderMark,
                "The signed message begins with a byte order mark (EF BB BF) that the given message lacks. Windows editors \
                 add it."
                    .into(),
                Advice::say("Verify the exact file that was signed."),
            ),
            Change::ToUtf16 { mark, big_endian } => (
                Cause::MessageByteOrderMark,
                format!(
                    "The given message is UTF-8, but the signed message is UTF-16{} {}.",
                    if *big_endian { "BE" } else { "LE" },
                    match (mark, big_endian) {
                        (true, false) => "with a byte order mark, as PowerShell's > writes it",
                        (true, true) => "with a byte order mark, as Java's UTF_16 writes it",
                        (false, false) => "without a byte order mark, as Encoding.Unicode.GetBytes of .NET writes it",
                        (false, true) => "without a byte order mark",
                    }
                ),
                Advice::say("Verify the exact bytes that were signed, or have the signer sign UTF-8."),
            ),
            Change::Jwt(part) => (
                Cause::MessageJwtPart,
                format!("The message is a JWT or the beginning of one, but the signature is over {}.", part.name()),
                Advice::say("A JWT is signed over its first two parts with the dot between them, as they stand in the token."),
            ),
            Change::Pae(payload_type) => (
                Cause::MessageDssePae,
                format!(
                    "A DSSE signature is over the pre-authentication encoding (PAE) of the payload, which begins with DSSEv1 \
                     {} {payload_type}, and not over the payload. With this payload type, the signature verifies.",
                    payload_type.len()
                ),
                Advice::say(
                    "Verify the PAE: DSSEv1, the length of the type, the type, the length of the payload and the payload, \
                     with a space between each two.",
                ),
            ),
            Change::FromPae => (
                Cause::MessageDssePae,
                "The given message is the PAE of DSSE, but its payload alone was signed.".into(),
                Advice::say("Verify the payload; or have the signer sign the PAE, as DSSE requires."),
            ),
            Change::Json(form) => (
                Cause::MessageJsonForm,
                format!("The message is JSON that was signed in another form: {}.", form.name),
                Advice::say("Keep the exact bytes that were signed, or write the JSON in one form on both sides."),
            ),
            Change::ToJsonString => (
                Cause::MessageJsonForm,
                "The message was signed as a JSON string: between quotation marks, with escapes.".into(),
                Advice::say("Sign and verify the same bytes: where it is signed, leave JSON.stringify or json.dumps out."),
            ),
            Change::SignedPart { what, .. } => (
                Cause::MessageSignedPart,
                format!(
                    "The message is {what}, and what is signed of it is its first element (TBSCertificate, \
                     CertificationRequestInfo, TBSCertList)."
                ),
                Advice::say("Verify the DER of the first element alone."),
            ),
            Change::CmsAttributes => (
                Cause::MessageSignedPart,
                "Signed attributes of CMS are signed with the tag 31 (SET), which stands in place of A0 (RFC 5652 section \
                 5.4)."
                    .into(),
                Advice::say("Verify the attributes with the other tag as their first byte."),
            ),
            Change::Cose { protected, .. } => (
                Cause::MessageSignedPart,
                format!(
                    "A COSE signature is over the Sig_structure and not over the payload (RFC 9052 section 4.4). With the \
                     protected header {protected} and no external data, the signature verifies."
                ),
                Advice::say("Verify the Sig_structure of the COSE_Sign1."),
            ),
            Change::Keccak { personal } => (
                Cause::MessageKeccak,
                format!(
                    "The Keccak-256 digest of the {} was signed as DIGEST, as Ethereum signers do.",
                    if *personal {
                        "message with the prefix of EIP-191 (\"\\x19Ethereum Signed Message:\\n\" and its length)"
                    } else {
                        "message"
                    }
                ),
                Advice::call("Compute the Keccak-256 digest, and pass it as DIGEST", Call::MessageType(MessageType::Digest)),
            ),
            Change::Truncated => (
                Cause::MessageTruncated,
                "Only the first 4096 bytes of the message were signed, which is as much as KMS accepts as RAW.".into(),
                Advice::say("Nothing protects the rest of the message: have the signer send the digest of the whole message."),
            ),
            Change::Empty => (
                Cause::MessageEmpty,
                "The empty message was signed, and not the given one: a variable or a file was empty where it was signed."
                    .into(),
                Advice::say("Sign the message again. The signature says nothing of the given message."),
            ),
        };
        Finding::certain(cause, found, advice)
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

/// A dress that the given message wears, and the signed one did not.
fn undressed(layer: &Layer) -> Finding {
    let found = format!(
        "The given message is {}, but what is inside it was signed.",
        describe(layer)
    );
    let (cause, found) = match layer.dress {
        Dress::ByteOrderMark => (
            Cause::MessageByteOrderMark,
            "The given message begins with a byte order mark (EF BB BF) that was not signed. Windows editors add it."
                .into(),
        ),
        Dress::Utf16 => (
            Cause::MessageByteOrderMark,
            format!(
                "The given message is {}, but the signed message is UTF-8.",
                describe(layer)
            ),
        ),
        Dress::Base64 | Dress::Base64Url => (
            Cause::MessageIsBase64,
            format!(
                "The given message is {}, but the decoded bytes were signed. The AWS CLI decodes --message from base64, \
                 unless it is fileb:// or cli_binary_format is raw-in-base64-out.",
                layer.dress
            ),
        ),
        Dress::Hex => (
            Cause::MessageIsHex,
            format!(
                "The given message is {}, but the bytes that it stands for were signed.",
                describe(layer)
            ),
        ),
        _ => (Cause::MessageIsEncoded, found),
    };
    let advice = Advice::default().then(Step::Code("Decode it before verifying".into()));
    Finding::certain(cause, found, advice)
}
