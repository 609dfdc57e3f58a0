//! A key in every implementation.

use std::cell::RefCell;
use std::fmt;

use kms_verify::{Error, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, VerifyingKey};
use num_bigint::BigUint;

use super::{Answer, Ask, Family, rustcrypto};
use crate::forge::curve::Curve;
use crate::spki;

pub struct Key {
    own: PublicKey,
    /// Of what is verified: a digest, a message or a mu.
    message_type: MessageType,
    bound: RefCell<Vec<Bound>>,
    rustcrypto: rustcrypto::Key,
}

/// The key for one algorithm, with everything that is computed once.
struct Bound {
    algorithm: SigningAlgorithm,
    own: VerifyingKey,
    /// The key of the peer, if it supports the algorithm.
    peer: Option<Answer>,
}

impl Key {
    /// From an uncompressed point.
    pub fn on_curve(family: Family, curve: &Curve, point: &[u8]) -> Self {
        Self::new(
            &spki::encode(curve.key_spec, point),
            rustcrypto::Key::on_curve(family, point),
            MessageType::Digest,
        )
    }

    pub fn rsa(n: &BigUint, e: u64) -> Self {
        Self::new(
            &spki::rsa(n, &e.into()),
            rustcrypto::Key::rsa(n, e),
            MessageType::Digest,
        )
    }

    pub fn ed25519(encoded: &[u8; 32]) -> Self {
        Self::new(
            &spki::encode(KeySpec::EccNistEdwards25519, encoded),
            rustcrypto::Key::Ed25519(*encoded),
            MessageType::Raw,
        )
    }

    pub fn ml_dsa(family: Family, encoded: &[u8]) -> Self {
        let key_spec = match family {
            Family::MlDsa44 => KeySpec::MlDsa44,
            Family::MlDsa65 => KeySpec::MlDsa65,
            _ => KeySpec::MlDsa87,
        };
        Self::new(
            &spki::encode(key_spec, encoded),
            rustcrypto::Key::ml_dsa(family, encoded),
            MessageType::ExternalMu,
        )
    }

    fn new(spki: &[u8], rustcrypto: rustcrypto::Key, message_type: MessageType) -> Self {
        Self {
            own: PublicKey::from_der(spki).expect("a key as KMS has them"),
            message_type,
            bound: RefCell::default(),
            rustcrypto,
        }
    }

    /// The answer, on which all agree.
    pub fn verify(&self, algorithm: SigningAlgorithm, digest: &[u8], signature: &[u8], ask: Ask) -> bool {
        let message = Message::new(self.message_type, digest);
        let one_shot = is_valid(&self.own.verify(algorithm, message, signature));
        let agrees = |other: &str, answer: bool| {
            assert_eq!(
                answer, one_shot,
                "{other} disagrees: {self:?}, {algorithm}, digest {digest:02x?}, signature {signature:02x?}"
            );
        };
        let mut all = self.bound.borrow_mut();
        let place = all.iter().position(|bound| bound.algorithm == algorithm);
        let place = place.unwrap_or_else(|| {
            all.push(self.bind(algorithm, ask));
            all.len() - 1
        });
        let bound = &all[place];
        agrees("the key with tables", is_valid(&bound.own.verify(message, signature)));
        if ask.rustcrypto {
            agrees("RustCrypto", self.rustcrypto.verify(algorithm, digest, signature));
        }
        if let Some(peer) = &bound.peer {
            agrees("the peer", peer(digest, signature));
        }
        one_shot
    }

    fn bind(&self, algorithm: SigningAlgorithm, ask: Ask) -> Bound {
        Bound {
            algorithm,
            own: self
                .own
                .verifying_key(algorithm)
                .expect("an algorithm of the key")
                .precomputed(),
            peer: ask.peer.and_then(|peer| peer(&self.own, algorithm)),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {:02x?}", self.own.to_der())
    }
}

fn is_valid(answer: &Result<(), Error>) -> bool {
    match answer {
        Ok(()) => true,
        Err(Error::InvalidSignature) => false,
        Err(error) => panic!("{error}"),
    }
}
