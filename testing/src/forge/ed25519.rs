//! Ed25519 keys and signatures (RFC 8032), with freely chosen R and key components of small order.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use kms_verify::{KeySpec, SigningAlgorithm, VerifyingKey};
use num_bigint::BigUint;

use super::{Hash, verifying_key};
use crate::{bytes_of, number, spki};

/// dom2(1, ""), the first input to the hash of Ed25519ph with an empty context.
pub const DOM2_PH: &[u8] = b"SigEd25519 no Ed25519 collisions\x01\x00";

/// A key A = aB + T, where T has small order: the identity, unless requested otherwise.
#[derive(Clone)]
pub struct Key {
    pub a: Scalar,
    pub point: EdwardsPoint,
}

impl Key {
    pub fn new(label: &str) -> Self {
        Self::with_torsion(label, 0)
    }

    /// T is one of the eight points of small order; 0 is the identity.
    pub fn with_torsion(label: &str, t: usize) -> Self {
        let a = scalar(&format!("a of {label}"));
        let point = EdwardsPoint::mul_base(&a) + EIGHT_TORSION[t];
        Self { a, point }
    }

    pub fn encoded(&self) -> [u8; 32] {
        self.point.compress().0
    }

    pub fn spki(&self) -> Vec<u8> {
        spki(&self.encoded())
    }

    pub fn verifying_key(&self, algorithm: SigningAlgorithm) -> VerifyingKey {
        verifying_key(&self.spki(), algorithm)
    }

    /// A regular signature over everything after this domain separator, which is empty for pure Ed25519.
    pub fn sign(&self, domain: &[u8], message: &[u8]) -> Vec<u8> {
        let r = scalar("r");
        self.sign_with(&EdwardsPoint::mul_base(&r).compress().0, r, domain, message)
    }

    /// R in this encoding, and S = r + ka.
    pub fn sign_with(&self, big_r: &[u8; 32], r: Scalar, domain: &[u8], message: &[u8]) -> Vec<u8> {
        let s = r + self.challenge(big_r, domain, message) * self.a;
        [*big_r, s.to_bytes()].concat()
    }

    /// k.
    pub fn challenge(&self, big_r: &[u8; 32], domain: &[u8], message: &[u8]) -> Scalar {
        let hash = Hash::Sha512.digest(&[domain, big_r, &self.encoded(), message].concat());
        Scalar::from_bytes_mod_order_wide(&hash.try_into().unwrap())
    }
}

fn scalar(label: &str) -> Scalar {
    Scalar::from_bytes_mod_order(bytes_of(label, 32).try_into().unwrap())
}

pub fn spki(encoded: &[u8]) -> Vec<u8> {
    spki::encode(KeySpec::EccNistEdwards25519, encoded)
}

/// L, the order of the base point.
pub fn order() -> BigUint {
    number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed")
}

/// Non-canonical encodings of points: y is not less than p, or the sign bit is set for x = 0.
///
/// Of small order: `Ok`. There are six, the points with y = 0, 1 and -1. Of any other order: `Err`.
pub fn non_canonical_encodings() -> Vec<Result<[u8; 32], [u8; 32]>> {
    use curve25519_dalek::edwards::CompressedEdwardsY;
    let p = (BigUint::from(1_u32) << 255) - 19_u32;
    let low = [BigUint::from(1_u32), &p - 1_u32];
    let beyond_p = (0..19_u32).map(|y| &p + y);
    let mut found = Vec::new();
    for y in low.into_iter().chain(beyond_p) {
        for sign in [0, 0x80] {
            let mut encoding: [u8; 32] = [y.to_bytes_le(), vec![0; 32]].concat()[..32].try_into().unwrap();
            encoding[31] |= sign;
            if let Some(point) = CompressedEdwardsY(encoding).decompress() {
                if point.compress().0 == encoding {
                    continue;
                }
                found.push(if point.is_small_order() {
                    Ok(encoding)
                } else {
                    Err(encoding)
                });
            }
        }
    }
    found
}
