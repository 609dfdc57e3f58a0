//! Multiplication modulo q by constants, 16 at a time: plain loops, which compilers turn into vector instructions.

use super::Way;

/// Constant factors modulo q, one for each column, and a second number for each, which depends on the way to multiply.
pub(crate) struct Factors {
    pub(super) value: [u32; 16],
    pub(super) second: [u32; 16],
}

impl Factors {
    pub(crate) const ZERO: Self = Self {
        value: [0; 16],
        second: [0; 16],
    };

    /// The same factor in all columns.
    pub(crate) const fn all(way: Way, q: u32, factor: u64) -> Self {
        let mut factors = Self::ZERO;
        let mut column = 0;
        while column < 16 {
            factors.set(column, way, q, factor);
            column += 1;
        }
        factors
    }

    pub(crate) const fn set(&mut self, column: usize, way: Way, q: u32, factor: u64) {
        let wide = q as u64;
        match way {
            Way::Quotient => {
                let value = factor % wide;
                self.value[column] = value as u32;
                self.second[column] = ((value << 32) / wide) as u32;
            }
            Way::Montgomery => {
                let value = ((factor << 32) % wide) as u32;
                self.value[column] = value;
                self.second[column] = value.wrapping_mul(inverse_of_odd(q));
            }
        }
    }
}

/// The inverse of an odd number modulo 2^32.
pub(crate) const fn inverse_of_odd(x: u32) -> u32 {
    let mut inverse: u32 = 1;
    let mut correct_bits = 1;
    while correct_bits < 32 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(x.wrapping_mul(inverse)));
        correct_bits *= 2;
    }
    inverse
}

/// The high half of the product.
#[inline(always)]
fn high(x: u32, y: u32) -> u32 {
    ((u64::from(x) * u64::from(y)) >> 32) as u32
}

/// x by the factor of this column, modulo q, and less than 2 q, for every x.
#[inline(always)]
pub(super) fn multiply<const Q: u32>(way: Way, x: u32, factors: &Factors, column: usize) -> u32 {
    let (value, second) = (factors.value[column], factors.second[column]);
    match way {
        // The multiple of q is by more than x `value` / q - 2, and at most by x `value` / q.
        Way::Quotient => x.wrapping_mul(value).wrapping_sub(high(x, second).wrapping_mul(Q)),
        // The low halves of the product and of the multiple of q are equal, and their high halves less than q.
        Way::Montgomery => high(x, value) + Q - high(x.wrapping_mul(second), Q),
    }
}

/// As `Lanes::sums_of_products`.
#[inline(always)]
pub(super) fn sums_of_products<const Q: u32>(x: &[&[[u32; 16]; 16]], y: &[&[[u32; 16]; 16]], row: usize) -> [u32; 16] {
    let mut sums = [0; 16];
    for (x, y) in x.iter().zip(y) {
        for (sum, (x, y)) in sums.iter_mut().zip(x[row].iter().zip(&y[row])) {
            *sum += u64::from(*x) * u64::from(*y);
        }
    }
    let mut quotients = [0; 16];
    for (quotient, sum) in quotients.iter_mut().zip(sums) {
        // Sums and multiples of q are equal in their low halves, and less than q in their high ones.
        let multiple = (sum as u32).wrapping_mul(const { inverse_of_odd(Q) });
        *quotient = (sum >> 32) as u32 + Q - high(multiple, Q);
    }
    quotients
}
