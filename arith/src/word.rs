//! The digit of all multi-precision numbers here.
//!
//! The arithmetic is generic over it, so that the code that runs on 64-bit words can be tested with *all* inputs where
//! a word has a few bits.

use core::fmt::Debug;
use core::hint::select_unpredictable;

/// An unsigned machine word of `BITS` bits. Below, `B = 2^BITS`.
pub(crate) trait Word: Copy + Eq + Ord + Debug + 'static {
    const BITS: u32;
    const ZERO: Self;
    const MAX: Self;

    /// `x mod B`.
    fn truncate(x: u64) -> Self;

    /// The same number in 64 bits.
    fn widen(self) -> u64;

    /// `(low, high)` of `a * b + c + d`. It always fits: `(B-1)^2 + 2(B-1) = B^2 - 1`.
    fn mul_add(a: Self, b: Self, c: Self, d: Self) -> (Self, Self);

    /// `a * b mod B`.
    fn mul_low(a: Self, b: Self) -> Self;

    /// `a + b + carry` and the carry out.
    fn add_carry(a: Self, b: Self, carry: bool) -> (Self, bool);

    /// `a - b - borrow` and the borrow out.
    fn sub_borrow(a: Self, b: Self, borrow: bool) -> (Self, bool);

    /// `floor((high B + low) / self)`, for `high < self`, so that the quotient is a word.
    fn divide_into(self, high: Self, low: Self) -> Self;

    /// `if choose { a } else { b }` without a branch, for unpredictable choices.
    fn select(choose: bool, a: Self, b: Self) -> Self;

    /// `(low, high)` of `self * 2^(BITS / 2)`.
    fn shift_half(self) -> (Self, Self);

    /// The lowest bit.
    fn is_odd(self) -> bool;

    /// `(self + top B) / 2`, rounded down.
    fn halve(self, top: bool) -> Self;

    /// Two words as one number, for the sum of a column of a product.
    type Double: Copy;
    const DOUBLE_ZERO: Self::Double;

    /// `sum + self`; the caller shows that it is below `B^2`.
    fn add_to(self, sum: Self::Double) -> Self::Double;

    /// `sum + 2 x`; the caller shows that it is below `B^2`.
    fn add_twice(sum: Self::Double, x: Self::Double) -> Self::Double;

    /// `(low word, high word)`.
    fn split(x: Self::Double) -> (Self, Self);
}

impl Word for u64 {
    const BITS: u32 = u64::BITS;
    const ZERO: u64 = 0;
    const MAX: u64 = u64::MAX;

    #[inline(always)]
    fn truncate(x: u64) -> u64 {
        x
    }

    #[inline(always)]
    fn widen(self) -> u64 {
        self
    }

    #[inline(always)]
    fn mul_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
        a.carrying_mul_add(b, c, d)
    }

    #[inline(always)]
    fn mul_low(a: u64, b: u64) -> u64 {
        a.wrapping_mul(b)
    }

    #[inline(always)]
    fn add_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
        a.carrying_add(b, carry)
    }

    #[inline(always)]
    fn sub_borrow(a: u64, b: u64, borrow: bool) -> (u64, bool) {
        a.borrowing_sub(b, borrow)
    }

    #[inline(always)]
    fn divide_into(self, high: u64, low: u64) -> u64 {
        let dividend = (u128::from(high) << 64) | u128::from(low);
        (dividend / u128::from(self)) as u64
    }

    #[inline(always)]
    fn select(choose: bool, a: u64, b: u64) -> u64 {
        select_unpredictable(choose, a, b)
    }

    #[inline(always)]
    fn shift_half(self) -> (u64, u64) {
        (self << 32, self >> 32)
    }

    #[inline(always)]
    fn is_odd(self) -> bool {
        self & 1 == 1
    }

    #[inline(always)]
    fn halve(self, top: bool) -> u64 {
        self >> 1 | u64::from(top) << 63
    }

    type Double = u128;
    const DOUBLE_ZERO: u128 = 0;

    #[inline(always)]
    fn add_to(self, sum: u128) -> u128 {
        sum.wrapping_add(u128::from(self))
    }

    #[inline(always)]
    fn add_twice(sum: u128, x: u128) -> u128 {
        sum.wrapping_add(x << 1)
    }

    #[inline(always)]
    fn split(x: u128) -> (u64, u64) {
        (x as u64, (x >> 64) as u64)
    }
}

#[cfg(test)]
pub(crate) mod small {
    //! Words of a few bits.

    use super::Word;

    /// A word of `BITS` bits. A double word asserts that it is less than `B^2`, at which `u128` would wrap silently.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) struct Small<const BITS: u32>(pub(crate) u32);

    impl<const BITS: u32> Small<BITS> {
        const B: u32 = 1 << BITS;

        fn double(x: u32) -> u32 {
            assert!(x < Self::B * Self::B, "a sum left its double word");
            x
        }
    }

    impl<const BITS: u32> Word for Small<BITS> {
        const BITS: u32 = BITS;
        const ZERO: Self = Self(0);
        const MAX: Self = Self(Self::B - 1);

        fn truncate(x: u64) -> Self {
            Self(x as u32 % Self::B)
        }
        fn widen(self) -> u64 {
            self.0.into()
        }
        fn mul_add(a: Self, b: Self, c: Self, d: Self) -> (Self, Self) {
            Self::split(Self::double(a.0 * b.0 + c.0 + d.0))
        }
        fn mul_low(a: Self, b: Self) -> Self {
            Self(a.0 * b.0 % Self::B)
        }
        fn add_carry(a: Self, b: Self, carry: bool) -> (Self, bool) {
            let sum = a.0 + b.0 + u32::from(carry);
            (Self(sum % Self::B), sum >= Self::B)
        }
        fn sub_borrow(a: Self, b: Self, borrow: bool) -> (Self, bool) {
            let difference = a.0 + Self::B - b.0 - u32::from(borrow);
            (Self(difference % Self::B), difference < Self::B)
        }
        fn divide_into(self, high: Self, low: Self) -> Self {
            assert!(high < self);
            Self((high.0 * Self::B + low.0) / self.0)
        }
        fn select(choose: bool, a: Self, b: Self) -> Self {
            if choose { a } else { b }
        }
        fn shift_half(self) -> (Self, Self) {
            Self::split(self.0 << (BITS / 2))
        }
        fn is_odd(self) -> bool {
            self.0 & 1 == 1
        }
        fn halve(self, top: bool) -> Self {
            Self(self.0 >> 1 | u32::from(top) << (BITS - 1))
        }

        type Double = u32;
        const DOUBLE_ZERO: u32 = 0;

        fn add_to(self, sum: u32) -> u32 {
            Self::double(sum + self.0)
        }
        fn add_twice(sum: u32, x: u32) -> u32 {
            Self::double(sum + 2 * x)
        }
        fn split(x: u32) -> (Self, Self) {
            (Self(x % Self::B), Self(x / Self::B))
        }
    }

    /// The lowest `N` words of a number.
    pub(crate) fn words<const BITS: u32, const N: usize>(x: u64) -> [Small<BITS>; N] {
        core::array::from_fn(|i| Small::truncate(x >> (BITS * i as u32)))
    }

    /// The number that these words are.
    pub(crate) fn value<const BITS: u32, const N: usize>(x: &[Small<BITS>; N]) -> u64 {
        x.iter().rev().fold(0, |value, word| (value << BITS) + word.widen())
    }
}
