//! Prime-field arithmetic.

use crate::integer::Words;
use alloc::vec::Vec;
use core::fmt::Debug;

/// The field operations that [`invert_all_vartime`] uses.
pub(crate) trait Invertible: Copy {
    const ONE: Self;

    fn mul(self, other: Self) -> Self;

    /// `None` for zero.
    fn invert_vartime(self) -> Option<Self>;
}

/// An element of the prime field `GF(p)` of a curve. Every operation takes every element, however it came about.
pub(crate) trait Field: Invertible + Eq + Debug + Send + Sync + 'static {
    type Int: Words;
    const ZERO: Self;

    /// `None` when `x >= p`.
    fn from_integer(x: &Self::Int) -> Option<Self>;

    /// The representative in `0..p`.
    fn to_integer(self) -> Self::Int;

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn square(self) -> Self;

    /// `self / 2`.
    fn halve(self) -> Self;

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

/// The inverses of these elements, none of which may be zero, at the price of one inversion and three products each
/// (Montgomery's trick: invert the product of all, then peel the factors off one by one). `None` if one is zero.
pub(crate) fn invert_all_vartime<F: Invertible>(elements: &[F]) -> Option<Vec<F>> {
    let mut product = F::ONE;
    let mut inverses = Vec::with_capacity(elements.len());
    for &element in elements {
        inverses.push(product);
        product = product.mul(element);
    }
    let mut inverse = product.invert_vartime()?;
    for (&element, before) in elements.iter().zip(&mut inverses).rev() {
        *before = before.mul(inverse);
        inverse = inverse.mul(element);
    }
    Some(inverses)
}
