//! Findings for the forms of a message.

use super::change::Change;
use crate::algorithm::MessageType;
use crate::diagnosis::advice::{Advice, Call, Step};
use crate::diagnosis::cause::Cause;
use crate::diagnosis::dressed::describe;
use crate::diagnosis::finding::Finding;
use crate::undress::{Dress, Layer};

/// The finding for a form of the message. `None` if a digest was mixed up with its message.
pub(super) fn of_form(change: &Change) -> Option<Finding> {
    let (cause, found, advice) = match change {
        Change::IsDigest
        | Change::IsMessage
        | Change::Hashed
        | Change::HashedWith(_)
        | Change::DigestUndressed(_)
        | Change::DigestToHex { .. }
        | Change::DigestToBase64 { .. } => return None,
        Change::Undressed(layer) => return Some(undressed(layer)),
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
        Change::CmsAttributes { .. } => (
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
        Change::SshSig { namespace, hash } => (
            Cause::MessageSignedPart,
            format!(
                "An SSHSIG signature is over its own structure and not over the message. With the namespace \"{namespace}\" \
                 and the {} digest of the message, the signature verifies.",
                hash.name()
            ),
            Advice::say("Verify the structure that SSHSIG signs, or the message with ssh-keygen -Y verify."),
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
    Some(Finding::certain(cause, found, advice))
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
