//! Ed25519 and Ed25519ph with an empty context (RFC 8032 section 5.1), by the strict rules.
//!
//! RFC 8032 leaves open which edge cases a verifier accepts. This one accepts a signature exactly when
//!
//! - A, the key, is canonically encoded and not of small order: such a key would verify forgeries;
//! - S is canonical: less than the order L of the base point;
//! - R is canonically encoded and not of small order: no honest signer makes such an R;
//! - \[S\]B = R + \[k\]A, the equation without the cofactor.
//!
//! These are the rules of `verify_strict` of ed25519-dalek. Every signature of an honest signer, so every one of KMS,
//! is accepted under them.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity as _;

use super::hash::{HashFunction, Hashed, Hasher};

/// A public key A that is not weak.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    encoded: [u8; 32],
    minus_a: EdwardsPoint,
}

/// Why 32 bytes are not taken as a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadKey {
    NotAPoint,
    NotCanonical,
    SmallOrder,
}

/// A signature: R as it is encoded, and S in range.
#[derive(Debug)]
pub(crate) struct Signature {
    r: [u8; 32],
    s: Scalar,
}

/// dom2(1, "") of RFC 8032 section 2: the phflag of Ed25519ph, and a context of no bytes.
const DOM2_PH: &[u8] = b"SigEd25519 no Ed25519 collisions\x01\x00";

impl PublicKey {
    /// Decodes a key (RFC 8032 section 5.1.3) and refuses a weak one.
    pub(crate) fn new(encoded: &[u8]) -> Result<Self, BadKey> {
        let encoded = encoded.try_into().map_err(|_| BadKey::NotAPoint)?;
        let a = CompressedEdwardsY(encoded).decompress().ok_or(BadKey::NotAPoint)?;
        if a.compress().0 != encoded {
            return Err(BadKey::NotCanonical);
        }
        if a.is_small_order() {
            return Err(BadKey::SmallOrder);
        }
        Ok(Self { encoded, minus_a: -a })
    }

    /// Whether the signature holds for this challenge hash (RFC 8032 section 5.1.7, step 3, without the cofactor).
    ///
    /// R is computed as \[S\]B - \[k\]A and encoded, which has one outcome, and compared with the R of the signature.
    /// So no other encoding of R is accepted, and R has small order exactly when the computed point has.
    pub(crate) fn holds(&self, signature: &Signature, challenge: &[u8]) -> bool {
        let Ok(challenge) = challenge.try_into() else {
            return false;
        };
        let k = Scalar::from_bytes_mod_order_wide(challenge);
        let r = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &self.minus_a, &signature.s);
        r.compress().0 == signature.r && !r.mul_by_cofactor().is_identity()
    }
}

impl Signature {
    /// Decodes R || S (RFC 8032 section 5.1.7, step 1). `None` unless it has 64 bytes and S is less than L.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (r, s) = bytes.split_at_checked(32)?;
        let s = Scalar::from_canonical_bytes(s.try_into().ok()?).into_option()?;
        Some(Self {
            r: r.try_into().ok()?,
            s,
        })
    }

    /// The hasher of Ed25519 up to the message: SHA-512(R || A || ... (RFC 8032 section 5.1.7, step 2).
    pub(crate) fn challenge_hasher(&self, key: &PublicKey) -> Hasher {
        let mut hasher = Hasher::new(HashFunction::Sha512);
        hasher.update(&self.r);
        hasher.update(&key.encoded);
        hasher
    }

    /// The challenge hash of Ed25519ph with an empty context: SHA-512(dom2(1, "") || R || A || SHA-512(message)).
    ///
    /// For KMS the message of Ed25519ph is itself a digest.
    pub(crate) fn challenge_ph(&self, key: &PublicKey, message: &[u8]) -> Hashed {
        let prehash = Hasher::new(HashFunction::Sha512).hash(&[message]);
        self.challenge_of_prehash(key, prehash.as_bytes())
    }

    /// The same for a message of which this is the SHA-512 digest.
    pub(crate) fn challenge_of_prehash(&self, key: &PublicKey, prehash: &[u8]) -> Hashed {
        Hasher::new(HashFunction::Sha512).hash(&[DOM2_PH, &self.r, &key.encoded, prehash])
    }
}
