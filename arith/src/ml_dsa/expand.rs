//! A key with everything that verification needs.

use alloc::vec::Vec;

use super::encoding::unpack;
use super::matrix::Kept;
use super::ntt::{INPUT_BOUND, Transformed, transform};
use super::parameters::{D, Q, T1_BITS};
use super::{ParameterSet, PublicKey};
use crate::simd::{Backend, Lanes, Task};

/// A public key with everything that verification needs: 20, 36 or 64 KiB.
#[derive(Debug)]
pub(super) struct ExpandedKey {
    set: ParameterSet,
    tr: [u8; 64],
    /// A in k rows of l, all coefficients less than q.
    matrix: Vec<Transformed>,
    /// -t1 2^d, transformed.
    minus_t1: Vec<Transformed>,
}

impl ExpandedKey {
    pub(super) fn new(key: &PublicKey) -> Self {
        let parameters = key.set.parameters();
        let mut matrix = Kept(Vec::with_capacity(parameters.k * parameters.l));
        let tr = key.expand(&mut matrix);
        Self {
            set: key.set,
            tr,
            matrix: matrix.0,
            minus_t1: (0..parameters.k).map(|r| key.minus_t1(r)).collect(),
        }
    }

    /// The size on the heap in bytes.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.matrix[..]) + size_of_val(&self.minus_t1[..])
    }

    /// tr = H(pk, 64), the hash of the key, which is the first input to every mu.
    pub(super) fn tr(&self) -> &[u8; 64] {
        &self.tr
    }

    /// Row r of A, and its polynomial of -t1 2^d.
    pub(super) fn row(&self, r: usize) -> (&[Transformed], &Transformed) {
        let l = self.set.parameters().l;
        (&self.matrix[r * l..(r + 1) * l], &self.minus_t1[r])
    }
}

impl PublicKey {
    /// -t1 2^d, transformed: polynomial `r` of t1 (pkDecode, Algorithm 23).
    pub(super) fn minus_t1(&self, r: usize) -> Transformed {
        self.backend.run(DecodeT1 {
            backend: self.backend,
            t1: self.encoded.get(32..).unwrap_or_default(),
            r,
        })
    }
}

struct DecodeT1<'a> {
    backend: Backend,
    t1: &'a [u8],
    r: usize,
}

impl Task for DecodeT1<'_> {
    type Output = Transformed;

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Transformed {
        const { assert!(((1 << T1_BITS) - 1) << D < Q && Q < INPUT_BOUND) };
        let mut minus_t1 = Transformed::ZERO;
        unpack::<T1_BITS, N, L>(lanes, self.t1, self.r, &mut minus_t1.0);
        for x in minus_t1.0.as_flattened_mut() {
            *x = Q - (*x << D);
        }
        transform(&mut minus_t1.0, self.backend);
        minus_t1
    }
}
