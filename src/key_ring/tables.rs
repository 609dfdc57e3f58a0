//! Which keys of a ring have tables: those that are used most, within a budget that clones of the ring share.
//!
//! A key gets its tables once it was used so often that they would have paid, as if each skier bought skis after renting
//! them for their price: the work is never more than twice what it would be if the uses to come were known. While the
//! budget is full, a key takes the place of one that was used less than half as often. Whenever many uses have passed
//! without room, all uses count half, so that what is no longer used makes room.
//!
//! A reader never waits: it takes the key as it is, without tables while they are made or exchanged.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::{Arc, Weak};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::{Error, KeySpec, PublicKey, SigningAlgorithm, VerifyingKey};

/// From its first attempt on, a key without tables looks for room at every so many uses.
const USES_PER_ATTEMPT: u32 = 8;

/// How many keys are considered, and at most given up, to make room for one.
const MAX_CONSIDERED: usize = 16;

/// So many attempts without success, for each key with tables, halve all counts.
const ATTEMPTS_PER_HALVING: usize = 8;

/// A key of a ring, and its tables while it has any.
pub(super) struct Held {
    pub(super) public_key: PublicKey,
    uses: Uses,
    tables: RwLock<Option<Box<Tables>>>,
    /// Whether some thread makes the tables just now.
    is_making: AtomicBool,
}

/// A key that has its tables, and what they take of the budget.
struct Tables {
    /// Bound to one of its algorithms. The tables belong to the key, whichever the algorithm.
    key: VerifyingKey,
    #[expect(dead_code, reason = "dropped with the tables")]
    reserved: Reserved,
}

impl Held {
    pub(super) fn new(public_key: PublicKey) -> Arc<Self> {
        Arc::new(Self {
            public_key,
            uses: Uses::default(),
            tables: RwLock::default(),
            is_making: AtomicBool::new(false),
        })
    }

    /// The key bound to an algorithm, with tables if it has them. Counts as a use, which may make them.
    pub(super) fn verifying_key(
        self: &Arc<Self>,
        algorithm: SigningAlgorithm,
        budget: &Arc<Budget>,
    ) -> Result<VerifyingKey, Error> {
        let key = self.public_key.verifying_key(algorithm)?;
        budget.count_use(self);
        match self.tables.try_read().as_deref() {
            Ok(Some(tables)) => tables.key.public_key().verifying_key(algorithm),
            Ok(None) | Err(_) => Ok(key),
        }
    }

    fn has_tables(&self) -> bool {
        self.tables.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn exchange(&self, tables: Option<Box<Tables>>) {
        let before = {
            let mut place = self.tables.write().unwrap_or_else(PoisonError::into_inner);
            core::mem::replace(&mut *place, tables)
        };
        // To free a table takes longer than to exchange it.
        drop(before);
    }
}

/// The bytes that the tables of all keys of a ring and its clones may take, and who has them.
pub(super) struct Budget {
    bytes: usize,
    used: AtomicUsize,
    /// Keys with tables, those considered longest ago first. Some may have lost them since.
    holders: Mutex<VecDeque<Weak<Held>>>,
    /// How often all counts were halved.
    age: AtomicU32,
    /// Attempts without success since then.
    failed: AtomicUsize,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            bytes,
            used: AtomicUsize::new(0),
            holders: Mutex::default(),
            age: AtomicU32::new(0),
            failed: AtomicUsize::new(0),
        })
    }

    /// The bytes that are taken.
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Makes the tables of a key if it has none, and there is room without taking those of another.
    pub(super) fn precompute(self: &Arc<Self>, held: &Arc<Held>) {
        let Worth { at_most, .. } = worth(held.public_key.key_spec());
        self.give_tables(held, || self.reserve(at_most));
    }

    /// Counts a use, and makes tables if it is their time.
    fn count_use(self: &Arc<Self>, held: &Arc<Held>) {
        let Worth { at_most, pays_from } = worth(held.public_key.key_spec());
        if at_most == 0 || at_most > self.bytes {
            return;
        }
        let uses = held.uses.add(self.age.load(Ordering::Relaxed));
        let is_time = uses
            .checked_sub(pays_from)
            .is_some_and(|more| more.is_multiple_of(USES_PER_ATTEMPT));
        if is_time {
            self.give_tables(held, || self.make_room(at_most, uses));
        }
    }

    fn give_tables(self: &Arc<Self>, held: &Arc<Held>, reserve: impl FnOnce() -> Option<Reserved>) {
        if held.is_making.swap(true, Ordering::Acquire) {
            return;
        }
        if !held.has_tables()
            && let Some(mut reserved) = reserve()
            && let Some(key) = precomputed(&held.public_key)
        {
            reserved.shrink_to(key.table_size());
            held.exchange(Some(Box::new(Tables { key, reserved })));
            let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
            holders.retain(|holder| holder.upgrade().is_some_and(|holder| holder.has_tables()));
            holders.push_back(Arc::downgrade(held));
        }
        held.is_making.store(false, Ordering::Release);
    }

    /// Reserves room, if need be by taking the tables of keys that are used less than half as often.
    fn make_room(self: &Arc<Self>, size: usize, uses: u32) -> Option<Reserved> {
        let age = self.age.load(Ordering::Relaxed);
        for _ in 0..MAX_CONSIDERED {
            if let Some(reserved) = self.reserve(size) {
                return Some(reserved);
            }
            let Some((of_least, least)) = self.least_used(age) else {
                break;
            };
            if of_least.saturating_mul(2) >= uses {
                break;
            }
            least.exchange(None);
        }
        self.count_failure();
        None
    }

    fn reserve(self: &Arc<Self>, size: usize) -> Option<Reserved> {
        let add = |used: usize| used.checked_add(size).filter(|sum| *sum <= self.bytes);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add)
            .ok()
            .filter(|_| size > 0)
            .map(|_| Reserved {
                size,
                budget: Arc::clone(self),
            })
    }

    /// The least used of the keys with tables that were considered longest ago, and its uses.
    fn least_used(&self, age: u32) -> Option<(u32, Arc<Held>)> {
        // Whoever cannot look now will come again.
        let mut holders = self.holders.try_lock().ok()?;
        let mut least = None;
        for _ in 0..holders.len().min(MAX_CONSIDERED) {
            let holder = holders.pop_front()?;
            let Some(held) = holder.upgrade().filter(|held| held.has_tables()) else {
                continue;
            };
            holders.push_back(holder);
            let uses = held.uses.at(age);
            if least.as_ref().is_none_or(|(of_least, _)| uses < *of_least) {
                least = Some((uses, held));
            }
        }
        least
    }

    fn count_failure(&self) {
        let Ok(holders) = self.holders.try_lock() else {
            return;
        };
        let failed = self.failed.fetch_add(1, Ordering::Relaxed);
        if failed >= holders.len().saturating_mul(ATTEMPTS_PER_HALVING) {
            self.failed.store(0, Ordering::Relaxed);
            self.age.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Bytes of a budget, given back when dropped.
struct Reserved {
    size: usize,
    budget: Arc<Budget>,
}

impl Reserved {
    /// Gives back what is more than this.
    fn shrink_to(&mut self, size: usize) {
        let surplus = self.size.saturating_sub(size);
        self.size = self.size.saturating_sub(surplus);
        self.budget.used.fetch_sub(surplus, Ordering::Relaxed);
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.size, Ordering::Relaxed);
    }
}

/// How often a key was used, where older uses count less: the age at the last use, and below it the count at that age.
#[derive(Default)]
struct Uses(AtomicU64);

impl Uses {
    /// Counts one. Of two at the same moment, one may be lost.
    fn add(&self, age: u32) -> u32 {
        let count = self.at(age).saturating_add(1);
        self.0
            .store((u64::from(age) << 32) | u64::from(count), Ordering::Relaxed);
        count
    }

    fn at(&self, age: u32) -> u32 {
        let packed = self.0.load(Ordering::Relaxed);
        let [then, count] = [(packed >> 32) as u32, packed as u32];
        count.checked_shr(age.wrapping_sub(then)).unwrap_or(0)
    }
}

fn precomputed(key: &PublicKey) -> Option<VerifyingKey> {
    let algorithm = key.signing_algorithms().first()?;
    Some(key.verifying_key(*algorithm).ok()?.precomputed())
}

/// What [`VerifyingKey::precomputed`] says of the tables of a key.
struct Worth {
    /// Bytes that they take, or somewhat more. 0 if there are none.
    at_most: usize,
    /// From how many signatures on they pay.
    pays_from: u32,
}

fn worth(key_spec: KeySpec) -> Worth {
    let (kibibytes, pays_from) = match key_spec {
        KeySpec::EccNistP256 | KeySpec::Sm2 => (257, 30),
        KeySpec::EccSecgP256k1 => (257, 50),
        KeySpec::EccNistP384 => (193, 10),
        KeySpec::EccNistP521 => (227, 10),
        KeySpec::EccNistEdwards25519 => (241, 30),
        KeySpec::MlDsa44 => (21, 2),
        KeySpec::MlDsa65 => (37, 2),
        KeySpec::MlDsa87 => (65, 2),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => (0, u32::MAX),
    };
    Worth {
        at_most: kibibytes << 10,
        pays_from,
    }
}
