//! The parts of a key that verification needs: its matrix (FIPS 204 Algorithm 32), its t1 (Algorithm 23), and its hash.

use alloc::vec;
use alloc::vec::Vec;

use super::encoding::unpack;
use super::ntt::{INPUT_BOUND, Transformed};
use super::parameters::{COEFFICIENTS, D, Parameters, Q, T1_BITS};
use super::{ParameterSet, PublicKey};
use crate::keccak::{SHAKE128_RATE, States};
use crate::simd::{Backend, Lanes, Task};

/// A public key with everything that verification needs: 20, 36 or 64 KiB.
#[derive(Clone, Debug)]
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
        let mut matrix = vec![Transformed::ZERO; parameters.k * parameters.l];
        let tr = key.backend.run_widest(Expand {
            parameters,
            encoded: &key.encoded,
            bound: Q,
            matrix: &mut matrix,
        });
        Self {
            set: key.set,
            tr,
            matrix,
            minus_t1: key.backend.run(DecodeT1 {
                backend: key.backend,
                k: parameters.k,
                t1: key.encoded.get(32..).unwrap_or_default(),
            }),
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

    /// The rows of A, each with its polynomial of -t1 2^d.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&[Transformed], &Transformed)> {
        self.matrix.chunks_exact(self.set.parameters().l).zip(&self.minus_t1)
    }
}

/// Computes the matrix (ExpandA, Algorithm 32), and tr. All of this is SHAKE, and each lane takes the next task when it
/// has finished one.
pub(super) struct Expand<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) encoded: &'a [u8],
    /// The bound on the coefficients: q. Tests lower it, so that more are rejected.
    pub(super) bound: u32,
    pub(super) matrix: &'a mut [Transformed],
}

/// The task of a lane.
#[derive(Clone, Copy)]
enum Work {
    /// No task is left.
    None,
    /// tr, of which this block is absorbed next.
    Hash { block: usize },
    /// A polynomial of the matrix, with `len` coefficients so far.
    Sample { index: usize, len: usize },
}

impl Task for Expand<'_> {
    type Output = [u8; 64];

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> [u8; 64] {
        let mut rho = [0; 4];
        for (word, bytes) in rho.iter_mut().zip(self.encoded.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        let mut states = States::<N>::new();
        let mut work = [Work::None; N];
        // Space for the surplus of the last block.
        let mut coefficients = [[0; 320]; N];
        let mut tr = [0; 64];

        // tr needs at least twice the permutations of a polynomial, so it is first.
        work[0] = Work::Hash { block: 0 };
        let mut next = 0;
        loop {
            let mut done = true;
            for (lane, work) in work.iter_mut().enumerate() {
                if matches!(work, Work::None) && next < self.matrix.len() {
                    // RejNTTPoly (Algorithm 30) of rho, s and r, a byte each.
                    let (r, s) = (next / self.parameters.l, next % self.parameters.l);
                    states.start_shake128(lane, &rho, (s | (r << 8)) as u16);
                    *work = Work::Sample { index: next, len: 0 };
                    next += 1;
                }
                done &= matches!(work, Work::None);
            }
            if done {
                return tr;
            }
            let mut hashed = false;
            if let Work::Hash { block } = &mut work[0] {
                hashed = states.absorb_shake256(0, self.encoded, *block);
                *block += 1;
            }
            states.permute(lanes);
            for (lane, (work, out)) in work.iter_mut().zip(&mut coefficients).enumerate() {
                match work {
                    Work::None => {}
                    Work::Hash { .. } => {
                        if hashed {
                            let words: [u64; 8] = states.output(lane);
                            for (bytes, word) in tr.as_chunks_mut().0.iter_mut().zip(words) {
                                *bytes = word.to_le_bytes();
                            }
                            *work = Work::None;
                        }
                    }
                    Work::Sample { index, len } => {
                        let mut block = [0; 26];
                        block[..SHAKE128_RATE].copy_from_slice(&states.output::<SHAKE128_RATE>(lane));
                        *len = lanes.append_below(self.bound, &block, out, *len);
                        if *len >= COEFFICIENTS {
                            let (rows, _) = out.as_chunks::<16>();
                            if let Some(rows) = rows.first_chunk() {
                                self.matrix[*index] = Transformed(lanes.transpose(rows));
                            }
                            *work = Work::None;
                        }
                    }
                }
            }
        }
    }
}

/// t1 of a public key (pkDecode, Algorithm 23), times -2^d.
struct DecodeT1<'a> {
    backend: Backend,
    k: usize,
    t1: &'a [u8],
}

impl Task for DecodeT1<'_> {
    type Output = Vec<Transformed>;

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Vec<Transformed> {
        const { assert!(((1 << T1_BITS) - 1) << D < Q && Q < INPUT_BOUND) };
        let mut transformed = Vec::with_capacity(self.k);
        for i in 0..self.k {
            let mut polynomial = unpack::<T1_BITS, N, L>(lanes, self.t1, i);
            for x in polynomial.0.as_flattened_mut() {
                *x = Q - (*x << D);
            }
            transformed.push(polynomial.transform(self.backend));
        }
        transformed
    }
}
