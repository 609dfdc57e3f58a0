//! Residues and sums in lanes, on a model of the instructions, which every machine has; and the instructions of the CPU.

use super::super::comb::{Comb, sum_of};
use super::super::double_scalar_mul::{Addition, sum_on_words, terms, with_additions};
use super::super::field::Field;
use super::super::lanes::field::{FourWords, LaneField};
use super::super::lanes::one_sum;
use super::super::lanes::residues::{Residues, Sums, multiple_of_p};
use super::super::lanes::sums::sums_of;
use super::super::montgomery::Modulus;
use super::super::named::{p256::P256, p384::P384, p521::P521, secp256k1::Secp256k1, sm2::Sm2};
use super::super::point::{AffinePoint, Xyzz};
use super::super::scalar::Scalar;
use super::super::{Curve, Tuning};
use super::double_scalar_mul::random_point;
use super::oracle::{Oracle, Random, to_affine};
use super::scalar::{edge_scalars, random_scalar, small};
use crate::lanes::model::Model;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::lanes::{EightLanes, FourLanes, Lanes, order};
use num_bigint::BigUint;
use std::vec::Vec;

type Lane<F> = Residues<8, 5, Model, F>;

fn number<const L: usize>(limbs: [u64; L]) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |sum, limb| (sum << 52) + *limb)
}

fn numbers<F: LaneField<5> + FourWords>(residues: Lane<F>) -> [BigUint; 8] {
    core::array::from_fn(|lane| number(residues.limbs().map(|limb| limb[lane])))
}

/// Limbs at their bounds, of a number below a multiple of p.
fn extreme<F: LaneField<5> + FourWords>(random: &mut Random, multiple: u32) -> Lane<F> {
    let p = prime::<F>();
    let lanes: [[u64; 5]; 8] = [(); 8].map(|()| {
        loop {
            let limbs = [(); 5].map(|()| match random.below(5) {
                0 => (1 << 52) - 1,
                1 => 0,
                2 => 1,
                _ => random.word() >> 12,
            });
            let limbs = match random.below(4) {
                0 => [limbs[0], limbs[1], limbs[2], limbs[3], limbs[4] >> 4],
                // Multiples of p, and what is just below them.
                1 => {
                    let multiple = &p * (1 + random.below(multiple as usize) as u64) - 1_u8 - random.below(2) as u64;
                    let mut words = multiple.to_u64_digits();
                    words.resize(5, 0);
                    core::array::from_fn(|i| {
                        let (word, shift) = (52 * i / 64, 52 * i % 64);
                        let pair = u128::from(words[word]) | u128::from(*words.get(word + 1).unwrap_or(&0)) << 64;
                        (pair >> shift) as u64 & ((1 << 52) - 1)
                    })
                }
                _ => limbs,
            };
            if number(limbs) < &p * multiple {
                return limbs;
            }
        }
    });
    Lane::from_limbs(Model, core::array::from_fn(|i| lanes.map(|limbs| limbs[i])))
}

fn prime<F: LaneField<5> + FourWords>() -> BigUint {
    number(F::P)
}

/// Products, sums of products, squares and differences of numbers at and near their bounds.
fn arithmetic_at_the_bounds<C: Tuning<Field: LaneField<5> + FourWords>>() {
    let p = prime::<C::Field>();
    let r = BigUint::from(1_u8) << 260;
    let mut random = Random(97);
    for _ in 0..2000 {
        let (x, y) = (extreme::<C::Field>(&mut random, 4), extreme(&mut random, 4));
        let (z, small) = (extreme::<C::Field>(&mut random, 2), extreme::<C::Field>(&mut random, 1));
        let mask = random.word() as u8;
        let product = numbers(x.mul(y).carry());
        let square = numbers(x.square().carry());
        let sum = numbers(Lane::sum_of_products(z, small, small, y).carry());
        let difference = numbers(z.to_sum().sub(small).carry());
        let negated = numbers(small.to_sum().negate_where(mask).carry());
        let above = Sums::splat(Model, &multiple_of_p::<5, C::Field>(4, 3));
        let large = (0..7).fold(above.minus(small.to_sum()), |sum, _| sum.add(y.to_sum()));
        let shrunk = numbers(large.shrink().carry());
        let [x, y, z, small] = [x, y, z, small].map(numbers);
        for i in 0..8 {
            let is = |result: &BigUint, expected: BigUint| assert_eq!(result % &p, expected % &p, "{i}");
            is(&(&product[i] * &r), &x[i] * &y[i]);
            is(&(&square[i] * &r), &x[i] * &x[i]);
            is(&(&sum[i] * &r), &z[i] * &small[i] + &small[i] * &y[i]);
            for product in [&product[i], &square[i], &sum[i]] {
                assert!(*product < &p * 2_u8);
            }
            assert_eq!(difference[i], &z[i] + &p * 2_u8 - &small[i]);
            match mask >> i & 1 {
                1 => assert_eq!(negated[i], &p * 2_u8 - &small[i]),
                _ => assert_eq!(negated[i], small[i]),
            }
            is(&shrunk[i], &y[i] * 7_u8 + &p * 4_u8 - &small[i]);
            assert!(shrunk[i] < (BigUint::from(1_u8) << 256) + (BigUint::from(1_u8) << 231));
        }
    }
}

#[test]
fn arithmetic_at_the_bounds_of_each_prime() {
    arithmetic_at_the_bounds::<P256>();
    arithmetic_at_the_bounds::<Secp256k1>();
    arithmetic_at_the_bounds::<Sm2>();
}

/// Products of any factors below `R`, also with all limbs at their bounds.
fn products_by_rows_at_the_bounds<const L: usize, C: Curve<Field: LaneField<L>>>() {
    let (p, r) = (number(C::Field::P), BigUint::from(1_u8) << (52 * L));
    let mut random = Random(109);
    for round in 0..500 {
        let mut factor = || {
            let limbs: [[u64; 8]; L] = core::array::from_fn(|_| {
                core::array::from_fn(|lane| match random.below(4) {
                    _ if (round + lane) % 8 == 0 => (1 << 52) - 1,
                    0 => (1 << 52) - 1,
                    1 => random.below(2) as u64,
                    _ => random.word() >> 12,
                })
            });
            (Residues::<8, L, Model, C::Field>::from_limbs(Model, limbs), limbs)
        };
        let ((x, x_limbs), (y, y_limbs)) = (factor(), factor());
        let product = x.mul_by_rows(y).carry().limbs();
        for lane in 0..8 {
            let [x, y, product] = [x_limbs, y_limbs, product].map(|limbs| number(limbs.map(|limb| limb[lane])));
            assert_eq!(&product * &r % &p, &x * &y % &p);
            assert!(product <= (&x * &y / &r) + &p);
        }
    }
}

#[test]
fn products_by_rows_at_the_bounds_of_each_prime() {
    products_by_rows_at_the_bounds::<5, P256>();
    products_by_rows_at_the_bounds::<5, Secp256k1>();
    products_by_rows_at_the_bounds::<5, Sm2>();
    products_by_rows_at_the_bounds::<8, P384>();
    products_by_rows_at_the_bounds::<11, P521>();
}

/// Elements in limbs and back, also from `x + p`.
fn limbs_keep_their_value<const L: usize, C: Curve<Field: LaneField<L>>>() {
    let mut random = Random(113);
    let p = number(C::Field::P);
    for round in 0..200 {
        let element = match round {
            0 => C::Field::ZERO,
            _ => C::Field::from_integer(&random.below_modulus(&C::Order::VALUE, C::ORDER_BITS)).unwrap(),
        };
        for element in [element, element.negate()] {
            let limbs = element.to_limbs();
            assert_eq!(C::Field::from_limbs(&limbs), element);
            assert!(number(limbs) < p);
            let above = number(limbs) + &p;
            let above = core::array::from_fn(|i| {
                let limb = (&above >> (52 * i)) & BigUint::from((1_u64 << 52) - 1);
                limb.to_u64_digits().first().copied().unwrap_or(0)
            });
            assert_eq!(C::Field::from_limbs(&above), element);
        }
    }
}

#[test]
fn limbs_of_each_field_keep_their_value() {
    limbs_keep_their_value::<5, P256>();
    limbs_keep_their_value::<5, Secp256k1>();
    limbs_keep_their_value::<5, Sm2>();
    limbs_keep_their_value::<8, P384>();
    limbs_keep_their_value::<11, P521>();
}

/// Elements that are loaded and stored again, also as `x + p`.
fn elements_keep_their_value<C: Curve<Field: LaneField<5> + FourWords>>() {
    let mut random = Random(101);
    let p = prime::<C::Field>();
    for _ in 0..200 {
        let elements: [C::Field; 8] =
            [(); 8].map(|()| C::Field::from_integer(&random.below_modulus(&C::Order::VALUE, 256)).unwrap());
        let loaded = Lane::load(Model, elements.each_ref());
        assert_eq!(loaded.store(), elements);
        let p_limbs = core::array::from_fn(|i| {
            let limb = (&p >> (52 * i)) & BigUint::from((1_u64 << 52) - 1);
            [limb.to_u64_digits().first().copied().unwrap_or(0); 8]
        });
        let p = Lane::<C::Field>::from_limbs(Model, p_limbs);
        assert_eq!(loaded.to_sum().add(p.to_sum()).carry().store(), elements);
    }
}

#[test]
fn elements_of_each_field_keep_their_value() {
    elements_keep_their_value::<P256>();
    elements_keep_their_value::<Secp256k1>();
    elements_keep_their_value::<Sm2>();
}

/// Sums on the model against those alone, with edges among them; at infinity, they are infinity.
fn sums_on_the_model<C: Oracle + Tuning<Field: LaneField<5> + FourWords>>() {
    let mut random = Random(103);
    let edges = edge_scalars::<C>();
    for point in [AffinePoint::generator(), random_point::<C>(&mut random)] {
        let table = Comb::<Xyzz<C>>::new(point.into());
        let start = C::generator_comb().last().unwrap();
        let mut given_up = 0;
        for round in 0..20 {
            let mut scalar = |lane: usize| match (round + lane) % 3 {
                0 => random_scalar(&mut random),
                _ => edges[random.below(edges.len())],
            };
            let scalars: [[Scalar<C>; 2]; 8] = core::array::from_fn(|lane| match lane + round {
                20 => [Scalar::ZERO; 2],
                21 => [scalar(lane), Scalar::ZERO],
                22 => [Scalar::ZERO, scalar(lane)],
                _ => [scalar(lane), scalar(lane)],
            });
            let terms = scalars.map(|[u1, u2]| terms(u1, u2, &table));
            for (sum, terms) in sums_of(Model, start, &terms).iter().zip(&terms) {
                let alone = to_affine(&sum_of(<Xyzz<C> as super::super::point::Sum<C>>::INFINITY, terms));
                match to_affine(sum) {
                    None => given_up += usize::from(alone.is_some()),
                    sum => assert_eq!(sum, alone),
                }
            }
        }
        // Those whose terms meet on the way, which many do if Q is G.
        assert!(given_up < 100, "{given_up}");
    }
}

/// One sum in lanes, on the model, against that on words.
fn one_sum_on_the_model<const L: usize, C: Oracle + Tuning<Field: LaneField<L>>>() {
    let mut random = Random(107);
    let edges = edge_scalars::<C>();
    for point in [AffinePoint::generator(), random_point::<C>(&mut random)] {
        let mut given_up = 0;
        for round in 0..150 {
            let mut scalar = |i: usize| match (round + i) % 3 {
                0 => random_scalar(&mut random),
                _ => edges[random.below(edges.len())],
            };
            let (u1, u2) = (scalar(0), scalar(1));
            with_additions(u1, u2, &point, |additions| {
                let on_words = to_affine(&sum_on_words(additions));
                match one_sum::sum_of(Model, additions) {
                    None => given_up += usize::from(on_words.is_some()),
                    Some(sum) => assert_eq!(to_affine(&sum), on_words),
                }
            });
        }
        assert!(given_up < 100, "{given_up}");
    }
}

#[test]
fn one_sum_of_each_curve_on_the_model() {
    one_sum_on_the_model::<5, P256>();
    one_sum_on_the_model::<5, Secp256k1>();
    one_sum_on_the_model::<5, Sm2>();
    one_sum_on_the_model::<8, P384>();
    one_sum_on_the_model::<11, P521>();
}

/// Two sums of up to six points that often meet: each is given up exactly if it meets the next point, or its negative, in lanes.
fn two_sums_on_the_model<C: Oracle + Tuning<Field: LaneField<5> + FourWords>>() {
    let mut random = Random(109);
    let few: Vec<AffinePoint<C>> = (1..=3)
        .map(|multiple| {
            to_affine(&with_additions(
                small(multiple),
                Scalar::ZERO,
                &AffinePoint::generator(),
                sum_on_words,
            ))
            .unwrap()
        })
        .chain([random_point(&mut random), random_point(&mut random)])
        .collect();
    let mut given_up = 0;
    for _ in 0..1000 {
        let [a, b] = [(); 2].map(|()| {
            (0..random.below(7))
                .map(|_| Addition {
                    position: 0,
                    point: &few[random.below(few.len())],
                    negative: random.below(2) == 1,
                })
                .collect::<Vec<_>>()
        });
        let in_lanes = a.len().min(b.len());
        let meets = |additions: &[Addition<'_, C>]| {
            (1..in_lanes).any(|i| match to_affine(&sum_on_words(&additions[..i])) {
                Some(sum) => sum.x == additions[i].point.x,
                None => true,
            }) || in_lanes > 0 && to_affine(&sum_on_words(&additions[..in_lanes])).is_none()
        };
        let expected = (in_lanes > 0 && !meets(&a) && !meets(&b))
            .then(|| [&a, &b].map(|additions| to_affine(&sum_on_words(additions))));
        given_up += usize::from(expected.is_none());
        let found = one_sum::pair::two_sums_of(Model, [&a, &b]);
        assert_eq!(found.map(|sums| sums.map(|sum| to_affine(&sum))), expected);
    }
    assert!((100..900).contains(&given_up), "{given_up}");
}

#[test]
fn two_sums_of_each_curve_on_the_model() {
    two_sums_on_the_model::<P256>();
    two_sums_on_the_model::<Secp256k1>();
    two_sums_on_the_model::<Sm2>();
}

#[test]
fn sums_of_each_curve_on_the_model() {
    sums_on_the_model::<P256>();
    sums_on_the_model::<Secp256k1>();
    sums_on_the_model::<Sm2>();
}

/// Each instruction, on random and extreme words, in terms of those that all lanes have.
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
fn common<const N: usize, V: Lanes<N>>(lanes: V, rows: &[[u64; 4]; N], results: &mut Vec<V::Vector>) {
    let [x, y, z, w] = lanes.load_transposed(rows.each_ref());
    let low = lanes.splat((1 << 52) - 1);
    let (f, g) = (lanes.and(x, low), lanes.and(y, low));
    let small = lanes.shift_right(z, 12);
    results.extend([x, y, z, w, low]);
    results.extend([
        lanes.add(lanes.shift_right(x, 1), lanes.shift_right(y, 1)),
        lanes.and(x, w),
        lanes.add_product_low(small, f, g),
        lanes.add_product_high(small, f, g),
    ]);
    for count in 0..64 {
        results.extend([lanes.shift_left(x, count), lanes.shift_right(x, count)]);
    }
    for mask in 0..=u8::MAX {
        results.push(lanes.sub_where(mask, low, f));
        results.push(lanes.select(mask, x, y));
    }
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
fn four<V: FourLanes>(lanes: V, rows: &[[u64; 4]; 8]) -> Vec<[u64; 4]> {
    let rows = [rows[0], rows[1], rows[2], rows[3]];
    let [x, y, _, w] = lanes.load_transposed(rows.each_ref());
    let mut results = Vec::new();
    common(lanes, &rows, &mut results);
    for mask in 0..16 {
        results.push(lanes.permute_where::<{ order(3, 0, 0, 2) }>(mask, x));
        results.push(lanes.permute_where::<{ order(1, 2, 3, 0) }>(mask, y));
        results.push(lanes.zero_unless(mask, w));
    }
    results.into_iter().map(|x| lanes.store(x)).collect()
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
fn eight<V: EightLanes>(lanes: V, rows: &[[u64; 4]; 8]) -> Vec<[u64; 8]> {
    let [x, y, _, w] = lanes.load_transposed(rows.each_ref());
    let mut results = Vec::new();
    common(lanes, rows, &mut results);
    for mask in 0..=u8::MAX {
        results.push(lanes.permute_fours_where::<{ order(3, 0, 0, 2) }>(mask, x));
        results.push(lanes.permute_fours_where::<{ order(1, 2, 3, 0) }>(mask, y));
        results.push(lanes.zero_unless(mask, w));
    }
    results.into_iter().map(|x| lanes.store(x)).collect()
}

#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
#[test]
fn instructions_are_those_of_the_model() {
    use crate::x86::{Ifma256, Ifma512, Task};

    struct All<'a, V>(V, &'a [[u64; 4]; 8]);
    impl Task for All<'_, Ifma256> {
        type Output = Vec<[u64; 4]>;
        fn run(self) -> Self::Output {
            four(self.0, self.1)
        }
    }
    impl Task for All<'_, Ifma512> {
        type Output = Vec<[u64; 8]>;
        fn run(self) -> Self::Output {
            eight(self.0, self.1)
        }
    }

    let (Some(ifma256), Some(ifma512)) = (Ifma256::detect(), Ifma512::detect()) else {
        return;
    };
    let mut random = Random(89);
    for _ in 0..200 {
        let rows = [(); 8].map(|()| {
            [(); 4].map(|()| match random.below(6) {
                0 => u64::MAX,
                1 => 0,
                2 => (1 << 52) - 1,
                _ => random.word(),
            })
        });
        // Factors of the model are below 2^52, as those here.
        assert_eq!(ifma256.run(All(ifma256, &rows)), four(Model, &rows));
        assert_eq!(ifma512.run(All(ifma512, &rows)), eight(Model, &rows));
    }
}
