//! Numbers, bytes and hexadecimal text.

use num_bigint::BigUint;

/// The bytes of hexadecimal text.
pub fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    let nibbles: Vec<u8> = text.chars().map(|c| c.to_digit(16).unwrap() as u8).collect();
    nibbles.chunks(2).map(|pair| (pair[0] << 4) | pair[1]).collect()
}

/// The number in hexadecimal text.
pub fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

/// A number as this many big-endian bytes, with leading zeros. The number must fit.
pub fn padded(number: &BigUint, length: usize) -> Vec<u8> {
    try_padded(number, length).unwrap()
}

/// The same. `None` if the number does not fit.
pub fn try_padded(number: &BigUint, length: usize) -> Option<Vec<u8>> {
    let mut bytes = number.to_bytes_le();
    if *number == BigUint::ZERO {
        bytes.clear();
    }
    (bytes.len() <= length).then(|| {
        bytes.resize(length, 0);
        bytes.reverse();
        bytes
    })
}

pub fn power_of_two(exponent: usize) -> BigUint {
    BigUint::from(1_u32) << exponent
}
