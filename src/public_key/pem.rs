//! PEM (RFC 7468): one block with the label `PUBLIC KEY`, and nothing else.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::other_format;
use crate::error::{KeyError, KeyFormat, PemProblem};
use crate::excerpt::excerpt;

/// The beginning of all PEM text.
pub(super) const BEGIN: &str = "-----BEGIN";

const BEGIN_LINE: &str = "-----BEGIN PUBLIC KEY-----";
const END_LINE: &str = "-----END PUBLIC KEY-----";

/// Decodes the base64 between the two lines. Lines end in LF or CRLF. Lines of base64 can have any length, but are not
/// empty. Empty lines may follow the END line.
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
            None => return Err(PemProblem::EndLine.into()),
            Some(END_LINE) => break,
            Some("") => return Err(PemProblem::EmptyLine.into()),
            Some(line) => base64.push_str(line),
        }
    }
    if lines.any(|line| !line.is_empty()) {
        return Err(PemProblem::AfterEnd.into());
    }
    STANDARD.decode(base64).map_err(|_| PemProblem::NotBase64.into())
}

/// Encodes DER as PEM, with lines of 64 characters.
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

/// The error for PEM text whose first line is not the expected one.
fn wrong_label(first: &str, pem: &str) -> KeyError {
    let label = first
        .strip_prefix("-----BEGIN ")
        .and_then(|rest| rest.split_once("-----"));
    match label {
        None | Some(("PUBLIC KEY", _)) => PemProblem::BeginLine.into(),
        Some(("RSA PUBLIC KEY", _)) => KeyFormat::Pkcs1PublicKey.into(),
        Some(("CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST", _)) => KeyFormat::CertificateSigningRequest.into(),
        Some((label, _)) if label.ends_with("CERTIFICATE") => KeyFormat::Certificate.into(),
        Some((label, _)) if label.contains("PRIVATE KEY") => KeyFormat::PrivateKey.into(),
        // openssl ecparam -genkey writes both blocks.
        Some(("EC PARAMETERS", _)) if pem.contains("-----BEGIN EC PRIVATE KEY-----") => KeyFormat::PrivateKey.into(),
        Some((label, _)) => KeyFormat::PemLabel(excerpt(label)).into(),
    }
}
