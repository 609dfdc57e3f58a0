//! Integers modulo the order L of the base point.

use super::field::words;
use crate::curve::montgomery::{Modulus, modulus};
use crate::integer::Integer;

modulus! {
    /// `L = 2^252 + 27742317777372353535851937790883648493` (RFC 8032, 5.1).
    Order: [u64; 4] = [0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0x0000000000000000, 0x1000000000000000];
}

/// An integer modulo the order L of the base point, in `0..L`.
#[derive(Clone, Copy, Debug)]
pub struct Scalar([u64; 4]);

impl Scalar {
    /// From 32 little-endian bytes. `None` unless the number is less than L.
    #[must_use]
    pub fn from_canonical_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let x = words(bytes);
        let (_, below) = x.sub_borrow(&Order::VALUE);
        below.then_some(Self(x))
    }

    /// From 64 little-endian bytes, modulo L.
    #[must_use]
    pub fn from_bytes_mod_order_wide(bytes: &[u8; 64]) -> Self {
        let (halves, _) = bytes.as_chunks();
        let [low, high] = [words(&halves[0]), words(&halves[1])];
        // low + high R, from products that divide by R.
        let low = Order::montgomery_product(&Order::R, &low);
        let high = Order::montgomery_product(&Order::R_SQUARED, &high);
        Self(low.add_mod(&high, &Order::VALUE))
    }

    pub(super) fn to_integer(self) -> [u64; 4] {
        self.0
    }

    /// The product with any integer of four words.
    pub(super) fn times(self, factor: &[u64; 4]) -> Self {
        let product = Order::montgomery_product(&self.0, factor);
        Self(Order::montgomery_product(&product, &Order::R_SQUARED))
    }
}
