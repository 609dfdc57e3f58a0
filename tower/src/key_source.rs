//! Which keys are trusted, and the one algorithm of each.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock};

use kms_verify::{KeyRing, KeySpec, MessageType, SigningAlgorithm, VerifyingKey};

use crate::rule::{Rejection, Rule};

/// The keys that a service trusts, by name. Each has exactly one algorithm: a request names a key, and never chooses how
/// it is used.
///
/// | source | algorithm of a key |
/// |---|---|
/// | [`PinnedRing`] | the first of its list that the key spec has |
/// | [`KeyRing`] | the only one that the key spec has for whole messages; with RSA keys, use [`PinnedRing`] |
/// | a map from names to [`VerifyingKey`]; with the feature `jws`, a `kms_verify::jws::KeySet` | that of the [`VerifyingKey`] |
/// | [`Swap`] | that of the current source, which can be replaced at any time |
/// | [`Arc`] | that of its content |
///
/// A source is asked once per request and key name. It must not block.
pub trait KeySource: Send + Sync + 'static {
    /// Finds the key that a name identifies.
    ///
    /// # Errors
    ///
    /// [`KeySourceError::Unknown`] if the name does not identify a trusted key, and [`KeySourceError::Unavailable`] if the
    /// service is at fault.
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError>;
}

/// A key with its algorithm, and the name that the source has for it.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// The name of the key in the source, which is not always the name in the request. For a [`KeyRing`] it is the name
    /// that the key was inserted with, such as its ARN.
    pub name: Arc<str>,
    /// The key, bound to its algorithm.
    pub key: VerifyingKey,
}

/// Why a source has no key for a name. The details are for the log, where control characters are escaped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySourceError {
    /// The name does not identify a trusted key. The client gets [`Rule::KeyUnknown`].
    #[error("unknown key: {0}")]
    Unknown(Box<str>),
    /// The source cannot answer, or has the key without an algorithm. The client gets [`Rule::KeysUnavailable`].
    #[error("keys unavailable: {0}")]
    Unavailable(Box<str>),
}

impl KeySourceError {
    /// The rejection if the name comes from the service and not from the request: then a name that the source does not know
    /// is not the sender's fault.
    pub(crate) fn about_own_name(self) -> Rejection {
        match self {
            Self::Unknown(details) | Self::Unavailable(details) => Rejection::new(Rule::KeysUnavailable, details),
        }
    }
}

impl From<KeySourceError> for Rejection {
    fn from(error: KeySourceError) -> Self {
        match error {
            KeySourceError::Unknown(details) => Self::new(Rule::KeyUnknown, details),
            KeySourceError::Unavailable(details) => Self::new(Rule::KeysUnavailable, details),
        }
    }
}

/// A key ring with the algorithms that its keys are used with.
///
/// A key is used with the first algorithm of the list that its key spec has. A key that has none of them is not trusted
/// here.
///
/// ```
/// use kms_verify::{KeyRing, SigningAlgorithm};
/// use kms_verify_tower::PinnedRing;
///
/// // RSA keys sign with PSS, P-256 and secp256k1 keys with ECDSA; other keys of the ring are not used.
/// let keys = PinnedRing::new(KeyRing::new(), [SigningAlgorithm::RsassaPssSha256, SigningAlgorithm::EcdsaSha256]);
/// ```
#[derive(Clone, Debug)]
pub struct PinnedRing {
    ring: KeyRing,
    algorithms: Arc<[SigningAlgorithm]>,
}

impl PinnedRing {
    /// Uses the keys of a ring with these algorithms, in order of precedence.
    pub fn new(ring: KeyRing, algorithms: impl IntoIterator<Item = SigningAlgorithm>) -> Self {
        Self {
            ring,
            algorithms: algorithms.into_iter().collect(),
        }
    }
}

impl KeySource for PinnedRing {
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        find_in_ring(&self.ring, key_id, |key_spec| {
            let of_key = key_spec.signing_algorithms();
            let pinned = self.algorithms.iter().find(|algorithm| of_key.contains(algorithm));
            pinned.copied().ok_or_else(|| {
                KeySourceError::Unknown(format!("no algorithm of {key_spec} is in the list of this service").into())
            })
        })
    }
}

impl KeySource for KeyRing {
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        find_in_ring(self, key_id, |key_spec| {
            let mut algorithms = key_spec
                .signing_algorithms()
                .iter()
                .copied()
                .filter(signs_whole_messages);
            match (algorithms.next(), algorithms.next()) {
                (Some(only), None) => Ok(only),
                (None, _) | (_, Some(_)) => Err(KeySourceError::Unavailable(
                    format!("{key_spec} has several algorithms; use PinnedRing to choose one").into(),
                )),
            }
        })
    }
}

fn signs_whole_messages(algorithm: &SigningAlgorithm) -> bool {
    algorithm.message_types().contains(&MessageType::Raw)
}

fn find_in_ring(
    ring: &KeyRing,
    key_id: &str,
    algorithm: impl FnOnce(KeySpec) -> Result<SigningAlgorithm, KeySourceError>,
) -> Result<TrustedKey, KeySourceError> {
    let (name, key) = ring
        .get_key_value(key_id)
        .map_err(|error| KeySourceError::Unknown(error.details().to_string().into()))?;
    let algorithm = algorithm(key.key_spec())?;
    // Through the ring, so that it counts the use and returns its tables.
    let key = ring
        .verifying_key(key_id, algorithm)
        .map_err(|error| KeySourceError::Unavailable(error.details().to_string().into()))?;
    Ok(TrustedKey {
        name: name.as_str().into(),
        key,
    })
}

impl<S> KeySource for HashMap<String, VerifyingKey, S>
where
    S: BuildHasher + Send + Sync + 'static,
{
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        find_in_map(
            self.get_key_value(key_id).map(|(name, key)| (name.as_str(), key)),
            key_id,
        )
    }
}

impl KeySource for BTreeMap<String, VerifyingKey> {
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        find_in_map(
            self.get_key_value(key_id).map(|(name, key)| (name.as_str(), key)),
            key_id,
        )
    }
}

#[cfg(feature = "jws")]
impl KeySource for kms_verify::jws::KeySet {
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        find_in_map(self.get(key_id).map(|key| (key_id, key)), key_id)
    }
}

fn find_in_map(found: Option<(&str, &VerifyingKey)>, key_id: &str) -> Result<TrustedKey, KeySourceError> {
    match found {
        Some((name, key)) => Ok(TrustedKey {
            name: name.into(),
            key: key.clone(),
        }),
        None => Err(KeySourceError::Unknown(format!("no key \"{key_id}\"").into())),
    }
}

impl<K: KeySource + ?Sized> KeySource for Arc<K> {
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        (**self).find(key_id)
    }
}

/// A source that can be replaced while requests are served. Clones share the source.
///
/// A request uses the source that is current when its headers have been read, even if it is replaced before the body has
/// arrived. The lock is held only to clone an [`Arc`].
///
/// ```
/// use kms_verify::KeyRing;
/// use kms_verify_tower::Swap;
///
/// let keys = Swap::new(KeyRing::new()); // give a clone to the layer
/// keys.replace(KeyRing::new()); // later, from any thread
/// assert!(keys.current().is_empty());
/// ```
pub struct Swap<K>(Arc<RwLock<Arc<K>>>);

impl<K> Swap<K> {
    /// Starts with this source.
    #[must_use]
    pub fn new(source: K) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(source))))
    }

    /// The current source.
    #[must_use]
    pub fn current(&self) -> Arc<K> {
        // An Arc is replaced whole, so a thread that panicked left no half of one.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the source, for this value and its clones. Returns the one before.
    pub fn replace(&self, source: K) -> Arc<K> {
        let source = Arc::new(source);
        std::mem::replace(&mut self.0.write().unwrap_or_else(PoisonError::into_inner), source)
    }
}

impl<K> Clone for Swap<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: fmt::Debug> fmt::Debug for Swap<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Swap").field(&self.current()).finish()
    }
}

impl<K: KeySource> KeySource for Swap<K> {
    fn find(&self, key_id: &str) -> Result<TrustedKey, KeySourceError> {
        self.current().find(key_id)
    }
}
