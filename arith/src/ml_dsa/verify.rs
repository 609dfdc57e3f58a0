//! The decision (FIPS 204 Algorithm 8, lines 8 to 13).

use super::challenge::sample_in_ball;
use super::ntt::Transformed;
use super::rounding::absorb_w1;
use super::signature::Signature;
use crate::keccak::Shake256;
use crate::simd::{Lanes, Task};

impl Signature<'_> {
    /// Whether the signature is valid for the message with this representative mu.
    pub fn verify(&self, mu: &[u8; 64]) -> bool {
        self.backend.run(Verify { signature: self, mu })
    }
}

struct Verify<'a> {
    signature: &'a Signature<'a>,
    mu: &'a [u8; 64],
}

impl Task for Verify<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, _: L) -> bool {
        let Self { signature, mu } = self;
        let Signature {
            parameters, backend, ..
        } = *signature;
        let commitment_hash = signature.commitment_hash.as_bytes();
        let c = sample_in_ball(parameters, commitment_hash, backend).transform(backend);
        let mut hash = Shake256::new(backend);
        hash.update(mu);
        for ((row, minus_t1), hints) in signature.key.rows().zip(signature.hints.polynomials()) {
            // w' = A z - c t1 2^d
            let w = Transformed::sum_of_products(backend, (row, &signature.z), (&c, minus_t1));
            absorb_w1(&mut hash, parameters.gamma2, &w, hints);
        }
        let hashed = hash.finish();
        // The whole commitment hash is compared, which has 32, 48 or 64 bytes.
        hashed.get(..commitment_hash.len()) == Some(commitment_hash)
    }
}
