//! Eight powers modulo one number at once, each in its own lane of vectors.
//!
//! The method is that of [`block_montgomery`](super::block_montgomery), with its constants and its bounds: fold the blocks
//! away and clear the last one. But a vector has one limb of all eight numbers, and not eight limbs of one. Nothing moves
//! from lane to lane, so carries are plain additions, and a product never waits for the one before: the next one is that of
//! another limb.
//!
//! A column is the sum of the same halves of products as a lane there, so it has room for them. Twice a sum of cross
//! products counts as the sum of both x_i x_j and x_j x_i.

#[cfg(test)]
mod tests;

use super::block_montgomery::BlockMontgomery;
use super::exponentiation::left_to_right;
use crate::lanes::Lanes;

const LIMB_BITS: u32 = 52;

/// Eight limbs of each of eight numbers.
type Block<V> = [<V as Lanes<8>>::Vector; 8];

/// Eight numbers below R.
type Numbers<V, const K: usize> = [Block<V>; K];

impl<const K: usize> BlockMontgomery<K> {
    /// `s^e` for odd `e > 1` and each `s < n`, an n of N words: congruent to it modulo n, and below 3n. The lowest N words,
    /// and the word above them.
    #[inline(always)]
    pub(super) fn eight_powers<V: Lanes<8>, const N: usize>(
        &self,
        lanes: V,
        s: &[[u64; N]; 8],
        e: u64,
    ) -> [([u64; N], u64); 8] {
        // 3n has at most two bits more than n.
        let limbs = const {
            let limbs = (64 * N + 2).div_ceil(LIMB_BITS as usize);
            assert!(limbs <= 8 * K && N.is_multiple_of(4));
            limbs
        };
        let s = load(lanes, s, limbs);
        let mut x = Eight {
            lanes,
            modulus: self,
            limbs,
            numbers: s,
            columns: [[[lanes.splat(0); 8]; K]; 2],
        };
        x.multiply(
            self.r_squared.limbs(),
            #[inline(always)]
            |limb| lanes.splat(*limb),
        );
        let form = x.numbers;
        left_to_right(
            e,
            &mut x,
            #[inline(always)]
            |x| x.square(),
            #[inline(always)]
            |x| x.multiply(form.as_flattened(), copy::<V>),
            #[inline(always)]
            |x| x.multiply(s.as_flattened(), copy::<V>),
        );
        store(lanes, &x.numbers)
    }
}

#[inline(always)]
fn copy<V: Lanes<8>>(vector: &V::Vector) -> V::Vector {
    *vector
}

/// From a row of words for each lane.
#[inline(always)]
fn load<V: Lanes<8>, const K: usize, const N: usize>(lanes: V, rows: &[[u64; N]; 8], limbs: usize) -> Numbers<V, K> {
    let mut words = [[lanes.splat(0); 8]; K];
    let fours = words.as_flattened_mut().as_chunks_mut().0.iter_mut().take(N / 4);
    for (i, four) in fours.enumerate() {
        *four = lanes.load_transposed(rows.each_ref().map(
            #[inline(always)]
            |row| row[4 * i..].first_chunk().unwrap_or(&[0; 4]),
        ));
    }
    let mut numbers = [[lanes.splat(0); 8]; K];
    for (i, limb) in numbers.as_flattened_mut()[..limbs].iter_mut().enumerate() {
        *limb = digit(lanes, words.as_flattened(), 64, LIMB_BITS, i);
    }
    numbers
}

/// To a row of words for each lane, with the word above them.
#[inline(always)]
fn store<V: Lanes<8>, const K: usize, const N: usize>(lanes: V, numbers: &Numbers<V, K>) -> [([u64; N], u64); 8] {
    let mut rows = [([0; N], 0); 8];
    for i in 0..=N {
        let words = lanes.store(digit(lanes, numbers.as_flattened(), LIMB_BITS, 64, i));
        for ((row, above), word) in rows.iter_mut().zip(words) {
            *row.get_mut(i).unwrap_or(above) = word;
        }
    }
    rows
}

/// Digit `i`, of `to` bits, of numbers whose digits have `from` bits.
#[inline(always)]
fn digit<V: Lanes<8>>(lanes: V, digits: &[V::Vector], from: u32, to: u32, i: usize) -> V::Vector {
    let bit = i as u32 * to;
    let mut digits = digits[(bit / from) as usize..].iter();
    let zero = lanes.splat(0);
    let mut digit = lanes.shift_right(*digits.next().unwrap_or(&zero), bit % from);
    let mut filled = from - bit % from;
    while filled < to {
        digit = lanes.add(digit, lanes.shift_left(*digits.next().unwrap_or(&zero), filled));
        filled += from;
    }
    lanes.and(digit, lanes.splat(u64::MAX >> (64 - to)))
}

/// Eight numbers below 3n, which are multiplied in place.
struct Eight<'a, V: Lanes<8>, const K: usize> {
    lanes: V,
    modulus: &'a BlockMontgomery<K>,
    /// How many limbs of a number may be other than zero.
    limbs: usize,
    numbers: Numbers<V, K>,
    /// Sums of limbs of a product, not normalized: all zero before and after it.
    columns: [Numbers<V, K>; 2],
}

impl<V: Lanes<8>, const K: usize> Eight<'_, V, K> {
    /// `x y R^-1` modulo n, for the y with these limbs.
    #[inline(always)]
    fn multiply<Y>(&mut self, y: &[Y], load: impl Fn(&Y) -> V::Vector) {
        let columns = self.columns.as_flattened_mut().as_flattened_mut();
        for (i, block) in self.numbers.iter().enumerate() {
            add_block_product(self.lanes, &mut columns[8 * i..], block, &y[..self.limbs], &load);
        }
        self.reduce();
    }

    /// `x^2 R^-1` modulo n. The products x_i x_j with i < j are summed first, and doubled (HAC 14.16).
    #[inline(always)]
    fn square(&mut self) {
        let lanes = self.lanes;
        let columns = self.columns.as_flattened_mut().as_flattened_mut();
        let numbers = self.numbers.as_flattened();
        for (i, &block) in self.numbers.iter().enumerate() {
            let within: &mut [_; 16] = &mut columns.as_chunks_mut().0[i];
            let mut sums = *within;
            for r in 0..8 {
                for s in r + 1..8 {
                    sums[r + s] = lanes.add_product_low(sums[r + s], block[r], block[s]);
                    sums[r + s + 1] = lanes.add_product_high(sums[r + s + 1], block[r], block[s]);
                }
            }
            *within = sums;
            let above = (8 * i + 8).min(self.limbs);
            add_block_product(
                lanes,
                &mut columns[8 * i + above..],
                &block,
                &numbers[above..self.limbs],
                copy::<V>,
            );
        }
        for (pair, x) in columns.as_chunks_mut().0.iter_mut().zip(numbers) {
            let [low, high] = *pair;
            *pair = [
                lanes.add_product_low(lanes.add(low, low), *x, *x),
                lanes.add_product_high(lanes.add(high, high), *x, *x),
            ];
        }
        self.reduce();
    }

    /// The columns, modulo n and divided by R.
    #[inline(always)]
    fn reduce(&mut self) {
        let Self { lanes, modulus, .. } = *self;
        let columns = self.columns.as_flattened_mut().as_flattened_mut();
        for i in 0..K - 1 {
            let low = take_block(lanes, &mut columns[8 * i..]);
            let factor = &modulus.fold_factor.limbs()[..self.limbs];
            add_block_product(
                lanes,
                &mut columns[8 * i + 8..],
                &low,
                factor,
                #[inline(always)]
                |limb| lanes.splat(*limb),
            );
        }

        let columns = &mut columns[8 * (K - 1)..];
        let low = take_block(lanes, columns);
        let mut q = [lanes.splat(0); 9];
        for (r, limb) in modulus.n_neg_inverse.limbs()[..8].iter().enumerate() {
            let limb = lanes.splat(*limb);
            for s in 0..8 - r {
                q[r + s] = lanes.add_product_low(q[r + s], low[s], limb);
                q[r + s + 1] = lanes.add_product_high(q[r + s + 1], low[s], limb);
            }
        }
        let q = take_block(lanes, &mut q); // modulo B
        columns[..8].copy_from_slice(&low);
        add_block_product(
            lanes,
            columns,
            &q,
            &modulus.n.limbs()[..self.limbs],
            #[inline(always)]
            |limb| lanes.splat(*limb),
        );

        take_block(lanes, columns); // zero but for what it carries
        let result = self.numbers.as_flattened_mut()[..self.limbs].iter_mut();
        let mut carry = lanes.splat(0);
        for (limb, column) in result.zip(&mut columns[8..]) {
            (*limb, carry) = take_limb(lanes, column, carry);
        }
    }
}

/// A column with a carry from the one below, as a limb and the carry to the next one. The column becomes zero.
#[inline(always)]
fn take_limb<V: Lanes<8>>(lanes: V, column: &mut V::Vector, carry: V::Vector) -> (V::Vector, V::Vector) {
    let sum = lanes.add(*column, carry);
    *column = lanes.splat(0);
    (
        lanes.and(sum, lanes.splat((1 << LIMB_BITS) - 1)),
        lanes.shift_right(sum, LIMB_BITS),
    )
}

/// The lowest block, which becomes zero, and carries into the next one.
#[inline(always)]
fn take_block<V: Lanes<8>>(lanes: V, columns: &mut [V::Vector]) -> Block<V> {
    let mut carry = lanes.splat(0);
    let mut block = [carry; 8];
    for (limb, column) in block.iter_mut().zip(&mut *columns) {
        (*limb, carry) = take_limb(lanes, column, carry);
    }
    columns[8] = lanes.add(columns[8], carry);
    block
}

/// Adds d y, for a block d. The nine columns to which one limb of y is added stay in registers.
#[inline(always)]
fn add_block_product<V: Lanes<8>, Y>(
    lanes: V,
    columns: &mut [V::Vector],
    d: &Block<V>,
    y: &[Y],
    load: impl Fn(&Y) -> V::Vector,
) {
    let d = *d;
    let columns = &mut columns[..8 + y.len()];
    let mut sums = [lanes.splat(0); 9];
    sums[..8].copy_from_slice(&columns[..8]);
    for (j, y) in y.iter().enumerate() {
        let y = load(y);
        sums[8] = columns[j + 8];
        for r in 0..8 {
            sums[r] = lanes.add_product_low(sums[r], d[r], y);
        }
        for r in 0..8 {
            sums[r + 1] = lanes.add_product_high(sums[r + 1], d[r], y);
        }
        columns[j] = sums[0];
        // Written out, this is a matter of names; `rotate_left` would move them through memory.
        sums = [
            sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7], sums[8], sums[8],
        ];
    }
    for (column, sum) in columns[y.len()..].iter_mut().zip(sums) {
        *column = sum;
    }
}
