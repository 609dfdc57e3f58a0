//! Residues modulo an odd number, in Montgomery form.

use super::field::{Field, Invertible};
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
use super::lanes::{
    constants::{limbs_of, words_of},
    field::{FourWords, LaneField, lane_field_constants},
};
use crate::integer::{Integer, Words, is_below};

/// An odd modulus, and values that are computed from it once.
pub(crate) trait Modulus: Copy + Eq + core::fmt::Debug + Send + Sync + 'static {
    type Int: Words;
    const VALUE: Self::Int;
    /// `-1 / VALUE mod 2^64`.
    const NEG_INVERSE: u64;
    /// `R mod VALUE`, where `R` is 2 to the number of bits of `Int`.
    const R: Self::Int;
    /// `R^2 mod VALUE`.
    const R_SQUARED: Self::Int;

    /// `1 / x mod VALUE` for `x < VALUE`. `None` if there is none.
    fn invert_vartime(x: &Self::Int) -> Option<Self::Int>;

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
            const NEG_INVERSE: u64 = $crate::integer::neg_inverse(Self::VALUE[0]);
            const R: $int = $crate::curve::montgomery::power_of_two(64 * Self::VALUE.len(), &Self::VALUE);
            const R_SQUARED: $int = $crate::curve::montgomery::power_of_two(128 * Self::VALUE.len(), &Self::VALUE);

            fn invert_vartime(x: &$int) -> Option<$int> {
                $crate::curve::divsteps::invert_vartime(x, &Self::VALUE, Self::NEG_INVERSE)
            }

            $($special)*
        }
    };
}
pub(crate) use modulus;

/// `2^exponent mod modulus`; for constants.
pub(crate) const fn power_of_two<const N: usize>(exponent: usize, modulus: &[u64; N]) -> [u64; N] {
    let mut one = [0; N];
    one[0] = 1;
    times_power_of_two(&one, exponent, modulus)
}

/// `x * 2^exponent mod modulus`, by doubling, for `x < modulus`, which is asserted; for constants.
const fn times_power_of_two<const N: usize>(x: &[u64; N], exponent: usize, modulus: &[u64; N]) -> [u64; N] {
    assert!(is_below(x, modulus));
    let mut product = *x;
    let mut doublings = 0;
    while doublings < exponent {
        let mut doubled = [0; N];
        let mut reduced = [0; N];
        let (mut carry, mut borrow) = (0, 0);
        let mut i = 0;
        while i < N {
            doubled[i] = product[i] << 1 | carry;
            carry = product[i] >> 63;
            let difference = (doubled[i] as u128).wrapping_sub(modulus[i] as u128 + borrow);
            reduced[i] = difference as u64;
            borrow = difference >> 127;
            i += 1;
        }
        product = if borrow == 1 && carry == 0 { doubled } else { reduced };
        doublings += 1;
    }
    product
}

/// The residue `x` modulo the prime `M`, held as `x * R mod M` (Montgomery, "Modular multiplication without trial
/// division", 1985).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Residue<M: Modulus>(M::Int);

impl<M: Modulus> Residue<M> {
    /// A constant, which is less than the modulus.
    pub(crate) const fn constant<const N: usize>(x: [u64; N]) -> Self
    where
        M: Modulus<Int = [u64; N]>,
    {
        Residue(times_power_of_two(&x, 64 * N, &M::VALUE))
    }
}

impl<M: Modulus> Invertible for Residue<M> {
    const ONE: Self = Residue(M::R);

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Residue(M::montgomery_product(&self.0, &other.0))
    }

    /// The inverse of `x * R` is `1 / (x * R)`; two products with `R^2` make it `R / x`.
    fn invert_vartime(self) -> Option<Self> {
        let inverse = M::invert_vartime(&self.0)?;
        let scaled = M::montgomery_product(&M::R_SQUARED, &inverse);
        Some(Residue(M::montgomery_product(&M::R_SQUARED, &scaled)))
    }
}

impl<M: Modulus> Field for Residue<M> {
    type Int = M::Int;
    const ZERO: Self = Residue(M::Int::ZERO);

    fn from_integer(x: &M::Int) -> Option<Self> {
        let (_, below) = x.sub_borrow(&M::VALUE);
        below.then(|| Residue(M::montgomery_product(&M::R_SQUARED, x)))
    }

    fn to_integer(self) -> M::Int {
        M::montgomery_product(&self.0, &M::Int::ONE)
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
    fn square(self) -> Self {
        // For few words, the products that squaring saves are worth less than the doubling that it needs.
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
}

/// A [`LaneField`] of integers of so many words.
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
macro_rules! lane_field {
    ($words:literal words, $limbs:literal limbs) => {
        impl<M: Modulus<Int = [u64; $words]>> LaneField<$limbs> for Residue<M> {
            lane_field_constants!(M, $limbs, scale 64 * $words);

            #[inline(always)]
            fn to_limbs(&self) -> [u64; $limbs] {
                limbs_of(&self.0)
            }

            #[inline(always)]
            fn from_limbs(limbs: &[u64; $limbs]) -> Self {
                let (words, carry) = words_of(limbs);
                Residue(words.subtract_once(carry, &M::VALUE))
            }
        }
    };
}
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
lane_field!(4 words, 5 limbs);
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
lane_field!(6 words, 8 limbs);
#[cfg(test)]
lane_field!(1 words, 1 limbs);

#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
impl<M: Modulus<Int = [u64; 4]>> FourWords for Residue<M> {
    #[inline(always)]
    fn words(&self) -> &[u64; 4] {
        &self.0
    }
}
