//! The fields written here beside those of fiat-crypto, which are proven: what they gain.
//!
//!     cargo test --release -p kms-verify-arith beside_fiat_crypto -- --ignored --nocapture

use super::super::Curve;
use super::super::field::{Field, Invertible};
use super::super::named::{p256, p384, secp256k1, sm2};
use fiat_crypto::{p256_64::*, p384_64::*, secp256k1_montgomery_64::*, sm2_64::*};
use std::hint::black_box;
use std::println;
use std::time::Instant;

/// Nanoseconds of a step that depends on the one before: the best of many rounds.
fn nanoseconds<T: Copy>(start: T, step: impl Fn(T) -> T) -> f64 {
    const STEPS: u32 = 10_000;
    let round = || {
        let from = Instant::now();
        black_box((0..STEPS).fold(black_box(start), |x, _| step(x)));
        from.elapsed().as_secs_f64() * 1e9 / f64::from(STEPS)
    };
    (0..101).map(|_| round()).fold(f64::INFINITY, f64::min)
}

macro_rules! beside {
    ($name:literal, $curve:ty, $element:ident, $mul:ident, $square:ident) => {{
        let (x, y) = <$curve>::GENERATOR;
        let (fiat_x, fiat_y) = ($element(x.to_integer()), $element(y.to_integer()));
        let fiat_mul = |x| {
            let mut product = $element(Default::default());
            $mul(&mut product, &$element(x), &fiat_y);
            product.0
        };
        let fiat_square = |x| {
            let mut square = $element(Default::default());
            $square(&mut square, &$element(x));
            square.0
        };
        println!(
            "| {} | {:.1} | {:.1} | {:.1} | {:.1} |",
            $name,
            nanoseconds(x, |x| x.mul(y)),
            nanoseconds(fiat_x.0, fiat_mul),
            nanoseconds(x, |x| x.square()),
            nanoseconds(fiat_x.0, fiat_square),
        );
    }};
}

#[test]
#[ignore = "a measurement"]
fn beside_fiat_crypto() {
    println!("| field | product, ns | fiat-crypto's | square, ns | fiat-crypto's |");
    beside!(
        "P-256",
        p256::P256,
        fiat_p256_montgomery_domain_field_element,
        fiat_p256_mul,
        fiat_p256_square
    );
    beside!(
        "P-384",
        p384::P384,
        fiat_p384_montgomery_domain_field_element,
        fiat_p384_mul,
        fiat_p384_square
    );
    beside!(
        "secp256k1",
        secp256k1::Secp256k1,
        fiat_secp256k1_montgomery_montgomery_domain_field_element,
        fiat_secp256k1_montgomery_mul,
        fiat_secp256k1_montgomery_square
    );
    beside!(
        "SM2",
        sm2::Sm2,
        fiat_sm2_montgomery_domain_field_element,
        fiat_sm2_mul,
        fiat_sm2_square
    );
}
