//! What an input is that is not a SubjectPublicKeyInfo. It has been rejected already; this only finds the kind of error.

use alloc::vec::Vec;

use super::pem;
use crate::der::{Reader, tag};
use crate::error::{EncodingProblem, KeyError, KeyFormat};
use crate::text;

/// Names the format of an input, by its beginning and its outermost structure.
pub(super) fn recognise(input: &[u8]) -> KeyError {
    match input {
        [] => KeyFormat::Empty.into(),
        // These two may begin as the formats below them do: a raw key with any byte, a hexadecimal digit 0 with the
        // tag of a SEQUENCE.
        _ if is_raw_key(input) => KeyFormat::RawKey.into(),
        _ if is_hex(input) => KeyFormat::Hex.into(),
        [tag::SEQUENCE, ..] => structure(input),
        // With quotation marks: the value of a field.
        [b'{' | b'[' | b'"', ..] => KeyFormat::Json.into(),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => KeyFormat::Utf16.into(),
        _ if input.starts_with(b"ssh-") || input.starts_with(b"ecdsa-sha2-") => KeyFormat::OpenSsh.into(),
        _ if input.starts_with(pem::BEGIN.as_bytes()) => KeyFormat::Pem.into(),
        _ if contains(input, pem::BEGIN.as_bytes()) => KeyFormat::PemNotFirst.into(),
        _ if is_base64_of_key(input) => KeyFormat::Base64.into(),
        _ if input.trim_ascii_start().first() == Some(&b'{') => KeyFormat::Json.into(),
        _ => KeyFormat::Unknown.into(),
    }
}

/// Names what a DER or BER SEQUENCE is, or says where its encoding goes wrong.
fn structure(input: &[u8]) -> KeyError {
    let mut outer = Reader::new(input);
    let contents = match outer.element() {
        Ok((_, contents)) => contents,
        Err(error) => return EncodingProblem::Outer(error).into(),
    };
    if !outer.is_empty() {
        return match outer.rest() {
            [b'\n'] | [b'\r', b'\n'] => EncodingProblem::TrailingLineEnd,
            rest => EncodingProblem::TrailingBytes {
                expected: input.len().saturating_sub(rest.len()),
                given: input.len(),
            },
        }
        .into();
    }
    let mut inner = Reader::new(contents);
    let mut elements = Vec::new();
    while !inner.is_empty() {
        match inner.element() {
            // No format below is told apart by more than its first three elements.
            Ok(element) if elements.len() < 4 => elements.push(element),
            Ok(_) => {}
            // What follows a whole key is too much, even if it is no element.
            Err(_) if matches!(elements.as_slice(), [(tag::SEQUENCE, _), (tag::BIT_STRING, _), ..]) => break,
            Err(error) => return EncodingProblem::Inner(error).into(),
        }
    }
    match elements.as_slice() {
        // SubjectPublicKeyInfo, with a flaw.
        [(tag::SEQUENCE, _), (tag::BIT_STRING, bits)] if inner.is_empty() => match bits {
            [] => EncodingProblem::EmptyBitString.into(),
            // There is no flaw but that of the caller.
            [0, ..] => KeyFormat::Der.into(),
            _ => EncodingProblem::UnusedBits.into(),
        },
        // Ecdsa-Sig-Value (RFC 3279 section 2.2.3), whose second number is longer than any exponent in use.
        [(tag::INTEGER, _), (tag::INTEGER, second)] if second.len() > 16 => KeyFormat::Signature.into(),
        // RSAPublicKey (RFC 8017 appendix A.1.1).
        [(tag::INTEGER, _), (tag::INTEGER, _)] => KeyFormat::Pkcs1PublicKey.into(),
        // RSAPrivateKey (RFC 8017 appendix A.1.2), OneAsymmetricKey (RFC 5958), ECPrivateKey (RFC 5915).
        [(tag::INTEGER, [0]), (tag::INTEGER, _), ..]
        | [(tag::INTEGER, [0 | 1]), (tag::SEQUENCE, _), (tag::OCTET_STRING, _), ..]
        | [(tag::INTEGER, [1]), (tag::OCTET_STRING, _), ..]
        // EncryptedPrivateKeyInfo (RFC 5958 section 3), whose algorithm is one of PKCS#5 or PKCS#12.
        | [
            (tag::SEQUENCE, [tag::OBJECT_IDENTIFIER, _, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05 | 0x0c, ..]),
            (tag::OCTET_STRING, _),
        ] => KeyFormat::PrivateKey.into(),
        // CertificationRequest (RFC 2986 section 4.2).
        [(tag::SEQUENCE, info), (tag::SEQUENCE, _), (tag::BIT_STRING, _)] if is_request_info(info) => {
            KeyFormat::CertificateSigningRequest.into()
        }
        // Certificate (RFC 5280 section 4.1), whose first element begins with a version or a serial number.
        [(tag::SEQUENCE, [tag::CONTEXT_0 | tag::INTEGER, ..]), (tag::SEQUENCE, _), (tag::BIT_STRING, _)] => {
            KeyFormat::Certificate.into()
        }
        [(tag::SEQUENCE, _), (tag::BIT_STRING, _), ..] => EncodingProblem::AfterBitString.into(),
        _ => KeyFormat::Unknown.into(),
    }
}

/// Whether this is the contents of a CertificationRequestInfo (RFC 2986 section 4.1): version 0, subject, public key and
/// attributes, which some leave out. A TBSCertificate without a version begins alike, and has two elements more at least.
fn is_request_info(contents: &[u8]) -> bool {
    let mut reader = Reader::new(contents);
    let mut elements = Vec::new();
    while let (false, Ok(element)) = (reader.is_empty() || elements.len() > 4, reader.element()) {
        elements.push(element);
    }
    matches!(
        elements.as_slice(),
        [(tag::INTEGER, [0]), (tag::SEQUENCE, _), (tag::SEQUENCE, _)]
            | [
                (tag::INTEGER, [0]),
                (tag::SEQUENCE, _),
                (tag::SEQUENCE, _),
                (tag::CONTEXT_0, _)
            ]
    )
}

/// Whether this has the length, and for points the form, of a key without its SubjectPublicKeyInfo: Ed25519, the points
/// of the curves, ML-DSA.
fn is_raw_key(input: &[u8]) -> bool {
    matches!(
        (input.first(), input.len()),
        (Some(0x04), 65 | 97 | 133) | (Some(0x02 | 0x03), 33 | 49 | 67)
    ) || (matches!(input.len(), 32 | 1312 | 1952 | 2592) && !input.is_ascii())
}

/// Whether this is hexadecimal text, in lines of any length, of at least as many bytes as the shortest raw key has.
fn is_hex(input: &[u8]) -> bool {
    text::from_hex_lines(input).is_some_and(|decoded| decoded.len() >= 32)
}

/// Whether this is padded base64, in lines of any length, of something that begins as DER or PEM does.
fn is_base64_of_key(input: &[u8]) -> bool {
    let characters = text::without_white_space(input);
    let decoded = text::from_base64(&characters).filter(|_| characters.len().is_multiple_of(4));
    decoded.is_some_and(|(alphabet, decoded)| {
        alphabet == text::Base64::Standard
            && (decoded.first() == Some(&tag::SEQUENCE) || decoded.starts_with(pem::BEGIN.as_bytes()))
    })
}

fn contains(input: &[u8], part: &[u8]) -> bool {
    input.windows(part.len()).any(|window| window == part)
}
