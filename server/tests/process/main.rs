//! The program: sockets, signals, and connections that misbehave.

#![cfg(unix)]

mod connections;
mod log;
mod sockets;
mod support;
