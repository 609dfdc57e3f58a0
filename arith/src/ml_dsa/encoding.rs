//! Numbers of fewer bits than a word, in bytes (FIPS 204 section 7.1).

use super::ntt::Rows;
use crate::simd::Lanes;

/// Decodes the rows of polynomial `index`, BITS bits each (SimpleBitUnpack, Algorithm 18), from bytes with 32
/// BITS for each polynomial. Missing bytes count as zero.
#[inline(always)]
pub(super) fn unpack<const BITS: usize, const N: usize, L: Lanes<N>>(
    lanes: L,
    bytes: &[u8],
    index: usize,
    rows: &mut Rows,
) {
    let (eights, _) = rows.as_flattened_mut().as_chunks_mut::<8>();
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
}
