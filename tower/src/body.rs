//! The body of a request while and after it arrives, and the body of a response.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::rule::{Rejection, Rule};

/// The complete body of a request whose signature was verified.
///
/// It holds the bytes as they were received: a `Content-Encoding` is still applied. Trailers are not signed and were
/// dropped.
#[derive(Clone, Debug)]
pub struct VerifiedBody(Bytes);

impl VerifiedBody {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes of the body.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl Body for VerifiedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(length(&self.0))
    }
}

pin_project! {
    /// The body of a response: that of the service, or the problem that says why the request was rejected.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<B> {
        Service { #[pin] body: B },
        Problem { json: Bytes },
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn service(body: B) -> Self {
        Self {
            kind: Kind::Service { body },
        }
    }

    pub(crate) fn problem(json: Bytes) -> Self {
        Self {
            kind: Kind::Problem { json },
        }
    }
}

impl<B: Body<Data = Bytes>> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProjection::Service { body } => body.poll_frame(context),
            KindProjection::Problem { json } => {
                let json = std::mem::take(json);
                Poll::Ready((!json.is_empty()).then(|| Ok(Frame::data(json))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Service { body } => body.is_end_stream(),
            Kind::Problem { json } => json.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Service { body } => body.size_hint(),
            Kind::Problem { json } => SizeHint::with_exact(length(json)),
        }
    }
}

/// Rejects a body that announces more bytes than the limit, before any of it is read.
pub(crate) fn check_announced_length(body: &impl Body, limit: usize) -> Result<(), Rule> {
    match usize::try_from(body.size_hint().lower()) {
        Ok(announced) if announced <= limit => Ok(()),
        Ok(_) | Err(_) => Err(Rule::BodyTooLarge),
    }
}

/// Reads a body of at most `limit` bytes to its end, and passes each piece to `inspect` as it arrives.
pub(crate) async fn collect<B>(
    mut body: Pin<&mut B>,
    limit: usize,
    mut inspect: impl FnMut(&[u8]),
) -> Result<VerifiedBody, Rejection>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let mut collected = Collected::One(Bytes::new());
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let frame = frame.map_err(|error| {
            let error: Box<dyn Error + Send + Sync> = error.into();
            Rejection::new(Rule::BodyIncomplete, error)
        })?;
        // Trailers are not signed.
        let Ok(mut data) = frame.into_data() else { continue };
        if data.remaining() > limit.saturating_sub(collected.len()) {
            return Err(Rule::BodyTooLarge.into());
        }
        let data = data.copy_to_bytes(data.remaining());
        inspect(&data);
        let expected = usize::try_from(body.size_hint().lower()).unwrap_or(limit);
        collected = collected.followed_by(data, expected, limit);
    }
    Ok(VerifiedBody(collected.into_bytes()))
}

/// What has arrived. A body in one piece is not copied. Pieces are copied together, because each could keep a larger
/// buffer of the server alive, and so that a body of many small pieces takes no more memory than its bytes.
enum Collected {
    One(Bytes),
    Many(Vec<u8>),
}

impl Collected {
    fn len(&self) -> usize {
        match self {
            Self::One(piece) => piece.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    /// Appends a piece. `expected` more bytes have been announced, or 0 if the length is not known, and at most `limit` will
    /// come in all. So that memory follows what has arrived and not what was announced, the capacity is at most doubled,
    /// or once a sixteenth of an announced body is there, that of the whole body.
    fn followed_by(self, piece: Bytes, expected: usize, limit: usize) -> Self {
        let mut bytes = match self {
            Self::One(first) if first.is_empty() => return Self::One(piece),
            this if piece.is_empty() => return this,
            Self::One(first) => Vec::from(first),
            Self::Many(bytes) => bytes,
        };
        if bytes.capacity().saturating_sub(bytes.len()) < piece.len() {
            let present = bytes.len().max(1024);
            let announced = piece.len().saturating_add(expected);
            let spare = if expected > 0 && announced / 16 <= present {
                announced
            } else {
                present.min(limit.saturating_sub(bytes.len()))
            };
            bytes.reserve_exact(spare.max(piece.len()));
        }
        bytes.extend_from_slice(&piece);
        Self::Many(bytes)
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::One(piece) => piece,
            Self::Many(bytes) => Bytes::from(bytes),
        }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
