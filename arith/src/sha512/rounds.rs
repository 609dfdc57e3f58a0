//! The rounds of two blocks, and their schedules between the rounds of the first.

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

/// The working variables of FIPS 180-4 section 6.4.2, in the registers that the backend prefers.
pub(super) trait Working<L> {
    fn new(lanes: L, state: &[u64; 8]) -> Self;

    /// Eight rounds. Before each two of them, `two_wk` is called with 0 to 3 and returns their W + K, and after them
    /// `between` is called with the same number.
    fn eight_rounds(&mut self, two_wk: impl Fn(usize) -> [u64; 2], between: impl FnMut(usize));

    /// The same with 16 rounds, and 0 to 7.
    #[allow(
        clippy::redundant_closure,
        reason = "a reference to a closure is not inlined, and takes ten times as long"
    )]
    #[inline(always)]
    fn sixteen_rounds(&mut self, two_wk: impl Fn(usize) -> [u64; 2], mut between: impl FnMut(usize)) {
        self.eight_rounds(
            #[inline(always)]
            |i| two_wk(i),
            #[inline(always)]
            |i| between(i),
        );
        self.eight_rounds(
            #[inline(always)]
            |i| two_wk(4 + i),
            #[inline(always)]
            |i| between(4 + i),
        );
    }

    /// Rounds with the W + K of the first or the second block, two words of each. Their number is a multiple of 16.
    fn rounds(&mut self, schedule: &[[u64; 4]], block: usize);

    fn words(self) -> [u64; 8];
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
pub(super) fn compress_pairs<L: ScheduleLanes, W: Working<L>>(lanes: L, state: &mut [u64; 8], pairs: &[[Block; 2]]) {
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
        let mut working = W::new(lanes, state);
        for group in 0..4 {
            let (before, after) = schedule.split_at_mut(group + 1);
            // The schedule of the next 16 rounds is computed between these 16.
            working.sixteen_rounds(
                #[inline(always)]
                |i| [before[group][i][0], before[group][i][1]],
                #[inline(always)]
                |i| {
                    w[i] = next_words(lanes, &w, i);
                    after[0][i] = lanes.store(lanes.add(w[i], lanes.vector(K_OF_BOTH.0[group + 1][i])));
                },
            );
        }
        working.rounds(&schedule[4], 0);
        add_to(state, working.words());

        let mut working = W::new(lanes, state);
        working.rounds(schedule.as_flattened(), 1);
        add_to(state, working.words());
    }
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
fn add_to(state: &mut [u64; 8], working: [u64; 8]) {
    for (word, working) in state.iter_mut().zip(working) {
        *word = word.wrapping_add(working);
    }
}
