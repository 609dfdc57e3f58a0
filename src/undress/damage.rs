//! Damage by tools that took bytes for text.

use super::{Off, Worn};

/// U+FFFD in UTF-8.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";

pub(super) fn lost_to_replacement(worn: &Worn<'_>) -> Vec<Off> {
    let is_lost = worn.bytes.windows(3).filter(|window| *window == REPLACEMENT).count() >= 2;
    if is_lost { vec![Off::lost()] } else { Vec::new() }
}

/// The characters of Windows-1252 in 80 to 9F, where it differs from Latin-1. Zero where it has none.
const WINDOWS_1252: [u32; 32] = [
    0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178,
];

pub(super) fn latin1_as_utf8(worn: &Worn<'_>) -> Vec<Off> {
    let Ok(text) = core::str::from_utf8(worn.bytes) else {
        return Vec::new();
    };
    if text.is_ascii() {
        return Vec::new();
    }
    let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    if let Some(bytes) = latin1 {
        return vec![Off::new(bytes).filter("iconv -f UTF-8 -t ISO-8859-1")];
    }
    let windows = |character: char| {
        let code = u32::from(character);
        let place = WINDOWS_1252.iter().position(|known| *known == code);
        match (u8::try_from(code), place.and_then(|place| u8::try_from(place).ok())) {
            (Ok(byte), _) => Some(byte),
            (Err(_), Some(place)) => place.checked_add(0x80),
            (Err(_), None) => None,
        }
    };
    let windows: Option<Vec<u8>> = text.chars().map(windows).collect();
    windows
        .map(|bytes| Off::new(bytes).note(" (from Windows-1252)").filter(FROM_WINDOWS_1252))
        .into_iter()
        .collect()
}

/// As Windows, and unlike iconv, it leaves the five bytes as they are that have no character.
const FROM_WINDOWS_1252: &str = "python3 -c 'import sys; sys.stdout.buffer.write(b\"\".join(bytes([ord(c)]) if ord(c) < \
                                 256 else c.encode(\"cp1252\") for c in sys.stdin.buffer.read().decode()))'";

pub(super) fn crlf(worn: &Worn<'_>) -> Vec<Off> {
    let has_crlf = worn.bytes.windows(2).any(|pair| pair == b"\r\n");
    if worn.text.is_some() || !has_crlf {
        return Vec::new();
    }
    let mut bytes = Vec::with_capacity(worn.bytes.len());
    let mut rest = worn.bytes;
    while let Some((first, after)) = rest.split_first() {
        if !rest.starts_with(b"\r\n") {
            bytes.push(*first);
        }
        rest = after;
    }
    vec![Off::new(bytes).filter("perl -pe 's/\\r\\n/\\n/g'")]
}

pub(super) fn line_end(worn: &Worn<'_>) -> Vec<Off> {
    if worn.text.is_some() {
        return Vec::new();
    }
    [b"\r\n".as_slice(), b"\n"]
        .iter()
        .filter_map(|end| worn.bytes.strip_suffix(*end))
        .take(1)
        .map(|rest| {
            Off::new(rest)
                .note(", which text editors and shells add")
                .filter(format!("head -c {}", rest.len()))
        })
        .collect()
}

pub(super) fn zero_byte(worn: &Worn<'_>) -> Vec<Off> {
    let rest = worn.bytes.strip_prefix(&[0]).filter(|rest| worn.is_long(rest));
    rest.map(|rest| Off::new(rest).filter("tail -c +2"))
        .into_iter()
        .collect()
}
