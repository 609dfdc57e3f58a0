//! Limits on what clients can make the server hold or do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body of at most this many bytes is received at once. The longest message and signature of KMS fit into it, so nobody
/// keeps others from verifying by sending long bodies slowly.
const SHORT: usize = 16 << 10;

/// The total length of longer requests of the KMS API that are being received, in bytes.
const REQUESTS: usize = 16 << 20;

/// Memory for long bodies.
#[derive(Debug)]
pub(crate) struct Bodies(Arc<Semaphore>);

/// Memory for one body, until this is dropped.
#[derive(Debug)]
pub(crate) struct Reserved(#[expect(dead_code, reason = "released by its destructor")] Option<OwnedSemaphorePermit>);

impl Bodies {
    /// For the requests of the KMS API.
    pub(crate) fn of_requests() -> Self {
        Self::new(REQUESTS)
    }

    /// For long bodies of this total length in bytes, rounded up to KiB.
    pub(crate) fn new(total: usize) -> Self {
        Self(Arc::new(Semaphore::new(total.div_ceil(UNIT))))
    }

    /// Waits until there is memory for a body of this length in bytes. A short one needs none.
    pub(crate) async fn reserve(&self, length: usize) -> Reserved {
        if length <= SHORT {
            return Reserved(None);
        }
        let units = u32::try_from(length.div_ceil(UNIT)).unwrap_or(u32::MAX);
        Reserved(Arc::clone(&self.0).acquire_many_owned(units).await.ok())
    }
}

/// The unit of memory, in bytes.
const UNIT: usize = 1 << 10;

/// Of one core, diagnoses take at most one part in this many.
const SHARE: u32 = 10;

/// When the next diagnosis may begin: one at a time, each followed by a pause in proportion to what it took.
#[derive(Debug)]
pub(crate) struct Diagnoses(Mutex<Next>);

#[derive(Debug)]
enum Next {
    /// One is running.
    Running,
    /// From this time on.
    At(Instant),
}

impl Diagnoses {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Next::At(Instant::now())))
    }

    /// Whether a diagnosis may begin now. If so, [`end`](Self::end) has to follow.
    pub(crate) fn begin(&self, now: Instant) -> bool {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may_begin = match *next {
            Next::Running => false,
            Next::At(time) => time <= now,
        };
        if may_begin {
            *next = Next::Running;
        }
        may_begin
    }

    pub(crate) fn end(&self, now: Instant, took: Duration) {
        let pause = took.saturating_mul(SHARE.saturating_sub(1));
        let next = now.checked_add(pause).map_or(Next::Running, Next::At);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn short_bodies_do_not_wait_for_long_ones() {
        let bodies = Bodies::of_requests();
        let reserved = |length| timeout(Duration::from_secs(60), bodies.reserve(length));
        let all = reserved(REQUESTS).await.unwrap();
        reserved(SHORT).await.unwrap();
        reserved(SHORT + 1).await.unwrap_err();
        drop(all);
        let _most = reserved(REQUESTS - SHORT).await.unwrap();
        reserved(SHORT + 1).await.unwrap_err();
    }

    #[test]
    fn diagnoses_take_a_tenth_of_the_time() {
        let diagnoses = Diagnoses::new();
        let start = Instant::now();
        assert!(diagnoses.begin(start));
        // One at a time.
        assert!(!diagnoses.begin(start));
        let took = Duration::from_millis(20);
        let end = start + took;
        assert!(!diagnoses.begin(end));
        diagnoses.end(end, took);
        assert!(!diagnoses.begin(end));
        assert!(!diagnoses.begin(end + Duration::from_millis(179)));
        assert!(diagnoses.begin(end + Duration::from_millis(180)));
        assert!(!diagnoses.begin(end + Duration::from_secs(1)));
    }
}
