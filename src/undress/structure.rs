//! Structures of bytes around a signature: DER, SSH, COSE, Sui.

use super::{Off, Thing, Worn, pair};
use crate::algorithm::SignatureFormat;
use crate::der::{Reader, tag};

/// What is left of an element that fills the input: the bytes after the first few.
fn tail(worn: &Worn<'_>, inner: &[u8]) -> Vec<Off> {
    let skipped = worn.bytes.len().saturating_sub(inner.len());
    if !worn.is_long(inner) {
        return Vec::new();
    }
    vec![Off::new(inner).filter(format!("tail -c +{}", skipped.saturating_add(1)))]
}

fn only_element(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    reader.expect(tag).filter(|_| reader.is_empty())
}

pub(super) fn bit_string(worn: &Worn<'_>) -> Vec<Off> {
    let bits = only_element(worn.bytes, tag::BIT_STRING).and_then(|contents| contents.strip_prefix(&[0]));
    bits.map_or_else(Vec::new, |bits| tail(worn, bits))
}

pub(super) fn octet_string(worn: &Worn<'_>) -> Vec<Off> {
    only_element(worn.bytes, tag::OCTET_STRING).map_or_else(Vec::new, |contents| tail(worn, contents))
}

/// `SEQUENCE { AlgorithmIdentifier, BIT STRING }`, also as the end of a certificate or a certificate signing request.
pub(super) fn algorithm_and_bits(worn: &Worn<'_>) -> Vec<Off> {
    let bits = only_element(worn.bytes, tag::SEQUENCE).and_then(|contents| {
        let mut reader = Reader::new(contents);
        let mut bits = None;
        let mut elements = 0_usize;
        while let Ok((found, contents)) = reader.element() {
            elements = elements.saturating_add(1);
            bits = (found == tag::BIT_STRING && reader.is_empty()).then_some(contents);
        }
        bits.filter(|_| reader.is_empty() && matches!(elements, 2 | 3))?
            .strip_prefix(&[0])
    });
    bits.map_or_else(Vec::new, |bits| tail(worn, bits))
}

/// A string of SSH: its length in four bytes, and its bytes (RFC 4251 section 5).
pub(super) fn ssh_string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (string, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(string)
}

/// A signature blob (RFC 4253 section 6.6, RFC 5656 section 3.1.2), also without its length in front, and an SSHSIG.
pub(super) fn ssh(worn: &Worn<'_>) -> Vec<Off> {
    let in_sshsig = worn.bytes.strip_prefix(b"SSHSIG").and_then(|rest| {
        let mut rest = rest.get(4..)?;
        let mut last = None;
        for _ in 0..5 {
            last = ssh_string(&mut rest);
        }
        last
    });
    let mut rest = in_sshsig.unwrap_or(worn.bytes);
    let Some(name) = ssh_string(&mut rest) else {
        return Vec::new();
    };
    let Some(name) = core::str::from_utf8(name).ok().filter(|name| {
        ["ssh-", "rsa-sha2-", "ecdsa-sha2-", "sk-"]
            .iter()
            .any(|start| name.starts_with(start))
    }) else {
        return Vec::new();
    };
    // Of the names that SSH defines, so that nothing else is printed.
    let known = [
        "ssh-ed25519",
        "ssh-rsa",
        "rsa-sha2-256",
        "rsa-sha2-512",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
    ];
    let note = match known.iter().find(|known| **known == name) {
        Some(known) if in_sshsig.is_some() => format!(" ({known}, in an SSHSIG)"),
        Some(known) => format!(" ({known})"),
        None => return Vec::new(),
    };
    let signature = match ssh_string(&mut rest) {
        Some(blob) => blob,
        None => return Vec::new(),
    };
    if !name.starts_with("ecdsa-") {
        let skipped = worn.bytes.len().saturating_sub(signature.len());
        return vec![
            Off::new(signature)
                .note(note)
                .filter(format!("tail -c +{}", skipped.saturating_add(1))),
        ];
    }
    let mut numbers = signature;
    let (Some(r), Some(s)) = (ssh_string(&mut numbers), ssh_string(&mut numbers)) else {
        return Vec::new();
    };
    pair::encode(r, s)
        .map(|der| Off::new(der).note(format!("{note} with r and s as mpints")))
        .into_iter()
        .collect()
}

/// The fourth element of a COSE_Sign1 (RFC 9052 section 4.2), tagged or not. Its protected header is a byte string, its
/// unprotected header a map.
pub(super) fn cose_sign1(worn: &Worn<'_>) -> Vec<Off> {
    let signature = || {
        let array = worn
            .bytes
            .strip_prefix(&[0xd2])
            .unwrap_or(worn.bytes)
            .strip_prefix(&[0x84])?;
        let mut rest = array;
        cbor_bytes(&mut rest)?;
        if rest.first()? >> 5 != 5 {
            return None;
        }
        skip_cbor(&mut rest, 8)?;
        skip_cbor(&mut rest, 8)?;
        cbor_bytes(&mut rest).filter(|_| rest.is_empty())
    };
    signature().map_or_else(Vec::new, |signature| tail(worn, signature))
}

/// The major type and the argument of the next item (RFC 8949 section 3).
fn cbor_head(rest: &mut &[u8]) -> Option<(u8, usize)> {
    let (first, mut after) = rest.split_first()?;
    let count = match first & 0x1f {
        direct @ 0..24 => {
            *rest = after;
            return Some((first >> 5, direct.into()));
        }
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let argument;
    (argument, after) = after.split_at_checked(count)?;
    *rest = after;
    let value = argument.iter().try_fold(0_usize, |value, byte| {
        value.checked_mul(256)?.checked_add(usize::from(*byte))
    });
    Some((first >> 5, value?))
}

pub(super) fn cbor_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (2, length) = cbor_head(rest)? else {
        return None;
    };
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}

fn skip_cbor(rest: &mut &[u8], depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let (major, argument) = cbor_head(rest)?;
    let items = match major {
        2 | 3 => {
            *rest = rest.get(argument..)?;
            0
        }
        4 => argument,
        5 => argument.checked_mul(2)?,
        6 => 1,
        _ => 0,
    };
    // Each item has at least one byte.
    if items > rest.len() {
        return None;
    }
    for _ in 0..items {
        skip_cbor(rest, depth)?;
    }
    Some(())
}

/// The signature of Sui: a flag for the scheme, the signature, the public key.
pub(super) fn sui(worn: &Worn<'_>) -> Vec<Off> {
    let is_fixed = matches!(worn.thing, Thing::Signature(SignatureFormat::Fixed(64)));
    let is_pair = matches!(worn.thing, Thing::Signature(SignatureFormat::Der(32)));
    let fits = match (worn.bytes.first(), worn.bytes.len()) {
        (Some(0), 97) => is_fixed,
        (Some(1 | 2), 98) => is_pair,
        _ => false,
    };
    let signature = worn.bytes.get(1..65).filter(|_| fits);
    signature
        .map(|signature| Off::new(signature).filter("tail -c +2 | head -c 64"))
        .into_iter()
        .collect()
}
