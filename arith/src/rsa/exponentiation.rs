//! What the backends of the RSA operation share: square and multiply.

/// A modulus of N words that can raise to a power.
pub(crate) trait PowerModulo<W, const N: usize> {
    /// `s^e mod n` for odd `e > 1`; `None` unless `s < n`.
    fn power(&self, s: &[W; N], e: u64) -> Option<[W; N]>;
}

/// x^e for odd `e > 1`, by left-to-right square and multiply (HAC 14.79).
///
/// `form` is x, and the first value; `multiply` multiplies by x. The lowest bit of `e` is one, so the last step
/// is a multiplication in any case. That one is `finish`: it may multiply by another representation of x, and
/// so leave the Montgomery form without a product of its own.
#[inline(always)]
pub(crate) fn left_to_right<T>(
    e: u64,
    form: T,
    square: impl Fn(&T) -> T,
    multiply: impl Fn(&T) -> T,
    finish: impl Fn(&T) -> T,
) -> T {
    let mut x = form;
    for bit in (1..e.ilog2()).rev() {
        x = square(&x);
        if (e >> bit) & 1 == 1 {
            x = multiply(&x);
        }
    }
    finish(&square(&x))
}
