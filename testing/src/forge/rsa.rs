//! RSA keys, RSASP1 over arbitrary numbers, and the encodings of both schemes with every part replaceable.

use std::sync::LazyLock;

use kms_verify::{SigningAlgorithm, VerifyingKey};
use num_bigint::BigUint;

use super::{Hash, verifying_key};
use crate::{bytes_of, der, padded, spki};

pub struct Key {
    pub n: BigUint,
    p: BigUint,
    q: BigUint,
}

/// The distances of the primes from the numbers that [`bytes_of`] returns: the next primes p such that p - 1 is coprime
/// to all exponents used here.
static KEYS: LazyLock<[Key; 6]> = LazyLock::new(|| {
    [
        Key::new("RSA_2048", 2048, 1298, 134),
        Key::new("RSA_3072", 3072, 4, 6916),
        Key::new("RSA_4096", 4096, 2860, 1792),
        Key::new("a second RSA_2048", 2048, 6050, 5776),
        Key::new("a second RSA_3072", 3072, 1012, 6416),
        Key::new("a second RSA_4096", 4096, 1060, 11234),
    ]
});

/// The first key whose modulus has this many bits.
pub fn key(bits: u64) -> &'static Key {
    KEYS.iter().find(|key| key.n.bits() == bits).unwrap()
}

/// All keys: two of each length.
pub fn keys() -> &'static [Key] {
    &*KEYS
}

impl Key {
    fn new(label: &str, bits: usize, p: u32, q: u32) -> Self {
        let prime = |name: &str, offset| {
            let mut bytes = bytes_of(&format!("{name} of {label}"), bits / 16);
            bytes[0] |= 0xc0;
            *bytes.last_mut().unwrap() |= 1;
            BigUint::from_bytes_be(&bytes) + offset
        };
        let (p, q) = (prime("p", p), prime("q", q));
        let n = &p * &q;
        Self { n, p, q }
    }

    /// The length of the modulus in bytes.
    pub fn length(&self) -> usize {
        self.n.bits().div_ceil(8) as usize
    }

    pub fn spki(&self, e: u64) -> Vec<u8> {
        spki::rsa(&self.n, &e.into())
    }

    pub fn verifying_key(&self, algorithm: SigningAlgorithm) -> VerifyingKey {
        verifying_key(&self.spki(65537), algorithm)
    }

    pub fn sign(&self, encoded: &[u8]) -> Vec<u8> {
        self.sign_for(65537, encoded)
    }

    /// RSASP1 for the public exponent e: EM^d mod n (RFC 8017 section 5.2.1).
    pub fn sign_for(&self, e: u64, encoded: &[u8]) -> Vec<u8> {
        let m = BigUint::from_bytes_be(encoded);
        assert!(m < self.n && encoded.len() == self.length());
        let modulo = |prime: &BigUint| {
            let d = BigUint::from(e).modinv(&(prime - 1_u32)).unwrap();
            m.modpow(&d, prime)
        };
        let (mp, mq) = (modulo(&self.p), modulo(&self.q));
        // Chinese remainder theorem.
        let h = (&mp + &self.p - &mq % &self.p) * self.q.modinv(&self.p).unwrap() % &self.p;
        padded(&(mq + h * &self.q), self.length())
    }
}

/// The DigestInfo of a digest.
pub fn digest_info(hash: Hash, digest: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::sequence(&[&hash.oid(), &[5, 0]]), &der::element(4, digest)])
}

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
pub fn pkcs1(hash: Hash, digest: &[u8], length: usize) -> Vec<u8> {
    block(length, &[0, 1], &digest_info(hash, digest))
}

/// As many bytes 0xff as fit between a prefix and 0x00 with what follows it.
pub fn block(length: usize, begin: &[u8], t: &[u8]) -> Vec<u8> {
    let ps = vec![0xff; length - begin.len() - 1 - t.len()];
    [begin, &ps, &[0], t].concat()
}

/// EMSA-PSS (RFC 8017 section 9.1.1).
#[derive(Clone, Debug)]
pub struct Pss {
    /// The hash function over M'.
    pub hash: Hash,
    /// A byte of H to change.
    pub other_h: Option<usize>,
    /// The hash function of MGF1.
    pub mgf: Hash,
    pub salt: Vec<u8>,
    /// The first bytes of M'.
    pub zeros: Vec<u8>,
    /// The bytes between padding and salt.
    pub separator: u8,
    /// A non-zero byte in the padding: its position and value.
    pub padding: Option<(usize, u8)>,
    /// Whether to set the bit that must be clear in a number less than the modulus.
    pub top_bit: bool,
    pub trailer: Vec<u8>,
}

impl Pss {
    /// The parameters of KMS.
    pub fn of(hash: Hash) -> Self {
        Self {
            hash,
            other_h: None,
            mgf: hash,
            salt: bytes_of("salt", hash.length()),
            zeros: vec![0; 8],
            separator: 1,
            padding: None,
            top_bit: false,
            trailer: vec![0xbc],
        }
    }

    pub fn encode(&self, digest: &[u8], length: usize) -> Vec<u8> {
        let mut h = self.hash.digest(&[&self.zeros, digest, &self.salt].concat());
        if let Some(at) = self.other_h {
            h[at] ^= 1;
        }
        let padding = length - h.len() - self.trailer.len() - self.salt.len() - 1;
        let mut db = [&vec![0; padding], &[self.separator][..], &self.salt].concat();
        if let Some((at, byte)) = self.padding {
            assert!(at < padding);
            db[at] = byte;
        }
        for (counter, block) in (0_u32..).zip(db.chunks_mut(self.mgf.length())) {
            let mask = self.mgf.digest(&[h.as_slice(), &counter.to_be_bytes()].concat());
            block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        }
        db[0] = db[0] & 0x7f | u8::from(self.top_bit) << 7;
        [db, h, self.trailer.clone()].concat()
    }
}
