//! Requests and responses.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower_http::catch_panic::CatchPanicLayer;

use crate::metrics;
use crate::page;
use crate::protocol::{self, Answer, Exception, Facts, Kind};
use crate::record::record;
use crate::state::State;

/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// All routes: the KMS API, `/healthz`, `/metrics`, and the page unless it is left out.
pub fn router(state: State, with_page: bool) -> Router {
    let router = Router::new()
        .route("/", post(kms))
        .route("/healthz", get(health))
        .route("/metrics", get(numbers));
    let router = if with_page {
        router.merge(page::routes(&state))
    } else {
        router
    };
    answering(router, state)
}

/// These routes, with an answer to everything else.
fn answering(routes: Router<State>, state: State) -> Router {
    routes
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(state)
}

/// The KMS API. Verification takes microseconds, so it runs right here.
async fn kms(extract::State(state): extract::State<State>, request: extract::Request) -> Response {
    let id = state.next_request_id();
    let (parts, body) = request.into_parts();
    let body = if parts.headers.contains_key(header::ORIGIN) {
        // Only browsers send this, for the scripts of web pages. Without it, a site whose name leads to this server could
        // list the keys.
        Err(Exception::new(
            Kind::AccessDenied,
            "The KMS API is not for web pages: requests with the header Origin are rejected.",
        ))
    } else {
        receive(&state, &parts.headers, body).await
    };
    let start = Instant::now();
    let Answer { result, facts } = match &body {
        Ok(body) => {
            let request = protocol::Request {
                target: only(&parts.headers, &TARGET),
                content_type: only(&parts.headers, &header::CONTENT_TYPE),
                body,
            };
            protocol::answer(request, &state.ring(), state.options())
        }
        Err(exception) => Answer {
            result: Err(exception.clone()),
            facts: Facts::default(),
        },
    };
    let exception = result.as_ref().err().cloned();
    let response = respond(result, Some(&id));
    record(&state, id, facts, exception, start.elapsed());
    response
}

/// The value of a header that does not repeat. Of two values, a proxy could have checked the other.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.as_bytes();
    values.next().is_none().then_some(value)
}

/// Receives a body within the limits on its length, its time, and the memory of all bodies.
async fn receive(state: &State, headers: &HeaderMap, body: Body) -> Result<Bytes, Exception> {
    let max = state.options().max_body();
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or(max);
    if announced > max {
        return Err(Exception::without_message(Kind::TooLarge));
    }
    let receiving = async {
        let _memory = state.bodies().reserve(announced).await;
        Limited::new(body, max).collect().await
    };
    match tokio::time::timeout(BODY_TIME, receiving).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Exception::without_message(Kind::TooLarge)),
        // The client is gone.
        Ok(Err(_)) => Err(Exception::without_message(Kind::Serialization)),
        Err(_) => Err(Exception::without_message(Kind::Timeout)),
    }
}

fn respond(result: Result<Vec<u8>, Exception>, id: Option<&str>) -> Response {
    let (status, error_type, (body, content_type)) = match result {
        Ok(body) => (StatusCode::OK, None, (body, protocol::CONTENT_TYPE)),
        Err(exception) => {
            let kind = exception.kind();
            let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Some(kind.name()), exception.to_body())
        }
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store, must-revalidate, private"),
    );
    if let Some(Ok(id)) = id.map(HeaderValue::from_str) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(name) = error_type {
        headers.insert(ERROR_TYPE, HeaderValue::from_static(name));
    }
    response
}

/// A panic ends neither the connection nor the server. What it says is for nobody.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    respond(Err(Exception::without_message(Kind::Internal)), None)
}

/// Not a request of the KMS API.
async fn unknown(extract::State(state): extract::State<State>) -> Response {
    respond(
        Err(Exception::without_message(Kind::UnknownProtocol)),
        Some(&state.next_request_id()),
    )
}

/// 200 as long as requests are answered: `ok`, or `degraded` if the files of the key ring were not accepted.
async fn health(extract::State(state): extract::State<State>) -> Response {
    let status = if state.keys().is_degraded() { "degraded" } else { "ok" };
    let body = format!("{{\"status\":\"{status}\",\"keys\":{}}}\n", state.keys().count());
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn numbers(extract::State(state): extract::State<State>) -> Response {
    (
        [(header::CONTENT_TYPE, metrics::CONTENT_TYPE)],
        state.metrics().encode(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;
    use crate::state::tests::state;

    #[tokio::test]
    async fn a_panic_is_a_response() {
        async fn panics() {
            panic!("of a test");
        }
        let response = answering(Router::new().route("/", get(panics)), state())
            .oneshot(Request::new(Body::empty()))
            .await
            .unwrap();
        assert_eq!(response.status(), 500);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, br#"{"__type":"KMSInternalException"}"#.as_slice());
    }
}
