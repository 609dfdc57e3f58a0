//! The program: sockets, signals, and connections that misbehave.

#![cfg(unix)]

mod connections;
mod sockets;
mod support;
