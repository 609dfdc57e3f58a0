//! The matrix of a key (ExpandA, FIPS 204 Algorithm 32), row by row.

use alloc::vec::Vec;

use super::PublicKey;
use super::ntt::{Rows, Transformed};
use super::parameters::{COEFFICIENTS, MAX_L, Parameters, Q};
use crate::keccak::States;
use crate::simd::{Lanes, Task};

/// What is done with the matrix.
pub(super) trait Use {
    /// Takes the next row: its polynomials, in the order of FIPS 204 (coefficient 16 i + j in row i, column j), all
    /// coefficients less than q.
    fn row<const N: usize, L: Lanes<N>>(&mut self, lanes: L, polynomials: &[&Rows]);
}

/// All polynomials of the matrix, row after row.
pub(super) struct Kept(pub(super) Vec<Transformed>);

impl Use for Kept {
    #[inline(always)]
    fn row<const N: usize, L: Lanes<N>>(&mut self, lanes: L, polynomials: &[&Rows]) {
        for polynomial in polynomials {
            self.0.push(Transformed(lanes.transpose(polynomial)));
        }
    }
}

/// The product of the matrix and a vector, divided by 2^32, with coefficients less than `PRODUCT_BOUND`.
pub(super) struct Product<'a> {
    /// The vector, in the order of FIPS 204.
    pub(super) vector: &'a [&'a Rows],
    pub(super) product: Vec<Transformed>,
}

impl Use for Product<'_> {
    #[inline(always)]
    fn row<const N: usize, L: Lanes<N>>(&mut self, lanes: L, polynomials: &[&Rows]) {
        let mut sums = [[0; 16]; 16];
        for (i, sums) in sums.iter_mut().enumerate() {
            *sums = lanes.sums_of_products::<Q>(polynomials, self.vector, i);
        }
        self.product.push(Transformed(lanes.transpose(&sums)));
    }
}

impl PublicKey {
    /// Samples the rows of the matrix in their order, and returns tr = H(pk, 64).
    pub(super) fn expand(&self, rows: &mut impl Use) -> [u8; 64] {
        self.backend.run_widest(Expand {
            parameters: self.set.parameters(),
            encoded: &self.encoded,
            bound: Q,
            rows,
        })
    }
}

/// Samples the matrix and computes tr. All of this is SHAKE: each lane takes the next polynomial when it has finished
/// one, and tr is computed beside the lanes.
pub(super) struct Expand<'a, U> {
    pub(super) parameters: &'a Parameters,
    pub(super) encoded: &'a [u8],
    /// The bound on the coefficients: q. Tests lower it, so that more are rejected.
    pub(super) bound: u32,
    pub(super) rows: &'a mut U,
}

/// The number of polynomials for which there is space: eight that are sampled, and up to six before them whose row is not
/// complete.
const SPACE: usize = 16;

/// A polynomial, or its beginning.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Sampled {
    /// With space for the surplus of the last block.
    coefficients: [[u32; 16]; 20],
    len: usize,
}

impl<U: Use> Task for Expand<'_, U> {
    type Output = [u8; 64];

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> [u8; 64] {
        const { assert!(N + MAX_L <= SPACE) };
        let Parameters { k, l, .. } = *self.parameters;
        let mut rho = [0; 4];
        for (word, bytes) in rho.iter_mut().zip(self.encoded.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        let mut states = States::<N>::new();
        let mut hash = States::<1>::new();
        let (mut blocks_hashed, mut hashed) = (0, false);

        // Polynomial i is at i modulo `SPACE`.
        let mut sampled = [const {
            Sampled {
                coefficients: [[0; 16]; 20],
                len: 0,
            }
        }; SPACE];
        // The polynomial of each lane.
        let mut work = [None; N];
        // The numbers of polynomials that were started, and of rows that were completed.
        let (mut started, mut rows) = (0, 0);
        while rows < k || !hashed {
            for (lane, work) in work.iter_mut().enumerate() {
                if work.is_none() && started < k * l && started < rows * l + SPACE {
                    // RejNTTPoly (Algorithm 30) of rho, s and r, a byte each.
                    states.start_shake128(lane, &rho, ((started % l) | (started / l) << 8) as u16);
                    sampled[started % SPACE].len = 0;
                    *work = Some(started % SPACE);
                    started += 1;
                }
            }
            if hashed {
                states.permute(lanes);
            } else {
                hashed = hash.absorb_shake256(0, self.encoded, blocks_hashed);
                blocks_hashed += 1;
                states.permute_beside(lanes, &mut hash);
            }
            for (work, block) in work.iter_mut().zip(&lanes.blocks(&states.words(lanes))) {
                if let Some(at) = *work {
                    let Sampled { coefficients, len } = &mut sampled[at];
                    *len = lanes.append_below(self.bound, block, coefficients, *len);
                    if *len >= COEFFICIENTS {
                        *work = None;
                    }
                }
            }
            while rows < k {
                let first = rows * l;
                let complete = started >= first + l
                    && (first..first + l).all(
                        #[inline(always)]
                        |i| sampled[i % SPACE].len >= COEFFICIENTS,
                    );
                if !complete {
                    break;
                }
                let polynomials: [&Rows; MAX_L] = core::array::from_fn(
                    #[inline(always)]
                    |s| {
                        let [polynomial @ .., _, _, _, _] = &sampled[(first + s) % SPACE].coefficients;
                        polynomial
                    },
                );
                self.rows.row(lanes, &polynomials[..l]);
                rows += 1;
            }
        }
        let mut tr = [0; 64];
        for (bytes, word) in tr.as_chunks_mut().0.iter_mut().zip(hash.output::<8>(0)) {
            *bytes = word.to_le_bytes();
        }
        tr
    }
}
