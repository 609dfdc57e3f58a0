//! What the backends of the RSA operation share: square and multiply.

/// A modulus of N words that can raise to a power.
pub(crate) trait PowerModulo<W, const N: usize> {
    /// `s^e mod n` for odd `e > 1`; `None` unless `s < n`.
    fn power(&self, s: &[W; N], e: u64) -> Option<[W; N]>;

    /// [`power`](Self::power) of each, and `None` for `None`: at once, if that is faster.
    fn eight_powers(&self, s: &[Option<[W; N]>; 8], e: u64) -> [Option<[W; N]>; 8] {
        s.each_ref().map(|s| self.power(s.as_ref()?, e))
    }
}

/// x^e for odd `e > 1`, by left-to-right square and multiply (HAC 14.79).
///
/// `x` is multiplied in place, and in the end is x^e; `multiply` multiplies by what it was. The lowest bit of `e` is one, so
/// the last step is a multiplication in any case. That one is `finish`: it may multiply by another representation of x,
/// and so leave the Montgomery form without a product of its own.
#[inline(always)]
pub(crate) fn left_to_right<T>(
    e: u64,
    x: &mut T,
    square: impl Fn(&mut T),
    multiply: impl Fn(&mut T),
    finish: impl Fn(&mut T),
) {
    for bit in (1..e.ilog2()).rev() {
        square(x);
        if (e >> bit) & 1 == 1 {
            multiply(x);
        }
    }
    square(x);
    finish(x);
}
