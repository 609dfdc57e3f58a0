//! The KMS API, against the router, without a socket.

mod input;
mod keys;
mod limits;
mod lists;
mod logs;
mod numbers;
mod reload;
mod requests;
mod support;
mod verify;
