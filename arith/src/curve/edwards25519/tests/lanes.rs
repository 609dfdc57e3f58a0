//! Vectors against words, on a model of the instructions, which every machine has, and on the CPU's.

use num_bigint::BigUint;

use super::super::super::comb::{Accumulator, Comb, CombTerm, sum_of};
use super::super::base_point_comb;
use super::super::eight_sums::eight_sums;
use super::super::elements::Elements;
use super::super::equation::{HalfSizeTerms, Sum};
use super::super::field::Element;
use super::super::lanes::LaneSum;
use super::super::point::Extended;
use super::{Random, decoded, edge_points, edge_scalars, ours, prime};
use crate::lanes::FourLanes;
use crate::lanes::model::Model;

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
        let mut elements = || Elements::<4, Model> {
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

/// Eight sums at once of points and scalars of every kind, on the model, against sums on words.
#[test]
fn eight_sums_of_the_model() {
    let (edges, points) = (edge_scalars(), edge_points());
    for (i, a) in points.iter().enumerate().step_by(3) {
        let table = Comb::new(decoded(a));
        let terms: [_; 8] = core::array::from_fn(|lane| {
            let scalar = |j: usize| (false, ours(&edges[(j + 5 * lane) % edges.len()]).to_integer());
            [
                CombTerm::new(base_point_comb(), scalar(7 * i)),
                CombTerm::new(&table, scalar(11 * i + 3)),
            ]
        });
        for (sum, terms) in eight_sums(Model, &terms).iter().zip(&terms) {
            assert_eq!(
                number(sum.x) * number(sum.y) % prime(),
                number(sum.z) * number(sum.t) % prime()
            );
            assert_eq!(sum.encode_vartime(), sum_of(Extended::NEUTRAL, terms).encode_vartime());
        }
    }
}
