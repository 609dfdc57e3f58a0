//! Residues modulo an odd number, in Montgomery form.

use super::field::Field;
use super::integer::{Integer, Limbs, add_carry, sub_borrow};

/// An odd modulus, and what is computed from it once.
pub(crate) trait Modulus: Copy + Eq + core::fmt::Debug + Send + Sync + 'static {
    type Int: Limbs;
    const VALUE: Self::Int;
    /// `-1 / VALUE mod 2^64`.
    const NEG_INVERSE: u64;
    /// `R mod VALUE`, where `R` is 2 to the number of bits of `Int`.
    const R: Self::Int;
    /// `R^2 mod VALUE`.
    const R_SQUARED: Self::Int;

    /// [`Integer::cancel_low_word`] for this modulus.
    #[inline(always)]
    fn cancel_low_word(t: &mut Self::Int) {
        Integer::cancel_low_word(t, &Self::VALUE, Self::NEG_INVERSE);
    }

    /// `a * b / R mod VALUE`, for `a < VALUE` and any `b`.
    #[inline(always)]
    fn montgomery_product(a: &Self::Int, b: &Self::Int) -> Self::Int {
        let (low, high) = Self::Int::widening_mul(a, b);
        Self::Int::montgomery_reduce(&low, &high, &Self::VALUE, Self::cancel_low_word)
    }

    /// `a * a / R mod VALUE`, for `a < VALUE`.
    #[inline(always)]
    fn montgomery_square(a: &Self::Int) -> Self::Int {
        let (low, high) = Self::Int::widening_square(a);
        Self::Int::montgomery_reduce(&low, &high, &Self::VALUE, Self::cancel_low_word)
    }
}

/// Declares a [`Modulus`] from its words, least significant first.
macro_rules! modulus {
    ($(#[$doc:meta])* $name:ident: $int:ty = $words:expr; $($special:item)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) struct $name;

        impl $crate::curve::montgomery::Modulus for $name {
            type Int = $int;
            const VALUE: $int = $words;
            const NEG_INVERSE: u64 = $crate::curve::montgomery::neg_inverse(Self::VALUE[0]);
            const R: $int = $crate::curve::montgomery::power_of_two(64 * Self::VALUE.len(), &Self::VALUE);
            const R_SQUARED: $int = $crate::curve::montgomery::power_of_two(128 * Self::VALUE.len(), &Self::VALUE);
            $($special)*
        }
    };
}
pub(crate) use modulus;

/// `-1 / odd mod 2^64`. `odd` is its own inverse modulo 8, and each step of Newton's method doubles the number of right
/// bits.
pub(crate) const fn neg_inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut right_bits = 3;
    while right_bits < 64 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse.wrapping_neg()
}

/// `2^exponent mod modulus`, by doubling; for constants.
pub(crate) const fn power_of_two<const N: usize>(exponent: usize, modulus: &[u64; N]) -> [u64; N] {
    let mut power = [0; N];
    power[0] = 1;
    let mut doublings = 0;
    while doublings < exponent {
        let mut doubled = [0; N];
        let mut reduced = [0; N];
        let mut carry = false;
        let mut borrow = false;
        let mut i = 0;
        while i < N {
            (doubled[i], carry) = add_carry(power[i], power[i], carry);
            (reduced[i], borrow) = sub_borrow(doubled[i], modulus[i], borrow);
            i += 1;
        }
        power = if borrow && !carry { doubled } else { reduced };
        doublings += 1;
    }
    power
}

/// The residue `x` modulo the prime `M`, held as `x * R mod M` (Montgomery, "Modular multiplication without trial
/// division", 1985).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Residue<M: Modulus>(pub(super) M::Int);

impl<M: Modulus> Field for Residue<M> {
    type Int = M::Int;
    const ZERO: Self = Residue(M::Int::ZERO);
    const ONE: Self = Residue(M::R);

    fn from_integer(x: &M::Int) -> Option<Self> {
        let (_, below) = x.sub_borrow(&M::VALUE);
        below.then(|| Residue(M::montgomery_product(&M::R_SQUARED, x)))
    }

    fn to_integer(self) -> M::Int {
        let mut one = M::Int::ZERO;
        one.words_mut()[0] = 1;
        M::montgomery_product(&self.0, &one)
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Residue(self.0.add_mod(&other.0, &M::VALUE))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Residue(self.0.sub_mod(&other.0, &M::VALUE))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Residue(M::montgomery_product(&self.0, &other.0))
    }

    #[inline(always)]
    fn square(self) -> Self {
        // For few words, the products that a square saves are worth less than the doubling it needs.
        if M::VALUE.words().len() < 6 {
            self.mul(self)
        } else {
            Residue(M::montgomery_square(&self.0))
        }
    }

    #[inline(always)]
    fn halve(self) -> Self {
        Residue(self.0.halve_mod(&M::VALUE))
    }

    /// The inverse of `x * R` is `1 / (x * R)`; two products with `R^2` make it `R / x`.
    fn invert_vartime(self) -> Option<Self> {
        let inverse = self.0.invert_vartime(&M::VALUE, M::NEG_INVERSE)?;
        let scaled = M::montgomery_product(&M::R_SQUARED, &inverse);
        Some(Residue(M::montgomery_product(&M::R_SQUARED, &scaled)))
    }
}
