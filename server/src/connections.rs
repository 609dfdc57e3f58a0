//! Connections: how many, for how long, and how they end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use crate::listen::{Listener, Stream};
use crate::metrics::Connection;
use crate::state::State;

/// How long a connection may take from one response to the end of the head of the next request.
const IDLE_TIME: Duration = Duration::from_secs(60);

/// How long a client may not read while a response is written.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes. Signed requests have about 1 KiB.
const MAX_HEAD: usize = 16 << 10;

/// How long to wait when no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How connections are accepted.
#[derive(Clone)]
pub(crate) struct Acceptor {
    pub(crate) router: Router,
    pub(crate) state: State,
    pub(crate) limit: Arc<Semaphore>,
    /// Ends the connections.
    pub(crate) graceful: Arc<GracefulShutdown>,
    /// Changes when no more connections are to be accepted.
    pub(crate) stop: watch::Receiver<bool>,
}

impl Acceptor {
    /// Accepts connections until it is to stop.
    pub(crate) async fn run(mut self, listener: Listener) {
        loop {
            let accepted = tokio::select! {
                _ = self.stop.changed() => return,
                accepted = next(&listener, &self.limit) => accepted,
            };
            let Some((stream, permit)) = accepted else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let watcher = self.graceful.watcher();
            let held = (permit, self.state.metrics().connection());
            match stream {
                Stream::Tcp(stream) => spawn(stream, self.router.clone(), watcher, held),
                #[cfg(unix)]
                Stream::Unix(stream) => spawn(stream, self.router.clone(), watcher, held),
            }
        }
    }
}

/// The next connection, once there may be one more. Until then it waits, and others in the queue of the operating system.
/// It is accepted before, so that a listener without connections takes no place from another.
async fn next(listener: &Listener, limit: &Arc<Semaphore>) -> Option<(Stream, OwnedSemaphorePermit)> {
    match listener.accept().await {
        Ok(stream) => Some((stream, Arc::clone(limit).acquire_owned().await.ok()?)),
        Err(error) => {
            tracing::debug!("a connection was not accepted: {error}");
            None
        }
    }
}

/// Serves a connection.
fn spawn<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    router: Router,
    watcher: Watcher,
    held: (OwnedSemaphorePermit, Connection),
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIME));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIME)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
    tokio::spawn(async move {
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!("a connection failed: {error}");
        }
        drop(held);
    });
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::http::router;
    use crate::state::tests::state;

    /// The client of a connection whose pipe holds this many bytes, and what becomes available when it ends.
    fn connected(capacity: usize, graceful: &GracefulShutdown) -> (DuplexStream, Arc<Semaphore>) {
        let state = state();
        let limit = Arc::new(Semaphore::new(1));
        let permit = Arc::clone(&limit).try_acquire_owned().unwrap();
        let (client, server) = duplex(capacity);
        let held = (permit, state.metrics().connection());
        spawn(server, router(state, false), graceful.watcher(), held);
        (client, limit)
    }

    async fn ended(limit: &Semaphore) {
        let ended = timeout(Duration::from_secs(600), limit.acquire()).await;
        drop(ended.expect("the connection should have ended"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_is_not_completed_ends_the_connection() {
        let start = Instant::now();
        let graceful = GracefulShutdown::new();
        let (mut client, limit) = connected(1024, &graceful);
        client.write_all(b"GET /healthz HTTP/1.1\r\nHost:").await.unwrap();
        ended(&limit).await;
        assert_eq!(start.elapsed().as_secs(), IDLE_TIME.as_secs());
        client.read_to_end(&mut Vec::new()).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_that_is_not_read_ends_the_connection() {
        let start = Instant::now();
        let graceful = GracefulShutdown::new();
        let (mut client, limit) = connected(64, &graceful);
        client
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: k\r\n\r\n")
            .await
            .unwrap();
        ended(&limit).await;
        assert_eq!(start.elapsed().as_secs(), WRITE_TIME.as_secs());
        drop(client);
    }
}
