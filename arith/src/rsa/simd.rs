//! Vector operations for the block multiplication.
//!
//! The multiplication is written once, in terms of this trait. It runs on AVX-512 registers (`ifma`), and, in the
//! tests, on a model with fewer lanes and shorter limbs, for which all inputs can be tested.

/// Vectors of `LANES` (at most eight) lanes of 64 bits, with a multiplier for limbs of `LIMB_BITS` bits.
///
/// A *limb* is a number less than 2^LIMB_BITS; a lane has at least 12 bits more than that, for sums of limbs.
/// A value of the type is the proof that the CPU has the instructions.
pub(crate) trait Simd: Copy {
    type Vector: Copy;
    const LANES: usize;
    const LIMB_BITS: u32;

    /// `x` in each lane.
    fn splat(self, x: u64) -> Self::Vector;
    /// The first `LANES` words.
    fn load(self, words: &[u64; 8]) -> Self::Vector;
    /// Writes the first `LANES` words.
    fn store(self, vector: Self::Vector, words: &mut [u64; 8]);

    /// Lane by lane, `x + y`.
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// Lane by lane, `sum + (x y mod 2^LIMB_BITS)`; the multiplier uses the low `LIMB_BITS` bits of x and y.
    fn add_product_low(self, sum: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// Lane by lane, `sum + floor(x y / 2^LIMB_BITS)`, of the same x y.
    fn add_product_high(self, sum: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;

    /// Lane by lane, the low `LIMB_BITS` bits.
    fn limb(self, x: Self::Vector) -> Self::Vector;
    /// Lane by lane, the bits above the low `LIMB_BITS`.
    fn above_limb(self, x: Self::Vector) -> Self::Vector;
    /// One bit for each lane, lane 0 lowest: is it at least 2^LIMB_BITS?
    fn exceeds_limb(self, x: Self::Vector) -> u32;
    /// One bit for each lane: is it exactly 2^LIMB_BITS - 1?
    fn is_full_limb(self, x: Self::Vector) -> u32;
    /// Adds one in the lanes whose bit is set; bits from `LANES` on are ignored.
    fn add_one_where(self, x: Self::Vector, lanes: u32) -> Self::Vector;

    /// Lane `lane` of `x` in each lane.
    fn broadcast(self, x: Self::Vector, lane: usize) -> Self::Vector;
    /// `x` with the lanes below `lane` set to zero.
    fn keep_from(self, x: Self::Vector, lane: usize) -> Self::Vector;
    /// Moves each lane of `x` up by one; lane 0 becomes the top lane of `below`.
    fn move_up(self, x: Self::Vector, below: Self::Vector) -> Self::Vector;
    /// even_0, odd_0, even_1, odd_1, ... as two vectors, the lower one first.
    fn interleave(self, even: Self::Vector, odd: Self::Vector) -> (Self::Vector, Self::Vector);
}
