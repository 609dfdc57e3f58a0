//! The decision (FIPS 204 Algorithm 8, lines 8 to 13), of one signature or of many with their hashes in lanes.

use alloc::vec::Vec;

use super::PublicKey;
use super::challenge::sample_in_ball;
use super::ntt::{Polynomial, Transformed, transform};
use super::parameters::MAX_W1_LEN;
use super::rounding::encode_w1;
use super::signature::{Product, Signature};
use crate::keccak::{Output, Shake256, first_64_bytes_of_many, outputs_of_many};
use crate::simd::{Lanes, Task};

impl Signature<'_> {
    /// Whether the signature is valid for the message with this representative mu.
    pub fn verify(&self, mu: &[u8; 64]) -> bool {
        let hash = |bytes| {
            let mut hash = Shake256::new(self.key.backend);
            hash.update(bytes);
            hash
        };
        let commitment = self.commitment(mu, hash(self.commitment_hash.as_bytes()).output());
        self.is_hash(&hash(commitment.as_bytes()).finish())
    }

    /// Whether each signature, all of one key, is valid for its mu. Hashes in lanes.
    pub fn verify_many(pairs: &[(&Self, [u8; 64])]) -> Vec<bool> {
        let Some(backend) = pairs.first().map(|(signature, _)| signature.key.backend) else {
            return Vec::new();
        };
        let hashes: Vec<_> = pairs
            .iter()
            .map(|(signature, _)| signature.commitment_hash.as_bytes())
            .collect();
        let commitments: Vec<_> = pairs
            .iter()
            .zip(outputs_of_many(backend, &hashes))
            .map(|((signature, mu), output)| signature.commitment(mu, output))
            .collect();
        let commitments: Vec<_> = commitments.iter().map(Commitment::as_bytes).collect();
        pairs
            .iter()
            .zip(first_64_bytes_of_many(backend, &[], &commitments))
            .map(|((signature, _), hashed)| signature.is_hash(&hashed))
            .collect()
    }

    /// The commitment that belongs to the signature, for the SHAKE256 of its commitment hash.
    #[inline(always)]
    fn commitment(&self, mu: &[u8; 64], output: Output) -> Commitment {
        let mut commitment = Commitment {
            bytes: [0; 64 + MAX_W1_LEN],
            len: 64 + self.key.set.parameters().w1_len(),
        };
        let (start, w1) = commitment.bytes.split_at_mut(64);
        start.copy_from_slice(mu);
        self.key.backend.run(Commit {
            signature: self,
            output,
            w1,
        });
        commitment
    }

    /// The whole commitment hash is compared, which has 32, 48 or 64 bytes.
    fn is_hash(&self, hashed: &[u8; 64]) -> bool {
        let commitment_hash = self.commitment_hash.as_bytes();
        hashed.get(..commitment_hash.len()) == Some(commitment_hash)
    }
}

/// mu and w1: what the commitment hash is the hash of.
struct Commitment {
    bytes: [u8; 64 + MAX_W1_LEN],
    len: usize,
}

impl Commitment {
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

struct Commit<'a> {
    signature: &'a Signature<'a>,
    output: Output,
    w1: &'a mut [u8],
}

impl Task for Commit<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, _: L) {
        let Self { signature, output, w1 } = self;
        let PublicKey { set, backend, .. } = *signature.key;
        let parameters = set.parameters();
        let mut c = Transformed::ZERO;
        sample_in_ball(parameters, output, &mut c.0);
        transform(&mut c.0, backend);
        let mut w = Polynomial::ZERO;
        let hints = signature.hints.polynomials().take(parameters.k);
        let w1 = w1.chunks_exact_mut(parameters.w1_polynomial_len());
        for (r, (hints, w1)) in hints.zip(w1).enumerate() {
            // w' = A z - c t1 2^d
            match &signature.product {
                Product::Factors(key, z) => {
                    let (row, minus_t1) = key.row(r);
                    Transformed::sum_of_products(backend, (row, z), (&c, minus_t1), None, &mut w);
                }
                Product::Computed { product, .. } => {
                    let pair = (&c, &signature.key.minus_t1(r));
                    Transformed::sum_of_products(backend, (&[], &[]), pair, product.get(r), &mut w);
                }
            }
            encode_w1(parameters.gamma2, &mut w, hints, w1);
        }
    }
}
