//! The page: its answers, what it escapes, its limits, and whom it answers.

#![cfg(feature = "serve")]

mod answers;
mod bounds;
mod browsers;
mod escaping;
mod limits;
mod support;
mod tokens;
