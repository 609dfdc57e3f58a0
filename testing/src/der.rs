//! Encodings: DER, and deviations from it.

use num_bigint::BigUint;

/// An element with the shortest length.
pub fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let octets = match significant {
        [] => vec![0],
        [short] if *short < 0x80 => vec![*short],
        long => [&[0x80 | long.len() as u8][..], long].concat(),
    };
    with_length(tag, &octets, contents)
}

/// An element with these length octets.
pub fn with_length(tag: u8, length: &[u8], contents: &[u8]) -> Vec<u8> {
    [&[tag][..], length, contents].concat()
}

/// The forms of an element that BER allows and DER does not, with lengths of more bytes than needed or indefinite.
pub fn ber_forms(tag: u8, contents: &[u8]) -> [(&'static str, Vec<u8>); 5] {
    let length = (contents.len() as u64).to_be_bytes();
    let shortest = element(tag, contents).len() - contents.len() - 2;
    let longer = |octets: usize| {
        let octets = [
            &[0x80 | octets as u8][..],
            &vec![0; octets.saturating_sub(8)],
            &length[8 - octets.min(8)..],
        ];
        with_length(tag, &octets.concat(), contents)
    };
    [
        ("a length of one byte more than needed", longer(shortest + 1)),
        ("a length of four bytes", longer(4)),
        ("a length of eight bytes", longer(8)),
        ("a length of 126 bytes", longer(126)),
        (
            "an indefinite length",
            with_length(tag, &[0x80], &[contents, &[0, 0]].concat()),
        ),
    ]
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

pub fn integer(number: &BigUint) -> Vec<u8> {
    element(2, &integer_contents(number))
}

pub fn integer_contents(number: &BigUint) -> Vec<u8> {
    let magnitude = number.to_bytes_be();
    // The highest bit is the sign.
    if magnitude[0] < 0x80 {
        magnitude
    } else {
        [&[0], magnitude.as_slice()].concat()
    }
}

/// An ECDSA or SM2 signature.
pub fn integer_pair(r: &BigUint, s: &BigUint) -> Vec<u8> {
    sequence(&[&integer(r), &integer(s)])
}

/// A SubjectPublicKeyInfo with this AlgorithmIdentifier (its contents) and this key.
pub fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[&element(0x30, algorithm), &element(3, &[&[0], key].concat())])
}

/// The parts of a well-formed SubjectPublicKeyInfo.
pub fn spki_parts(spki: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (_, contents, _) = split(spki);
    let (_, algorithm, rest) = split(contents);
    let (_, bits, _) = split(rest);
    (algorithm.to_vec(), bits[1..].to_vec())
}

/// The tag and the contents of the first element, and the bytes after it.
fn split(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (start, length) = match der[1] {
        short @ ..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(der[2])),
        _ => (4, usize::from(u16::from_be_bytes([der[2], der[3]]))),
    };
    (der[0], &der[start..start + length], &der[start + length..])
}

/// The two numbers of `SEQUENCE { INTEGER, INTEGER }`. Lenient: its input is the output of [`integer_pair`], with
/// changes.
pub fn numbers_of_pair(signature: &[u8]) -> Option<[BigUint; 2]> {
    let body = match signature {
        [0x30, 0x81, _, body @ ..] => body,
        [0x30, _, body @ ..] => body,
        _ => return None,
    };
    let [0x02, length, rest @ ..] = body else { return None };
    let (r, rest) = rest.split_at_checked(usize::from(*length))?;
    let [0x02, length, rest @ ..] = rest else { return None };
    let (s, _) = rest.split_at_checked(usize::from(*length))?;
    Some([r, s].map(BigUint::from_bytes_be))
}
