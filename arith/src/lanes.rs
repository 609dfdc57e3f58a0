//! Numbers in the lanes of vectors: the instructions of the CPU for limbs of 52 bits, AVX-512 IFMA.
//!
//! The curves compute several field elements at once with them, and RSA eight powers.

#[cfg(all(
    any(feature = "ecdsa", feature = "ed25519", feature = "sm2"),
    target_arch = "x86_64",
    not(kms_verify_backend = "serial")
))]
mod ifma256;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod ifma512;
#[cfg(test)]
pub(crate) mod model;
#[cfg(any(
    test,
    all(
        any(feature = "ecdsa", feature = "ed25519", feature = "sm2"),
        target_arch = "x86_64",
        not(kms_verify_backend = "serial")
    )
))]
pub(crate) mod pair;

/// Vectors of `N` lanes of 64 bits, with a multiplier for numbers of 52 bits. The value itself is the proof that the CPU
/// has the instructions. In a mask, bit `i` stands for lane `i`.
pub(crate) trait Lanes<const N: usize>: Copy {
    type Vector: Copy;

    /// `x` in each lane.
    fn splat(self, x: u64) -> Self::Vector;
    /// Lane `i` of vector `j` is word `j` of row `i`.
    fn load_transposed(self, rows: [&[u64; 4]; N]) -> [Self::Vector; 4];
    fn store(self, x: Self::Vector) -> [u64; N];

    /// `x + y`
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// `x` in the lanes of the mask, `y` in the others.
    fn select(self, mask: u8, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// `x - y` in the lanes of the mask, and `y` in the others.
    fn sub_where(self, mask: u8, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    fn and(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// Fast for a constant count, which is less than 64.
    fn shift_left(self, x: Self::Vector, count: u32) -> Self::Vector;
    /// Fast for a constant count, which is less than 64.
    fn shift_right(self, x: Self::Vector, count: u32) -> Self::Vector;
    /// `sum + (x y mod 2^52)`, for an x and a y below `2^52`.
    fn add_product_low(self, sum: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// `sum + floor(x y / 2^52)`, for the same.
    fn add_product_high(self, sum: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;
}

/// Lanes that exchange their contents.
pub(crate) trait FourLanes: Lanes<4> {
    /// In the lanes of the mask, the lane of `x` that the [`order`] says; `x` itself in the others.
    fn permute_where<const ORDER: i32>(self, mask: u8, x: Self::Vector) -> Self::Vector;
    /// `x` in the lanes of the mask, zero in the others.
    fn zero_unless(self, mask: u8, x: Self::Vector) -> Self::Vector;
}

/// Eight lanes in two groups of four, whose lanes exchange their contents.
pub(crate) trait EightLanes: Lanes<8> {
    /// In the lanes of the mask, the lane of `x` in the same group that the [`order`] says; `x` itself in the others.
    fn permute_fours_where<const ORDER: i32>(self, mask: u8, x: Self::Vector) -> Self::Vector;
    /// `x` in the lanes of the mask, zero in the others.
    fn zero_unless(self, mask: u8, x: Self::Vector) -> Self::Vector;
}

/// The mask of all lanes.
pub(crate) const ALL_LANES: u8 = 0xff;

/// Lane 0 is taken from lane `a`, lane 1 from lane `b`, and so on.
pub(crate) const fn order(a: i32, b: i32, c: i32, d: i32) -> i32 {
    a | b << 2 | c << 4 | d << 6
}
