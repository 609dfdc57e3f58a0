//! Vectors against words, on a model of the instructions, which every machine has, and on the CPU's.

use std::vec::Vec;

use num_bigint::BigUint;

use super::super::super::comb::Accumulator;
use super::super::equation::{HalfSizeTerms, Sum};
use super::super::field::Element;
use super::super::lanes::{Elements, FourLanes, LaneSum};
use super::super::point::Extended;
use super::{Random, decoded, edge_points, edge_scalars, ours, prime};

/// The instructions, with checks: no factor has more than 52 bits, and no sum more than 64.
#[derive(Clone, Copy)]
struct Model;

fn zip(x: [u64; 4], y: [u64; 4], f: impl Fn(u64, u64) -> u64) -> [u64; 4] {
    core::array::from_fn(|i| f(x[i], y[i]))
}

fn product(x: u64, y: u64) -> u128 {
    assert!(x < 1 << 52 && y < 1 << 52, "a factor of more than 52 bits");
    u128::from(x) * u128::from(y)
}

impl FourLanes for Model {
    type Vector = [u64; 4];

    fn splat(self, x: u64) -> [u64; 4] {
        [x; 4]
    }
    fn load_transposed(self, rows: [&[u64; 4]; 4]) -> [[u64; 4]; 4] {
        core::array::from_fn(|word| rows.map(|row| row[word]))
    }
    fn store(self, x: [u64; 4]) -> [u64; 4] {
        x
    }
    fn add(self, x: [u64; 4], y: [u64; 4]) -> [u64; 4] {
        zip(x, y, |x, y| x.checked_add(y).unwrap())
    }
    fn sub_where(self, mask: u8, x: [u64; 4], y: [u64; 4]) -> [u64; 4] {
        core::array::from_fn(|i| match mask >> i & 1 {
            1 => x[i].checked_sub(y[i]).unwrap(),
            _ => y[i],
        })
    }
    fn and(self, x: [u64; 4], y: [u64; 4]) -> [u64; 4] {
        zip(x, y, |x, y| x & y)
    }
    fn shift_left<const COUNT: i32>(self, x: [u64; 4]) -> [u64; 4] {
        x.map(|x| x << COUNT)
    }
    fn shift_right<const COUNT: i32>(self, x: [u64; 4]) -> [u64; 4] {
        x.map(|x| x >> COUNT)
    }
    fn add_product_low(self, sum: [u64; 4], x: [u64; 4], y: [u64; 4]) -> [u64; 4] {
        self.add(sum, zip(x, y, |x, y| product(x, y) as u64 & ((1 << 52) - 1)))
    }
    fn add_product_high(self, sum: [u64; 4], x: [u64; 4], y: [u64; 4]) -> [u64; 4] {
        self.add(sum, zip(x, y, |x, y| (product(x, y) >> 52) as u64))
    }
    fn permute_where<const ORDER: i32>(self, mask: u8, x: [u64; 4]) -> [u64; 4] {
        core::array::from_fn(|i| match mask >> i & 1 {
            1 => x[(ORDER >> (2 * i) & 3) as usize],
            _ => x[i],
        })
    }
    fn zero_unless(self, mask: u8, x: [u64; 4]) -> [u64; 4] {
        core::array::from_fn(|i| if mask >> i & 1 == 1 { x[i] } else { 0 })
    }
}

fn number(element: Element) -> BigUint {
    BigUint::from_bytes_le(&element.to_le_bytes())
}

/// Products of limbs at and near their bounds.
#[test]
fn products_at_the_bounds() {
    let p = prime();
    let mut random = Random(83);
    let mut limb = || match random.below(4) {
        0 => (1 << 52) - 1,
        1 => (1 << 51) + (1 << 14) - 1,
        2 => random.word() & 1,
        _ => random.word() >> 12,
    };
    for round in 0..500 {
        let mut elements = || Elements {
            lanes: Model,
            limbs: [(); 5].map(|()| [(); 4].map(|()| if round == 0 { (1 << 52) - 1 } else { limb() })),
        };
        let (x, y) = (elements(), elements());
        let product = x.mul(y);
        for limb in product.limbs.as_flattened() {
            assert!(*limb < (1 << 51) + (1 << 14));
        }
        for ((x, y), product) in x.store().into_iter().zip(y.store()).zip(product.store()) {
            assert_eq!(number(product), number(x) * number(y) % &p);
        }
    }
}

fn encoded<V: FourLanes>(sum: LaneSum<V>) -> [u8; 32] {
    let point = sum.to_extended();
    // X Y = Z T.
    assert_eq!(
        number(point.x) * number(point.y) % prime(),
        number(point.z) * number(point.t) % prime()
    );
    point.encode_vartime()
}

#[test]
fn group_law_of_the_model() {
    let points = edge_points();
    for (i, p) in points.iter().enumerate() {
        let mut doubled = LaneSum::new(Model, &decoded(p));
        doubled.double();
        assert_eq!(encoded(doubled), (p + p).compress().0);
        let affine = Extended::to_niels_all_vartime(&[decoded(p)]);
        for q in points.iter().skip(i % 3).step_by(3) {
            // 3 Q - 2 Q, with a Z other than one.
            let mut sum = LaneSum::new(Model, &decoded(&(q + q)));
            let twice = sum.to_niels();
            sum.add_niels(&LaneSum::new(Model, &decoded(q)).to_niels(), false);
            sum.add_niels(&twice, true);
            let niels = LaneSum::new(Model, &decoded(p)).to_niels();
            for negative in [false, true] {
                let expected = if negative { q - p } else { q + p }.compress().0;
                let mut with_niels = sum;
                with_niels.add_niels(&niels, negative);
                assert_eq!(encoded(with_niels), expected);
                let mut with_affine = sum;
                with_affine.add(&affine[0], negative);
                assert_eq!(encoded(with_affine), expected);
            }
        }
    }
}

#[test]
fn sums_of_the_model() {
    let edges = edge_scalars();
    let points = edge_points();
    for (i, s) in edges.iter().enumerate().step_by(5) {
        let (a, r) = (
            decoded(&points[i % points.len()]),
            decoded(&points[(7 * i + 3) % points.len()]),
        );
        let k = ours(&edges[(11 * i + 2) % edges.len()]);
        let terms = HalfSizeTerms::new(ours(s), k);
        let [neutral, minus_a, in_lanes] = [&Extended::NEUTRAL, &a, &r].map(|point| LaneSum::new(Model, point));
        let sum = terms.sum(neutral, minus_a, in_lanes);
        assert_eq!(encoded(sum), terms.sum(Extended::NEUTRAL, a, r).encode_vartime());
    }
}

/// Each instruction of the CPU, on random and extreme words.
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
#[test]
fn instructions_are_those_of_the_model() {
    use super::super::lanes::order;
    use crate::x86::{Ifma256, Task};

    struct All<V>(V, [[u64; 4]; 4]);
    impl<V: FourLanes> All<V> {
        fn run(self) -> Vec<[u64; 4]> {
            let Self(lanes, rows) = self;
            let [x, y, z, w] = lanes.load_transposed(rows.each_ref());
            let low = lanes.splat((1 << 52) - 1);
            let (f, g) = (lanes.and(x, low), lanes.and(y, low));
            let small = lanes.shift_right::<12>(z);
            let mut results = Vec::from([
                x,
                y,
                z,
                w,
                low,
                lanes.add(lanes.shift_right::<1>(x), lanes.shift_right::<1>(y)),
                lanes.and(x, w),
                lanes.shift_left::<13>(x),
                lanes.shift_right::<51>(x),
                lanes.add_product_low(small, f, g),
                lanes.add_product_high(small, f, g),
            ]);
            for mask in 0..16 {
                results.push(lanes.sub_where(mask, low, f));
                results.push(lanes.permute_where::<{ order(3, 0, 0, 2) }>(mask, x));
                results.push(lanes.permute_where::<{ order(1, 2, 3, 0) }>(mask, y));
                results.push(lanes.zero_unless(mask, w));
            }
            results.into_iter().map(|x| lanes.store(x)).collect()
        }
    }
    impl Task for All<Ifma256> {
        type Output = Vec<[u64; 4]>;
        fn run(self) -> Self::Output {
            All::run(self)
        }
    }

    let Some(ifma) = Ifma256::detect() else { return };
    let mut random = Random(89);
    for _ in 0..1000 {
        let rows = [(); 4].map(|()| {
            [(); 4].map(|()| match random.below(6) {
                0 => u64::MAX,
                1 => 0,
                2 => (1 << 52) - 1,
                _ => random.word(),
            })
        });
        assert_eq!(ifma.run(All(ifma, rows)), All(Model, rows).run());
    }
}
