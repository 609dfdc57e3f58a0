//! ML-DSA (FIPS 204) by the `ml-dsa` crate: keys, signatures, and Algorithm 8 from mu on.

use alloc::boxed::Box;
use alloc::sync::Arc;

use ml_dsa::{EncodedVerifyingKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, VerifyingKey};

use super::ParameterSet;

/// A key of one of the three parameter sets, with its matrix expanded. Clones share it.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    MlDsa44(Arc<VerifyingKey<MlDsa44>>),
    MlDsa65(Arc<VerifyingKey<MlDsa65>>),
    MlDsa87(Arc<VerifyingKey<MlDsa87>>),
}

/// A signature whose hints and norms are in order (FIPS 204 Algorithm 27; Algorithm 8, lines 2 to 4 and 13), beside its key.
#[derive(Debug)]
pub(crate) enum Signature<'k> {
    MlDsa44(&'k VerifyingKey<MlDsa44>, Box<ml_dsa::Signature<MlDsa44>>),
    MlDsa65(&'k VerifyingKey<MlDsa65>, Box<ml_dsa::Signature<MlDsa65>>),
    MlDsa87(&'k VerifyingKey<MlDsa87>, Box<ml_dsa::Signature<MlDsa87>>),
}

impl PublicKey {
    /// pkDecode (FIPS 204 Algorithm 23), to which every encoding of the right length is a key.
    pub(crate) fn decode(parameters: ParameterSet, encoded: &[u8]) -> Option<Self> {
        fn key<P: MlDsaParams>(encoded: &[u8]) -> Option<Arc<VerifyingKey<P>>> {
            let encoded = EncodedVerifyingKey::<P>::try_from(encoded).ok()?;
            Some(Arc::new(VerifyingKey::decode(&encoded)))
        }
        match parameters {
            ParameterSet::MlDsa44 => key(encoded).map(Self::MlDsa44),
            ParameterSet::MlDsa65 => key(encoded).map(Self::MlDsa65),
            ParameterSet::MlDsa87 => key(encoded).map(Self::MlDsa87),
        }
    }
}

impl<'k> Signature<'k> {
    /// sigDecode (FIPS 204 Algorithm 27) for this key, and the bound on the norm of z. `None` if the length is not the
    /// parameter set's, or if hints or norm are not in order.
    pub(crate) fn decode(key: &'k PublicKey, bytes: &[u8]) -> Option<Self> {
        fn signature<P: MlDsaParams>(bytes: &[u8]) -> Option<Box<ml_dsa::Signature<P>>> {
            ml_dsa::Signature::try_from(bytes).ok().map(Box::new)
        }
        Some(match key {
            PublicKey::MlDsa44(key) => Self::MlDsa44(key, signature(bytes)?),
            PublicKey::MlDsa65(key) => Self::MlDsa65(key, signature(bytes)?),
            PublicKey::MlDsa87(key) => Self::MlDsa87(key, signature(bytes)?),
        })
    }

    /// Whether it is one over this mu (FIPS 204 Algorithm 8, from line 8 on).
    pub(crate) fn holds(&self, mu: &[u8; 64]) -> bool {
        let mu = (*mu).into();
        match self {
            Self::MlDsa44(key, signature) => key.verify_mu(&mu, signature),
            Self::MlDsa65(key, signature) => key.verify_mu(&mu, signature),
            Self::MlDsa87(key, signature) => key.verify_mu(&mu, signature),
        }
    }
}
