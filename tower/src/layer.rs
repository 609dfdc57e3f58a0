//! The layer and its service.

use std::error::Error;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::{ResponseBody, VerifiedBody, check_announced_length, collect};
use crate::key_source::KeySource;
use crate::rule::{Rejection, Rule};
use crate::scheme::{Scheme, Verification, Verified};

/// The default limit of a body in bytes: 1 MiB.
const DEFAULT_LIMIT: usize = 1 << 20;

/// A layer that passes on only those requests whose body has a valid signature. See the [crate documentation](crate).
#[derive(Debug)]
pub struct VerifySignatureLayer<P, K>(Arc<Settings<P, K>>);

#[derive(Debug)]
struct Settings<P, K> {
    scheme: P,
    keys: K,
    limit: usize,
}

impl<P: Scheme, K: KeySource> VerifySignatureLayer<P, K> {
    /// Verifies requests that are signed by this scheme, with the keys of this source. A body has at most 1 MiB.
    #[must_use]
    pub fn new(scheme: P, keys: K) -> Self {
        Self::with_body_limit(scheme, keys, DEFAULT_LIMIT)
    }

    /// As [`new`](Self::new), with another limit of a body in bytes. Each request can take this much memory while its body
    /// arrives. With HTTP/2, a connection has many requests at once: your server limits how many.
    #[must_use]
    pub fn with_body_limit(scheme: P, keys: K, limit: usize) -> Self {
        Self(Arc::new(Settings { scheme, keys, limit }))
    }
}

impl<P, K> Clone for VerifySignatureLayer<P, K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S, P, K> Layer<S> for VerifySignatureLayer<P, K> {
    type Service = VerifySignature<S, P, K>;

    fn layer(&self, inner: S) -> Self::Service {
        VerifySignature {
            inner,
            settings: Arc::clone(&self.0),
        }
    }
}

/// The service of [`VerifySignatureLayer`].
#[derive(Debug)]
pub struct VerifySignature<S, P, K> {
    inner: S,
    settings: Arc<Settings<P, K>>,
}

impl<S: Clone, P, K> Clone for VerifySignature<S, P, K> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<S, P, K, B, R> Service<Request<B>> for VerifySignature<S, P, K>
where
    S: Service<Request<VerifiedBody>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    P: Scheme,
    K: KeySource,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    R: Body<Data = Bytes>,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let settings = Arc::clone(&self.settings);
        // The service that is ready is called, and its clone waits for the next request.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            match settings.verify(request).await {
                Ok(request) => Ok(inner.call(request).await?.map(ResponseBody::service)),
                Err(rejection) => {
                    log(&rejection);
                    Ok(rejection.rule().response())
                }
            }
        })
    }
}

impl<P: Scheme, K: KeySource> Settings<P, K> {
    /// Reads a request to the end of its body, and returns it if its signature holds.
    async fn verify<B>(&self, request: Request<B>) -> Result<Request<VerifiedBody>, Rejection>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (mut head, body) = request.into_parts();
        check_announced_length(&body, self.limit)?;
        let mut verification = self.scheme.begin(&head, &self.keys)?;
        let body = collect(pin!(body), self.limit, |piece| verification.update(piece)).await?;
        let verified = verification.finish(&mut head.extensions)?;
        tracing::debug!(
            key_id = verified.key_id(),
            algorithm = %verified.algorithm(),
            length = body.len(),
            "signature verified"
        );
        head.extensions.insert::<Verified>(verified);
        Ok(Request::from_parts(head, body))
    }
}

/// Neither the signature nor the body is logged. What comes from the client is escaped.
fn log(rejection: &Rejection) {
    let rule = rejection.rule();
    let details = rejection.details().map(tracing::field::debug);
    match rule {
        Rule::KeysUnavailable => tracing::error!(%rule, details, "request rejected"),
        Rule::SignatureMissing
        | Rule::HeaderMalformed
        | Rule::KeyUnknown
        | Rule::SignatureInvalid
        | Rule::TimestampOutOfRange
        | Rule::Replayed
        | Rule::BodyTooLarge
        | Rule::BodyIncomplete => tracing::info!(%rule, details, "request rejected"),
    }
}
