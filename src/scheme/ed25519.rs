//! Strict verification of Ed25519, and of Ed25519ph with an empty context (RFC 8032 section 5.1).
//!
//! RFC 8032 does not specify all edge cases. This verifier accepts a signature if and only if
//!
//! - A, the key, is canonically encoded and not of small order: such a key would verify forgeries;
//! - S is canonical: less than the order L of the base point;
//! - R is canonically encoded and not of small order: no honest signer produces such an R;
//! - \[S\]B = R + \[k\]A, the equation without the cofactor.
//!
//! These are the rules of `verify_strict` of ed25519-dalek. They accept every signature of an honest signer, including
//! KMS.

use alloc::vec::Vec;

use super::hash::{HashFunction, Hasher, Input};
use super::{BadKey, Mode, answers_for};
use crate::backend::edwards25519::{Point, Scalar};

/// A public key A that is not weak.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    encoded: [u8; 32],
    point: Point,
}

/// A signature: the encoded R, and S in range.
#[derive(Debug)]
pub(crate) struct Signature<'k> {
    key: &'k PublicKey,
    mode: Mode,
    r: [u8; 32],
    s: Scalar,
}

/// dom2(1, "") of RFC 8032 section 2: the phflag of Ed25519ph, and a context of no bytes.
const DOM2_PH: &[u8] = b"SigEd25519 no Ed25519 collisions\x01\x00";

impl PublicKey {
    /// Decodes a key (RFC 8032 section 5.1.3) and rejects a weak one.
    pub(crate) fn new(encoded: &[u8]) -> Result<Self, BadKey> {
        let encoded = encoded.try_into().map_err(|_| BadKey::NotAPoint)?;
        let point = Point::decode(&encoded).ok_or(BadKey::NotAPoint)?;
        if !is_canonical(&encoded) {
            return Err(BadKey::NotCanonical);
        }
        if point.has_small_order() {
            return Err(BadKey::SmallOrder);
        }
        Ok(Self { encoded, point })
    }

    /// The same key with precomputed tables.
    pub(crate) fn precomputed(&self) -> Self {
        Self {
            encoded: self.encoded,
            point: self.point.precomputed(),
        }
    }

    /// The size of the tables on the heap in bytes.
    pub(crate) fn table_size(&self) -> usize {
        self.point.table_size()
    }

    /// Whether each signature over an input is valid.
    pub(crate) fn verify_many(&self, mode: Mode, pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        let decoded: Vec<_> = pairs
            .iter()
            .map(|(input, bytes)| {
                let signature = Signature::decode(self, mode, bytes)?;
                let k = input.hashed_by(|| signature.hasher(), |hashed| signature.k(hashed))?;
                Some((signature.r, signature.s, k))
            })
            .collect();
        answers_for(&decoded, |equations| self.point.equations_hold_vartime(equations))
    }
}

impl<'k> Signature<'k> {
    /// Decodes R || S (RFC 8032 section 5.1.7, step 1). `None` unless it has 64 bytes and S is less than L.
    pub(crate) fn decode(key: &'k PublicKey, mode: Mode, bytes: &[u8]) -> Option<Self> {
        let (r, s) = bytes.split_at_checked(32)?;
        Some(Self {
            key,
            mode,
            r: r.try_into().ok()?,
            s: Scalar::from_canonical_bytes(&s.try_into().ok()?)?,
        })
    }

    /// Pure: the hasher up to the message, SHA-512(R || A || ... (RFC 8032 section 5.1.7, step 2). Prehashed: SHA-512,
    /// which computes the DIGEST.
    pub(crate) fn hasher(&self) -> Hasher {
        let mut hasher = Hasher::new(HashFunction::Sha512);
        match self.mode {
            Mode::Pure => {
                hasher.update(&self.r);
                hasher.update(&self.key.encoded);
            }
            Mode::Prehashed => {}
        }
        hasher
    }

    /// Whether the signature is valid for the output of [`hasher`](Self::hasher), or for the DIGEST in its place.
    pub(crate) fn holds(&self, hashed: &[u8]) -> bool {
        self.k(hashed).is_some_and(|k| self.holds_for_k(k))
    }

    /// Whether this is an Ed25519ph signature, with an empty context, over a message with this SHA-512 digest.
    #[allow(dead_code, reason = "only the diagnosis and tests use it")]
    pub(crate) fn holds_for_prehash(&self, prehash: &[u8]) -> bool {
        self.k_of_prehash(prehash).is_some_and(|k| self.holds_for_k(k))
    }

    /// The challenge (RFC 8032 section 5.1.7, step 2), for the output of [`hasher`](Self::hasher), or for the DIGEST in its
    /// place.
    fn k(&self, hashed: &[u8]) -> Option<Scalar> {
        match self.mode {
            Mode::Pure => k_of(hashed),
            Mode::Prehashed => {
                // In KMS, the message of Ed25519ph is itself a digest.
                let prehash = Hasher::new(HashFunction::Sha512).hash(&[hashed]);
                self.k_of_prehash(prehash.as_bytes())
            }
        }
    }

    /// SHA-512(dom2(1, "") || R || A || SHA-512(message)), as a number.
    fn k_of_prehash(&self, prehash: &[u8]) -> Option<Scalar> {
        let hashed = Hasher::new(HashFunction::Sha512).hash(&[DOM2_PH, &self.r, &self.key.encoded, prehash]);
        k_of(hashed.as_bytes())
    }

    /// Whether the equation holds for this challenge (RFC 8032 section 5.1.7, step 3, without the cofactor), and R is
    /// canonically encoded and not of small order.
    fn holds_for_k(&self, k: Scalar) -> bool {
        self.key.point.equation_holds_vartime(&self.r, self.s, k)
    }
}

/// A SHA-512 digest as a number modulo L.
fn k_of(digest: &[u8]) -> Option<Scalar> {
    Some(Scalar::from_bytes_mod_order_wide(digest.try_into().ok()?))
}

/// Whether these bytes, which decode to a point, are its canonical encoding (RFC 8032 section 5.1.2): y is less than
/// 2^255 - 19, and the sign bit is clear if x is 0, that is, if y is 1 or -1.
fn is_canonical(encoded: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = encoded;
    let (sign, highest) = (highest >> 7, highest & 0x7f);
    let reaches_p = highest == 0x7f && middle.iter().all(|&byte| byte == 0xff);
    let is_one = highest == 0 && middle.iter().all(|&byte| byte == 0) && *lowest == 1;
    let is_minus_one = reaches_p && *lowest == 0xec;
    !(reaches_p && *lowest >= 0xed) && !(sign == 1 && (is_one || is_minus_one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::edwards::CompressedEdwardsY;

    #[test]
    fn the_canonical_encoding_is_the_one_that_dalek_writes() {
        let mut not_canonical = 0;
        for middle in [0, 1, 0xfe, 0xff] {
            for lowest in 0..=0xff {
                for highest in [0, 1, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff] {
                    for changed in [middle, middle ^ 1] {
                        let mut encoded = [middle; 32];
                        (encoded[0], encoded[17], encoded[31]) = (lowest, changed, highest);
                        if let Some(point) = CompressedEdwardsY(encoded).decompress() {
                            let canonical = point.compress().0 == encoded;
                            assert_eq!(is_canonical(&encoded), canonical, "{encoded:02x?}");
                            not_canonical += u32::from(!canonical);
                        }
                    }
                }
            }
        }
        // Both signs of each of the 19 values of y from 2^255 - 19 up that decode to a point, and x = 0 with its sign
        // bit set.
        assert!(not_canonical >= 10, "{not_canonical}");
    }

    /// RFC 8032 section 7.3, each number in big-endian pieces. Its message has 3 bytes, but a DIGEST in KMS has 64, so
    /// the public API cannot test it.
    #[test]
    fn the_ed25519ph_vector_of_rfc_8032_holds() {
        let bytes = |pieces: &[u128]| -> alloc::vec::Vec<u8> { pieces.iter().flat_map(|p| p.to_be_bytes()).collect() };
        let key = PublicKey::new(&bytes(&[
            0xec17_2b93_ad5e_563b_f493_2c70_e124_5034,
            0xc354_67ef_2efd_4d64_ebf8_1968_3467_e2bf,
        ]))
        .unwrap();
        let signature = bytes(&[
            0x98a7_0222_f0b8_121a_a9d3_0f81_3d68_3f80,
            0x9e46_2b46_9c7f_f876_3949_9bb9_4e6d_ae41,
            0x31f8_5042_463c_2a35_5a20_03d0_62ad_f5aa,
            0xa10b_8c61_e636_062a_aad1_1c2a_2608_3406,
        ]);
        let [pure, ph] = [Mode::Pure, Mode::Prehashed].map(|mode| Signature::decode(&key, mode, &signature).unwrap());
        let sha512 = |message: &[u8]| Hasher::new(HashFunction::Sha512).hash(&[message]);
        assert!(ph.holds(b"abc"));
        assert!(ph.holds_for_prehash(sha512(b"abc").as_bytes()));
        assert!(!ph.holds(b"abd"));
        // Hashed twice, and not at all.
        assert!(!ph.holds(sha512(b"abc").as_bytes()));
        assert!(!pure.holds(pure.hasher().hash(&[b"abc"]).as_bytes()));
    }
}
