//! Numbers of fewer bits than a word, in bytes (FIPS 204 section 7.1).

use super::ntt::Polynomial;
use crate::simd::Lanes;

/// The coefficients of BITS bits each (SimpleBitUnpack, Algorithm 18) of polynomial `index` in bytes that have 32 BITS for
/// each. Bytes that are missing count as zero.
#[inline(always)]
pub(super) fn unpack<const BITS: usize, const N: usize, L: Lanes<N>>(
    lanes: L,
    bytes: &[u8],
    index: usize,
) -> Polynomial {
    let mut polynomial = Polynomial::ZERO;
    let (eights, _) = polynomial.0.as_flattened_mut().as_chunks_mut::<8>();
    for (i, numbers) in eights.iter_mut().enumerate() {
        let bytes = bytes.get(BITS * (32 * index + i)..).unwrap_or_default();
        *numbers = match bytes.first_chunk() {
            Some(bytes) => lanes.unpack::<BITS>(bytes),
            None => {
                let mut last = [0; 32];
                last[..bytes.len()].copy_from_slice(bytes);
                lanes.unpack::<BITS>(&last)
            }
        };
    }
    polynomial
}
