//! RSAVP1 by the `rsa` crate.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use rsa::BoxedUint;
use rsa::hazmat::rsa_encrypt;
use rsa::traits::PublicKeyParts as _;

/// An RSA public key.
#[derive(Debug)]
pub(crate) struct RsaPublicKey(rsa::PublicKey);

impl RsaPublicKey {
    /// From the modulus, big-endian, and the public exponent. `None` if either is out of the crate's range.
    pub(crate) fn new(n: &[u8], e: u64) -> Option<Self> {
        let n = BoxedUint::from_be_slice_vartime(n);
        Some(Self(rsa::PublicKey::new(n, BoxedUint::from(e)).ok()?))
    }

    /// s^e mod n into `out`, both as long as the modulus. `None` unless s < n.
    pub(crate) fn power(&self, s: &[u8], out: &mut [u8]) -> Option<()> {
        let s = BoxedUint::from_be_slice(s, self.0.n_bits_precision()).ok()?;
        if s >= *self.0.n().as_ref() {
            return None;
        }
        let power = rsa_encrypt(&self.0, &s).ok()?.to_be_bytes();
        if power.len() != out.len() {
            return None;
        }
        out.copy_from_slice(&power);
        Some(())
    }
    /// s^e mod n for each s. `None` unless it is as long as the modulus, and s < n.
    pub(crate) fn power_many(&self, s: &[&[u8]]) -> Vec<Option<Box<[u8]>>> {
        s.iter()
            .map(|s| {
                let mut out = vec![0; s.len()].into_boxed_slice();
                self.power(s, &mut out)?;
                Some(out)
            })
            .collect()
    }
}
