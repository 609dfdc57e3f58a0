//! RSA verification: RSAVP1 (RFC 8017 section 5.2.2), followed by a check of the padding.

mod pkcs1;
mod pss;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::hash::{HashFunction, Hasher, Input};
use super::{BadKey, Padding};
use crate::backend::rsa::RsaPublicKey;

/// An RSA public key whose modulus has 2048, 3072 or 4096 bits.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    key: Arc<RsaPublicKey>,
    /// The length of the modulus.
    bytes: usize,
}

/// An RSA signature, as long as the modulus.
#[derive(Debug)]
pub(crate) struct Signature<'k> {
    key: &'k PublicKey,
    padding: Padding,
    hash: HashFunction,
    bytes: Box<[u8]>,
}

impl PublicKey {
    /// The key with exponent e, and modulus n, big-endian and without leading zeros.
    pub(crate) fn with(e: u64, n: &[u8]) -> Result<Self, BadKey> {
        Ok(Self {
            key: Arc::new(RsaPublicKey::new(n, e).ok_or(BadKey::OutOfRange)?),
            bytes: n.len(),
        })
    }

    /// The same key: RSA has no tables.
    pub(crate) fn precomputed(&self) -> Self {
        self.clone()
    }

    pub(crate) fn table_size(&self) -> usize {
        0
    }

    /// RSAVP1: the encoded message, as long as the modulus (RFC 8017 section 8.1.2 and 8.2.2, step 2). `None` unless the
    /// signature is as long as the modulus and numerically less (section 5.2.2, step 1).
    pub(crate) fn encoded_message(&self, signature: &[u8]) -> Option<Box<[u8]>> {
        let mut encoded = vec![0; self.bytes].into_boxed_slice();
        self.key.power(signature, &mut encoded)?;
        Some(encoded)
    }

    /// Whether each signature over an input is valid.
    pub(crate) fn verify_many(&self, scheme: (Padding, HashFunction), pairs: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        let (padding, hash) = scheme;
        let signatures: Vec<&[u8]> = pairs.iter().map(|&(_, signature)| signature).collect();
        let encoded = self.key.power_many(&signatures);
        pairs
            .iter()
            .zip(encoded)
            .map(|((input, _), encoded)| {
                encoded.is_some_and(|encoded| {
                    input.hashed_by(
                        || Hasher::new(hash),
                        |digest| padding.is_encoding_of(encoded, hash, digest),
                    )
                })
            })
            .collect()
    }
}

impl<'k> Signature<'k> {
    /// The check on the length (RFC 8017 section 8.1.2 and 8.2.2, step 1).
    pub(crate) fn decode(key: &'k PublicKey, scheme: (Padding, HashFunction), bytes: &[u8]) -> Option<Self> {
        let (padding, hash) = scheme;
        (bytes.len() == key.bytes).then(|| Self {
            key,
            padding,
            hash,
            bytes: bytes.into(),
        })
    }

    pub(crate) fn hasher(&self) -> Hasher {
        Hasher::new(self.hash)
    }

    /// Whether the signature is valid for this digest.
    pub(crate) fn holds(&self, digest: &[u8]) -> bool {
        self.key
            .encoded_message(&self.bytes)
            .is_some_and(|encoded| self.padding.is_encoding_of(encoded, self.hash, digest))
    }
}

impl Padding {
    /// Whether the encoded message is that of a message with this digest.
    fn is_encoding_of(self, mut encoded: Box<[u8]>, hash: HashFunction, digest: &[u8]) -> bool {
        match self {
            Self::Pss => pss::is_encoding_of(&mut encoded, hash, digest),
            Self::Pkcs1 => pkcs1::is_encoding_of(&encoded, hash, digest),
        }
    }
}
