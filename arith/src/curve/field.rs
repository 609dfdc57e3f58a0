//! What a point needs of its coordinates.

use super::integer::Limbs;
use core::fmt::Debug;

/// An element of the prime field `GF(p)` of a curve. Every operation takes every element, however it came about.
pub(crate) trait Field: Copy + Eq + Debug + Send + Sync + 'static {
    type Int: Limbs;
    const ZERO: Self;
    const ONE: Self;

    /// `None` when `x >= p`.
    fn from_integer(x: &Self::Int) -> Option<Self>;

    /// The representative in `0..p`.
    fn to_integer(self) -> Self::Int;

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn square(self) -> Self;

    /// `self / 2`.
    fn halve(self) -> Self;

    /// `None` for zero.
    fn invert_vartime(self) -> Option<Self>;

    fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    #[inline(always)]
    fn negate(self) -> Self {
        Self::ZERO.sub(self)
    }

    #[inline(always)]
    fn double(self) -> Self {
        self.add(self)
    }

    /// `3 self / 2`.
    #[inline(always)]
    fn three_halves(self) -> Self {
        self.halve().add(self)
    }

    #[inline(always)]
    fn triple(self) -> Self {
        self.double().add(self)
    }
}

/// Replaces each element, none of which may be zero, by its inverse, at the price of one inversion and three products
/// each (Montgomery's trick: invert the product of all, then peel the factors off one by one).
pub(crate) fn invert_all_vartime<F: Field>(elements: &mut [F]) {
    let mut product = F::ONE;
    let mut products_before: alloc::vec::Vec<F> = alloc::vec::Vec::with_capacity(elements.len());
    for &element in elements.iter() {
        products_before.push(product);
        product = product.mul(element);
    }
    debug_assert!(!product.is_zero());
    let mut inverse = product.invert_vartime().unwrap_or(F::ZERO);
    for (element, before) in elements.iter_mut().zip(products_before).rev() {
        let peeled = inverse.mul(*element);
        *element = inverse.mul(before);
        inverse = peeled;
    }
}
