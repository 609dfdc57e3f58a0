//! How long bodies may be, in bytes and in seconds.

use axum::body::Body;
use axum::http::Request;

use crate::support::*;

#[tokio::test]
async fn bodies_have_a_limit() {
    let server = Server::new();
    let padded = |length: usize| {
        let request = verify(&p256(), P256).to_string();
        let padding = " ".repeat(length - request.len());
        request + &padding
    };
    assert_eq!(server.post("Verify", padded(64 << 10)).await.status, 200);
    let too_long = padded((64 << 10) + 1);
    // Announced, or found while it is received.
    let chunks = http_body_util::Full::new(axum::body::Bytes::from(too_long.clone()));
    let in_pieces = Body::new(http_body_util::BodyExt::map_frame(chunks, |frame| frame));
    for body in [
        Body::from(too_long.clone()),
        Body::from_stream(Pieces(too_long.into_bytes())),
        in_pieces,
    ] {
        let answer = server.post("Verify", body).await;
        assert_eq!(answer.status, 413);
        assert_eq!(answer.json()["__type"], "RequestEntityTooLargeException");
    }
    let announced = Request::post("/")
        .header("content-type", CONTENT_TYPE)
        .header("x-amz-target", "TrentService.Verify")
        .header("content-length", "65537")
        .body(Body::empty())
        .unwrap();
    assert_eq!(server.send(announced).await.status, 413);
}

/// A body of unknown length.
struct Pieces(Vec<u8>);

impl futures_core::Stream for Pieces {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let length = self.0.len().min(1000);
        let rest = self.0.split_off(length);
        let piece = std::mem::replace(&mut self.0, rest);
        std::task::Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}

/// A body that never ends.
struct Silence;

impl futures_core::Stream for Silence {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_have_a_time_limit() {
    let server = Server::new();
    let start = tokio::time::Instant::now();
    let answer = server.post("Verify", Body::from_stream(Silence)).await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.json()["__type"], "RequestTimeoutException");
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn bodies_that_wait_for_memory_do_not_block_the_server_for_ever() {
    let server = Server::new();
    // 256 bodies of unknown length reserve all memory.
    let silent: Vec<_> = (0..256)
        .map(|_| {
            let (router, start) = (server.router.clone(), tokio::time::Instant::now());
            tokio::spawn(async move {
                let request = Request::post("/")
                    .header("content-type", CONTENT_TYPE)
                    .header("x-amz-target", "TrentService.Verify")
                    .body(Body::from_stream(Silence))
                    .unwrap();
                let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
                (response.status(), start.elapsed().as_secs())
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let start = tokio::time::Instant::now();
    // A short one does not wait.
    assert_eq!(
        server.ask("Verify", verify(&p256(), P256)).await["SignatureValid"],
        true
    );
    assert_eq!(start.elapsed().as_secs(), 0);
    // A long one does, though all of it is there.
    let router = server.router.clone();
    let long = tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        let request = Request::post("/")
            .header("content-length", 20_000)
            .body(Body::from("x".repeat(20_000)))
            .unwrap();
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        (response.status(), start.elapsed().as_secs())
    });
    let answer = server.post("Verify", Body::from_stream(Silence)).await;
    assert_eq!(answer.status, 408);
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(long.await.unwrap(), (axum::http::StatusCode::NOT_FOUND, 10));
    for silent in silent {
        assert_eq!(silent.await.unwrap(), (axum::http::StatusCode::REQUEST_TIMEOUT, 10));
    }
    assert_eq!(
        server.ask("Verify", verify(&p256(), P256)).await["SignatureValid"],
        true
    );
}
