//! Eight numbers beside one: on the model of the instructions, which every machine has, and on the CPU.

use std::{println, vec::Vec};

use num_bigint::BigUint;

use super::super::exhaustive::Model as OneNumber;
use super::super::remainder::{power_of_two_mod, reduce};
use super::super::simd::Simd;
use super::super::tests::{Random, edge_moduli, edge_values, pick_modulus, power_of_two, to_bytes};
use super::*;
use crate::integer::Words;
use crate::lanes::model::Model;
use crate::rsa::block_montgomery::Limbs;

fn modulus<const N: usize, const K: usize>(n: &BigUint) -> BlockMontgomery<K> {
    let words: [u64; N] = words(n);
    BlockMontgomery::new::<OneNumber<52, 8>>(&words, &power_of_two_mod(&words, 2 * 416 * K as u32))
}

fn words<const N: usize>(x: &BigUint) -> [u64; N] {
    Words::from_be_bytes(&to_bytes(x, 8 * N)).expect("the length asked for")
}

/// Numbers up to 3n - 1, the largest value of a product.
fn values_below_3n(random: &mut Random, n: &BigUint) -> Vec<BigUint> {
    let len = n.to_bytes_be().len();
    let mut values = edge_values(n);
    values.extend((1..4_u32).flat_map(|k| (0..4_u32).map(move |less| n * k - 1_u32 - less)));
    values.extend((0..2_u32).map(|k| n + k));
    values.extend([power_of_two(8 * len) - 1_u32, power_of_two(8 * len)]);
    values.extend((0..20).map(|_| BigUint::from_bytes_be(&random.runs(len)) % (n * 3_u32)));
    values.extend((0..20).map(|_| BigUint::from_bytes_be(&random.bytes(len + 1)) % (n * 3_u32)));
    values
}

/// x y and x^2 of eight numbers.
struct Products<'a, V, const K: usize, const N: usize> {
    lanes: V,
    modulus: &'a BlockMontgomery<K>,
    x: &'a [Limbs; 8],
    y: &'a [Limbs; 8],
}

impl<V: Lanes<8>, const K: usize, const N: usize> Products<'_, V, K, N> {
    #[inline(always)]
    fn run(self) -> [[Limbs; 8]; 2] {
        let Self { lanes, modulus, x, y } = self;
        let numbers = |limbs: &[Limbs; 8]| -> Numbers<V, K> {
            let mut numbers = [[lanes.splat(0); 8]; K];
            for (i, four) in numbers.as_flattened_mut().as_chunks_mut().0.iter_mut().enumerate() {
                let rows = limbs
                    .each_ref()
                    .map(|limbs| limbs.limbs()[4 * i..].first_chunk().unwrap());
                *four = lanes.load_transposed(rows);
            }
            numbers
        };
        let mut eight = Eight {
            lanes,
            modulus,
            limbs: (64 * N + 2).div_ceil(52),
            numbers: numbers(x),
            columns: [[[lanes.splat(0); 8]; K]; 2],
        };
        let result = |eight: &Eight<'_, V, K>| {
            let vectors: Vec<[u64; 8]> = eight.numbers.as_flattened().iter().map(|x| lanes.store(*x)).collect();
            core::array::from_fn(|lane| {
                let limbs: Vec<u64> = vectors.iter().map(|vector| vector[lane]).collect();
                assert!(limbs.iter().all(|limb| *limb < 1 << 52));
                Limbs::from_limbs(&limbs)
            })
        };
        eight.multiply(numbers(y).as_flattened(), copy::<V>);
        let product = result(&eight);
        eight.numbers = numbers(x);
        eight.square();
        [product, result(&eight)]
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
impl<const K: usize, const N: usize> crate::x86::Task for Products<'_, crate::x86::Ifma512, K, N> {
    type Output = [[Limbs; 8]; 2];

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.run()
    }
}

/// Eight products and squares are limb by limb those of one number, and below 3n.
fn products_agree<const N: usize, const K: usize>(
    products: u64,
    compute: impl Fn(&BlockMontgomery<K>, &[Limbs; 8], &[Limbs; 8]) -> [[Limbs; 8]; 2],
    one: impl Simd,
) {
    let mut random = Random::new(products ^ K as u64);
    let edges = edge_moduli(8 * N);
    let (mut done, mut moduli) = (0, 0);
    while done < products {
        let n = match random.below(2) {
            0 => edges[random.below(edges.len() as u64) as usize].clone(),
            _ => pick_modulus(&mut random, 8 * N),
        };
        let modulus = modulus::<N, K>(&n);
        let values = values_below_3n(&mut random, &n);
        let limbs: Vec<Limbs> = values
            .iter()
            .map(|x| Limbs::from_words(&x.to_u64_digits(), 52, 8 * K))
            .collect();
        let mut pick = || core::array::from_fn::<_, 8, _>(|_| limbs[random.below(limbs.len() as u64) as usize].clone());
        for _ in 0..(products / 800).clamp(2, 1000) {
            let (x, y) = (pick(), pick());
            let [product, square] = compute(&modulus, &x, &y);
            for lane in 0..8 {
                let (x, y) = (&x[lane], &y[lane]);
                assert!(
                    product[lane].limbs() == modulus.multiply(one, x, y).limbs(),
                    "lane {lane}: n = {n:x}, {x:x?} {y:x?}"
                );
                assert!(
                    square[lane].limbs() == modulus.square(one, x).limbs(),
                    "lane {lane}: n = {n:x}, {x:x?}"
                );
            }
            done += 16;
        }
        moduli += 1;
    }
    println!("{} bits: {done} products in lanes and alone; {moduli} moduli", 64 * N);
}

fn products_agree_on_the_model<const N: usize, const K: usize>() {
    let compute = |modulus: &BlockMontgomery<K>, x: &_, y: &_| {
        Products::<_, K, N> {
            lanes: Model,
            modulus,
            x,
            y,
        }
        .run()
    };
    products_agree::<N, K>(
        if cfg!(debug_assertions) { 64 } else { 640 },
        compute,
        OneNumber::<52, 8>,
    );
}

#[test]
fn products_on_the_model() {
    products_agree_on_the_model::<32, 5>();
    products_agree_on_the_model::<48, 8>();
    products_agree_on_the_model::<64, 10>();
}

/// `RSA_PRODUCTS=34000000 cargo test --release -p kms-verify-arith products_in_lanes -- --nocapture` makes the record of a long
/// run.
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
#[test]
fn products_in_lanes_and_alone_agree() {
    fn on_the_cpu<const N: usize, const K: usize>(l: crate::x86::Ifma512, products: u64) {
        let compute = |modulus: &BlockMontgomery<K>, x: &_, y: &_| {
            l.run(Products::<_, K, N> {
                lanes: l,
                modulus,
                x,
                y,
            })
        };
        products_agree::<N, K>(products, compute, OneNumber::<52, 8>);
    }
    let Some(l) = crate::x86::Ifma512::detect() else {
        println!("skipped: no AVX-512 IFMA");
        return;
    };
    let products = crate::testing::count("RSA_PRODUCTS", if cfg!(debug_assertions) { 500 } else { 30_000 });
    on_the_cpu::<32, 5>(l, products);
    on_the_cpu::<48, 8>(l, products);
    on_the_cpu::<64, 10>(l, products);
}

/// Powers on the model, which checks that no sum overflows and no factor has more than 52 bits.
fn powers_on_the_model<const N: usize, const K: usize>() {
    let mut random = Random::new(K as u64);
    let edges = edge_moduli(8 * N);
    for (n, e) in [
        (&edges[0], 65_537),
        (&edges[2], 3),
        (&pick_modulus(&mut random, 8 * N), 65_539),
    ] {
        let values: Vec<BigUint> = values_below_3n(&mut random, n).into_iter().filter(|x| x < n).collect();
        let step = if cfg!(debug_assertions) { 5 } else { 1 };
        for eight in values.as_chunks().0.iter().step_by(step) {
            let s: &[BigUint; 8] = eight;
            let powers = modulus::<N, K>(n).eight_powers(Model, &s.each_ref().map(words::<N>), e);
            for (s, (low, high)) in s.iter().zip(&powers) {
                let power = s.modpow(&BigUint::from(e), n);
                assert!(
                    reduce(low, *high, &words(n)) == words(&power),
                    "n = {n:x}, e = {e}, s = {s:x}"
                );
                assert!(*high <= 2, "not below 3n");
            }
        }
    }
}

#[test]
fn powers_of_each_size_on_the_model() {
    powers_on_the_model::<32, 5>();
    powers_on_the_model::<48, 8>();
    powers_on_the_model::<64, 10>();
}
