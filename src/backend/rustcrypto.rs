//! RustCrypto, with the names of `kms-verify-arith` and without tables.

#[cfg(any(feature = "ecdsa", feature = "sm2"))]
pub(crate) mod curve;
#[cfg(feature = "ml-dsa")]
pub(crate) mod ml_dsa;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;

/// The tables of a point of Edwards25519: an uninhabited type, because this backend has none.
#[cfg(feature = "ed25519")]
#[derive(Clone, Debug)]
pub(super) enum Tables {}

#[cfg(feature = "ed25519")]
impl Tables {
    pub(super) fn of_negative(_: &[u8; 32]) -> Option<Self> {
        None
    }

    pub(super) fn size(&self) -> usize {
        match *self {}
    }

    pub(super) fn double_scalar_mul_vartime(&self, _: &[u8; 32], _: &[u8; 32]) -> ([u8; 32], bool) {
        match *self {}
    }
}
