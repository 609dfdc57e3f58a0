//! The code of each fuzz target. `fuzz/` runs it under libFuzzer, and `tests/fuzz_replay.rs` over the seeds and past
//! findings.

mod case;
pub mod diagnose;
pub mod differential;
pub mod jws;
pub mod kms_request;
pub mod public_key;
mod vectors;
pub mod verify_any;
