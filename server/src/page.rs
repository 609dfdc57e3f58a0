//! The page at `/`, which verifies and explains in a browser.

use axum::Router;

use crate::state::State;

/// The routes of the page. `GET /` is free for it; `POST /` is the KMS API.
pub(crate) fn routes() -> Router<State> {
    Router::new()
}
