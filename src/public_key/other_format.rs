//! What an input is that is no SubjectPublicKeyInfo. It has been refused already; this only finds the words.

use alloc::format;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::pem;
use super::spki::encoding;
use crate::der::{Reader, tag};
use crate::error::{KeyError, KeyFormat};

/// Names the format of an input, by its beginning and its outermost structure.
pub(super) fn recognise(input: &[u8]) -> KeyError {
    match input {
        [] => KeyFormat::Empty.refused(),
        [tag::SEQUENCE, ..] => structure(input),
        [b'{' | b'[', ..] => KeyFormat::Json.refused(),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => KeyFormat::Utf16.refused(),
        _ if is_raw_key(input) => KeyFormat::RawKey.refused(),
        _ if input.starts_with(b"ssh-") || input.starts_with(b"ecdsa-sha2-") => KeyFormat::OpenSsh.refused(),
        _ if contains(input, pem::BEGIN.as_bytes()) => KeyFormat::PemNotFirst.refused(),
        _ if is_base64_of_der(input) => KeyFormat::Base64.refused(),
        _ if input.trim_ascii_start().first() == Some(&b'{') => KeyFormat::Json.refused(),
        _ => KeyFormat::Unknown.refused(),
    }
}

/// Names what a DER or BER SEQUENCE is, or says where its encoding goes wrong.
fn structure(input: &[u8]) -> KeyError {
    let mut outer = Reader::new(input);
    let contents = match outer.element() {
        Ok((_, contents)) => contents,
        Err(error) => return encoding(format!("{error}")),
    };
    if !outer.is_empty() {
        return encoding(match outer.rest() {
            [b'\n'] | [b'\r', b'\n'] => "a line end follows it, as a text editor or a shell adds one".into(),
            rest => format!("it ends {} bytes before the input does", rest.len()),
        });
    }
    let mut inner = Reader::new(contents);
    let mut elements = Vec::new();
    while !inner.is_empty() {
        match inner.element() {
            // No format below is told apart by more than its first three elements.
            Ok(element) if elements.len() < 4 => elements.push(element),
            Ok(_) => {}
            Err(error) => return encoding(format!("in its outermost SEQUENCE, {error}")),
        }
    }
    match elements.as_slice() {
        // SubjectPublicKeyInfo, with a flaw.
        [(tag::SEQUENCE, _), (tag::BIT_STRING, bits)] => encoding(match bits {
            [] => "its BIT STRING is empty",
            [0, ..] => "it is not encoded as DER",
            _ => "its BIT STRING has unused bits",
        }),
        // RSAPublicKey (RFC 8017 appendix A.1.1).
        [(tag::INTEGER, _), (tag::INTEGER, _)] => KeyFormat::Pkcs1PublicKey.refused(),
        // RSAPrivateKey (RFC 8017 appendix A.1.2), OneAsymmetricKey (RFC 5958), ECPrivateKey (RFC 5915).
        [(tag::INTEGER, [0]), (tag::INTEGER, _), ..]
        | [(tag::INTEGER, [0 | 1]), (tag::SEQUENCE, _), (tag::OCTET_STRING, _), ..]
        | [(tag::INTEGER, [1]), (tag::OCTET_STRING, _), ..]
        // EncryptedPrivateKeyInfo (RFC 5958 section 3).
        | [(tag::SEQUENCE, _), (tag::OCTET_STRING, _)] => KeyFormat::PrivateKey.refused(),
        // Certificate (RFC 5280 section 4.1), whose first element begins with a version or a serial number.
        [(tag::SEQUENCE, [tag::CONTEXT_0 | tag::INTEGER, ..]), (tag::SEQUENCE, _), (tag::BIT_STRING, _)] => {
            KeyFormat::Certificate.refused()
        }
        [(tag::SEQUENCE, _), (tag::BIT_STRING, _), ..] => {
            encoding("something follows the BIT STRING inside it")
        }
        _ => KeyFormat::Unknown.refused(),
    }
}

/// Whether this has the length, and for points the form, of a key without its SubjectPublicKeyInfo: Ed25519, the points
/// of the curves, ML-DSA.
fn is_raw_key(input: &[u8]) -> bool {
    matches!(
        (input.first(), input.len()),
        (Some(0x04), 65 | 97 | 133) | (Some(0x02 | 0x03), 33 | 49 | 67)
    ) || (matches!(input.len(), 32 | 1312 | 1952 | 2592) && !input.is_ascii())
}

/// Whether this is base64, in lines of any length, of something that begins as DER does.
fn is_base64_of_der(input: &[u8]) -> bool {
    let text: Vec<u8> = input
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD
        .decode(text)
        .is_ok_and(|decoded| decoded.first() == Some(&tag::SEQUENCE))
}

fn contains(input: &[u8], part: &[u8]) -> bool {
    input.windows(part.len()).any(|window| window == part)
}
