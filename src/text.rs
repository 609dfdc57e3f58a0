//! Hexadecimal and base64 text, read leniently. Only what explains a rejected input uses it.

#[cfg(feature = "diagnosis")]
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet;
#[cfg(feature = "diagnosis")]
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 with or without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const LENIENT_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The two alphabets of base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base64 {
    Standard,
    UrlSafe,
}

/// Decodes base64 text in lines of any length, with or without padding, and returns its alphabet. Text that fits both
/// alphabets is taken for base64url if its padding is missing.
pub(crate) fn from_base64(text: &[u8]) -> Option<(Base64, Vec<u8>)> {
    let text = without_white_space(text);
    let has = |characters: &[u8]| text.iter().any(|byte| characters.contains(byte));
    let alphabet = if has(b"-_") || (!has(b"+/=") && !text.len().is_multiple_of(4)) {
        Base64::UrlSafe
    } else {
        Base64::Standard
    };
    let decoded = match alphabet {
        Base64::Standard => LENIENT_STANDARD.decode(&text),
        Base64::UrlSafe => LENIENT_URL_SAFE.decode(&text),
    };
    let decoded = decoded.ok().filter(|bytes| !bytes.is_empty())?;
    Some((alphabet, decoded))
}

/// Decodes hexadecimal text in either case. `None` for empty text.
pub(crate) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let nibbles: Vec<u8> = text
        .iter()
        .map(|byte| {
            char::from(*byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let (pairs, []) = nibbles.as_chunks::<2>() else {
        return None;
    };
    (!pairs.is_empty()).then(|| pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

/// Decodes hexadecimal text in lines of any length, also after `0x`.
pub(crate) fn from_hex_lines(text: &[u8]) -> Option<Vec<u8>> {
    let text = without_white_space(text);
    from_hex(text.strip_prefix(b"0x").or(text.strip_prefix(b"0X")).unwrap_or(&text))
}

/// The big-endian bytes of a number with these digits, the highest first, without leading zeros. Takes quadratic time.
#[cfg(feature = "diagnosis")]
pub(crate) fn from_digits(radix: u32, digits: impl Iterator<Item = Option<usize>>) -> Option<Vec<u8>> {
    let mut little_endian: Vec<u8> = Vec::new();
    for digit in digits {
        let mut carry = u32::try_from(digit?).ok()?;
        for byte in &mut little_endian {
            carry = carry.saturating_add(u32::from(*byte).saturating_mul(radix));
            [*byte, ..] = carry.to_le_bytes();
            carry >>= 8;
        }
        if let ([byte, ..], true) = (carry.to_le_bytes(), carry > 0) {
            little_endian.push(byte);
        }
    }
    little_endian.reverse();
    Some(little_endian)
}

/// The text without ASCII white space.
pub(crate) fn without_white_space(text: &[u8]) -> Vec<u8> {
    text.iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect()
}

#[cfg(feature = "diagnosis")]
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        text.extend([byte >> 4, byte & 0xf].map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or_default()));
    }
    text
}

#[cfg(feature = "diagnosis")]
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_both_alphabets() {
        use alloc::vec;
        assert_eq!(from_base64(b"+/8=\n"), Some((Base64::Standard, vec![0xfb, 0xff])));
        assert_eq!(from_base64(b"+/8"), Some((Base64::Standard, vec![0xfb, 0xff])));
        assert_eq!(from_base64(b"-_8"), Some((Base64::UrlSafe, vec![0xfb, 0xff])));
        assert_eq!(from_base64(b"AAA"), Some((Base64::UrlSafe, vec![0, 0])));
        assert_eq!(from_base64(b"AA A\r\nA"), Some((Base64::Standard, vec![0, 0, 0])));
        assert_eq!(from_base64(b" "), None);
        assert_eq!(from_base64(b"{}"), None);
    }

    #[test]
    fn hexadecimal() {
        use alloc::vec;
        assert_eq!(from_hex(b"00fF"), Some(vec![0, 0xff]));
        for not in ["0", "", "0g"] {
            assert_eq!(from_hex(not.as_bytes()), None, "{not}");
        }
        for text in ["00fF", "00\nff\n", "0x00ff", "0X00FF"] {
            assert_eq!(from_hex_lines(text.as_bytes()), Some(vec![0, 0xff]), "{text}");
        }
        assert_eq!(from_hex_lines(b"0x"), None);
    }
}
