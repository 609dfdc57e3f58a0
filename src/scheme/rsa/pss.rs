//! RSASSA-PSS (RFC 8017 section 8.1.2) with the parameters that KMS uses: a salt as long as the digest, and MGF1 with
//! the same hash function.

use super::super::hash::{HashFunction, Hasher};

/// Whether this is the encoding of a message with this digest.
pub(super) fn is_encoding_of(encoded: &mut [u8], hash: HashFunction, digest: &[u8]) -> bool {
    consistent(encoded, hash, digest).is_some()
}

/// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2). `Some` for "consistent".
///
/// The modulus has 8 * emLen bits, so emBits is one less, and the encoded message has one leftmost bit that must be
/// zero. Steps 1 and 2, the hashing of the message, are done by the caller.
fn consistent(encoded: &mut [u8], hash: HashFunction, m_hash: &[u8]) -> Option<()> {
    let h_len = m_hash.len();
    let s_len = h_len;

    // 3. Too short for the hash, the salt and their two bytes: the subtractions below would fail.
    // 4. The last byte.
    let (trailer, encoded) = encoded.split_last_mut()?;
    require(*trailer == 0xbc)?;
    // 5. maskedDB || H.
    let db_len = encoded.len().checked_sub(h_len)?;
    let (db, h) = encoded.split_at_mut_checked(db_len)?;
    // 6. The leftmost 8 * emLen - emBits = 1 bit of maskedDB.
    require(db.first()? & 0x80 == 0)?;
    // 7. and 8. DB = maskedDB xor MGF1(H).
    mask(db, hash, h);
    // 9. The leftmost bit again, which the mask may have set.
    *db.first_mut()? &= 0x7f;
    // 10. Zeros, a one, and then a salt of exactly sLen bytes.
    let (padding, salt) = db.split_at_checked(db.len().checked_sub(s_len)?)?;
    let (one, zeros) = padding.split_last()?;
    require(*one == 0x01 && zeros.iter().all(|byte| *byte == 0))?;
    // 11. to 14. H' = Hash(eight zeros || mHash || salt) must be H.
    let h_prime = Hasher::new(hash).hash(&[&[0; 8], m_hash, salt]);
    require(h_prime.as_bytes() == h)
}

/// Applies MGF1 of `seed` to `data` (RFC 8017 appendix B.2.1).
fn mask(data: &mut [u8], hash: HashFunction, seed: &[u8]) {
    let h_len = seed.len().max(1);
    for (counter, block) in (0_u32..).zip(data.chunks_mut(h_len)) {
        let mask = Hasher::new(hash).hash(&[seed, &counter.to_be_bytes()]);
        for (byte, mask) in block.iter_mut().zip(mask.as_bytes()) {
            *byte ^= mask;
        }
    }
}

fn require(condition: bool) -> Option<()> {
    condition.then_some(())
}
