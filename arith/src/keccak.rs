//! SHAKE256 and SHAKE128 (FIPS 202): one state for streams, and many states side by side.

mod lanes;
mod many;
mod permutation;
mod shake256;
#[cfg(test)]
mod tests;

pub(crate) use lanes::States;
pub use many::shake256_many;
pub(crate) use many::{first_64_bytes_of_many, outputs_of_many};
pub(crate) use shake256::Output;
pub use shake256::Shake256;

/// The number of words in a block of SHAKE128, whose capacity is 256 bits (FIPS 202 section 6.2).
pub(crate) const SHAKE128_RATE: usize = 21;
/// The number of words in a block of SHAKE256, whose capacity is 512 bits.
pub(crate) const SHAKE256_RATE: usize = 17;

/// The suffix 1111 of a message to SHAKE and the first bit of pad10*1, from the lowest bit (FIPS 202 sections 5.1 and
/// 6.2).
const SHAKE_PADDING: u64 = 0x1f;
/// The last bit of pad10*1, in the last word of a block.
const LAST_BIT: u64 = 1 << 63;
