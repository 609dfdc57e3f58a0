//! A [tower](https://docs.rs/tower) layer that verifies AWS KMS signatures over the bodies of HTTP requests, offline: for
//! axum, hyper, tonic, and every other server of `http` services.
//!
//! ```
//! use axum::{Extension, Router, routing::post};
//! use kms_verify::{KeyRing, SigningAlgorithm};
//! use kms_verify_tower::{HeaderSignature, PinnedRing, Verified, VerifySignatureLayer};
//!
//! async fn order(Extension(verified): Extension<Verified>, body: String) -> String {
//!     format!("{} bytes by {}", body.len(), verified.key_id())
//! }
//!
//! let ring = KeyRing::new(); // filled with the keys that you trust
//! let keys = PinnedRing::new(ring, [SigningAlgorithm::RsassaPssSha256, SigningAlgorithm::EcdsaSha256]);
//! let app: Router = Router::new()
//!     .route("/orders", post(order))
//!     .layer(VerifySignatureLayer::new(HeaderSignature::new(), keys));
//! ```
//!
//! # What the layer does
//!
//! 1. It rejects a request whose `Content-Length` is above the limit (1 MiB by default), whose headers are malformed, or
//!    whose key is not trusted, before it reads any of the body. A client that waits for `100 Continue` does not send it.
//! 2. It reads the body and hashes it as it arrives. Memory grows with what has arrived, up to the limit. A body that
//!    turns out to be longer is rejected at once.
//! 3. It verifies the signature. Only then is the request passed on, with the whole body as [`VerifiedBody`], and with
//!    [`Verified`] in its extensions.
//!
//! Everything else is a response of the layer, an `application/problem+json` that names the broken [`Rule`] and nothing
//! more. Details are for the log: each request is an event of `tracing`, at level `DEBUG` if it was accepted, `INFO` if it
//! was rejected, `ERROR` if the service is at fault. No event has a signature or a body.
//!
//! # How a request is signed
//!
//! | scheme | what is signed |
//! |---|---|
//! | [`HeaderSignature`] | the body; the signature is base64 in a header, another header names the key |
//! | [`StandardWebhooks`] | an identifier, a time and the body, with Ed25519 (`v1a`) |
//! | `DetachedJws`, with the feature `jws` (RFC 7515 appendix F) | the header of a JSON Web Signature, and the body as its payload |
//! | an own [`Scheme`] | what it defines |
//!
//! The algorithm is always that of the key in the [`KeySource`], never one that the request names. Use a key with one scheme
//! only: what it signs for one, such as an identifier, a time and a body, can be taken for the whole body of another.
//!
//! # Behavior
//!
//! | case | behavior |
//! |---|---|
//! | empty body | verified like any other: the signature is over zero bytes |
//! | body without an announced length, or in many pieces | verified; at most the limit is held |
//! | body that never ends | rejected with 413 once it exceeds the limit |
//! | slow body | waits for it. The layer has no timer: add one around it, such as tower's `TimeoutLayer`, or your server's. A limit of concurrency inside this layer counts requests whose body is on its way |
//! | connection that is dropped | all memory is freed, and the service is not called |
//! | compressed body | the signature is over the bytes as they were sent. Decompress inside this layer |
//! | trailers | not signed, so they are dropped |
//! | HTTP/2 | the same as HTTP/1.1 |
//! | `Upgrade` and `CONNECT` | passed on like any other request. What a connection carries after it is not signed |
//! | keys that are replaced meanwhile | a request uses those that were current when its headers had been read: see [`Swap`] |
//!
//! Headers, the method and the path are not signed unless the scheme says so, but are passed on.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// No request may make this crate panic.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

// In the order in which a request passes through them, from the bottom up.
mod body;
mod key_source;
mod layer;
mod rule;
mod scheme;

pub use body::{ResponseBody, VerifiedBody};
pub use key_source::{KeySource, KeySourceError, PinnedRing, Swap, TrustedKey};
pub use layer::{VerifySignature, VerifySignatureLayer};
pub use rule::{Rejection, Rule};
#[cfg(feature = "jws")]
pub use scheme::DetachedJws;
pub use scheme::{HeaderSignature, Scheme, StandardWebhooks, Verification, Verified, standard_webhooks};

/// Tests the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
