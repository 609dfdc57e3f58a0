//! The KMS API, against the router, without a socket.

mod keys;
mod lists;
mod logs;
mod reload;
mod requests;
mod support;
mod verify;
