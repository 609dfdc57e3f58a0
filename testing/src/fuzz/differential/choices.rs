//! Numbers from bytes: arbitrary ones, and those that are likely to cause errors.

use arbitrary::{Arbitrary, Unstructured};
use num_bigint::BigUint;

use crate::power_of_two;

/// The bytes that a case is made from. When they are exhausted, all choices are zero.
pub struct Choices<'a>(Unstructured<'a>);

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    pub fn byte(&mut self) -> u8 {
        u8::arbitrary(&mut self.0).unwrap_or_default()
    }

    /// One of `0..bound`, where `bound` is at most 2^16.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(u16::arbitrary(&mut self.0).unwrap_or_default()) % bound
    }

    pub fn one_of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        // Pads with zeros.
        self.0.fill_buffer(&mut bytes).unwrap_or_default();
        bytes
    }

    /// An arbitrary number of this many bits.
    pub fn any(&mut self, bits: u64) -> BigUint {
        BigUint::from_bytes_be(&self.bytes(bits.div_ceil(8) as usize)) >> (bits.div_ceil(8) * 8 - bits)
    }

    /// A number of about this many bits: an arbitrary one, one of the `landmarks`, a power of two, a number whose words
    /// are all zeros or all ones, or one near such a number.
    pub fn number(&mut self, bits: u64, landmarks: &[BigUint]) -> BigUint {
        let number = match self.byte() % 8 {
            0..=2 => return self.any(bits),
            3 => self.one_of(landmarks).clone(),
            4 => power_of_two(self.below(bits as usize + 1)),
            5 => {
                let landmark = self.one_of(landmarks).clone();
                let power = power_of_two(self.below(bits as usize + 1));
                if landmark > power {
                    landmark - power
                } else {
                    power - landmark
                }
            }
            6 => self.words(bits),
            _ => BigUint::from(self.byte()),
        };
        match self.byte() {
            offset @ 0..=7 => number + offset,
            offset @ 8..=15 if number > BigUint::from(offset - 7) => number - (offset - 7),
            _ => number,
        }
    }

    fn words(&mut self, bits: u64) -> BigUint {
        let words: Vec<u8> = (0..bits.div_ceil(64))
            .flat_map(|_| {
                match self.byte() % 6 {
                    0 => 0,
                    1 => u64::MAX,
                    2 => 1,
                    3 => 1 << 63,
                    4 => u64::MAX << (self.byte() % 64),
                    _ => u64::MAX >> (self.byte() % 64),
                }
                .to_be_bytes()
            })
            .collect();
        BigUint::from_bytes_be(&words) & (power_of_two(bits as usize) - 1_u8)
    }
}
