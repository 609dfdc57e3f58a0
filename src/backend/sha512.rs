//! The compression function of SHA-512 and SHA-384, from `sha2` and, for long messages, from `kms-verify-arith`.

use sha2::block_api::compress512;

/// From this number of blocks on, the vectors of `kms-verify-arith` are used. Shorter messages gain nothing.
#[cfg(all(
    not(kms_verify_backend = "portable"),
    any(feature = "rsa", feature = "ecdsa", feature = "ed25519")
))]
const MIN_LONG: usize = 8;

/// Compresses blocks into the state (FIPS 180-4 section 6.4.2).
pub(crate) fn compress(state: &mut [u64; 8], blocks: &[[u8; 128]]) {
    #[cfg(all(
        not(kms_verify_backend = "portable"),
        any(feature = "rsa", feature = "ecdsa", feature = "ed25519")
    ))]
    if blocks.len() >= MIN_LONG
        && let Some(compressor) = kms_verify_arith::sha512::Compressor::detect()
    {
        let (pairs, rest) = blocks.as_chunks();
        compressor.compress_pairs(state, pairs);
        return compress512(state, rest);
    }
    compress512(state, blocks);
}
