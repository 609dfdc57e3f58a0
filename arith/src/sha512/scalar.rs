//! All working variables in scalar registers.

use super::rounds::Working;

/// The variables between two rounds.
pub(super) struct Scalar {
    a_to_h: [u64; 8],
    /// Maj(a, b, c) = b ^ ((a ^ b) & (b ^ c)), and b ^ c is the a ^ b of the round before.
    b_xor_c: u64,
    /// The majority of the round before, which is added to a in the next round, off the critical path.
    late: u64,
}

impl<L> Working<L> for Scalar {
    #[inline(always)]
    fn new(_: L, state: &[u64; 8]) -> Self {
        let [_, b, c, ..] = state;
        Self {
            a_to_h: *state,
            b_xor_c: b ^ c,
            late: 0,
        }
    }

    #[inline(always)]
    fn eight_rounds(&mut self, two_wk: impl Fn(usize) -> [u64; 2], mut between: impl FnMut(usize)) {
        let Self {
            a_to_h: [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h],
            mut b_xor_c,
            mut late,
        } = *self;
        macro_rules! round {
            ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $wk:expr) => {
                let choice = ($e & $f) ^ (!$e & $g);
                $a = $a.wrapping_add(late);
                let sum_1 = $e.rotate_right(14) ^ $e.rotate_right(18) ^ $e.rotate_right(41);
                $h = $h.wrapping_add($wk).wrapping_add(choice).wrapping_add(sum_1);
                $d = $d.wrapping_add($h);
                let a_xor_b = $a ^ $b;
                late = $b ^ (a_xor_b & b_xor_c);
                let sum_0 = $a.rotate_right(28) ^ $a.rotate_right(34) ^ $a.rotate_right(39);
                $h = $h.wrapping_add(sum_0);
                b_xor_c = a_xor_b;
            };
        }
        let [one, two] = two_wk(0);
        round!(a b c d e f g h, one);
        round!(h a b c d e f g, two);
        between(0);
        let [one, two] = two_wk(1);
        round!(g h a b c d e f, one);
        round!(f g h a b c d e, two);
        between(1);
        let [one, two] = two_wk(2);
        round!(e f g h a b c d, one);
        round!(d e f g h a b c, two);
        between(2);
        let [one, two] = two_wk(3);
        round!(c d e f g h a b, one);
        round!(b c d e f g h a, two);
        between(3);
        *self = Self {
            a_to_h: [a, b, c, d, e, f, g, h],
            b_xor_c,
            late,
        };
    }

    #[inline(always)]
    fn rounds(&mut self, schedule: &[[u64; 4]], block: usize) {
        for sixteen in schedule.as_chunks::<8>().0 {
            Working::<L>::sixteen_rounds(
                self,
                #[inline(always)]
                |i| [sixteen[i][2 * block], sixteen[i][2 * block + 1]],
                #[inline(always)]
                |_| (),
            );
        }
    }

    #[inline(always)]
    fn words(self) -> [u64; 8] {
        let mut words = self.a_to_h;
        words[0] = words[0].wrapping_add(self.late);
        words
    }
}
