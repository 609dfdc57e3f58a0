//! The encoding of ECDSA signatures (RFC 3279 section 2.2.3) and SM2 signatures (GM/T 0009-2012 section 7.3): strict
//! DER of two numbers.

use alloc::vec::Vec;

use crate::der::{Reader, push_element, push_unsigned, tag, unsigned};

/// Decodes `SEQUENCE { INTEGER r, INTEGER s }` to two big-endian numbers of `N` bytes. Accepts only strict DER without
/// trailing data at either level, and only non-negative numbers that fit in `N` bytes.
///
/// This is the signature of ECDSA (RFC 3279 section 2.2.3) and of SM2 (GM/T 0009-2012 section 7.3).
#[cfg(any(feature = "ecdsa", feature = "sm2", feature = "diagnosis", test))]
pub(crate) fn integer_pair<const N: usize>(bytes: &[u8]) -> Option<([u8; N], [u8; N])> {
    let (r, s) = magnitudes(bytes)?;
    Some((left_padded(r)?, left_padded(s)?))
}

/// Decodes to r || s, each a big-endian number of `length` bytes, under the same conditions.
pub(crate) fn fixed_length_pair(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let (r, s) = magnitudes(bytes)?;
    let mut pair = Vec::new();
    for magnitude in [r, s] {
        let padding = length.checked_sub(magnitude.len())?;
        pair.extend(core::iter::repeat_n(0, padding));
        pair.extend_from_slice(magnitude);
    }
    Some(pair)
}

/// The two numbers without leading zeros.
fn magnitudes(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Reader::new(bytes);
    let mut inner = Reader::new(outer.expect(tag::SEQUENCE)?);
    let r = unsigned(inner.expect(tag::INTEGER)?)?;
    let s = unsigned(inner.expect(tag::INTEGER)?)?;
    (outer.is_empty() && inner.is_empty()).then_some((r, s))
}

#[cfg(any(feature = "ecdsa", feature = "sm2", feature = "diagnosis", test))]
fn left_padded<const N: usize>(magnitude: &[u8]) -> Option<[u8; N]> {
    let mut padded = [0; N];
    let start = N.checked_sub(magnitude.len())?;
    padded.get_mut(start..)?.copy_from_slice(magnitude);
    Some(padded)
}

/// Encodes two big-endian numbers as `SEQUENCE { INTEGER r, INTEGER s }`: the inverse of [`integer_pair`].
pub(crate) fn encode_integer_pair(r: &[u8], s: &[u8]) -> Vec<u8> {
    let mut contents = Vec::new();
    push_unsigned(&mut contents, r);
    push_unsigned(&mut contents, s);
    let mut sequence = Vec::new();
    push_element(&mut sequence, tag::SEQUENCE, &contents);
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_fit_their_numbers_and_end_where_they_should() {
        assert_eq!(integer_pair(&[0x30, 6, 2, 1, 1, 2, 1, 2]), Some(([0, 1], [0, 2])));
        assert_eq!(
            integer_pair(&[0x30, 9, 2, 3, 0, 0xff, 0xff, 2, 2, 0, 0x80]),
            Some(([0xff, 0xff], [0, 0x80]))
        );
        for wrong in [
            &[0x30, 7, 2, 1, 1, 2, 1, 2, 0][..],
            &[0x30, 6, 2, 1, 1, 2, 1, 2, 0],
            &[0x30, 8, 2, 3, 1, 0, 0, 2, 1, 2],
            &[0x31, 6, 2, 1, 1, 2, 1, 2],
            &[0x30, 6, 3, 1, 1, 2, 1, 2],
            &[0x30, 3, 2, 1, 1],
            &[0x30, 0],
            &[],
        ] {
            assert_eq!(integer_pair::<2>(wrong), None, "{wrong:x?}");
            assert_eq!(fixed_length_pair(wrong, 2), None, "{wrong:x?}");
        }
        let numbers = [[0, 0], [0, 1], [0, 0x7f], [0, 0x80], [1, 0], [0xff, 0xff]];
        for r in numbers {
            for s in numbers {
                let der = encode_integer_pair(&r, &s);
                assert_eq!(integer_pair(&der), Some((r, s)));
                assert_eq!(fixed_length_pair(&der, 2), Some([r, s].concat()));
            }
        }
    }
}
