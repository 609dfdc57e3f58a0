//! RSA public keys and RSAVP1, the operation that both RSA schemes begin with (RFC 8017 section 5.2.2).

#[cfg(kms_verify_backend = "portable")]
mod rustcrypto;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;

#[cfg(not(kms_verify_backend = "portable"))]
use kms_verify_arith::rsa::RsaPublicKey as Modulus;
#[cfg(kms_verify_backend = "portable")]
use rustcrypto::Modulus;

/// An RSA public key whose modulus has 2048, 3072 or 4096 bits.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    modulus: Arc<Modulus>,
    bytes: usize,
}

/// An RSA signature: as long as the modulus.
#[derive(Debug)]
pub(crate) struct Signature(Box<[u8]>);

impl PublicKey {
    /// The key with modulus n, big-endian and without leading zeros, and exponent e. `None` if either is out of the range
    /// that the arithmetic works with.
    pub(crate) fn new(n: &[u8], e: u64) -> Option<Self> {
        Some(Self {
            modulus: Arc::new(Modulus::new(n, e)?),
            bytes: n.len(),
        })
    }

    /// RSAVP1: the encoded message, as long as the modulus (RFC 8017 section 8.1.2 and 8.2.2, step 2). `None` if the
    /// signature is not less than the modulus (section 5.2.2, step 1).
    pub(crate) fn encoded_message(&self, signature: &Signature) -> Option<Box<[u8]>> {
        let mut encoded = vec![0; self.bytes].into_boxed_slice();
        self.modulus.power(&signature.0, &mut encoded)?;
        Some(encoded)
    }
}

impl Signature {
    /// The check on the length (RFC 8017 section 8.1.2 and 8.2.2, step 1).
    pub(crate) fn decode(bytes: &[u8], key: &PublicKey) -> Option<Self> {
        (bytes.len() == key.bytes).then(|| Self(bytes.into()))
    }
}
