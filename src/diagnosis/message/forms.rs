//! The forms of a message, the likely and cheap ones first.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::ControlFlow;

use super::change::{Change, FIRST_BYTES, JSON_FORMS, MAX_GROWTH};
use super::digester::Digester;
use super::structure::{self, JwtPart};
use crate::algorithm::{KeySpec, MessageType};
use crate::diagnosis::finding::Diagnosis;
use crate::diagnosis::hash::Hash;
use crate::diagnosis::text;
use crate::message::Message;
use crate::undress::{Bare, Json, Thing, dresses_of_message, undress};

/// A candidate for the signed message.
pub(in crate::diagnosis) struct Form<'a> {
    /// How it differs from the given message. Empty for the given message.
    pub(in crate::diagnosis) changes: Vec<Change>,
    pub(in crate::diagnosis) message_type: MessageType,
    pub(in crate::diagnosis) bytes: Cow<'a, [u8]>,
}

impl Form<'_> {
    pub(in crate::diagnosis) fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.bytes)
    }

    fn into_owned(self) -> Form<'static> {
        Form {
            bytes: Cow::Owned(self.bytes.into_owned()),
            ..self
        }
    }
}

/// The first form of the message that is right.
pub(in crate::diagnosis) fn find(
    message: Message<'_>,
    digester: Digester<'_>,
    key_spec: KeySpec,
    is_right: &mut dyn FnMut(&Form<'_>) -> bool,
) -> Option<Form<'static>> {
    let mut forms = Forms {
        digester,
        key_spec,
        is_right,
        seen: HashSet::new(),
        // Of a longer message, there are few forms, most of them borrowed.
        bytes_left: (message.as_bytes().len() <= Diagnosis::MAX_REWRITTEN).then_some(MAX_BYTES),
    };
    let found = match message {
        Message::Raw(message) => forms.of_raw(message),
        Message::Digest(digest) | Message::ExternalMu(digest) => forms.of_digest(message.message_type(), digest),
    };
    found.break_value()
}

/// The most bytes of all forms together, so that their number for a long message is bounded.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The longest text that may be a digest, in bytes: an answer of the AWS CLI or the line of a hashing tool.
const MAX_DIGEST_TEXT: usize = 1024;

/// The longest message that is written as JSON again, in bytes.
const MAX_JSON: usize = 256 * 1024;

type Flow = ControlFlow<Form<'static>>;

struct Forms<'a> {
    digester: Digester<'a>,
    key_spec: KeySpec,
    is_right: &'a mut dyn FnMut(&Form<'_>) -> bool,
    /// Hashes of the forms so far: two changes may lead to the same form.
    seen: HashSet<u64>,
    /// `None` if it is not limited.
    bytes_left: Option<usize>,
}

impl Forms<'_> {
    fn of_raw(&mut self, message: &[u8]) -> Flow {
        self.raw(&[], message)?;
        if message.len() == self.digester.length() {
            self.digest(vec![Change::IsDigest], message)?;
        }
        self.digest_from_text(message)?;
        let digest = self.digester.digest(message);
        self.raw(&[Change::Hashed], &digest)?;
        if let Digester::Mu(_) = self.digester {
            // ML-DSA does not determine a hash function, so try the common ones.
            for hash in [Hash::Sha256, Hash::Sha512] {
                self.one(message, Change::HashedWith(hash))?;
            }
        }
        self.digest_to_text(&digest)?;
        for end in ends_removed(message) {
            self.one(message, end)?;
        }
        for (layers, inner) in dresses_of_message(message) {
            let changes: Vec<Change> = layers.into_iter().map(Change::Undressed).collect();
            self.raw(&changes, &inner)?;
        }
        if message.len() > FIRST_BYTES {
            self.one(message, Change::Truncated)?;
        }
        if message.len() <= Diagnosis::MAX_REWRITTEN {
            self.rewritten(message)?;
        }
        let of_algorithm = self.digester.hash();
        for hash in Hash::ALL.into_iter().filter(|hash| of_algorithm != Some(*hash)) {
            self.one(message, Change::HashedWith(hash))?;
        }
        self.one(message, Change::Empty)
    }

    /// Forms of the message that require a copy.
    fn rewritten(&mut self, message: &[u8]) -> Flow {
        self.of_structure(message)?;
        if without_newline(message).is_none() {
            for newline in ["\n", "\r\n"] {
                self.one(message, Change::NewlineAdded(newline))?;
            }
        }
        self.one(message, Change::ToLf)?;
        self.one(message, Change::ToCrLf)?;
        let is_text = std::str::from_utf8(message).is_ok();
        if is_text {
            self.one(message, Change::MarkAdded)?;
        }
        self.wrapped(message)?;
        if is_text {
            for (mark, big_endian) in [(true, false), (false, false), (true, true), (false, true)] {
                self.one(message, Change::ToUtf16 { big_endian, mark })?;
            }
        }
        self.encoded(message, &[])?;
        let with_newline = [message, b"\n"].concat();
        self.encoded(&with_newline, &[Change::NewlineAdded("\n")])?;
        for upper in [false, true] {
            for prefix in ["", "0x"] {
                self.one(message, Change::ToHex { upper, prefix })?;
            }
        }
        for end in [" ", "\0"] {
            self.one(message, Change::SpaceAdded(end))?;
        }
        self.together(message)
    }

    /// The base64 of a message, in one line or more.
    fn encoded(&mut self, message: &[u8], before: &[Change]) -> Flow {
        let one_line = |ends| Change::ToBase64 { width: None, ends };
        let lines = |width| Change::ToBase64 {
            width: Some(width),
            ends: true,
        };
        for change in [
            one_line(false),
            one_line(true),
            lines(76),
            lines(64),
            Change::ToBase64Url,
        ] {
            self.after(message, before, change)?;
        }
        Flow::Continue(())
    }

    /// Parts and other forms of a message that has a structure.
    fn of_structure(&mut self, message: &[u8]) -> Flow {
        if message.contains(&b'.') {
            for part in JwtPart::ALL {
                self.one(message, Change::Jwt(part))?;
            }
        }
        if let Some((offset, part)) = structure::signed_part(message) {
            let pem = message.first() != Some(&0x30);
            let what = "a certificate, a request or a revocation list";
            self.raw(&[Change::SignedPart { what, offset, pem }], &part)?;
        }
        if let Some(tag) = structure::other_tag_of_attributes(message) {
            self.one(message, Change::CmsAttributes { tag })?;
        }
        self.one(message, Change::FromPae)?;
        if let Some((payload_type, payload)) = structure::dsse_envelope(message) {
            let pae = structure::pae(&payload_type, &payload);
            self.raw(&[Change::Pae(payload_type)], &pae)?;
        }
        let is_json = message.trim_ascii_start().starts_with(b"{") || message.trim_ascii_start().starts_with(b"[");
        if is_json && message.len() <= MAX_JSON {
            let json = std::str::from_utf8(message).ok().and_then(Json::parse);
            let max = message.len().saturating_mul(MAX_GROWTH);
            for form in JSON_FORMS {
                if self.is_spent(message) {
                    break;
                }
                // The tools that write these forms change other JSON in more ways than this.
                let keeps = form.style.ecma_numbers || json.as_ref().is_some_and(Json::is_plain);
                let form = if keeps { form } else { form.without_filter() };
                let written = json.as_ref().and_then(|json| json.write_up_to(form.style, max));
                let Some(written) = written.filter(|written| written.as_bytes() != message) else {
                    continue;
                };
                let with_newline = format!("{written}\n");
                self.raw(&[Change::Json(form)], written.as_bytes())?;
                self.raw(
                    &[Change::Json(form), Change::NewlineAdded("\n")],
                    with_newline.as_bytes(),
                )?;
            }
        }
        Flow::Continue(())
    }

    /// Protocols that sign the message with something around it.
    fn wrapped(&mut self, message: &[u8]) -> Flow {
        for payload_type in structure::PAYLOAD_TYPES {
            self.one(message, Change::Pae(payload_type.to_owned()))?;
        }
        for (protected, name) in structure::PROTECTED_HEADERS {
            let before = structure::before_cose_payload(protected, message.len());
            let protected = name;
            self.one(message, Change::Cose { before, protected })?;
        }
        for namespace in structure::SSH_NAMESPACES {
            for hash in structure::SSH_HASHES {
                self.one(message, Change::SshSig { namespace, hash })?;
            }
        }
        self.one(message, Change::ToJsonString)?;
        if self.digester.length() == 32 && self.digester.hash().is_some() {
            let is_ethereum = self.key_spec == KeySpec::EccSecgP256k1;
            for personal in [false, true].into_iter().filter(|personal| is_ethereum || !personal) {
                let digest = structure::keccak(message, personal);
                self.digest(vec![Change::Keccak { personal }], &digest)?;
            }
        }
        Flow::Continue(())
    }

    /// Line ends, the end of the text and its encoding, changed together.
    fn together(&mut self, message: &[u8]) -> Flow {
        let mut texts: Vec<(Vec<Change>, Vec<u8>)> = Vec::new();
        if std::str::from_utf8(message).is_ok() {
            texts.push((Vec::new(), message.to_vec()));
        }
        for (layers, inner) in dresses_of_message(message) {
            let is_encoding = layers.iter().all(|layer| layer.dress.is_text_encoding());
            if is_encoding {
                texts.push((layers.into_iter().map(Change::Undressed).collect(), inner));
            }
        }
        for (before, text) in texts {
            if self.is_spent(&text) {
                break;
            }
            let mut lines = vec![(before.clone(), text.clone())];
            for change in [Change::ToLf, Change::ToCrLf] {
                if let Some(changed) = change.apply(&text).map(Cow::into_owned) {
                    lines.push(([before.clone(), vec![change]].concat(), changed));
                }
            }
            for (before, text) in lines {
                if self.is_spent(&text) {
                    break;
                }
                let mut ends = vec![(before.clone(), text.clone())];
                let mut changes = ends_removed(&text);
                changes.extend(["\n", "\r\n"].map(Change::NewlineAdded));
                for change in changes {
                    if let Some(changed) = change.apply(&text).map(Cow::into_owned) {
                        ends.push(([before.clone(), vec![change]].concat(), changed));
                    }
                }
                for (before, text) in ends {
                    self.raw(&before, &text)?;
                    self.after(&text, &before, Change::MarkAdded)?;
                    for (mark, big_endian) in [(true, false), (false, false), (true, true), (false, true)] {
                        self.after(&text, &before, Change::ToUtf16 { big_endian, mark })?;
                    }
                }
            }
        }
        Flow::Continue(())
    }

    fn of_digest(&mut self, given: MessageType, digest: &[u8]) -> Flow {
        let length = self.digester.length();
        if digest.len() == length {
            // With the message type of the algorithm, even if another was given.
            self.digest(Vec::new(), digest)?;
        } else if let Some(shorter) = without_newline(digest).filter(|digest| digest.len() == length) {
            self.digest(vec![Change::NewlineRemoved(length)], shorter)?;
        }
        self.digest_from_text(digest)?;
        if digest.len() == length && given == self.digester.message_type() {
            self.raw(&[Change::Hashed], digest)?;
        } else {
            self.raw(&[Change::IsMessage], digest)?;
        }
        if digest.len() == length {
            self.digest_to_text(digest)?;
        }
        Flow::Continue(())
    }

    /// The digest without its dresses.
    fn digest_from_text(&mut self, text: &[u8]) -> Flow {
        if text.len() > MAX_DIGEST_TEXT {
            return Flow::Continue(());
        }
        let length = self.digester.length();
        // A text of the same length is not a digest.
        let is_digest = |bytes: &[u8]| bytes.len() == length && !bytes.iter().all(u8::is_ascii_graphic);
        for Bare { layers, bytes } in undress(text, Thing::Digest(length), is_digest).fitting {
            if let (Some(bytes), false) = (bytes, layers.is_empty()) {
                self.digest(vec![Change::DigestUndressed(layers)], &bytes)?;
            }
        }
        Flow::Continue(())
    }

    /// A digest as text that was signed as the message.
    fn digest_to_text(&mut self, digest: &[u8]) -> Flow {
        let (hex, base64) = (text::hex(digest), text::base64(digest));
        for (upper, after) in [(false, ""), (false, "\n"), (false, "  -\n"), (true, "")] {
            let text = if upper {
                hex.to_uppercase()
            } else {
                format!("{hex}{after}")
            };
            self.raw(&[Change::DigestToHex { upper, after }], text.as_bytes())?;
        }
        for after in ["", "\n"] {
            self.raw(
                &[Change::DigestToBase64 { after }],
                format!("{base64}{after}").as_bytes(),
            )?;
        }
        Flow::Continue(())
    }

    /// The message with one change.
    fn one(&mut self, message: &[u8], change: Change) -> Flow {
        self.after(message, &[], change)
    }

    /// The message, to which some changes were made, with another one.
    fn after(&mut self, message: &[u8], before: &[Change], change: Change) -> Flow {
        if change.is_rewriting() && self.is_spent(message) {
            return Flow::Continue(());
        }
        match change.apply(message) {
            Some(changed) => self.raw(&[before, &[change]].concat(), &changed),
            None => Flow::Continue(()),
        }
    }

    /// Whether a form as long as this message would not be inspected, so that it need not be made.
    fn is_spent(&self, message: &[u8]) -> bool {
        self.bytes_left.is_some_and(|left| message.len() > left)
    }

    fn raw(&mut self, changes: &[Change], bytes: &[u8]) -> Flow {
        self.form(changes.to_vec(), MessageType::Raw, bytes)
    }

    fn digest(&mut self, changes: Vec<Change>, bytes: &[u8]) -> Flow {
        self.form(changes, self.digester.message_type(), bytes)
    }

    fn form(&mut self, changes: Vec<Change>, message_type: MessageType, bytes: &[u8]) -> Flow {
        let mut hasher = DefaultHasher::new();
        (message_type, bytes).hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            return Flow::Continue(());
        }
        if let Some(left) = self.bytes_left {
            let Some(left) = left.checked_sub(bytes.len()) else {
                return Flow::Continue(());
            };
            self.bytes_left = Some(left);
        }
        let form = Form {
            changes,
            message_type,
            bytes: Cow::Borrowed(bytes),
        };
        if (self.is_right)(&form) {
            Flow::Break(form.into_owned())
        } else {
            Flow::Continue(())
        }
    }
}

fn without_newline(text: &[u8]) -> Option<&[u8]> {
    text.strip_suffix(b"\r\n").or_else(|| text.strip_suffix(b"\n"))
}

/// The message without what tools add to its end.
fn ends_removed(message: &[u8]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut shorter = message;
    if let Some(without) = without_newline(message) {
        shorter = without;
        changes.push(Change::NewlineRemoved(without.len()));
        if without_newline(without).is_some() {
            changes.push(Change::NewlineRemoved(without.trim_ascii_end().len()));
        }
    }
    let without_zeros = message
        .len()
        .saturating_sub(message.iter().rev().take_while(|byte| **byte == 0).count());
    for length in [
        shorter.trim_ascii_end().len(),
        without_zeros,
        message.len().saturating_sub(usize::from(message.ends_with(b" "))),
    ] {
        if length < shorter.len() && length > 0 {
            changes.push(Change::SpaceRemoved(length));
        }
    }
    changes
}
