//! The compression function of SHA-512 and SHA-384, from `sha2` and, for long messages, from the backend.

use sha2::block_api::compress512;

use super::Compressor;

/// From this number of blocks on, the vectors of the backend are used. Shorter messages gain nothing.
const MIN_LONG: usize = 8;

/// Compresses blocks into the state (FIPS 180-4 section 6.4.2).
pub(crate) fn compress(state: &mut [u64; 8], blocks: &[[u8; 128]]) {
    if blocks.len() >= MIN_LONG
        && let Some(compressor) = Compressor::detect()
    {
        let (pairs, rest) = blocks.as_chunks();
        compressor.compress_pairs(state, pairs);
        return compress512(state, rest);
    }
    compress512(state, blocks);
}
