//! The program: sockets, signals, and connections that misbehave.

#![cfg(unix)]

mod connections;
mod log;
mod signals;
mod sockets;
mod support;
