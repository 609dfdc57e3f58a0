//! Integers modulo `p = 2^255 - 19`, by the verified functions of fiat-crypto.

use fiat_crypto::curve25519_64::{
    fiat_25519_add, fiat_25519_carry, fiat_25519_carry_mul, fiat_25519_carry_square, fiat_25519_from_bytes,
    fiat_25519_loose_field_element, fiat_25519_opp, fiat_25519_sub, fiat_25519_tight_field_element,
    fiat_25519_to_bytes,
};

use super::super::field::Invertible;
use crate::curve::montgomery::{Modulus, modulus};
use crate::integer::{Integer, is_below};

modulus! {
    /// `p = 2^255 - 19`.
    Prime: [u64; 4] = [0xffffffffffffffed, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff];
}

/// An integer modulo `p` in five "tight" limbs in base `2^51`, each at most `2^51`. An element has several such forms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element([u64; 5]);

/// The same in limbs up to three times as large, which sums and differences have. A factor, and nothing else.
#[derive(Clone, Copy)]
pub(super) struct Loose([u64; 5]);

impl Element {
    pub(super) const ZERO: Self = Self([0; 5]);

    /// A constant, from four words, the least significant first. It is below `p`.
    pub(super) const fn constant(words: [u64; 4]) -> Self {
        assert!(is_below(&words, &Prime::VALUE));
        Self::cut(words)
    }

    /// The limbs of an integer below `p`.
    const fn cut(words: [u64; 4]) -> Self {
        const MASK: u64 = (1 << 51) - 1;
        let [a, b, c, d] = words;
        Self([
            a & MASK,
            (a >> 51 | b << 13) & MASK,
            (b >> 38 | c << 26) & MASK,
            (c >> 25 | d << 39) & MASK,
            d >> 12,
        ])
    }

    /// From little-endian bytes; `None` when they are not below `p`.
    pub(super) fn from_le_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let (_, below) = words(bytes).sub_borrow(&Prime::VALUE);
        below.then(|| Self::tight(|out| fiat_25519_from_bytes(out, bytes)))
    }

    /// The little-endian bytes of the representative in `0..p`.
    pub(super) fn to_le_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        fiat_25519_to_bytes(&mut bytes, &fiat_25519_tight_field_element(self.0));
        bytes
    }

    #[inline(always)]
    fn tight(function: impl FnOnce(&mut fiat_25519_tight_field_element)) -> Self {
        let mut out = fiat_25519_tight_field_element([0; 5]);
        function(&mut out);
        Self(out.0)
    }

    #[inline(always)]
    pub(super) fn add(self, other: Self) -> Loose {
        let mut out = fiat_25519_loose_field_element([0; 5]);
        fiat_25519_add(
            &mut out,
            &fiat_25519_tight_field_element(self.0),
            &fiat_25519_tight_field_element(other.0),
        );
        Loose(out.0)
    }

    #[inline(always)]
    pub(super) fn sub(self, other: Self) -> Loose {
        let mut out = fiat_25519_loose_field_element([0; 5]);
        fiat_25519_sub(
            &mut out,
            &fiat_25519_tight_field_element(self.0),
            &fiat_25519_tight_field_element(other.0),
        );
        Loose(out.0)
    }

    #[inline(always)]
    pub(super) fn negate(self) -> Self {
        let mut out = fiat_25519_loose_field_element([0; 5]);
        fiat_25519_opp(&mut out, &fiat_25519_tight_field_element(self.0));
        Loose(out.0).carry()
    }

    #[inline(always)]
    pub(super) fn square(self) -> Self {
        self.loose().square()
    }

    /// Tight limbs are within the bounds of loose ones.
    #[inline(always)]
    pub(super) fn loose(self) -> Loose {
        Loose(self.0)
    }

    pub(super) fn is_zero(self) -> bool {
        self.to_le_bytes() == [0; 32]
    }

    /// `self^((p - 5) / 8)`. The exponent is `2^252 - 3`: 252 ones but for a zero above the lowest.
    pub(super) fn pow_p58(self) -> Self {
        (0..251).rev().fold(self, |power, bit| match bit {
            1 => power.square(),
            _ => power.square().mul(self),
        })
    }
}

impl Invertible for Element {
    const ONE: Self = Self([1, 0, 0, 0, 0]);

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.loose().mul(other.loose())
    }

    fn invert_vartime(self) -> Option<Self> {
        let inverse = Prime::invert_vartime(&words(&self.to_le_bytes()))?;
        Some(Self::cut(inverse))
    }
}

impl Loose {
    #[inline(always)]
    pub(super) fn mul(self, other: Self) -> Element {
        let (a, b) = (
            fiat_25519_loose_field_element(self.0),
            fiat_25519_loose_field_element(other.0),
        );
        Element::tight(|out| fiat_25519_carry_mul(out, &a, &b))
    }

    #[inline(always)]
    pub(super) fn square(self) -> Element {
        Element::tight(|out| fiat_25519_carry_square(out, &fiat_25519_loose_field_element(self.0)))
    }

    #[inline(always)]
    pub(super) fn carry(self) -> Element {
        Element::tight(|out| fiat_25519_carry(out, &fiat_25519_loose_field_element(self.0)))
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
