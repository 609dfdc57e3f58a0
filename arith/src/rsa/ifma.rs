//! AVX-512 IFMA: eight limbs of 52 bits in a register, two instructions for the halves of eight products.

use core::arch::x86_64::__m512i;

use super::block_montgomery::{BlockMontgomery, Limbs};
use super::exponentiation::PowerModulo;
use super::remainder::{power_of_two_mod, reduce};
use super::simd::Simd;
use crate::integer::Integer;
use crate::x86::{Ifma512, Task, vector_of_words, words_of_vector};

const LIMB_MASK: u64 = (1 << 52) - 1;

impl Simd for Ifma512 {
    type Vector = __m512i;
    const LANES: usize = 8;
    const LIMB_BITS: u32 = 52;

    #[inline(always)]
    fn splat(self, x: u64) -> __m512i {
        self._mm512_set1_epi64(x.cast_signed())
    }

    #[inline(always)]
    fn load(self, words: &[u64; 8]) -> __m512i {
        vector_of_words(*words)
    }

    #[inline(always)]
    fn store(self, vector: __m512i, words: &mut [u64; 8]) {
        *words = words_of_vector(vector);
    }

    #[inline(always)]
    fn add(self, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_add_epi64(x, y)
    }

    #[inline(always)]
    fn add_product_low(self, sum: __m512i, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_madd52lo_epu64(sum, x, y)
    }

    #[inline(always)]
    fn add_product_high(self, sum: __m512i, x: __m512i, y: __m512i) -> __m512i {
        self._mm512_madd52hi_epu64(sum, x, y)
    }

    #[inline(always)]
    fn limb(self, x: __m512i) -> __m512i {
        self._mm512_and_si512(x, self.splat(LIMB_MASK))
    }

    #[inline(always)]
    fn above_limb(self, x: __m512i) -> __m512i {
        self._mm512_srli_epi64::<52>(x)
    }

    #[inline(always)]
    fn exceeds_limb(self, x: __m512i) -> u32 {
        u32::from(self._mm512_cmpgt_epu64_mask(x, self.splat(LIMB_MASK)))
    }

    #[inline(always)]
    fn is_full_limb(self, x: __m512i) -> u32 {
        u32::from(self._mm512_cmpeq_epu64_mask(x, self.splat(LIMB_MASK)))
    }

    #[inline(always)]
    fn add_one_where(self, x: __m512i, lanes: u32) -> __m512i {
        self._mm512_mask_add_epi64(x, lanes as u8, x, self.splat(1))
    }

    #[inline(always)]
    fn broadcast(self, x: __m512i, lane: usize) -> __m512i {
        self._mm512_permutexvar_epi64(self.splat(lane as u64), x)
    }

    #[inline(always)]
    fn keep_from(self, x: __m512i, lane: usize) -> __m512i {
        self._mm512_maskz_mov_epi64(0xff << lane, x)
    }

    #[inline(always)]
    fn move_up(self, x: __m512i, below: __m512i) -> __m512i {
        self._mm512_alignr_epi64::<7>(x, below)
    }

    #[inline(always)]
    fn interleave(self, even: __m512i, odd: __m512i) -> (__m512i, __m512i) {
        let lower = vector_of_words([0, 8, 1, 9, 2, 10, 3, 11]);
        let upper = vector_of_words([4, 12, 5, 13, 6, 14, 7, 15]);
        (
            self._mm512_permutex2var_epi64(even, lower, odd),
            self._mm512_permutex2var_epi64(even, upper, odd),
        )
    }
}

/// An odd modulus of exactly N words, its top bit set, in K blocks of eight limbs.
#[derive(Clone, Debug)]
pub(crate) struct IfmaModulus<const N: usize, const K: usize> {
    token: Ifma512,
    n: [u64; N],
    blocks: BlockMontgomery<K>,
}

impl<const N: usize, const K: usize> IfmaModulus<N, K> {
    /// `n` is odd and has its top bit set; the caller has checked that.
    pub(crate) fn new(token: Ifma512, n: [u64; N]) -> Self {
        let bits_of_r = K as u32 * 8 * Ifma512::LIMB_BITS;
        // R / n >= 16, as the blocks require.
        const { assert!(K as u32 * 8 * Ifma512::LIMB_BITS >= 64 * N as u32 + 4) };
        let r_squared = power_of_two_mod(&n, 2 * bits_of_r);
        Self {
            token,
            n,
            blocks: BlockMontgomery::new::<Ifma512>(&n, &r_squared),
        }
    }
}

impl<const N: usize, const K: usize> PowerModulo<u64, N> for IfmaModulus<N, K> {
    fn power(&self, s: &[u64; N], e: u64) -> Option<[u64; N]> {
        if !s.sub_borrow(&self.n).1 {
            return None;
        }
        let s = Limbs::from_words(s, Ifma512::LIMB_BITS, 8 * K);
        let power = self.token.run(Power {
            modulus: self,
            s: &s,
            e,
        });
        let (low, high) = power.to_words(Ifma512::LIMB_BITS);
        Some(reduce(&low, high, &self.n)) // at most twice: power < 3n
    }

    fn eight_powers(&self, s: &[Option<[u64; N]>; 8], e: u64) -> [Option<[u64; N]>; 8] {
        let s = s.map(|s| s.filter(|s| s.sub_borrow(&self.n).1));
        if s.iter().flatten().count() < FEWEST_AT_ONCE {
            return s.map(|s| self.power(&s?, e));
        }
        let numbers = s.map(|s| s.unwrap_or([0; N]));
        let powers = self.token.run(EightPowers {
            modulus: self,
            s: &numbers,
            e,
        });
        let mut results = s;
        for (result, (low, high)) in results.iter_mut().zip(&powers) {
            *result = result.map(|_| reduce(low, *high, &self.n));
        }
        results
    }
}

/// Fewer powers take less time one after the other: eight at once take as long as five to six, of any size.
const FEWEST_AT_ONCE: usize = 6;

/// The code that is compiled with the CPU features enabled: everything that is inlined into `run`.
struct Power<'a, const N: usize, const K: usize> {
    modulus: &'a IfmaModulus<N, K>,
    s: &'a Limbs,
    e: u64,
}

impl<const N: usize, const K: usize> Task for Power<'_, N, K> {
    type Output = Limbs;

    #[inline(always)]
    fn run(self) -> Limbs {
        self.modulus.blocks.power(self.modulus.token, self.s, self.e)
    }
}

/// The same for eight.
struct EightPowers<'a, const N: usize, const K: usize> {
    modulus: &'a IfmaModulus<N, K>,
    s: &'a [[u64; N]; 8],
    e: u64,
}

impl<const N: usize, const K: usize> Task for EightPowers<'_, N, K> {
    type Output = [([u64; N], u64); 8];

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.modulus.blocks.eight_powers(self.modulus.token, self.s, self.e)
    }
}
