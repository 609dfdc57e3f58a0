//! Candidates for the signed message, the cheapest first.

use std::borrow::Cow;

use super::finding::Diagnosis;
use super::hash::Hash;
use super::text::{self, MARK};
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::Key;

/// How a candidate differs from the given message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The given message.
    None,
    /// The bytes given as RAW are its digest.
    IsDigest,
    /// The bytes given as a digest, as RAW.
    IsMessage,
    /// Its digest was signed as RAW.
    Hashed,
    /// Its digest with another hash function was signed as RAW.
    HashedWith(Hash),
    /// The given digest is hexadecimal text, alone except for white space or within other text.
    DigestFromHex { alone: bool },
    /// The given digest is hexadecimal text that was decoded as base64.
    DigestFromHexReadAsBase64,
    /// The given digest is base64 text.
    DigestFromBase64,
    /// The hexadecimal text of its digest was signed as RAW.
    DigestToHex,
    /// The base64 text of its digest was signed as RAW.
    DigestToBase64,
    /// The decoded bytes of the given base64 text.
    FromBase64,
    /// The base64 text of the given bytes.
    ToBase64,
    /// The given message without its trailing newlines, with the resulting length in bytes.
    NewlineRemoved(usize),
    /// The given message with this newline appended.
    NewlineAdded(&'static str),
    /// The given message with CRLF replaced by LF.
    ToLf,
    /// The given message with LF replaced by CRLF.
    ToCrLf,
    /// The given message without its byte order mark.
    MarkRemoved,
    /// The given message with a byte order mark prepended.
    MarkAdded,
    /// The given UTF-16 converted to UTF-8.
    FromUtf16,
    /// The given UTF-8 converted to UTF-16.
    ToUtf16,
}

/// A candidate for the signed message.
pub(super) struct Variant<'a> {
    pub(super) change: Change,
    pub(super) message_type: MessageType,
    pub(super) bytes: Cow<'a, [u8]>,
}

impl Variant<'_> {
    pub(super) fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.bytes)
    }
}

/// How the digest of a message is computed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Digester<'k> {
    /// RSA and ECDSA.
    Hash(Hash),
    /// Ed25519: SHA-512, applied by the caller of KMS.
    Ed25519,
    /// The mu of ML-DSA.
    Mu(&'k PublicKey),
    /// e of SM2, with the distinguishing ID of KMS.
    Sm2(&'k PublicKey),
}

impl<'k> Digester<'k> {
    pub(super) fn of(key: &'k PublicKey, algorithm: SigningAlgorithm) -> Self {
        match Hash::of_algorithm(algorithm) {
            Some(hash) => Self::Hash(hash),
            None => match &key.key {
                Key::MlDsa(_) => Self::Mu(key),
                Key::Sm2(_) => Self::Sm2(key),
                Key::Ed25519(_) | Key::Rsa(_) | Key::Ecdsa(_) => Self::Ed25519,
            },
        }
    }

    /// The digest of a message.
    pub(super) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Hash(hash) => hash.digest(&[message]),
            Self::Ed25519 => Hash::Sha512.digest(&[message]),
            Self::Mu(key) => key.external_mu(message).map(Vec::from).unwrap_or_default(),
            Self::Sm2(key) => key
                .sm2_digest(DEFAULT_SM2_ID, message)
                .map(Vec::from)
                .unwrap_or_default(),
        }
    }

    /// The length of a digest in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Hash(hash) => hash.length(),
            Self::Ed25519 | Self::Mu(_) => 64,
            Self::Sm2(_) => 32,
        }
    }

    fn message_type(self) -> MessageType {
        match self {
            Self::Mu(_) => MessageType::ExternalMu,
            Self::Hash(_) | Self::Ed25519 | Self::Sm2(_) => MessageType::Digest,
        }
    }
}

/// The distinguishing ID of KMS.
pub(super) const DEFAULT_SM2_ID: &[u8] = b"1234567812345678";

/// All candidates for the signed message, the given message first.
pub(super) fn variants<'a>(message: Message<'a>, digester: Digester<'_>) -> Vec<Variant<'a>> {
    let mut list = List {
        digester,
        variants: Vec::new(),
    };
    match message {
        Message::Raw(message) => list.of_raw(message),
        Message::Digest(digest) | Message::ExternalMu(digest) => list.of_digest(message.message_type(), digest),
    }
    list.variants
}

struct List<'a, 'k> {
    digester: Digester<'k>,
    variants: Vec<Variant<'a>>,
}

impl<'a> List<'a, '_> {
    fn of_raw(&mut self, message: &'a [u8]) {
        self.raw(Change::None, message);
        if message.len() == self.digester.length() {
            self.digest(Change::IsDigest, message);
        }
        self.digest_from_text(message);
        let digest = self.digester.digest(message);
        self.raw(Change::Hashed, digest.clone());
        if let Digester::Mu(_) = self.digester {
            // ML-DSA does not determine a hash function, so try the common ones.
            for hash in [Hash::Sha256, Hash::Sha512] {
                self.raw(Change::HashedWith(hash), hash.digest(&[message]));
            }
        }
        self.digest_to_text(&digest);
        if let Some(shorter) = without_newline(message) {
            self.raw(Change::NewlineRemoved(shorter.len()), shorter);
            if let Some(shortest) = without_newline(shorter) {
                // All trailing newlines.
                let shortest = shortest.trim_ascii_end();
                self.raw(Change::NewlineRemoved(shortest.len()), shortest);
            }
        }
        if let Some(unmarked) = message.strip_prefix(MARK) {
            self.raw(Change::MarkRemoved, unmarked);
        }
        if message.len() <= Diagnosis::MAX_REWRITTEN {
            self.rewritten(message);
        }
    }

    /// Adds forms of the message that require a copy.
    fn rewritten(&mut self, message: &[u8]) {
        if without_newline(message).is_none() {
            for newline in ["\n", "\r\n"] {
                self.raw(Change::NewlineAdded(newline), [message, newline.as_bytes()].concat());
            }
        }
        let lf = replace(message, b"\r\n", b"\n");
        if lf != message {
            self.raw(Change::ToLf, lf.clone());
        }
        if lf.contains(&b'\n') {
            self.raw(Change::ToCrLf, replace(&lf, b"\n", b"\r\n"));
        }
        if let Some(decoded) = text::from_utf16(message) {
            self.raw(Change::FromUtf16, decoded.into_bytes());
        }
        if let (Ok(text), false) = (std::str::from_utf8(message), message.starts_with(MARK)) {
            self.raw(Change::MarkAdded, [MARK, message].concat());
            self.raw(Change::ToUtf16, text::to_utf16(text));
        }
        if let Some((_, decoded)) = text::from_base64(message) {
            self.raw(Change::FromBase64, decoded);
        }
        for message in [message.to_vec(), [message, b"\n"].concat()] {
            self.raw(Change::ToBase64, text::base64(&message).into_bytes());
            for width in [usize::MAX, 76, 64] {
                self.raw(Change::ToBase64, text::base64_lines(&message, width).into_bytes());
            }
        }
    }

    fn of_digest(&mut self, given: MessageType, digest: &'a [u8]) {
        let length = self.digester.length();
        if digest.len() == length {
            // With the message type of the algorithm, even if another was given.
            self.digest(Change::None, digest);
        } else if let Some(shorter) = without_newline(digest).filter(|digest| digest.len() == length) {
            self.digest(Change::NewlineRemoved(length), shorter);
        }
        self.digest_from_text(digest);
        if digest.len() == length && given == self.digester.message_type() {
            self.raw(Change::Hashed, digest);
        } else {
            self.raw(Change::IsMessage, digest);
        }
        if digest.len() == length {
            self.digest_to_text(digest);
        }
    }

    /// Adds the digest in hexadecimal or base64 text: the whole text, its first word, as printed by `sha256sum`, or its
    /// last, as printed by `openssl dgst`.
    fn digest_from_text(&mut self, text: &[u8]) {
        // Leaves room for a file name beside the hexadecimal text of the longest digest.
        if text.len() > 1024 {
            return;
        }
        let length = self.digester.length();
        let right = |digest: &Vec<u8>| digest.len() == length;
        if let Some(digest) = text::from_hex_read_as_base64(text).filter(right) {
            self.digest(Change::DigestFromHexReadAsBase64, digest);
        }
        let text = text.trim_ascii();
        let mut words = text.split(u8::is_ascii_whitespace);
        let (first, last) = (words.next(), words.next_back());
        for word in [first, last].into_iter().flatten() {
            if let Some(digest) = text::from_hex(word).filter(right) {
                let alone = word.len() == text.len();
                self.digest(Change::DigestFromHex { alone }, digest);
            }
        }
        if let Some((_, digest)) = text::from_base64(text).filter(|(_, digest)| right(digest)) {
            self.digest(Change::DigestFromBase64, digest);
        }
    }

    /// Adds a digest as text that was signed as the message.
    fn digest_to_text(&mut self, digest: &[u8]) {
        let (hex, base64) = (text::hex(digest), text::base64(digest));
        for text in [hex.to_uppercase(), format!("{hex}\n"), format!("{hex}  -\n"), hex] {
            self.raw(Change::DigestToHex, text.into_bytes());
        }
        for text in [format!("{base64}\n"), base64] {
            self.raw(Change::DigestToBase64, text.into_bytes());
        }
    }

    fn raw(&mut self, change: Change, bytes: impl Into<Cow<'a, [u8]>>) {
        self.push(change, MessageType::Raw, bytes.into());
    }

    fn digest(&mut self, change: Change, bytes: impl Into<Cow<'a, [u8]>>) {
        self.push(change, self.digester.message_type(), bytes.into());
    }

    /// Adds a candidate unless it is already present: short base64 is the same for all line lengths.
    fn push(&mut self, change: Change, message_type: MessageType, bytes: Cow<'a, [u8]>) {
        let known = |variant: &Variant<'_>| variant.message_type == message_type && variant.bytes == bytes;
        if !self.variants.iter().any(known) {
            self.variants.push(Variant {
                change,
                message_type,
                bytes,
            });
        }
    }
}

fn without_newline(text: &[u8]) -> Option<&[u8]> {
    text.strip_suffix(b"\r\n").or_else(|| text.strip_suffix(b"\n"))
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        match rest.strip_prefix(from) {
            Some(after) => {
                replaced.extend_from_slice(to);
                rest = after;
            }
            None => {
                replaced.push(*first);
                rest = after;
            }
        }
    }
    replaced
}
