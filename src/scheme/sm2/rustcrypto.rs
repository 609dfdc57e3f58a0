//! SM2 by the `sm2` crate, for builds with `--cfg kms_verify_backend="portable"`.

use sm2::dsa::signature::hazmat::PrehashVerifier as _;
use sm2::elliptic_curve::sec1::FromSec1Point as _;

/// A point of sm2p256v1, other than infinity.
#[derive(Clone, Debug)]
pub(super) struct Point(sm2::dsa::VerifyingKey);

/// The numbers r and s, each at least 1 and less than the order n of the curve.
#[derive(Debug)]
pub(super) struct Pair(sm2::dsa::Signature);

impl Point {
    /// `None` if a coordinate is no field element, or if the point is not on the curve.
    pub(super) fn new(coordinates: &[u8; 64]) -> Option<Self> {
        let point = sm2::Sec1Point::from_untagged_bytes(&(*coordinates).into());
        let point = sm2::PublicKey::from_sec1_point(&point).into_option()?;
        // The crate's own ID and its hash are not used.
        sm2::dsa::VerifyingKey::new("", point).ok().map(Self)
    }

    /// The point as it is: there are no tables.
    pub(super) fn precomputed(&self) -> Self {
        self.clone()
    }

    /// There are no tables.
    pub(super) fn table_size(&self) -> usize {
        0
    }

    /// Whether the pair is a signature over the digest e (GB/T 32918.2 section 7.1, B5 to B7).
    pub(super) fn holds(&self, pair: &Pair, digest: &[u8]) -> bool {
        self.0.verify_prehash(digest, &pair.0).is_ok()
    }
}

impl Pair {
    /// `None` unless both numbers are in range (GB/T 32918.2 section 7.1, B1 and B2).
    pub(super) fn new(r: [u8; 32], s: [u8; 32]) -> Option<Self> {
        sm2::dsa::Signature::from_scalars(r, s).ok().map(Self)
    }
}
