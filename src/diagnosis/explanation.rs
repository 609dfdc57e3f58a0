//! The words for a message that was signed otherwise than it was given.

use super::cause::Cause;
use super::finding::Finding;
use super::hash::Hash;
use super::variants::Change;
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::message::Message;

/// Says what a change shows that made a signature verify under this algorithm. `None` if there is nothing to say: the
/// message was right as it was given.
pub(super) fn finding(change: Change, given: Message<'_>, algorithm: SigningAlgorithm) -> Option<Finding> {
    let context = Context { given, algorithm };
    let (cause, found, advice) = match change {
        Change::None => return context.right_bytes_of_wrong_type(),
        Change::IsDigest => return Some(context.is_digest()),
        Change::IsMessage => return Some(context.is_message()),
        Change::Hashed => return Some(context.hashed()),
        Change::HashedWith(hash) => (
            Cause::MessageHashedTwice,
            format!(
                "The {} digest of the message was signed as if it were the message; {algorithm} then hashed it again.",
                hash.name()
            ),
            format!(
                "{} Until then, verify the digest as RAW: openssl dgst -{} -binary message.bin > digest.bin, then --message \
                 fileb://digest.bin --message-type RAW, or Message::Raw(&digest).",
                context.should_be_sent(),
                hash.command()
            ),
        ),
        Change::DigestFromHex { alone } => (
            Cause::DigestIsHex,
            format!("What was given is the digest as hexadecimal text ({} characters).", context.length()),
            format!(
                "Pass its bytes: {bytes} > digest.bin, then --message fileb://digest.bin --message-type \
                 {digest}; in Rust, hex::decode(text), then {call}.",
                // Of other text, xxd would read what is hexadecimal in it too.
                bytes = if alone {
                    "xxd -r -p digest.hex"
                } else {
                    "grep -oE '[0-9A-Fa-f]{64,}' digest.hex | xxd -r -p"
                },
                digest = context.digest_type(),
                call = context.digest_call(),
            ),
        ),
        Change::DigestFromHexReadAsBase64 => (
            Cause::DigestIsHex,
            "What was given is the digest as hexadecimal text, decoded as if it were base64, as the AWS CLI decodes a value \
             on the command line."
                .into(),
            format!(
                "Pass its bytes: xxd -r -p digest.hex > digest.bin, then --message fileb://digest.bin --message-type \
                 {digest}; in Rust, hex::decode(text), then {call}.",
                digest = context.digest_type(),
                call = context.digest_call(),
            ),
        ),
        Change::DigestFromBase64 => (
            Cause::DigestIsBase64,
            format!("What was given is the digest as base64 text ({} characters).", context.length()),
            format!(
                "Pass its bytes: base64 --decode < digest.b64 > digest.bin, then --message fileb://digest.bin \
                 --message-type {digest}; in Rust, STANDARD.decode(text), then {call}.",
                digest = context.digest_type(),
                call = context.digest_call(),
            ),
        ),
        Change::DigestToHex => (
            Cause::DigestIsHex,
            "The signer signed the hexadecimal text of the digest as if it were the message.".into(),
            format!(
                "{} Until then, verify that text {}: {} | cut -d ' ' -f 1 | tr -d '\\n' > digest.hex makes it. (Line ends and \
                 upper case count.)",
                context.should_be_sent(),
                context.as_message("digest.hex"),
                context.hex_command(),
            ),
        ),
        Change::DigestToBase64 => (
            Cause::DigestIsBase64,
            "The signer signed the base64 text of the digest as if it were the message.".into(),
            format!(
                "{} Until then, verify that text {}: base64 < digest.bin | tr -d '\\n' > digest.b64 makes it. (Line ends \
                 count.)",
                context.should_be_sent(),
                context.as_message("digest.b64"),
            ),
        ),
        Change::FromBase64 => (
            Cause::MessageIsBase64,
            "The message is base64 text, and what it decodes to was signed. The AWS CLI decodes --message, unless it is \
             fileb:// or cli_binary_format is raw-in-base64-out."
                .into(),
            "Decode it before you verify: base64 --decode < message.b64 > message.bin, then --message \
             fileb://message.bin; in Rust, STANDARD.decode(text)."
                .into(),
        ),
        Change::ToBase64 => (
            Cause::MessageWasBase64Encoded,
            "What was signed is the base64 text of the message that was given, and not its bytes. Either the signer gave \
             the text to the AWS CLI with fileb://, or to an SDK, neither of which decodes it; or the message is a text that \
             was given here on the command line, where the AWS CLI takes it for base64."
                .into(),
            "Verify that text: with --cli-binary-format raw-in-base64-out if it was given on the command line, and else \
             base64 message.bin > message.b64, then --message fileb://message.b64. (Its line ends count.) If the text was \
             not to be signed, sign again with the message itself: aws kms sign --message fileb://message.bin."
                .into(),
        ),
        Change::NewlineRemoved(length) => (
            Cause::MessageTrailingNewline,
            "The message ends in a line end that was not signed. echo and text editors add one.".into(),
            format!(
                "Remove it: head -c {length} message.txt > message.bin, or echo -n where it comes from; in Rust, \
                 &message[..{length}]."
            ),
        ),
        Change::NewlineAdded(newline) => (
            Cause::MessageMissingNewline,
            format!(
                "A line end ({}) was signed after the message, which lacks it. echo and text editors add one.",
                newline.escape_debug()
            ),
            format!(
                "Verify the file that was signed, byte by byte, or add the line end: printf '{}' >> message.bin.",
                newline.escape_debug()
            ),
        ),
        Change::ToLf => (
            Cause::MessageLineEndings,
            "The lines of the message end in CRLF (Windows), and in LF in what was signed. Git's autocrlf and FTP's text \
             mode change them."
                .into(),
            "Convert them: tr -d '\\r' < message.txt > message.bin; and mark the file as binary (in .gitattributes, \
             -text)."
                .into(),
        ),
        Change::ToCrLf => (
            Cause::MessageLineEndings,
            "The lines of the message end in LF, and in CRLF (Windows) in what was signed.".into(),
            "Convert them: sed 's/$/\\r/' message.txt > message.bin; and mark the file as binary (in .gitattributes, \
             -text)."
                .into(),
        ),
        Change::MarkRemoved => (
            Cause::MessageByteOrderMark,
            "The message begins with a byte order mark (EF BB BF), which was not signed. Windows editors add it.".into(),
            "Remove it: tail -c +4 message.txt > message.bin.".into(),
        ),
        Change::MarkAdded => (
            Cause::MessageByteOrderMark,
            "A byte order mark (EF BB BF) was signed before the message, which lacks it. Windows editors add it.".into(),
            "Verify the file that was signed, byte by byte, or add it: printf '\\xef\\xbb\\xbf' | cat - message.txt > \
             message.bin."
                .into(),
        ),
        Change::FromUtf16 => (
            Cause::MessageByteOrderMark,
            "The message is in UTF-16 with a byte order mark, as PowerShell's > writes it, and its UTF-8 was signed."
                .into(),
            "Convert it: iconv -f UTF-16 -t UTF-8 message.txt > message.bin.".into(),
        ),
        Change::ToUtf16 => (
            Cause::MessageByteOrderMark,
            "The message was signed in UTF-16 with a byte order mark, as PowerShell's > writes it, and is given in UTF-8."
                .into(),
            "Verify the file that was signed, byte by byte, or convert it: iconv -f UTF-8 -t UTF-16 message.txt > \
             message.bin."
                .into(),
        ),
    };
    Some(Finding::certain(cause, found, advice))
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

    /// Whether the algorithm takes this message type at all.
    fn takes(&self, message_type: MessageType) -> bool {
        self.algorithm.message_length(message_type).is_ok()
    }

    /// What the signer should have sent to KMS.
    fn should_be_sent(&self) -> String {
        let digest = self.digest_type();
        let what = if self.is_ml_dsa() { "mu" } else { "digest" };
        match (self.takes(digest), self.takes(MessageType::Raw)) {
            (true, true) => format!(
                "Have the signer send KMS the bytes of the {what} with --message-type {digest}, or the message itself with \
                 --message-type RAW."
            ),
            (true, false) => format!("Have the signer send KMS the bytes of the {what} with --message-type {digest}."),
            (false, _) => "Have the signer send KMS the message itself with --message-type RAW.".into(),
        }
    }

    /// How to verify what is in a file as the message.
    fn as_message(&self, file: &str) -> String {
        if self.takes(MessageType::Raw) {
            format!("with --message fileb://{file} --message-type RAW")
        } else {
            format!("by its own digest (openssl dgst -sha512 -binary {file}) with --message-type DIGEST")
        }
    }

    fn digest_call(&self) -> &'static str {
        if self.is_ml_dsa() {
            "Message::ExternalMu(&mu)"
        } else {
            "Message::Digest(&digest)"
        }
    }

    /// The command that prints the digest of a message in hexadecimal.
    fn hex_command(&self) -> String {
        match Hash::of_algorithm(self.algorithm) {
            Some(hash) => format!("{}sum message.bin", hash.command()),
            None if self.is_ml_dsa() => "xxd -p mu.bin".into(),
            None if self.algorithm == SigningAlgorithm::Sm2Dsa => "xxd -p digest.bin".into(),
            None => "sha512sum message.bin".into(),
        }
    }

    /// What makes the file digest.bin from message.bin.
    fn digest_command(&self) -> String {
        match Hash::of_algorithm(self.algorithm) {
            Some(hash) => format!("openssl dgst -{} -binary message.bin > digest.bin", hash.command()),
            None if self.algorithm == SigningAlgorithm::Sm2Dsa => {
                "PublicKey::sm2_digest(b\"1234567812345678\", message)".into()
            }
            None => "openssl dgst -sha512 -binary message.bin > digest.bin".into(),
        }
    }

    /// The very bytes were signed, under another message type than the given one.
    fn right_bytes_of_wrong_type(&self) -> Option<Finding> {
        self.given.check(self.algorithm).err()?;
        Some(match self.given.message_type() {
            MessageType::Raw => self.not_a_digest(format!(
                "The message itself was given as RAW, and {} takes its digest only.",
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
                format!("The 64 bytes that were given as {given} are the mu that was signed."),
                "Pass them as EXTERNAL_MU: --message-type EXTERNAL_MU, or Message::ExternalMu(&mu).",
            )
        } else {
            Finding::certain(
                Cause::MessageIsADigest,
                format!(
                    "The {} bytes that were given as {given} are the digest that was signed{}.",
                    self.length(),
                    if given == MessageType::Raw {
                        "; as RAW they are hashed once more"
                    } else {
                        ""
                    }
                ),
                "Pass them as DIGEST: --message-type DIGEST, or Message::Digest(&digest); or pass the message itself as \
                 RAW.",
            )
        }
    }

    fn is_message(&self) -> Finding {
        let given = self.given.message_type();
        if self.is_ml_dsa() && given == MessageType::ExternalMu {
            Finding::certain(
                Cause::MlDsaMuAndRaw,
                "What was given as EXTERNAL_MU is the message that was signed, not its mu.",
                "Pass it as RAW: --message-type RAW, or Message::Raw(&message); or compute the mu: \
                 PublicKey::external_mu(message).",
            )
        } else {
            self.not_a_digest(format!(
                "The {} bytes that were given as {given} are the message that was signed, not its digest.",
                self.length()
            ))
        }
    }

    fn not_a_digest(&self, found: String) -> Finding {
        let advice = match (self.takes(MessageType::Raw), self.takes(self.digest_type())) {
            (false, _) => {
                "Pass the SHA-512 digest of it as DIGEST: openssl dgst -sha512 -binary message.bin > digest.bin, then --message \
                 fileb://digest.bin --message-type DIGEST; in Rust, VerifyingKey::stream and verify_reader hash for you."
            }
            (true, false) => "Pass it as RAW: --message-type RAW, or Message::Raw(&message).",
            (true, true) if self.is_ml_dsa() => {
                "Pass it as RAW: --message-type RAW, or Message::Raw(&message); or pass its mu, as EXTERNAL_MU."
            }
            (true, true) => "Pass it as RAW: --message-type RAW, or Message::Raw(&message); or pass its digest.",
        };
        Finding::certain(Cause::MessageIsNotADigest, found, advice)
    }

    fn hashed(&self) -> Finding {
        match (self.given.message_type(), self.is_ml_dsa()) {
            (MessageType::Raw, true) => Finding::certain(
                Cause::MlDsaMuAndRaw,
                "The mu of the message was signed as if it were the message, so that KMS made a mu of the mu.",
                "Have the signer send the mu with --message-type EXTERNAL_MU, or the message with RAW. Until then, verify \
                 the mu as RAW: Message::Raw(&public_key.external_mu(message)?).",
            ),
            (_, true) => Finding::certain(
                Cause::MlDsaMuAndRaw,
                "The 64 bytes that were given as a mu were signed as RAW.",
                "Pass them as RAW: --message-type RAW, or Message::Raw(&bytes); and have the signer send a mu with \
                 --message-type EXTERNAL_MU.",
            ),
            (MessageType::Raw, false) => Finding::certain(
                Cause::MessageHashedTwice,
                "The digest of the message was signed as if it were the message, so it was hashed twice: before it was sent \
                 to KMS, and by KMS.",
                format!(
                    "{} Until then, verify the digest {}: {} makes it.",
                    self.should_be_sent(),
                    self.as_message("digest.bin"),
                    self.digest_command()
                ),
            ),
            (_, false) => Finding::certain(
                Cause::MessageHashedTwice,
                "The bytes that were given as DIGEST were signed as RAW, so they were hashed once more by the signer. (Moto \
                 and old LocalStack do so whatever the message type is.)",
                "Pass them as RAW: --message-type RAW, or Message::Raw(&digest); and have the signer use \
                 --message-type DIGEST.",
            ),
        }
    }
}
