//! Rounds, and the schedule between them.

use super::Block;
use super::constants::K;

/// Vectors of two consecutive words of one block, and the same two of the next.
pub(super) trait ScheduleLanes: Copy {
    type Words: Copy;

    /// From two big-endian words of each block.
    fn load(self, first: &[u8; 16], second: &[u8; 16]) -> Self::Words;
    fn store(self, x: Self::Words) -> [u64; 4];

    fn add(self, x: Self::Words, y: Self::Words) -> Self::Words;
    fn vector(self, words: [u64; 4]) -> Self::Words;
    /// The second word of `x` and the first of `y`, in each block.
    fn middle(self, x: Self::Words, y: Self::Words) -> Self::Words;
    /// sigma_0 of FIPS 180-4 section 4.1.3.
    fn sigma_0(self, x: Self::Words) -> Self::Words;
    /// sigma_1.
    fn sigma_1(self, x: Self::Words) -> Self::Words;
}

/// In whole cache lines, so that no vector is in two of them.
#[repr(align(64))]
struct Schedule([[[u64; 4]; 8]; 5]);

/// K, two words after two, for both blocks.
static K_OF_BOTH: Schedule = Schedule({
    let mut both = [[[0; 4]; 8]; 5];
    let mut t = 0;
    while t < 80 {
        both[t / 16][t % 16 / 2][t % 2] = K[t];
        both[t / 16][t % 16 / 2][2 + t % 2] = K[t];
        t += 1;
    }
    both
});

#[inline(always)]
pub(super) fn compress_pairs<L: ScheduleLanes>(lanes: L, state: &mut [u64; 8], pairs: &[[Block; 2]]) {
    // W + K of 16 rounds each: two words of the first block, and two of the second.
    let mut schedule = Schedule([[[0; 4]; 8]; 5]);
    let schedule = &mut schedule.0;
    for [first, second] in pairs {
        let (first, second) = (first.as_chunks::<16>().0, second.as_chunks::<16>().0);
        let mut w: [L::Words; 8] = core::array::from_fn(
            #[inline(always)]
            |i| lanes.load(&first[i], &second[i]),
        );
        for i in 0..8 {
            schedule[0][i] = lanes.store(lanes.add(w[i], lanes.vector(K_OF_BOTH.0[0][i])));
        }
        let mut working = *state;
        for group in 0..4 {
            let (before, after) = schedule.split_at_mut(group + 1);
            rounds_and_schedule(
                lanes,
                &mut working,
                &before[group],
                &mut w,
                &K_OF_BOTH.0[group + 1],
                &mut after[0],
            );
        }
        rounds(
            &mut working,
            #[inline(always)]
            |t| schedule[4][t / 2][t % 2],
            #[inline(always)]
            |_| (),
        );
        add_to(state, &working);

        let mut working = *state;
        for group in schedule.iter() {
            rounds(
                &mut working,
                #[inline(always)]
                |t| group[t / 2][2 + t % 2],
                #[inline(always)]
                |_| (),
            );
        }
        add_to(state, &working);
    }
}

/// 16 rounds of the first block, and the schedule of the next 16.
#[inline(always)]
fn rounds_and_schedule<L: ScheduleLanes>(
    lanes: L,
    working: &mut [u64; 8],
    now: &[[u64; 4]; 8],
    w: &mut [L::Words; 8],
    k: &[[u64; 4]; 8],
    next: &mut [[u64; 4]; 8],
) {
    rounds(
        working,
        #[inline(always)]
        |t| now[t / 2][t % 2],
        #[inline(always)]
        |i| {
            w[i] = next_words(lanes, w, i);
            next[i] = lanes.store(lanes.add(w[i], lanes.vector(k[i])));
        },
    );
}

/// The words 16 after those at `i`: sigma_1(W(t - 2)) + W(t - 7) + sigma_0(W(t - 15)) + W(t - 16).
#[inline(always)]
fn next_words<L: ScheduleLanes>(lanes: L, w: &[L::Words; 8], i: usize) -> L::Words {
    let at = |offset| w[(i + offset) % 8];
    let minus_15 = lanes.middle(at(0), at(1));
    let minus_7 = lanes.middle(at(4), at(5));
    let old = lanes.add(lanes.add(at(0), minus_7), lanes.sigma_0(minus_15));
    lanes.add(old, lanes.sigma_1(at(7)))
}

#[inline(always)]
fn add_to(state: &mut [u64; 8], working: &[u64; 8]) {
    for (word, working) in state.iter_mut().zip(working) {
        *word = word.wrapping_add(*working);
    }
}

/// 16 rounds with the given W + K. After each two of them, `between` is called with 0 to 7.
#[inline(always)]
fn rounds(state: &mut [u64; 8], wk: impl Fn(usize) -> u64, mut between: impl FnMut(usize)) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    // Maj(a, b, c) = b ^ ((a ^ b) & (b ^ c)), and b ^ c is the a ^ b of the round before.
    let mut b_xor_c = b ^ c;
    // The majority of the round before is added to a here, off the critical path.
    let mut late = 0u64;
    macro_rules! round {
        ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $t:expr) => {
            let choice = ($e & $f) ^ (!$e & $g);
            $a = $a.wrapping_add(late);
            let sum_1 = $e.rotate_right(14) ^ $e.rotate_right(18) ^ $e.rotate_right(41);
            $h = $h.wrapping_add(wk($t)).wrapping_add(choice).wrapping_add(sum_1);
            $d = $d.wrapping_add($h);
            let a_xor_b = $a ^ $b;
            late = $b ^ (a_xor_b & b_xor_c);
            let sum_0 = $a.rotate_right(28) ^ $a.rotate_right(34) ^ $a.rotate_right(39);
            $h = $h.wrapping_add(sum_0);
            b_xor_c = a_xor_b;
        };
    }
    round!(a b c d e f g h, 0);
    round!(h a b c d e f g, 1);
    between(0);
    round!(g h a b c d e f, 2);
    round!(f g h a b c d e, 3);
    between(1);
    round!(e f g h a b c d, 4);
    round!(d e f g h a b c, 5);
    between(2);
    round!(c d e f g h a b, 6);
    round!(b c d e f g h a, 7);
    between(3);
    round!(a b c d e f g h, 8);
    round!(h a b c d e f g, 9);
    between(4);
    round!(g h a b c d e f, 10);
    round!(f g h a b c d e, 11);
    between(5);
    round!(e f g h a b c d, 12);
    round!(d e f g h a b c, 13);
    between(6);
    round!(c d e f g h a b, 14);
    round!(b c d e f g h a, 15);
    between(7);
    a = a.wrapping_add(late);
    let _ = b_xor_c;
    *state = [a, b, c, d, e, f, g, h];
}
