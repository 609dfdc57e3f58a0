//! Numbers of fewer bits than a word, in bytes (FIPS 204 section 7.1).

use super::ntt::Polynomial;

/// The coefficients, of BITS bits each (SimpleBitUnpack, Algorithm 18), in 32 BITS bytes.
#[inline(always)]
pub(super) fn unpack<const BITS: usize>(bytes: &[u8]) -> Polynomial {
    const { assert!(BITS <= 25, "four bytes have all of a coefficient") };
    let mut polynomial = Polynomial::ZERO;
    for (row, bytes) in polynomial.0.iter_mut().zip(bytes.chunks_exact(2 * BITS)) {
        let mut window = [0; 64];
        window[..2 * BITS].copy_from_slice(bytes);
        for (i, x) in row.iter_mut().enumerate() {
            let at = i * BITS / 8;
            let word = u32::from_le_bytes([window[at], window[at + 1], window[at + 2], window[at + 3]]);
            *x = (word >> (i * BITS % 8)) & ((1 << BITS) - 1);
        }
    }
    polynomial
}
