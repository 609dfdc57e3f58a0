//! Integers modulo `p = 2^255 - 19`, held modulo `2 p = 2^256 - 38`.
//!
//! Sums and products modulo `2 p` are also right modulo `p`, and `2 p` is a [`pseudo_mersenne`] number, for which nothing
//! has to be shifted.
//!
//! [`pseudo_mersenne`]: super::super::pseudo_mersenne

use super::super::field::Invertible;
use super::super::pseudo_mersenne::{add, fold, sub};
use crate::curve::montgomery::{Modulus, modulus};
use crate::integer::{Integer, is_below};

modulus! {
    /// `p = 2^255 - 19`.
    Prime: [u64; 4] = [0xffffffffffffffed, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff];
}

/// `2^256 - 2 p`.
const C: u64 = Prime::R[0];

/// An integer modulo `p`, as an integer in `0..2 p`: one of two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element([u64; 4]);

impl Element {
    pub(super) const ZERO: Self = Self([0; 4]);

    /// A constant, from four words, the least significant first. It is below `p`.
    pub(super) const fn constant(words: [u64; 4]) -> Self {
        assert!(is_below(&words, &Prime::VALUE));
        Self(words)
    }

    /// From little-endian bytes without their highest bit: any number below `2^255`, modulo `p`.
    pub(super) fn from_le_bytes(bytes: &[u8; 32]) -> Self {
        let mut words = words(bytes);
        words[3] &= u64::MAX >> 1;
        Self(words)
    }

    /// From the sum of `limbs[i] 2^(51 i)`, where the limbs are below `2^52`.
    #[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
    pub(super) fn from_limbs(limbs: [u64; 5]) -> Self {
        let mut columns = [0u128; 5];
        for (i, &limb) in limbs.iter().enumerate() {
            let (word, shift) = (51 * i / 64, 51 * i % 64);
            let shifted = u128::from(limb) << shift;
            columns[word] += u128::from(shifted as u64);
            columns[word + 1] += shifted >> 64;
        }
        let mut sum = [0; 4];
        let mut carry = 0;
        for (word, column) in sum.iter_mut().zip(columns) {
            carry += column;
            *word = carry as u64;
            carry >>= 64;
        }
        // The highest limb ends at bit 256, so columns[4] is zero, and one carry is all there is above.
        Self(fold(&sum, &[carry as u64, 0, 0, 0], C))
    }

    /// The words of an integer in `0..2 p` that this is modulo `p`.
    #[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
    #[inline(always)]
    pub(super) fn words(&self) -> &[u64; 4] {
        &self.0
    }

    /// The integer in `0..p`.
    fn to_integer(self) -> [u64; 4] {
        self.0.subtract_once(false, &Prime::VALUE)
    }

    /// The little-endian bytes of the integer in `0..p`.
    pub(super) fn to_le_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (bytes, word) in bytes.chunks_exact_mut(8).zip(self.to_integer()) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    #[inline(always)]
    pub(super) fn add(self, other: Self) -> Self {
        Self(add(&self.0, &other.0, C))
    }

    #[inline(always)]
    pub(super) fn sub(self, other: Self) -> Self {
        Self(sub(&self.0, &other.0, C))
    }

    #[inline(always)]
    pub(super) fn double(self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(super) fn negate(self) -> Self {
        Self::ZERO.sub(self)
    }

    #[inline(always)]
    pub(super) fn square(self) -> Self {
        let (low, high) = Integer::widening_square(&self.0);
        Self(fold(&low, &high, C))
    }

    pub(super) fn is_zero(self) -> bool {
        self.to_integer() == [0; 4]
    }

    /// `self^((p - 5) / 8)`, by an addition chain for the exponent `2^252 - 3 = 4 (2^250 - 1) + 1`. Each `ones_N` is
    /// `self^(2^N - 1)`, a power whose exponent has `N` ones.
    pub(super) fn pow_p58(self) -> Self {
        let ones_2 = self.square().mul(self);
        let ones_4 = ones_2.square_times(2).mul(ones_2);
        let ones_5 = ones_4.square().mul(self);
        let ones_10 = ones_5.square_times(5).mul(ones_5);
        let ones_20 = ones_10.square_times(10).mul(ones_10);
        let ones_40 = ones_20.square_times(20).mul(ones_20);
        let ones_50 = ones_40.square_times(10).mul(ones_10);
        let ones_100 = ones_50.square_times(50).mul(ones_50);
        let ones_200 = ones_100.square_times(100).mul(ones_100);
        let ones_250 = ones_200.square_times(50).mul(ones_50);
        ones_250.square_times(2).mul(self)
    }

    /// `self^(2^count)`.
    fn square_times(self, count: usize) -> Self {
        (0..count).fold(self, |power, _| power.square())
    }
}

impl Invertible for Element {
    const ONE: Self = Self([1, 0, 0, 0]);

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (low, high) = Integer::widening_mul(&self.0, &other.0);
        Self(fold(&low, &high, C))
    }

    fn invert_vartime(self) -> Option<Self> {
        Prime::invert_vartime(&self.to_integer()).map(Self)
    }
}

/// The words of a little-endian integer, least significant first.
pub(super) fn words(bytes: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    }
    words
}
