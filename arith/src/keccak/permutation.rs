//! Keccak-f[1600] (FIPS 202 sections 3.2 to 3.4), over words of any number of lanes.

use crate::simd::Bitwise;

/// Lane (x, y) of FIPS 202 is at 5 y + x.
pub(super) const STATE_WORDS: usize = 25;

const ROUNDS: usize = 24;

/// The offsets of rho, modulo 64, at 5 y + x (Algorithm 2).
const OFFSETS: [i32; STATE_WORDS] = {
    let mut offsets = [0; STATE_WORDS];
    let (mut x, mut y) = (1, 0);
    let mut t = 0;
    while t < 24 {
        offsets[5 * y + x] = ((t + 1) * (t + 2) / 2) % 64;
        (x, y) = (y, (2 * x + 3 * y) % 5);
        t += 1;
    }
    offsets
};

/// The constants of iota (Algorithms 5 and 6). The register of Algorithm 5 has R\[0\] in the lowest bit here.
const ROUND_CONSTANTS: [u64; ROUNDS] = {
    let mut constants = [0; ROUNDS];
    let mut register: u32 = 1;
    let mut round = 0;
    while round < ROUNDS {
        let mut j = 0;
        while j <= 6 {
            constants[round] |= ((register & 1) as u64) << ((1 << j) - 1);
            register <<= 1;
            if register >> 8 == 1 {
                register ^= 0b1_0111_0001; // 0, 4, 5 and 6, and bit 8 leaves
            }
            j += 1;
        }
        round += 1;
    }
    constants
};

/// The permutation, on N states.
#[inline(always)]
pub(super) fn permute<L: Bitwise>(lanes: L, mut state: [L::Words; STATE_WORDS]) -> [L::Words; STATE_WORDS] {
    // Two rounds at a time, which saves copies.
    for [first, second] in ROUND_CONSTANTS.as_chunks().0 {
        state = round(lanes, &round(lanes, &state, *first), *second);
    }
    state
}

#[inline(always)]
fn round<L: Bitwise>(lanes: L, a: &[L::Words; STATE_WORDS], constant: u64) -> [L::Words; STATE_WORDS] {
    let mut c = [lanes.splat(0); 5];
    for x in 0..5 {
        // With AVX-512, a function of three inputs overwrites one of them, which would have to be copied if it came first.
        c[x] = lanes.xor(lanes.xor3(lanes.xor(a[x], a[x + 5]), a[x + 10], a[x + 15]), a[x + 20]);
    }
    let mut d = c;
    for x in 0..5 {
        d[x] = lanes.xor(c[(x + 4) % 5], lanes.rotate_left::<1, 63>(c[(x + 1) % 5]));
    }
    // theta, rho and pi: (x, y) gets the value of (x + 3 y, x).
    macro_rules! moved {
        ($x:literal, $y:literal) => {{
            const FROM_X: usize = ($x + 3 * $y) % 5;
            const FROM: usize = 5 * $x + FROM_X;
            lanes.rotate_left::<{ OFFSETS[FROM] }, { 64 - OFFSETS[FROM] }>(lanes.xor(a[FROM], d[FROM_X]))
        }};
    }
    let mut b = *a;
    macro_rules! chi {
        ($y:literal) => {
            let row = [
                moved!(0, $y),
                moved!(1, $y),
                moved!(2, $y),
                moved!(3, $y),
                moved!(4, $y),
            ];
            b[5 * $y] = lanes.xor_and_not(row[0], row[1], row[2]);
            b[5 * $y + 1] = lanes.xor_and_not(row[1], row[2], row[3]);
            b[5 * $y + 2] = lanes.xor_and_not(row[2], row[3], row[4]);
            b[5 * $y + 3] = lanes.xor_and_not(row[3], row[4], row[0]);
            b[5 * $y + 4] = lanes.xor_and_not(row[4], row[0], row[1]);
        };
    }
    chi!(0);
    chi!(1);
    chi!(2);
    chi!(3);
    chi!(4);
    b[0] = lanes.xor(b[0], lanes.splat(constant)); // iota
    b
}
