//! A lenient reader of malformed DER signatures, which describes the problems.
//!
//! Its result is encoded again and read by the strict reader of verification.

use crate::der::tag;

/// A count with its noun, such as `1 byte` or `2 bytes`.
fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// The readable part of `SEQUENCE { INTEGER r, INTEGER s }`.
pub(super) struct Pair {
    /// r and s without leading zeros, if both are readable.
    pub(super) numbers: Option<[Vec<u8>; 2]>,
    /// The problems, in the order of the input. Empty for valid DER.
    pub(super) problems: Vec<String>,
}

/// Reads as much as possible. Stops if the input does not begin as a SEQUENCE.
pub(super) fn read(input: &[u8]) -> Pair {
    let mut problems = Vec::new();
    let numbers = numbers(input, &mut problems);
    Pair { numbers, problems }
}

fn numbers(input: &[u8], problems: &mut Vec<String>) -> Option<[Vec<u8>; 2]> {
    let sequence = element(input, tag::SEQUENCE, "the SEQUENCE (first byte 30)", problems)?;
    if !sequence.after.is_empty() {
        problems.push(match sequence.after {
            [b'\n'] | [b'\r', b'\n'] => "a line end follows the signature".into(),
            after => format!("the signature has {} after its end", counted(after.len(), "byte")),
        });
    }
    let r = element(sequence.contents, tag::INTEGER, "the first number, r", problems)?;
    let s = element(r.after, tag::INTEGER, "the second number, s", problems)?;
    if !s.after.is_empty() {
        problems.push(format!(
            "the signature has {} after its two numbers",
            counted(s.after.len(), "byte")
        ));
    }
    Some([
        magnitude(r.contents, "first number, r", problems),
        magnitude(s.contents, "second number, s", problems),
    ])
}

struct Element<'a> {
    contents: &'a [u8],
    after: &'a [u8],
}

/// Reads the element at the beginning of the input, with a length in any BER encoding.
fn element<'a>(input: &'a [u8], tag: u8, what: &str, problems: &mut Vec<String>) -> Option<Element<'a>> {
    let mut problem = |words: &str| problems.push(format!("{what} {words}"));
    let Some((found, rest)) = input.split_first() else {
        problem("is missing");
        return None;
    };
    if *found != tag {
        problem(&format!(
            "is missing: a byte {found:02x} stands in its place, not {tag:02x}"
        ));
        return None;
    }
    let Some((first, rest)) = rest.split_first() else {
        problem("ends before its length");
        return None;
    };
    let count = usize::from(first & 0x7f);
    let (length, rest) = match (first, rest.split_at_checked(count)) {
        (0..0x80, _) => (usize::from(*first), rest),
        (0x80, _) => {
            problem("has an indefinite length, which BER allows and DER does not");
            return Some(indefinite(rest));
        }
        (_, None) => {
            problem("ends in the middle of its length");
            return None;
        }
        (_, Some((octets, rest))) => {
            let length = octets.iter().fold(0_usize, |length, octet| {
                length.saturating_mul(256).saturating_add((*octet).into())
            });
            let shortest = if length < 0x80 {
                0
            } else {
                length.to_be_bytes().iter().skip_while(|b| **b == 0).count()
            };
            if count != shortest {
                problem("has a length written with more bytes than needed, which BER allows and DER does not");
            }
            (length, rest)
        }
    };
    match rest.split_at_checked(length) {
        Some((contents, after)) => Some(Element { contents, after }),
        None => {
            problem(&format!(
                "ends too early: it should have {} and has {}",
                counted(length, "byte"),
                rest.len()
            ));
            None
        }
    }
}

/// Reads the two numbers of a SEQUENCE of indefinite length, up to the end-of-contents octets.
fn indefinite(rest: &[u8]) -> Element<'_> {
    let mut after = rest;
    for _ in 0..2 {
        let mut ignored = Vec::new();
        match element(after, tag::INTEGER, "", &mut ignored) {
            Some(number) => after = number.after,
            None => break,
        }
    }
    Element {
        contents: rest.strip_suffix(after).unwrap_or(rest),
        after: after.strip_prefix(&[0, 0]).unwrap_or(after),
    }
}

/// The magnitude of a number that should be positive, without leading zeros.
fn magnitude(contents: &[u8], what: &str, problems: &mut Vec<String>) -> Vec<u8> {
    let zeros = contents.iter().take_while(|byte| **byte == 0).count();
    let magnitude = contents.get(zeros..).unwrap_or_default();
    let highest = magnitude.first().is_some_and(|byte| byte & 0x80 != 0);
    match (zeros, highest) {
        (0, true) => problems.push(format!(
            "the zero byte is missing that must stand before the {what}, whose first byte is {:02x}; without it the \
             number is negative",
            magnitude.first().copied().unwrap_or_default()
        )),
        (_, _) if magnitude.is_empty() => problems.push(format!("the {what} is zero, or empty")),
        (0, false) | (1, true) => {}
        (surplus, _) => problems.push(format!(
            "the {what} has {} too many before it",
            counted(surplus.saturating_sub(highest.into()), "zero byte")
        )),
    }
    magnitude.to_vec()
}
