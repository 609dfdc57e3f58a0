//! Encodings of bytes as text, and what stands around one value of text.

use super::{MARK, Off, Thing, Worn};
use crate::text::{self, Base64};

pub(super) fn byte_order_mark(worn: &Worn<'_>) -> Vec<Off> {
    let rest = worn.bytes.strip_prefix(MARK).filter(|rest| worn.is_long(rest));
    rest.map(|rest| Off::new(rest).filter("tail -c +4"))
        .into_iter()
        .collect()
}

/// UTF-16 with a byte order mark, as PowerShell's `>` writes it, or ASCII in UTF-16 without one.
pub(super) fn utf16(worn: &Worn<'_>) -> Vec<Off> {
    let (pairs, []) = worn.bytes.as_chunks::<2>() else {
        return Vec::new();
    };
    let is_ascii = |high: usize| {
        pairs.len() >= 2
            && pairs.iter().all(|pair| {
                let low = 1_usize.saturating_sub(high);
                pair.get(high) == Some(&0) && pair.get(low).is_some_and(|byte| matches!(byte, b'\t'..=b'~'))
            })
    };
    let (is_little, skipped, name) = match pairs.first() {
        Some([0xff, 0xfe]) => (true, 1, "UTF-16"),
        Some([0xfe, 0xff]) => (false, 1, "UTF-16"),
        Some(_) if is_ascii(1) => (true, 0, "UTF-16LE"),
        Some(_) if is_ascii(0) => (false, 0, "UTF-16BE"),
        _ => return Vec::new(),
    };
    let from_pair = |pair: [u8; 2]| {
        if is_little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    };
    let units: Vec<u16> = pairs.iter().skip(skipped).map(|pair| from_pair(*pair)).collect();
    let note = if skipped == 1 {
        ", as PowerShell's > writes it"
    } else {
        " without a byte order mark, as Encoding.Unicode.GetBytes of .NET writes it"
    };
    String::from_utf16(&units)
        .ok()
        .filter(|text| worn.is_long(text.as_bytes()))
        .map(|text| {
            Off::new(text.into_bytes())
                .note(note)
                .filter(format!("iconv -f {name} -t UTF-8"))
        })
        .into_iter()
        .collect()
}

/// Quotation marks of JSON, with its escapes, and those of other languages, without any.
pub(super) fn quotes(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    if text.starts_with('"')
        && let Some(super::Json::String(value)) = super::Json::parse(text)
    {
        if !worn.is_long(value.as_bytes()) {
            return Vec::new();
        }
        return vec![
            Off::new(value.into_bytes())
                .note(", as the AWS CLI prints a value without --output text")
                .filter("jq -j ."),
        ];
    }
    ['\'', '`', '"']
        .iter()
        .filter_map(|quote| {
            let inner = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
            let filter = match quote {
                '\'' => "tr -d \"'\"".to_owned(),
                quote => format!("tr -d '{quote}'"),
            };
            (!inner.contains(*quote) && worn.is_long(inner.as_bytes())).then(|| Off::new(inner).filter(filter))
        })
        .collect()
}

/// The names of fields that hold a value of this thing, in lower case and without separators.
pub(super) fn is_likely_name(thing: Thing, name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .map(|character| character.to_ascii_lowercase())
        .collect();
    let parts: &[&str] = match thing {
        Thing::PublicKey => &["publickey", "pubkey", "pem", "spki", "key", "value"],
        Thing::Signature(_) => &["signature", "sig", "value"],
        Thing::Digest(_) => &["digest", "hash", "sha", "value"],
        Thing::Message => &["message", "payload", "data", "value"],
    };
    parts.iter().any(|part| name.contains(part))
}

/// `NAME=value`, `NAME: value`, also after `export`, in the first line or in the line with a likely name.
pub(super) fn assignment(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    if text.starts_with(['{', '[', '<', '-']) {
        return Vec::new();
    }
    let mut offs = Vec::new();
    for (place, line) in text.lines().enumerate().take(64) {
        let Some((name, value)) = split_assignment(line) else {
            continue;
        };
        let is_only = place == 0 && !text.trim_end().contains('\n');
        if is_only || is_likely_name(worn.thing, name) {
            let filter = format!("sed -n 's/^.*{name}[\"'\\'']\\{{0,1\\}} *[:=] *//p' | head -n 1");
            offs.push(
                Off::new(value.trim_ascii().as_bytes())
                    .note(format!(" ({name})"))
                    .filter(filter),
            );
        }
        // The value may go on in the following lines.
        if place == 0 && text.contains('\n') {
            let rest = text.get(line.len().saturating_sub(value.len())..).unwrap_or_default();
            let filter = format!("sed '1s/^.*{name}[\"'\\'']\\{{0,1\\}} *[:=] *//'");
            offs.push(Off::new(rest).note(format!(" ({name})")).filter(filter));
        }
    }
    offs.truncate(4);
    offs
}

fn split_assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(['=', ':'])?;
    let name = name.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let name = name.trim_matches(['"', '\'']).trim_start_matches("- ");
    let is_name = (1..=64).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "_.-".contains(character));
    (is_name && value.trim().len() >= 16).then_some((name, value))
}

/// Hexadecimal text: plain, in lines, after `0x` or `\x`, with colons, spaces or commas between bytes.
pub(super) fn hex(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| !text.is_empty()) else {
        return Vec::new();
    };
    // An array of C, or NSData as Swift and Objective-C print it.
    let text = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .or_else(|| text.strip_prefix('<')?.strip_suffix('>'))
        .unwrap_or(text);
    let has_prefixes = text.contains("0x") || text.contains("0X") || text.contains("\\x");
    let is_separator = |c: char| c.is_ascii_whitespace() || c == ':' || (c == ',' && has_prefixes) || c == '-';
    let mut digits = Vec::new();
    for token in text.split(is_separator).filter(|token| !token.is_empty()) {
        let token = token.strip_prefix("0x").or(token.strip_prefix("0X")).unwrap_or(token);
        let token = token.replace("\\x", "");
        if !token.len().is_multiple_of(2) {
            return Vec::new();
        }
        digits.extend_from_slice(token.as_bytes());
    }
    let Some(decoded) = text::from_hex(&digits).filter(|decoded| worn.is_long(decoded)) else {
        return Vec::new();
    };
    let is_plain = text.chars().all(|c| c.is_ascii_hexdigit() || c.is_ascii_whitespace())
        && worn.text.is_some_and(|whole| !whole.starts_with('<'));
    let (note, filter) = if is_plain {
        ("", "xxd -r -p")
    } else if text.starts_with("0x") && !text.contains(',') {
        (" after 0x", "sed 's/^0x//' | xxd -r -p")
    } else if text.contains(':') {
        (" with colons", "tr -dc 0-9A-Fa-f | xxd -r -p")
    } else {
        (
            " with separators",
            "sed 's/0[xX]//g; s/\\\\x//g' | tr -dc 0-9A-Fa-f | xxd -r -p",
        )
    };
    vec![Off::new(decoded).note(note).filter(filter)]
}

pub(super) fn base64(worn: &Worn<'_>) -> Vec<Off> {
    match decode_base64(worn) {
        Some((Base64::Standard, decoded)) => {
            vec![Off::new(decoded).filter(format!("{}base64 --decode", without_spaces(worn)))]
        }
        _ => Vec::new(),
    }
}

/// A filter before a decoder of coreutils, which ignores line feeds, and no other white space.
pub(super) fn without_spaces(worn: &Worn<'_>) -> &'static str {
    let has_spaces = worn.bytes.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    if has_spaces { "tr -d ' \\t\\r\\n' | " } else { "" }
}

pub(super) fn base64_url(worn: &Worn<'_>) -> Vec<Off> {
    let Some((alphabet, decoded)) = decode_base64(worn) else {
        return Vec::new();
    };
    let characters = text::without_white_space(worn.text.unwrap_or_default().as_bytes());
    let padding = "=".repeat(match characters.len() % 4 {
        2 => 2,
        3 => 1,
        _ => 0,
    });
    let filter = if padding.is_empty() {
        format!("{}tr -- '-_' '+/' | base64 --decode", without_spaces(worn))
    } else {
        format!("{{ tr -d ' \\t\\r\\n'; printf '{padding}'; }} | tr -- '-_' '+/' | base64 --decode")
    };
    match alphabet {
        Base64::UrlSafe => vec![Off::new(decoded).filter(filter)],
        Base64::Standard => Vec::new(),
    }
}

fn decode_base64(worn: &Worn<'_>) -> Option<(Base64, Vec<u8>)> {
    let text = worn.text?;
    text::from_base64(text.as_bytes()).filter(|(_, decoded)| worn.is_long(decoded))
}

/// The third part of a JWT (RFC 7519), also after `Bearer`.
pub(super) fn jwt(worn: &Worn<'_>) -> Vec<Off> {
    let Some(parts) = worn.text.and_then(split_jwt) else {
        return Vec::new();
    };
    let [_, _, signature] = parts;
    vec![Off::new(signature).filter("cut -d . -f 3")]
}

/// The three parts of a JWT, of which the second is empty if the payload is detached.
pub(crate) fn split_jwt(text: &str) -> Option<[&str; 3]> {
    let text = text.trim();
    let text = text.strip_prefix("Bearer ").unwrap_or(text);
    let mut parts = text.split('.');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let [header, ..] = three;
    let (_, decoded) = text::from_base64(header.as_bytes())?;
    let is_base64url = |part: &str| {
        part.chars()
            .all(|character| character.is_ascii_alphanumeric() || "-_=".contains(character))
    };
    let is_jwt = parts.next().is_none() && decoded.starts_with(b"{") && three.iter().all(|part| is_base64url(part));
    is_jwt.then_some(three)
}

/// `vault:v1:` and base64.
pub(super) fn vault(worn: &Worn<'_>) -> Vec<Off> {
    let value = worn.text.and_then(|text| {
        let (version, value) = text.strip_prefix("vault:v")?.split_once(':')?;
        version.parse::<u32>().ok().map(|_| value)
    });
    value
        .map(|value| {
            Off::new(value)
                .note(": its version, vault:v1: or the like, and then base64")
                .filter("cut -d : -f 3")
        })
        .into_iter()
        .collect()
}

/// Prefixes that name a hash function, a curve or an encoding.
const PREFIXES: [&str; 17] = [
    "sha256:",
    "sha384:",
    "sha512:",
    "sha1:",
    "sha256-",
    "sha384-",
    "sha512-",
    "ed25519:",
    "secp256k1:",
    "p256:",
    "base64:",
    "base64,",
    "base64url:",
    "hex:",
    "raw:",
    "sig:",
    "pem:",
];

pub(super) fn prefix(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    if let Some((head, value)) = text.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"))
        && head.len() <= 64
        && !head.contains('\n')
    {
        return vec![
            Off::new(value)
                .note(", that of a data URL")
                .filter("sed 's/^.*;base64,//'"),
        ];
    }
    PREFIXES
        .iter()
        .filter_map(|prefix| {
            let head = text.get(..prefix.len())?;
            let value = text.get(prefix.len()..)?;
            (head.eq_ignore_ascii_case(prefix) && value.len() >= 16).then(|| {
                Off::new(value)
                    .note(format!(", \"{prefix}\", which must be removed"))
                    .filter(format!("tail -c +{}", prefix.len().saturating_add(1)))
            })
        })
        .collect()
}

/// The first word of a line, as printed by `sha256sum`, or its last, as printed by `openssl dgst` and `shasum --tag`.
pub(super) fn hash_tool_line(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.len() <= 1024) else {
        return Vec::new();
    };
    let mut words = text.split_ascii_whitespace();
    let (Some(first), Some(last)) = (words.next(), words.next_back()) else {
        return Vec::new();
    };
    let is_hex = |word: &str| text::from_hex(word.as_bytes()).is_some_and(|decoded| worn.is_long(&decoded));
    [(first.trim_start_matches('\\'), "head"), (last, "tail")]
        .into_iter()
        .filter(|(word, _)| is_hex(word))
        .map(|(word, end)| Off::new(word).filter(format!("grep -oE '[0-9A-Fa-f]{{{},}}' | {end} -n 1", word.len())))
        .collect()
}

/// The longest words of base64 or hexadecimal text in other text: XML, CSV, a log.
pub(super) fn embedded(worn: &Worn<'_>) -> Vec<Off> {
    const MAX_WORDS: usize = 4;
    let Some(text) = worn.text else { return Vec::new() };
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let words = || {
        text.split(|c| !is_part(c))
            .filter(|word| word.len() >= 40 && word.len() < text.len() && worn.is_long(word.as_bytes()))
    };
    let longest = words().map(str::len).max().unwrap_or_default();
    words()
        .filter(|word| word.len() == longest)
        .zip(1_usize..=MAX_WORDS)
        .map(|(word, place)| {
            let line = if place == 1 {
                "head -n 1".to_owned()
            } else {
                format!("sed -n {place}p")
            };
            Off::new(word).filter(format!("grep -oE '[A-Za-z0-9+/=_-]{{{longest},}}' | {line}"))
        })
        .collect()
}
