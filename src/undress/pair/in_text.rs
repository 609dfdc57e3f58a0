//! r and s as numbers in text, as programs print them: `r = 0x5e2d..., s = 0x91...`, `{"R": 426..., "S": 657...}`, and the
//! lines of `openssl asn1parse`.

use super::{Off, Worn, encode, filter_of_numbers, length};
use crate::text;

/// The longest text that is searched, with labels and white space.
const MAX_TEXT: usize = 4096;

/// More digits than any label, offset or length has.
const MANY_DIGITS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Radix {
    Decimal,
    Hexadecimal,
}

/// The only two long numbers in the text, in either order.
pub(in crate::undress) fn in_text(worn: &Worn<'_>) -> Vec<Off> {
    let offs = || {
        let length = length(worn)?;
        let text = worn.text.filter(|text| text.len() <= MAX_TEXT)?;
        let words = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .map(|word| word.trim_start_matches("0x").trim_start_matches("0X"))
            // A BigInt of JavaScript.
            .map(|word| word.strip_suffix('n').unwrap_or(word))
            .filter(|word| word.len() >= MANY_DIGITS && word.chars().all(|c| c.is_ascii_hexdigit()));
        let [first, second] = words.collect::<Vec<_>>().try_into().ok()?;
        let radix = if [first, second].iter().all(|word| is_decimal(word, length)) {
            Radix::Decimal
        } else {
            Radix::Hexadecimal
        };
        let (a, b) = (number(first, radix)?, number(second, radix)?);
        let digits = first.len().min(second.len());
        let (name, pattern, prefix) = match radix {
            Radix::Decimal => ("decimal", "[0-9]", ""),
            Radix::Hexadecimal => ("hexadecimal", "[0-9A-Fa-f]", "0x"),
        };
        let numbers = format!("grep -oE '{pattern}{{{digits},}}' | head -n 2");
        let in_order = Off::new(encode(&a, &b)?)
            .note(format!(", in {name}"))
            .filter(filter_of_numbers(prefix, &numbers));
        let swapped = Off::new(encode(&b, &a)?)
            .note(format!(", in {name}, s before r"))
            .filter(filter_of_numbers(prefix, &format!("{numbers} | tac")));
        Some(vec![in_order, swapped])
    };
    offs().unwrap_or_default()
}

/// Whether this is the decimal notation of a number of nearly this many bytes. It has more digits than the hexadecimal one.
fn is_decimal(word: &str, length: usize) -> bool {
    word.len() > length.saturating_mul(2) && word.chars().all(|c| c.is_ascii_digit())
}

/// The bytes of a number, big-endian. A pair that is too long for the curve does not fit.
fn number(digits: &str, radix: Radix) -> Option<Vec<u8>> {
    match radix {
        Radix::Decimal => from_decimal(digits.get(..MAX_DECIMAL).unwrap_or(digits)),
        Radix::Hexadecimal if digits.len().is_multiple_of(2) => text::from_hex(digits.as_bytes()),
        Radix::Hexadecimal => text::from_hex(format!("0{digits}").as_bytes()),
    }
}

/// More decimal digits than a number of 521 bits has, which is 157.
const MAX_DECIMAL: usize = 160;

fn from_decimal(digits: &str) -> Option<Vec<u8>> {
    let digit = |character: char| usize::try_from(character.to_digit(10)?).ok();
    text::from_digits(10, digits.chars().map(digit))
}
