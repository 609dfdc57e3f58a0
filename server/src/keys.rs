//! The keys, which are read again when their files change.

mod file;
mod fingerprint;

use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};
use kms_verify::{KeyDirectoryError, KeyRing, PublicKey};

use crate::printable::printable;
use fingerprint::Fingerprint;

/// The keys, as of the last time that their files were accepted.
#[derive(Debug)]
pub struct Keys {
    path: PathBuf,
    ring: ArcSwap<Ring>,
    /// The files when they were last read. One reload at a time holds the lock.
    seen: Mutex<Fingerprint>,
    is_degraded: AtomicBool,
}

struct Ring {
    keys: KeyRing,
    /// The number of different public keys.
    count: usize,
}

impl Ring {
    fn new(keys: KeyRing) -> Self {
        let count = keys.iter().map(|(_, key)| key).collect::<HashSet<&PublicKey>>().len();
        Self { keys, count }
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.count)
    }
}

/// The ring at one time, for one request.
pub(crate) struct Current(Guard<Arc<Ring>>);

impl Deref for Current {
    type Target = KeyRing;

    fn deref(&self) -> &KeyRing {
        &self.0.keys
    }
}

/// Why a key ring was not accepted.
#[derive(Debug)]
pub enum RingError {
    /// A directory.
    Directory(KeyDirectoryError),
    /// A file, and what is wrong with it.
    File(PathBuf, String),
}

impl fmt::Display for RingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // For the log: names of files may be anything.
            Self::Directory(error) => f.write_str(&printable(&error.to_string())),
            Self::File(path, problem) => f.write_str(&printable(&format!("{}: {problem}", path.display()))),
        }
    }
}

impl std::error::Error for RingError {}

impl Keys {
    /// Reads the keys for the first time.
    ///
    /// # Errors
    ///
    /// If any key is not accepted, or there are none.
    pub fn open(path: &Path) -> Result<Self, RingError> {
        let seen = Fingerprint::of(path);
        let ring = read(path, KeyRing::new())?;
        Ok(Self {
            path: path.to_owned(),
            ring: ArcSwap::from_pointee(Ring::new(ring)),
            seen: Mutex::new(seen),
            is_degraded: AtomicBool::new(false),
        })
    }

    /// The ring, for the time of one request.
    pub(crate) fn current(&self) -> Current {
        Current(self.ring.load())
    }

    /// Reads the keys again if their files have changed, whole or not at all. `None` if they have not.
    pub fn reload_if_changed(&self) -> Option<Result<(), RingError>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Fingerprint::of(&self.path);
        if *seen == now {
            return None;
        }
        *seen = now;
        Some(self.replace())
    }

    /// Reads the keys again, whole or not at all.
    ///
    /// # Errors
    ///
    /// If any key is not accepted, or there are none. The keys are then as they were.
    pub fn reload(&self) -> Result<(), RingError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the files are read, so that a change meanwhile is found the next time.
        *seen = Fingerprint::of(&self.path);
        self.replace()
    }

    fn replace(&self) -> Result<(), RingError> {
        let next = read(&self.path, KeyRing::clone(&self.current()));
        self.is_degraded.store(next.is_err(), Ordering::Relaxed);
        self.ring.store(Arc::new(Ring::new(next?)));
        Ok(())
    }

    /// Whether the files were not accepted the last time that they were read.
    pub(crate) fn is_degraded(&self) -> bool {
        self.is_degraded.load(Ordering::Relaxed)
    }

    /// The number of different public keys.
    pub(crate) fn count(&self) -> usize {
        self.ring.load().count
    }
}

/// Reads a ring. Keys that were in the ring before keep their tables.
fn read(path: &Path, before: KeyRing) -> Result<KeyRing, RingError> {
    if path.is_dir() {
        let mut ring = before;
        ring.reload(path).map_err(RingError::Directory)?;
        return Ok(ring);
    }
    file::read(path, &before).map_err(|problem| RingError::File(path.to_owned(), problem))
}
