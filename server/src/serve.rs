//! The server from its start to its end.

use std::fmt;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::{Semaphore, watch};

use crate::args::Args;
use crate::connections::Acceptor;
use crate::http::router;
use crate::keys::{Keys, RingError};
use crate::listen::{ListenError, Listener};
use crate::log::{Dropped, Log};
use crate::state::State;

/// How long requests that are under way may take when the server is stopped.
const SHUTDOWN_TIME: Duration = Duration::from_secs(20);

/// Why the server did not start.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<RingError> for Failure {
    fn from(error: RingError) -> Self {
        Self(error.to_string())
    }
}

impl From<ListenError> for Failure {
    fn from(error: ListenError) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Serves until the process is told to stop, by SIGTERM, SIGINT or Ctrl-C. Requests that are under way are then answered.
///
/// # Errors
///
/// If the keys are not accepted, or the socket cannot be opened.
pub fn serve(args: Args, log: &Log) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(run(args, log.dropped()));
    // A diagnosis that is running is not waited for.
    runtime.shutdown_background();
    served
}

async fn run(args: Args, dropped: Dropped) -> Result<(), Failure> {
    // First of all: until then, each of these signals ends the process.
    let mut stopped = pin!(signals::stopped()?);
    let hangups = signals::hangups()?;
    let keys = tokio::select! {
        keys = open(args.key_ring.clone()) => keys?,
        () = &mut stopped => return Ok(()),
    };
    let state = State::new(keys, args.options(), args.explain, dropped).with_page_hosts(args.page_host.clone());
    let listeners = Listener::open(&args).await?;
    tokio::spawn(reload_on_hangup(state.clone(), hangups));
    if let Some(interval) = Some(args.reload_interval).filter(|seconds| *seconds > 0) {
        tokio::spawn(watch_files(state.clone(), Duration::from_secs(interval)));
    }

    let (stop, receiver) = watch::channel(false);
    let graceful = Arc::new(GracefulShutdown::new());
    let acceptor = Acceptor {
        router: router(state.clone(), !args.no_page),
        state: state.clone(),
        limit: Arc::new(Semaphore::new(
            usize::try_from(args.max_connections).unwrap_or(usize::MAX),
        )),
        graceful: Arc::clone(&graceful),
        stop: receiver,
    };
    let mut accepting = Vec::new();
    for listener in listeners {
        tracing::info!(keys = state.keys().count(), "listening on {listener}");
        accepting.push(tokio::spawn(acceptor.clone().run(listener)));
    }
    drop(acceptor);

    stopped.await;
    tracing::info!("stopping: requests that are under way are answered");
    stop.send_replace(true);
    for task in accepting {
        // Nobody aborts it.
        let _ = task.await;
    }
    // The acceptors have ended, so this is the only one left.
    let Some(graceful) = Arc::into_inner(graceful) else {
        return Ok(());
    };
    end(graceful).await;
    Ok(())
}

/// Ends all connections, each after the request that is under way.
async fn end(graceful: GracefulShutdown) {
    if tokio::time::timeout(SHUTDOWN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end within {} s", SHUTDOWN_TIME.as_secs());
    }
}

/// Reads the keys for the first time, away from the thread that waits for signals.
async fn open(path: PathBuf) -> Result<Keys, Failure> {
    match tokio::task::spawn_blocking(move || Keys::open(&path)).await {
        Ok(keys) => Ok(keys?),
        Err(error) => Err(Failure(format!("the key ring was not read: {error}"))),
    }
}

/// Reads the keys again on each SIGHUP.
async fn reload_on_hangup(state: State, mut hangups: signals::Hangups) {
    while hangups.next().await {
        reload(&state, |keys| Some(keys.reload())).await;
    }
}

/// Reads the keys again whenever their files have changed.
async fn watch_files(state: State, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        reload(&state, Keys::reload_if_changed).await;
    }
}

/// Reads the keys again, away from the threads that answer requests.
async fn reload(state: &State, how: fn(&Keys) -> Option<Result<(), RingError>>) {
    let reloading = state.clone();
    let reloaded = tokio::task::spawn_blocking(move || {
        let result = how(reloading.keys())?;
        if result.is_ok() {
            reloading.metrics().keys(reloading.keys().count());
        }
        reloading.metrics().reload(result.is_ok());
        Some(result)
    });
    match reloaded.await {
        Ok(None) => {}
        Ok(Some(Ok(()))) => tracing::info!(keys = state.keys().count(), "the key ring was read again"),
        Ok(Some(Err(error))) => {
            tracing::error!("the key ring was not accepted, and the keys remain as they were: {error}");
        }
        Err(error) => tracing::error!("the key ring was not read: {error}"),
    }
}

#[cfg(unix)]
mod signals {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Ends when the process is told to stop. It listens from now on.
    pub(super) fn stopped() -> io::Result<impl Future<Output = ()>> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }

    /// Each SIGHUP.
    pub(super) struct Hangups(Signal);

    /// It listens from now on.
    pub(super) fn hangups() -> io::Result<Hangups> {
        signal(SignalKind::hangup()).map(Hangups)
    }

    impl Hangups {
        /// Waits for the next. False if there are none any more.
        pub(super) async fn next(&mut self) -> bool {
            self.0.recv().await.is_some()
        }
    }
}

#[cfg(not(unix))]
mod signals {
    use std::io;

    pub(super) fn stopped() -> io::Result<impl Future<Output = ()>> {
        Ok(async {
            // Without a handler, Ctrl-C ends the process.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    /// There are none.
    pub(super) struct Hangups;

    pub(super) fn hangups() -> io::Result<Hangups> {
        Ok(Hangups)
    }

    impl Hangups {
        pub(super) async fn next(&mut self) -> bool {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn connections_that_do_not_end_are_not_waited_for_for_ever() {
        let start = Instant::now();
        let graceful = GracefulShutdown::new();
        let connection = graceful.watcher();
        let ended = tokio::time::timeout(Duration::from_secs(600), end(graceful)).await;
        assert!(ended.is_ok());
        assert_eq!(start.elapsed().as_secs(), SHUTDOWN_TIME.as_secs());
        drop(connection);
    }
}
