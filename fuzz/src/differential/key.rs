//! A key as every implementation has it.

use std::cell::RefCell;
use std::fmt;

use kms_verify::{Error, Message, PublicKey, SigningAlgorithm, VerifyingKey};
use num_bigint::BigUint;

use super::super::encode::{element, integer, object_identifier, sequence};
#[cfg(feature = "aws-lc-rs")]
use super::aws_lc;
use super::curves::Curve;
use super::rustcrypto;

pub struct Key {
    own: PublicKey,
    bound: RefCell<Vec<Bound>>,
    rustcrypto: rustcrypto::Key,
}

/// The key for one algorithm, with all that is computed once.
struct Bound {
    algorithm: SigningAlgorithm,
    own: VerifyingKey,
    /// Not for SM2.
    #[cfg(feature = "aws-lc-rs")]
    aws_lc: Option<aws_lc::Key>,
}

impl Key {
    /// From an uncompressed point.
    pub fn on_curve(curve: &Curve, point: &[u8]) -> Self {
        let algorithm = [
            object_identifier(&[1, 2, 840, 10045, 2, 1]),
            object_identifier(curve.object_identifier),
        ];
        Self::new(
            &[sequence(&algorithm), bit_string(point)],
            rustcrypto::Key::on_curve(curve, point),
        )
    }

    pub fn rsa(n: &BigUint, e: u64) -> Self {
        let algorithm = [object_identifier(&[1, 2, 840, 113_549, 1, 1, 1]), element(0x05, &[])];
        let numbers = [integer(&n.to_bytes_be()), integer(&e.to_be_bytes())];
        Self::new(
            &[sequence(&algorithm), bit_string(&sequence(&numbers))],
            rustcrypto::Key::rsa(n, e),
        )
    }

    fn new(subject_public_key_info: &[Vec<u8>], rustcrypto: rustcrypto::Key) -> Self {
        Self {
            own: PublicKey::from_der(&sequence(subject_public_key_info)).expect("a key as KMS has them"),
            bound: RefCell::default(),
            rustcrypto,
        }
    }

    /// The answer, in which all agree.
    pub fn verify(&self, algorithm: SigningAlgorithm, digest: &[u8], signature: &[u8], ask_rustcrypto: bool) -> bool {
        let one_shot = is_valid(&self.own.verify(algorithm, Message::Digest(digest), signature));
        let agrees = |other: &str, answer: bool| {
            assert_eq!(
                answer, one_shot,
                "{other} disagrees: {self:?}, {algorithm}, digest {digest:02x?}, signature {signature:02x?}"
            );
        };
        let mut all = self.bound.borrow_mut();
        let place = all.iter().position(|bound| bound.algorithm == algorithm);
        let place = place.unwrap_or_else(|| {
            all.push(self.bind(algorithm));
            all.len() - 1
        });
        let bound = &all[place];
        agrees(
            "the key with tables",
            is_valid(&bound.own.verify(Message::Digest(digest), signature)),
        );
        if ask_rustcrypto {
            agrees("RustCrypto", self.rustcrypto.verify(algorithm, digest, signature));
        }
        #[cfg(feature = "aws-lc-rs")]
        if let Some(key) = &bound.aws_lc {
            agrees("aws-lc-rs", key.verify(digest, signature));
        }
        one_shot
    }

    fn bind(&self, algorithm: SigningAlgorithm) -> Bound {
        Bound {
            algorithm,
            own: self
                .own
                .verifying_key(algorithm)
                .expect("an algorithm of the key")
                .precomputed(),
            #[cfg(feature = "aws-lc-rs")]
            aws_lc: aws_lc::Key::new(&self.own, algorithm),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {:02x?}", self.own.to_der())
    }
}

fn bit_string(contents: &[u8]) -> Vec<u8> {
    element(0x03, &[&[0], contents].concat())
}

fn is_valid(answer: &Result<(), Error>) -> bool {
    match answer {
        Ok(()) => true,
        Err(Error::InvalidSignature) => false,
        Err(error) => panic!("{error}"),
    }
}
