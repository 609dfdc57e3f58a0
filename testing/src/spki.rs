//! The SubjectPublicKeyInfo of each key spec (RFC 5280, 8017, 5480, 8410 and 9881), from a table and an encoder.

use kms_verify::KeySpec;
use num_bigint::BigUint;

use crate::{der, hex};

/// The contents of the AlgorithmIdentifier.
pub fn algorithm_identifier(key_spec: KeySpec) -> Vec<u8> {
    hex(match key_spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => "06092a864886f70d0101010500",
        KeySpec::EccNistP256 => "06072a8648ce3d020106082a8648ce3d030107",
        KeySpec::EccNistP384 => "06072a8648ce3d020106052b81040022",
        KeySpec::EccNistP521 => "06072a8648ce3d020106052b81040023",
        KeySpec::EccSecgP256k1 => "06072a8648ce3d020106052b8104000a",
        KeySpec::Sm2 => "06072a8648ce3d020106082a811ccf5501822d",
        KeySpec::EccNistEdwards25519 => "06032b6570",
        KeySpec::MlDsa44 => "0609608648016503040311",
        KeySpec::MlDsa65 => "0609608648016503040312",
        KeySpec::MlDsa87 => "0609608648016503040313",
        other => unimplemented!("{other}"),
    })
}

/// A key of this key spec with these contents of its BIT STRING.
pub fn encode(key_spec: KeySpec, key: &[u8]) -> Vec<u8> {
    der::spki(&algorithm_identifier(key_spec), key)
}

/// An RSA key of any size.
pub fn rsa(n: &BigUint, e: &BigUint) -> Vec<u8> {
    encode(KeySpec::Rsa2048, &der::sequence(&[&der::integer(n), &der::integer(e)]))
}

/// The same key, encoded again from the numbers in `spki`, a key of this key spec.
pub fn encode_again(key_spec: KeySpec, spki: &[u8]) -> Vec<u8> {
    let last = |length: usize| encode(key_spec, &spki[spki.len() - length..]);
    match key_spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            let n = modulus(key_spec, spki);
            rsa(
                &BigUint::from_bytes_be(n),
                &BigUint::from_bytes_be(exponent(key_spec, spki)),
            )
        }
        KeySpec::EccNistP256 | KeySpec::EccSecgP256k1 | KeySpec::Sm2 => last(65),
        KeySpec::EccNistP384 => last(97),
        KeySpec::EccNistP521 => last(133),
        KeySpec::EccNistEdwards25519 => last(32),
        KeySpec::MlDsa44 => last(1312),
        KeySpec::MlDsa65 => last(1952),
        KeySpec::MlDsa87 => last(2592),
        other => unimplemented!("{other}"),
    }
}

/// The offset of the modulus: all lengths before it take two bytes, and its highest bit requires a leading zero.
const MODULUS_AT: usize = 33;

/// The modulus in an RSA key.
pub fn modulus(key_spec: KeySpec, spki: &[u8]) -> &[u8] {
    let length = match key_spec {
        KeySpec::Rsa2048 => 256,
        KeySpec::Rsa3072 => 384,
        KeySpec::Rsa4096 => 512,
        other => panic!("{other} has no modulus"),
    };
    &spki[MODULUS_AT..][..length]
}

/// The exponent of an RSA key, after a tag and a length of one byte each.
pub fn exponent(key_spec: KeySpec, spki: &[u8]) -> &[u8] {
    &spki[MODULUS_AT + modulus(key_spec, spki).len() + 2..]
}
