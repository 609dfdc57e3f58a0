//! The decision (FIPS 204 Algorithm 8, lines 8 to 13).

use super::PublicKey;
use super::challenge::sample_in_ball;
use super::ntt::Transformed;
use super::rounding::absorb_w1;
use super::signature::{Product, Signature};
use crate::keccak::Shake256;
use crate::simd::{Lanes, Task};

impl Signature<'_> {
    /// Whether the signature is valid for the message with this representative mu.
    pub fn verify(&self, mu: &[u8; 64]) -> bool {
        self.key.backend.run(Verify { signature: self, mu })
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
        let PublicKey { set, backend, .. } = *signature.key;
        let parameters = set.parameters();
        let commitment_hash = signature.commitment_hash.as_bytes();
        let c = sample_in_ball(parameters, commitment_hash, backend).transform(backend);
        let mut hash = Shake256::new(backend);
        hash.update(mu);
        for (r, hints) in signature.hints.polynomials().take(parameters.k).enumerate() {
            // w' = A z - c t1 2^d
            let w = match &signature.product {
                Product::Factors(key, z) => {
                    let (row, minus_t1) = key.row(r);
                    Transformed::sum_of_products(backend, (row, z), (&c, minus_t1), None)
                }
                Product::Computed { product, .. } => {
                    let pair = (&c, &signature.key.minus_t1(r));
                    Transformed::sum_of_products(backend, (&[], &[]), pair, product.get(r))
                }
            };
            absorb_w1(&mut hash, parameters.gamma2, &w, hints);
        }
        let hashed = hash.finish();
        // The whole commitment hash is compared, which has 32, 48 or 64 bytes.
        hashed.get(..commitment_hash.len()) == Some(commitment_hash)
    }
}
