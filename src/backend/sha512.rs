//! The compression function of SHA-512 and SHA-384: of pairs of blocks from the backend, and of single ones from `sha2`.

use sha2::block_api::compress512;

use super::Compressor;

/// Compresses blocks into the state (FIPS 180-4 section 6.4.2).
pub(crate) fn compress(state: &mut [u64; 8], blocks: &[[u8; 128]]) {
    if let (pairs @ [_, ..], rest) = blocks.as_chunks()
        && let Some(compressor) = Compressor::detect()
    {
        compressor.compress_pairs(state, pairs);
        return compress512(state, rest);
    }
    compress512(state, blocks);
}
