//! Limits on what clients can make the server hold or do.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

/// A body of at most this many bytes is received at once. The longest message and signature of KMS fit into it, so nobody
/// keeps others from verifying by sending long bodies slowly.
const SHORT: usize = 16 << 10;

/// The total length of longer bodies that are being received, in units of 1 KiB: 16 MiB.
const BODIES: usize = 16 << 10;

/// Memory for the long bodies that are being received.
#[derive(Debug)]
pub(crate) struct Bodies(Semaphore);

impl Bodies {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(BODIES))
    }

    /// Waits until there is memory for a body of this length in bytes. `None` if it needs none.
    pub(crate) async fn reserve(&self, length: usize) -> Option<SemaphorePermit<'_>> {
        if length <= SHORT {
            return None;
        }
        let units = u32::try_from(length.div_ceil(1024)).ok()?;
        self.0.acquire_many(units).await.ok()
    }
}

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
        let bodies = Bodies::new();
        let reserved = |length| timeout(Duration::from_secs(60), bodies.reserve(length));
        let all = reserved(BODIES * 1024).await.unwrap();
        assert!(all.is_some());
        assert!(reserved(SHORT).await.unwrap().is_none());
        reserved(SHORT + 1).await.unwrap_err();
        drop(all);
        assert!(reserved(SHORT + 1).await.unwrap().is_some());
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
