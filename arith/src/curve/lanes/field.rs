//! Fields whose elements can be in lanes.

use super::super::field::Field;
use super::LIMB_BITS;

/// A field with residues of `L` limbs in lanes.
pub(in super::super) trait LaneField<const L: usize>: Field {
    /// How many bits of `p` are in its highest limb.
    const TOP_BITS: u32;

    /// `R` is at least `2^SPARE_BITS p`.
    const SPARE_BITS: u32 = LIMB_BITS - Self::TOP_BITS;

    /// `p`.
    const P: [u64; L];

    /// 1, as lanes hold it: `R mod p`.
    const ONE: [u64; L];

    /// An element `x` is held as `2^SCALE x` outside of lanes.
    const SCALE: u32;

    /// The factors that make what holds an element `x`, `2^s x` for an `s` of the field, what holds it in lanes, `R x`, and back:
    /// `R^2 / 2^s` and `2^s`.
    const TO_LANES: [u64; L];
    const FROM_LANES: [u64; L];

    /// The integer, below `p`, that holds this element.
    fn to_limbs(&self) -> [u64; L];

    /// From such an integer, or one below `2 p`.
    fn from_limbs(limbs: &[u64; L]) -> Self;
}

/// The constants of a [`LaneField`] whose elements are held as `2^scale x`.
macro_rules! lane_field_constants {
    ($modulus:ty, $limbs:literal, scale $scale:expr) => {
        const TOP_BITS: u32 = {
            let p: [u64; $limbs] = $crate::curve::lanes::constants::limbs_of(&<$modulus>::VALUE);
            64 - p[$limbs - 1].leading_zeros()
        };
        const SCALE: u32 = $scale;
        const P: [u64; $limbs] = $crate::curve::lanes::constants::limbs_of(&<$modulus>::VALUE);
        const ONE: [u64; $limbs] = {
            let power = $crate::curve::montgomery::power_of_two(52 * $limbs, &<$modulus>::VALUE);
            $crate::curve::lanes::constants::limbs_of(&power)
        };
        const TO_LANES: [u64; $limbs] = {
            let power = $crate::curve::montgomery::power_of_two(104 * $limbs - $scale, &<$modulus>::VALUE);
            $crate::curve::lanes::constants::limbs_of(&power)
        };
        const FROM_LANES: [u64; $limbs] = {
            let power = $crate::curve::montgomery::power_of_two($scale, &<$modulus>::VALUE);
            $crate::curve::lanes::constants::limbs_of(&power)
        };
    };
}
pub(in super::super) use lane_field_constants;

/// A field of four words, of which rows can be transposed to limbs.
pub(in super::super) trait FourWords {
    fn words(&self) -> &[u64; 4];
}
