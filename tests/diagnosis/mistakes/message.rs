//! A message other than the bytes that were signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{Cause, MessageType};
use kms_verify_testing::vectors::Vector;

use super::{Mistake, is_ml_dsa, raw};
use crate::case::{Case, base64, base64url, digest, hex, utf16};

use Cause::*;
use MessageType::{Digest, ExternalMu, Raw};

/// Mistakes with the message.
pub const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "digest as RAW",
        apply: |v| {
            let (_, digest) = digest_of(v)?;
            let cause = if is_ml_dsa(v) { MlDsaMuAndRaw } else { MessageIsADigest };
            Some((cause, Case::of(v).with_message(Raw, digest)))
        },
    },
    Mistake {
        name: "mu as DIGEST",
        apply: |v| {
            let (_, mu) = digest_of(v)?;
            is_ml_dsa(v).then(|| (MlDsaMuAndRaw, Case::of(v).with_message(Digest, mu)))
        },
    },
    Mistake {
        name: "digest as EXTERNAL_MU",
        apply: |v| {
            let (_, digest) = digest_of(v)?;
            (!is_ml_dsa(v)).then(|| (MessageIsADigest, Case::of(v).with_message(ExternalMu, digest)))
        },
    },
    Mistake {
        name: "digest as hex",
        apply: |v| {
            let (message_type, digest) = digest_of(v)?;
            Some((DigestIsHex, Case::of(v).with_message(message_type, hex(&digest))))
        },
    },
    Mistake {
        name: "digest as hex, decoded as base64",
        apply: |v| {
            let (message_type, digest) = digest_of(v)?;
            let read = STANDARD.decode(hex(&digest)).ok()?;
            Some((DigestIsHex, Case::of(v).with_message(message_type, read)))
        },
    },
    Mistake {
        name: "digest as hex, as RAW",
        apply: |v| Some((DigestIsHex, Case::of(v).with_message(Raw, hex(&digest_of(v)?.1) + "\n"))),
    },
    Mistake {
        name: "digest as sha256sum prints it",
        apply: |v| {
            let (message_type, digest) = digest_of(v)?;
            let line = format!("{}  message.bin\n", hex(&digest).to_uppercase());
            Some((DigestIsHex, Case::of(v).with_message(message_type, line)))
        },
    },
    Mistake {
        name: "digest as openssl dgst prints it",
        apply: |v| {
            let (message_type, digest) = digest_of(v)?;
            let line = format!("SHA2-256(message.bin)= {}\n", hex(&digest));
            Some((DigestIsHex, Case::of(v).with_message(message_type, line)))
        },
    },
    Mistake {
        name: "digest as base64",
        apply: |v| {
            let (message_type, digest) = digest_of(v)?;
            Some((DigestIsBase64, Case::of(v).with_message(message_type, base64(&digest))))
        },
    },
    Mistake {
        name: "digest as base64, as RAW",
        apply: |v| {
            Some((
                DigestIsBase64,
                Case::of(v).with_message(Raw, base64(&digest_of(v)?.1) + "\n"),
            ))
        },
    },
    Mistake {
        name: "digest with a line end",
        apply: |v| {
            let (message_type, digest) = digest_of(v)?;
            Some((
                MessageTrailingNewline,
                Case::of(v).with_message(message_type, [&digest[..], b"\n"].concat()),
            ))
        },
    },
    Mistake {
        name: "message as DIGEST",
        apply: |v| raw(v).map(|message| (MessageIsNotADigest, Case::of(v).with_message(Digest, message))),
    },
    Mistake {
        name: "message as EXTERNAL_MU",
        apply: |v| {
            let cause = if is_ml_dsa(v) {
                MlDsaMuAndRaw
            } else {
                MessageIsNotADigest
            };
            raw(v).map(|message| (cause, Case::of(v).with_message(ExternalMu, message)))
        },
    },
    Mistake {
        name: "message as base64",
        apply: |v| message(v, MessageIsBase64, base64(raw(v)?)),
    },
    Mistake {
        name: "message as base64 with a line end",
        apply: |v| message(v, MessageIsBase64, base64(raw(v)?) + "\n"),
    },
    Mistake {
        name: "message as base64url",
        apply: |v| message(v, MessageIsBase64, base64url(raw(v)?)),
    },
    Mistake {
        name: "message with LF after it",
        apply: |v| message(v, MessageTrailingNewline, [raw(v)?, b"\n"].concat()),
    },
    Mistake {
        name: "message with CRLF after it",
        apply: |v| message(v, MessageTrailingNewline, [raw(v)?, b"\r\n"].concat()),
    },
    Mistake {
        name: "message with three LF after it",
        apply: |v| message(v, MessageTrailingNewline, [raw(v)?, b"\n\n\n"].concat()),
    },
    Mistake {
        name: "message with a byte order mark",
        apply: |v| message(v, MessageByteOrderMark, [b"\xef\xbb\xbf", raw(v)?].concat()),
    },
    Mistake {
        name: "message in UTF-16",
        apply: |v| message(v, MessageByteOrderMark, utf16(std::str::from_utf8(raw(v)?).unwrap())),
    },
];

/// The RAW message of the vector in another form.
fn message(vector: &Vector, cause: Cause, message: impl Into<Vec<u8>>) -> Option<(Cause, Case)> {
    Some((cause, Case::of(vector).with_message(Raw, message)))
}

/// The digest of the message, or the message itself if it is a digest.
fn digest_of(vector: &Vector) -> Option<(MessageType, Vec<u8>)> {
    match vector.message_type {
        Raw => digest(&vector.public_key(), vector.algorithm, &vector.message),
        message_type => Some((message_type, vector.message.clone())),
    }
}
