//! Comparison of the vector operations with their model, and of many products of the fast backend with each other.

use std::{println, vec, vec::Vec};

use num_bigint::BigUint;

use super::block_montgomery::{BlockMontgomery, Limbs};
use super::exhaustive::Model;
use super::montgomery::Montgomery;
use super::remainder::{power_of_two_mod, reduce};
use super::simd::Simd;
use super::tests::{Random, edge_moduli, edge_values, power_of_two, to_bytes};
use crate::integer::Words;
use crate::testing::count;
use crate::x86::{Ifma512, Task};

/// All operations on the lanes `x`, `y` and `z`, one after the other, as words.
#[inline(always)]
fn operations<L: Simd>(l: L, [x, y, z]: [&[u64; 8]; 3], mask: u32) -> (Vec<[u64; 8]>, [u32; 2]) {
    let (x, y, z) = (l.load(x), l.load(y), l.load(z));
    let mut vectors = vec![
        l.splat(0x0123_4567_89ab_cdef >> 8),
        l.add(x, y),
        l.add_product_low(x, y, z),
        l.add_product_high(x, y, z),
        l.limb(x),
        l.above_limb(x),
        l.add_one_where(x, mask),
        l.move_up(x, y),
        l.interleave(x, y).0,
        l.interleave(x, y).1,
    ];
    for lane in 0..8 {
        vectors.extend([l.broadcast(x, lane), l.keep_from(x, lane)]);
    }
    let words = vectors.into_iter().map(|vector| {
        let mut words = [0; 8];
        l.store(vector, &mut words);
        words
    });
    (words.collect(), [l.exceeds_limb(x), l.is_full_limb(x)])
}

/// [`operations`], compiled with the CPU features enabled.
struct Operations<'a> {
    l: Ifma512,
    lanes: [&'a [u64; 8]; 3],
    mask: u32,
}

impl Task for Operations<'_> {
    type Output = (Vec<[u64; 8]>, [u32; 2]);

    #[inline(always)]
    fn run(self) -> Self::Output {
        operations(self.l, self.lanes, self.mask)
    }
}

#[test]
fn the_cpu_does_what_the_model_says() {
    let Some(l) = Ifma512::detect() else {
        println!("skipped: no AVX-512 IFMA");
        return;
    };
    let mut random = Random::new(3);
    let edges = [
        0,
        1,
        2,
        (1 << 26) - 1,
        1 << 26,
        (1 << 51) - 1,
        1 << 51,
        (1 << 52) - 2,
        (1 << 52) - 1,
        1 << 52,
    ];
    let above = [
        (1 << 52) + 1,
        (1 << 53) - 1,
        1 << 53,
        (1 << 63) - (1 << 52),
        (1 << 63) - (1 << 53) - 1,
    ];
    let edges = [&edges[..], &above[..]].concat();
    for _ in 0..200_000 {
        let mut lanes = || -> [u64; 8] {
            core::array::from_fn(|_| match random.below(3) {
                0 => random.word() >> (1 + random.below(64).min(62)),
                _ => edges[random.below(edges.len() as u64) as usize],
            })
        };
        // Less than 2^62 for a sum of two and a product, for which the model does not let a lane overflow.
        let [x, y, z] = [lanes().map(|x| x >> 1), lanes().map(|y| y >> 1), lanes()];
        let mask = random.below(1 << 10) as u32;
        let cpu = l.run(Operations {
            l,
            lanes: [&x, &y, &z],
            mask,
        });
        assert_eq!(
            cpu,
            operations(Model::<52, 8>, [&x, &y, &z], mask),
            "{x:x?} {y:x?} {z:x?} {mask:x}"
        );
    }
}

/// Products modulo one number: chains of squares, each also computed as a product, with edge values in between.
struct Chain<const N: usize, const K: usize> {
    l: Ifma512,
    n: [u64; N],
    three_n: BigUint,
    blocks: BlockMontgomery<K>,
    portable: Montgomery<u64, N>,
    /// R of the blocks, modulo n.
    r: [u64; N],
    edges: Vec<Limbs>,
}

impl<const N: usize, const K: usize> Chain<N, K> {
    fn new(l: Ifma512, n: &BigUint) -> Self {
        let words: [u64; N] = Words::from_be_bytes(&to_bytes(n, 8 * N)).expect("the length asked for");
        let bits = 8 * 52 * K as u32;
        let mut edges = edge_values(n);
        // Up to 3n - 1, the largest possible value of a product.
        edges.extend((1..4_u32).flat_map(|k| (0..4_u32).map(move |less| n * k - 1_u32 - less)));
        edges.extend([
            n.clone(),
            n + 1_u32,
            n * 2_u32,
            n * 2_u32 + 1_u32,
            power_of_two(64 * N) - 1_u32,
            power_of_two(64 * N),
        ]);
        let limbs = |x: &BigUint| Limbs::from_words(&x.to_u64_digits(), 52, 8 * K);
        Self {
            l,
            n: words,
            three_n: n * 3_u32,
            blocks: BlockMontgomery::new::<Ifma512>(&words, &power_of_two_mod(&words, 2 * bits)),
            portable: Montgomery::new(words),
            r: power_of_two_mod(&words, bits),
            edges: edges.iter().map(limbs).collect(),
        }
    }

    /// The value modulo n, after checking that it is less than 3n: by its top, or in full if that does not decide.
    fn value(&self, x: &Limbs) -> [u64; N] {
        let (low, high) = x.to_words(52);
        if high > 0 || low[N - 1] > self.n[N - 1] {
            let value = BigUint::from_bytes_be(
                &[high]
                    .iter()
                    .chain(low.iter().rev())
                    .flat_map(|w| w.to_be_bytes())
                    .collect::<Vec<_>>(),
            );
            assert!(value < self.three_n, "not below 3n: n = {:x?}", self.n);
        }
        reduce(&low, high, &self.n)
    }

    /// `count` squares and as many products.
    fn run(&self, random: &mut Random, count: u64) {
        let mut x = self.edges[random.below(self.edges.len() as u64) as usize].clone();
        for i in 0..count / 2 {
            if i % 8 == 0 {
                x = self.edges[random.below(self.edges.len() as u64) as usize].clone();
            }
            let y = &self.edges[random.below(self.edges.len() as u64) as usize];
            let [square, product, xy, yx] = self.l.run(Products {
                l: self.l,
                n: &self.blocks,
                x: &x,
                y,
            });
            let value = self.value(&square);
            assert!(
                value == self.value(&product),
                "x^2 and x x differ: n = {:x?}, x = {x:x?}",
                self.n
            );
            let xy_value = self.value(&xy);
            assert!(
                xy_value == self.value(&yx),
                "x y and y x differ: n = {:x?}, x = {x:x?}, y = {y:x?}",
                self.n
            );
            if i % 4 == 0 {
                // x^2 / R_blocks * R_blocks / R_words is the product of the words.
                let (x, y) = (self.value(&x), self.value(y));
                let same = |ours: &[u64; N], theirs: &[u64; N]| {
                    reduce(&self.portable.multiply(ours, &self.r), 0, &self.n) == reduce(theirs, 0, &self.n)
                };
                assert!(
                    same(&value, &self.portable.square(&x)),
                    "backends differ: n = {:x?}, x = {x:x?}",
                    self.n
                );
                assert!(
                    same(&xy_value, &self.portable.multiply(&x, &y)),
                    "backends differ: n = {:x?}, {x:x?} {y:x?}",
                    self.n
                );
            }
            x = square;
        }
    }
}

/// x^2, x x, x y and y x, compiled with the CPU features enabled.
struct Products<'a, const K: usize> {
    l: Ifma512,
    n: &'a BlockMontgomery<K>,
    x: &'a Limbs,
    y: &'a Limbs,
}

impl<const K: usize> Task for Products<'_, K> {
    type Output = [Limbs; 4];

    #[inline(always)]
    fn run(self) -> [Limbs; 4] {
        let Self { l, n, x, y } = self;
        [
            n.square(l, x),
            n.multiply(l, x, x),
            n.multiply(l, x, y),
            n.multiply(l, y, x),
        ]
    }
}

fn run_chains<const N: usize, const K: usize>(products: u64) {
    let Some(l) = Ifma512::detect() else {
        println!("skipped: no AVX-512 IFMA");
        return;
    };
    let mut random = Random::new(products ^ N as u64);
    let edges = edge_moduli(8 * N);
    let share = (products / 400).max(64);
    let (mut done, mut moduli) = (0, 0);
    while done < products {
        let n = match random.below(3) {
            0 => edges[random.below(edges.len() as u64) as usize].clone(),
            1 => BigUint::from_bytes_be(&random.runs(8 * N)) | power_of_two(64 * N - 1) | power_of_two(0),
            _ => BigUint::from_bytes_be(&random.bytes(8 * N)) | power_of_two(64 * N - 1) | power_of_two(0),
        };
        Chain::<N, K>::new(l, &n).run(&mut random, share);
        done += share;
        moduli += 1;
    }
    println!(
        "{} bits: {done} products, each computed in two ways, a quarter also by the portable backend; {moduli} moduli",
        64 * N
    );
}

/// `RSA_PRODUCTS=34000000 cargo test --release -p kms-verify-arith products_computed_in_several_ways -- --nocapture` makes the record of a
/// long run.
#[test]
fn products_computed_in_several_ways_agree() {
    products_of_all_sizes(count("RSA_PRODUCTS", if cfg!(debug_assertions) { 500 } else { 30_000 }));
}

fn products_of_all_sizes(products: u64) {
    run_chains::<32, 5>(products);
    run_chains::<48, 8>(products);
    run_chains::<64, 10>(products);
}
