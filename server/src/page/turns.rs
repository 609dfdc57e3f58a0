//! Who is answered when: forms that are held in memory, and diagnoses, are few at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most forms that are held in memory. Others wait before their bodies are received.
const PLACES: usize = 4;

/// How long a form waits for a place, and how long for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of one core, forms take at most one part in this many if some are always waiting.
const SHARE: u32 = 2;

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
    /// `None` if its turn does not come for a while, or if it panics.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = acquire(&self.turn).await?;
        let working = tokio::task::spawn_blocking(move || {
            // It is not stopped if the client is gone.
            let _place = place;
            let begin = Instant::now();
            let done = work();
            (done, begin.elapsed(), turn)
        });
        let (done, took, turn) = working.await.ok()?;
        tokio::spawn(async move {
            tokio::time::sleep(took.saturating_mul(SHARE.saturating_sub(1))).await;
            drop(turn);
        });
        Some(done)
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
        assert_eq!(turns.work(place, || 1).await, None);
        // The form gave up, and its place is free.
        let place = turns.place().await.expect("there is a place");
        drop(held);
        assert_eq!(turns.work(place, || 2).await, Some(2));
    }
}
