//! ML-DSA verification (FIPS 204 section 5.3, Algorithm 3), pure and with an empty context.

use alloc::boxed::Box;
use alloc::sync::Arc;

use ml_dsa::{EncodedVerifyingKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, VerifyingKey};
use shake::{ExtendableOutput as _, Shake256, Update as _};

use super::hash::Hasher;

/// A key of one of the three parameter sets, with its matrix expanded.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    MlDsa44(Arc<Expanded<MlDsa44>>),
    MlDsa65(Arc<Expanded<MlDsa65>>),
    MlDsa87(Arc<Expanded<MlDsa87>>),
}

/// A signature whose hints and norms are in order (FIPS 204 Algorithm 27; Algorithm 8, lines 2 to 4 and 13).
#[derive(Debug)]
pub(crate) enum Signature {
    MlDsa44(Box<ml_dsa::Signature<MlDsa44>>),
    MlDsa65(Box<ml_dsa::Signature<MlDsa65>>),
    MlDsa87(Box<ml_dsa::Signature<MlDsa87>>),
}

/// The parameter sets, for the constructor of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ParameterSet {
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

/// A decoded key, and tr = H(pk, 64), which every mu begins with.
#[derive(Debug)]
pub(crate) struct Expanded<P: MlDsaParams> {
    key: VerifyingKey<P>,
    tr: [u8; 64],
}

impl<P: MlDsaParams> Expanded<P> {
    /// pkDecode (FIPS 204 Algorithm 23), to which every encoding of the right length is a key.
    fn decode(encoded: &[u8]) -> Option<Arc<Self>> {
        let key = VerifyingKey::decode(&EncodedVerifyingKey::<P>::try_from(encoded).ok()?);
        let tr = h(Shake256::default().chain(encoded));
        Some(Arc::new(Self { key, tr }))
    }
}

impl PublicKey {
    /// The key with this encoding pk. `None` if it does not have the length of the parameter set.
    pub(crate) fn new(parameters: ParameterSet, encoded: &[u8]) -> Option<Self> {
        match parameters {
            ParameterSet::MlDsa44 => Expanded::decode(encoded).map(Self::MlDsa44),
            ParameterSet::MlDsa65 => Expanded::decode(encoded).map(Self::MlDsa65),
            ParameterSet::MlDsa87 => Expanded::decode(encoded).map(Self::MlDsa87),
        }
    }

    /// The hasher of mu up to the message.
    pub(crate) fn mu_hasher(&self) -> Hasher {
        Hasher::Shake256(self.prefixed())
    }

    /// The mu of a message.
    pub(crate) fn mu(&self, message: &[u8]) -> [u8; 64] {
        h(self.prefixed().chain(message))
    }

    /// H(tr || 0x00 || 0x00 || ..., the two bytes for "pure" and for a context of no bytes (FIPS 204 Algorithm 3, line 5,
    /// and Algorithm 8, line 7).
    fn prefixed(&self) -> Shake256 {
        let tr = match self {
            Self::MlDsa44(key) => &key.tr,
            Self::MlDsa65(key) => &key.tr,
            Self::MlDsa87(key) => &key.tr,
        };
        Shake256::default().chain(tr).chain([0, 0])
    }

    /// Whether the signature is one over this mu (FIPS 204 Algorithm 8, from line 8 on).
    pub(crate) fn holds(&self, signature: &Signature, mu: &[u8]) -> bool {
        let Ok(mu) = <[u8; 64]>::try_from(mu) else {
            return false;
        };
        let mu = mu.into();
        match (self, signature) {
            (Self::MlDsa44(this), Signature::MlDsa44(signature)) => this.key.verify_mu(&mu, signature),
            (Self::MlDsa65(this), Signature::MlDsa65(signature)) => this.key.verify_mu(&mu, signature),
            (Self::MlDsa87(this), Signature::MlDsa87(signature)) => this.key.verify_mu(&mu, signature),
            // A signature of another parameter set than the key's.
            _ => false,
        }
    }
}

impl Signature {
    /// sigDecode (FIPS 204 Algorithm 27) for this key, and the bound on the norm of z. `None` if the length is not the
    /// parameter set's, or if hints or norm are not in order.
    pub(crate) fn decode(bytes: &[u8], key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::MlDsa44(_) => decode(bytes).map(Self::MlDsa44),
            PublicKey::MlDsa65(_) => decode(bytes).map(Self::MlDsa65),
            PublicKey::MlDsa87(_) => decode(bytes).map(Self::MlDsa87),
        }
    }
}

fn decode<P: MlDsaParams>(bytes: &[u8]) -> Option<Box<ml_dsa::Signature<P>>> {
    ml_dsa::Signature::try_from(bytes).ok().map(Box::new)
}

/// H, with 64 bytes of output (FIPS 204 section 3.7).
fn h(absorbed: Shake256) -> [u8; 64] {
    let mut output = [0; 64];
    absorbed.finalize_xof_into(&mut output);
    output
}
