//! r and s of ECDSA and SM2 in other encodings than DER, and other signatures in the encoding of r and s.

use super::{Off, Thing, Worn};
use crate::algorithm::SignatureFormat;
use crate::der::tag;
use crate::integer_pair::encode_integer_pair;

mod ber;
mod in_text;

pub(super) use in_text::in_text;

/// The number of bytes of r and of s, if the signature should be a pair.
fn length(worn: &Worn<'_>) -> Option<usize> {
    match worn.thing {
        Thing::Signature(SignatureFormat::Der(length)) => Some(length),
        Thing::Signature(SignatureFormat::Fixed(_)) | Thing::PublicKey | Thing::Digest(_) | Thing::Message => None,
    }
}

/// The DER encoding of two numbers, with or without leading zeros.
pub(super) fn encode(r: &[u8], s: &[u8]) -> Option<Vec<u8>> {
    let has_value = |number: &[u8]| number.iter().any(|byte| *byte != 0) && number.len() <= 67;
    (has_value(r) && has_value(s)).then(|| encode_integer_pair(r, s))
}

/// Writes r and s, of this many bytes each, as DER.
fn filter(bytes: usize) -> String {
    filter_of_numbers("0x", &format!("xxd -p -c {bytes}"))
}

/// Writes two numbers, which another filter prints, as DER. The prefix says whether they are hexadecimal.
fn filter_of_numbers(prefix: &str, numbers: &str) -> String {
    format!(
        "{{ printf 'asn1=SEQUENCE:s\\n[s]\\nr=INTEGER:{prefix}%s\\ns=INTEGER:{prefix}%s\\n' $({numbers}); }} | openssl \
         asn1parse -genconf /dev/stdin -noout -out /dev/stdout"
    )
}

/// r || s, each of the length of the curve, or one of them a byte shorter because its leading zero is missing.
pub(super) fn raw(worn: &Worn<'_>) -> Vec<Off> {
    let Some(length) = length(worn).filter(|_| worn.text.is_none()) else {
        return Vec::new();
    };
    let shorter = length.saturating_sub(1);
    let given = worn.bytes.len();
    if given == length.saturating_mul(2) {
        let Some((r, s)) = worn.bytes.split_at_checked(length) else {
            return Vec::new();
        };
        return encode(r, s)
            .map(|der| Off::new(der).filter(filter(length)))
            .into_iter()
            .collect();
    }
    if given != length.saturating_add(shorter) {
        return Vec::new();
    }
    let zero = "printf '\\0'";
    [
        (
            length,
            format!("{{ head -c {length}; {zero}; cat; }} | {}", filter(length)),
        ),
        (shorter, format!("{{ {zero}; cat; }} | {}", filter(length))),
    ]
    .into_iter()
    .filter_map(|(at, filter)| {
        let (r, s) = worn.bytes.split_at_checked(at)?;
        let off = Off::new(encode(r, s)?).note(", where a leading zero byte of one of them is missing");
        Some(off.filter(filter))
    })
    .collect()
}

/// r || s with the recovery bit in the highest bit of s.
pub(super) fn compact(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let length = length(worn).filter(|length| worn.text.is_none() && *length == 32)?;
        let (r, s) = worn.bytes.split_at_checked(length)?;
        let (first, rest) = s.split_first().filter(|(first, _)| **first & 0x80 != 0)?;
        if s.len() != length {
            return None;
        }
        let s = [&[first & 0x7f], rest].concat();
        encode(r, &s).map(Off::new)
    };
    off().into_iter().collect()
}

/// A recovery byte after r || s (Ethereum: 27, 28, 0, 1, or more for a chain), or before it (Bitcoin: 27 to 34).
pub(super) fn recovery_byte(worn: &Worn<'_>) -> Vec<Off> {
    let Some(length) = length(worn).filter(|length| worn.text.is_none() && *length == 32) else {
        return Vec::new();
    };
    if worn.bytes.len() != length.saturating_mul(2).saturating_add(1) {
        return Vec::new();
    }
    let mut offs = Vec::new();
    if let [pair @ .., v] = worn.bytes {
        let note = match v {
            0 | 1 | 27 | 28 => format!(", v = {v} (Ethereum)"),
            _ => format!(", v = {v}"),
        };
        offs.push(Off::new(pair).note(note).filter(format!("head -c {}", pair.len())));
    }
    if let [header @ 27..=34, pair @ ..] = worn.bytes {
        let note = format!(", the header {header} before them (Bitcoin)");
        let off = Off::new(pair).note(note).filter("tail -c +2");
        // A last byte of Ethereum's is the better guess.
        let at = if matches!(worn.bytes.last(), Some(0 | 1 | 27 | 28)) {
            offs.len()
        } else {
            0
        };
        offs.insert(at, off);
    }
    offs
}

/// r and s as the contents of DER INTEGERs, one or both of them with the zero byte of their sign.
pub(super) fn der_zeros(worn: &Worn<'_>) -> Vec<Off> {
    let Some(length) = length(worn).filter(|_| worn.text.is_none()) else {
        return Vec::new();
    };
    let digits = length.saturating_mul(2);
    let with_zero = length.saturating_add(1);
    let splits = [(with_zero, with_zero), (with_zero, length), (length, with_zero)];
    splits
        .into_iter()
        .filter(|(r, s)| r.saturating_add(*s) == worn.bytes.len())
        .filter_map(|(at, _)| {
            let (r, s) = worn.bytes.split_at_checked(at)?;
            let strip = |number: &'_ [u8]| match number {
                [0, rest @ ..] if rest.len() == length => Some(rest.to_vec()),
                _ if number.len() == length => Some(number.to_vec()),
                _ => None,
            };
            let pair = [strip(r)?, strip(s)?].concat();
            let pattern = |given: usize| if given > length { "00" } else { "" };
            Some(
                Off::new(pair)
                    .note(format!(": {} and {} bytes", r.len(), s.len()))
                    .filter(format!(
                        "xxd -p -c 200 | sed -E 's/^{}(.{{{digits}}}){}(.{{{digits}}})$/\\1\\2/' | xxd -r -p",
                        pattern(r.len()),
                        pattern(s.len())
                    )),
            )
        })
        .collect()
}

/// What is wrong with a DER encoding of r and s.
pub(crate) fn problems_of_der(bytes: &[u8]) -> Vec<String> {
    match bytes.first() {
        Some(&tag::SEQUENCE) => ber::read(bytes).problems,
        _ => Vec::new(),
    }
}

/// BER, negative numbers, surplus zeros and trailing bytes.
pub(super) fn malformed_der(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let length = length(worn)?;
        if worn.bytes.first() != Some(&tag::SEQUENCE) {
            return None;
        }
        let pair = ber::read(worn.bytes);
        let [r, s] = pair
            .numbers
            .filter(|numbers| numbers.iter().all(|number| (1..=length).contains(&number.len())))?;
        if pair.problems.is_empty() {
            return None;
        }
        let off = Off::new(encode(&r, &s)?).note(format!(": {}", pair.problems.join("; ")));
        Some(match worn.bytes {
            // A command that keeps the rest, and not only the numbers.
            [_, length, rest @ ..]
                if usize::from(*length) < rest.len() && *length < 0x80 && pair.problems.len() == 1 =>
            {
                off.filter(format!("head -c {}", usize::from(*length).saturating_add(2)))
            }
            _ => off,
        })
    };
    off().into_iter().collect()
}

/// The two halves of a signature of a fixed length as the INTEGERs of a DER pair.
pub(super) fn halves_in_der(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let Thing::Signature(SignatureFormat::Fixed(length)) = worn.thing else {
            return None;
        };
        if worn.bytes.first() != Some(&tag::SEQUENCE) {
            return None;
        }
        let half = length.checked_div(2)?;
        let [r, s] = ber::read(worn.bytes).numbers?;
        let padded = |number: &[u8]| {
            let zeros = half.checked_sub(number.len())?;
            Some([&vec![0; zeros], number].concat())
        };
        let signature = [padded(&r)?, padded(&s)?].concat();
        let digits = half.saturating_mul(2);
        Some(Off::new(signature).note(format!("; its two INTEGERs are {half} bytes each")).filter(format!(
            "openssl asn1parse -inform DER | awk -F: '/INTEGER/ {{ n = sprintf(\"%{digits}s\", $NF); gsub(/ /, \"0\", n); \
             printf \"%s\", n }}' | xxd -r -p"
        )))
    };
    off().into_iter().collect()
}

/// An RSA signature as a number, one or two bytes shorter than the modulus.
pub(super) fn zeros_missing(worn: &Worn<'_>) -> Vec<Off> {
    let Thing::Signature(SignatureFormat::Fixed(length @ (256 | 384 | 512))) = worn.thing else {
        return Vec::new();
    };
    let missing = length.saturating_sub(worn.bytes.len());
    if !matches!(missing, 1..=2) {
        return Vec::new();
    }
    let zeros = "\\0".repeat(missing);
    vec![
        Off::new([&vec![0; missing], worn.bytes].concat())
            .note(format!(" ({missing} of them)"))
            .filter(format!("{{ printf '{zeros}'; cat; }}")),
    ]
}
