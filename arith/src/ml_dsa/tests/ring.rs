//! Comparison of the ring with schoolbook multiplication, and of the transform with FIPS 204.

use std::vec::Vec;

use crate::ml_dsa::matrix::{Product, Use as _};
use crate::ml_dsa::ntt::{INPUT_BOUND, PRODUCT_BOUND, Polynomial, Rows, Transformed};
use crate::ml_dsa::parameters::{COEFFICIENTS, MAX_L, Q};
use crate::simd::tests::Random;
use crate::simd::{Backend, Lanes, Task};

type Coefficients = [u32; COEFFICIENTS];

const ZETA: u64 = 1753;

fn polynomial(coefficients: &Coefficients) -> Polynomial {
    let mut polynomial = Polynomial::ZERO;
    polynomial.0.as_flattened_mut().copy_from_slice(coefficients);
    polynomial
}

/// NTT (Algorithm 41), literally.
fn transform_by_definition(w: &Coefficients) -> Coefficients {
    let q = u64::from(Q);
    let power = |exponent: u8| (0..exponent).fold(1, |power, _| power * ZETA % q);
    let mut w = w.map(|x| u64::from(x) % q);
    let mut m = 0_u8;
    let mut len = 128;
    while len >= 1 {
        for start in (0..256).step_by(2 * len) {
            m += 1;
            let z = power(m.reverse_bits());
            for j in start..start + len {
                let t = z * w[j + len] % q;
                w[j + len] = (w[j] + q - t) % q;
                w[j] = (w[j] + t) % q;
            }
        }
        len /= 2;
    }
    w.map(|x| x as u32)
}

/// The product modulo X^256 + 1.
fn schoolbook(x: &Coefficients, y: &Coefficients) -> Coefficients {
    let q = i64::from(Q);
    let mut product = [0; COEFFICIENTS];
    for (i, x) in x.iter().enumerate() {
        for (j, y) in y.iter().enumerate() {
            let term = i64::from(*x) * i64::from(*y) % q;
            let sum: &mut i64 = &mut product[(i + j) % COEFFICIENTS];
            *sum += if i + j < COEFFICIENTS { term } else { -term };
        }
    }
    product.map(|x| x.rem_euclid(q) as u32)
}

/// Polynomials whose coefficients are less than a bound: the smallest, the largest, single ones, and random ones.
fn samples(random: &mut Random, bound: u32) -> Vec<Coefficients> {
    let mut samples = std::vec![[0; COEFFICIENTS], [1; COEFFICIENTS], [bound - 1; COEFFICIENTS]];
    samples.push(core::array::from_fn(|i| if i % 2 == 0 { bound - 1 } else { 0 }));
    samples.push(core::array::from_fn(|i| if i < 128 { bound - 1 } else { 0 }));
    for i in [0, 1, 15, 16, 17, 127, 128, 240, 255] {
        let mut single = [0; COEFFICIENTS];
        single[i] = bound - 1;
        samples.push(single);
    }
    for _ in 0..20 {
        samples.push(core::array::from_fn(|_| random.below(bound as usize) as u32));
    }
    samples
}

fn reduced(mut transformed: Transformed) -> Transformed {
    for x in transformed.0.as_flattened_mut() {
        *x %= Q;
    }
    transformed
}

#[test]
fn the_transform_is_that_of_fips_204() {
    let mut random = Random::new(1);
    for sample in samples(&mut random, INPUT_BOUND) {
        let expected = transform_by_definition(&sample);
        for backend in Backend::all() {
            let transformed = polynomial(&sample).transform(backend);
            for (i, expected) in expected.iter().enumerate() {
                let x = transformed.0[i % 16][i / 16];
                assert!(x < INPUT_BOUND + 16 * Q, "the bound that products count on");
                assert_eq!(x % Q, *expected, "{}, coefficient {i}", backend.name());
            }
        }
    }
}

#[test]
fn the_inverse_undoes_the_transform() {
    let mut random = Random::new(2);
    for sample in samples(&mut random, INPUT_BOUND) {
        for backend in Backend::all() {
            let transformed = reduced(polynomial(&sample).transform(backend));
            let inverse = inverse(&transformed, backend);
            // It multiplies by 2^32.
            for (x, original) in inverse.0.as_flattened().iter().zip(sample) {
                assert_eq!(u64::from(*x), (u64::from(original) << 32) % u64::from(Q));
            }
        }
    }
    // The largest inputs: in test builds, an overflow would panic. Zero by zero may be q before the inverse.
    for backend in Backend::all() {
        for most in [PRODUCT_BOUND - 1, PRODUCT_BOUND - 1 - Q] {
            let inverse = inverse(&Transformed([[most; 16]; 16]), backend);
            let (constant, rest) = inverse.0.as_flattened().split_first().unwrap();
            assert_eq!(u64::from(*constant), (u64::from(most) << 32) % u64::from(Q));
            assert!(rest.iter().all(|x| *x == 0));
        }
    }
}

/// Whatever was there before.
fn sum_of_products(
    backend: Backend,
    pairs: (&[Transformed], &[Transformed]),
    pair: (&Transformed, &Transformed),
    plus: Option<&Transformed>,
) -> Polynomial {
    let mut polynomial = Polynomial([[u32::MAX; 16]; 16]);
    Transformed::sum_of_products(backend, pairs, pair, plus, &mut polynomial);
    polynomial
}

/// The polynomial of these coefficients, times 2^32.
fn inverse(transformed: &Transformed, backend: Backend) -> Polynomial {
    let zero = &Transformed::ZERO;
    sum_of_products(backend, (&[], &[]), (zero, zero), Some(transformed))
}

#[test]
fn sums_of_products_are_those_of_schoolbook_multiplication() {
    let mut random = Random::new(3);
    for len in [0, 1, 4, 5, MAX_L] {
        for round in 0..samples(&mut random, Q).len() {
            let backends = Backend::all();
            let mut pick = |bound| samples(&mut random, bound).swap_remove(round);
            let x: Vec<_> = (0..len).map(|_| pick(Q)).collect();
            let y: Vec<_> = (0..len).map(|_| pick(INPUT_BOUND)).collect();
            let pair = (pick(INPUT_BOUND), pick(INPUT_BOUND));
            let mut expected = schoolbook(&pair.0, &pair.1);
            for (x, y) in x.iter().zip(&y) {
                for (sum, term) in expected.iter_mut().zip(schoolbook(x, y)) {
                    *sum = (*sum + term) % Q;
                }
            }
            for backend in backends {
                let transform = |sample: &Coefficients| polynomial(sample).transform(backend);
                let x: Vec<_> = x.iter().map(|x| reduced(transform(x))).collect();
                let y: Vec<_> = y.iter().map(transform).collect();
                let pair = (&transform(&pair.0), &transform(&pair.1));
                let sum = sum_of_products(backend, (&x, &y), pair, None);
                assert_eq!(sum.0.as_flattened(), expected, "{}, {len} products", backend.name());

                // The same, with the products of x and y before, as a row of a matrix.
                let (x, y) = (in_order(backend, &x), in_order(backend, &y));
                let product = backend.run_widest(RowBy(&x.iter().collect::<Vec<_>>(), &y.iter().collect::<Vec<_>>()));
                assert!(product.0.as_flattened().iter().all(|x| *x < PRODUCT_BOUND));
                let sum = sum_of_products(backend, (&[], &[]), pair, Some(&product));
                assert_eq!(sum.0.as_flattened(), expected, "{}, {len} products", backend.name());
            }
        }
    }
}

fn in_order(backend: Backend, polynomials: &[Transformed]) -> Vec<Rows> {
    let in_order: Vec<_> = polynomials.iter().map(|x| x.in_order(backend)).collect();
    for (x, in_order) in polynomials.iter().zip(&in_order) {
        for i in 0..COEFFICIENTS {
            assert_eq!(in_order.as_flattened()[i], x.0[i % 16][i / 16]);
        }
    }
    in_order
}

/// A row of a matrix, and a vector.
struct RowBy<'a>(&'a [&'a Rows], &'a [&'a Rows]);

impl Task for RowBy<'_> {
    type Output = Transformed;

    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Transformed {
        let mut product = Product {
            vector: self.1,
            product: Vec::new(),
        };
        product.row(lanes, self.0);
        product.product.swap_remove(0)
    }
}

/// Transformed polynomials at their bounds, which no transform reaches.
#[test]
fn sums_of_the_largest_products() {
    let most = Transformed([[INPUT_BOUND + 16 * Q - 1; 16]; 16]);
    let matrix = std::vec![Transformed([[Q - 1; 16]; 16]); MAX_L];
    let z = std::vec![most.clone(); MAX_L];
    let q = u64::from(Q);
    let largest = u64::from(INPUT_BOUND + 16 * Q - 1);
    let sum = (MAX_L as u64 * (q - 1) % q * largest + largest % q * largest) % q;
    // All coefficients of the transform are equal: it is the constant polynomial.
    for backend in Backend::all() {
        let polynomial = sum_of_products(backend, (&matrix, &z), (&most, &most), None);
        let (constant, rest) = polynomial.0.as_flattened().split_first().unwrap();
        assert_eq!(u64::from(*constant), sum);
        assert!(rest.iter().all(|x| *x == 0));

        let (matrix, z) = (in_order(backend, &matrix), in_order(backend, &z));
        let row = backend.run_widest(RowBy(&matrix.iter().collect::<Vec<_>>(), &z.iter().collect::<Vec<_>>()));
        let polynomial = sum_of_products(backend, (&[], &[]), (&most, &most), Some(&row));
        assert_eq!(polynomial.0.as_flattened().split_first().unwrap().0, constant);
        let largest_row = Transformed([[PRODUCT_BOUND - 1; 16]; 16]);
        let polynomial = sum_of_products(backend, (&[], &[]), (&most, &most), Some(&largest_row));
        let (constant, rest) = polynomial.0.as_flattened().split_first().unwrap();
        assert_eq!(
            u64::from(*constant),
            ((u64::from(PRODUCT_BOUND - 1) << 32) + largest % q * largest % q) % q
        );
        assert!(rest.iter().all(|x| *x == 0));
    }
}
