//! A model of the instructions, with checks: no factor has more than 52 bits, of which the CPU would read the lowest, and no
//! sum has more than 64.

use super::{EightLanes, FourLanes, Lanes};

#[derive(Clone, Copy)]
pub(crate) struct Model;

fn zip<const N: usize>(x: [u64; N], y: [u64; N], f: impl Fn(u64, u64) -> u64) -> [u64; N] {
    core::array::from_fn(|i| f(x[i], y[i]))
}

fn is_in(mask: u8, lane: usize) -> bool {
    mask >> lane & 1 == 1
}

fn product(x: u64, y: u64) -> u128 {
    assert!(x < 1 << 52 && y < 1 << 52, "a factor of more than 52 bits");
    u128::from(x) * u128::from(y)
}

impl<const N: usize> Lanes<N> for Model {
    type Vector = [u64; N];

    fn splat(self, x: u64) -> [u64; N] {
        [x; N]
    }
    fn load_transposed(self, rows: [&[u64; 4]; N]) -> [[u64; N]; 4] {
        core::array::from_fn(|word| rows.map(|row| row[word]))
    }
    fn store(self, x: [u64; N]) -> [u64; N] {
        x
    }
    fn add(self, x: [u64; N], y: [u64; N]) -> [u64; N] {
        zip(x, y, |x, y| x.checked_add(y).unwrap())
    }
    fn select(self, mask: u8, x: [u64; N], y: [u64; N]) -> [u64; N] {
        core::array::from_fn(|i| if is_in(mask, i) { x[i] } else { y[i] })
    }
    fn sub_where(self, mask: u8, x: [u64; N], y: [u64; N]) -> [u64; N] {
        core::array::from_fn(|i| match is_in(mask, i) {
            true => x[i].checked_sub(y[i]).unwrap(),
            false => y[i],
        })
    }
    fn and(self, x: [u64; N], y: [u64; N]) -> [u64; N] {
        zip(x, y, |x, y| x & y)
    }
    fn shift_left(self, x: [u64; N], count: u32) -> [u64; N] {
        x.map(|x| x << count)
    }
    fn shift_right(self, x: [u64; N], count: u32) -> [u64; N] {
        x.map(|x| x >> count)
    }
    fn add_product_low(self, sum: [u64; N], x: [u64; N], y: [u64; N]) -> [u64; N] {
        self.add(sum, zip(x, y, |x, y| product(x, y) as u64 & ((1 << 52) - 1)))
    }
    fn add_product_high(self, sum: [u64; N], x: [u64; N], y: [u64; N]) -> [u64; N] {
        self.add(sum, zip(x, y, |x, y| (product(x, y) >> 52) as u64))
    }
}

impl FourLanes for Model {
    fn permute_where<const ORDER: i32>(self, mask: u8, x: [u64; 4]) -> [u64; 4] {
        core::array::from_fn(|i| match is_in(mask, i) {
            true => x[(ORDER >> (2 * i) & 3) as usize],
            false => x[i],
        })
    }
    fn zero_unless(self, mask: u8, x: [u64; 4]) -> [u64; 4] {
        core::array::from_fn(|i| if is_in(mask, i) { x[i] } else { 0 })
    }
}

impl EightLanes for Model {
    fn permute_fours_where<const ORDER: i32>(self, mask: u8, x: [u64; 8]) -> [u64; 8] {
        core::array::from_fn(|i| match is_in(mask, i) {
            true => x[i / 4 * 4 + (ORDER >> (2 * (i % 4)) & 3) as usize],
            false => x[i],
        })
    }
    fn zero_unless(self, mask: u8, x: [u64; 8]) -> [u64; 8] {
        core::array::from_fn(|i| if is_in(mask, i) { x[i] } else { 0 })
    }
}
