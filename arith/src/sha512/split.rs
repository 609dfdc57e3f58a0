//! Half of the working variables in vector registers.
//!
//! A round computes T1 from e to h, and adds it to d, which becomes the next e, and to functions of a, b and c, which
//! become the next a. Neither half waits for the other in every round: T1 goes from e to h to the next a, and what comes
//! back is d, which was the next a four rounds before. So a to d are in vector registers, where the majority of three and
//! their exclusive or are one instruction each (of AVX-512), and the instructions of a round are spread over more units.

use core::arch::x86_64::__m128i;

use super::rounds::Working;
use super::x86_lanes::{MAJORITY, XOR_3};
use crate::x86::ScheduleAvx512;

/// Each variable of the first half is the low word of a vector. The high words do not matter.
pub(super) struct Split {
    avx512: ScheduleAvx512,
    a_to_d: [__m128i; 4],
    e_to_h: [u64; 4],
}

/// T1 + Maj(a, b, c) + Sigma_0(a).
#[inline(always)]
fn next_a(cpu: ScheduleAvx512, a: __m128i, b: __m128i, c: __m128i, t1: u64) -> __m128i {
    let sum_0 = cpu._mm_ternarylogic_epi64::<XOR_3>(
        cpu._mm_ror_epi64::<28>(a),
        cpu._mm_ror_epi64::<34>(a),
        cpu._mm_ror_epi64::<39>(a),
    );
    let majority = cpu._mm_ternarylogic_epi64::<MAJORITY>(a, b, c);
    cpu._mm_add_epi64(cpu._mm_add_epi64(vector(cpu, t1), majority), sum_0)
}

#[inline(always)]
fn word(cpu: ScheduleAvx512, x: __m128i) -> u64 {
    cpu._mm_cvtsi128_si64(x) as u64
}

#[inline(always)]
fn vector(avx512: ScheduleAvx512, word: u64) -> __m128i {
    avx512._mm_cvtsi64_si128(word as i64)
}

impl Working<ScheduleAvx512> for Split {
    #[inline(always)]
    fn new(avx512: ScheduleAvx512, &[a, b, c, d, e, f, g, h]: &[u64; 8]) -> Self {
        Self {
            avx512,
            a_to_d: [
                vector(avx512, a),
                vector(avx512, b),
                vector(avx512, c),
                vector(avx512, d),
            ],
            e_to_h: [e, f, g, h],
        }
    }

    #[inline(always)]
    fn eight_rounds(&mut self, two_wk: impl Fn(usize) -> [u64; 2], mut between: impl FnMut(usize)) {
        let cpu = self.avx512;
        let ([mut a, mut b, mut c, mut d], [mut e, mut f, mut g, mut h]) = (self.a_to_d, self.e_to_h);
        // The new a takes the place of d, and the new e that of h.
        macro_rules! round {
            ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $wk:expr) => {
                let sum_1 = $e.rotate_right(14) ^ $e.rotate_right(18) ^ $e.rotate_right(41);
                let t1 = $h
                    .wrapping_add($wk)
                    .wrapping_add(($e & $f) ^ (!$e & $g))
                    .wrapping_add(sum_1);
                let old_d = $d;
                $d = next_a(cpu, $a, $b, $c, t1);
                // Last, because the compiler keeps the order, and this one is the fastest.
                $h = word(cpu, old_d).wrapping_add(t1);
            };
        }
        let [one, two] = two_wk(0);
        round!(a b c d e f g h, one);
        round!(d a b c h e f g, two);
        between(0);
        let [one, two] = two_wk(1);
        round!(c d a b g h e f, one);
        round!(b c d a f g h e, two);
        between(1);
        let [one, two] = two_wk(2);
        round!(a b c d e f g h, one);
        round!(d a b c h e f g, two);
        between(2);
        let [one, two] = two_wk(3);
        round!(c d a b g h e f, one);
        round!(b c d a f g h e, two);
        between(3);
        (self.a_to_d, self.e_to_h) = ([a, b, c, d], [e, f, g, h]);
    }

    /// Eight at a time, because the compiler orders the instructions of eight rounds better than those of 16.
    #[inline(always)]
    fn rounds(&mut self, schedule: &[[u64; 4]], block: usize) {
        for eight in schedule.as_chunks::<4>().0 {
            self.eight_rounds(
                #[inline(always)]
                |i| [eight[i][2 * block], eight[i][2 * block + 1]],
                #[inline(always)]
                |_| (),
            );
        }
    }

    #[inline(always)]
    fn words(self) -> [u64; 8] {
        let [a, b, c, d] = self.a_to_d;
        let [e, f, g, h] = self.e_to_h;
        [
            word(self.avx512, a),
            word(self.avx512, b),
            word(self.avx512, c),
            word(self.avx512, d),
            e,
            f,
            g,
            h,
        ]
    }
}
