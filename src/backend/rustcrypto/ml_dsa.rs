//! ML-DSA verification by the `ml-dsa` crate: keys, signatures, and FIPS 204 Algorithm 8 from mu on.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use ml_dsa::{EncodedVerifyingKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, VerifyingKey};
use shake::{ExtendableOutput as _, Update as _};

pub(crate) use crate::backend::ParameterSet;

/// A key of one of the three parameter sets, with its matrix expanded. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    key: Expanded,
    tr: [u8; 64],
}

#[derive(Clone, Debug)]
enum Expanded {
    MlDsa44(Arc<VerifyingKey<MlDsa44>>),
    MlDsa65(Arc<VerifyingKey<MlDsa65>>),
    MlDsa87(Arc<VerifyingKey<MlDsa87>>),
}

/// A signature with valid hints and norm (FIPS 204 Algorithm 27; Algorithm 8, lines 2 to 4 and 13), and the key to verify
/// it.
#[derive(Debug)]
pub(crate) struct Signature<'k> {
    signature: Decoded<'k>,
    tr: &'k [u8; 64],
}

#[derive(Debug)]
enum Decoded<'k> {
    MlDsa44(&'k VerifyingKey<MlDsa44>, Box<ml_dsa::Signature<MlDsa44>>),
    MlDsa65(&'k VerifyingKey<MlDsa65>, Box<ml_dsa::Signature<MlDsa65>>),
    MlDsa87(&'k VerifyingKey<MlDsa87>, Box<ml_dsa::Signature<MlDsa87>>),
}

/// A SHAKE256 that absorbs bytes in pieces of any length.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shake256(shake::Shake256);

impl PublicKey {
    /// pkDecode (FIPS 204 Algorithm 23). Every encoding of the right length is a key.
    pub(crate) fn decode(parameters: ParameterSet, encoded: &[u8]) -> Option<Self> {
        fn key<P: MlDsaParams>(encoded: &[u8]) -> Option<Arc<VerifyingKey<P>>> {
            let encoded = EncodedVerifyingKey::<P>::try_from(encoded).ok()?;
            Some(Arc::new(VerifyingKey::decode(&encoded)))
        }
        let mut hash = Shake256::default();
        hash.update(encoded);
        Some(Self {
            key: match parameters {
                ParameterSet::MlDsa44 => Expanded::MlDsa44(key(encoded)?),
                ParameterSet::MlDsa65 => Expanded::MlDsa65(key(encoded)?),
                ParameterSet::MlDsa87 => Expanded::MlDsa87(key(encoded)?),
            },
            tr: hash.finish(),
        })
    }

    /// The same key: it always has its matrix.
    pub(crate) fn precomputed(&self) -> Self {
        self.clone()
    }

    pub(crate) fn table_size(&self) -> usize {
        0
    }

    /// tr = H(pk, 64), the hash of the key, which is the first input to every mu.
    pub(crate) fn tr(&self) -> [u8; 64] {
        self.tr
    }
}

impl<'k> Signature<'k> {
    /// sigDecode (FIPS 204 Algorithm 27) for this key, and the check of the norm of z. `None` if the length does not match
    /// the parameter set, or if the hints or the norm are invalid.
    pub(crate) fn decode(key: &'k PublicKey, bytes: &[u8]) -> Option<Self> {
        fn signature<P: MlDsaParams>(bytes: &[u8]) -> Option<Box<ml_dsa::Signature<P>>> {
            ml_dsa::Signature::try_from(bytes).ok().map(Box::new)
        }
        Some(Self {
            signature: match &key.key {
                Expanded::MlDsa44(key) => Decoded::MlDsa44(key, signature(bytes)?),
                Expanded::MlDsa65(key) => Decoded::MlDsa65(key, signature(bytes)?),
                Expanded::MlDsa87(key) => Decoded::MlDsa87(key, signature(bytes)?),
            },
            tr: &key.tr,
        })
    }

    /// tr = H(pk, 64) of the key.
    pub(crate) fn tr(&self) -> &[u8; 64] {
        self.tr
    }

    /// Whether the signature is valid for this mu (FIPS 204 Algorithm 8, from line 8 on).
    pub(crate) fn verify(&self, mu: &[u8; 64]) -> bool {
        let mu = (*mu).into();
        match &self.signature {
            Decoded::MlDsa44(key, signature) => key.verify_mu(&mu, signature),
            Decoded::MlDsa65(key, signature) => key.verify_mu(&mu, signature),
            Decoded::MlDsa87(key, signature) => key.verify_mu(&mu, signature),
        }
    }
}

impl Signature<'_> {
    /// Whether each signature is valid for its mu.
    pub(crate) fn verify_many(pairs: &[(&Self, [u8; 64])]) -> Vec<bool> {
        pairs.iter().map(|(signature, mu)| signature.verify(mu)).collect()
    }
}

/// The first 64 bytes of SHAKE256 of each message after the same `head`.
pub(crate) fn shake256_many(head: &[u8], messages: &[&[u8]]) -> Vec<[u8; 64]> {
    let hash = |message: &&[u8]| {
        let mut hash = Shake256::default();
        hash.update(head);
        hash.update(message);
        hash.finish()
    };
    messages.iter().map(hash).collect()
}

impl Shake256 {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The first 64 bytes of the output.
    pub(crate) fn finish(self) -> [u8; 64] {
        let mut output = [0; 64];
        self.0.finalize_xof_into(&mut output);
        output
    }
}
