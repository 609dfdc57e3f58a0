//! The decision (FIPS 204 Algorithm 8, lines 8 to 13).

use super::challenge::sample_in_ball;
use super::expand::ExpandedKey;
use super::ntt::Transformed;
use super::rounding::absorb_w1;
use super::signature::Signature;
use crate::keccak::Shake256;
use crate::simd::{Lanes, Task};

impl ExpandedKey {
    /// Whether the signature is one of this key over the message with this representative mu. A signature that was decoded
    /// for another parameter set is not.
    pub fn verify(&self, signature: &Signature, mu: &[u8; 64]) -> bool {
        self.set == signature.set
            && self.backend.run(Verify {
                key: self,
                signature,
                mu,
            })
    }
}

struct Verify<'a> {
    key: &'a ExpandedKey,
    signature: &'a Signature,
    mu: &'a [u8; 64],
}

impl Task for Verify<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> bool {
        let Self { key, signature, mu } = self;
        let parameters = key.set.parameters();
        let commitment_hash = signature.commitment_hash.as_bytes();
        let c = sample_in_ball(parameters, commitment_hash, key.backend).transform(lanes);
        let mut hash = Shake256::new(key.backend);
        hash.update(mu);
        for ((row, minus_t1), hints) in key.rows().zip(signature.hints.polynomials()) {
            // w' = A z - c t1 2^d
            let w = Transformed::sum_of_products(lanes, (row, &signature.z), (&c, minus_t1));
            absorb_w1(&mut hash, parameters.gamma2, &w, hints);
        }
        let hashed = hash.finish();
        // What is compared is the whole commitment hash, which has 32, 48 or 64 bytes.
        hashed.get(..commitment_hash.len()) == Some(commitment_hash)
    }
}
