//! Verifies the tokens of [`jsonwebtoken`] with keys of AWS KMS.
//!
//! `jsonwebtoken` asks a [`CryptoProvider`] of the whole process for a verifier, for each token anew. [`PROVIDER`] knows the
//! keys that were made as a [`Key`], with their tables and their one algorithm, and no others. [`decode`] also checks what
//! `jsonwebtoken` 11 does not: it accepts a header with `crit` or `b64` that it does not understand.
//!
//! The algorithms are those that both have: `RS256` to `PS512`, `ES256`, `ES384`, and `EdDSA`.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, TokenData, Validation};
use kms_verify::{Message, Signature, SigningAlgorithm, VerifyingKey};
use serde::de::DeserializeOwned;

/// Verifies with the keys that were made as a [`Key`]. Call [`install`](CryptoProvider::install_default) once, at the start.
/// It signs nothing, and has no functions for JWKs.
pub static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// The keys that exist, by the bytes of their [`DecodingKey`]. Tokens add none.
static KEYS: RwLock<BTreeMap<Vec<u8>, Weak<VerifyingKey>>> = RwLock::new(BTreeMap::new());

/// A key of AWS KMS for `jsonwebtoken`, bound to one algorithm.
#[derive(Clone)]
pub struct Key {
    key: Arc<VerifyingKey>,
    algorithm: Algorithm,
    decoding_key: DecodingKey,
}

impl Key {
    /// Computes the tables of a key, and makes it known to [`PROVIDER`]. It is forgotten when the last clone of the result
    /// is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedAlgorithm`] if `jsonwebtoken` does not have the algorithm of the key.
    pub fn new(key: VerifyingKey) -> Result<Self, Error> {
        let algorithm = algorithm_of(&key)?;
        let der = key.public_key().as_der();
        // An RSA key can have several algorithms, so the bytes name one.
        let bytes = [key.algorithm().as_str().as_bytes(), b" ", der].concat();
        let decoding_key = match algorithm.family() {
            AlgorithmFamily::Rsa => DecodingKey::from_rsa_der(&bytes),
            AlgorithmFamily::Ec => DecodingKey::from_ec_der(&bytes),
            AlgorithmFamily::Ed => DecodingKey::from_ed_der(&bytes),
            AlgorithmFamily::Hmac => return Err(ErrorKind::UnsupportedAlgorithm.into()),
        };
        let mut keys = KEYS.write().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, key| key.strong_count() > 0);
        let known = keys.get(&bytes).and_then(Weak::upgrade);
        let key = known.unwrap_or_else(|| Arc::new(key.precomputed()));
        keys.insert(bytes, Arc::downgrade(&key));
        Ok(Self {
            key,
            algorithm,
            decoding_key,
        })
    }

    /// The algorithm of the key, for [`Validation::new`].
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key for functions of other crates that call [`jsonwebtoken::decode`]. These do not check `crit`.
    pub fn decoding_key(&self) -> &DecodingKey {
        &self.decoding_key
    }

    /// The key.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }
}

/// As [`jsonwebtoken::decode`], with one more check: a header with `crit` or `b64` is rejected, whatever their values are,
/// because `jsonwebtoken` implements no extension (RFC 7515 section 4.1.11 and RFC 7797 section 3).
///
/// # Errors
///
/// - [`ErrorKind::InvalidToken`] if the header has `crit` or `b64`.
/// - [`ErrorKind::InvalidAlgorithm`] if `alg` is not the algorithm of the key: [`PROVIDER`] checks it.
/// - The errors of [`jsonwebtoken::decode`].
pub fn decode<T: DeserializeOwned>(token: &str, key: &Key, validation: &Validation) -> Result<TokenData<T>, Error> {
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header)?;
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&header)?;
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err(ErrorKind::InvalidToken.into());
    }
    jsonwebtoken::decode(token, &key.decoding_key, validation)
}

/// The algorithm of a key in `jsonwebtoken`.
fn algorithm_of(key: &VerifyingKey) -> Result<Algorithm, Error> {
    let name = match key.algorithm() {
        // RFC 9864 calls it Ed25519, which jsonwebtoken 11 does not know.
        SigningAlgorithm::Ed25519Sha512 => Some("EdDSA"),
        algorithm => algorithm.jose_name(key.public_key().key_spec()),
    };
    name.and_then(|name| name.parse().ok())
        .ok_or_else(|| ErrorKind::UnsupportedAlgorithm.into())
}

/// What [`PROVIDER`] gives to `jsonwebtoken`.
fn verifier(algorithm: &Algorithm, decoding_key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let bytes = decoding_key.try_get_as_bytes()?;
    let keys = KEYS.read().unwrap_or_else(PoisonError::into_inner);
    let key = keys
        .get(bytes)
        .and_then(Weak::upgrade)
        .ok_or(ErrorKind::InvalidKeyFormat)?;
    if algorithm_of(&key)? != *algorithm {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(KmsVerifier {
        key,
        algorithm: *algorithm,
    }))
}

struct KmsVerifier {
    key: Arc<VerifyingKey>,
    algorithm: Algorithm,
}

impl Verifier<Vec<u8>> for KmsVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let algorithm = self.key.algorithm();
        let signature = match self.algorithm.family() {
            AlgorithmFamily::Ec => Signature::from_p1363(algorithm, signature),
            AlgorithmFamily::Rsa | AlgorithmFamily::Ed | AlgorithmFamily::Hmac => {
                Signature::from_kms(algorithm, signature)
            }
        };
        signature
            .and_then(|signature| self.key.verify_signature(Message::Raw(message), &signature))
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for KmsVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
