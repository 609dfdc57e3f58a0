//! RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.2): the padding is rebuilt and compared as a whole, never parsed.

use alloc::vec;
use alloc::vec::Vec;

use super::super::hash::HashFunction;

/// Whether this is the encoding of a message with this digest.
pub(super) fn is_encoding_of(encoded: &[u8], hash: HashFunction, digest: &[u8]) -> bool {
    encode(digest, hash, encoded.len()).is_some_and(|wanted| *encoded == *wanted)
}

/// EMSA-PKCS1-v1_5-ENCODE to `em_len` bytes (RFC 8017 section 9.2). The digest is step 1, done by the caller.
fn encode(digest: &[u8], hash: HashFunction, em_len: usize) -> Option<Vec<u8>> {
    // 2. T, the DigestInfo.
    let t = [digest_info_prefix(hash), digest].concat();
    // 3. and 4. PS fills what is left, at least eight bytes.
    let ps_len = em_len
        .checked_sub(t.len())?
        .checked_sub(3)
        .filter(|length| *length >= 8)?;
    // 5. 0x00 || 0x01 || PS || 0x00 || T.
    Some([&[0x00, 0x01][..], &vec![0xff; ps_len], &[0x00], &t].concat())
}

/// The DER encoding of DigestInfo up to the digest itself (RFC 8017 section 9.2, note 1).
fn digest_info_prefix(hash: HashFunction) -> &'static [u8] {
    match hash {
        HashFunction::Sha256 => &[
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20,
        ],
        HashFunction::Sha384 => &[
            0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04,
            0x30,
        ],
        HashFunction::Sha512 => &[
            0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
            0x40,
        ],
    }
}
