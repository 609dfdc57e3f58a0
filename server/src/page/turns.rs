//! Who is answered when: forms that are held in memory, and diagnoses, are few at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout};

use super::form::MAX_BODY;
use crate::budget::{Bodies, Reserved};

/// How many of the longest forms are held in memory. Others wait before their bodies are received, unless they are short.
const LONGEST: usize = 4;

/// How long a form waits for memory, and how long for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of one core, forms take at most one part in this many if some are always waiting.
const SHARE: u32 = 2;

/// Why work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotDone {
    /// Its turn did not come for a while.
    Busy,
    /// It panicked.
    Panicked,
}

#[derive(Debug)]
pub(super) struct Turns {
    bodies: Bodies,
    turn: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            bodies: Bodies::new(LONGEST.saturating_mul(MAX_BODY)),
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Turns {
    /// Waits until there is memory for a form of this length in bytes. `None` if there is none for a while.
    ///
    /// A form that is received slowly holds nothing but its memory.
    pub(super) async fn memory(&self, length: usize) -> Option<Reserved> {
        timeout(PATIENCE, self.bodies.reserve(length)).await.ok()
    }

    /// Does work for the form that has this memory, one at a time, each followed by a pause in proportion to what it took.
    ///
    /// # Errors
    ///
    /// Why it was not done.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        memory: Reserved,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let waiting = Arc::clone(&self.turn).acquire_owned();
        let Ok(Ok(turn)) = timeout(PATIENCE, waiting).await else {
            return Err(NotDone::Busy);
        };
        let (send, receive) = oneshot::channel();
        // Not a part of this future, which ends when the client is gone: the pause follows in any case.
        tokio::spawn(async move {
            let begin = Instant::now();
            let done = tokio::task::spawn_blocking(work).await;
            let took = begin.elapsed();
            drop(memory);
            if let Ok(done) = done {
                // The client may be gone.
                send.send(done).ok();
            }
            tokio::time::sleep(took.saturating_mul(SHARE.saturating_sub(1))).await;
            drop(turn);
        });
        receive.await.map_err(|_| NotDone::Panicked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_form_is_answered_at_a_time_and_few_long_ones_are_held() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..LONGEST {
            held.push(turns.memory(MAX_BODY).await.expect("there is memory"));
        }
        assert!(turns.memory(MAX_BODY).await.is_none());
        // A short one has its turn.
        let short = turns.memory(1000).await.expect("it needs none");
        assert_eq!(turns.work(short, || 0).await, Ok(0));
        let long = held.pop().expect("there are some");
        let turn = turns.turn.clone().acquire_owned().await.expect("nobody else works");
        let start = Instant::now();
        assert_eq!(turns.work(long, || 1).await, Err(NotDone::Busy));
        assert_eq!(start.elapsed().as_secs(), PATIENCE.as_secs());
        // The form gave up, and its memory is free.
        let long = turns.memory(MAX_BODY).await.expect("there is memory");
        drop(turn);
        assert_eq!(turns.work(long, || 2).await, Ok(2));
    }

    #[tokio::test]
    async fn work_is_followed_by_a_pause_also_if_the_client_is_gone() {
        let long = Duration::from_millis(100);
        let turns = Turns::default();
        let begin = Instant::now();
        let memory = turns.memory(0).await.expect("it needs none");
        let work = turns.work(memory, move || std::thread::sleep(long));
        assert!(timeout(long / 2, work).await.is_err());
        let memory = turns.memory(0).await.expect("it needs none");
        assert_eq!(turns.work(memory, || ()).await, Ok(()));
        assert!(begin.elapsed() >= 2 * long);
    }

    #[tokio::test]
    async fn a_panic_does_not_keep_the_turn() {
        let turns = Turns::default();
        for panics in [true, false] {
            let memory = turns.memory(MAX_BODY).await.expect("there is memory");
            let done = turns.work(memory, move || assert!(!panics, "as expected")).await;
            assert_eq!(done, if panics { Err(NotDone::Panicked) } else { Ok(()) });
        }
        // Nor its memory.
        for _ in 0..LONGEST {
            std::mem::forget(turns.memory(MAX_BODY).await.expect("there is memory"));
        }
    }
}
