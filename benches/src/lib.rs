//! kms-verify and its peers: what they verify, and how each of them does it, through public API only.

pub mod cases;
pub mod implementations;
pub mod times;
