//! Edwards25519 against `curve25519-dalek`.

mod encoding;
mod equation;
mod field;
mod half_size;
mod lanes;

use std::vec::Vec;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar as DalekScalar;
use num_bigint::BigUint;

use super::super::tests::Random;
use super::backend::Backend;
use super::point::Extended;
use super::{Point, Scalar};

fn power_of_two(exponent: u32) -> DalekScalar {
    (0..exponent).fold(DalekScalar::ONE, |power, _| power + power)
}

fn random_scalar(random: &mut Random) -> DalekScalar {
    let bytes: Vec<u8> = (0..8).flat_map(|_| random.word().to_le_bytes()).collect();
    DalekScalar::from_bytes_mod_order_wide(&bytes.try_into().unwrap())
}

/// Scalars whose digits are extreme: near zero, near the order, near powers of two, with runs of ones.
fn edge_scalars() -> Vec<DalekScalar> {
    let mut edges = Vec::new();
    for exponent in (0..253).step_by(7).chain([8, 15, 16, 127, 128, 248, 251, 252]) {
        for small in 0..2_u64 {
            edges.push(power_of_two(exponent) + DalekScalar::from(small));
            edges.push(power_of_two(exponent) - DalekScalar::from(small + 1));
            edges.push(-power_of_two(exponent) + DalekScalar::from(small));
        }
    }
    edges.extend([DalekScalar::ZERO, DalekScalar::ONE, -DalekScalar::ONE]);
    // Each digit 128, the largest, and each -127, the smallest.
    edges.extend([0x80, 0x81, 0x7f].map(|byte| DalekScalar::from_bytes_mod_order([byte; 32])));
    edges
}

fn ours(scalar: &DalekScalar) -> Scalar {
    Scalar::from_canonical_bytes(scalar.as_bytes()).unwrap()
}

fn decoded(point: &EdwardsPoint) -> Extended {
    Extended::decode(&point.compress().0).unwrap().0
}

fn base() -> EdwardsPoint {
    EdwardsPoint::mul_base(&DalekScalar::ONE)
}

/// p.
fn prime() -> BigUint {
    (BigUint::from(1_u8) << 255) - 19_u8
}

/// L.
fn order() -> BigUint {
    (BigUint::from(1_u8) << 252) + 27742317777372353535851937790883648493_u128
}

/// Points whose sums have every exceptional case of other formulas: small multiples of B, their negatives, and all points
/// of small order, alone and added.
fn edge_points() -> Vec<EdwardsPoint> {
    let mut random = Random(40);
    let multiples = [0_u64, 1, 2, 3].map(|x| EdwardsPoint::mul_base(&DalekScalar::from(x)));
    let any = EdwardsPoint::mul_base(&random_scalar(&mut random));
    let parts: Vec<_> = multiples
        .into_iter()
        .chain([any])
        .flat_map(|point| [point, -point])
        .collect();
    EIGHT_TORSION
        .iter()
        .flat_map(|torsion| parts.iter().map(move |point| point + torsion))
        .collect()
}

/// `cargo test --release -p kms-verify-arith the_backend_in_use -- --nocapture` says on what the tests ran.
#[test]
fn the_backend_in_use_is_named() {
    std::println!("Edwards25519: {}", Backend::detect().name());
}
