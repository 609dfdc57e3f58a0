//! The page at `/`: a form for a public key, a message and a signature, and the answer to it.
//!
//! The page is HTML that the server renders, so that it works without scripts. `page/page.js` sends the same forms, and
//! replaces parts of the page by those of the answers. Nothing is stored, and nothing of a form is logged.

mod answer;
mod ask;
mod decide;
mod form;
mod guard;
mod look;
mod source;
mod token;
mod turns;
mod view;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State as Shared};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use hyper::body::Body as _;
use kms_verify::KeyRing;

use crate::state::State;
use answer::Answer;
use ask::Ask;
use form::Unread;
use look::Looks;
use turns::{NotDone, Turns};

const STYLE: &str = include_str!("../page/style.css");
const SCRIPT: &str = include_str!("../page/page.js");
const ICON: &str = include_str!("../page/icon.svg");

/// The headers of every response. The policy admits nothing but what this server sends as files, and no script can turn
/// text into HTML or code.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// How long a form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(20);

/// What the page needs beside the keys.
#[derive(Debug, Default)]
pub(crate) struct Page {
    turns: Turns,
    /// The names of this host, besides its addresses and `localhost`.
    hosts: Vec<String>,
}

impl Page {
    pub(crate) fn new(hosts: Vec<String>) -> Self {
        Self {
            turns: Turns::default(),
            hosts,
        }
    }
}

/// The routes of the page. `POST /` is the KMS API.
pub(crate) fn routes(state: &State) -> Router<State> {
    let file = |content_type: &'static str, content: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, content_type)], content) })
    };
    Router::new()
        .route("/", get(empty))
        .route("/page/answer", post(answered).get(|| async { Redirect::to("/") }))
        .route("/page/look", post(looked_at))
        .layer(DefaultBodyLimit::max(form::MAX_BODY))
        .route(
            "/page/file",
            post(download).layer(DefaultBodyLimit::max(form::MAX_DOWNLOAD)),
        )
        .route("/page/style.css", file("text/css; charset=utf-8", STYLE))
        .route("/page/page.js", file("text/javascript; charset=utf-8", SCRIPT))
        .route("/page/icon.svg", file("image/svg+xml", ICON))
        .layer(from_fn_with_state(state.clone(), guarded))
        .layer(from_fn(with_headers))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn guarded(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match guard::check(&parts, &state.page().hosts) {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(rejected) => failed(rejected.status(), rejected.sentence()),
    }
}

async fn empty(Shared(state): Shared<State>) -> Response {
    view::page(&Ask::default(), &state.ring(), None).into_response()
}

async fn answered(Shared(state): Shared<State>, request: Request) -> Response {
    work(&state, request, |ask, ring| {
        let answer = decide::answer(ask, ring);
        tracing::info!(outcome = answer.verdict.outcome(), cause = answer.cause(), "page");
        view::page(ask, ring, Some(&answer))
    })
    .await
}

/// The page with what the inputs were recognized as, without an answer.
async fn looked_at(Shared(state): Shared<State>, request: Request) -> Response {
    work(&state, request, |ask, ring| view::looked_at(ask, &Looks::of(ask, ring))).await
}

/// Reads a form, and makes a page of it when it is its turn.
async fn work(state: &State, request: Request, view: fn(&Ask, &KeyRing) -> Html<String>) -> Response {
    let length = length(&request, form::MAX_BODY);
    let Some(memory) = state.page().turns.memory(length).await else {
        return busy();
    };
    let ask = match timely(request, form::read_ask).await {
        Ok(ask) => ask,
        Err(unread) => return failed(unread.status, unread.sentence),
    };
    let ring = KeyRing::clone(&state.ring());
    match state.page().turns.work(memory, move || view(&ask, &ring)).await {
        Ok(page) => page.into_response(),
        Err(NotDone::Busy) => busy(),
        Err(NotDone::Panicked) => failed(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server failed to answer this form, which is a bug in it. Its log says where.",
        ),
    }
}

/// Returns the bytes of a form as a file. They are those of an answer, which the server does not keep.
async fn download(Shared(state): Shared<State>, request: Request) -> Response {
    let length = length(&request, form::MAX_DOWNLOAD);
    let Some(_memory) = state.page().turns.memory(length).await else {
        return busy();
    };
    match timely(request, form::read_download).await {
        Ok((repair, bytes)) => {
            let disposition = format!("attachment; filename=\"{}\"", repair.file());
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
            ];
            (headers, bytes).into_response()
        }
        Err(unread) => failed(unread.status, unread.sentence),
    }
}

/// How many bytes of memory the body of a request takes: as many as it announces, but not more than are read of it.
fn length(request: &Request, max: usize) -> usize {
    let announced = request.body().size_hint().upper();
    announced
        .and_then(|length| usize::try_from(length).ok())
        .map_or(max, |length| length.min(max))
}

async fn timely<T>(request: Request, read: impl AsyncFnOnce(Multipart) -> Result<T, Unread>) -> Result<T, Unread> {
    let Ok(form) = Multipart::from_request(request, &()).await else {
        return Err(Unread::not_a_form());
    };
    match tokio::time::timeout(FORM_TIME, read(form)).await {
        Ok(read) => read,
        Err(_) => Err(Unread::late()),
    }
}

fn busy() -> Response {
    failed(
        StatusCode::SERVICE_UNAVAILABLE,
        "Too many forms are being answered. Try again in a moment.",
    )
}

/// A page without the names of keys, for requests that may come from elsewhere or are not answered.
fn failed(status: StatusCode, sentence: impl Into<String>) -> Response {
    let page = view::page(&Ask::default(), &KeyRing::new(), Some(&Answer::failed(sentence)));
    (status, page).into_response()
}
