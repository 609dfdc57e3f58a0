//! High parts, hints and their encoding (FIPS 204 section 7.4 and Algorithm 28), for r less than q.

use super::ntt::Polynomial;
use super::parameters::{Gamma2, Q};

/// q - 1 in M steps of 2 gamma2.
struct Steps<const M: u32>;

/// A quotient by `Steps::ODD` is a product, shifted right by this number of bits.
const RECIPROCAL_SHIFT: u32 = 25;

impl<const M: u32> Steps<M> {
    const STEP: u32 = (Q - 1) / M;
    const GAMMA2: u32 = Self::STEP / 2;
    const ZEROS: u32 = Self::STEP.trailing_zeros();
    const ODD: u32 = Self::STEP >> Self::ZEROS;
    const RECIPROCAL: u32 = (1 << RECIPROCAL_SHIFT) / Self::ODD + 1;

    const CHECK: () = {
        assert!(M * Self::STEP == Q - 1 && 2 * Self::GAMMA2 == Self::STEP);
        let mut x = 0;
        while x <= (Q + Self::GAMMA2 - 2) >> Self::ZEROS {
            assert!((x * Self::RECIPROCAL) >> RECIPROCAL_SHIFT == x / Self::ODD);
            x += 1;
        }
    };

    /// (r - r0) / (2 gamma2), where r0 = r mod+- 2 gamma2 is greater than -gamma2 and at most gamma2: from 0 to M.
    #[inline(always)]
    fn quotient(r: u32) -> u32 {
        const { Self::CHECK };
        let x = (r + Self::GAMMA2 - 1) >> Self::ZEROS;
        (x * Self::RECIPROCAL) >> RECIPROCAL_SHIFT
    }

    /// HighBits (Algorithms 36 and 37). M means r = -1 and below, whose high part is 0.
    #[inline(always)]
    fn high_bits(r: u32) -> u32 {
        let quotient = Self::quotient(r);
        if quotient == M { 0 } else { quotient }
    }

    /// UseHint (Algorithm 40) where the hint is 1.
    #[inline(always)]
    fn use_hint(r: u32) -> u32 {
        let high = Self::high_bits(r);
        // r0 > 0. Where the quotient is M, r0 is at most -1.
        if r > Self::quotient(r) * Self::STEP {
            if high == M - 1 { 0 } else { high + 1 }
        } else if high == 0 {
            M - 1
        } else {
            high - 1
        }
    }

    /// UseHint for a polynomial whose hints are 1 at these coefficients.
    #[inline(always)]
    fn use_hints(w: &mut Polynomial, hints: &[u8]) {
        let w = w.0.as_flattened_mut();
        for hint in hints {
            let r = &mut w[usize::from(*hint)];
            // Of which this is the high part.
            *r = Self::use_hint(*r) * Self::STEP;
        }
        for r in w {
            *r = Self::high_bits(*r);
        }
    }
}

/// w becomes a polynomial of w1 = UseHint(h, w), which is encoded by SimpleBitPack (Algorithms 16 and 28) in
/// `Parameters::w1_polynomial_len` bytes. The positions of the hints are distinct.
#[inline(always)]
pub(super) fn encode_w1(gamma2: Gamma2, w: &mut Polynomial, hints: &[u8], bytes: &mut [u8]) {
    match gamma2 {
        // Eight of 6 bits in six bytes.
        Gamma2::Part88 => {
            Steps::<44>::use_hints(w, hints);
            let w1 = w.0.as_flattened();
            for (bytes, w1) in bytes.as_chunks_mut::<6>().0.iter_mut().zip(w1.as_chunks::<8>().0) {
                let mut word = 0;
                for (i, x) in w1.iter().enumerate() {
                    word |= u64::from(*x) << (6 * i);
                }
                let [six @ .., _, _] = word.to_le_bytes();
                *bytes = six;
            }
        }
        // Two of 4 bits in a byte.
        Gamma2::Part32 => {
            Steps::<16>::use_hints(w, hints);
            let w1 = w.0.as_flattened();
            for (byte, w1) in bytes.iter_mut().zip(w1.as_chunks::<2>().0) {
                *byte = (w1[0] | (w1[1] << 4)) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decompose (Algorithm 36), literally.
    fn decompose(r: i64, gamma2: i64) -> (i64, i64) {
        let mut r0 = r % (2 * gamma2);
        if r0 > gamma2 {
            r0 -= 2 * gamma2;
        }
        if r - r0 == i64::from(Q) - 1 {
            (0, r0 - 1)
        } else {
            ((r - r0) / (2 * gamma2), r0)
        }
    }

    /// Every r, with the hint and without.
    fn agrees_with_its_definition<const M: u32>(gamma2: i64) {
        assert_eq!(i64::from(Steps::<M>::GAMMA2), gamma2);
        for r in 0..Q {
            let (r1, r0) = decompose(i64::from(r), gamma2);
            assert_eq!(i64::from(Steps::<M>::high_bits(r)), r1, "{r}");
            let hinted = (if r0 > 0 { r1 + 1 } else { r1 - 1 }).rem_euclid(i64::from(M));
            assert_eq!(i64::from(Steps::<M>::use_hint(r)), hinted, "{r}");
            assert_eq!(Steps::<M>::high_bits(hinted as u32 * Steps::<M>::STEP), hinted as u32);
        }
    }

    #[test]
    fn use_hint_agrees_with_its_definition_for_every_r_and_gamma2_of_part_88() {
        agrees_with_its_definition::<44>(95_232);
    }

    #[test]
    fn use_hint_agrees_with_its_definition_for_every_r_and_gamma2_of_part_32() {
        agrees_with_its_definition::<16>(261_888);
    }
}
