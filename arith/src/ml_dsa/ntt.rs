//! Polynomials modulo X^256 + 1 and q, and their number-theoretic transform (FIPS 204 sections 7.5 and 7.6).
//!
//! All numbers are unsigned, and less than a multiple of q that fits in 32 bits: the bounds are constants here. The
//! code consists of plain loops over 16 rows of 16 coefficients, which compilers turn into vector instructions (with
//! AVX-512, `Lanes` has explicit ones for them): the transform combines rows in its first four layers, exchanges rows and
//! columns, and combines rows in its last four.

use super::parameters::{COEFFICIENTS, Q};
use crate::simd::{Backend, Factors, Lanes, Task, Way};

pub(super) type Rows = [[u32; 16]; 16];

/// A polynomial: coefficient 16 i + j is in row i, column j.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Polynomial(pub(super) Rows);

/// A transformed polynomial: coefficient 16 i + j of FIPS 204 is in row j, column i.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Transformed(pub(super) Rows);

/// The bound on coefficients that are passed to `Polynomial::transform`.
pub(super) const INPUT_BOUND: u32 = 2 * Q;
/// Each of the eight layers adds at most 2 q.
const TRANSFORMED_BOUND: u32 = INPUT_BOUND + 8 * 2 * Q;
/// The bounds on each coefficient before the layers of the inverse, the last layer first. The bound doubles in each
/// layer.
pub(super) const INVERSE_BOUNDS: [[u32; 4]; 2] = {
    let mut bounds = [[0; 4]; 2];
    let (mut bound, mut layer) = (PRODUCT_BOUND, 8);
    while layer > 0 {
        layer -= 1;
        bounds[layer / 4][layer % 4] = bound;
        bound *= if layer > 0 { 2 } else { 1 };
    }
    bounds
};
/// The bound on sums of products that are divided by 2^32.
pub(super) const PRODUCT_BOUND: u32 = 2 * Q;
/// The number of products in a sum: a row of the matrix by z, and the challenge by t1.
const MAX_PRODUCTS: usize = super::parameters::MAX_L + 1;

const _: () = {
    // The sums of the last layer of the inverse: 512 q, a tenth of a percent less than 2^32.
    assert!(2 * INVERSE_BOUNDS[0][0] as u64 <= 1 << 32);
    assert!(INVERSE_BOUNDS[0][0] == 256 * Q);
    // A sum of products, of which the challenge by t1 is one of transformed polynomials and the others have a factor below
    // q: its high half is less than q.
    let q = Q as u64;
    let transformed = TRANSFORMED_BOUND as u64;
    let sum = (MAX_PRODUCTS - 1) as u64 * q * transformed + transformed * transformed;
    assert!(sum >> 32 < q);
    assert!(sum == 450 * q * q);
};

const fn power(base: u64, mut exponent: u32) -> u64 {
    let q = Q as u64;
    let (mut square, mut result) = (base, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % q;
        }
        square = square * square % q;
        exponent >>= 1;
    }
    result
}

/// The factors for the blocks of rows of a layer, for each column.
struct Layers([Factors; 15]);

impl Layers {
    /// Of layers 0 to 3 (`half` is 0) or 4 to 7 (1). Block b of layer 4 half + i is at 2^i - 1 + b.
    const fn new(half: u32, inverse: bool, way: Way) -> Self {
        let mut layers = [Factors::ZERO; 15];
        let mut layer = 0;
        while layer < 4 {
            let mut block = 0;
            while block < 1 << layer {
                let mut column = 0;
                while column < 16 {
                    // m of Algorithms 41 and 42. In the second half, columns are blocks of the first four layers.
                    let m = if half == 0 {
                        (1 << layer) + block
                    } else {
                        (16 << layer) + (column << layer) + block
                    };
                    let zeta = power(1753, (m as u8).reverse_bits() as u32);
                    // The factors of Algorithm 42, -zetas[m] in descending order of m, are the inverses.
                    let factor = if inverse { power(zeta, Q - 2) } else { zeta };
                    layers[(1 << layer) - 1 + block as usize].set(column as usize, way, Q, factor);
                    column += 1;
                }
                block += 1;
            }
            layer += 1;
        }
        Self(layers)
    }
}

/// The factors of the transform and of its inverse, for one way to multiply.
struct Tables {
    forward: [Layers; 2],
    inverse: [Layers; 2],
    /// 2^32 / 256: the last factor of the inverse, and the number that sums of products were divided by.
    last: Factors,
}

impl Tables {
    const fn new(way: Way) -> Self {
        Self {
            forward: [Layers::new(0, false, way), Layers::new(1, false, way)],
            inverse: [Layers::new(0, true, way), Layers::new(1, true, way)],
            last: Factors::all(way, Q, (1 << 32) / COEFFICIENTS as u64),
        }
    }

    #[inline(always)]
    fn of<const N: usize, L: Lanes<N>>(_: L) -> &'static Self {
        static QUOTIENT: Tables = Tables::new(Way::Quotient);
        static MONTGOMERY: Tables = Tables::new(Way::Montgomery);
        match L::PRODUCTS {
            Way::Quotient => &QUOTIENT,
            Way::Montgomery => &MONTGOMERY,
        }
    }
}

/// Four layers of Algorithm 41. Each is a function of its own, because LLVM unrolls loops within loops only in part.
#[inline(always)]
fn forward<const N: usize, L: Lanes<N>>(lanes: L, rows: &mut Rows, layers: &Layers) {
    forward_layer::<0, N, L>(lanes, rows, layers);
    forward_layer::<1, N, L>(lanes, rows, layers);
    forward_layer::<2, N, L>(lanes, rows, layers);
    forward_layer::<3, N, L>(lanes, rows, layers);
}

#[inline(always)]
fn forward_layer<const LAYER: usize, const N: usize, L: Lanes<N>>(lanes: L, rows: &mut Rows, layers: &Layers) {
    let len = 8 >> LAYER;
    for (block, rows) in rows.chunks_exact_mut(2 * len).enumerate() {
        let factors = &layers.0[(1 << LAYER) - 1 + block];
        let (upper, lower) = rows.split_at_mut(len);
        for (x, y) in upper.iter_mut().zip(lower) {
            lanes.butterflies::<Q>(x, y, factors);
        }
    }
}

/// Four layers of Algorithm 42.
#[inline(always)]
fn inverse<const N: usize, L: Lanes<N>>(lanes: L, rows: &mut Rows, layers: &Layers, bounds: &[u32; 4]) {
    inverse_layer::<3, N, L>(lanes, rows, layers, bounds);
    inverse_layer::<2, N, L>(lanes, rows, layers, bounds);
    inverse_layer::<1, N, L>(lanes, rows, layers, bounds);
    inverse_layer::<0, N, L>(lanes, rows, layers, bounds);
}

#[inline(always)]
fn inverse_layer<const LAYER: usize, const N: usize, L: Lanes<N>>(
    lanes: L,
    rows: &mut Rows,
    layers: &Layers,
    bounds: &[u32; 4],
) {
    let len = 8 >> LAYER;
    for (block, rows) in rows.chunks_exact_mut(2 * len).enumerate() {
        let factors = &layers.0[(1 << LAYER) - 1 + block];
        let (upper, lower) = rows.split_at_mut(len);
        for (x, y) in upper.iter_mut().zip(lower) {
            lanes.inverse_butterflies::<Q>(x, y, bounds[LAYER], factors);
        }
    }
}

impl Polynomial {
    pub(super) const ZERO: Self = Self([[0; 16]; 16]);

    /// NTT (Algorithm 41), for coefficients less than `INPUT_BOUND`.
    #[cfg(test)]
    pub(super) fn transform(mut self, backend: Backend) -> Transformed {
        transform(&mut self.0, backend);
        Transformed(self.0)
    }
}

/// NTT (Algorithm 41), for coefficients less than `INPUT_BOUND`: of the rows of a [`Polynomial`], which become those of a
/// [`Transformed`]. In place, because copies of polynomials take a tenth of the time of a verification.
#[inline(always)]
pub(super) fn transform(rows: &mut Rows, backend: Backend) {
    backend.run_widest(Transform(rows));
}

/// A task of its own: with AVX-512, it is explicit, and what surrounds it is not.
struct Transform<'a>(&'a mut Rows);

impl Task for Transform<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let Self(rows) = self;
        let [first, last] = &Tables::of(lanes).forward;
        forward(lanes, rows, first);
        *rows = lanes.transpose(rows);
        forward(lanes, rows, last);
    }
}

impl Transformed {
    pub(super) const ZERO: Self = Self([[0; 16]; 16]);

    /// Writes the sum of the products of the pairs, and of `plus` times 2^32, as a polynomial with coefficients less than q:
    /// NTT^-1 (Algorithm 42) of sums of products (Algorithms 45 and 44). At most `MAX_L` pairs of which the first is less than
    /// q, and one more pair of transformed polynomials. The coefficients of `plus` are less than `PRODUCT_BOUND`.
    #[inline(always)]
    pub(super) fn sum_of_products(
        backend: Backend,
        pairs: (&[Self], &[Self]),
        pair: (&Self, &Self),
        plus: Option<&Self>,
        polynomial: &mut Polynomial,
    ) {
        backend.run_widest(SumOfProducts {
            pairs,
            pair,
            plus,
            rows: &mut polynomial.0,
        });
    }

    /// The coefficients in the order of FIPS 204.
    #[inline(always)]
    pub(super) fn in_order(&self, backend: Backend) -> Rows {
        backend.run_widest(Transpose(&self.0))
    }
}

/// As `Transform`.
struct SumOfProducts<'a> {
    pairs: (&'a [Transformed], &'a [Transformed]),
    pair: (&'a Transformed, &'a Transformed),
    plus: Option<&'a Transformed>,
    rows: &'a mut Rows,
}

impl Task for SumOfProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let Self {
            pairs,
            pair,
            plus,
            rows,
        } = self;
        let (mut x, mut y) = ([&pair.0.0; MAX_PRODUCTS], [&pair.1.0; MAX_PRODUCTS]);
        let mut len = 1;
        for ((x, y), pair) in x.iter_mut().zip(&mut y).skip(1).zip(pairs.0.iter().zip(pairs.1)) {
            (*x, *y) = (&pair.0.0, &pair.1.0);
            len += 1;
        }
        for (i, row) in rows.iter_mut().enumerate() {
            *row = lanes.sums_of_products::<Q>(&x[..len], &y[..len], i);
        }
        if let Some(plus) = plus {
            for (x, plus) in rows.as_flattened_mut().iter_mut().zip(plus.0.as_flattened()) {
                let sum = *x + *plus;
                // The one of the two that did not wrap around.
                *x = sum.min(sum.wrapping_sub(PRODUCT_BOUND));
            }
        }
        // The inverse times 2^32.
        let tables = Tables::of(lanes);
        inverse(lanes, rows, &tables.inverse[1], &INVERSE_BOUNDS[1]);
        *rows = lanes.transpose(rows);
        inverse(lanes, rows, &tables.inverse[0], &INVERSE_BOUNDS[0]);
        lanes.reduce_products::<Q>(rows, &tables.last);
    }
}

struct Transpose<'a>(&'a Rows);

impl Task for Transpose<'_> {
    type Output = Rows;

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) -> Rows {
        lanes.transpose(self.0)
    }
}
