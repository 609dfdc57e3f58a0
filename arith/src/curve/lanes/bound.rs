//! How large residues can be.

/// Numbers below these 1024ths of `p`, where `R` is at least `2^spare_bits p`.
///
/// `p` may be any number of `b` bits above `2^b - 2^(b - 31)`, or any at all if there are [enough](Self::shrinks) spare bits.
#[derive(Clone, Copy)]
pub(in super::super) struct Bound {
    pub(super) value: u64,
    spare_bits: u32,
}

impl Bound {
    pub(super) const fn new(value: u64, spare_bits: u32) -> Self {
        Self { value, spare_bits }
    }

    /// Integers below these multiples of `p`.
    pub(super) const fn multiple(count: u64, spare_bits: u32) -> Self {
        Self::new(1024 * count, spare_bits)
    }

    /// Whether [`shrink`](super::residues::Sums::shrink) does something.
    pub(super) const fn shrinks(spare_bits: u32) -> bool {
        spare_bits < 16
    }

    /// What [`shrink`](super::residues::Sums::shrink) takes, and what it leaves of that.
    pub(super) const fn shrinkable(spare_bits: u32) -> Self {
        Self::multiple(if Self::shrinks(spare_bits) { 32 } else { 3000 }, spare_bits)
    }

    pub(super) const fn shrunk(spare_bits: u32) -> Self {
        if Self::shrinks(spare_bits) {
            Self::new(1025, spare_bits)
        } else {
            Self::shrinkable(spare_bits)
        }
    }

    const fn with(self, value: u64) -> Self {
        Self { value, ..self }
    }

    /// `(x y + m p) / R`, where `m < R`: less than `x y p / R + p`.
    pub(in super::super) const fn product(self, other: Self) -> Self {
        self.with((self.value * other.value).div_ceil(1024 << self.spare_bits) + 1024)
    }

    /// The same for the sum of two products.
    pub(in super::super) const fn sum_of_products(self, other: Self, third: Self, fourth: Self) -> Self {
        let sum = self.value * other.value + third.value * fourth.value;
        self.with(sum.div_ceil(1024 << self.spare_bits) + 1024)
    }

    pub(in super::super) const fn plus(self, other: Self) -> Self {
        self.with(self.value + other.value)
    }

    pub(super) const fn times(self, count: u64) -> Self {
        self.with(self.value * count)
    }

    pub(in super::super) const fn is_within(self, multiples_of_p: u64) -> bool {
        self.value <= 1024 * multiples_of_p
    }

    pub(super) const fn is_at_most(self, other: Self) -> bool {
        self.value <= other.value
    }
}
