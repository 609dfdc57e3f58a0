//! PEM (RFC 7468): one block labelled `PUBLIC KEY`, and nothing else.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::other_format;
use crate::error::{KeyError, KeyFormat};
use crate::excerpt::excerpt;

/// How all PEM text begins.
pub(super) const BEGIN: &str = "-----BEGIN";

const BEGIN_LINE: &str = "-----BEGIN PUBLIC KEY-----";
const END_LINE: &str = "-----END PUBLIC KEY-----";

/// The DER between the two lines. Lines end in LF or CRLF; those of base64 have any length but are not empty; empty
/// lines may follow the END line.
pub(super) fn decode(pem: &str) -> Result<Vec<u8>, KeyError> {
    if !pem.starts_with(BEGIN) {
        return Err(other_format::recognise(pem.as_bytes()));
    }
    let mut lines = pem.lines();
    let first = lines.next().unwrap_or_default();
    if first != BEGIN_LINE {
        return Err(wrong_label(first, pem));
    }
    let mut base64 = String::with_capacity(pem.len());
    loop {
        match lines.next() {
            None => return problem("it has no line that is -----END PUBLIC KEY----- and nothing else"),
            Some(END_LINE) => break,
            Some("") => return problem("it has an empty line before its END line"),
            Some(line) => base64.push_str(line),
        }
    }
    if lines.any(|line| !line.is_empty()) {
        return problem("something follows its END line; pass one public key alone");
    }
    STANDARD.decode(base64).or_else(|_| {
        problem(
            "what stands between its lines is not base64; look for spaces, for characters that are missing, \
             and for \"=\" elsewhere than at the end",
        )
    })
}

/// The DER as PEM, with lines of 64 characters.
pub(super) fn encode(der: &[u8]) -> String {
    let mut pem = String::from(BEGIN_LINE);
    for line in der.chunks(48) {
        pem.push('\n');
        STANDARD.encode_string(line, &mut pem);
    }
    pem.push('\n');
    pem.push_str(END_LINE);
    pem.push('\n');
    pem
}

/// What PEM text is whose first line is not the one that is wanted.
fn wrong_label(first: &str, pem: &str) -> KeyError {
    let label = first
        .strip_prefix("-----BEGIN ")
        .and_then(|rest| rest.split_once("-----"));
    match label {
        None | Some(("PUBLIC KEY", _)) => KeyError::Pem {
            problem: "its first line is not -----BEGIN PUBLIC KEY----- and nothing else",
        },
        Some(("RSA PUBLIC KEY", _)) => KeyFormat::Pkcs1PublicKey.refused(),
        Some(("CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST", _)) => KeyFormat::CertificateSigningRequest.refused(),
        Some((label, _)) if label.ends_with("CERTIFICATE") => KeyFormat::Certificate.refused(),
        Some((label, _)) if label.contains("PRIVATE KEY") => KeyFormat::PrivateKey.refused(),
        // As openssl ecparam -genkey writes the two.
        Some(("EC PARAMETERS", _)) if pem.contains("-----BEGIN EC PRIVATE KEY-----") => KeyFormat::PrivateKey.refused(),
        Some((label, _)) => KeyFormat::PemLabel(excerpt(label)).refused(),
    }
}

fn problem<T>(problem: &'static str) -> Result<T, KeyError> {
    Err(KeyError::Pem { problem })
}
