//! Signatures: their strict decoding (FIPS 204 Algorithms 27 and 21), and the bound on their norm.

use alloc::vec;
use alloc::vec::Vec;

use super::PublicKey;
use super::encoding::unpack;
use super::expand::ExpandedKey;
use super::matrix;
use super::ntt::{INPUT_BOUND, Transformed, transform};
use super::parameters::{Gamma1, MAX_K, MAX_OMEGA, Parameters, Q};
use crate::simd::{Backend, Lanes, Task};

/// A signature with a valid encoding, hints and norm, and the key to verify it.
#[derive(Clone, Debug)]
pub struct Signature<'k> {
    pub(super) key: &'k PublicKey,
    pub(super) commitment_hash: CommitmentHash,
    pub(super) hints: Hints,
    pub(super) product: Product<'k>,
}

/// A z, as far as it is computed.
#[derive(Clone, Debug)]
pub(super) enum Product<'k> {
    /// The key is precomputed: it, and z, transformed.
    Factors(&'k ExpandedKey, Vec<Transformed>),
    /// The product, transformed, divided by 2^32, and less than `PRODUCT_BOUND`. The matrix was not kept.
    Computed { tr: [u8; 64], product: Vec<Transformed> },
}

/// c~: `len` bytes.
#[derive(Clone, Debug)]
pub(super) struct CommitmentHash {
    bytes: [u8; 64],
    len: usize,
}

/// The coefficients of h that are 1.
#[derive(Clone, Debug)]
pub(super) struct Hints {
    positions: [u8; MAX_OMEGA],
    /// The end of each polynomial in `positions`. The ends do not decrease.
    ends: [u8; MAX_K],
}

impl<'k> Signature<'k> {
    /// Decodes a signature. Expands the key, unless it is precomputed.
    ///
    /// `None` if the length is not that of the parameter set (2420, 3309 or 4627 bytes), if the encoding of the hints
    /// is not the canonical one (Algorithm 21), or if a coefficient of z is not less than gamma1 - beta in absolute
    /// value (Algorithm 8, line 13).
    pub fn decode(key: &'k PublicKey, bytes: &[u8]) -> Option<Self> {
        let parameters = key.set.parameters();
        if bytes.len() != parameters.signature_len() {
            return None;
        }
        let (commitment_hash, rest) = bytes.split_at_checked(parameters.challenge_len)?;
        let (_, hints) = rest.split_at_checked(parameters.z_len())?;
        let hints = Hints::decode(parameters, hints)?;
        let z = key.backend.run(DecodeZ {
            backend: key.backend,
            parameters,
            bytes: rest,
        })?;
        Some(Self {
            key,
            commitment_hash: CommitmentHash::new(commitment_hash)?,
            hints,
            product: Product::new(key, z),
        })
    }

    /// tr = H(pk, 64) of the key.
    pub fn tr(&self) -> &[u8; 64] {
        match &self.product {
            Product::Factors(key, _) => key.tr(),
            Product::Computed { tr, .. } => tr,
        }
    }
}

impl<'k> Product<'k> {
    fn new(key: &'k PublicKey, z: Vec<Transformed>) -> Self {
        if let Some(expanded) = &key.expanded {
            return Self::Factors(expanded, z);
        }
        let z: Vec<_> = z.iter().map(|z| z.in_order(key.backend)).collect();
        let mut rows = matrix::Product {
            vector: &z.iter().collect::<Vec<_>>(),
            product: Vec::with_capacity(key.set.parameters().k),
        };
        let tr = key.expand(&mut rows);
        Self::Computed {
            tr,
            product: rows.product,
        }
    }
}

impl CommitmentHash {
    fn new(hash: &[u8]) -> Option<Self> {
        let mut bytes = [0; 64];
        bytes.get_mut(..hash.len())?.copy_from_slice(hash);
        Some(Self { bytes, len: hash.len() })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Hints {
    /// HintBitUnpack (Algorithm 21), from omega + k bytes. `None` for any encoding of the hints other than the
    /// canonical one.
    pub(super) fn decode(parameters: &Parameters, bytes: &[u8]) -> Option<Self> {
        let (positions, ends) = bytes.split_at_checked(parameters.omega)?;
        let mut start = 0;
        for end in ends {
            // Lines 4 to 5: ends do not decrease, and none is above omega.
            let polynomial = positions.get(start..usize::from(*end))?;
            // Lines 8 to 10: positions increase in a polynomial.
            if !polynomial.is_sorted_by(|before, after| before < after) {
                return None;
            }
            start = usize::from(*end);
        }
        // Lines 16 to 17: unused positions are zero.
        if positions.get(start..)?.iter().any(|unused| *unused != 0) {
            return None;
        }
        let mut hints = Self {
            positions: [0; MAX_OMEGA],
            ends: [0; MAX_K],
        };
        hints.positions.get_mut(..positions.len())?.copy_from_slice(positions);
        hints.ends.get_mut(..ends.len())?.copy_from_slice(ends);
        Some(hints)
    }

    /// The coefficients of each polynomial that are 1.
    pub(super) fn polynomials(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let end = usize::from(*end);
            let positions = self.positions.get(start..end).unwrap_or_default();
            start = end;
            positions
        })
    }
}

/// BitUnpack of z (Algorithms 19 and 27), with the check of its norm and its transform.
struct DecodeZ<'a> {
    backend: Backend,
    parameters: &'a Parameters,
    /// z, and the bytes after it.
    bytes: &'a [u8],
}

impl Task for DecodeZ<'_> {
    type Output = Option<Vec<Transformed>>;

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Self::Output {
        match self.parameters.gamma1 {
            Gamma1::TwoTo17 => decode_z::<18, N, L>(lanes, self),
            Gamma1::TwoTo19 => decode_z::<20, N, L>(lanes, self),
        }
    }
}

/// A coefficient is 2^(BITS - 1) = gamma1 minus the encoded number.
#[inline(always)]
fn decode_z<const BITS: usize, const N: usize, L: Lanes<N>>(lanes: L, task: DecodeZ<'_>) -> Option<Vec<Transformed>> {
    let gamma1 = 1 << (BITS - 1);
    const { assert!(Q + (1 << (BITS - 1)) < INPUT_BOUND) };
    let beta = task.parameters.beta;
    let mut z = vec![Transformed::ZERO; task.parameters.l];
    for (i, Transformed(rows)) in z.iter_mut().enumerate() {
        unpack::<BITS, N, L>(lanes, task.bytes, i, rows);
        // The encodings of z from gamma1 - beta - 1 down to beta + 1 - gamma1 are the numbers from beta + 1 on.
        let mut largest = [0; 16];
        for row in &mut *rows {
            for (x, largest) in row.iter_mut().zip(&mut largest) {
                *largest = x.wrapping_sub(beta + 1).max(*largest);
                *x = Q + gamma1 - *x;
            }
        }
        if largest.iter().any(|x| *x > 2 * (gamma1 - beta - 1)) {
            return None;
        }
        transform(rows, task.backend);
    }
    Some(z)
}
