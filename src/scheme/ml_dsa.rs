//! ML-DSA verification (FIPS 204 section 5.3, Algorithm 3), pure and with an empty context.

use shake::{ExtendableOutput as _, Shake256, Update as _};

use super::hash::{Hashed, Hasher as AnyHasher};
use super::{BadKey, ParameterSet};
use crate::backend::ml_dsa;

/// A decoded key, and tr = H(pk, 64), which every mu begins with.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    key: ml_dsa::PublicKey,
    tr: [u8; 64],
}

/// A signature whose hints and norms are in order, beside the key that it is checked with.
#[derive(Debug)]
pub(crate) struct Signature<'k> {
    key: &'k PublicKey,
    signature: ml_dsa::Signature<'k>,
}

/// SHAKE256 with 64 bytes of output: H of FIPS 204 section 3.7.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hasher(Shake256);

impl PublicKey {
    /// The key with this encoding pk.
    pub(crate) fn with(parameters: ParameterSet, encoded: &[u8]) -> Result<Self, BadKey> {
        Ok(Self {
            key: ml_dsa::PublicKey::decode(parameters, encoded).ok_or(BadKey::WrongLength)?,
            tr: Hasher::default().chain(encoded).output(),
        })
    }

    /// The key as it is: there are no tables.
    pub(crate) fn precomputed(&self) -> Self {
        self.clone()
    }

    pub(crate) fn table_size(&self) -> usize {
        0
    }

    /// The mu of a message.
    pub(crate) fn mu(&self, message: &[u8]) -> [u8; 64] {
        self.mu_hasher().chain(message).output()
    }

    /// H of these parts, one after the other.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn shake256(&self, parts: &[&[u8]]) -> [u8; 64] {
        parts
            .iter()
            .fold(Hasher::default(), |hasher, part| hasher.chain(part))
            .output()
    }

    /// H(tr || 0x00 || 0x00 || ..., the two bytes for "pure" and for a context of no bytes (FIPS 204 Algorithm 3, line 5,
    /// and Algorithm 8, line 7).
    fn mu_hasher(&self) -> Hasher {
        Hasher::default().chain(&self.tr).chain(&[0, 0])
    }
}

impl<'k> Signature<'k> {
    /// Decodes a signature. `None` if the length is not the parameter set's, or if hints or norm are not in order.
    pub(crate) fn decode(key: &'k PublicKey, (): (), bytes: &[u8]) -> Option<Self> {
        let signature = ml_dsa::Signature::decode(&key.key, bytes)?;
        Some(Self { key, signature })
    }

    /// The hasher of mu up to the message.
    pub(crate) fn hasher(&self) -> AnyHasher {
        AnyHasher::MlDsa(self.key.mu_hasher())
    }

    /// Whether the signature is one over this mu (FIPS 204 Algorithm 8, from line 8 on).
    pub(crate) fn holds(&self, mu: &[u8]) -> bool {
        mu.try_into().is_ok_and(|mu| self.signature.holds(mu))
    }
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Hashed {
        Hashed::Bytes64(self.output())
    }

    fn chain(mut self, bytes: &[u8]) -> Self {
        self.update(bytes);
        self
    }

    fn output(self) -> [u8; 64] {
        let mut output = [0; 64];
        self.0.finalize_xof_into(&mut output);
        output
    }
}
