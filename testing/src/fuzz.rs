//! What each fuzz target does with its bytes. The targets of `fuzz/` run it under libFuzzer, and `tests/fuzz_replay.rs`
//! over the seeds and past findings.

mod case;
pub mod diagnose;
pub mod differential;
pub mod public_key;
mod vectors;
pub mod verify_any;
