//! Messages that may have been signed in place of the one that was given, cheapest first.

use std::borrow::Cow;

use super::finding::Diagnosis;
use super::hash::Hash;
use super::text::{self, MARK};
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::Key;

/// How a message differs from the one that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Not at all.
    None,
    /// It is the message of which RAW bytes are the digest.
    IsDigest,
    /// It is what was given as a digest, as RAW.
    IsMessage,
    /// Its digest was signed as RAW.
    Hashed,
    /// The digest was made with another hash function, and signed as RAW.
    HashedWith(Hash),
    /// The digest that was given is the hexadecimal text of it, with nothing around it but white space or not.
    DigestFromHex { alone: bool },
    /// The digest that was given is the hexadecimal text of it, decoded as if it were base64.
    DigestFromHexReadAsBase64,
    /// The digest that was given is the base64 text of it.
    DigestFromBase64,
    /// The hexadecimal text of its digest was signed as RAW.
    DigestToHex,
    /// The base64 text of its digest was signed as RAW.
    DigestToBase64,
    /// It is what the given base64 decodes to.
    FromBase64,
    /// It is the base64 text of the given bytes.
    ToBase64,
    /// It lacks the line end, or the line ends, that the given one has: its length in bytes.
    NewlineRemoved(usize),
    /// It has this line end, which the given one lacks.
    NewlineAdded(&'static str),
    /// Its lines end in LF, and those of the given one in CRLF.
    ToLf,
    /// Its lines end in CRLF, and those of the given one in LF.
    ToCrLf,
    /// It lacks the byte order mark that the given one has.
    MarkRemoved,
    /// It has a byte order mark, which the given one lacks.
    MarkAdded,
    /// It is UTF-8, and the given one is UTF-16.
    FromUtf16,
    /// It is UTF-16, and the given one is UTF-8.
    ToUtf16,
}

/// A message that may have been signed.
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

/// What stands for a message in a signature: how its digest is made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Digester<'k> {
    /// RSA and ECDSA.
    Hash(Hash),
    /// Ed25519: SHA-512, which the signer applies, not KMS.
    Ed25519,
    /// The mu of ML-DSA.
    Mu(&'k PublicKey),
    /// e of SM2, with KMS's distinguishing ID.
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

/// All that may have been signed in place of this message, the message itself first.
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
            // ML-DSA has no hash function of its own for a signer to begin with.
            for hash in [Hash::Sha256, Hash::Sha512] {
                self.raw(Change::HashedWith(hash), hash.digest(&[message]));
            }
        }
        self.digest_to_text(&digest);
        if let Some(shorter) = without_newline(message) {
            self.raw(Change::NewlineRemoved(shorter.len()), shorter);
            if let Some(shortest) = without_newline(shorter) {
                // All of several.
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

    /// Forms of the message that must be written out.
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
            // Under another type than the algorithm has, if the given one is not.
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

    /// The digest that a text is the hexadecimal or base64 form of: the text itself, or its first word, as `sha256sum`
    /// prints it, or its last, as `openssl dgst` does.
    fn digest_from_text(&mut self, text: &[u8]) {
        // Three times the hexadecimal text of the longest digest: room for the name of a file.
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

    /// A digest as text, which was signed as a message.
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

    /// Adds a variant, unless it is there already: a short text has the same base64 in lines of any length.
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
