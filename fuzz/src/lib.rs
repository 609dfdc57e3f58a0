//! What each fuzz target does with its bytes. The targets run it under libFuzzer, and `tests/fuzz_replay.rs` includes
//! the same file to run it over the seeds and past findings.

pub mod case;
pub mod diagnose;
pub mod differential;
pub mod encode;
pub mod public_key;
pub mod vectors;
pub mod verify_any;
