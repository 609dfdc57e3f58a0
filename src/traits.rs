//! The traits of RustCrypto, each crate of them with a feature.

#[cfg(feature = "pkcs8")]
mod pkcs8;
#[cfg(feature = "signature")]
mod signature;
