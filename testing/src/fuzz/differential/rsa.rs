//! Cases of RSASSA-PSS and RSASSA-PKCS1-v1_5 (RFC 8017 section 8).
//!
//! Signing is slow with a modulus of two primes. A modulus of many small primes looks the same to a verifier, and every
//! prime here fits in a word: roots are computed modulo the primes and combined.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use kms_verify::SigningAlgorithm;
use num_bigint::BigUint;

use super::choices::Choices;
use super::{Case, Key, Kind};
use crate::forge::Hash;
use crate::forge::rsa::{Pss, pkcs1};
use crate::{SplitMix64, power_of_two, try_padded};

const ALGORITHMS: [(SigningAlgorithm, Padding, Hash); 6] = [
    (SigningAlgorithm::RsassaPssSha256, Padding::Pss, Hash::Sha256),
    (SigningAlgorithm::RsassaPssSha384, Padding::Pss, Hash::Sha384),
    (SigningAlgorithm::RsassaPssSha512, Padding::Pss, Hash::Sha512),
    (SigningAlgorithm::RsassaPkcs1V15Sha256, Padding::Pkcs1, Hash::Sha256),
    (SigningAlgorithm::RsassaPkcs1V15Sha384, Padding::Pkcs1, Hash::Sha384),
    (SigningAlgorithm::RsassaPkcs1V15Sha512, Padding::Pkcs1, Hash::Sha512),
];

/// The smallest and the largest accepted exponent, few bits and many, and one with many factors.
const EXPONENTS: [u64; 6] = [
    0x1_0001,
    0x1_0003,
    0xffff_ffff,
    0x1_0000_0001,
    0x1_5555_5555,
    0x1_ffff_ffff,
];

/// Secrets of many primes that are used repeatedly.
const KEYS: usize = 8;
/// Signatures for each algorithm with a prime modulus: they are slow to make.
const SLOW_SIGNATURES: usize = 2;

thread_local! {
    static WORKSHOPS: RefCell<HashMap<usize, Rc<Workshop>>> = RefCell::default();
}

/// Constructs a case of this modulus size from `choices`.
pub fn case(bits: usize, choices: &mut Choices<'_>) -> Case {
    let workshop = WORKSHOPS.with_borrow_mut(|workshops| {
        workshops
            .entry(bits)
            .or_insert_with(|| Rc::new(Workshop::new(bits)))
            .clone()
    });
    match choices.byte() {
        0..16 => workshop.any_modulus(choices),
        16..32 => workshop.prime_modulus(choices),
        32..40 => {
            let mut random = SplitMix64(0);
            choices
                .bytes(8)
                .iter()
                .for_each(|byte| random.0 = random.0 << 8 | u64::from(*byte));
            let secret = Secret::random(bits, exponent(choices), choices.byte(), &mut random);
            let key = Rc::new(Key::rsa(&secret.n, secret.e));
            workshop.many_primes(&secret, key, vec![Kind::NewKey], choices)
        }
        _ => {
            let (secret, key) = choices.one_of(&workshop.keys);
            let key = key.get_or_init(|| Rc::new(Key::rsa(&secret.n, secret.e)));
            workshop.many_primes(secret, key.clone(), vec![], choices)
        }
    }
}

/// Values that cases of one size are constructed with, computed once.
struct Workshop {
    bits: usize,
    keys: Vec<(Secret, OnceCell<Rc<Key>>)>,
    primes: [PrimeModulus; 2],
}

/// A prime modulus near a power of two, and its signatures by algorithm and number.
struct PrimeModulus {
    n: BigUint,
    key: OnceCell<Rc<Key>>,
    signatures: RefCell<HashMap<(usize, usize), DigestAndRoot>>,
}

type DigestAndRoot = (Vec<u8>, BigUint);

/// A signature, and what is known about it.
struct Signed {
    key: Rc<Key>,
    algorithm: SigningAlgorithm,
    digest: Vec<u8>,
    s: BigUint,
    valid: Option<bool>,
    kinds: Vec<Kind>,
}

impl Workshop {
    fn new(bits: usize) -> Self {
        let mut random = SplitMix64(bits as u64);
        let keys = (0..KEYS).map(|number| {
            let e = EXPONENTS[number.saturating_sub(2) % EXPONENTS.len()];
            (Secret::random(bits, e, number as u8, &mut random), OnceCell::new())
        });
        // 2^bits - c and 2^(bits - 1) + c are primes p such that 65537 does not divide p - 1.
        let (below, above) = match bits {
            2048 => (1557_u32, 1919_u32),
            3072 => (47, 2291),
            4096 => (2549, 579),
            _ => unreachable!("no size of a modulus"),
        };
        let primes = [power_of_two(bits) - below, power_of_two(bits - 1) + above];
        Self {
            bits,
            keys: keys.collect(),
            primes: primes.map(|n| PrimeModulus {
                n,
                key: OnceCell::new(),
                signatures: RefCell::default(),
            }),
        }
    }

    fn bytes(&self) -> usize {
        self.bits / 8
    }

    fn many_primes(&self, secret: &Secret, key: Rc<Key>, mut kinds: Vec<Kind>, choices: &mut Choices<'_>) -> Case {
        kinds.extend((secret.e != 65537).then_some(Kind::OtherExponent));
        let (algorithm, padding, hash) = *choices.one_of(&ALGORITHMS);
        let digest = choices.bytes(hash.length());
        let defect = match choices.byte() {
            0..24 => Some(choices.below(self.bits)),
            _ => None,
        };
        let salt = match choices.byte() {
            0..8 => choices.below(hash.length() * 2),
            _ => hash.length(),
        };
        let salt_bytes = match padding {
            Padding::Pss => choices.bytes(salt),
            Padding::Pkcs1 => Vec::new(),
        };
        let mut encoded = padding.encode(hash, &digest, &salt_bytes, self.bytes());
        if let Some(bit) = defect {
            encoded[bit / 8] ^= 1 << (bit % 8);
        }
        let right_salt = padding == Padding::Pkcs1 || salt == hash.length();
        let valid = defect.is_none() && right_salt;
        kinds.extend((!valid).then_some(Kind::EncodingDefect));
        let s = secret.root(&BigUint::from_bytes_be(&encoded));
        let signed = Signed {
            key,
            algorithm,
            digest,
            s,
            valid: Some(valid),
            kinds,
        };
        signed.finished(&secret.n, choices)
    }

    fn prime_modulus(&self, choices: &mut Choices<'_>) -> Case {
        let modulus = choices.one_of(&self.primes);
        let place = choices.below(ALGORITHMS.len());
        let number = choices.below(SLOW_SIGNATURES);
        let (algorithm, padding, hash) = ALGORITHMS[place];
        let mut signatures = modulus.signatures.borrow_mut();
        let (digest, s) = signatures.entry((place, number)).or_insert_with(|| {
            let mut random = SplitMix64(number as u64);
            let mut digest = vec![0; hash.length()];
            let mut salt = vec![0; hash.length()];
            random.fill(&mut digest);
            random.fill(&mut salt);
            let encoded = padding.encode(hash, &digest, &salt, self.bytes());
            let order = &modulus.n - 1_u8;
            let d = BigUint::from(65537_u32).modinv(&order).expect("not a divisor");
            (digest, BigUint::from_bytes_be(&encoded).modpow(&d, &modulus.n))
        });
        let key = modulus.key.get_or_init(|| Rc::new(Key::rsa(&modulus.n, 65537)));
        let signed = Signed {
            key: key.clone(),
            algorithm,
            digest: digest.clone(),
            s: s.clone(),
            valid: Some(true),
            kinds: vec![Kind::PrimeModulus],
        };
        signed.finished(&modulus.n, choices)
    }

    /// Nobody knows a valid signature, but all must agree.
    fn any_modulus(&self, choices: &mut Choices<'_>) -> Case {
        let top = power_of_two(self.bits - 1);
        let landmarks = [top.clone(), power_of_two(self.bits) - 1_u8];
        let mut n = choices.number(self.bits as u64, &landmarks) % power_of_two(self.bits);
        n.set_bit(0, true);
        n.set_bit(self.bits as u64 - 1, true);
        let e = exponent(choices);
        let (algorithm, _, hash) = *choices.one_of(&ALGORITHMS);
        let digest = choices.bytes(hash.length());
        let s = choices.number(self.bits as u64, &[n.clone(), &n / 2_u8]);
        let mut kinds = vec![Kind::NewKey, Kind::AnyModulus];
        kinds.extend((e != 65537).then_some(Kind::OtherExponent));
        let signed = Signed {
            key: Rc::new(Key::rsa(&n, e)),
            algorithm,
            digest,
            s,
            valid: None,
            kinds,
        };
        signed.finished(&n, choices)
    }
}

impl Signed {
    /// The case, occasionally with a last change.
    fn finished(mut self, n: &BigUint, choices: &mut Choices<'_>) -> Case {
        let length = n.bits() as usize / 8;
        let landmarks = [n.clone(), n / 2_u8];
        let mut is_changed = true;
        match choices.byte() % 16 {
            0 => self.s ^= power_of_two(choices.below(8 * length)),
            1 => self.s = n - self.s % n,
            2 => self.s += n,
            3 => self.s = choices.number(n.bits(), &landmarks),
            4 => {
                let bit = choices.below(8 * self.digest.len());
                self.digest[bit / 8] ^= 1 << (bit % 8);
            }
            _ => is_changed = false,
        }
        self.kinds.extend((self.s >= *n).then_some(Kind::NotBelowModulus));
        let mut signature = try_padded(&self.s, length).unwrap_or_else(|| self.s.to_bytes_be());
        match choices.byte() {
            0 => signature.insert(0, 0),
            1 => drop(signature.remove(0)),
            _ => {}
        }
        is_changed |= signature.len() != length;
        Case {
            // A number has only one root.
            valid: self.valid.map(|valid| valid && !is_changed),
            key: self.key,
            algorithm: self.algorithm,
            digest: self.digest,
            signature,
            kinds: self.kinds,
        }
    }
}

fn exponent(choices: &mut Choices<'_>) -> u64 {
    match choices.byte() % 4 {
        0 => 65537,
        1 => *choices.one_of(&EXPONENTS),
        _ => {
            let mut e = [0; 8];
            e[3..].copy_from_slice(&choices.bytes(5));
            // Odd, from 65537 up to 2^33.
            (u64::from_be_bytes(e) % (1 << 33)).max(65536) | 1
        }
    }
}

/// A modulus of many primes, with its private exponents.
struct Secret {
    n: BigUint,
    e: u64,
    factors: Vec<Factor>,
}

struct Factor {
    prime: u64,
    /// e^-1 modulo the prime minus 1.
    d: u64,
    /// 1 modulo the prime, and 0 modulo all others.
    unit: BigUint,
}

impl Secret {
    /// `shape` selects an arbitrary modulus, or one that begins with many ones, or with a one and many zeros.
    fn random(bits: usize, e: u64, shape: u8, random: &mut SplitMix64) -> Self {
        let mut primes: Vec<u64> = Vec::new();
        let mut product = BigUint::from(1_u8);
        let add = |primes: &mut Vec<u64>, product: &mut BigUint, from: u64| {
            let prime = (from | 1..)
                .step_by(2)
                .find(|p| is_prime(*p) && greatest_common_divisor(p - 1, e) == 1 && !primes.contains(p));
            let prime = prime.expect("primes are dense");
            primes.push(prime);
            *product *= prime;
        };
        while bits as u64 - product.bits() > 63 {
            add(&mut primes, &mut product, random.word() >> 32 | 1 << 31);
        }
        // The last prime makes the product lie between 2^(bits - 1) and 2^bits.
        let least = u64::try_from(power_of_two(bits - 1) / &product).expect("63 bits at most") + 1;
        let from = match shape % 4 {
            0 => least,
            // There is another prime below twice the number.
            1 => least * 2 - 40_000.min(least / 2),
            _ => least + random.word() % (least / 2),
        };
        add(&mut primes, &mut product, from);
        assert_eq!(product.bits(), bits as u64);
        let factor = |prime: u64| {
            let others = &product / prime;
            let residue = u64::try_from(&others % prime).expect("less than the prime");
            Factor {
                prime,
                d: inverse(e % (prime - 1), prime - 1),
                unit: others * power(residue, prime - 2, prime),
            }
        };
        Self {
            factors: primes.into_iter().map(factor).collect(),
            n: product,
            e,
        }
    }

    /// The number whose e-th power is x, modulo n.
    fn root(&self, x: &BigUint) -> BigUint {
        let roots = self.factors.iter().map(|factor| {
            let residue = u64::try_from(x % factor.prime).expect("less than the prime");
            &factor.unit * power(residue, factor.d, factor.prime)
        });
        roots.sum::<BigUint>() % &self.n
    }
}

fn product(a: u64, b: u64, modulus: u64) -> u64 {
    match u32::try_from(modulus) {
        Ok(_) => a * b % modulus,
        Err(_) => (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64,
    }
}

fn power(base: u64, exponent: u64, modulus: u64) -> u64 {
    let (mut power, mut square, mut exponent) = (1 % modulus, base % modulus, exponent);
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = product(power, square, modulus);
        }
        square = product(square, square, modulus);
        exponent /= 2;
    }
    power
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Euclid's algorithm. The two numbers are coprime.
fn inverse(a: u64, modulus: u64) -> u64 {
    let (mut r0, mut r1) = (i128::from(modulus), i128::from(a));
    let (mut t0, mut t1) = (0, 1);
    while r1 != 0 {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    t0.rem_euclid(i128::from(modulus)) as u64
}

/// The test of Miller and Rabin, which is exact for all numbers of 64 bits with these bases.
fn is_prime(number: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if let Some(divisor) = BASES.iter().find(|base| number.is_multiple_of(**base)) {
        return number == *divisor;
    }
    let twos = (number - 1).trailing_zeros();
    number > 1
        && BASES.iter().all(|base| {
            let mut x = power(*base, (number - 1) >> twos, number);
            (0..twos).any(|round| {
                let passes = x == number - 1 || (round == 0 && x == 1);
                x = product(x, x, number);
                passes
            })
        })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Padding {
    Pss,
    Pkcs1,
}

impl Padding {
    /// The encoded message with this many bytes. The salt is only for PSS.
    fn encode(self, hash: Hash, digest: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
        match self {
            Self::Pss => {
                let salt = salt.to_vec();
                Pss { salt, ..Pss::of(hash) }.encode(digest, length)
            }
            Self::Pkcs1 => pkcs1(hash, digest, length),
        }
    }
}
