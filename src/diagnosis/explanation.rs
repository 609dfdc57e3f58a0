//! Findings for a message that was signed in a form other than the given one.

use super::cause::Cause;
use super::finding::Finding;
use super::hash::Hash;
use super::variants::Change;
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::message::Message;

/// The finding for a change that makes a signature verify with this algorithm. `None` if the given message is correct.
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
                "The {} digest of the message was signed as the message itself, and {algorithm} hashed it again.",
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
            format!("The given digest is hexadecimal text ({} characters), not bytes.", context.length()),
            format!(
                "Pass its bytes: {bytes} > digest.bin, then --message fileb://digest.bin --message-type \
                 {digest}; in Rust, hex::decode(text), then {call}.",
                // xxd would also read hexadecimal digits in surrounding text.
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
            "The given digest is hexadecimal text that was decoded as base64, which the AWS CLI does with a value on \
             the command line."
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
            format!("The given digest is base64 text ({} characters), not bytes.", context.length()),
            format!(
                "Pass its bytes: base64 --decode < digest.b64 > digest.bin, then --message fileb://digest.bin \
                 --message-type {digest}; in Rust, STANDARD.decode(text), then {call}.",
                digest = context.digest_type(),
                call = context.digest_call(),
            ),
        ),
        Change::DigestToHex => (
            Cause::DigestIsHex,
            "The hexadecimal text of the digest was signed as the message itself.".into(),
            format!(
                "{} Until then, verify that text {}. To create it: {} | cut -d ' ' -f 1 | tr -d '\\n' > digest.hex. \
                 (Line endings and letter case matter.)",
                context.should_be_sent(),
                context.as_message("digest.hex"),
                context.hex_command(),
            ),
        ),
        Change::DigestToBase64 => (
            Cause::DigestIsBase64,
            "The base64 text of the digest was signed as the message itself.".into(),
            format!(
                "{} Until then, verify that text {}. To create it: base64 < digest.bin | tr -d '\\n' > digest.b64. \
                 (Line endings matter.)",
                context.should_be_sent(),
                context.as_message("digest.b64"),
            ),
        ),
        Change::FromBase64 => (
            Cause::MessageIsBase64,
            "The given message is base64 text, but the decoded bytes were signed. The AWS CLI decodes --message from \
             base64, unless it is fileb:// or cli_binary_format is raw-in-base64-out."
                .into(),
            "Decode it before verifying: base64 --decode < message.b64 > message.bin, then --message \
             fileb://message.bin; in Rust, STANDARD.decode(text)."
                .into(),
        ),
        Change::ToBase64 => (
            Cause::MessageWasBase64Encoded,
            "The base64 text of the given message was signed, not its bytes. Either the signer passed base64 text with \
             fileb:// or to an SDK, neither of which decodes it; or the given message was text on the command line, \
             which the AWS CLI decodes as base64."
                .into(),
            "Verify that text: use --cli-binary-format raw-in-base64-out if it was given on the command line; \
             otherwise base64 message.bin > message.b64, then --message fileb://message.b64. (Line endings matter.) If \
             the text was signed by mistake, sign the message itself: aws kms sign --message fileb://message.bin."
                .into(),
        ),
        Change::NewlineRemoved(length) => (
            Cause::MessageTrailingNewline,
            "The given message ends with a newline that was not signed. echo and text editors add one.".into(),
            format!(
                "Remove it: head -c {length} message.txt > message.bin, or use echo -n; in Rust, &message[..{length}]."
            ),
        ),
        Change::NewlineAdded(newline) => (
            Cause::MessageMissingNewline,
            format!(
                "The signed message ends with a newline ({}) that the given message lacks. echo and text editors add \
                 one.",
                newline.escape_debug()
            ),
            format!(
                "Verify the exact file that was signed, or add the newline: printf '{}' >> message.bin.",
                newline.escape_debug()
            ),
        ),
        Change::ToLf => (
            Cause::MessageLineEndings,
            "The given message has CRLF line endings (Windows), but the signed message has LF. Git's autocrlf and \
             FTP's text mode convert line endings."
                .into(),
            "Convert them: tr -d '\\r' < message.txt > message.bin; and mark the file as binary (in .gitattributes, \
             -text)."
                .into(),
        ),
        Change::ToCrLf => (
            Cause::MessageLineEndings,
            "The given message has LF line endings, but the signed message has CRLF (Windows).".into(),
            "Convert them: sed 's/$/\\r/' message.txt > message.bin; and mark the file as binary (in .gitattributes, \
             -text)."
                .into(),
        ),
        Change::MarkRemoved => (
            Cause::MessageByteOrderMark,
            "The given message begins with a byte order mark (EF BB BF) that was not signed. Windows editors add it.".into(),
            "Remove it: tail -c +4 message.txt > message.bin.".into(),
        ),
        Change::MarkAdded => (
            Cause::MessageByteOrderMark,
            "The signed message begins with a byte order mark (EF BB BF) that the given message lacks. Windows editors \
             add it.".into(),
            "Verify the exact file that was signed, or add the byte order mark: printf '\\xef\\xbb\\xbf' | cat - \
             message.txt > message.bin."
                .into(),
        ),
        Change::FromUtf16 => (
            Cause::MessageByteOrderMark,
            "The given message is UTF-16 with a byte order mark, as PowerShell's > writes it, but the signed message \
             is UTF-8."
                .into(),
            "Convert it: iconv -f UTF-16 -t UTF-8 message.txt > message.bin.".into(),
        ),
        Change::ToUtf16 => (
            Cause::MessageByteOrderMark,
            "The given message is UTF-8, but the signed message is UTF-16 with a byte order mark, as PowerShell's > \
             writes it."
                .into(),
            "Verify the exact file that was signed, or convert the message: iconv -f UTF-8 -t UTF-16 message.txt > \
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

    /// Whether the algorithm supports this message type.
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

    /// How to verify the contents of a file as the message.
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

    /// The command or call that computes the digest of a message.
    fn digest_command(&self) -> String {
        match Hash::of_algorithm(self.algorithm) {
            Some(hash) => format!("openssl dgst -{} -binary message.bin > digest.bin", hash.command()),
            None if self.algorithm == SigningAlgorithm::Sm2Dsa => {
                "PublicKey::sm2_digest(b\"1234567812345678\", message)".into()
            }
            None => "openssl dgst -sha512 -binary message.bin > digest.bin".into(),
        }
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
                "Pass them as EXTERNAL_MU: --message-type EXTERNAL_MU, or Message::ExternalMu(&mu).",
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
                "The bytes given as EXTERNAL_MU are the message that was signed, not its mu.",
                "Pass it as RAW: --message-type RAW, or Message::Raw(&message); or compute the mu: \
                 PublicKey::external_mu(message).",
            )
        } else {
            self.not_a_digest(format!(
                "The {} bytes given as {given} are the message that was signed, not its digest.",
                self.length()
            ))
        }
    }

    fn not_a_digest(&self, found: String) -> Finding {
        let advice = match (self.takes(MessageType::Raw), self.takes(self.digest_type())) {
            (false, _) => {
                "Pass its SHA-512 digest as DIGEST: openssl dgst -sha512 -binary message.bin > digest.bin, then \
                 --message fileb://digest.bin --message-type DIGEST; in Rust, VerifyingKey::stream and verify_reader \
                 hash the message."
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
                "The mu of the message was signed as RAW, so KMS computed the mu of the mu.",
                "Have the signer send the mu with --message-type EXTERNAL_MU, or the message with --message-type RAW. \
                 Until then, verify the mu as RAW: Message::Raw(&public_key.external_mu(message)?).",
            ),
            (_, true) => Finding::certain(
                Cause::MlDsaMuAndRaw,
                "The 64 bytes given as EXTERNAL_MU were signed as RAW.",
                "Pass them as RAW: --message-type RAW, or Message::Raw(&bytes); and have the signer send a mu with \
                 --message-type EXTERNAL_MU.",
            ),
            (MessageType::Raw, false) => Finding::certain(
                Cause::MessageHashedTwice,
                "The digest of the message was signed as RAW, so the message was hashed twice: by the signer and by \
                 KMS.",
                format!(
                    "{} Until then, verify the digest {}. To compute it: {}.",
                    self.should_be_sent(),
                    self.as_message("digest.bin"),
                    self.digest_command()
                ),
            ),
            (_, false) => Finding::certain(
                Cause::MessageHashedTwice,
                "The bytes given as DIGEST were signed as RAW, so the signer hashed them again. (Moto and old \
                 LocalStack do this for every message type.)",
                "Pass them as RAW: --message-type RAW, or Message::Raw(&digest); and have the signer use \
                 --message-type DIGEST.",
            ),
        }
    }
}
