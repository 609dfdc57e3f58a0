//! Comparison of the matrix and the challenge with FIPS 204.

use std::vec::Vec;

use shake::{ExtendableOutput as _, Update as _, XofReader as _};

use super::SETS;
use crate::keccak::Shake256;
use crate::ml_dsa::challenge::sample_in_ball;
use crate::ml_dsa::matrix::{Expand, Kept};
use crate::ml_dsa::parameters::{COEFFICIENTS, Q};
use crate::simd::Backend;
use crate::simd::tests::Random;

/// RejNTTPoly (Algorithm 30), for any q of 23 bits, and the number of blocks of SHAKE128 that it read.
fn sample_by_definition(rho: &[u8], s: u8, r: u8, q: u32) -> (Vec<u32>, usize) {
    let mut hash = shake::Shake128::default();
    hash.update(rho);
    hash.update(&[s, r]);
    let mut output = hash.finalize_xof();
    let mut coefficients = Vec::new();
    let mut read = 0;
    while coefficients.len() < COEFFICIENTS {
        let mut c = [0; 3];
        output.read(&mut c);
        read += 3;
        let x = u32::from_le_bytes([c[0], c[1], c[2] & 0x7f, 0]);
        coefficients.extend((x < q).then_some(x));
    }
    (coefficients, usize::div_ceil(read, 168))
}

/// With q, five blocks are nearly always enough. With a smaller bound, lanes need six to thirty, and end at different
/// times.
#[test]
fn the_matrix_is_that_of_fips_204_after_any_number_of_blocks() {
    let mut random = Random::new(1);
    let mut most_blocks = 0;
    for set in SETS {
        let parameters = set.parameters();
        for bound in [Q, Q, Q, 7_800_000, 7_600_000, 7_000_000, 4_000_000, 2_000_000] {
            let encoded = random.bytes(parameters.public_key_len());
            let mut expected_tr = [0; 64];
            let mut hash = shake::Shake256::default();
            hash.update(&encoded);
            hash.finalize_xof().read(&mut expected_tr);
            let expected: Vec<_> = (0..parameters.k * parameters.l)
                .map(|i| {
                    let (r, s) = (i / parameters.l, i % parameters.l);
                    let (polynomial, blocks) = sample_by_definition(&encoded[..32], s as u8, r as u8, bound);
                    most_blocks = most_blocks.max(blocks);
                    assert!(bound != Q || blocks >= 5);
                    polynomial
                })
                .collect();
            for backend in Backend::all() {
                let mut matrix = Kept(Vec::new());
                let tr = backend.run_widest(Expand {
                    parameters,
                    encoded: &encoded,
                    bound,
                    rows: &mut matrix,
                });
                assert_eq!(tr, expected_tr);
                assert_eq!(matrix.0.len(), expected.len());
                for (polynomial, expected) in matrix.0.iter().zip(&expected) {
                    for (i, x) in expected.iter().enumerate() {
                        assert_eq!(polynomial.0[i % 16][i / 16], *x, "{}, {bound}", backend.name());
                    }
                }
            }
        }
    }
    assert!(most_blocks > 20);
}

#[test]
fn the_challenge_is_that_of_fips_204() {
    let mut random = Random::new(2);
    for set in SETS {
        let parameters = set.parameters();
        for _ in 0..500 {
            let commitment_hash = random.bytes(parameters.challenge_len);
            // SampleInBall (Algorithm 29), literally.
            let mut hash = shake::Shake256::default();
            hash.update(&commitment_hash);
            let mut output = hash.finalize_xof();
            let mut signs = [0; 8];
            output.read(&mut signs);
            let mut c = [0_i32; COEFFICIENTS];
            for i in COEFFICIENTS - parameters.tau..COEFFICIENTS {
                let mut j = [0];
                output.read(&mut j);
                while usize::from(j[0]) > i {
                    output.read(&mut j);
                }
                let j = usize::from(j[0]);
                c[i] = c[j];
                let h = i + parameters.tau - COEFFICIENTS;
                c[j] = if signs[h / 8] >> (h % 8) & 1 == 0 { 1 } else { -1 };
            }
            for backend in Backend::all() {
                let mut hash = Shake256::new(backend);
                hash.update(&commitment_hash);
                let mut sampled = [[0; 16]; 16];
                sample_in_ball(parameters, hash.output(), &mut sampled);
                for (x, expected) in sampled.as_flattened().iter().zip(c) {
                    assert_eq!(i64::from(*x), i64::from(expected).rem_euclid(i64::from(Q)));
                }
            }
        }
    }
}
