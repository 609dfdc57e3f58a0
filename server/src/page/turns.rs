//! Who is answered when: forms that are held in memory, and diagnoses, are few at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

/// The most forms that are held in memory. Others wait before their bodies are received.
const PLACES: usize = 4;

/// How long a form waits for a place, and how long for its turn.
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

/// A place for a form, until it is answered.
pub(super) struct Place(
    #[expect(dead_code, reason = "it is held, and released by its destructor")] OwnedSemaphorePermit,
);

#[derive(Debug)]
pub(super) struct Turns {
    places: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Turns {
    /// Waits for a place. `None` if there is none for a while.
    pub(super) async fn place(&self) -> Option<Place> {
        acquire(&self.places).await.map(Place)
    }

    /// Does work for the form that has this place, one at a time, each followed by a pause in proportion to what it took.
    ///
    /// # Errors
    ///
    /// Why it was not done.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let turn = acquire(&self.turn).await.ok_or(NotDone::Busy)?;
        let (send, receive) = oneshot::channel();
        // Not a part of this future, which ends when the client is gone: the pause follows in any case.
        tokio::spawn(async move {
            let begin = Instant::now();
            let done = tokio::task::spawn_blocking(work).await;
            let took = begin.elapsed();
            drop(place);
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

async fn acquire(semaphore: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    let waiting = Arc::clone(semaphore).acquire_owned();
    tokio::time::timeout(PATIENCE, waiting).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_form_is_answered_at_a_time_and_few_are_held() {
        let turns = Turns::default();
        let mut places = Vec::new();
        for _ in 0..PLACES {
            places.push(turns.place().await.expect("there is a place"));
        }
        assert!(turns.place().await.is_none());
        let place = places.pop().expect("there are places");
        let held = turns.turn.clone().acquire_owned().await.expect("nobody else works");
        assert_eq!(turns.work(place, || 1).await, Err(NotDone::Busy));
        // The form gave up, and its place is free.
        let place = turns.place().await.expect("there is a place");
        drop(held);
        assert_eq!(turns.work(place, || 2).await, Ok(2));
    }

    #[tokio::test]
    async fn work_is_followed_by_a_pause_also_if_the_client_is_gone() {
        let long = Duration::from_millis(100);
        let turns = Turns::default();
        let begin = Instant::now();
        let place = turns.place().await.expect("there is a place");
        let work = turns.work(place, move || std::thread::sleep(long));
        assert!(tokio::time::timeout(long / 2, work).await.is_err());
        let place = turns.place().await.expect("there is a place");
        assert_eq!(turns.work(place, || ()).await, Ok(()));
        assert!(begin.elapsed() >= 2 * long);
    }

    #[tokio::test]
    async fn a_panic_does_not_keep_the_turn() {
        let turns = Turns::default();
        for panics in [true, false] {
            let place = turns.place().await.expect("there is a place");
            let done = turns.work(place, move || assert!(!panics, "as expected")).await;
            assert_eq!(done, if panics { Err(NotDone::Panicked) } else { Ok(()) });
        }
        // Nor its place.
        for _ in 0..PLACES {
            std::mem::forget(turns.place().await.expect("there is a place"));
        }
    }
}
