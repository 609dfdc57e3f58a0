//! Messages with a structure, of which signers sign a part or another form.

use sha3::{Digest as _, Keccak256};

use crate::der::{Reader, tag};
use crate::diagnosis::hash::Hash;
use crate::text;
use crate::undress::{Json, split_jwt};

/// A part of a JWT, from a whole token or from its first two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagnosis) enum JwtPart {
    /// The first two parts, with the dot between them.
    SigningInput,
    /// The second part as it stands.
    Second,
    /// The second part, decoded.
    Payload,
}

impl JwtPart {
    pub(super) const ALL: [Self; 3] = [Self::SigningInput, Self::Second, Self::Payload];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SigningInput => "its first two parts with the dot between them (header.payload)",
            Self::Second => "its second part as it stands (base64url), without the header",
            Self::Payload => "its payload, decoded from base64url",
        }
    }

    pub(super) fn filter(self) -> &'static str {
        match self {
            Self::SigningInput => "tr -d '\\r\\n' | sed 's/^Bearer //' | cut -d . -f 1,2 | tr -d '\\n'",
            Self::Second => "tr -d '\\r\\n' | cut -d . -f 2 | tr -d '\\n'",
            Self::Payload => {
                "python3 -c 'import sys, base64; \
                 sys.stdout.buffer.write(base64.urlsafe_b64decode(sys.stdin.read().split(\".\")[1] + \"==\"))'"
            }
        }
    }
}

/// The part of a JWT. `None` if the message is not one, or is this part.
pub(super) fn jwt_part(message: &[u8], part: JwtPart) -> Option<Vec<u8>> {
    let given = std::str::from_utf8(message).ok()?.trim();
    let is_whole = split_jwt(given).is_some();
    let [header, payload, _] = if is_whole {
        split_jwt(given)?
    } else {
        split_jwt(&format!("{given}.")).is_some().then_some(())?;
        let (header, payload) = given.split_once('.')?;
        [header, payload, ""]
    };
    match part {
        JwtPart::SigningInput => Some(format!("{header}.{payload}").into_bytes()),
        JwtPart::Second => Some(payload.into()),
        JwtPart::Payload => text::from_base64(payload.as_bytes()).map(|(_, decoded)| decoded),
    }
}

/// The payload types of DSSE in use, the most frequent first.
pub(super) const PAYLOAD_TYPES: [&str; 8] = [
    "application/vnd.in-toto+json",
    "application/json",
    "text/plain",
    "application/octet-stream",
    "application/vnd.in-toto.layout+json",
    "application/vnd.cncf.notary.payload.v1+json",
    "application/vnd.dev.cosign.simplesigning.v1+json",
    "https://witness.testifysec.com/policy/v0.1",
];

/// The pre-authentication encoding of DSSE: `DSSEv1`, and the type and the payload after their lengths.
pub(super) fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// The payload of a PAE.
pub(super) fn payload_of_pae(message: &[u8]) -> Option<&[u8]> {
    let mut words = message.strip_prefix(b"DSSEv1 ")?.splitn(4, |byte| *byte == b' ');
    words.nth(2)?;
    words.next()
}

/// The type and the payload of a DSSE envelope, alone or in a Sigstore bundle.
pub(super) fn dsse_envelope(message: &[u8]) -> Option<(String, Vec<u8>)> {
    let json = std::str::from_utf8(message)
        .ok()
        .filter(|text| text.trim_start().starts_with('{'))
        .and_then(Json::parse)?;
    let envelope = json.get("dsseEnvelope").unwrap_or(&json);
    let payload_type = envelope.get("payloadType")?.as_str()?;
    let (_, payload) = text::from_base64(envelope.get("payload")?.as_str()?.as_bytes())?;
    let is_printable = payload_type.len() <= 128 && payload_type.chars().all(|c| c.is_ascii_graphic() && c != '\'');
    is_printable.then(|| (payload_type.to_owned(), payload))
}

/// What is signed of a certificate, a certificate signing request or a certificate revocation list: the first of its
/// three elements (RFC 5280 sections 4.1 and 5.1, RFC 2986 section 4.2), with its offset.
pub(super) fn signed_part(message: &[u8]) -> Option<(usize, Vec<u8>)> {
    let der = der_of(message)?;
    let mut outer = Reader::new(&der);
    let contents = outer.expect(tag::SEQUENCE)?;
    if !outer.is_empty() {
        return None;
    }
    let mut elements = Reader::new(contents);
    elements.expect(tag::SEQUENCE)?;
    let length = contents.len().checked_sub(elements.rest().len())?;
    elements.expect(tag::SEQUENCE)?;
    elements.expect(tag::BIT_STRING)?;
    let offset = der.len().checked_sub(contents.len())?;
    elements
        .is_empty()
        .then(|| Some((offset, contents.get(..length)?.to_vec())))?
}

/// DER, also inside PEM.
fn der_of(message: &[u8]) -> Option<Vec<u8>> {
    if message.first() == Some(&tag::SEQUENCE) {
        return Some(message.to_vec());
    }
    let text = std::str::from_utf8(message).ok()?.trim();
    let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    text::from_base64(body.as_bytes()).map(|(_, der)| der)
}

/// The other tag of signed attributes of CMS: that of a SET stands in place of A0 where they are signed (RFC 5652
/// section 5.4).
pub(super) fn other_tag_of_attributes(message: &[u8]) -> Option<u8> {
    let other = match message.first()? {
        0xa0 => 0x31,
        0x31 => 0xa0,
        _ => return None,
    };
    let mut reader = Reader::new(message);
    let (_, contents) = reader.element().ok()?;
    // Attributes are SEQUENCEs.
    let is_set = reader.is_empty() && contents.first() == Some(&tag::SEQUENCE);
    is_set.then_some(other)
}

/// The element with this tag.
pub(super) fn with_tag(message: &[u8], tag: u8) -> Vec<u8> {
    [&[tag], message.get(1..).unwrap_or_default()].concat()
}

/// What stands before the payload in the Sig_structure of COSE_Sign1 (RFC 9052 section 4.4), without external data: for
/// a protected header with the algorithm alone.
pub(super) fn before_cose_payload(protected: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0x84, 0x6a];
    bytes.extend_from_slice(b"Signature1");
    cbor_head(&mut bytes, protected.len());
    bytes.extend_from_slice(protected);
    cbor_head(&mut bytes, 0);
    cbor_head(&mut bytes, length);
    bytes
}

/// The head of a byte string of this length (RFC 8949 section 3).
fn cbor_head(bytes: &mut Vec<u8>, length: usize) {
    match (u8::try_from(length), u16::try_from(length), u32::try_from(length)) {
        (Ok(length @ 0..24), ..) => bytes.push(0x40 | length),
        (Ok(length), ..) => bytes.extend([0x58, length]),
        (_, Ok(length), _) => {
            bytes.push(0x59);
            bytes.extend(length.to_be_bytes());
        }
        (_, _, Ok(length)) => {
            bytes.push(0x5a);
            bytes.extend(length.to_be_bytes());
        }
        _ => {}
    }
}

/// Protected headers of COSE with the algorithm alone (RFC 9053 section 2), and what they are.
pub(super) const PROTECTED_HEADERS: [(&[u8], &str); 9] = [
    (&[0xa1, 0x01, 0x26], "{1: -7}"),
    (&[0xa1, 0x01, 0x38, 0x22], "{1: -35}"),
    (&[0xa1, 0x01, 0x38, 0x23], "{1: -36}"),
    (&[0xa1, 0x01, 0x27], "{1: -8}"),
    (&[0xa1, 0x01, 0x38, 0x24], "{1: -37}"),
    (&[0xa1, 0x01, 0x38, 0x25], "{1: -38}"),
    (&[0xa1, 0x01, 0x38, 0x26], "{1: -39}"),
    (&[0xa1, 0x01, 0x38, 0x2e], "{1: -47}"),
    (&[], "empty"),
];

/// The namespaces of SSHSIG in use, and the hash functions of `ssh-keygen -Y sign`.
pub(super) const SSH_NAMESPACES: [&str; 2] = ["git", "file"];
pub(super) const SSH_HASHES: [Hash; 2] = [Hash::Sha512, Hash::Sha256];

/// What SSHSIG signs before the digest of the message: its name, and the namespace, nothing and the hash function, each
/// after its length (PROTOCOL.sshsig of OpenSSH); then the length of the digest.
pub(super) fn before_sshsig_digest(namespace: &str, hash: Hash) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).unwrap_or_default().to_be_bytes();
    let mut bytes = b"SSHSIG".to_vec();
    for string in [namespace, "", hash.command()] {
        bytes.extend(length(string.len()));
        bytes.extend_from_slice(string.as_bytes());
    }
    bytes.extend(length(hash.length()));
    bytes
}

/// Keccak-256, which Ethereum uses in place of SHA3-256: of the message, or of a personal message (EIP-191).
pub(super) fn keccak(message: &[u8], personal: bool) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    if personal {
        hasher.update(format!("\x19Ethereum Signed Message:\n{}", message.len()));
    }
    hasher.update(message);
    hasher.finalize().into()
}
