//! Public keys by the name of their KMS key, for verifiers that know several: while keys are rotated, say.

mod error;
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

pub use error::KeyRingError;
pub use key_id::{KeyId, KeyIdError};

/// The bytes that tables may take, unless the caller says otherwise.
const DEFAULT_TABLE_BUDGET: usize = 64 << 20;

/// Public keys by the `KeyId` of their KMS key.
///
/// What is in the ring is what is trusted: put keys in from a source that you trust, and let signatures only name them.
/// Nothing is ever fetched, and no key but the one that is named is tried.
///
/// # Names
///
/// | a key is put in under | and found by |
/// |---|---|
/// | a key ARN, `arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab` | that ARN; or its key id alone, if no other key in the ring has the same |
/// | a key ARN with a multi-Region key id, `…:key/mrk-1234…` | that ARN with any Region, as related keys are one and the same; or its key id alone |
/// | a key id, `1234abcd-12ab-34cd-56ef-1234567890ab` | the key id alone, never by an ARN, whose account and Region nothing would vouch for |
/// | an alias, `alias/name`, or its ARN | that same name. KMS moves aliases between keys; the ring follows none, and learns of none from a response |
///
/// Names are compared as they are, in upper and lower case. Partition and account always count. See the AWS KMS Developer
/// Guide, [key identifiers](https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id) and
/// [multi-Region keys](https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html).
///
/// # Tables
///
/// Verification with a curve key is three to four times as fast with the tables of [`VerifyingKey::precomputed`], which take
/// about 256 KiB and a millisecond to make, and with ML-DSA more than twice as fast with tables of up to 64 KiB. So the ring
/// makes them for the keys that are used most: for a key that was asked for so often that they would have paid (2 to 50
/// times, as it says there), in the call that finds it so. All tables together take at most 64 MiB, or what [`with_table_budget`](Self::with_table_budget) says. Once that is full, a key gets
/// tables in the place of those of a key that was lately used less than half as often. No call waits for another's tables.
/// A key that has tables when it is put in keeps them, outside the budget.
/// Signatures that are not valid count as uses too: whoever sends many can make the ring exchange tables, which for each of
/// them takes less time than one verification.
///
/// # Threads
///
/// A clone costs two reference counts, and shares all with the original until either of them is changed; tables and their
/// budget it shares even then. To change keys while others verify, clone the ring, change the clone, and put it in the place
/// of the first. Whoever still holds the first goes on with it undisturbed:
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
/// let shared = RwLock::new(ring); // or an ArcSwap, with which readers never wait
///
/// // A reader takes the ring of the moment, and lets go of the lock.
/// let reading = shared.read().unwrap().clone();
///
/// // Rotation: first the new key beside the old one, later `remove` for the old one.
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
    /// All names with the same key id stand side by side, the key id alone first.
    by_name: BTreeMap<KeyId, Arc<Held>>,
    /// The key ids that different keys have, so that no lookup walks through all names with one id.
    ambiguous: BTreeSet<Box<str>>,
}

impl KeyRing {
    /// An empty ring, whose tables may take 64 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty ring, whose tables may take so many bytes, those of its clones included: 0 for none, [`usize::MAX`] for as
    /// many as there are keys.
    #[must_use]
    pub fn with_table_budget(bytes: usize) -> Self {
        Self {
            keys: Arc::default(),
            budget: Budget::new(bytes),
        }
    }

    /// Makes the tables of all keys now, in the order of [`iter`](Self::iter), as far as there is room in the budget: for
    /// the set-up of a program that is to be fast from the first signature on. It takes about a millisecond for each key.
    pub fn precompute(&self) {
        for held in self.keys.by_name.values() {
            self.budget.precompute(held);
        }
    }

    /// How many bytes the tables of the ring and its clones take: at most the budget. Tables that made room for others
    /// are counted no longer, although a [`VerifyingKey`] that was given out keeps its own.
    #[must_use]
    pub fn table_size(&self) -> usize {
        self.budget.used()
    }

    /// Puts a key in under a name: an ARN, a key id or an alias, of at most 2048 bytes. Does nothing if the ring has the
    /// same key under that name.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::KeyId`] if this is not a KMS name; [`KeyRingError::DifferentKey`] if the ring has another key
    /// under that name, or under the name of a related multi-Region key. KMS never changes the key behind a key id, so
    /// one of the two is wrong; where it is meant, there is [`replace`](Self::replace).
    pub fn insert(&mut self, key_id: &str, key: PublicKey) -> Result<(), KeyRingError> {
        let key_id: KeyId = key_id.parse()?;
        match self.keys.by_name.get_key_value(&key_id) {
            None => self.put(key_id, key),
            Some((_, held)) if held.public_key == key => {}
            Some((name, held)) => {
                return Err(KeyRingError::DifferentKey {
                    key_id: name.as_str().into(),
                    held: held.public_key.fingerprint(),
                    given: key.fingerprint(),
                });
            }
        }
        Ok(())
    }

    /// Puts in the key of a GetPublicKey response, under the `KeyId` of the response.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    #[cfg(feature = "json")]
    pub fn insert_response(&mut self, response: &GetPublicKeyResponse) -> Result<(), KeyRingError> {
        self.insert(response.key_id(), response.public_key().clone())
    }

    /// Puts a key in under a name, in the place of the key that the ring has under that name, or under the name of a
    /// related multi-Region key. Gives that one back, if there was one.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::KeyId`] if this is not a KMS name.
    pub fn replace(&mut self, key_id: &str, key: PublicKey) -> Result<Option<PublicKey>, KeyRingError> {
        let key_id = key_id.parse()?;
        let held = self.take(&key_id);
        self.put(key_id, key);
        Ok(held)
    }

    /// Removes the key that was put in under this name, or under the name of a related multi-Region key, and returns it. A
    /// key id alone does not remove a key that was put in under an ARN.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::KeyId`] if this is not a KMS name.
    pub fn remove(&mut self, key_id: &str) -> Result<Option<PublicKey>, KeyRingError> {
        Ok(self.take(&key_id.parse()?))
    }

    /// The key of a name.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::KeyId`] if this is not a KMS name; [`KeyRingError::UnknownKey`] if the ring has no key of that
    /// name; [`KeyRingError::AmbiguousKeyId`] if it is a key id without an ARN, and the ring has different keys with it.
    pub fn get(&self, key_id: &str) -> Result<&PublicKey, KeyRingError> {
        Ok(&self.find(key_id)?.1.public_key)
    }

    /// The key of a name, with the name under which it is in the ring: the key ARN, if it was asked for by its key id; of a
    /// multi-Region key, perhaps that in another Region.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_key_value(&self, key_id: &str) -> Result<(&KeyId, &PublicKey), KeyRingError> {
        let (name, held) = self.find(key_id)?;
        Ok((name, &held.public_key))
    }

    /// The key of a name, bound to an algorithm, with tables if the ring has made them. Counts as a use of the key, which
    /// makes its tables when it is time. Ask for it again for every signature or so, and do not keep it: whoever keeps one
    /// without tables goes on without, and one with tables keeps them outside the budget.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`Error::IncompatibleAlgorithm`](crate::Error::IncompatibleAlgorithm) as
    /// [`KeyRingError::Verify`] if the key cannot have the algorithm.
    ///
    /// With the AWS SDK, or whatever else gives the fields of a Sign response as values of its own, no JSON is needed:
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
        Ok(self.find(key_id)?.1.verifying_key(algorithm, &self.budget)?)
    }

    /// Verifies the signature of a Sign response over a message.
    ///
    /// The response only names the key and the algorithm. The key is the ring's. The algorithm is any that the key has,
    /// for KMS signs with each of them; to insist on one, use [`verifying_key`](Self::verifying_key). Once this succeeds,
    /// [`SignResponse::key_id`] is a name of the key that signed, for a multi-Region key in any Region.
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

    /// All names under which keys were put in, with their keys, in the order of the key ids. A multi-Region key appears
    /// once, under the first of its names.
    pub fn iter(&self) -> impl Iterator<Item = (&KeyId, &PublicKey)> {
        self.keys.by_name.iter().map(|(name, held)| (name, &held.public_key))
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.by_name.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.by_name.is_empty()
    }

    /// The key that a name stands for, if it stands for one only, and the name that it is held under.
    fn find(&self, given: &str) -> Result<(&KeyId, &Arc<Held>), KeyRingError> {
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
        // Of a key id alone that is not ambiguous, any is the one.
        let first = under.next();
        let found = if key_id.is_id_alone() {
            first
        } else {
            self.keys.by_name.get_key_value(&key_id)
        };
        match found {
            Some((name, held)) => Ok((name, held)),
            None => Err(KeyRingError::UnknownKey {
                given: given.into(),
                similar: first.map(|(name, _)| name.as_str().into()),
            }),
        }
    }

    /// Adds a key under a name that is free.
    fn put(&mut self, key_id: KeyId, key: PublicKey) {
        Arc::make_mut(&mut self.keys).put(key_id, Held::new(key));
    }

    fn take(&mut self, key_id: &KeyId) -> Option<PublicKey> {
        // A ring that has no such name stays shared with its clones.
        self.keys.by_name.get(key_id)?;
        let held = Arc::make_mut(&mut self.keys).take(key_id)?;
        Some(held.public_key.clone())
    }
}

impl Keys {
    /// All that is held under a key id, wherever it is at home, under the key id alone first.
    fn under(&self, key_id: &KeyId) -> impl Iterator<Item = (&KeyId, &Arc<Held>)> {
        let id = key_id.id();
        self.by_name
            .range(key_id.alone()..)
            .take_while(move |(name, _)| name.id() == id)
    }

    fn put(&mut self, key_id: KeyId, key: Arc<Held>) {
        // As long as an id is not ambiguous, all its keys are equal: one of them speaks for all.
        let other = self.under(&key_id).next();
        if other.is_some_and(|(_, held)| held.public_key != key.public_key) {
            self.ambiguous.insert(key_id.id().into());
        }
        self.by_name.insert(key_id, key);
    }

    fn take(&mut self, key_id: &KeyId) -> Option<Arc<Held>> {
        let held = self.by_name.remove(key_id)?;
        if self.ambiguous.contains(key_id.id()) {
            let mut left = self.under(key_id).map(|(_, held)| &held.public_key);
            let first = left.next();
            let is_one_key = left.all(|key| Some(key) == first);
            drop(left);
            if is_one_key {
                self.ambiguous.remove(key_id.id());
            }
        }
        Some(held)
    }
}

impl fmt::Debug for KeyRing {
    /// Shows the names and their keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
