//! Encodings of bytes that blockchains, URLs and forms use.

use super::{Off, Worn};
use crate::text::{self, Base64};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The longest base58 text that is decoded, which takes quadratic time: 64 bytes with a prefix and a checksum.
const MAX_BASE58: usize = 128;

pub(super) fn base58(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| (16..=MAX_BASE58).contains(&text.len())) else {
        return Vec::new();
    };
    let Some(decoded) = from_base58(text.as_bytes()).filter(|decoded| worn.is_long(decoded)) else {
        return Vec::new();
    };
    let filter = format!(
        "python3 -c 'import sys, functools; sys.stdout.buffer.write(functools.reduce(lambda n, c: n * 58 + \
         \"{}\".index(c), sys.stdin.read().strip(), 0).to_bytes({}, \"big\"))'",
        String::from_utf8_lossy(BASE58),
        decoded.len()
    );
    vec![
        Off::new(decoded)
            .note(format!(" ({} characters, without 0, O, I and l)", text.len()))
            .filter(filter),
    ]
}

/// Decodes base58, in which each leading `1` stands for a zero byte.
pub(super) fn from_base58(text: &[u8]) -> Option<Vec<u8>> {
    let mut little_endian: Vec<u8> = Vec::new();
    for character in text {
        let digit = BASE58.iter().position(|known| known == character)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in &mut little_endian {
            carry = carry.saturating_add(u32::from(*byte).saturating_mul(58));
            [*byte, ..] = carry.to_le_bytes();
            carry >>= 8;
        }
        if let ([byte, ..], true) = (carry.to_le_bytes(), carry > 0) {
            little_endian.push(byte);
        }
    }
    let zeros = text.iter().take_while(|character| **character == b'1').count();
    little_endian.extend(core::iter::repeat_n(0, zeros));
    little_endian.reverse();
    Some(little_endian)
}

pub(super) fn percent(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.contains('%')) else {
        return Vec::new();
    };
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => match text::from_hex(&[*high, *low]).as_deref() {
                Some([byte]) => (*byte, after),
                _ => return Vec::new(),
            },
            (b'%', _) => return Vec::new(),
            _ => (*first, after),
        };
        decoded.push(byte);
        rest = after;
    }
    let filter = "python3 -c 'import sys, urllib.parse; \
                  sys.stdout.buffer.write(urllib.parse.unquote_to_bytes(sys.stdin.read().strip()))'";
    vec![Off::new(decoded).filter(filter)]
}

pub(super) fn plus_as_space(worn: &Worn<'_>) -> Vec<Off> {
    // Not trimmed: the first and the last character may have been a plus.
    let Some(text) = worn.text.and_then(|_| core::str::from_utf8(worn.bytes).ok()) else {
        return Vec::new();
    };
    let text = text.trim_matches(['\r', '\n']);
    if !text.contains(' ') || text.contains(['\n', '\t']) {
        return Vec::new();
    }
    let restored = text.replace(' ', "+");
    match text::from_base64(restored.as_bytes()) {
        Some((Base64::Standard, decoded)) if worn.is_long(&decoded) => {
            vec![Off::new(decoded).filter("tr ' ' '+' | base64 --decode")]
        }
        _ => Vec::new(),
    }
}
