//! Keys by their `kid`, each bound to one algorithm.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::{String, ToString as _};
use core::fmt;

use serde_json::{Map, Value};

use super::jwk::{self, Jwk};
use super::{Error, Header, JwkError, Options, Verified};
use crate::VerifyingKey;
use crate::excerpt::excerpt;

/// The maximum length of a JWK Set in bytes.
const MAX_JWKS: usize = 1 << 20;

/// A set of trusted keys for tokens, indexed by `kid`. Each is bound to one algorithm.
///
/// ```
/// use kms_verify::jws::KeySet;
/// use kms_verify::{PublicKey, SigningAlgorithm};
///
/// # let folder = "tests/vectors/kms/eksa-bundle-minimal";
/// let key = PublicKey::from_der(&std::fs::read(format!("{folder}/public_key.der"))?)?;
/// let mut keys = KeySet::new();
/// keys.insert("2026-11", key.verifying_key(SigningAlgorithm::EcdsaSha256)?)?;
/// println!("{}", keys.to_jwks()); // to publish them
/// # assert_eq!(KeySet::from_jwks(keys.to_jwks().as_bytes())?, keys);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: BTreeMap<String, VerifyingKey>,
}

/// The keys that a token may be verified with: one key, a [`KeySet`], or any other source of keys.
///
/// A `KeyRing` can be such a source, for tokens whose `kid` is the name of a KMS key. An RSA key supports six algorithms,
/// so the function decides which one its tokens have:
///
/// ```
/// # #[cfg(feature = "std")] {
/// use kms_verify::jws::{Error, Keys, Options, Verified};
/// use kms_verify::{KeyRing, KeySpec, SigningAlgorithm};
///
/// fn verify(ring: &KeyRing, token: &str) -> Result<Verified, Error> {
///     let find = |kid: &str| {
///         let algorithm = match ring.get(kid).ok()?.key_spec() {
///             KeySpec::EccNistP256 => SigningAlgorithm::EcdsaSha256,
///             KeySpec::Rsa2048 => SigningAlgorithm::RsassaPssSha256,
///             _ => return None,
///         };
///         ring.verifying_key(kid, algorithm).ok()
///     };
///     Options::new().verify(Keys::Find(&find), token)
/// }
/// # assert!(verify(&KeyRing::new(), "").is_err());
/// # }
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Keys<'k> {
    /// This key, whatever the `kid` of the token is, and even if it has none.
    One(&'k VerifyingKey),
    /// The key of the set with the `kid` of the token, which must have one.
    Set(&'k KeySet),
    /// The key that the function returns for the `kid` of the token, which must have one. The `kid` is untrusted: use it to
    /// look up a key, and never as a path or in a query.
    Find(&'k dyn Fn(&str) -> Option<VerifyingKey>),
}

impl<'k> From<&'k VerifyingKey> for Keys<'k> {
    fn from(key: &'k VerifyingKey) -> Self {
        Self::One(key)
    }
}

impl<'k> From<&'k KeySet> for Keys<'k> {
    fn from(keys: &'k KeySet) -> Self {
        Self::Set(keys)
    }
}

impl fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(key) => f.debug_tuple("One").field(key).finish(),
            Self::Set(keys) => f.debug_tuple("Set").field(keys).finish(),
            Self::Find(_) => f.write_str("Find"),
        }
    }
}

impl Keys<'_> {
    /// The key for a token with this `kid`.
    pub(super) fn find(self, kid: Option<&str>) -> Result<VerifyingKey, Error> {
        let named = |kid: Option<&str>, find: &dyn Fn(&str) -> Option<VerifyingKey>| {
            find(kid.ok_or(Error::MissingKeyId)?).ok_or(Error::UnknownKeyId)
        };
        match self {
            Self::One(key) => Ok(key.clone()),
            Self::Set(keys) => named(kid, &|kid| keys.get(kid).cloned()),
            Self::Find(find) => named(kid, find),
        }
    }
}

impl KeySet {
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Inserts a key.
    ///
    /// # Errors
    ///
    /// - [`JwkError::DuplicateKeyId`] if the set has a key with this `kid`. To replace a key, [`remove`](Self::remove) it
    ///   first.
    /// - [`JwkError::NoJoseName`] if JOSE has no name for the algorithm: `SM2DSA` and `ED25519_PH_SHA_512`.
    pub fn insert(&mut self, kid: &str, key: VerifyingKey) -> Result<(), JwkError> {
        jwk::jose_name(&key)?;
        match self.keys.entry(kid.to_owned()) {
            Entry::Occupied(_) => Err(JwkError::DuplicateKeyId { kid: excerpt(kid) }),
            Entry::Vacant(entry) => {
                entry.insert(key);
                Ok(())
            }
        }
    }

    /// Removes and returns the key with this `kid`.
    pub fn remove(&mut self, kid: &str) -> Option<VerifyingKey> {
        self.keys.remove(kid)
    }

    /// Returns the key with this `kid`.
    #[must_use]
    pub fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.get(kid)
    }

    /// Iterates over the keys in the order of their `kid`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &VerifyingKey)> {
        self.keys.iter().map(|(kid, key)| (kid.as_str(), key))
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether the set has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the same set with the tables of all keys: see [`VerifyingKey::precomputed`] for their size.
    #[must_use]
    pub fn precomputed(self) -> Self {
        let precomputed = |(kid, key): (_, VerifyingKey)| (kid, key.precomputed());
        Self {
            keys: self.keys.into_iter().map(precomputed).collect(),
        }
    }

    /// Parses a JWK Set (RFC 7517 section 5) of at most 1 MiB, as a whole or not at all. The member `keys` is a list of
    /// keys, each as of [`Jwk::from_json`] with a `kid` of its own. A key that could be used with several algorithms (an RSA
    /// key) must have `alg`. Other members of the set are ignored.
    ///
    /// The keys become trusted, so the set must come from a trusted source.
    ///
    /// # Errors
    ///
    /// [`JwkError`]: [`InSet`](JwkError::InSet) with the index of the key if one is rejected.
    pub fn from_jwks(json: &[u8]) -> Result<Self, JwkError> {
        let members = jwk::object(json, MAX_JWKS)?;
        let keys = match members.get("keys") {
            None => return Err(JwkError::MissingMember { member: "keys" }),
            Some(Value::Array(keys)) => keys,
            Some(_) => {
                return Err(JwkError::MemberType {
                    member: "keys",
                    expected: "a list",
                });
            }
        };
        let mut set = Self::new();
        for (index, key) in keys.iter().enumerate() {
            set.insert_member(key).map_err(|error| JwkError::InSet {
                index,
                error: error.into(),
            })?;
        }
        Ok(set)
    }

    fn insert_member(&mut self, key: &Value) -> Result<(), JwkError> {
        let jwk = Jwk::from_members(key.as_object().ok_or(JwkError::Json)?)?;
        let kid = jwk.kid().ok_or(JwkError::MissingMember { member: "kid" })?;
        self.insert(kid, jwk.verifying_key()?)
    }

    /// The set as JSON (RFC 7517 section 5), ordered by `kid`. Each key has `alg`, `kid` and `"use": "sig"`.
    #[must_use]
    pub fn to_jwks(&self) -> String {
        let keys = self.iter().filter_map(|(kid, key)| Jwk::new(key, Some(kid)).ok());
        let keys = keys.map(|jwk| Value::Object(jwk.members())).collect();
        let set: Map<_, _> = [("keys".to_owned(), Value::Array(keys))].into_iter().collect();
        Value::Object(set).to_string()
    }

    /// Verifies a token with the key of its `kid`, and the default [`Options`].
    ///
    /// # Errors
    ///
    /// The rule that the token breaks.
    pub fn verify(&self, token: &str) -> Result<Verified, Error> {
        Options::new().verify(self, token)
    }

    /// Verifies a token without payload over a payload from elsewhere, with the key of its `kid` and the default
    /// [`Options`]. See [`Options::verify_detached`].
    ///
    /// # Errors
    ///
    /// The rule that the token breaks.
    pub fn verify_detached(&self, token: &str, payload: &[u8]) -> Result<Header, Error> {
        Options::new().verify_detached(self, token, payload)
    }
}
