//! A public key as numbers, for encodings other than SubjectPublicKeyInfo.

use alloc::vec::Vec;

use super::spki::{Algorithm, Spki};
use super::{PublicKey, rsa_numbers};
use crate::algorithm::KeySpec;
use crate::der::{push_element, push_unsigned, tag};
use crate::error::Error;

/// The numbers of a public key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parts<'a> {
    /// The modulus and the exponent, big-endian without leading zeros.
    Rsa { n: &'a [u8], e: &'a [u8] },
    /// The coordinates of a point, each as long as the field prime.
    Point {
        key_spec: KeySpec,
        x: &'a [u8],
        y: &'a [u8],
    },
    /// The encoded key of Ed25519 (RFC 8032 section 5.1.5) or ML-DSA (FIPS 204 Algorithm 22).
    Encoded { key_spec: KeySpec, key: &'a [u8] },
}

impl PublicKey {
    /// The numbers of the key. `None` never occurs: the key was parsed from its encoding.
    pub(crate) fn parts(&self) -> Option<Parts<'_>> {
        let key_spec = self.key_spec;
        let Spki { key, .. } = Spki::read(&self.der)?;
        Some(match Algorithm::of_key_spec(key_spec) {
            Algorithm::Rsa => {
                let (n, e) = rsa_numbers(key)?;
                Parts::Rsa { n, e }
            }
            Algorithm::P256 | Algorithm::P384 | Algorithm::P521 | Algorithm::Secp256k1 | Algorithm::Sm2 => {
                let (_, coordinates) = key.split_first()?;
                let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
                Parts::Point { key_spec, x, y }
            }
            Algorithm::Ed25519 | Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => {
                Parts::Encoded { key_spec, key }
            }
        })
    }

    /// The key with these numbers. They are encoded and parsed, so every rule of [`from_der`](Self::from_der) applies.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub(crate) fn from_parts(parts: Parts<'_>) -> Result<Self, Error> {
        let mut key = alloc::vec![0];
        let algorithm = match parts {
            Parts::Rsa { n, e } => {
                let mut numbers = Vec::new();
                push_unsigned(&mut numbers, n);
                push_unsigned(&mut numbers, e);
                push_element(&mut key, tag::SEQUENCE, &numbers);
                Algorithm::Rsa
            }
            Parts::Point { key_spec, x, y } => {
                key.push(0x04);
                key.extend_from_slice(x);
                key.extend_from_slice(y);
                Algorithm::of_key_spec(key_spec)
            }
            Parts::Encoded { key_spec, key: encoded } => {
                key.extend_from_slice(encoded);
                Algorithm::of_key_spec(key_spec)
            }
        };
        let mut contents = Vec::new();
        push_element(&mut contents, tag::SEQUENCE, algorithm.identifier());
        push_element(&mut contents, tag::BIT_STRING, &key);
        let mut der = Vec::new();
        push_element(&mut der, tag::SEQUENCE, &contents);
        Self::from_der(&der)
    }
}
