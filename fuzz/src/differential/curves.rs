//! The curves: SP 800-186 section 3.2.1, SEC 2 section 2.4.1 and GB/T 32918.5 section 2.

use kms_verify::SigningAlgorithm;
use num_bigint::BigUint;

use super::Family;
use super::rustcrypto::Points;

pub struct Curve {
    pub family: Family,
    pub algorithm: SigningAlgorithm,
    pub object_identifier: &'static [u32],
    pub p: BigUint,
    pub n: BigUint,
    /// The length of coordinates and scalars, and that of digests.
    pub bytes: usize,
    pub digest_bytes: usize,
    pub points: Points,
}

impl Curve {
    pub fn of(family: Family) -> Self {
        use SigningAlgorithm::*;
        let number = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).unwrap();
        let curve = |algorithm, object_identifier, p: &str, n: &str, digest_bytes| {
            let p = number(p);
            Self {
                family,
                algorithm,
                object_identifier,
                bytes: p.bits().div_ceil(8) as usize,
                p,
                n: number(n),
                digest_bytes,
                points: Points::of(family),
            }
        };
        match family {
            Family::P256 => curve(
                EcdsaSha256,
                &[1, 2, 840, 10045, 3, 1, 7],
                "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
                32,
            ),
            Family::P384 => curve(
                EcdsaSha384,
                &[1, 3, 132, 0, 34],
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
                "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
                48,
            ),
            Family::P521 => curve(
                EcdsaSha512,
                &[1, 3, 132, 0, 35],
                &format!("1{}", "f".repeat(130)),
                &format!(
                    "1{}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
                    "f".repeat(65)
                ),
                64,
            ),
            Family::Secp256k1 => curve(
                EcdsaSha256,
                &[1, 3, 132, 0, 10],
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
                32,
            ),
            Family::Sm2 => curve(
                Sm2Dsa,
                &[1, 2, 156, 10197, 1, 301],
                "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
                "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
                32,
            ),
            _ => unreachable!("no curve"),
        }
    }
}
