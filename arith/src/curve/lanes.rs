//! Several field elements at once, in [lanes](crate::lanes): what the curves compute there.
//!
//! [`limbs`] cuts numbers into limbs for the multiplier. Edwards25519 has a field of its own on them; A [`field`] of another
//! curve has [`residues`] there, whose [`bound`] the compiler checks. [`sums`] are eight sums of points from tables, and
//! [`one_sum`] is one of points without tables, or two with tables beside each other.

mod bound;
pub(super) mod constants;
pub(super) mod field;
pub(super) mod one_sum;
pub(super) mod residues;
pub(super) mod sums;

use crate::lanes::Lanes;

/// Bits in a limb of [`residues`].
const LIMB_BITS: u32 = 52;

/// Numbers of four words in limbs of `bits` bits. The last limb has all that is left: those below `2^256` have up to 52
/// bits there if `bits` is 51, and up to 48 if it is 52.
#[inline(always)]
pub(super) fn limbs<const N: usize, V: Lanes<N>>(lanes: V, words: [V::Vector; 4], bits: u32) -> [V::Vector; 5] {
    let mask = lanes.splat((1 << bits) - 1);
    let mut limbs = [mask; 5];
    for (i, limb) in limbs.iter_mut().enumerate() {
        let (word, shift) = (bits * i as u32 / 64, bits * i as u32 % 64);
        let mut low = lanes.shift_right(words[word as usize], shift);
        if i < 4 && shift + bits > 64 {
            low = lanes.add(low, lanes.shift_left(words[word as usize + 1], 64 - shift));
        }
        *limb = if i < 4 { lanes.and(low, mask) } else { low };
    }
    limbs
}
