//! The memory that requests take while their bodies arrive.

mod support;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use axum::body::Bytes;
use axum::http::{Request, Response};
use hyper::body::{Body, Frame, SizeHint};
use kms_verify_tower::{HeaderSignature, VerifiedBody, VerifySignatureLayer};
use peak_alloc::PeakAlloc;
use support::{ARN, base64, keys, p256, sign_p256};
use tower::{Layer as _, Service as _, service_fn};

const MIB: usize = 1 << 20;
const REQUESTS: usize = 32;

/// Counts the allocated bytes of the program.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A body of 1 MiB in pieces, of which some arrive at once and the others when the client goes on.
struct Slow {
    remaining: usize,
    paused_at: usize,
    piece: usize,
    is_announced: bool,
    goes_on: Arc<AtomicBool>,
}

static ZEROS: [u8; MIB] = [0; MIB];

impl Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.remaining <= self.paused_at && !self.goes_on.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        let piece = if self.goes_on.load(Ordering::Relaxed) {
            64 << 10
        } else {
            self.piece
        };
        let length = piece.min(self.remaining);
        self.remaining -= length;
        // Not allocated, so that only what the layer holds is counted.
        Poll::Ready((length > 0).then(|| Ok(Frame::data(Bytes::from_static(&ZEROS[..length])))))
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_announced {
            SizeHint::with_exact(self.remaining as u64)
        } else {
            SizeHint::default()
        }
    }
}

#[test]
fn memory_follows_what_has_arrived_and_stays_within_the_limit() {
    let service = service_fn(async |request: Request<VerifiedBody>| {
        let length = request.into_body().into_bytes().len();
        Ok::<_, Infallible>(Response::new(axum::body::Body::from(length.to_string())))
    });
    let mut service = VerifySignatureLayer::new(HeaderSignature::new(), keys()).layer(service);
    let signature = base64(sign_p256(&p256("sender"), &ZEROS));
    for is_announced in [true, false] {
        for (sent, piece) in [
            (1, 1),
            (1000, 10),
            (20 << 10, 1000),
            (200 << 10, 64 << 10),
            (MIB - 1, 1 << 10),
        ] {
            let goes_on = Arc::new(AtomicBool::new(false));
            let before = ALLOCATOR.current_usage();
            let mut context = Context::from_waker(Waker::noop());
            let mut waiting: Vec<_> = (0..REQUESTS)
                .map(|_| {
                    let body = Slow {
                        remaining: MIB,
                        paused_at: MIB - sent,
                        piece,
                        is_announced,
                        goes_on: Arc::clone(&goes_on),
                    };
                    let request = Request::post("/")
                        .header("x-signature", &signature)
                        .header("x-key-id", ARN);
                    service.call(request.body(body).unwrap())
                })
                .collect();
            for request in &mut waiting {
                assert!(request.as_mut().poll(&mut context).is_pending());
            }
            let each = (ALLOCATOR.current_usage() - before) / REQUESTS;
            // From a sixteenth of what is announced on, the whole body has its place.
            let expected = if is_announced && sent >= MIB / 16 {
                MIB
            } else {
                MIB.min(2 * sent)
            };
            assert!(each <= expected + (20 << 10), "{each} for {sent} in pieces of {piece}");

            ALLOCATOR.reset_peak_usage();
            goes_on.store(true, Ordering::Relaxed);
            let mut responses = Vec::new();
            for request in &mut waiting {
                match request.as_mut().poll(&mut context) {
                    Poll::Ready(Ok(response)) => responses.push(response.status()),
                    Poll::Ready(Err(never)) => match never {},
                    Poll::Pending => panic!("a whole body is not accepted"),
                }
            }
            assert_eq!(responses, vec![200; REQUESTS]);
            let peak = ALLOCATOR.peak_usage() - before;
            assert!(
                peak <= (REQUESTS + 1) * (MIB + (20 << 10)),
                "{peak} for {sent} in pieces of {piece}"
            );
            drop(waiting);
            // The tables of the key and of its curve stay.
            assert!(ALLOCATOR.current_usage() <= before + MIB);
        }
    }
}
