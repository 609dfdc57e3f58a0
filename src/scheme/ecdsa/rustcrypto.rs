//! ECDSA by the crates of RustCrypto, for builds with `--cfg kms_verify_backend="portable"`.

use alloc::vec::Vec;

use k256::ecdsa::signature::hazmat::PrehashVerifier as _;

use super::Curve;
use crate::der::{encode_integer_pair, integer_pair};

/// A point of one of the four curves, other than infinity.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Secp256k1(k256::ecdsa::VerifyingKey),
}

/// The numbers r and s, each at least 1 and less than the order n of the curve, beside the key that they shall hold for.
#[derive(Debug)]
pub(crate) enum Signature<'k> {
    P256(&'k p256::ecdsa::VerifyingKey, p256::ecdsa::Signature),
    P384(&'k p384::ecdsa::VerifyingKey, p384::ecdsa::Signature),
    P521(&'k p521::ecdsa::VerifyingKey, p521::ecdsa::Signature),
    Secp256k1(&'k k256::ecdsa::VerifyingKey, k256::ecdsa::Signature),
}

impl PublicKey {
    /// The key at the point with the coordinates x || y. `None` if x or y is no field element, or if the point is not
    /// on the curve.
    pub(crate) fn new(curve: Curve, coordinates: &[u8]) -> Option<Self> {
        match curve {
            Curve::P256 => {
                let point = p256::Sec1Point::from_untagged_bytes(coordinates.try_into().ok()?);
                p256::ecdsa::VerifyingKey::from_sec1_point(&point).map(Self::P256)
            }
            Curve::P384 => {
                let point = p384::Sec1Point::from_untagged_bytes(coordinates.try_into().ok()?);
                p384::ecdsa::VerifyingKey::from_sec1_point(&point).map(Self::P384)
            }
            Curve::P521 => {
                let point = p521::Sec1Point::from_untagged_bytes(coordinates.try_into().ok()?);
                p521::ecdsa::VerifyingKey::from_sec1_point(&point).map(Self::P521)
            }
            Curve::Secp256k1 => {
                let point = k256::Sec1Point::from_untagged_bytes(coordinates.try_into().ok()?);
                k256::ecdsa::VerifyingKey::from_sec1_point(&point).map(Self::Secp256k1)
            }
        }
        .ok()
    }

    /// The key as it is: there are no tables.
    pub(crate) fn precomputed(&self) -> Self {
        self.clone()
    }

    /// There are no tables.
    pub(crate) fn table_size(&self) -> usize {
        0
    }
}

impl<'k> Signature<'k> {
    /// Decodes a signature for this key. `None` unless it is strict DER, and r and s are in range.
    pub(crate) fn decode(bytes: &[u8], key: &'k PublicKey) -> Option<Self> {
        match key {
            PublicKey::P256(key) => {
                let (r, s) = integer_pair::<32>(bytes)?;
                p256::ecdsa::Signature::from_scalars(r, s).map(|signature| Self::P256(key, signature))
            }
            PublicKey::P384(key) => {
                let (r, s) = integer_pair::<48>(bytes)?;
                p384::ecdsa::Signature::from_scalars(r, s).map(|signature| Self::P384(key, signature))
            }
            PublicKey::P521(key) => {
                let (r, s) = integer_pair::<66>(bytes)?;
                p521::ecdsa::Signature::from_scalars(r, s).map(|signature| Self::P521(key, signature))
            }
            PublicKey::Secp256k1(key) => {
                let (r, s) = integer_pair::<32>(bytes)?;
                k256::ecdsa::Signature::from_scalars(r, s).map(|signature| Self::Secp256k1(key, signature))
            }
        }
        .ok()
    }

    /// Whether the signature is one over this digest (FIPS 186-5 section 6.4.2, steps 3 to 9; steps 1 and 2 are done
    /// by [`Signature::decode`]).
    pub(crate) fn holds(&self, digest: &[u8]) -> bool {
        match self {
            Self::P256(key, signature) => key.verify_prehash(digest, signature),
            Self::P384(key, signature) => key.verify_prehash(digest, signature),
            Self::P521(key, signature) => key.verify_prehash(digest, signature),
            // k256 takes the lower of s and n - s only; one verifies exactly when the other does.
            Self::Secp256k1(key, signature) => key.verify_prehash(digest, &signature.normalize_s()),
        }
        .is_ok()
    }

    /// The DER encoding of (r, s) or (r, n - s), whichever has the lower second number.
    pub(crate) fn to_der_with_low_s(&self) -> Vec<u8> {
        /// The curves have types of their own, but one way.
        macro_rules! encode {
            ($signature:ident) => {{
                let (r, s) = $signature.normalize_s().split_bytes();
                encode_integer_pair(&r, &s)
            }};
        }
        match self {
            Self::P256(_, signature) => encode!(signature),
            Self::P384(_, signature) => encode!(signature),
            Self::P521(_, signature) => encode!(signature),
            Self::Secp256k1(_, signature) => encode!(signature),
        }
    }
}
