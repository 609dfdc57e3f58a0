//! Elliptic curves y^2 = x^3 + ax + b by textbook formulas, with ECDSA and SM2.

use std::sync::LazyLock;

use kms_verify::{KeySpec, SigningAlgorithm, VerifyingKey};
use num_bigint::BigUint;
use sm3::{Digest, Sm3};

use super::{Hash, verifying_key};
use crate::{bytes_of, number, padded, spki};

pub struct Curve {
    pub key_spec: KeySpec,
    pub algorithm: SigningAlgorithm,
    /// The length of p and n in bytes.
    pub bytes: usize,
    pub p: BigUint,
    pub a: BigUint,
    pub b: BigUint,
    pub n: BigUint,
    pub g: Affine,
}

pub type Affine = (BigUint, BigUint);
/// `None` is the point at infinity.
pub type Point = Option<Affine>;

/// The four curves of ECDSA (SEC 2) and sm2p256v1 (GB/T 32918.5).
pub static CURVES: LazyLock<[Curve; 5]> = LazyLock::new(|| {
    [
        Curve {
            key_spec: KeySpec::EccNistP256,
            algorithm: SigningAlgorithm::EcdsaSha256,
            bytes: 32,
            p: number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
            a: number("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc"),
            b: number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
            n: number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
            g: (
                number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
                number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
            ),
        },
        Curve {
            key_spec: KeySpec::EccNistP384,
            algorithm: SigningAlgorithm::EcdsaSha384,
            bytes: 48,
            p: number(
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            ),
            a: number(
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
            ),
            b: number(
                "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            ),
            n: number(
                "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            ),
            g: (
                number(
                    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
                ),
                number(
                    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
                ),
            ),
        },
        Curve {
            key_spec: KeySpec::EccNistP521,
            algorithm: SigningAlgorithm::EcdsaSha512,
            bytes: 66,
            p: (BigUint::from(1_u32) << 521) - 1_u32,
            a: (BigUint::from(1_u32) << 521) - 4_u32,
            b: number(concat!(
                "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109",
                "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
            )),
            n: number(concat!(
                "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
            )),
            g: (
                number(concat!(
                    "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d",
                    "baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66"
                )),
                number(concat!(
                    "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66",
                    "2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650"
                )),
            ),
        },
        Curve {
            key_spec: KeySpec::EccSecgP256k1,
            algorithm: SigningAlgorithm::EcdsaSha256,
            bytes: 32,
            p: number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"),
            a: BigUint::ZERO,
            b: BigUint::from(7_u32),
            n: number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
            g: (
                number("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
                number("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
            ),
        },
        Curve {
            key_spec: KeySpec::Sm2,
            algorithm: SigningAlgorithm::Sm2Dsa,
            bytes: 32,
            p: number("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff"),
            a: number("fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"),
            b: number("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"),
            n: number("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"),
            g: (
                number("32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"),
                number("bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"),
            ),
        },
    ]
});

pub fn curve(key_spec: KeySpec) -> &'static Curve {
    CURVES.iter().find(|curve| curve.key_spec == key_spec).unwrap()
}

impl Curve {
    pub fn is_sm2(&self) -> bool {
        self.key_spec == KeySpec::Sm2
    }

    pub fn add(&self, one: &Point, other: &Point) -> Point {
        let p = &self.p;
        let (Some((x1, y1)), Some((x2, y2))) = (one, other) else {
            return one.clone().or_else(|| other.clone());
        };
        let slope = if x1 != x2 {
            (y2 + p - y1) * (x2 + p - x1).modinv(p).unwrap() % p
        } else if y1 == y2 && *y1 != BigUint::ZERO {
            (x1 * x1 * 3_u32 + &self.a) * (y1 * 2_u32).modinv(p).unwrap() % p
        } else {
            return None;
        };
        let x = (&slope * &slope + p + p - x1 - x2) % p;
        let y = (slope * (x1 + p - &x) + p - y1) % p;
        Some((x, y))
    }

    pub fn multiply(&self, scalar: &BigUint, point: &Point) -> Point {
        (0..scalar.bits()).rev().fold(None, |sum, bit| {
            let doubled = self.add(&sum, &sum);
            if scalar.bit(bit) {
                self.add(&doubled, point)
            } else {
                doubled
            }
        })
    }

    pub fn base(&self) -> Point {
        Some(self.g.clone())
    }

    /// The points with the smallest x from this one on, one for each x.
    pub fn points_from(&self, x: u32) -> impl Iterator<Item = Affine> {
        (x..).filter_map(|x| self.lift(&x.into()))
    }

    fn lift(&self, x: &BigUint) -> Option<Affine> {
        let square = (x * x * x + &self.a * x + &self.b) % &self.p;
        // All five p are congruent to 3 modulo 4.
        let y = square.modpow(&((&self.p + 1_u32) >> 2), &self.p);
        (&y * &y % &self.p == square).then(|| (x.clone(), y))
    }

    /// The encoding of the object identifier of the curve, which follows id-ecPublicKey.
    pub fn oid(&self) -> Vec<u8> {
        spki::algorithm_identifier(self.key_spec)[9..].to_vec()
    }

    /// A SubjectPublicKeyInfo with this point, which need not be on the curve.
    pub fn spki(&self, point: &Affine) -> Vec<u8> {
        spki::encode(self.key_spec, &self.uncompressed(point))
    }

    pub fn uncompressed(&self, (x, y): &Affine) -> Vec<u8> {
        [&[4][..], &padded(x, self.bytes), &padded(y, self.bytes)].concat()
    }

    /// The length of a digest in bytes. No digest is longer than n, so none is truncated.
    pub fn digest_length(&self) -> usize {
        Hash::of(self.algorithm).map_or(32, Hash::length)
    }

    /// A small signature and a key made for it: (SubjectPublicKeyInfo, digest, r, s). It is valid if the r of the
    /// equation is to equal that of the signature, that is, if their difference is to be 0.
    ///
    /// R is a point with a small x and unknown logarithm, and the key is computed from the equation.
    pub fn small_signature(&self, difference: &BigUint) -> (Vec<u8>, Vec<u8>, BigUint, BigUint) {
        let n = &self.n;
        let nonce = self.points_from(5).next().unwrap();
        let s = BigUint::from(11_u32);
        let (r, digest, key) = if self.is_sm2() {
            // R = sG + (r + s)Q and r = e + x.
            let r = BigUint::from(7_u32);
            let e = (&r + difference + n - &nonce.0) % n;
            let minus_s_g = self.multiply(&(n - &s), &self.base());
            let t_inverse = (&r + &s).modinv(n).unwrap();
            let key = self.multiply(&t_inverse, &self.add(&Some(nonce), &minus_s_g));
            (r, padded(&e, self.digest_length()), key)
        } else {
            // sR = zG + rQ and r = x.
            let r = &nonce.0 + difference;
            let digest = bytes_of("digest", self.digest_length());
            let z = BigUint::from_bytes_be(&digest) % n;
            let minus_z_g = self.multiply(&(n - z), &self.base());
            let s_r = self.multiply(&s, &Some(nonce));
            let key = self.multiply(&r.modinv(n).unwrap(), &self.add(&s_r, &minus_z_g));
            (r, digest, key)
        };
        (self.spki(&key.unwrap()), digest, r, s)
    }
}

/// A private key, with one nonce for all signatures: nothing here is secret.
pub struct Key {
    pub curve: &'static Curve,
    pub d: BigUint,
    pub public: Affine,
    nonce: BigUint,
    nonce_x: BigUint,
}

impl Key {
    pub fn new(curve: &'static Curve, label: &str) -> Self {
        let scalar = |purpose: &str| {
            let bytes = bytes_of(&format!("{purpose} of {label} on {}", curve.key_spec), curve.bytes);
            BigUint::from_bytes_be(&bytes) % &curve.n
        };
        Self::with(curve, scalar("d"), scalar("k"))
    }

    pub fn with(curve: &'static Curve, d: BigUint, nonce: BigUint) -> Self {
        let point = |scalar| curve.multiply(scalar, &curve.base()).unwrap();
        Self {
            curve,
            public: point(&d),
            nonce_x: point(&nonce).0,
            d,
            nonce,
        }
    }

    pub fn spki(&self) -> Vec<u8> {
        self.curve.spki(&self.public)
    }

    pub fn verifying_key(&self) -> VerifyingKey {
        verifying_key(&self.spki(), self.curve.algorithm)
    }

    /// The number that is signed for a message.
    pub fn digest(&self, message: &[u8]) -> Vec<u8> {
        match Hash::of(self.curve.algorithm) {
            Some(hash) => hash.digest(message),
            None => self.sm2_digest(b"1234567812345678", message),
        }
    }

    /// e = SM3(ZA || M) (GB/T 32918.2 section 5.5 and 6.1), hashed byte by byte.
    pub fn sm2_digest(&self, id: &[u8], message: &[u8]) -> Vec<u8> {
        let sm3 = |parts: &[&[u8]]| {
            let mut hasher = Sm3::new();
            parts.iter().copied().flatten().for_each(|byte| hasher.update([*byte]));
            hasher.finalize().to_vec()
        };
        let bytes = |number| padded(number, 32);
        let entl = u16::try_from(id.len() * 8).unwrap().to_be_bytes();
        let (curve, (x, y)) = (self.curve, &self.public);
        let numbers = [&curve.a, &curve.b, &curve.g.0, &curve.g.1, x, y].map(bytes).concat();
        sm3(&[&sm3(&[&entl, id, &numbers]), message])
    }

    /// (r, s) over a digest: FIPS 186-5 section 6.4.1, or GB/T 32918.2 section 6.1.
    pub fn sign(&self, digest: &[u8]) -> (BigUint, BigUint) {
        let n = &self.curve.n;
        let z = BigUint::from_bytes_be(digest) % n;
        let (d, k) = (&self.d, &self.nonce);
        if self.curve.is_sm2() {
            let r = (z + &self.nonce_x) % n;
            let s = (k + n - &r * d % n) * (d + 1_u32).modinv(n).unwrap() % n;
            (r, s)
        } else {
            let r = &self.nonce_x % n;
            let s = (z + &r * d) * k.modinv(n).unwrap() % n;
            (r, s)
        }
    }
}
