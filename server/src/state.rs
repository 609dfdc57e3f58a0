//! What all requests share.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::budget::{Bodies, Diagnoses};
use crate::keys::{Current, Keys};
use crate::log::Dropped;
use crate::metrics::Metrics;
use crate::page::Page;
use crate::protocol::Options;

/// What all requests share. A clone is the same state.
#[derive(Clone, Debug)]
pub struct State(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    keys: Keys,
    options: Options,
    metrics: Metrics,
    bodies: Bodies,
    /// Of signatures that are not valid. `None` if there are none.
    diagnoses: Option<Diagnoses>,
    ids: Ids,
    page: Page,
}

impl State {
    /// The state for these keys. `explain`: whether invalid signatures are diagnosed for the log. `dropped`: the lines that
    /// the log drops, for the metrics.
    #[must_use]
    pub fn new(keys: Keys, options: Options, explain: bool, dropped: Dropped) -> Self {
        let metrics = Metrics::new(dropped);
        metrics.keys(keys.count());
        Self(Arc::new(Shared {
            keys,
            options,
            metrics,
            bodies: Bodies::of_requests(),
            diagnoses: explain.then(Diagnoses::new),
            ids: Ids::new(),
            page: Page::default(),
        }))
    }

    /// The same state, with names of this host under which the page is served, besides its addresses and `localhost`. Only
    /// for a state that is not shared yet.
    #[must_use]
    pub fn with_page_hosts(mut self, hosts: Vec<String>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.page = Page::new(hosts);
        }
        self
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The ring as it is now, for the time of one request.
    pub(crate) fn ring(&self) -> Current {
        self.0.keys.current()
    }

    pub(crate) fn options(&self) -> Options {
        self.0.options
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn bodies(&self) -> &Bodies {
        &self.0.bodies
    }

    pub(crate) fn diagnoses(&self) -> Option<&Diagnoses> {
        self.0.diagnoses.as_ref()
    }

    pub(crate) fn page(&self) -> &Page {
        &self.0.page
    }

    pub(crate) fn next_request_id(&self) -> String {
        self.0.ids.next()
    }
}

/// Request IDs in the form of those of AWS, UUIDs. They are unique, and nothing depends on them being secret: no random
/// numbers are drawn but those that seed the hash tables of the standard library.
#[derive(Debug)]
struct Ids {
    seed: RandomState,
    count: AtomicU64,
}

impl Ids {
    fn new() -> Self {
        Self {
            seed: RandomState::new(),
            count: AtomicU64::new(0),
        }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let halves = [0, 1].map(|half: u8| u128::from(self.seed.hash_one((count, half))));
        let [high, low] = halves;
        let bits = (high << 64) | low;
        // RFC 9562 section 5.8, version 8: the rest is up to whoever makes it.
        let bits = (bits & !(0xf << 76) | (8 << 76)) & !(0b11 << 62) | (0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            bits >> 96,
            (bits >> 80) & 0xffff,
            (bits >> 64) & 0xffff,
            (bits >> 48) & 0xffff,
            bits & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A state with one key.
    pub(crate) fn state() -> State {
        with_one_key(false)
    }

    /// The same, with diagnoses of invalid signatures.
    pub(crate) fn explaining_state() -> State {
        with_one_key(true)
    }

    fn with_one_key(explain: bool) -> State {
        let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/kms");
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("kms-verify-state-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let pem = format!("{vectors}/eksa-bundle-minimal/public_key.pem");
        std::fs::copy(pem, directory.join("key.pem")).unwrap();
        let keys = Keys::open(&directory).unwrap();
        std::fs::remove_dir_all(&directory).unwrap();
        State::new(keys, Options { message_limit: true }, explain, Dropped::default())
    }

    #[test]
    fn request_ids_are_uuids_of_version_8() {
        let ids = Ids::new();
        let (one, two) = (ids.next(), ids.next());
        assert_ne!(one, two);
        let parts: Vec<_> = one.split('-').collect();
        assert_eq!(
            parts.iter().map(|part| part.len()).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        assert!(parts[2].starts_with('8'));
        assert!(parts[3].starts_with(['8', '9', 'a', 'b']));
    }
}
