//! Eight lanes as two groups of four.

use super::{EightLanes, FourLanes, Lanes};

/// Four lanes twice: every operation is the same on both groups, and what is put into lanes is put into both.
#[derive(Clone, Copy)]
pub(crate) struct Pair<V>(pub(crate) V);

/// The mask for both groups.
#[inline(always)]
fn both(mask: u8) -> u8 {
    mask << 4 | mask & 0b1111
}

impl<V: EightLanes> Lanes<4> for Pair<V> {
    type Vector = V::Vector;

    #[inline(always)]
    fn splat(self, x: u64) -> V::Vector {
        self.0.splat(x)
    }

    #[inline(always)]
    fn load_transposed(self, [a, b, c, d]: [&[u64; 4]; 4]) -> [V::Vector; 4] {
        self.0.load_transposed([a, b, c, d, a, b, c, d])
    }

    /// Of the first group.
    #[inline(always)]
    fn store(self, x: V::Vector) -> [u64; 4] {
        let [a, b, c, d, ..] = self.0.store(x);
        [a, b, c, d]
    }

    #[inline(always)]
    fn add(self, x: V::Vector, y: V::Vector) -> V::Vector {
        self.0.add(x, y)
    }

    #[inline(always)]
    fn select(self, mask: u8, x: V::Vector, y: V::Vector) -> V::Vector {
        self.0.select(both(mask), x, y)
    }

    #[inline(always)]
    fn sub_where(self, mask: u8, x: V::Vector, y: V::Vector) -> V::Vector {
        self.0.sub_where(both(mask), x, y)
    }

    #[inline(always)]
    fn and(self, x: V::Vector, y: V::Vector) -> V::Vector {
        self.0.and(x, y)
    }

    #[inline(always)]
    fn shift_left(self, x: V::Vector, count: u32) -> V::Vector {
        self.0.shift_left(x, count)
    }

    #[inline(always)]
    fn shift_right(self, x: V::Vector, count: u32) -> V::Vector {
        self.0.shift_right(x, count)
    }

    #[inline(always)]
    fn add_product_low(self, sum: V::Vector, x: V::Vector, y: V::Vector) -> V::Vector {
        self.0.add_product_low(sum, x, y)
    }

    #[inline(always)]
    fn add_product_high(self, sum: V::Vector, x: V::Vector, y: V::Vector) -> V::Vector {
        self.0.add_product_high(sum, x, y)
    }
}

impl<V: EightLanes> FourLanes for Pair<V> {
    #[inline(always)]
    fn permute_where<const ORDER: i32>(self, mask: u8, x: V::Vector) -> V::Vector {
        self.0.permute_fours_where::<ORDER>(both(mask), x)
    }

    #[inline(always)]
    fn zero_unless(self, mask: u8, x: V::Vector) -> V::Vector {
        self.0.zero_unless(both(mask), x)
    }
}
