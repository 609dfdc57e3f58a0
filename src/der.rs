//! A strict DER reader for keys and signatures (X.690 sections 8.1 and 10.1), and a writer.
//!
//! The reader decodes ECDSA and SM2 signatures, and describes the encoding of rejected keys.

use alloc::vec::Vec;

/// The tags (identifier octets) in keys and signatures.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(crate) const SEQUENCE: u8 = 0x30;
    /// `[0]`, the version of a certificate of version 2 or 3.
    pub(crate) const CONTEXT_0: u8 = 0xa0;
}

/// Why an element of an encoding cannot be read as DER. Displayed as a verb, for a sentence about the element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerError {
    /// The input ends before the element does.
    #[error("ends too early")]
    Truncated,
    /// A tag of more than one byte, which no element of a key has.
    #[error("has a tag of more than one byte")]
    LongTag,
    /// The indefinite length of BER.
    #[error("has an indefinite length (BER, not DER)")]
    IndefiniteLength,
    /// A length that is not in its shortest form.
    #[error("has a length written with more bytes than needed (BER, not DER)")]
    LongLength,
    /// A length of more than four bytes.
    #[error("has a length of more than four bytes")]
    HugeLength,
}

/// Reads consecutive elements. Never allocates.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The unread input.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads the next element: its tag and its contents.
    pub(crate) fn element(&mut self) -> Result<(u8, &'a [u8]), DerError> {
        let (tag, rest) = self.rest.split_first().ok_or(DerError::Truncated)?;
        if tag & 0x1f == 0x1f {
            return Err(DerError::LongTag);
        }
        let (length, rest) = length(rest)?;
        let (contents, rest) = rest.split_at_checked(length).ok_or(DerError::Truncated)?;
        self.rest = rest;
        Ok((*tag, contents))
    }

    /// Reads the contents of the next element if it has this tag and is valid DER. Otherwise, reads nothing.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, contents) = ahead.element().ok()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(contents)
    }
}

/// Reads a definite length in its shortest form (X.690 section 10.1), and returns it with the remaining bytes.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), DerError> {
    let (first, rest) = bytes.split_first().ok_or(DerError::Truncated)?;
    let count = match first {
        0..0x80 => return Ok((usize::from(*first), rest)),
        0x80 => return Err(DerError::IndefiniteLength),
        0x81..=0x84 => usize::from(first & 0x7f),
        _ => return Err(DerError::HugeLength),
    };
    let (octets, rest) = rest.split_at_checked(count).ok_or(DerError::Truncated)?;
    let length = octets
        .iter()
        .fold(0_u32, |length, octet| (length << 8) | u32::from(*octet));
    let shortest = match length {
        0..0x80 => 0,
        0x80..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x100_0000 => 3,
        _ => 4,
    };
    if count != shortest {
        return Err(DerError::LongLength);
    }
    // A length that exceeds the address space is longer than any input.
    let length = usize::try_from(length).map_err(|_| DerError::Truncated)?;
    Ok((length, rest))
}

/// The magnitude of a non-negative INTEGER in its shortest form (X.690 section 8.3.2), without a sign byte, so empty
/// for zero. `None` if the integer is negative or its encoding is not the shortest.
pub(crate) fn unsigned(contents: &[u8]) -> Option<&[u8]> {
    match contents {
        [0] => Some(&[]),
        [0, magnitude @ ..] if magnitude.first()? & 0x80 != 0 => Some(magnitude),
        [1..0x80, ..] => Some(contents),
        _ => None,
    }
}

/// Appends an element.
pub(crate) fn push_element(to: &mut Vec<u8>, tag: u8, contents: &[u8]) {
    to.push(tag);
    let length = contents.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    match length.get(zeros..) {
        None | Some([]) => to.push(0),
        Some([short @ 0..0x80]) => to.push(*short),
        Some(octets) => {
            to.push(0x80 | u8::try_from(octets.len()).unwrap_or(0));
            to.extend_from_slice(octets);
        }
    }
    to.extend_from_slice(contents);
}

/// Appends an INTEGER with this value, big-endian with any number of leading zeros.
pub(crate) fn push_unsigned(to: &mut Vec<u8>, number: &[u8]) {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let magnitude = number.get(zeros..).unwrap_or_default();
    let mut contents = Vec::new();
    if magnitude.first().is_none_or(|byte| byte & 0x80 != 0) {
        contents.push(0);
    }
    contents.extend_from_slice(magnitude);
    push_element(to, tag::INTEGER, &contents);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_definite_and_minimal() {
        let read = |bytes: &[u8]| Reader::new(bytes).element().map(|(_, c)| c.len());
        assert_eq!(read(&[4, 0]), Ok(0));
        assert_eq!(read(&[4, 1, 9]), Ok(1));
        assert_eq!(read(&[4, 0x80, 9, 0, 0]), Err(DerError::IndefiniteLength));
        assert_eq!(read(&[4, 0x81, 1, 9]), Err(DerError::LongLength));
        assert_eq!(read(&[4, 0x81, 0x7f]), Err(DerError::LongLength));
        assert_eq!(read(&[4, 0x82, 0, 0x80]), Err(DerError::LongLength));
        assert_eq!(read(&[4, 0x83, 0, 1, 0]), Err(DerError::LongLength));
        assert_eq!(read(&[4, 0x84, 0, 1, 0, 0]), Err(DerError::LongLength));
        assert_eq!(read(&[4, 0x81, 0x80]), Err(DerError::Truncated));
        assert_eq!(read(&[4, 0x84, 0xff, 0xff, 0xff, 0xff]), Err(DerError::Truncated));
        assert_eq!(read(&[4, 0x85, 1, 0, 0, 0, 0]), Err(DerError::HugeLength));
        assert_eq!(read(&[0x1f, 1, 9]), Err(DerError::LongTag));
        assert_eq!(read(&[]), Err(DerError::Truncated));
        assert_eq!(read(&[4]), Err(DerError::Truncated));
        for length in [0x7f_usize, 0x80, 0xff, 0x100, 0xffff, 0x1_0000] {
            let mut bytes = alloc::vec![4_u8];
            match length {
                0..0x80 => bytes.push(length as u8),
                0x80..0x100 => bytes.extend([0x81, length as u8]),
                0x100..0x1_0000 => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
                _ => bytes.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
            }
            bytes.resize(bytes.len() + length, 7);
            assert_eq!(read(&bytes), Ok(length));
            let mut written = Vec::new();
            push_element(&mut written, 4, &alloc::vec![7; length]);
            assert_eq!(written, bytes);
            bytes.pop();
            assert_eq!(read(&bytes), Err(DerError::Truncated));
        }
    }

    #[test]
    fn integers_are_minimal_and_not_negative() {
        assert_eq!(unsigned(&[]), None);
        assert_eq!(unsigned(&[0]), Some(&[][..]));
        assert_eq!(unsigned(&[0, 0]), None);
        assert_eq!(unsigned(&[1]), Some(&[1][..]));
        assert_eq!(unsigned(&[0, 1]), None);
        assert_eq!(unsigned(&[0x7f]), Some(&[0x7f][..]));
        assert_eq!(unsigned(&[0, 0x7f]), None);
        assert_eq!(unsigned(&[0x80]), None);
        assert_eq!(unsigned(&[0, 0x80]), Some(&[0x80][..]));
        assert_eq!(unsigned(&[0xff, 0x80]), None);
    }
}
