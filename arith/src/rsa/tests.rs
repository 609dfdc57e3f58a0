//! Comparison of both backends of the RSA operation with each other and with `num-bigint`.

use std::{println, vec, vec::Vec};

use num_bigint::BigUint;

use super::{Backend, RsaPublicKey};
use crate::testing::count;

const SIZES: [usize; 3] = [256, 384, 512];

/// xorshift64* of Vigna: good enough to pick test cases, the same in every run.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(super) fn word(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.word() % n
    }

    pub(super) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.word() as u8).collect()
    }

    /// A number of `len` bytes in long runs of zeros and ones, which propagate carries far.
    pub(super) fn runs(&mut self, len: usize) -> Vec<u8> {
        let mut bits = vec![];
        while bits.len() < 8 * len {
            let longest = if self.below(2) == 0 { 64 } else { 600 };
            let run = 1 + self.below(longest) as usize;
            let bit = self.below(2) as u8;
            bits.extend((0..run).map(|_| bit));
        }
        bits.chunks_exact(8)
            .take(len)
            .map(|byte| byte.iter().fold(0, |byte, bit| 2 * byte + bit))
            .collect()
    }
}

pub(super) fn power_of_two(exponent: usize) -> BigUint {
    BigUint::from(1_u32) << exponent
}

pub(super) fn to_bytes(x: &BigUint, len: usize) -> Vec<u8> {
    let bytes = x.to_bytes_be();
    [vec![0; len - bytes.len()], bytes].concat()
}

/// Moduli of `len` bytes with extreme patterns: odd, top bit set.
pub(super) fn edge_moduli(len: usize) -> Vec<BigUint> {
    let bits = 8 * len;
    let one = || BigUint::from(1_u32);
    let mut moduli = vec![
        power_of_two(bits) - one(),     // all ones
        power_of_two(bits) - 3_u32,     // all ones but one bit
        power_of_two(bits - 1) + one(), // top and bottom bit
        power_of_two(bits - 1) + 3_u32,
        power_of_two(bits) - power_of_two(64) + one(), // low word 1, the rest ones
        power_of_two(bits) - power_of_two(52) + one(), // low limb 1, the rest ones
        power_of_two(bits) - power_of_two(416) + one(), // low block 1, the rest ones
        power_of_two(bits) - power_of_two(bits - 64) + one(), // only the top word, and 1
        power_of_two(bits) - power_of_two(bits - 52) + one(),
        power_of_two(bits - 1) + power_of_two(64) - one(), // low word ones, zeros above
        power_of_two(bits - 1) + power_of_two(416) - one(),
        power_of_two(bits - 1) + power_of_two(bits / 2) - one(), // low half ones
        power_of_two(bits) - power_of_two(bits / 2) - one(),     // ones but for a hole
        power_of_two(bits - 1) + power_of_two(bits - 64) + one(),
    ];
    // Single holes and single bits at every limb and word boundary.
    for position in (52..bits - 1).step_by(52).chain((64..bits - 1).step_by(64)) {
        moduli.push(power_of_two(bits) - one() - power_of_two(position));
        moduli.push(power_of_two(bits - 1) + power_of_two(position) + one());
    }
    moduli
}

/// Values less than `n` that are critical for carries and the final subtraction.
pub(super) fn edge_values(n: &BigUint) -> Vec<BigUint> {
    let bits = n.bits() as usize;
    let mut values: Vec<BigUint> = (0..4_u32).map(BigUint::from).collect();
    values.extend((1..4_u32).map(|k| n - k));
    values.extend([n >> 1, (n >> 1) + 1_u32, (n >> 1) - 1_u32]);
    for exponent in [
        51,
        52,
        53,
        63,
        64,
        65,
        415,
        416,
        417,
        bits / 2,
        bits - 53,
        bits - 52,
        bits - 2,
        bits - 1,
    ] {
        values.extend([
            power_of_two(exponent),
            power_of_two(exponent) - 1_u32,
            n - power_of_two(exponent),
        ]);
    }
    // Montgomery's radices of both backends, and their inverses: forms of 1 and of -1.
    for radix in [bits, 52 * 8 * bits.div_ceil(416)] {
        let r = power_of_two(radix) % n;
        values.extend(r.modinv(n));
        values.extend([n - &r, r]);
    }
    values.retain(|value| value < n);
    values
}

struct Pair {
    n: BigUint,
    e: u64,
    chosen: RsaPublicKey,
    portable: RsaPublicKey,
    len: usize,
}

impl Pair {
    fn new(n: &BigUint, e: u64) -> Self {
        let bytes = n.to_bytes_be();
        let chosen = RsaPublicKey::new(&bytes, e).expect("a modulus of a supported size");
        let portable = RsaPublicKey::with_backend(&bytes, e, Backend::portable).expect("a modulus of a supported size");
        Self {
            n: n.clone(),
            e,
            chosen,
            portable,
            len: bytes.len(),
        }
    }

    /// The answer of both backends, on which they agree.
    fn power(&self, s: &BigUint) -> BigUint {
        let s = to_bytes(s, self.len);
        let (mut chosen, mut portable) = (vec![0xaa; self.len], vec![0x55; self.len]);
        assert_eq!(self.chosen.power(&s, &mut chosen), Some(()));
        assert_eq!(self.portable.power(&s, &mut portable), Some(()));
        assert!(
            chosen == portable,
            "backends differ: n = {:x}, e = {}, s = {s:02x?}",
            self.n,
            self.e
        );
        BigUint::from_bytes_be(&chosen)
    }

    /// Both backends raise many numbers to the powers that they raise each to.
    fn power_many(&self, s: &[Vec<u8>]) {
        let all: Vec<&[u8]> = s.iter().map(Vec::as_slice).collect();
        let mut out = vec![0; self.len];
        let alone: Vec<_> = all
            .iter()
            .map(|s| self.chosen.power(s, &mut out).map(|()| out.clone().into_boxed_slice()))
            .collect();
        for (s, power) in all.iter().zip(&alone) {
            assert_eq!(
                power.is_some(),
                s.len() == self.len && BigUint::from_bytes_be(s) < self.n
            );
        }
        for key in [&self.chosen, &self.portable] {
            let at_once = key.power_many(&all);
            assert!(at_once == alone, "n = {:x}, e = {}, s = {s:02x?}", self.n, self.e);
        }
    }

    fn check(&self, s: &BigUint) {
        let expected = s.modpow(&BigUint::from(self.e), &self.n);
        assert!(
            self.power(s) == expected,
            "wrong: n = {:x}, e = {}, s = {s:x}",
            self.n,
            self.e
        );
    }
}

/// An odd modulus of `len` bytes with its top bit set: random, in runs, or an edge.
pub(super) fn pick_modulus(random: &mut Random, len: usize) -> BigUint {
    let mut bytes = match random.below(3) {
        0 => random.runs(len),
        _ => random.bytes(len),
    };
    bytes[0] |= 0x80;
    bytes[len - 1] |= 1;
    BigUint::from_bytes_be(&bytes)
}

#[test]
fn edge_values_modulo_edge_moduli() {
    for len in SIZES {
        let step = if cfg!(debug_assertions) { 40 } else { 1 };
        for n in edge_moduli(len).iter().step_by(step) {
            let key = Pair::new(n, 65_537);
            edge_values(n).iter().for_each(|s| key.check(s));
        }
    }
}

#[test]
fn random_values_and_exponents() {
    let mut random = Random::new(1);
    for len in SIZES {
        for round in 0..if cfg!(debug_assertions) { 4 } else { 60 } {
            let n = pick_modulus(&mut random, len);
            let e = if round % 2 == 0 {
                65_537
            } else {
                65_537 + 2 * random.below((1 << 32) - (1 << 15))
            };
            let key = Pair::new(&n, e);
            key.check(&(BigUint::from_bytes_be(&random.bytes(len)) % &n));
            key.check(&(BigUint::from_bytes_be(&random.runs(len)) % &n));
        }
    }
}

#[test]
fn small_and_large_exponents() {
    let n = pick_modulus(&mut Random::new(2), 256);
    for e in [3, 5, 7, 17, 257, 65_537, 65_539, (1 << 32) + 1, (1 << 33) - 1, u64::MAX] {
        Pair::new(&n, e).check(&(&n - 2_u32));
    }
}

#[test]
fn rejects_what_is_not_below_the_modulus_or_not_as_long() {
    for len in SIZES {
        for n in &edge_moduli(len)[..6] {
            let pair = Pair::new(n, 65_537);
            for key in [&pair.chosen, &pair.portable] {
                let mut out = vec![7; len];
                let all_ones = power_of_two(8 * len) - 1_u32;
                for s in [n.clone(), n + 1_u32, all_ones]
                    .iter()
                    .filter(|s| s.bits() <= 8 * len as u64 && *s >= n)
                {
                    assert_eq!(key.power(&to_bytes(s, len), &mut out), None);
                }
                for other in [0, 1, len - 8, len - 1, len + 1, len + 8] {
                    assert_eq!(key.power(&vec![0; other], &mut out), None);
                    assert_eq!(key.power(&vec![0; len], &mut vec![0; other]), None);
                }
                assert!(out.iter().all(|&byte| byte == 7), "written without an answer");
            }
        }
    }
}

/// Every number of powers up to 17, with an operand that is rejected at every position, or accepted among rejected ones.
#[test]
fn many_powers_are_those_of_each() {
    let mut random = Random::new(4);
    for len in SIZES {
        let n = pick_modulus(&mut random, len);
        let pair = Pair::new(&n, 65_537);
        let good = |random: &mut Random| to_bytes(&(BigUint::from_bytes_be(&random.bytes(len)) % &n), len);
        let bad = [
            to_bytes(&n, len),
            to_bytes(&(&n + 1_u32), len),
            vec![0xff; len],
            vec![],
            vec![0; 1],
            vec![0; len - 1],
            vec![0; len - 8],
            vec![0; len + 1],
            vec![0; len + 8],
        ];
        for count in 0..=17 {
            let valid: Vec<_> = (0..count).map(|_| good(&mut random)).collect();
            pair.power_many(&valid);
            for position in (0..count).step_by(if cfg!(debug_assertions) { 3 } else { 1 }) {
                let mut s = valid.clone();
                s[position].clone_from(&bad[(position + count) % bad.len()]);
                pair.power_many(&s);
                let mut s: Vec<_> = (0..count).map(|i| bad[(i + count) % bad.len()].clone()).collect();
                s[position].clone_from(&valid[position]);
                pair.power_many(&s);
            }
        }
        // As many rejected ones as leave any number of lanes.
        for rejected in 0..=8 {
            let lane = |i: usize| {
                if i < rejected {
                    bad[i].clone()
                } else {
                    good(&mut random)
                }
            };
            pair.power_many(&(0..8).map(lane).collect::<Vec<_>>());
        }
    }
}

#[test]
fn rejects_other_keys() {
    let odd = |len: usize| [vec![0x80], vec![0; len - 2], vec![1]].concat();
    for len in SIZES {
        let with = |position: usize, byte: u8| {
            let mut n = odd(len);
            n[position] = byte;
            n
        };
        assert!(RsaPublicKey::new(&odd(len), 65_537).is_some());
        assert!(RsaPublicKey::new(&with(0, 0x7f), 65_537).is_none(), "one bit short");
        assert!(RsaPublicKey::new(&with(len - 1, 2), 65_537).is_none(), "even");
        for e in [0, 1, 2, 65_536] {
            assert!(RsaPublicKey::new(&odd(len), e).is_none(), "e = {e}");
        }
    }
    for len in [2, 8, 64, 128, 255, 257, 264, 320, 383, 385, 511, 513, 520, 1024] {
        assert!(RsaPublicKey::new(&odd(len), 65_537).is_none(), "{len} bytes");
    }
    assert!(RsaPublicKey::new(&[], 65_537).is_none());
}

#[test]
fn the_backend_in_use_is_named() {
    let n = (power_of_two(2048) - 1_u32).to_bytes_be();
    let backend = |key: Option<RsaPublicKey>| key.map(|key| key.backend_name());
    assert_eq!(
        backend(RsaPublicKey::with_backend(&n, 65_537, Backend::portable)),
        Some("portable")
    );
    println!("RSA runs on the backend: {:?}", backend(RsaPublicKey::new(&n, 65_537)));
}

#[test]
fn keys_are_shared_between_threads() {
    fn shared<T: Clone + core::fmt::Debug + Send + Sync + 'static>() {}
    shared::<RsaPublicKey>();
}

/// `RSA_POWERS=1000000 cargo test --release -p kms-verify-arith powers_computed_in_several_ways -- --nocapture` makes the record of a
/// long run.
#[test]
fn powers_computed_in_several_ways_agree() {
    let powers = count("RSA_POWERS", if cfg!(debug_assertions) { 200 } else { 5_000 });
    for len in SIZES {
        let mut random = Random::new(powers + len as u64);
        let edges = edge_moduli(len);
        let (mut done, mut against_oracle, mut moduli) = (0, 0, 0);
        while done < powers {
            let n = match random.below(4) {
                0 => edges[random.below(edges.len() as u64) as usize].clone(),
                _ => pick_modulus(&mut random, len),
            };
            let e = if random.below(4) == 0 {
                65_537 + 2 * random.below((1 << 32) - (1 << 15))
            } else {
                65_537
            };
            let pair = Pair::new(&n, e);
            let mut values = edge_values(&n);
            values.extend((0..40).map(|_| BigUint::from_bytes_be(&random.bytes(len)) % &n));
            values.extend((0..20).map(|_| BigUint::from_bytes_be(&random.runs(len)) % &n));
            let mut powers_alone = vec![];
            for s in &values {
                if random.below(50) == 0 {
                    pair.check(s);
                    against_oracle += 1;
                }
                powers_alone.push(pair.power(s));
            }
            let bytes: Vec<Vec<u8>> = values.iter().map(|s| to_bytes(s, len)).collect();
            let all: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
            let at_once = pair.chosen.power_many(&all);
            assert!(
                at_once.len() == values.len()
                    && powers_alone
                        .iter()
                        .zip(&at_once)
                        .all(|(power, at_once)| { at_once.as_deref() == Some(&to_bytes(power, len)[..]) }),
                "at once: n = {n:x}, e = {e}"
            );
            done += values.len() as u64;
            moduli += 1;
            if done >= powers {
                println!(
                    "{} bits: {done} powers, {} alone and at once against portable, {against_oracle} against num-bigint, {moduli} moduli",
                    8 * len,
                    pair.chosen.backend_name(),
                );
            }
        }
    }
}
