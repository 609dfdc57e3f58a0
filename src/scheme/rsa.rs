//! RSA public keys and RSAVP1, the operation that both RSA schemes begin with (RFC 8017 section 5.2.2).

use alloc::boxed::Box;
use alloc::sync::Arc;

use rsa::BoxedUint;
use rsa::hazmat::rsa_encrypt;
use rsa::traits::PublicKeyParts as _;

/// An RSA public key whose modulus has a multiple of 64 bits, the highest of them set.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey(Arc<rsa::PublicKey>);

/// An RSA signature: as long as the modulus, and less than it.
#[derive(Debug)]
pub(crate) struct Signature(BoxedUint);

impl PublicKey {
    /// The key with modulus n and exponent e, both big-endian. `None` if the modulus is even, or if either number is
    /// out of the range that the arithmetic can work with.
    pub(crate) fn new(n: &[u8], e: &[u8]) -> Option<Self> {
        let n = BoxedUint::from_be_slice_vartime(n);
        let e = BoxedUint::from_be_slice_vartime(e);
        Some(Self(Arc::new(rsa::PublicKey::new(n, e).ok()?)))
    }

    /// RSAVP1: the encoded message, as long as the modulus (RFC 8017 section 8.1.2 and 8.2.2, step 2).
    pub(crate) fn encoded_message(&self, signature: &Signature) -> Option<Box<[u8]>> {
        Some(rsa_encrypt(self.0.as_ref(), &signature.0).ok()?.to_be_bytes())
    }
}

impl Signature {
    /// OS2IP, and the two checks on what it is given (RFC 8017 section 8.1.2, steps 1 and 2a; section 5.2.2, step 1).
    pub(crate) fn decode(bytes: &[u8], key: &PublicKey) -> Option<Self> {
        if bytes.len() != key.0.size() {
            return None;
        }
        let signature = BoxedUint::from_be_slice(bytes, key.0.n_bits_precision()).ok()?;
        (signature < *key.0.n().as_ref()).then_some(Self(signature))
    }
}
