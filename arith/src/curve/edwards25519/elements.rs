//! Field elements in the lanes of vectors.

use super::super::lanes::limbs;
use super::field::Element;
use crate::lanes::Lanes;

const LIMB_BITS: u32 = 51;

/// The lowest 51 bits.
const LIMB: u64 = (1 << LIMB_BITS) - 1;

/// `2 p`, in limbs that are not below those of any [`Elements`] that came of a carry.
const TWICE_P: [u64; 5] = [2 * (LIMB - 18), 2 * LIMB, 2 * LIMB, 2 * LIMB, 2 * LIMB];

/// Integers modulo `p`, one in each lane, in five limbs in base `2^51` each.
///
/// Limbs are below `2^51 + 2^14` after a carry, and below `2^52` when they were loaded. A factor may have either.
#[derive(Clone, Copy)]
pub(super) struct Elements<const N: usize, V: Lanes<N>> {
    pub(super) lanes: V,
    pub(super) limbs: [V::Vector; 5],
}

impl<const N: usize, V: Lanes<N>> Elements<N, V> {
    /// The elements are below `2^256`, so the highest limb is below `2^52`.
    #[inline(always)]
    pub(super) fn load(lanes: V, elements: [&Element; N]) -> Self {
        let words = lanes.load_transposed(elements.map(
            #[inline(always)]
            |element| element.words(),
        ));
        Self {
            lanes,
            limbs: limbs(lanes, words, LIMB_BITS),
        }
    }

    #[inline(always)]
    pub(super) fn store(self) -> [Element; N] {
        let mut limbs = [[0; N]; 5];
        for (numbers, limb) in limbs.iter_mut().zip(self.limbs) {
            *numbers = self.lanes.store(limb);
        }
        let [a, b, c, d, e] = limbs;
        let mut elements = [Element::ZERO; N];
        for (lane, element) in elements.iter_mut().enumerate() {
            *element = Element::from_limbs([a[lane], b[lane], c[lane], d[lane], e[lane]]);
        }
        elements
    }

    #[inline(always)]
    pub(super) fn map(self, f: impl Fn(usize, V::Vector) -> V::Vector) -> Self {
        let mut limbs = self.limbs;
        for (i, limb) in limbs.iter_mut().enumerate() {
            *limb = f(i, *limb);
        }
        Self { limbs, ..self }
    }

    /// For limbs below `2^61`. What each has above 51 bits, less than `2^10`, goes to the next; what the highest has goes to
    /// the lowest, 19 times.
    #[inline(always)]
    pub(super) fn carry(self) -> Self {
        let lanes = self.lanes;
        let above = self.limbs.map(
            #[inline(always)]
            |limb| lanes.shift_right(limb, LIMB_BITS),
        );
        let carries = [times_19(lanes, above[4]), above[0], above[1], above[2], above[3]];
        self.map(
            #[inline(always)]
            |i, limb| lanes.add(low_limb(lanes, limb), carries[i]),
        )
    }

    /// The product. The lower and the upper 52 bits of each product of limbs are below `2^52`, and the upper ones begin one
    /// bit above the next limb; so the ten sums are below `5 * 2^52 + 2 * 5 * 2^52`. `2^255` is 19 modulo `p`, so those from
    /// the fifth on count 19 times. That makes less than `20 * 15 * 2^52`, which is below `2^61`.
    #[inline(always)]
    pub(super) fn mul(self, other: Self) -> Self {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let (mut low, mut high) = ([zero; 10], [zero; 10]);
        for (i, &x) in self.limbs.iter().enumerate() {
            for (j, &y) in other.limbs.iter().enumerate() {
                low[i + j] = lanes.add_product_low(low[i + j], x, y);
                high[i + j + 1] = lanes.add_product_high(high[i + j + 1], x, y);
            }
        }
        let mut sums = low;
        for (sum, high) in sums.iter_mut().zip(high) {
            *sum = lanes.add(*sum, lanes.add(high, high));
        }
        let folded = self.map(
            #[inline(always)]
            |i, _| lanes.add(sums[i], times_19(lanes, sums[i + 5])),
        );
        folded.carry()
    }

    /// `self - other` in the lanes of the mask, and `self + other` in the others, to be carried. `other` came of a carry.
    #[inline(always)]
    pub(super) fn sub_where(self, mask: u8, other: Self) -> Self {
        let lanes = self.lanes;
        self.map(
            #[inline(always)]
            |i, limb| {
                let twice_p = lanes.splat(TWICE_P[i]);
                lanes.add(limb, lanes.sub_where(mask, twice_p, other.limbs[i]))
            },
        )
    }

    /// The sum, to be carried.
    #[inline(always)]
    pub(super) fn add(self, other: Self) -> Self {
        self.map(
            #[inline(always)]
            |i, limb| self.lanes.add(limb, other.limbs[i]),
        )
    }
}

/// The lowest 51 bits of each lane.
#[inline(always)]
fn low_limb<const N: usize, V: Lanes<N>>(lanes: V, x: V::Vector) -> V::Vector {
    lanes.and(x, lanes.splat(LIMB))
}

#[inline(always)]
fn times_19<const N: usize, V: Lanes<N>>(lanes: V, x: V::Vector) -> V::Vector {
    let twice = lanes.add(x, x);
    lanes.add(lanes.add(lanes.shift_left(x, 4), twice), x)
}
