//! Tables for the most used keys of a ring, within a budget that clones of the ring share.
//!
//! A key gets tables once it has been used often enough for them to have paid off. As in the ski rental problem, the
//! total work is at most twice the optimum for uses known in advance. When the budget is exhausted, a key evicts one
//! that was used less than half as often. After many failed attempts to find room, all counts are halved, so that keys
//! out of use make room.
//!
//! Readers never wait: while tables are computed or replaced, a key is used without them.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::{Arc, Weak};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::{Error, KeySpec, PublicKey, SigningAlgorithm, VerifyingKey};

/// After its first attempt, a key without tables retries after this number of uses.
const USES_PER_ATTEMPT: u32 = 8;

/// The maximum number of keys considered, and evicted, to make room for a key.
const MAX_CONSIDERED: usize = 16;

/// The number of failed attempts per key with tables after which all counts are halved.
const ATTEMPTS_PER_HALVING: usize = 8;

/// A key in a ring, with its tables if it has any.
pub(super) struct Held {
    pub(super) public_key: PublicKey,
    uses: Uses,
    tables: RwLock<Option<Box<Tables>>>,
    /// Whether a thread is computing the tables.
    is_making: AtomicBool,
}

/// A key with tables, and the part of the budget that they take.
struct Tables {
    /// Bound to any of its algorithms: the tables belong to the key.
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

    /// The key bound to an algorithm, with tables if it has them. Counts as a use, which may compute them.
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

    pub(super) fn has_tables(&self) -> bool {
        self.tables.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn exchange(&self, tables: Option<Box<Tables>>) {
        let before = {
            let mut place = self.tables.write().unwrap_or_else(PoisonError::into_inner);
            core::mem::replace(&mut *place, tables)
        };
        // Freed outside the lock, because freeing a table takes longer than replacing it.
        drop(before);
    }
}

/// The limit on the size of all tables of a ring and its clones, and the keys that have tables.
pub(super) struct Budget {
    bytes: usize,
    used: AtomicUsize,
    /// Keys with tables, the least recently considered first. Some may have been evicted since.
    holders: Mutex<VecDeque<Weak<Held>>>,
    /// How many times all counts were halved.
    age: AtomicU32,
    /// Failed attempts since the last halving.
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

    /// The size of all tables in bytes.
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Computes the tables of a key if it has none and there is room without evicting others.
    pub(super) fn precompute(self: &Arc<Self>, held: &Arc<Held>) {
        let Worth { at_most, .. } = worth(held.public_key.key_spec());
        self.give_tables(held, || self.reserve(at_most));
    }

    /// Counts a use, and computes tables if they are due.
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

    /// Reserves room, evicting keys that are used less than half as often if necessary.
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

    /// The least used of the least recently considered keys with tables, and its uses.
    fn least_used(&self, age: u32) -> Option<(u32, Arc<Held>)> {
        // A thread that cannot get the lock retries at a later use.
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

/// A reserved part of a budget, released when dropped.
struct Reserved {
    size: usize,
    budget: Arc<Budget>,
}

impl Reserved {
    /// Releases all but `size` bytes.
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

/// A count of uses that decays: the age at the last use in the upper 32 bits, and the count at that age in the lower.
#[derive(Default)]
struct Uses(AtomicU64);

impl Uses {
    /// Counts a use. One of two concurrent uses may be lost.
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

/// The costs of tables that [`VerifyingKey::precomputed`] lists.
struct Worth {
    /// An upper bound on the size in bytes. 0 if the key has no tables.
    at_most: usize,
    /// The number of signatures from which tables pay off.
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
