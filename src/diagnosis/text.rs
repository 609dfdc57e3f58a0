//! Text encodings of bytes: hex, base64, Python bytes literals, JSON and UTF-16. All readers are lenient.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The byte order mark of UTF-8.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Base64 with or without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const LENIENT_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The two alphabets of base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base64 {
    Standard,
    UrlSafe,
}

/// A count with its noun, such as `1 byte` or `2 bytes`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Decodes hexadecimal text in either case. `None` for empty text.
pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
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

/// Decodes hexadecimal text with line breaks (`xxd -p`), colons between bytes or the prefix `0x`.
pub(super) fn from_hex_with_separators(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b':')
        .collect();
    from_hex(&digits)
}

/// Decodes hexadecimal text that was decoded as base64, whose alphabet includes all hexadecimal digits. Other bytes
/// match by chance with probability 10^-29 for the shortest digest (48 bytes).
pub(super) fn from_hex_read_as_base64(bytes: &[u8]) -> Option<Vec<u8>> {
    from_hex(base64(bytes).as_bytes())
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64 in lines of this many characters, terminated by LF: 76 for `base64`, 64 for `openssl base64`.
pub(super) fn base64_lines(bytes: &[u8], width: usize) -> String {
    let mut lines = String::new();
    for (i, character) in base64(bytes).chars().enumerate() {
        if i > 0 && i.is_multiple_of(width) {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}

/// Decodes base64 text in lines of any length, with or without padding, and returns its alphabet. Text that fits both
/// alphabets is taken for base64url if its padding is missing.
pub(super) fn from_base64(text: &[u8]) -> Option<(Base64, Vec<u8>)> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
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

/// Decodes a Python bytes literal.
pub(super) fn from_python_bytes(text: &[u8]) -> Option<Vec<u8>> {
    let (quote, text) = text.strip_prefix(b"b")?.split_first()?;
    if !matches!(quote, b'\'' | b'"') {
        return None;
    }
    let mut rest = text.strip_suffix(&[*quote])?;
    let mut bytes = Vec::new();
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, after) {
            (b'\\', [b'x', high, low, after @ ..]) => (*from_hex(&[*high, *low])?.first()?, after),
            (b'\\', [b'n', after @ ..]) => (b'\n', after),
            (b'\\', [b'r', after @ ..]) => (b'\r', after),
            (b'\\', [b't', after @ ..]) => (b'\t', after),
            (b'\\', [escaped @ (b'\\' | b'\'' | b'"'), after @ ..]) => (*escaped, after),
            (b'\\', _) => return None,
            _ => (*byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Some(bytes)
}

/// The first string with this name in JSON text, at any depth. Sufficient for base64 and names in KMS, in which JSON
/// only escapes "/".
pub(super) fn json_string(text: &[u8], name: &str) -> Option<Vec<u8>> {
    let name = format!("\"{name}\"");
    let text = std::str::from_utf8(text).ok()?;
    let (_, after) = text.split_once(name.as_str())?;
    let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (value, _) = value.split_once('"')?;
    Some(value.replace("\\/", "/").into_bytes())
}

/// Decodes UTF-16 that begins with a byte order mark, as PowerShell's `>` writes it.
pub(super) fn from_utf16(bytes: &[u8]) -> Option<String> {
    let (mark, rest) = bytes.split_first_chunk::<2>()?;
    let from_pair = match mark {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, []) = rest.as_chunks::<2>() else {
        return None;
    };
    let units: Vec<u16> = pairs.iter().map(|pair| from_pair(*pair)).collect();
    String::from_utf16(&units).ok()
}

/// Encodes little-endian UTF-16 with a byte order mark.
pub(super) fn to_utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_bytes() {
        let read = |text: &str| from_python_bytes(text.as_bytes());
        assert_eq!(
            read(r"b'0E\x02!\x00\n\r\t\\\''"),
            Some(b"0E\x02!\x00\n\r\t\\'".to_vec())
        );
        assert_eq!(read("b\"it's\""), Some(b"it's".to_vec()));
        for not in ["", "b", "b'", "'a'", "b'a\"", r"b'\q'", r"b'\x0'", r"b'\xzz'", "bra'"] {
            assert_eq!(read(not), None, "{not}");
        }
    }

    #[test]
    fn json_strings() {
        let text = br#"{"KeyId": "k", "Signature" :  "a\/b", "Other": 5}"#;
        assert_eq!(json_string(text, "Signature"), Some(b"a/b".to_vec()));
        assert_eq!(json_string(text, "Other"), None);
        assert_eq!(json_string(text, "None"), None);
    }

    #[test]
    fn base64_of_both_alphabets() {
        assert_eq!(from_base64(b"+/8=\n"), Some((Base64::Standard, vec![0xfb, 0xff])));
        assert_eq!(from_base64(b"+/8"), Some((Base64::Standard, vec![0xfb, 0xff])));
        assert_eq!(from_base64(b"-_8"), Some((Base64::UrlSafe, vec![0xfb, 0xff])));
        assert_eq!(from_base64(b"AAA"), Some((Base64::UrlSafe, vec![0, 0])));
        assert_eq!(from_base64(b"AA A\r\nA"), Some((Base64::Standard, vec![0, 0, 0])));
        assert_eq!(from_base64(b" "), None);
        assert_eq!(from_base64(b"{}"), None);
        assert_eq!(base64_lines(&[0; 60], 76), format!("{}\n{}\n", "A".repeat(76), "AAAA"));
        assert_eq!(base64_lines(&[0; 57], 76), format!("{}\n", "A".repeat(76)));
    }

    #[test]
    fn hex_and_utf16() {
        assert_eq!(from_hex(b"00fF"), Some(vec![0, 0xff]));
        assert_eq!(from_hex(b"0"), None);
        assert_eq!(from_hex(b""), None);
        assert_eq!(from_hex(b"0g"), None);
        for text in ["00fF", "00\nff\n", "00:ff", "0x00ff"] {
            assert_eq!(from_hex_with_separators(text.as_bytes()), Some(vec![0, 0xff]), "{text}");
        }
        assert_eq!(from_hex_with_separators(b"0x"), None);
        let Some((_, read)) = from_base64(b"00fF") else {
            panic!("hexadecimal digits are base64");
        };
        assert_eq!(from_hex_read_as_base64(&read), Some(vec![0, 0xff]));
        assert_eq!(from_hex_read_as_base64(b"abc"), None);
        assert_eq!(from_utf16(&to_utf16("aé")).as_deref(), Some("aé"));
        assert_eq!(from_utf16(&[0xfe, 0xff, 0, b'a']).as_deref(), Some("a"));
        assert_eq!(from_utf16(&[0xff, 0xfe, b'a']), None);
        assert_eq!(from_utf16(b"a"), None);
    }
}
