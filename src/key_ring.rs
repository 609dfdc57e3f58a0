//! Public keys by the name of their KMS key, for verifiers that trust several keys, such as during key rotation.

#[cfg(feature = "json")]
mod directory;
mod error;
#[cfg(feature = "json")]
mod key_file;
mod key_id;
mod tables;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use core::fmt;

#[cfg(feature = "json")]
use crate::{GetPublicKeyResponse, Message, SignResponse};
use crate::{PublicKey, SigningAlgorithm, VerifyingKey};

use tables::{Budget, Held};

#[cfg(feature = "json")]
pub use directory::{KeyDirectoryError, KeyDirectoryProblem};
pub use error::KeyRingError;
#[cfg(feature = "json")]
pub use key_file::{KeyFile, KeyFileError, KeyFileFormat};
pub use key_id::{KeyId, KeyIdError};

/// The default limit on the size of the tables in bytes: 64 MiB.
const DEFAULT_TABLE_BUDGET: usize = 64 << 20;

/// A set of trusted public keys, indexed by the `KeyId` of their KMS key. Requires the feature `std`.
///
/// A key in the ring is trusted: insert keys from a trusted source only, and let signatures refer to them by name. A
/// ring never fetches a key, and it only tries the key that a signature names. The guide says [how keys are
/// replaced](crate::guide::rotation).
///
/// # Names
///
/// | inserted as | found by |
/// |---|---|
/// | a key ARN, `arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab` | that ARN; or the bare key ID, if no different key in the ring has the same key ID |
/// | a key ARN with a multi-Region key ID, `…:key/mrk-1234…` | that ARN with any Region, because related keys are the same key; or the bare key ID, as above |
/// | a key ID, `1234abcd-12ab-34cd-56ef-1234567890ab` | the bare key ID, but not an ARN, because its account and Region are unknown |
/// | an alias name, `alias/name`, or an alias ARN | exactly that name. KMS can move an alias to another key; the ring does not resolve aliases, and does not learn them from responses |
///
/// Names are case-sensitive. The partition and the account must always match. See the AWS KMS Developer Guide, [key
/// identifiers](https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id) and [multi-Region
/// keys](https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html).
///
/// # Tables
///
/// With the tables of [`VerifyingKey::precomputed`], verification is three to four times as fast with a curve key, whose
/// tables take about 256 KiB and about a millisecond to compute, and more than twice as fast with an ML-DSA key, whose
/// tables take up to 64 KiB. A ring computes tables for its most used keys: once a key has been used often enough for
/// tables to pay off (2 to 50 times, listed there), the next call that uses it computes them. No call waits for the
/// tables of another.
///
/// The tables of a ring take at most 64 MiB, or the budget of [`with_table_budget`](Self::with_table_budget). Once the
/// budget is exhausted, a key gets tables only by evicting those of a key that was recently used less than half as
/// often. A key that already has tables when it is inserted keeps them, outside the budget.
///
/// Invalid signatures count as uses too. A client that sends many can make the ring replace tables, which takes less
/// time per signature than its verification.
///
/// # Threads
///
/// A clone costs two reference counts, and shares the keys with the original until either of them is modified. Clones
/// always share tables and their budget. To modify a ring while other threads verify, clone it, modify the clone, and
/// replace the original. Threads that still hold the original are not affected:
///
/// ```
/// use std::sync::RwLock;
///
/// use kms_verify::{KeyRing, PublicKey};
///
/// # let folder = "tests/vectors/kms";
/// # let read = |name: &str| PublicKey::from_der(&std::fs::read(format!("{folder}/{name}/public_key.der")).unwrap());
/// # let old_key = read("eksa-bundle-minimal")?;
/// # let new_key = read("stackd-ed25519-pure-raw")?;
/// let mut ring = KeyRing::new();
/// ring.insert("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", old_key)?;
/// let shared = RwLock::new(ring); // or an ArcSwap, whose readers never wait
///
/// // A reader clones the current ring and releases the lock.
/// let reading = shared.read().unwrap().clone();
///
/// // Rotation: first add the new key, later `remove` the old one.
/// let mut next = shared.read().unwrap().clone();
/// next.insert("arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321", new_key)?;
/// *shared.write().unwrap() = next;
///
/// assert_eq!((reading.len(), shared.read().unwrap().len()), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<Keys>,
    budget: Arc<Budget>,
}

impl Default for KeyRing {
    fn default() -> Self {
        Self::with_table_budget(DEFAULT_TABLE_BUDGET)
    }
}

#[derive(Clone, Default)]
struct Keys {
    /// Names with the same key ID are adjacent, the bare key ID first.
    by_name: BTreeMap<KeyId, Entry>,
    /// The key IDs that different keys share, so that no lookup iterates over all names with an ID.
    ambiguous: BTreeSet<Box<str>>,
}

#[derive(Clone)]
struct Entry {
    held: Arc<Held>,
    /// For an alias: the ARN of its key, if it is known.
    arn: Option<KeyId>,
}

impl Entry {
    fn new(key: PublicKey) -> Self {
        Self {
            held: Held::new(key),
            arn: None,
        }
    }
}

impl KeyRing {
    /// Creates an empty ring with a table budget of 64 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an empty ring whose tables, including those of its clones, take at most this many bytes: 0 disables
    /// tables, [`usize::MAX`] removes the limit.
    #[must_use]
    pub fn with_table_budget(bytes: usize) -> Self {
        Self {
            keys: Arc::default(),
            budget: Budget::new(bytes),
        }
    }

    /// Computes the tables of all keys, in the order of [`iter`](Self::iter), until the budget is exhausted. Call this
    /// at startup if the first signatures must be fast. It takes about a millisecond per key.
    pub fn precompute(&self) {
        for entry in self.keys.by_name.values() {
            self.budget.precompute(&entry.held);
        }
    }

    /// The size in bytes of the tables of the ring and its clones, which never exceeds the budget. Evicted tables do
    /// not count, even if a [`VerifyingKey`] still holds them.
    #[must_use]
    pub fn table_size(&self) -> usize {
        self.budget.used()
    }

    /// Inserts a key with a name: an ARN, a key ID or an alias, of at most 2048 bytes. Does nothing if the ring already
    /// has the same key with this name.
    ///
    /// # Errors
    ///
    /// - [`KeyRingError::KeyId`] if the name is invalid.
    /// - [`KeyRingError::DifferentKey`] if the ring has a different key with this name, or with the name of a related
    ///   multi-Region key. KMS never changes the key behind a key ID, so one of the two is wrong. To replace a key, use
    ///   [`replace`](Self::replace).
    pub fn insert(&mut self, key_id: &str, key: PublicKey) -> Result<(), KeyRingError> {
        let key_id = key_id.parse()?;
        if !self.keys.has(&key_id, &key)? {
            self.put(key_id, key);
        }
        Ok(())
    }

    /// Inserts the key of a GetPublicKey response with the `KeyId` of the response. Requires the feature `json`.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    #[cfg(feature = "json")]
    pub fn insert_response(&mut self, response: &GetPublicKeyResponse) -> Result<(), KeyRingError> {
        self.insert(response.key_id(), response.public_key().clone())
    }

    /// Inserts a key with a name, and replaces and returns the key that the ring had with this name or with the name of
    /// a related multi-Region key.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::KeyId`] if the name is invalid.
    pub fn replace(&mut self, key_id: &str, key: PublicKey) -> Result<Option<PublicKey>, KeyRingError> {
        let key_id = key_id.parse()?;
        let held = self.take(&key_id);
        self.put(key_id, key);
        Ok(held)
    }

    /// Removes and returns the key that was inserted with this name or with the name of a related multi-Region key. A
    /// bare key ID does not remove a key that was inserted with an ARN.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::KeyId`] if the name is invalid.
    pub fn remove(&mut self, key_id: &str) -> Result<Option<PublicKey>, KeyRingError> {
        Ok(self.take(&key_id.parse()?))
    }

    /// Returns the key with this name.
    ///
    /// # Errors
    ///
    /// - [`KeyRingError::KeyId`] if the name is invalid.
    /// - [`KeyRingError::UnknownKey`] if the ring has no key with this name.
    /// - [`KeyRingError::AmbiguousKeyId`] if this is a bare key ID that different keys in the ring share.
    pub fn get(&self, key_id: &str) -> Result<&PublicKey, KeyRingError> {
        Ok(&self.find(key_id)?.1.held.public_key)
    }

    /// Returns the key with this name, and the name with which it was inserted. For a bare key ID this may be the key
    /// ARN, and for a multi-Region key the ARN in another Region.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_key_value(&self, key_id: &str) -> Result<(&KeyId, &PublicKey), KeyRingError> {
        let (name, entry) = self.find(key_id)?;
        Ok((name, &entry.held.public_key))
    }

    /// Returns the ARN of the key with this name, as responses of KMS contain it, if the ring knows it.
    ///
    /// | name | ARN |
    /// |---|---|
    /// | a key ARN | the ARN it was inserted with: for a multi-Region key, this may be the ARN in another Region |
    /// | a bare key ID | the only key ARN in the ring with this ID. `None` if there is none, or several |
    /// | an alias | the key ARN in the file of the alias, if the ring was read by [`from_dir`](Self::from_dir). `None` otherwise |
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn key_arn(&self, key_id: &str) -> Result<Option<&KeyId>, KeyRingError> {
        let (name, entry) = self.find(key_id)?;
        if name.is_alias() {
            return Ok(entry.arn.as_ref());
        }
        let is_named_by_arn = key_id.starts_with("arn:");
        let mut arns = self.keys.under(name).map(|(name, _)| name).filter(|name| name.is_arn());
        Ok(match (arns.next(), arns.next()) {
            _ if is_named_by_arn => Some(name),
            (Some(only), None) => Some(only),
            (None, _) | (Some(_), Some(_)) => None,
        })
    }

    /// Returns the key with this name, bound to an algorithm, with its tables if the ring has computed them.
    ///
    /// Each call counts as a use of the key, which may compute its tables. Call this for every signature rather than
    /// keeping the result: a key kept without tables never gets any, and a key kept with tables holds them outside the
    /// budget.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and [`Error::IncompatibleAlgorithm`](crate::Error::IncompatibleAlgorithm) as
    /// [`KeyRingError::Verify`] if the key does not support the algorithm.
    ///
    /// # Example
    ///
    /// The AWS SDK returns the fields of a Sign response as values, so no JSON is needed:
    ///
    /// ```
    /// use kms_verify::{KeyRing, Message, PublicKey, SigningAlgorithm};
    ///
    /// let folder = "tests/vectors/kms/stackd-ed25519-pure-raw";
    /// let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    /// let mut ring = KeyRing::new();
    /// // The fields KeyId and PublicKey of GetPublicKey, from a source that you trust.
    /// ring.insert(arn, PublicKey::from_der(&std::fs::read(format!("{folder}/public_key.der"))?)?)?;
    ///
    /// // The fields KeyId, SigningAlgorithm and Signature of Sign, from anyone.
    /// let (key_id, algorithm) = (arn, "ED25519_SHA_512");
    /// let signature = std::fs::read(format!("{folder}/signature.bin"))?;
    /// let message = std::fs::read(format!("{folder}/message.bin"))?;
    /// ring.verifying_key(key_id, algorithm.parse::<SigningAlgorithm>()?)?.verify(Message::Raw(&message), &signature)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verifying_key(&self, key_id: &str, algorithm: SigningAlgorithm) -> Result<VerifyingKey, KeyRingError> {
        Ok(self.find(key_id)?.1.held.verifying_key(algorithm, &self.budget)?)
    }

    /// Verifies the signature in a Sign response over a message. Requires the feature `json`.
    ///
    /// The response only names the key and the algorithm. The key comes from the ring, and the algorithm may be any
    /// that the key supports. To require a specific algorithm, use [`verifying_key`](Self::verifying_key). After
    /// success, [`SignResponse::key_id`] is a name of the key that signed; for a multi-Region key, its Region may be
    /// another.
    ///
    /// # Errors
    ///
    /// As [`verifying_key`](Self::verifying_key), and the errors of [`VerifyingKey::verify`] as [`KeyRingError::Verify`].
    ///
    /// ```
    /// # fn example(get_public_key: &[u8], sign: &[u8], message: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    /// use kms_verify::{GetPublicKeyResponse, KeyRing, Message, SignResponse};
    ///
    /// let mut ring = KeyRing::new();
    /// ring.insert_response(&GetPublicKeyResponse::from_json(get_public_key)?)?; // from a source that you trust
    /// ring.verify(&SignResponse::from_json(sign)?, Message::Raw(message))?; // from anyone
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "json")]
    pub fn verify(&self, response: &SignResponse, message: Message<'_>) -> Result<(), KeyRingError> {
        let key = self.verifying_key(response.key_id(), response.signing_algorithm())?;
        Ok(key.verify(message, response.signature())?)
    }

    /// Iterates over the names and their keys, ordered by key ID. A multi-Region key occurs once, with the first name
    /// it was inserted with.
    pub fn iter(&self) -> impl Iterator<Item = (&KeyId, &PublicKey)> {
        self.keys
            .by_name
            .iter()
            .map(|(name, entry)| (name, &entry.held.public_key))
    }

    /// The number of names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.by_name.len()
    }

    /// Whether the ring has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.by_name.is_empty()
    }

    /// The key that a name identifies, if it is unique, and the name it was inserted with.
    fn find(&self, given: &str) -> Result<(&KeyId, &Entry), KeyRingError> {
        let key_id: KeyId = given.parse()?;
        let mut under = self.keys.under(&key_id);
        if key_id.is_id_alone() && self.keys.ambiguous.contains(key_id.id()) {
            let mut next = || under.next().map_or("", |(name, _)| name.as_str()).into();
            return Err(KeyRingError::AmbiguousKeyId {
                given: given.into(),
                first: next(),
                second: next(),
            });
        }
        // All keys with a bare key ID that is not ambiguous are the same key.
        let first = under.next();
        let found = if key_id.is_id_alone() {
            first
        } else {
            self.keys.by_name.get_key_value(&key_id)
        };
        match found {
            Some(found) => Ok(found),
            None => Err(KeyRingError::UnknownKey {
                given: given.into(),
                similar: first.map(|(name, _)| name.as_str().into()),
            }),
        }
    }

    /// Inserts a key with a name that is not in the ring.
    fn put(&mut self, key_id: KeyId, key: PublicKey) {
        Arc::make_mut(&mut self.keys).put(key_id, Entry::new(key));
    }

    fn take(&mut self, key_id: &KeyId) -> Option<PublicKey> {
        // Looked up first, so that a ring without this name stays shared with its clones.
        self.keys.by_name.get(key_id)?;
        let entry = Arc::make_mut(&mut self.keys).take(key_id)?;
        Some(entry.held.public_key.clone())
    }
}

impl Keys {
    /// All entries with a key ID, in any account and Region, the bare key ID first.
    fn under(&self, key_id: &KeyId) -> impl Iterator<Item = (&KeyId, &Entry)> {
        let id = key_id.id();
        self.by_name
            .range(key_id.alone()..)
            .take_while(move |(name, _)| name.id() == id)
    }

    /// Whether there is this key with this name. A different key with the name is an error.
    fn has(&self, key_id: &KeyId, key: &PublicKey) -> Result<bool, KeyRingError> {
        match self.by_name.get_key_value(key_id) {
            None => Ok(false),
            Some((_, entry)) if entry.held.public_key == *key => Ok(true),
            Some((name, entry)) => Err(KeyRingError::DifferentKey {
                key_id: name.as_str().into(),
                held: entry.held.public_key.fingerprint(),
                given: key.fingerprint(),
            }),
        }
    }

    fn put(&mut self, key_id: KeyId, entry: Entry) {
        // While an ID is not ambiguous, all its keys are equal, so comparing with one of them suffices.
        let other = self.under(&key_id).next();
        if other.is_some_and(|(_, other)| other.held.public_key != entry.held.public_key) {
            self.ambiguous.insert(key_id.id().into());
        }
        self.by_name.insert(key_id, entry);
    }

    fn take(&mut self, key_id: &KeyId) -> Option<Entry> {
        let entry = self.by_name.remove(key_id)?;
        if self.ambiguous.contains(key_id.id()) {
            let mut left = self.under(key_id).map(|(_, left)| &left.held.public_key);
            let first = left.next();
            let is_one_key = left.all(|key| Some(key) == first);
            drop(left);
            if is_one_key {
                self.ambiguous.remove(key_id.id());
            }
        }
        Some(entry)
    }
}

impl fmt::Debug for KeyRing {
    /// Shows the names and their keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
