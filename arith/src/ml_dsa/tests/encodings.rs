//! Comparison of the decoders with FIPS 204, and a test for each rule.

use std::vec::Vec;

use super::SETS;
use crate::ml_dsa::parameters::{COEFFICIENTS, Parameters, Q};
use crate::ml_dsa::signature::{Hints, Product};
use crate::ml_dsa::{ParameterSet, PublicKey, Signature};
use crate::simd::Backend;
use crate::simd::tests::Random;

/// HintBitUnpack (Algorithm 21), literally.
fn hints_by_definition(parameters: &Parameters, y: &[u8]) -> Option<Vec<Vec<u8>>> {
    let omega = parameters.omega;
    let mut h = Vec::new();
    let mut index = 0;
    for i in 0..parameters.k {
        let end = usize::from(y[omega + i]);
        if end < index || end > omega {
            return None;
        }
        let first = index;
        let mut polynomial = Vec::new();
        while index < end {
            if index > first && y[index - 1] >= y[index] {
                return None;
            }
            polynomial.push(y[index]);
            index += 1;
        }
        h.push(polynomial);
    }
    y[index..omega].iter().all(|unused| *unused == 0).then_some(h)
}

fn check_hints(parameters: &Parameters, encoded: &[u8]) -> bool {
    let expected = hints_by_definition(parameters, encoded);
    let hints = Hints::decode(parameters, encoded).map(|hints| {
        hints
            .polynomials()
            .take(parameters.k)
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    });
    assert_eq!(hints, expected, "{encoded:?}");
    expected.is_some()
}

/// A genuine encoding of hints.
fn some_hints(parameters: &Parameters, random: &mut Random) -> Vec<u8> {
    let mut encoded = std::vec![0; parameters.omega];
    let used = random.below(parameters.omega + 1);
    let mut ends: Vec<_> = (1..parameters.k).map(|_| random.below(used + 1)).collect();
    ends.push(used);
    ends.sort_unstable();
    let mut start = 0;
    for end in &ends {
        let mut positions: Vec<_> = (0..=255_u8).collect();
        while positions.len() > end - start {
            positions.remove(random.below(positions.len()));
        }
        encoded[start..*end].copy_from_slice(&positions);
        start = *end;
    }
    encoded.extend(ends.iter().map(|end| *end as u8));
    encoded
}

#[test]
fn hints_are_decoded_as_by_fips_204() {
    let mut random = Random::new(1);
    for set in SETS {
        let parameters = set.parameters();
        let (mut accepted, mut rejected) = (0, 0);
        for _ in 0..300 {
            let genuine = some_hints(parameters, &mut random);
            assert!(check_hints(parameters, &genuine));
            for _ in 0..100 {
                let mut changed = genuine.clone();
                for _ in 0..=random.below(2) {
                    let at = random.below(changed.len());
                    changed[at] = match random.below(5) {
                        0 => random.word() as u8,
                        1 => changed[at].wrapping_add(1),
                        2 => changed[at].wrapping_sub(1),
                        3 => 0,
                        _ => changed[random.below(genuine.len())],
                    };
                }
                if check_hints(parameters, &changed) {
                    accepted += 1;
                } else {
                    rejected += 1;
                }
            }
            check_hints(parameters, &random.bytes(genuine.len()));
        }
        assert!(accepted > 1000 && rejected > 1000, "{accepted} {rejected}");
    }
}

/// Coefficients of z as BITS bits each, low bits first (BitPack, Algorithm 17).
fn pack(numbers: &[u32], bits: usize) -> Vec<u8> {
    let mut bytes = std::vec![0; numbers.len() * bits / 8];
    for (i, number) in numbers.iter().enumerate() {
        for bit in 0..bits {
            let at = i * bits + bit;
            bytes[at / 8] |= ((number >> bit & 1) as u8) << (at % 8);
        }
    }
    bytes
}

/// A key of zeros.
fn some_key(set: ParameterSet, backend: Backend) -> PublicKey {
    let encoded = std::vec![0; set.parameters().public_key_len()];
    PublicKey::with_backend(set, &encoded, backend).unwrap().precomputed()
}

fn signature_with_z(set: ParameterSet, z: &[i64]) -> Vec<u8> {
    let parameters = set.parameters();
    let bits = parameters.gamma1.bits();
    let gamma1 = 1_i64 << (bits - 1);
    let encoded: Vec<_> = z.iter().map(|z| u32::try_from(gamma1 - z).unwrap()).collect();
    let mut signature = std::vec![0; parameters.challenge_len];
    signature.extend(pack(&encoded, bits));
    signature.resize(parameters.signature_len(), 0);
    signature
}

#[test]
fn the_norm_of_z_has_its_bound_in_every_coefficient() {
    for set in SETS {
        let parameters = set.parameters();
        let gamma1 = 1_i64 << (parameters.gamma1.bits() - 1);
        let bound = gamma1 - i64::from(parameters.beta);
        let count = COEFFICIENTS * parameters.l;
        for backend in Backend::all() {
            let key = some_key(set, backend);
            let decodes = |z: &[i64]| Signature::decode(&key, &signature_with_z(set, z)).is_some();
            assert!(decodes(&std::vec![bound - 1; count]));
            assert!(decodes(&std::vec![1 - bound; count]));
            for at in (0..count).step_by(7).chain([count - 1]) {
                for value in [bound, bound + 1, gamma1, -bound, -bound - 1, 1 - gamma1] {
                    let mut z = std::vec![0; count];
                    z[at] = value;
                    assert!(!decodes(&z), "{set:?}, z[{at}] = {value}");
                }
            }
        }
    }
}

/// Every coefficient and every bit of z is decoded, and transformed.
#[test]
fn z_is_decoded_as_by_fips_204() {
    use crate::ml_dsa::ntt::Polynomial;
    let mut random = Random::new(2);
    for set in SETS {
        let parameters = set.parameters();
        let bound = (1_i64 << (parameters.gamma1.bits() - 1)) - i64::from(parameters.beta);
        for _ in 0..20 {
            let z: Vec<i64> = (0..COEFFICIENTS * parameters.l)
                .map(|_| random.below(2 * bound as usize - 1) as i64 - (bound - 1))
                .collect();
            let signature = signature_with_z(set, &z);
            for backend in Backend::all() {
                let key = some_key(set, backend).precomputed();
                let decoded = Signature::decode(&key, &signature).unwrap();
                let Product::Factors(_, decoded) = decoded.product else {
                    unreachable!("the matrix is precomputed");
                };
                assert_eq!(decoded.len(), parameters.l);
                for (transformed, z) in decoded.iter().zip(z.chunks(COEFFICIENTS)) {
                    let mut polynomial = Polynomial::ZERO;
                    for (x, z) in polynomial.0.as_flattened_mut().iter_mut().zip(z) {
                        *x = z.rem_euclid(i64::from(Q)) as u32;
                    }
                    let expected = polynomial.transform(Backend::Baseline);
                    for (x, expected) in transformed.0.as_flattened().iter().zip(expected.0.as_flattened()) {
                        assert_eq!(x % Q, expected % Q);
                    }
                }
            }
        }
    }
}

#[test]
fn lengths() {
    for set in SETS {
        let parameters = set.parameters();
        for len in (0..6000).chain([1 << 20]) {
            let bytes = std::vec![0; len];
            assert_eq!(
                PublicKey::decode(set, &bytes).is_some(),
                len == parameters.public_key_len()
            );
        }
        let key = some_key(set, Backend::detect());
        let genuine = signature_with_z(set, &std::vec![0; COEFFICIENTS * parameters.l]);
        for len in (0..6000).chain([1 << 20]) {
            let mut resized = genuine.clone();
            resized.resize(len, 0);
            assert_eq!(
                Signature::decode(&key, &resized).is_some(),
                len == parameters.signature_len()
            );
        }
    }
}

#[test]
fn a_precomputed_key_says_what_it_takes() {
    for (set, size) in SETS.into_iter().zip([20, 36, 64]) {
        for backend in Backend::all() {
            let encoded = Random::new(3).bytes(set.parameters().public_key_len());
            let key = PublicKey::with_backend(set, &encoded, backend).unwrap();
            let precomputed = key.precomputed();
            assert_eq!(key.table_size(), 0);
            assert_eq!(precomputed.table_size(), size << 10);
            assert_eq!(key.tr(), precomputed.tr());
        }
    }
}
