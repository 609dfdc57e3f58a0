//! ML-DSA verification (FIPS 204 section 5.3, Algorithm 3), pure and with an empty context.

use alloc::vec::Vec;

use super::hash::{Hashed, Hasher as AnyHasher, Input};
use super::{BadKey, ParameterSet, answers_for};
use crate::backend::ml_dsa::{self, Shake256};

/// How many signatures are verified at once: as many as there are lanes, whose decoded signatures fit in the cache.
const AT_ONCE: usize = 8;

/// A public key.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey(ml_dsa::PublicKey);

/// A signature with valid hints and norm, and the key to verify it.
#[derive(Debug)]
pub(crate) struct Signature<'k>(ml_dsa::Signature<'k>);

/// SHAKE256 with 64 bytes of output: H of FIPS 204 section 3.7.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hasher(Shake256);

impl PublicKey {
    /// Decodes a key from its encoding pk.
    pub(crate) fn with(parameters: ParameterSet, encoded: &[u8]) -> Result<Self, BadKey> {
        let parameters = match parameters {
            ParameterSet::MlDsa44 => ml_dsa::ParameterSet::MlDsa44,
            ParameterSet::MlDsa65 => ml_dsa::ParameterSet::MlDsa65,
            ParameterSet::MlDsa87 => ml_dsa::ParameterSet::MlDsa87,
        };
        ml_dsa::PublicKey::decode(parameters, encoded)
            .map(Self)
            .ok_or(BadKey::OutOfRange)
    }

    /// The same key with its matrix precomputed.
    pub(crate) fn precomputed(&self) -> Self {
        Self(self.0.precomputed())
    }

    /// The size of the matrix on the heap in bytes.
    pub(crate) fn table_size(&self) -> usize {
        self.0.table_size()
    }

    /// Whether each signature over an input is valid.
    pub(crate) fn verify_many(&self, (): (), pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        // The matrix costs less than it saves the second signature.
        let key = if pairs.len() > 1 {
            self.precomputed()
        } else {
            self.clone()
        };
        pairs.chunks(AT_ONCE).flat_map(|some| key.verify_some(some)).collect()
    }

    fn verify_some(&self, pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        let signatures: Vec<_> = pairs
            .iter()
            .map(|(_, bytes)| ml_dsa::Signature::decode(&self.0, bytes))
            .collect();
        // As with one signature, a message is not hashed if the signature cannot be decoded.
        let messages: Vec<&[u8]> = pairs
            .iter()
            .zip(&signatures)
            .filter_map(|((input, _), signature)| match input {
                Input::Message(message) => signature.as_ref().map(|_| *message),
                Input::Hashed(_) => None,
            })
            .collect();
        let mut mus = ml_dsa::shake256_many(&mu_head(&self.0.tr()), &messages).into_iter();
        let with_mu: Vec<_> = pairs
            .iter()
            .zip(&signatures)
            .map(|((input, _), signature)| {
                let signature = signature.as_ref()?;
                let mu = match input {
                    Input::Message(_) => mus.next()?,
                    Input::Hashed(mu) => (*mu).try_into().ok()?,
                };
                Some((signature, mu))
            })
            .collect();
        answers_for(&with_mu, ml_dsa::Signature::verify_many)
    }

    /// The mu of a message.
    pub(crate) fn mu(&self, message: &[u8]) -> [u8; 64] {
        mu_hasher(&self.0.tr()).chain(message).0.finish()
    }

    /// H of these parts, one after the other.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn shake256(&self, parts: &[&[u8]]) -> [u8; 64] {
        parts
            .iter()
            .fold(Hasher::default(), |hasher, part| hasher.chain(part))
            .0
            .finish()
    }
}

/// What is hashed before the message: tr || 0x00 || 0x00, where the two bytes mean "pure" and "empty context" (FIPS 204
/// Algorithm 3, line 5, and Algorithm 8, line 7).
fn mu_head(tr: &[u8; 64]) -> [u8; 66] {
    let mut head = [0; 66];
    head[..64].copy_from_slice(tr);
    head
}

/// The hasher of mu up to the message.
fn mu_hasher(tr: &[u8; 64]) -> Hasher {
    Hasher::default().chain(&mu_head(tr))
}

impl<'k> Signature<'k> {
    /// Decodes a signature. `None` if the length does not match the parameter set, or if the hints or the norm are invalid.
    pub(crate) fn decode(key: &'k PublicKey, (): (), bytes: &[u8]) -> Option<Self> {
        ml_dsa::Signature::decode(&key.0, bytes).map(Self)
    }

    /// The hasher of mu up to the message.
    pub(crate) fn hasher(&self) -> AnyHasher {
        AnyHasher::MlDsa(mu_hasher(self.0.tr()))
    }

    /// Whether the signature is valid for this mu (FIPS 204 Algorithm 8, from line 8 on).
    pub(crate) fn holds(&self, mu: &[u8]) -> bool {
        mu.try_into().is_ok_and(|mu| self.0.verify(mu))
    }
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Hashed {
        Hashed::Bytes64(self.0.finish())
    }

    fn chain(mut self, bytes: &[u8]) -> Self {
        self.update(bytes);
        self
    }
}
