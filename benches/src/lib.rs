//! kms-verify and its peers: what they verify, and how, through their public APIs only.

pub mod cases;
pub mod implementations;
pub mod times;
